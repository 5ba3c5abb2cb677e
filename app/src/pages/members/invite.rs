//! Inviting somebody.

use std::collections::BTreeSet;

use evidence::name::Name;
use leptos::prelude::*;

use super::link::InvitationLink;
use crate::pages::tenancy::admit::title;
use crate::parts::{Checkboxes, Choice, Form, Heading, Link, Radios, SubmitRow, TextInput};
use crate::portal::{Fault, Invitee, Refusal, Role};
use crate::text::{Said, t};
use crate::visit::{self, Done, Onward, Shown, View, Visit, show};

/// The most groups that one member votes for.
const MOST_GROUPS: usize = 50;

/// `/new/member`
pub async fn invite(visit: Visit) -> Shown {
    let groups = visit.portal()?.members().await?.groups;
    let rejected = visit.rejected().cloned();
    show(move || {
        let refusal = rejected.as_ref().map(|rejected| rejected.refusal.clone());
        let typed = rejected.map(|rejected| rejected.form).unwrap_or_default();
        view! {
            <Heading
                title=t("members.invite") lead=t("members.invite_lead")
                trail=vec![Link::new("/members", t("members.title"))] came_back=refusal.is_some()
            />
            <Fields typed groups refusal/>
        }
        .into_any()
    })
}

/// `POST /new/member`: the link is told on the page that comes back, and nowhere again.
pub async fn send(visit: Visit, form: visit::Form) -> Done {
    let invitee = invitee(&form).map_err(Refusal::Invalid)?;
    let handed_out = visit.portal()?.invite(invitee).await?;
    Ok(Onward::Show(View::Page(Box::new(move || view! { <InvitationLink handed_out/> }.into_any()))))
}

/// What a form says, or everything that is wrong with it.
fn invitee(form: &visit::Form) -> Result<Invitee, Vec<Fault>> {
    let mut faults = Vec::new();
    let name = title(form.text("name"));
    if name.is_none() {
        faults.push(Fault::new("name", Said::new("members.name_wrong")));
    }
    let standing = standing(form);
    match (name, standing) {
        (Some(name), Ok((role, approves))) => {
            Ok(Invitee { email: form.text("email").to_owned(), name, role, approves })
        }
        (_, standing) => {
            faults.extend(standing.err().unwrap_or_default());
            Err(faults)
        }
    }
}

/// The role and the groups that a form names, or what is wrong with them.
pub(super) fn standing(form: &visit::Form) -> Result<(Role, BTreeSet<Name>), Vec<Fault>> {
    let mut faults = Vec::new();
    let role = form.text("role").parse::<Role>();
    if role.is_err() {
        faults.push(Fault::new("role", Said::new("members.role_missing")));
    }
    let others = form.text("others").split(|letter: char| letter == ',' || letter.is_whitespace());
    let named = form.all("approves").chain(others.filter(|name| !name.is_empty()));
    let mut approves = BTreeSet::new();
    for name in named.take(MOST_GROUPS) {
        if let Ok(name) = name.parse::<Name>() {
            approves.insert(name);
        } else {
            let typed: String = name.chars().take(64).collect();
            faults.push(Fault::new("others", Said::new("members.group_wrong").with("typed", typed)));
        }
    }
    role.map(|role| (role, approves)).ok().filter(|_| faults.is_empty()).ok_or(faults)
}

#[component]
fn Fields(typed: visit::Form, groups: BTreeSet<Name>, refusal: Option<Refusal>) -> impl IntoView {
    let faults = faults_of(refusal.as_ref());
    let role = typed.text("role").to_owned();
    let chosen = typed.all("approves").map(str::to_owned).collect();
    let others = typed.text("others").to_owned();
    let (of_email, of_standing) = (faults.clone(), faults.clone());
    view! {
        <Form action="/new/member" labelled_by="form-title" refusal refused=t("members.not_invited")>
            <h2 id="form-title">{t("members.who")}</h2>
            <TextInput
                id="name" label=t("members.name") hint=t("members.name_hint") value=typed.text("name") faults
            />
            <TextInput
                id="email" label=t("account.email") hint=t("members.email_hint") kind="email" value=typed.text("email")
                faults=of_email
            />
            <StandingFields role chosen others groups faults=of_standing/>
            <SubmitRow label=t("members.make_link") back="/members"/>
        </Form>
    }
    .into_any()
}

/// The fields of the role and the groups.
#[component]
pub(super) fn StandingFields(
    /// The role that is chosen.
    role: String,
    /// The groups that are chosen.
    chosen: Vec<String>,
    /// The groups that were typed.
    others: String,
    /// The groups to choose from.
    groups: BTreeSet<Name>,
    faults: Vec<Fault>,
    /// Whether the role stays as it is.
    #[prop(optional)]
    role_stays: bool,
) -> impl IntoView {
    let roles = Role::ALL.map(|role| Choice::new(role.as_str(), role.title()).hint(role.meaning()));
    let of_role = faults.clone();
    let roles = (!role_stays).then(|| {
        view! { <Radios id="role" legend=t("members.role") options=roles.to_vec() chosen=role faults=of_role/> }
    });
    let known = (!groups.is_empty()).then(|| {
        let options = groups.iter().map(Choice::plain).collect();
        view! {
            <Checkboxes id="approves" legend=t("members.groups") hint=t("members.groups_hint") options chosen/>
        }
    });
    view! {
        {roles}
        {known}
        <TextInput
            id="others" label=t("members.other_groups") hint=t("members.other_groups_hint") value=others faults
            optional=true exact=true
        />
    }
    .into_any()
}

pub(super) fn faults_of(refusal: Option<&Refusal>) -> Vec<Fault> {
    match refusal {
        Some(Refusal::Invalid(faults)) => faults.clone(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> visit::Form {
        visit::Form::new(pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())))
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let faults =
            invitee(&form(&[("name", "A\nB"), ("role", "king"), ("others", "ok, NOT")])).unwrap_err();
        let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["name", "role", "others"]);
    }

    #[test]
    fn groups_that_are_ticked_and_typed_are_one_set() {
        let pairs =
            [("role", "approver"), ("approves", "finance"), ("approves", "legal"), ("others", "legal, ops")];
        let (role, approves) = standing(&form(&pairs)).unwrap();
        let approves: Vec<&str> = approves.iter().map(Name::as_str).collect();
        assert_eq!((role, approves), (Role::Approver, vec!["finance", "legal", "ops"]));
    }
}
