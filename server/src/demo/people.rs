//! The people of the demo, and how they answered what its agents asked: through the same doors as anybody.

use evidence::decision::Verdict;
use evidence::name::{Name, Text};
use evidence::receipt::{DecisionReceipt, StandingState};
use serde::{Deserialize, Serialize};

use super::cast::VENDOR;
use crate::boundary::request::Undo;
use crate::boundary::{Reach, Refusal, Settled};
use crate::ledger::Recorded;
use crate::portal::{Portal, StartError};
use crate::registry::{Desk, Person, Scope};

/// Who answers, and for which groups.
const PEOPLE: [(&str, &[&str]); 2] = [
    ("dana@northwind.example", &["data-stewards", "finance", "operations", "success-managers"]),
    ("jo@northwind.example", &["data-stewards", "success-managers"]),
];

/// A person of the demo with the key that is theirs.
#[derive(Clone, Serialize, Deserialize)]
pub struct Member {
    /// Their name, as receipts say it.
    pub name: String,
    /// The groups for which they vote.
    pub approves: Vec<String>,
    /// Their API key, which votes, freezes and lets go, and proposes nothing.
    pub api_key: String,
}

/// Issues a key to each of them.
pub async fn arrive(portal: &Portal) -> Result<Vec<Member>, StartError> {
    let vendor = portal.registry.vendor(&VENDOR.0.parse()?).await?.ok_or("the demo's vendor is missing")?;
    let mut members = Vec::new();
    for (name, groups) in PEOPLE {
        let approves = groups.iter().map(|group| group.parse()).collect::<Result<_, _>>()?;
        let person = Some(Person { name: name.parse()?, approves });
        let scope = Scope { person, ..Scope::default() };
        let key = portal.registry.issue_api_key(&vendor, &name.parse()?, &scope).await?;
        let approves = groups.iter().map(|group| (*group).to_owned()).collect();
        members.push(Member { name: name.to_owned(), approves, api_key: key.secret });
    }
    Ok(members)
}

/// They approve one action, reject another, take a write back, and stop a tenant for a moment.
pub async fn answer(portal: &Portal, members: &[Member], settled: &[Settled]) -> Result<(), StartError> {
    let mut desks = Vec::new();
    for member in members {
        desks.push(portal.registry.desk(&member.api_key).await?.ok_or("a person's key opens no desk")?);
    }
    let [dana, jo] = desks.as_slice() else { return Err("the demo has two people".into()) };
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
