//! A receipt as one sentence. What it quotes is hostile, so it goes to the page as such.

use evidence::action::{Action, Owner, Source};
use evidence::contract::Rollback;
use evidence::receipt::{
    DecisionReceipt, DocumentKind, KeyChange, OutcomeStatus, Receipt, StandingState, StandingSubject,
};

use super::facts::{count, length};

/// What a receipt says.
pub fn sentence(receipt: &Receipt) -> String {
    match receipt {
        Receipt::Decision(decision) => decided(decision),
        Receipt::Outcome(outcome) => {
            let what = match outcome.status {
                OutcomeStatus::Committed => "took place",
                OutcomeStatus::Failed => "broke off and took no effect",
                OutcomeStatus::NotApplied => "was not begun",
            };
            let attested = if outcome.source == Source::Attested { ", as the vendor attests" } else { "" };
            format!("The write that decision #{} allowed {what}{attested}.", outcome.decision.seq)
        }
        Receipt::Approval(approval) => {
            let what = if approval.approve { "approved" } else { "rejected" };
            format!("{} {what} the write of decision #{}.", approval.approver, approval.decision.seq)
        }
        Receipt::Activation(activation) => {
            let what = document(activation.document);
            format!("{} put a new {what} in force for connector {}.", activation.by, activation.connector)
        }
        Receipt::Key(key) => match key.change {
            KeyChange::Added => "A signing key was added.".to_owned(),
            KeyChange::Rotated => "The signing key was replaced by another.".to_owned(),
            KeyChange::Revoked => "A signing key was revoked.".to_owned(),
        },
        Receipt::Notice(notice) => {
            let records = count(length(&notice.records), "record", "records");
            format!(
                "An agent of another tenant asked to {} {records} in {}; nothing changed.",
                notice.operation, notice.table
            )
        }
        Receipt::Standing(standing) => {
            let what = if standing.state == StandingState::Stopped { "stopped" } else { "let act again" };
            format!("{} {what} {}.", standing.by, subject(&standing.subject))
        }
    }
}

/// What an action would do.
pub fn proposal(action: &Action) -> String {
    let records = count(action.rows(), "record", "records");
    let foreign = action.records.iter().filter(|record| matches!(record.owner, Owner::Foreign(_))).count();
    let whose = match foreign {
        0 => String::new(),
        _ if foreign == action.records.len() => " of another tenant".to_owned(),
        _ => format!(" ({foreign} of another tenant)"),
    };
    let columns: Vec<&str> = action.columns().collect();
    let set = if columns.is_empty() { String::new() } else { format!(": {}", columns.join(", ")) };
    format!("{} {records}{whose} in {}{set}", action.operation, action.table)
}

/// The word for a kind of document.
pub const fn document(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Contract => "contract",
        DocumentKind::Envelope => "envelope",
    }
}

/// Whose standing it is.
pub fn subject(subject: &StandingSubject) -> String {
    match subject {
        StandingSubject::Agent(agent) => format!("the agent {agent}"),
        StandingSubject::Portal => "the whole portal".to_owned(),
        StandingSubject::Tenant => "the tenant".to_owned(),
    }
}

fn decided(receipt: &DecisionReceipt) -> String {
    let said = format!("{}: {}", receipt.action.agent, proposal(&receipt.action));
    match (&receipt.action.undoes, &receipt.standing.undoes) {
        (None, _) => said,
        (Some(cited), Some(known)) if matches!(known.rollback, Some(Rollback::Compensate { .. })) => {
            format!("{said}; the compensation of #{}", cited.seq)
        }
        (Some(cited), _) => format!("{said}; the rollback of #{}", cited.seq),
    }
}
