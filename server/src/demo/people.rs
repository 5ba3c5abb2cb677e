//! The people of the demo, and how they answered what its agents asked: through the same doors as anybody.

use std::collections::BTreeSet;

use app::portal::Role;
use evidence::decision::Verdict;
use evidence::name::{Name, Text};
use evidence::receipt::{DecisionReceipt, StandingState};
use serde::{Deserialize, Serialize};

use super::cast::VENDOR;
use crate::accounts::Invite;
use crate::boundary::request::Undo;
use crate::boundary::{Reach, Refusal, Settled};
use crate::ledger::Recorded;
use crate::portal::{Portal, StartError};
use crate::registry::{Desk, Person, Scope};

/// Somebody of the demo.
struct Cast {
    name: &'static str,
    email: &'static str,
    role: Role,
    approves: &'static [&'static str],
    /// Whether they have an API key of their own.
    has_key: bool,
}

/// Everybody: one of each role, with the groups that the demo's envelopes ask.
const PEOPLE: [Cast; 5] = [
    Cast {
        name: DANA,
        email: "dana@northwind.example",
        role: Role::Owner,
        approves: &["data-stewards", "finance", "operations", "success-managers"],
        has_key: true,
    },
    Cast {
        name: JO,
        email: "jo@northwind.example",
        role: Role::Approver,
        approves: &["data-stewards", "success-managers"],
        has_key: true,
    },
    Cast {
        name: "Ada Lindqvist",
        email: "ada@northwind.example",
        role: Role::Author,
        approves: &[],
        has_key: false,
    },
    Cast {
        name: "Sam Okoye",
        email: "sam@northwind.example",
        role: Role::Sales,
        approves: &[],
        has_key: false,
    },
    Cast {
        name: "Ines Moreau",
        email: "ines@northwind.example",
        role: Role::Auditor,
        approves: &[],
        has_key: false,
    },
];

/// The owner.
pub(super) const DANA: &str = "Dana Whitfield";
/// The approver.
pub(super) const JO: &str = "Jo Park";

/// A person of the demo, with how they sign in and the key that is theirs.
#[derive(Clone, Serialize, Deserialize)]
pub struct Member {
    /// Their name, as receipts say it.
    pub name: String,
    /// With what they sign in.
    pub email: String,
    /// The same for everybody of one demo.
    pub password: String,
    /// What they may do.
    pub role: Role,
    /// The groups for which they vote.
    pub approves: Vec<String>,
    /// Their API key, if they have one, which votes, freezes and lets go, and proposes nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_key: Option<String>,
}

/// Makes each of them a member, and issues the keys.
pub async fn arrive(portal: &Portal) -> Result<Vec<Member>, StartError> {
    let vendor = portal.registry.vendor(&VENDOR.0.parse()?).await?.ok_or("the demo's vendor is missing")?;
    // Anybody may know it who can read the folder or sees the terminal, and nobody else.
    let password = crate::accounts::fresh_password()?;
    let mut members = Vec::new();
    for Cast { name, email, role, approves, has_key } in PEOPLE {
        let groups: BTreeSet<Name> = approves.iter().map(|group| group.parse()).collect::<Result<_, _>>()?;
        let invite = Invite { email: email.to_owned(), name: name.parse()?, role, approves: groups.clone() };
        portal.accounts.enlist(&vendor, &invite, password.clone().into()).await?;
        let mut api_key = None;
        if has_key {
            let person = Some(Person { name: name.parse()?, approves: groups });
            let scope = Scope { person, ..Scope::default() };
            api_key = Some(portal.registry.issue_api_key(&vendor, &name.parse()?, &scope).await?.secret);
        }
        let approves = approves.iter().map(|group| (*group).to_owned()).collect();
        let (name, email, password) = (name.to_owned(), email.to_owned(), password.clone());
        members.push(Member { name, email, password, role, approves, api_key });
    }
    Ok(members)
}

/// They approve one action, reject another, take a write back, and stop a tenant for a moment.
pub async fn answer(portal: &Portal, members: &[Member], settled: &[Settled]) -> Result<(), StartError> {
    let mut desks = Vec::new();
    for key in members.iter().filter_map(|member| member.api_key.as_ref()) {
        desks.push(portal.registry.desk(key).await?.ok_or("a person's key opens no desk")?);
    }
    let [dana, jo] = desks.as_slice() else { return Err("the demo has two people with keys".into()) };
    if let Some(bulk) = asked(settled, "acme", "contacts").next() {
        vote(portal, dana, bulk, true, "Maria takes the region over.").await?;
    }
    let mut tickets = asked(settled, "globex", "tickets");
    if let Some(urgent) = tickets.next() {
        vote(portal, dana, urgent, true, "They did call twice.").await?;
        vote(portal, jo, urgent, true, "Agreed.").await?;
    }
    if let Some(other) = tickets.next() {
        vote(portal, jo, other, false, "Once is not urgent.").await?;
    }
    if let Some(mistaken) = settled.get(2) {
        let undo = Undo {
            agent: None,
            before: None,
            idempotency_key: Some("demo-undo".parse()?),
            reason: "The number was another customer's.".parse()?,
            records: None,
            set: std::collections::BTreeMap::new(),
        };
        portal.boundary.roll_back(dana, &mistaken.decision.receipt().action.id, &undo).await?;
    }
    pause(portal, dana, "globex").await
}

fn asked<'a>(
    settled: &'a [Settled],
    tenant: &'a str,
    table: &'a str,
) -> impl Iterator<Item = &'a Recorded<DecisionReceipt>> {
    settled.iter().map(|settled| &settled.decision).filter(move |decision| {
        let DecisionReceipt { action, decision, standing, .. } = decision.receipt();
        let waited = decision.verdict == Verdict::Escalate || standing.approval.is_some();
        waited && action.tenant == *tenant && action.table.as_str() == table
    })
}

/// A vote that was cast before, in a start that was cut short, stays as it is.
async fn vote(
    portal: &Portal,
    desk: &Desk,
    asked: &Recorded<DecisionReceipt>,
    approve: bool,
    reason: &str,
) -> Result<(), StartError> {
    let (id, digest) = (&asked.receipt().action.id, asked.signed().digest());
    match portal.boundary.vote(desk, id, digest, approve, reason.parse()?).await {
        Ok(_) | Err(Refusal::NotWaiting | Refusal::OtherDecision) => Ok(()),
        Err(refusal) => Err(refusal.into()),
    }
}

async fn pause(portal: &Portal, desk: &Desk, tenant: &str) -> Result<(), StartError> {
    let reach = Reach::Tenant(tenant.parse::<Name>()?);
    let why: [(StandingState, Text); 2] = [
        (StandingState::Stopped, "Globex moves its help desk today.".parse()?),
        (StandingState::Active, "The move is done.".parse()?),
    ];
    for (state, reason) in why {
        portal.boundary.stand(desk, &reach, state, &reason).await?;
    }
    Ok(())
}
