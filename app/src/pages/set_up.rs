//! The first start: the link that the portal printed makes the vendor and its owner.

use leptos::prelude::*;

use crate::parts::{ErrorSummary, Says, TextInput, Title};
use crate::portal::{NewOwner, Refusal};
use crate::text::t;
use crate::visit::{Done, Form, Rejected, Session, Shown, Visit, see_with, show};

/// `/set-up/{link}`: looking at it uses nothing up.
pub async fn set_up(visit: Visit) -> Shown {
    let link = visit.part("link")?.to_owned();
    if visit.rejected().is_none() && !visit.lobby().can_set_up(link.clone()).await? {
        return show(|| view! { <Spent/> }.into_any());
    }
    let rejected = visit.rejected().cloned();
    show(move || view! { <Page link rejected/> }.into_any())
}

/// `POST /set-up/{link}`
pub async fn send(visit: Visit, form: Form) -> Done {
    let text = |name| form.text(name).to_owned();
    let owner = NewOwner {
        vendor: text("vendor"),
        title: text("title"),
        email: text("email"),
        name: text("name"),
        password: text("password"),
    };
    let secret = visit.lobby().set_up(visit.part("link")?.to_owned(), owner).await?;
    see_with(Session::Begins(secret), "/")
}

#[component]
fn Spent() -> impl IntoView {
    view! {
        <Title text=t("account.set_up")/>
        <h1>{t("account.set_up_spent")}</h1>
        <p class="lead"><Says key="account.set_up_spent_lead"/></p>
        <p><a href="/sign-in">{t("account.sign_in")}</a></p>
    }
    .into_any()
}

#[component]
fn Page(link: String, rejected: Option<Rejected>) -> impl IntoView {
    let (form, faults) = rejected.as_ref().map(|back| (back.form.clone(), back.faults())).unwrap_or_default();
    let refusal: Option<Refusal> = rejected.map(|rejected| rejected.refusal);
    let text = |name: &str| form.text(name).to_owned();
    view! {
        <Title text=t("account.set_up") came_back=refusal.is_some()/>
        <h1>{t("account.set_up")}</h1>
        <p class="lead">{t("account.set_up_lead")}</p>
        {refusal.map(|refusal| view! { <ErrorSummary refusal title=t("account.not_set_up")/> })}
        <form method="post" action=format!("/set-up/{link}") class="form">
            <TextInput id="title" label=t("account.vendor_title") autocomplete="organization" value=text("title") faults=faults.clone()/>
            <TextInput id="vendor" label=t("account.vendor") hint=t("account.vendor_hint") autocomplete="off" value=text("vendor") faults=faults.clone()/>
            <TextInput id="name" label=t("account.name") hint=t("account.name_hint") autocomplete="name" value=text("name") faults=faults.clone()/>
            <TextInput id="email" label=t("account.email") kind="email" autocomplete="username" value=text("email") faults=faults.clone()/>
            <TextInput id="password" label=t("account.password") hint=t("account.password_hint") kind="password" autocomplete="new-password" faults/>
            <div class="actions">
                <button type="submit" class="primary">{t("account.begin")}</button>
            </div>
        </form>
    }
    .into_any()
}
