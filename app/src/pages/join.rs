//! An invitation's link: whoever is invited chooses a password and is a member.

use leptos::prelude::*;

use super::reset::{NewPassword, Spent};
use crate::parts::{Fact, Facts, Heading, Untrusted};
use crate::portal::{Greeting, Refusal};
use crate::text::{t, tf};
use crate::visit::{Done, Form, Session, Shown, Visit, see_with, show};

/// `/join/{link}`: looking at it uses nothing up.
pub async fn join(visit: Visit) -> Shown {
    let link = visit.part("link")?.to_owned();
    let refusal = visit.rejected().map(|rejected| rejected.refusal.clone());
    match visit.lobby().invited(link.clone()).await? {
        Some(greeting) => show(move || view! { <Page link greeting refusal/> }.into_any()),
        None => show(|| view! { <Spent title=t("account.join")/> }.into_any()),
    }
}

/// `POST /join/{link}`
pub async fn send(visit: Visit, form: Form) -> Done {
    let link = visit.part("link")?.to_owned();
    let secret = visit.lobby().join(link, form.text("password").to_owned()).await?;
    see_with(Session::Begins(secret), "/")
}

#[component]
fn Page(link: String, greeting: Greeting, refusal: Option<Refusal>) -> impl IntoView {
    let Greeting { vendor, name, email, role, approves, by } = greeting;
    let approves = if approves.is_empty() { "–".to_owned() } else { approves.join(", ") };
    let by = by.map(|by| {
        view! { <Fact name=t("members.invited_by")><Untrusted text=by/></Fact> }
    });
    view! {
        <Heading
            title=tf("account.join_title", &[("vendor", &vendor)]) lead=t("account.join_lead")
            came_back=refusal.is_some()
        />
        <Facts>
            <Fact name=t("account.name")><Untrusted text=name/></Fact>
            <Fact name=t("members.role")>{role.title()}": "{role.meaning()}</Fact>
            <Fact name=t("members.groups")>{approves}</Fact>
            {by}
        </Facts>
        <NewPassword action=format!("/join/{link}") email refusal label=t("account.join_begin")/>
    }
    .into_any()
}
