//! Signing in and out.

use leptos::prelude::*;

use crate::parts::{Button, ButtonLink, ErrorSummary, Look, Says, TextInput, Title};
use crate::portal::{Login, NotSignedOn, Refusal};
use crate::text::{Said, t, tf};
use crate::visit::{Done, Form, Session, Shown, Visit, local, query, see, see_with, show};

/// `/sign-in`
pub async fn sign_in(visit: Visit) -> Shown {
    let email = visit.rejected().map(|rejected| rejected.form.text("email").to_owned()).unwrap_or_default();
    let to = visit.rejected().map(|rejected| rejected.form.text("to")).or_else(|| visit.query("to"));
    let to = local(to.unwrap_or_default()).to_owned();
    let elsewhere = visit.lobby().single_sign_on();
    let refusal = match visit.rejected() {
        Some(rejected) => Some(rejected.refusal.clone()),
        None => elsewhere.as_deref().and_then(|name| not_signed_on(&visit, name)),
    };
    let logins = visit.lobby().logins().to_vec();
    show(move || view! { <Page email to refusal elsewhere logins/> }.into_any())
}

/// `POST /sign-in`
pub async fn send(visit: Visit, form: Form) -> Done {
    let (email, password) = (form.text("email").to_owned(), form.text("password").to_owned());
    let secret = visit.lobby().sign_in(email, password, visit.from().to_owned()).await?;
    see_with(Session::Begins(secret), local(form.text("to")))
}

/// `POST /sign-out`
pub async fn out(visit: Visit, _: Form) -> Done {
    let Some(secret) = visit.secret() else { return see("/sign-in") };
    visit.lobby().sign_out(secret.to_owned()).await?;
    see_with(Session::Ends, "/sign-in")
}

/// Why the provider with this name led back here.
fn not_signed_on(visit: &Visit, name: &str) -> Option<Refusal> {
    let reason = NotSignedOn::of(visit.query("refused")?)?;
    Some(Refusal::Conflict(Said::new(reason.key()).with("name", name)))
}

#[component]
fn Page(
    email: String,
    to: String,
    refusal: Option<Refusal>,
    elsewhere: Option<String>,
    logins: Vec<Login>,
) -> impl IntoView {
    let onward = query::address("/sign-in/with", [("to", to.as_str())]);
    let demo = (!logins.is_empty()).then(|| view! { <Logins logins to=to.clone()/> });
    view! {
        <Title text=t("account.sign_in")/>
        <h1>{t("account.sign_in")}</h1>
        <p class="lead">{t("account.sign_in_lead")}</p>
        {refusal.map(|refusal| view! { <ErrorSummary refusal title=t("account.not_signed_in")/> })}
        <form method="post" action="/sign-in" class="form">
            <input type="hidden" name="to" value=to/>
            <TextInput id="email" label=t("account.email") kind="email" autocomplete="username" value=email/>
            <TextInput id="password" label=t("account.password") kind="password" autocomplete="current-password"/>
            <div class="actions">
                <button type="submit" class="primary">{t("account.sign_in")}</button>
            </div>
        </form>
        {elsewhere.map(|name| {
            let label = tf("single_sign_on.continue", &[("name", &name)]);
            view! {
                <p>{t("single_sign_on.or")}</p>
                <p><ButtonLink href=onward label look=Look::Quiet/></p>
            }
        })}
        {demo.is_none().then(|| view! { <p><Says key="account.forgotten"/></p> })}
        {demo}
    }
    .into_any()
}

/// The people of a demo, each a button.
#[component]
fn Logins(logins: Vec<Login>, to: String) -> impl IntoView {
    let each = logins.into_iter().map(move |login| {
        let (to, Login { email, password, name, role }) = (to.clone(), login);
        view! {
            <li>
                <form method="post" action="/sign-in">
                    <input type="hidden" name="to" value=to/>
                    <input type="hidden" name="email" value=email.clone()/>
                    <input type="hidden" name="password" value=password/>
                    <Button label=tf("account.logins_as", &[("name", &name)]) look=Look::Quiet/>
                </form>
                <p>{role.title()}": "{role.meaning()}<span class="second">{email}</span></p>
            </li>
        }
    });
    view! {
        <section class="logins" aria-labelledby="logins">
            <p id="logins">{t("account.logins")}</p>
            <ul role="list">{each.collect_view()}</ul>
        </section>
    }
    .into_any()
}
