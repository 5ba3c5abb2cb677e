//! A reset link: whoever has lost the password chooses a new one.

use leptos::prelude::*;

use crate::parts::{Form as PostForm, Heading, SubmitRow, TextInput};
use crate::portal::{Fault, Greeting, Refusal};
use crate::text::{t, tf};
use crate::visit::{Done, Form, Onward, See, Session, Shown, Visit, show};

/// `/reset/{link}`: looking at it uses nothing up.
pub async fn reset(visit: Visit) -> Shown {
    let link = visit.part("link")?.to_owned();
    let refusal = visit.rejected().map(|rejected| rejected.refusal.clone());
    match visit.lobby().resetting(link.clone()).await? {
        Some(greeting) => show(move || view! { <Page link greeting refusal/> }.into_any()),
        None => show(|| view! { <Spent title=t("account.reset")/> }.into_any()),
    }
}

/// `POST /reset/{link}`
pub async fn send(visit: Visit, form: Form) -> Done {
    let link = visit.part("link")?.to_owned();
    let secret = visit.lobby().reset(link, form.text("password").to_owned()).await?;
    Ok(Onward::See(See {
        location: "/".to_owned(),
        said: Some("said.password_changed"),
        session: Session::Begins(secret),
        language: None,
    }))
}

#[component]
fn Page(link: String, greeting: Greeting, refusal: Option<Refusal>) -> impl IntoView {
    let lead = tf("account.reset_lead", &[("name", &greeting.name), ("vendor", &greeting.vendor)]);
    view! {
        <Heading title=t("account.reset") lead came_back=refusal.is_some()/>
        <NewPassword action=format!("/reset/{link}") email=greeting.email refusal label=t("account.reset_begin")/>
    }
    .into_any()
}

/// A link that is not good, and what to do.
#[component]
pub fn Spent(
    /// What it was for.
    #[prop(into)]
    title: String,
) -> impl IntoView {
    view! {
        <Heading title lead=t("account.link_spent")/>
        <p>{t("account.link_spent_why")}</p>
        <p><a href="/sign-in">{t("account.sign_in")}</a></p>
    }
    .into_any()
}

/// The form in which somebody chooses a password.
#[component]
pub fn NewPassword(
    /// Where it is sent.
    action: String,
    /// Whose it is, so that a browser keeps the two together.
    email: String,
    refusal: Option<Refusal>,
    /// What the button says.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let faults: Vec<Fault> = match &refusal {
        Some(Refusal::Invalid(faults)) => faults.clone(),
        _ => Vec::new(),
    };
    view! {
        <PostForm action labelled_by="password-title" refusal refused=t("account.not_changed")>
            <h2 id="password-title">{t("account.choose")}</h2>
            <div class="field">
                <label for="email">{t("account.email")}</label>
                <input id="email" type="email" value=email readonly autocomplete="username"/>
            </div>
            <TextInput
                id="password" label=t("account.new_password") hint=t("account.password_hint") kind="password"
                autocomplete="new-password" faults
            />
            <SubmitRow label/>
        </PostForm>
    }
    .into_any()
}
