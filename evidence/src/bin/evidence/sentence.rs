//! A receipt in words: one row of a list, or a few sentences.

use evidence::action::{Action, Owner, RecordKey, Source};
use evidence::commitment::Key;
use evidence::receipt::{
    ActivationReceipt, ApprovalReceipt, DecisionReceipt, DocumentKind, KeyChange, KeyReceipt, NoticeReceipt,
    OutcomeReceipt, Receipt, StandingReceipt, StandingState, StandingSubject,
};

use crate::visible::shortened;

/// What a list says of a receipt.
#[derive(Default)]
pub struct Row {
    /// Who.
    pub agent: String,
    /// What was to be done.
    pub action: String,
    /// With what.
    pub target: String,
    /// The verdict, or what became of it.
    pub verdict: &'static str,
    /// The first reason code.
    pub code: &'static str,
}

impl Row {
    /// The row of a receipt.
    pub fn of(receipt: &Receipt) -> Self {
        match receipt {
            Receipt::Activation(one) => Self {
                agent: one.by.to_string(),
                action: "activate".into(),
                target: format!("{} of {}", document(one.document), one.connector),
                ..Self::default()
            },
            Receipt::Approval(one) => Self {
                agent: one.approver.to_string(),
                action: if one.approve { "approve" } else { "reject" }.into(),
                target: format!("#{}", one.decision.seq),
                ..Self::default()
            },
            Receipt::Decision(one) => Self {
                agent: one.action.agent.to_string(),
                action: one.action.operation.to_string(),
                target: target(&one.action),
                verdict: one.decision.verdict.as_str(),
                code: one.decision.reasons.first().map_or("", |reason| reason.code.as_str()),
            },
            Receipt::Key(one) => Self {
                action: change(one.change).into(),
                target: format!("key {}", shortened(&one.key.keyid.to_string(), 17)),
                ..Self::default()
            },
            Receipt::Notice(one) => Self {
                agent: "another tenant's".into(),
                action: one.operation.to_string(),
                target: format!("{} {}", one.table, keys(one.records.iter())),
                ..Self::default()
            },
            Receipt::Outcome(one) => Self {
                target: format!("#{}", one.decision.seq),
                verdict: one.status.as_str(),
                code: one.code.map_or("", evidence::reason::Code::as_str),
                ..Self::default()
            },
            Receipt::Standing(one) => Self {
                agent: one.by.to_string(),
                action: state(one.state).into(),
                target: subject(&one.subject),
                ..Self::default()
            },
        }
    }
}

/// The receipt in sentences.
pub fn sentences(receipt: &Receipt) -> Vec<String> {
    match receipt {
        Receipt::Activation(one) => of_activation(one),
        Receipt::Approval(one) => of_approval(one),
        Receipt::Decision(one) => of_decision(one),
        Receipt::Key(one) => of_key(one),
        Receipt::Notice(one) => of_notice(one),
        Receipt::Outcome(one) => of_outcome(one),
        Receipt::Standing(one) => of_standing(one),
    }
}

fn of_activation(one: &ActivationReceipt) -> Vec<String> {
    let (what, connector) = (document(one.document), &one.connector);
    let mut said = vec![format!("{} put {what} {} in force for connector {connector}.", one.by, one.digest)];
    if let Some(previous) = one.previous {
        said.push(format!("It replaces {previous}."));
    }
    if let Some(proposed_by) = &one.proposed_by {
        said.push(format!("{proposed_by} had proposed it."));
    }
    said.extend(one.changes.iter().map(|change| format!("Changed: {change}")));
    said.push(format!("Reason given: {}", one.reason));
    said
}

fn of_approval(one: &ApprovalReceipt) -> Vec<String> {
    let verb = if one.approve { "approved" } else { "rejected" };
    vec![
        format!(
            "{}, of group {}, {verb} what decision #{} asked.",
            one.approver, one.group, one.decision.seq
        ),
        format!("Reason given: {}", one.reason),
    ]
}

fn of_decision(one: &DecisionReceipt) -> Vec<String> {
    let (action, decision) = (&one.action, &one.decision);
    let mut said = vec![format!("Agent {} proposed: {} {}.", action.agent, action.operation, target(action))];
    let columns: Vec<&str> = action.columns().collect();
    if !columns.is_empty() {
        said.push(format!("It would set {}.", columns.join(", ")));
    }
    if let Some(person) = &action.on_behalf_of {
        said.push(format!("It said that it acts for {person}."));
    }
    match (&action.undoes, &one.standing.undoes) {
        (_, Some(original)) => said.push(original.sentence()),
        (Some(cited), None) => said.push(format!("It would undo what #{} did.", cited.seq)),
        (None, None) => {}
    }
    if action.source == Source::Attested {
        said.push(format!("{ATTESTED}."));
    }
    said.push(format!("Reason given: {}", action.reason));
    said.push(format!("Verdict: {}", decision.verdict));
    said.extend(decision.reasons.iter().map(|reason| format!("{}: {}", reason.code, reason.message())));
    let rules: Vec<&str> = decision.rules.iter().map(evidence::name::Text::as_str).collect();
    if !rules.is_empty() {
        said.push(format!("Determined by: {}", rules.join(", ")));
    }
    if let Some(permit) = &one.permit {
        said.push(format!("Permit {} was good until {}.", permit.id, permit.expires_at));
    }
    said
}

/// What the effects of a write that the vendor's own code carries out rest on.
const ATTESTED: &str = "The states are what the vendor says they were: attested, not observed by HELM";

fn of_key(one: &KeyReceipt) -> Vec<String> {
    vec![
        format!("Key {} was {}.", one.key.keyid, change(one.change)),
        format!("Reason given: {}", one.reason),
    ]
}

fn of_notice(one: &NoticeReceipt) -> Vec<String> {
    vec![
        format!(
            "An agent of another tenant tried: {} {} {}. It was denied, and nothing was changed.",
            one.operation,
            one.table,
            keys(one.records.iter())
        ),
        format!("That tenant stands here as {}.", one.actor),
    ]
}

fn of_outcome(one: &OutcomeReceipt) -> Vec<String> {
    let mut said =
        vec![format!("What decision #{} allowed ended {}.", one.decision.seq, one.status.as_str())];
    if one.source == Source::Attested {
        said.push(format!("{ATTESTED}."));
    }
    said.extend(one.code.map(|code| format!("{code}: {}", code.sentence())));
    let hash = |hash: &Option<evidence::digest::Digest>| {
        hash.map_or_else(|| "does not exist".to_owned(), |hash| hash.to_string())
    };
    for effect in &one.records {
        said.push(format!("Record {}:", key(&effect.key)));
        said.push(format!("  before {}", hash(&effect.before)));
        said.push(format!("  after  {}", hash(&effect.after)));
    }
    said
}

fn of_standing(one: &StandingReceipt) -> Vec<String> {
    vec![
        format!("{} set {} to {}.", one.by, subject(&one.subject), state(one.state)),
        format!("Reason given: {}", one.reason),
    ]
}

fn target(action: &Action) -> String {
    let records = action.records.iter().map(|record| match (&record.key, &record.owner) {
        (RecordKey::Foreign(_), _) | (_, Owner::Foreign(_)) => "(a record of another tenant)".to_owned(),
        (RecordKey::Open(columns), _) => key(columns),
    });
    format!("{} {}", action.table, records.collect::<Vec<_>>().join(" / "))
}

fn keys<'a>(keys: impl Iterator<Item = &'a Key>) -> String {
    keys.map(key).collect::<Vec<_>>().join(" / ")
}

fn key(key: &Key) -> String {
    let columns = key.iter().map(|(column, value)| format!("{column}={value}"));
    columns.collect::<Vec<_>>().join(", ")
}

const fn document(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Contract => "contract",
        DocumentKind::Envelope => "envelope",
    }
}

const fn change(change: KeyChange) -> &'static str {
    match change {
        KeyChange::Added => "added",
        KeyChange::Rotated => "rotated",
        KeyChange::Revoked => "revoked",
    }
}

const fn state(state: StandingState) -> &'static str {
    match state {
        StandingState::Active => "active",
        StandingState::Stopped => "stopped",
    }
}

fn subject(subject: &StandingSubject) -> String {
    match subject {
        StandingSubject::Agent(agent) => format!("agent {agent}"),
        StandingSubject::Portal => "the whole portal".to_owned(),
        StandingSubject::Tenant => "the tenant".to_owned(),
    }
}
