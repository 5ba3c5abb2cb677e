//! Recurring sentences, in one place so that the same thing is always said in the same words.

use evidence::action::{Action, Owner, Source};
use evidence::contract::Rollback;
use evidence::decision::Verdict;
use evidence::receipt::{
    DecisionReceipt, DocumentKind, KeyChange, OutcomeReceipt, OutcomeStatus, Receipt, StandingState,
};
use evidence::standing::Undoing;

use super::{duration, listed, size, tn};

/// The name of all this.
pub const PRODUCT: &str = "Evidence Portal";

/// What a verdict means.
pub const fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allow => "The write was permitted.",
        Verdict::Deny => "The write was refused before it ran. Nothing was written.",
        Verdict::Escalate => {
            "The write waits for a person. Nothing is written until somebody approves, and silence is a refusal."
        }
    }
}

/// What an outcome means.
pub const fn outcome(outcome: &OutcomeReceipt) -> &'static str {
    match (outcome.status, outcome.source) {
        (OutcomeStatus::Committed, Source::Attested) => "The vendor says that the write took place, wholly.",
        (OutcomeStatus::Committed, Source::Observed) => "The write took place, wholly, and was read back.",
        (OutcomeStatus::Failed, _) => "The write broke off and took no effect.",
        (OutcomeStatus::NotApplied, _) => "The write was not begun.",
    }
}

/// A kind of receipt, as a word for a filter.
pub fn kind(kind: &str) -> &'static str {
    match kind {
        "activation" => "Activation",
        "approval" => "Approval",
        "decision" => "Decision",
        "key" => "Key",
        "notice" => "Notice",
        "outcome" => "Outcome",
        "standing" => "Standing",
        _ => "Receipt",
    }
}

/// What a receipt says, in one sentence.
pub fn summary(receipt: &Receipt) -> String {
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
            let what = match activation.document {
                DocumentKind::Contract => "contract",
                DocumentKind::Envelope => "envelope",
            };
            format!("{} put a new {what} in force for connector {}.", activation.by, activation.connector)
        }
        Receipt::Key(key) => match key.change {
            KeyChange::Added => "A signing key was added.".to_owned(),
            KeyChange::Rotated => "The signing key was replaced by another.".to_owned(),
            KeyChange::Revoked => "A signing key was revoked.".to_owned(),
        },
        Receipt::Notice(notice) => format!(
            "An agent of another tenant tried to {} {} of this tenant in {}. It was refused; nothing changed.",
            notice.operation,
            tn("count.records", size(notice.records.len())),
            notice.table,
        ),
        Receipt::Standing(standing) => {
            let what = match standing.state {
                StandingState::Active => "let it act again",
                StandingState::Stopped => "stopped it",
            };
            format!("{} {what}: {}.", standing.by, subject(&standing.subject))
        }
    }
}

/// Whose standing changed.
pub fn subject(subject: &evidence::receipt::StandingSubject) -> String {
    use evidence::receipt::StandingSubject;
    match subject {
        StandingSubject::Agent(agent) => format!("the agent {agent}"),
        StandingSubject::Portal => "the whole portal".to_owned(),
        StandingSubject::Tenant => "the tenant".to_owned(),
    }
}

fn decided(receipt: &DecisionReceipt) -> String {
    let action = &receipt.action;
    let what = match (&action.undoes, &receipt.standing.undoes) {
        (None, _) => proposed(action),
        (Some(cited), Some(known)) if matches!(known.rollback, Some(Rollback::Compensate { .. })) => {
            format!("compensate #{}: {}", cited.seq, proposed(action))
        }
        (Some(cited), _) => format!("roll back #{}: {}", cited.seq, proposed(action)),
    };
    match receipt.decision.verdict {
        Verdict::Allow => format!("{} was allowed to {what}.", action.agent),
        Verdict::Deny => format!("{} was refused to {what}.", action.agent),
        Verdict::Escalate => format!("{} asked to {what}; a person has to approve.", action.agent),
    }
}

/// What an action would do: `set phone on 1 record in contacts`.
pub fn proposed(action: &Action) -> String {
    let columns: Vec<&str> = action.columns().collect();
    let foreign = action.records.iter().filter(|record| matches!(record.owner, Owner::Foreign(_))).count();
    let whose = match foreign {
        0 => String::new(),
        _ if foreign == action.records.len() => " of another tenant".to_owned(),
        _ => format!(", {foreign} of them another tenant’s"),
    };
    let records = tn("count.records", action.rows());
    match action.operation.as_str() {
        "update" => format!("set {} on {records}{whose} in {}", listed(&columns), action.table),
        "insert" => format!("add {records}{whose} to {}", action.table),
        "delete" => format!("delete {records}{whose} from {}", action.table),
        other => format!("{other} {records}{whose} in {}", action.table),
    }
}

/// How an operation is undone; `original` is what it undoes itself.
pub fn rollback(rollback: Option<&Rollback>, original: Option<&Undoing>) -> String {
    match rollback {
        Some(Rollback::None) if original.is_some_and(Undoing::is_restored) => {
            "It is a rollback itself and is not undone in turn; propose a new write instead.".to_owned()
        }
        None => "The contract does not have this operation, so there is nothing to undo.".to_owned(),
        Some(Rollback::None) => {
            "It can’t be undone, and the contract says so; a person has to approve it.".to_owned()
        }
        Some(Rollback::Compensate { operation }) => format!("It is undone by running {operation}."),
        Some(Rollback::Restore { window_seconds }) => {
            format!(
                "The contract lets it be undone for {}, by writing the state before back.",
                duration(*window_seconds)
            )
        }
    }
}

/// Who says what the records were before.
pub const fn source(source: Source) -> &'static str {
    match source {
        Source::Attested => "Attested: the states are what the vendor says they were, not observed by HELM.",
        Source::Observed => "The state before was read by the connector itself.",
    }
}
