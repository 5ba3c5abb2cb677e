//! What an envelope must be before its rules are looked at.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::fault;
use crate::contract::{Contract, OperationKind};
use crate::envelope::{Approval, Envelope, EnvelopeError, Limit, MAX_RULES};
use crate::name::Name;

/// The most items of a list in a rule; it bounds the work of one decision.
pub(super) const MAX_LIST: usize = 1_000;

const QUORUM: RangeInclusive<u32> = 1..=20;
/// From a minute to 30 days.
const EXPIRY_SECONDS: RangeInclusive<u32> = 60..=2_592_000;
/// From a second to 31 days.
const WINDOW_SECONDS: RangeInclusive<u32> = 1..=2_678_400;

/// Checks everything but rules and hand-written policies.
pub(super) fn envelope(contract: &Contract, envelope: &Envelope) -> Result<(), EnvelopeError> {
    let digest = contract.digest().map_err(|error| fault("contract", error.to_string()))?;
    if envelope.contract != digest {
        let found = envelope.contract;
        return Err(fault(
            "contract",
            format!("is {found}; review the rules against {digest} and cite that"),
        ));
    }
    if envelope.valid_until.is_some_and(|end| end <= envelope.valid_from) {
        return Err(fault("valid_until", "is not after valid_from; choose a later time or leave it out"));
    }
    approval("approval", &envelope.approval)?;
    ids(envelope)?;
    envelope.limits.iter().try_for_each(|one| limit(contract, one))
}

/// Checks one approval.
pub(super) fn approval(at: &str, approval: &Approval) -> Result<(), EnvelopeError> {
    if !QUORUM.contains(&approval.quorum) {
        return Err(fault(format!("{at}.quorum"), "must be between 1 and 20"));
    }
    if !EXPIRY_SECONDS.contains(&approval.expires_seconds) {
        return Err(fault(
            format!("{at}.expires_seconds"),
            "must be between 60 (a minute) and 2592000 (30 days)",
        ));
    }
    Ok(())
}

/// Checks that a list, if there is one, has something in it and not too much.
pub(super) fn list<T>(at: &str, name: &str, list: Option<&[T]>) -> Result<(), EnvelopeError> {
    match list {
        Some([]) => Err(fault(
            format!("{at}.{name}"),
            "is empty, so it matches nothing; name at least one or leave it out",
        )),
        Some(items) if items.len() > MAX_LIST => {
            Err(fault(format!("{at}.{name}"), "has more than 1,000 items"))
        }
        _ => Ok(()),
    }
}

/// Reasons cite rules and limits by id alone, so no two of them may share one.
fn ids(envelope: &Envelope) -> Result<(), EnvelopeError> {
    if envelope.rules.len() > MAX_RULES {
        return Err(fault("rules", format!("has more than {MAX_RULES} rules; merge some")));
    }
    if envelope.limits.len() > MAX_RULES {
        return Err(fault("limits", format!("has more than {MAX_RULES} limits; merge some")));
    }
    let rules = envelope.rules.iter().map(|rule| ("rules", &rule.id));
    let limits = envelope.limits.iter().map(|limit| ("limits", &limit.id));
    let mut seen: BTreeSet<&Name> = BTreeSet::new();
    for (list, id) in rules.chain(limits) {
        if !seen.insert(id) {
            return Err(fault(
                format!("{list}.{id}"),
                "has the id of another rule or limit; choose a new one",
            ));
        }
    }
    Ok(())
}

fn limit(contract: &Contract, limit: &Limit) -> Result<(), EnvelopeError> {
    let at = format!("limits.{}", limit.id);
    list(&at, "agents", limit.agents.as_deref())?;
    list(&at, "operations", limit.operations.as_deref())?;
    if !WINDOW_SECONDS.contains(&limit.window_seconds) {
        return Err(fault(format!("{at}.window_seconds"), "must be between 1 and 2678400 (31 days)"));
    }
    if let Some(table) = &limit.table
        && !contract.tables.contains_key(table)
    {
        return Err(fault(format!("{at}.table"), format!("the contract has no table {table}")));
    }
    let exists = |kind: &OperationKind| {
        let mut tables = contract
            .tables
            .iter()
            .filter(|(name, _)| limit.table.as_ref().is_none_or(|table| table == *name));
        tables.any(|(_, table)| table.operations.contains_key(kind))
    };
    match limit.operations.iter().flatten().find(|kind| !exists(kind)) {
        Some(kind) => {
            Err(fault(format!("{at}.operations"), format!("the contract has no {} there", kind.as_str())))
        }
        None => Ok(()),
    }
}
