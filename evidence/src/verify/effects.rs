//! Step 9: one outcome for each allowed decision, none for any other; and the states of each record continue.

use std::collections::{BTreeMap, BTreeSet};

use super::continuity::{Write, breaks};
use super::{Case, Finding, FindingKind, Halt, Item, Work, expect, fail};
use crate::action::{Action, Citation, RecordKey, Source};
use crate::commitment::Key;
use crate::decision::Verdict;
use crate::name::{Name, Text};
use crate::receipt::{DecisionReceipt, OutcomeReceipt, OutcomeStatus, Receipt};

/// A record, wherever it is.
type Place = (Name, Text, Key);

#[derive(Default)]
pub(super) struct Matching {
    /// Allowed decisions without an outcome so far, by place in the pack.
    open: BTreeMap<Citation, u64>,
    /// The permits so far.
    permits: BTreeSet<Name>,
    /// The committed writes of each record, by the decision that allowed them.
    writes: BTreeMap<Place, BTreeMap<u64, Write>>,
    outcomes: u64,
    attested: u64,
}

impl Work for Matching {
    fn total(&self, case: &Case) -> u64 {
        case.receipts()
    }

    fn unit(&mut self, case: &mut Case, place: u64) -> Result<(), Halt> {
        let item = case.receipt(place)?;
        match &item.receipt {
            Receipt::Decision(decision) if decision.decision.verdict == Verdict::Allow => {
                self.open.insert(item.citation(), place);
                self.permit(item, decision)
            }
            Receipt::Outcome(outcome) if case.in_range(place) => self.outcome(case, item, outcome),
            _ => Ok(()),
        }
    }

    fn finish(&mut self, case: &mut Case) -> Result<String, Halt> {
        self.check_open(case)?;
        let followed = format!("{} outcomes, {} records followed", self.outcomes, self.writes.len());
        for ((_, table, key), writes) in std::mem::take(&mut self.writes) {
            case.findings.extend(breaks(&writes).into_iter().map(|between| changed(&table, &key, between)));
        }
        Ok(match self.attested {
            0 => followed,
            attested => format!("{followed}; {attested} outcomes attested by the vendor, not observed"),
        })
    }
}

impl Matching {
    /// A permit is for one effect, so no two decisions have the same.
    fn permit(&mut self, item: &Item, decision: &DecisionReceipt) -> Result<(), Halt> {
        match &decision.permit {
            Some(permit) if !self.permits.insert(permit.id.clone()) => {
                Err(fail(item.place(), "a permit of its own", format!("{}, given before", permit.id)))
            }
            _ => Ok(()),
        }
    }

    fn outcome(&mut self, case: &Case, item: &Item, outcome: &OutcomeReceipt) -> Result<(), Halt> {
        let at = item.place();
        let place = self.open.remove(&outcome.decision);
        let place = place.ok_or_else(|| fail(&at, "an allowed decision that has no outcome yet", "none"))?;
        let decided = case.receipt(place)?;
        let Receipt::Decision(decision) = &decided.receipt else { return Ok(()) };
        check_outcome(&at, decision, outcome)?;
        self.outcomes = self.outcomes.saturating_add(1);
        self.attested = self.attested.saturating_add(u64::from(outcome.source == Source::Attested));
        if outcome.status != OutcomeStatus::Committed {
            return Ok(());
        }
        for effect in &outcome.records {
            let action = &decision.action;
            let record = (action.connector.clone(), action.table.clone(), effect.key.clone());
            let write = Write { before: effect.before, after: effect.after, outcome: outcome.entry.seq };
            self.writes.entry(record).or_default().insert(decision.entry.seq, write);
        }
        Ok(())
    }

    /// What is still open must have a permit that was good at the end of the range, or the range ends early.
    fn check_open(&self, case: &mut Case) -> Result<(), Halt> {
        let ends_early = case.manifest()?.size > case.manifest()?.to.saturating_add(1);
        let mut pending = Vec::new();
        for place in self.open.values().filter(|place| case.in_range(**place)) {
            let item = case.receipt(*place)?;
            let Receipt::Decision(DecisionReceipt { permit: Some(permit), .. }) = &item.receipt else {
                continue;
            };
            if !ends_early && case.until().is_some_and(|until| until >= permit.expires_at) {
                return Err(fail(item.place(), "an outcome, since its permit has expired", "none"));
            }
            let seq = item.receipt.entry().seq;
            pending.push(Finding {
                kind: FindingKind::Pending,
                receipts: vec![seq],
                sentence: format!("The write that #{seq} allowed has no outcome in this range yet."),
            });
        }
        case.findings.extend(pending);
        Ok(())
    }
}

impl Item {
    /// How other receipts cite this one.
    pub(super) fn citation(&self) -> Citation {
        Citation { receipt: self.digest, seq: self.receipt.entry().seq }
    }
}

fn check_outcome(at: &str, decision: &DecisionReceipt, outcome: &OutcomeReceipt) -> Result<(), Halt> {
    let permit = decision.permit.as_ref().map(|permit| &permit.id);
    expect(at, "permit", &permit, &Some(&outcome.permit))?;
    expect(at, "source", &decision.action.source, &outcome.source)?;
    let committed = outcome.status == OutcomeStatus::Committed;
    if committed == outcome.code.is_some() {
        return Err(fail(at, "a reason code exactly if nothing was committed", brief_status(outcome)));
    }
    if committed { check_effects(at, &decision.action, outcome) } else { Ok(()) }
}

fn brief_status(outcome: &OutcomeReceipt) -> String {
    format!("{} with {}", outcome.status.as_str(), outcome.code.map_or("none", crate::reason::Code::as_str))
}

/// What was committed is what was decided: the same records, from the same states to the same states.
fn check_effects(at: &str, action: &Action, outcome: &OutcomeReceipt) -> Result<(), Halt> {
    expect(at, "number of records", &action.records.len(), &outcome.records.len())?;
    for (record, effect) in action.records.iter().zip(&outcome.records) {
        expect(at, "record", &record.key, &RecordKey::Open(effect.key.clone()))?;
        expect(at, "state before", &record.before.as_ref().map(|state| state.hash), &effect.before)?;
        expect(at, "state after", &record.after.as_ref().map(|state| state.hash), &effect.after)?;
    }
    Ok(())
}

/// The record changed between these two outcomes.
fn changed(table: &Text, key: &Key, between: Vec<u64>) -> Finding {
    let key: Vec<String> = key.iter().map(|(column, value)| format!("{column} {value}")).collect();
    let numbers: Vec<String> = between.iter().map(|seq| format!("#{seq}")).collect();
    Finding {
        kind: FindingKind::Continuity,
        sentence: format!(
            "The record {} of {table} changed outside the boundary between {}.",
            key.join(", "),
            numbers.join(" and ")
        ),
        receipts: between,
    }
}
