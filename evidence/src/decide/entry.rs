//! The walls before anything of the contract is asked: who acts, what is in force, whose records they are.

use super::{Stopped, stop};
use crate::action::{Action, Owner, Proposed, RecordKey};
use crate::compile::Compiled;
use crate::contract::Contract;
use crate::reason::{Code, Reason};
use crate::standing::{AgentStanding, Standing};
use crate::timestamp::Timestamp;

/// Wall 1: nobody is frozen, suspended or unknown.
pub(super) fn may_act(standing: &Standing, action: &Action) -> Result<(), Stopped> {
    if standing.portal_frozen {
        return stop(Reason::new(Code::SystemFrozen).at("portal"));
    }
    if standing.tenant_frozen {
        return stop(Reason::new(Code::SystemFrozen).at("tenant"));
    }
    match standing.agent {
        AgentStanding::Active => Ok(()),
        AgentStanding::Suspended => stop(Reason::new(Code::AgentKilled).at("agent").found(&action.agent)),
        AgentStanding::Unknown => stop(Reason::new(Code::PrincipalInactive).at("agent").found(&action.agent)),
    }
}

/// Walls 2 and 3. An unknown connector can have no envelope, so it is named as such.
pub(super) fn documents_in_force<'a>(
    contract: Option<&'a Contract>,
    envelope: Option<&'a Compiled>,
    standing: &Standing,
    now: Timestamp,
) -> Result<(&'a Contract, &'a Compiled), Stopped> {
    let Some(contract) = contract else {
        return stop(Reason::new(Code::CapabilityUnknown).at("connector"));
    };
    let Some(compiled) = envelope else {
        return stop(Reason::new(Code::NoPolicyDefined).at("tenant"));
    };
    let envelope = compiled.envelope();
    if standing.contract != Some(envelope.contract) {
        return stop(Reason::new(Code::PolicyHashMismatch).at("envelope").found(envelope.contract));
    }
    if envelope.frozen {
        return stop(Reason::new(Code::SystemFrozen).at("envelope"));
    }
    if now < envelope.valid_from {
        return stop(
            Reason::new(Code::MandateOutsideValidity)
                .found(now)
                .allowed(format!("from {}", envelope.valid_from)),
        );
    }
    match envelope.valid_until {
        Some(end) if now >= end => {
            stop(Reason::new(Code::MandateOutsideValidity).found(now).allowed(format!("before {end}")))
        }
        _ => Ok((contract, compiled)),
    }
}

/// Wall 4: every record is the tenant's own and stays so.
pub(super) fn within_tenant(action: &Action) -> Result<(), Stopped> {
    let foreign = action.records.iter().enumerate().filter(|(_, record)| {
        matches!(record.owner, Owner::Foreign(_)) || matches!(record.key, RecordKey::Foreign(_))
    });
    let reached = foreign.map(|(place, _)| Reason::new(Code::TenantIsolation).at(format!("records.{place}")));
    let moved = action.set.iter().filter(|(_, value)| matches!(value, Proposed::Foreign(_)));
    let given_away = moved.map(|(column, _)| Reason::new(Code::TenantIsolation).at(format!("set.{column}")));
    let faults: Stopped = reached.chain(given_away).collect();
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}
