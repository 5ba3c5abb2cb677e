//! One member: what they may do, a way in for who has lost the password, and an end.

use evidence::name::Name;
use leptos::prelude::*;

use super::invite::{StandingFields, faults_of, standing};
use super::link::ResetLink;
use super::voting;
use crate::pages::connectors::may;
use crate::parts::{
    Confirm, ErrorSummary, Fact, Facts, Form, Heading, Link, Notice, SubmitRow, Time, Untrusted,
};
use crate::portal::{Deed, MemberLine, MemberPage, Refusal, Role};
use crate::text::{t, tf};
use crate::visit::{self, Done, Onward, Rejected, Shown, View, Visit, say, show};

/// `/members/{member}`
pub async fn member(visit: Visit) -> Shown {
    let page = visit.portal()?.member(visit.name("member")?).await?;
    let may_manage = may(&visit, Deed::ManageMembers);
    let rejected = visit.rejected().map(|rejected| (visit.path().to_owned(), rejected.clone()));
    show(move || view! { <Page page may_manage rejected/> }.into_any())
}

/// `POST /members/{member}`
pub async fn change(visit: Visit, mut form: visit::Form) -> Done {
    let (id, portal) = (visit.name("member")?, visit.portal()?);
    let page = portal.member(id.clone()).await?;
    if !form.has("role") && page.line.is_me {
        // One's own role is not in the form, because somebody else changes it.
        let role = ("role".to_owned(), page.line.role.as_str().to_owned());
        form = visit::Form::new(form.pairs().iter().cloned().chain([role]));
    }
    let (role, approves) = standing(&form).map_err(Refusal::Invalid)?;
    portal.change_member(id, role, approves).await?;
    say("said.member_changed", "/members")
}

/// `POST /members/{member}/reset`: the link is told on the page that comes back, and nowhere again.
pub async fn reset(visit: Visit, _: visit::Form) -> Done {
    let handed_out = visit.portal()?.hand_out_reset(visit.name("member")?).await?;
    Ok(Onward::Show(View::Page(Box::new(move || view! { <ResetLink handed_out/> }.into_any()))))
}

/// `POST /members/{member}/remove`
pub async fn remove(visit: Visit, _: visit::Form) -> Done {
    visit.portal()?.remove_member(visit.name("member")?).await?;
    say("said.member_removed", "/members")
}

#[component]
fn Page(page: MemberPage, may_manage: bool, rejected: Option<(String, Rejected)>) -> impl IntoView {
    let MemberPage { line, is_last_owner, groups } = page;
    let MemberLine { id, name, email, role, approves, signed_in_at, is_me } = line;
    let action = format!("/members/{id}");
    let (failed, rejected) = match rejected {
        Some((path, rejected)) if path == action => (None, Some(rejected)),
        Some((_, rejected)) => (Some(rejected.refusal), None),
        None => (None, None),
    };
    let came_back = failed.is_some() || rejected.is_some();
    let signed_in = match signed_in_at {
        Some(at) => view! { <Time at/> }.into_any(),
        None => t("members.never").into_any(),
    };
    let ends = may_manage.then(|| view! { <Ends id name=name.to_string() is_me/> });
    let chosen = approves.iter().map(Name::to_string).collect();
    let standing = may_manage.then(|| {
        view! { <Standing action role chosen groups role_stays=is_me is_last_owner rejected/> }
    });
    view! {
        <Heading
            title=name.to_string() trail=vec![Link::new("/members", t("members.title"))] came_back=came_back
        />
        {failed.map(|refusal| view! { <ErrorSummary refusal title=t("members.not_done")/> })}
        <Facts>
            <Fact name=t("account.email")><Untrusted text=email/></Fact>
            <Fact name=t("members.role")>{role.title()}": "{role.meaning()}</Fact>
            <Fact name=t("members.groups")>{voting(role, &approves)}</Fact>
            <Fact name=t("members.signed_in")>{signed_in}</Fact>
        </Facts>
        {standing}
        {ends}
    }
    .into_any()
}

#[component]
fn Standing(
    action: String,
    role: Role,
    chosen: Vec<String>,
    groups: std::collections::BTreeSet<Name>,
    role_stays: bool,
    is_last_owner: bool,
    rejected: Option<Rejected>,
) -> impl IntoView {
    let (role, chosen, others, refusal) = match rejected {
        Some(Rejected { form, refusal }) => (
            form.text("role").to_owned(),
            form.all("approves").map(str::to_owned).collect(),
            form.text("others").to_owned(),
            Some(refusal),
        ),
        None => (role.as_str().to_owned(), chosen, String::new(), None),
    };
    let faults = faults_of(refusal.as_ref());
    let stays = role_stays.then(|| {
        let why = if is_last_owner { t("members.last_owner") } else { t("members.own_role") };
        view! { <Notice title=why/> }
    });
    view! {
        <section aria-labelledby="standing">
            <Form action labelled_by="standing" refusal refused=t("members.not_changed")>
                <h2 id="standing">{t("members.standing")}</h2>
                <p>{t("members.standing_means")}</p>
                {stays}
                <StandingFields role chosen others groups faults role_stays/>
                <SubmitRow label=t("members.change")/>
            </Form>
        </section>
    }
    .into_any()
}

#[component]
fn Ends(id: Name, name: String, is_me: bool) -> impl IntoView {
    if is_me {
        return view! {
            <section aria-labelledby="ends">
                <h2 id="ends">{t("members.ends")}</h2>
                <p>{t("members.own_end")}</p>
                <p><a href="/account">{t("account.title")}</a></p>
            </section>
        }
        .into_any();
    }
    view! {
        <section aria-labelledby="reset">
            <h2 id="reset">{t("members.reset")}</h2>
            <p>{t("members.reset_lead")}</p>
            <Confirm
                id="make-reset" open=t("members.reset_open") title=tf("members.reset_title", &[("name", &name)])
                action=format!("/members/{id}/reset") label=t("members.make_link")
            >
                <p>{t("members.reset_means")}</p>
            </Confirm>
        </section>
        <section aria-labelledby="ends">
            <h2 id="ends">{t("members.ends")}</h2>
            <p>{t("members.ends_lead")}</p>
            <Confirm
                id="remove" open=t("members.remove_open") title=tf("members.remove_title", &[("name", &name)])
                action=format!("/members/{id}/remove") label=t("members.remove")
            >
                <p>{t("members.remove_means")}</p>
            </Confirm>
        </section>
    }
    .into_any()
}
