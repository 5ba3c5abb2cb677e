//! One's own account: another password, and where one is signed in.

use leptos::prelude::*;

use crate::parts::{
    Button, Confirm, ErrorSummary, Fact, Facts, Form, Heading, Look, SubmitRow, Table, TextInput, Time,
    Untrusted,
};
use crate::portal::{Fault, Me, Refusal, SessionLine};
use crate::text::{Said, t};
use crate::visit::{self, Done, Onward, See, Session, Shown, Visit, say, show};

/// `/account`
pub async fn account(visit: Visit) -> Shown {
    let me = visit.me().cloned().ok_or(Refusal::SignedOut)?;
    let sessions = visit.portal()?.sessions(visit.secret().unwrap_or_default().to_owned()).await?;
    let refusal = visit.rejected().map(|rejected| (visit.path().to_owned(), rejected.refusal.clone()));
    show(move || view! { <Page me sessions refusal/> }.into_any())
}

/// `POST /account/password`
pub async fn change_password(visit: Visit, form: visit::Form) -> Done {
    if form.text("password") != form.text("again") {
        return Err(Refusal::Invalid(vec![Fault::new("again", Said::new("account.again_differs"))]));
    }
    let (before, password) = (form.text("before").to_owned(), form.text("password").to_owned());
    let secret = visit.portal()?.change_password(before, password).await?;
    Ok(Onward::See(See {
        location: "/account".to_owned(),
        said: Some("said.password_changed"),
        session: Session::Begins(secret),
        language: None,
    }))
}

/// `POST /account/sessions`
pub async fn end_sessions(visit: Visit, form: visit::Form) -> Done {
    match form.text("session") {
        "" => return Err(Refusal::Conflict(Said::new("account.no_session"))),
        "others" => {
            visit.portal()?.end_other_sessions(visit.secret().unwrap_or_default().to_owned()).await?;
        }
        id => visit.portal()?.end_session(id.to_owned()).await?,
    }
    say("said.session_ended", "/account")
}

#[component]
fn Page(me: Me, sessions: Vec<SessionLine>, refusal: Option<(String, Refusal)>) -> impl IntoView {
    let (of_password, of_sessions) = match refusal {
        Some((path, refusal)) if path == "/account/password" => (Some(refusal), None),
        Some((_, refusal)) => (None, Some(refusal)),
        None => (None, None),
    };
    let groups: Vec<String> = me.approves.iter().map(ToString::to_string).collect();
    let groups = if groups.is_empty() { "–".to_owned() } else { groups.join(", ") };
    let email = me.email.clone();
    let came_back = of_password.is_some() || of_sessions.is_some();
    view! {
        <Heading title=t("account.title") lead=t("account.lead") came_back/>
        <Facts>
            <Fact name=t("members.name")><Untrusted text=me.name/></Fact>
            <Fact name=t("account.email")><Untrusted text=me.email/></Fact>
            <Fact name=t("members.role")>{me.role.title()}": "{me.role.meaning()}</Fact>
            <Fact name=t("members.groups")>{groups}</Fact>
        </Facts>
        <Password email refusal=of_password/>
        <Sessions sessions refusal=of_sessions/>
    }
    .into_any()
}

#[component]
fn Password(email: String, refusal: Option<Refusal>) -> impl IntoView {
    let faults = match &refusal {
        Some(Refusal::Invalid(faults)) => faults.clone(),
        _ => Vec::new(),
    };
    let (of_new, of_again) = (faults.clone(), faults.clone());
    view! {
        <section aria-labelledby="change">
            <Form action="/account/password" labelled_by="change" refusal refused=t("account.not_changed")>
                <h2 id="change">{t("account.change")}</h2>
                <p>{t("account.change_means")}</p>
                // For what keeps passwords, which else would not know whose it is.
                <input type="email" name="username" value=email autocomplete="username" hidden/>
                <TextInput
                    id="before" label=t("account.before") kind="password" autocomplete="current-password" faults
                />
                <TextInput
                    id="password" label=t("account.new_password") hint=t("account.password_hint") kind="password"
                    autocomplete="new-password" faults=of_new
                />
                <TextInput
                    id="again" label=t("account.again") kind="password" autocomplete="new-password" faults=of_again
                />
                <SubmitRow label=t("account.change")/>
            </Form>
        </section>
    }
    .into_any()
}

#[component]
fn Sessions(sessions: Vec<SessionLine>, refusal: Option<Refusal>) -> impl IntoView {
    let has_others = sessions.iter().any(|session| !session.is_this);
    let lines = sessions.into_iter().map(|session| view! { <Line session/> });
    let others = has_others.then(|| {
        view! {
            <Confirm
                id="end-others" open=t("account.end_others_open") title=t("account.end_others_title")
                action="/account/sessions" label=t("account.end_others")
            >
                <p>{t("account.end_others_means")}</p>
                <input type="hidden" name="session" value="others"/>
            </Confirm>
        }
    });
    view! {
        <section aria-labelledby="sessions-title">
            <h2 id="sessions-title">{t("account.sessions")}</h2>
            {refusal.map(|refusal| view! { <ErrorSummary refusal title=t("account.not_ended")/> })}
            <p>{t("account.sessions_lead")}</p>
            <Table id="sessions" caption=t("account.sessions") caption_hidden=true>
                <thead>
                    <tr>
                        <th scope="col">{t("account.browser")}</th>
                        <th scope="col">{t("account.begun")}</th>
                        <th scope="col">{t("account.seen")}</th>
                        <th scope="col">{t("account.end")}</th>
                    </tr>
                </thead>
                <tbody>{lines.collect_view()}</tbody>
            </Table>
            {others}
        </section>
    }
    .into_any()
}

#[component]
fn Line(session: SessionLine) -> impl IntoView {
    let SessionLine { id, begun_at, seen_at, browser, is_this } = session;
    let browser = if browser.is_empty() { t("account.unknown_browser").to_owned() } else { browser };
    let end = if is_this {
        t("account.this_session").into_any()
    } else {
        view! {
            <form method="post" action="/account/sessions">
                <input type="hidden" name="session" value=id/>
                <Button label=t("account.end_session") look=Look::Quiet/>
            </form>
        }
        .into_any()
    };
    view! {
        <tr>
            <th scope="row"><Untrusted text=browser/></th>
            <td><Time at=begun_at/></td>
            <td><Time at=seen_at/></td>
            <td>{end}</td>
        </tr>
    }
    .into_any()
}
