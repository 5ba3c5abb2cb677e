//! The people of a vendor: who there is, what each may do, and who is invited.

pub mod invite;
mod link;
pub mod member;

use std::collections::BTreeSet;

use evidence::name::Name;
use leptos::prelude::*;

use super::connectors::may;
use crate::parts::{ButtonLink, Confirm, ErrorSummary, Heading, Look, Notice, Table, Time, Tone, Untrusted};
use crate::portal::{Deed, InvitationLine, MemberLine, MembersPage, Refusal, Role};
use crate::text::{listed, t, tf};
use crate::visit::{Done, Form, Shown, Visit, say, show};

/// `/members`
pub async fn members(visit: Visit) -> Shown {
    let page = visit.portal()?.members().await?;
    let may_manage = may(&visit, Deed::ManageMembers);
    let refusal = visit.rejected().map(|rejected| rejected.refusal.clone());
    show(move || view! { <Page page may_manage refusal/> }.into_any())
}

/// `POST /invitations/{invitation}/withdraw`
pub async fn withdraw(visit: Visit, _: Form) -> Done {
    visit.portal()?.withdraw_invitation(visit.name("invitation")?).await?;
    say("said.invitation_withdrawn", "/members")
}

#[component]
fn Page(page: MembersPage, may_manage: bool, refusal: Option<Refusal>) -> impl IntoView {
    let MembersPage { members, invitations, unanswered, .. } = page;
    let unanswered = (!unanswered.is_empty()).then(|| {
        let groups = groups(&unanswered);
        view! {
            <Notice title=tf("members.unanswered", &[("groups", &groups)]) tone=Tone::Warning>
                <p>{t("members.unanswered_means")}</p>
            </Notice>
        }
    });
    let invite = may_manage.then(|| {
        view! { <p><ButtonLink href="/new/member" label=t("members.invite") look=Look::Main/></p> }
    });
    view! {
        <Heading title=t("members.title") lead=t("members.lead")/>
        {refusal.map(|refusal| view! { <ErrorSummary refusal title=t("members.not_done")/> })}
        {unanswered}
        {invite}
        <Table id="members" class="people" caption=t("members.title") caption_hidden=true>
            <thead>
                <tr>
                    <th scope="col">{t("members.name")}</th>
                    <th scope="col">{t("account.email")}</th>
                    <th scope="col">{t("members.role")}</th>
                    <th scope="col">{t("members.groups")}</th>
                    <th scope="col">{t("members.signed_in")}</th>
                </tr>
            </thead>
            <tbody>{members.into_iter().map(move |member| view! { <Line member may_manage/> }).collect_view()}</tbody>
        </Table>
        {(!invitations.is_empty()).then(|| view! { <Invitations invitations may_manage/> })}
    }
    .into_any()
}

#[component]
fn Line(member: MemberLine, may_manage: bool) -> impl IntoView {
    let MemberLine { id, name, email, role, approves, signed_in_at, is_me } = member;
    let name = view! { <Untrusted text=name.to_string()/> };
    let name = if may_manage {
        view! { <a href=format!("/members/{id}")>{name}</a> }.into_any()
    } else {
        name.into_any()
    };
    let signed_in = match signed_in_at {
        Some(at) => view! { <Time at/> }.into_any(),
        None => t("members.never").into_any(),
    };
    view! {
        <tr>
            <th scope="row">{name}{is_me.then(|| format!(" ({})", t("members.you")))}</th>
            <td><Untrusted text=email/></td>
            <td>{role.title()}</td>
            <td>{voting(role, &approves)}</td>
            <td>{signed_in}</td>
        </tr>
    }
    .into_any()
}

#[component]
fn Invitations(invitations: Vec<InvitationLine>, may_manage: bool) -> impl IntoView {
    let lines = invitations.into_iter().map(move |invitation| view! { <Invited invitation may_manage/> });
    view! {
        <section aria-labelledby="invitations-title">
            <h2 id="invitations-title">{t("members.invitations")}</h2>
            <p>{t("members.invitations_lead")}</p>
            <Table id="invitations" class="people" caption=t("members.invitations") caption_hidden=true>
                <thead>
                    <tr>
                        <th scope="col">{t("members.name")}</th>
                        <th scope="col">{t("account.email")}</th>
                        <th scope="col">{t("members.role")}</th>
                        <th scope="col">{t("members.groups")}</th>
                        <th scope="col">{t("members.invited_by")}</th>
                        <th scope="col">{t("members.good_until")}</th>
                        {may_manage.then(|| view! { <th scope="col">{t("members.take_back")}</th> })}
                    </tr>
                </thead>
                <tbody>{lines.collect_view()}</tbody>
            </Table>
        </section>
    }
    .into_any()
}

#[component]
fn Invited(invitation: InvitationLine, may_manage: bool) -> impl IntoView {
    let InvitationLine { id, invitee, by, expires_at, is_good } = invitation;
    let take_back = may_manage.then(|| {
        let title = tf("members.withdraw_title", &[("name", &invitee.name)]);
        view! {
            <td>
                <Confirm
                    id=format!("withdraw-{id}") open=t("members.withdraw_open") title
                    action=format!("/invitations/{id}/withdraw") label=t("members.withdraw")
                >
                    <p>{t("members.withdraw_means")}</p>
                </Confirm>
            </td>
        }
    });
    view! {
        <tr>
            <th scope="row"><Untrusted text=invitee.name.to_string()/></th>
            <td><Untrusted text=invitee.email/></td>
            <td>{invitee.role.title()}</td>
            <td>{voting(invitee.role, &invitee.approves)}</td>
            <td><Untrusted text=by.to_string()/></td>
            <td><Time at=expires_at/>{(!is_good).then(|| format!(" ({})", t("members.expired")))}</td>
            {take_back}
        </tr>
    }
    .into_any()
}

/// The groups as a list in words.
fn groups(groups: &BTreeSet<Name>) -> String {
    listed(&groups.iter().map(Name::as_str).collect::<Vec<_>>())
}

/// For which groups somebody votes, as far as the role lets them.
fn voting(role: Role, approves: &BTreeSet<Name>) -> String {
    match (role.may(Deed::Vote), approves.is_empty()) {
        (_, true) => "–".to_owned(),
        (true, false) => groups(approves),
        (false, false) => tf("members.groups_idle", &[("groups", &groups(approves))]),
    }
}
