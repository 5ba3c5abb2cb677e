//! Step 7: the documents in force at each decision are the ones activated in the log.

use std::collections::BTreeSet;

use super::{Case, Halt, Item, Work, expect, fail};
use crate::action::{Action, RecordKey};
use crate::commitment::Key;
use crate::compile::compile;
use crate::contract::Contract;
use crate::digest::Digest;
use crate::envelope::Envelope;
use crate::history::History;
use crate::name::{Name, Text};
use crate::pack::{Opened, file};
use crate::receipt::{ActivationReceipt, DecisionReceipt, DocumentKind, Receipt};

#[derive(Default)]
pub(super) struct InForce {
    contracts: Vec<String>,
    envelopes: Vec<String>,
    history: History,
    /// Opened cells that no receipt was found yet to have committed to.
    opened: BTreeSet<Cell>,
}

/// A committed cell: connector, table, key, column, and the digest of its disclosure.
type Cell = (Name, Text, Key, Text, String);

impl Work for InForce {
    fn total(&self, case: &Case) -> u64 {
        let documents = self.contracts.len().saturating_add(self.envelopes.len());
        case.receipts().saturating_add(u64::try_from(documents).unwrap_or(u64::MAX)).saturating_add(1)
    }

    /// The first unit finds the documents; then each unit reads one, contracts before envelopes; then each one
    /// follows a receipt.
    fn unit(&mut self, case: &mut Case, place: u64) -> Result<(), Halt> {
        let Some(place) = place.checked_sub(1) else {
            self.contracts = documents(case, file::CONTRACTS);
            self.envelopes = documents(case, file::ENVELOPES);
            self.opened = read_opened(case)?;
            return Ok(());
        };
        let at = usize::try_from(place).unwrap_or(usize::MAX);
        if let Some(name) = self.contracts.get(at) {
            return read_contract(case, name);
        }
        let at = at.saturating_sub(self.contracts.len());
        if let Some(name) = self.envelopes.get(at) {
            return read_envelope(case, name);
        }
        let at = at.saturating_sub(self.envelopes.len());
        let at = u64::try_from(at).unwrap_or(u64::MAX);
        let item = case.receipt(at)?;
        match &item.receipt {
            Receipt::Activation(activation) => {
                check_activation(case, item, activation)?;
                if case.in_range(at) {
                    let replaces = self.replaced_by(activation);
                    expect(&item.place(), "the document it replaces", &replaces, &activation.previous)?;
                }
            }
            Receipt::Decision(decision) => {
                self.find_opened(&decision.action);
                if case.in_range(at) {
                    self.check_decision(case, item, decision)?;
                }
            }
            _ => {}
        }
        self.history.apply(&item.receipt, item.digest);
        Ok(())
    }

    fn finish(&mut self, case: &mut Case) -> Result<String, Halt> {
        if let Some((_, table, _, column, _)) = self.opened.first() {
            let at = format!("{}: {column} of {table}", file::DISCLOSURES);
            return Err(fail(at, "a value that a receipt of the pack committed to", "one that none did"));
        }
        if case.starts_late() {
            case.not_checked.insert(
                "whether documents or standing changed between the cited earlier receipts and the range"
                    .into(),
            );
        }
        Ok(format!("{} contracts, {} envelopes", self.contracts.len(), self.envelopes.len()))
    }
}

impl InForce {
    /// The document in force that this activation replaces.
    fn replaced_by(&self, activation: &ActivationReceipt) -> Option<Digest> {
        match activation.document {
            DocumentKind::Contract => self.history.contract(activation.connector.as_str()),
            DocumentKind::Envelope => self.history.envelope(activation.connector.as_str()),
        }
    }

    /// Strikes off the opened cells that this action's states committed to.
    fn find_opened(&mut self, action: &Action) {
        if self.opened.is_empty() {
            return;
        }
        for record in &action.records {
            let RecordKey::Open(key) = &record.key else { continue };
            let states = record.before.iter().chain(&record.after);
            for (column, cell) in states.flat_map(|state| &state.cells) {
                let Ok(digest) = cell.digest(column) else { continue };
                let (connector, table) = (action.connector.clone(), action.table.clone());
                self.opened.remove(&(connector, table, key.clone(), column.clone(), digest));
            }
        }
    }

    fn check_decision(&self, case: &Case, item: &Item, decision: &DecisionReceipt) -> Result<(), Halt> {
        let at = item.place();
        let connector = decision.action.connector.as_str();
        expect(&at, "contract in force", &self.history.contract(connector), &decision.standing.contract)?;
        expect(&at, "envelope in force", &self.history.envelope(connector), &decision.standing.envelope)?;
        let evidence = &case.evidence;
        let contract = decision.standing.contract.filter(|digest| !evidence.contracts.contains_key(digest));
        let envelope = decision.standing.envelope.filter(|digest| !evidence.envelopes.contains_key(digest));
        match (contract, envelope) {
            (Some(digest), _) => Err(missing(&at, "contract", digest)),
            (None, Some(digest)) => Err(missing(&at, "envelope", digest)),
            (None, None) => Ok(()),
        }
    }
}

/// What was activated is in the pack, for this connector and tenant.
fn check_activation(case: &Case, item: &Item, activation: &ActivationReceipt) -> Result<(), Halt> {
    let at = item.place();
    let contract = match activation.document {
        DocumentKind::Contract => activation.digest,
        DocumentKind::Envelope => {
            let envelope = case.evidence.envelopes.get(&activation.digest);
            let envelope = envelope.ok_or_else(|| missing(&at, "envelope", activation.digest))?.envelope();
            expect(&at, "an envelope of tenant", &case.manifest()?.tenant, &envelope.tenant)?;
            envelope.contract
        }
    };
    let contract =
        case.evidence.contracts.get(&contract).ok_or_else(|| missing(&at, "contract", contract))?;
    expect(&at, "connector", &contract.connector, &activation.connector)
}

fn missing(at: &str, what: &str, digest: Digest) -> Halt {
    fail(at, format!("the {what} {digest} in the pack"), "no such document")
}

/// The JSON documents in a folder of the pack.
fn documents(case: &Case, folder: &str) -> Vec<String> {
    let in_folder = case.files.keys().filter(|name| name.starts_with(folder));
    in_folder.filter(|name| name.strip_suffix(".json").is_some()).cloned().collect()
}

fn digest_in(name: &str, folder: &str) -> Result<Digest, Halt> {
    let stem = name.strip_prefix(folder).and_then(|name| name.strip_suffix(".json")).unwrap_or_default();
    Digest::from_hex(stem).map_err(|error| fail(name, "a digest", error.to_string()))
}

fn read_contract(case: &mut Case, name: &str) -> Result<(), Halt> {
    let bytes = case.file(name)?;
    let digest = digest_in(name, file::CONTRACTS)?;
    expect(name, "digest", &digest, &Digest::of(bytes))?;
    let contract = Contract::parse(bytes).map_err(|error| fail(name, "a contract", error.to_string()))?;
    case.evidence.contracts.insert(digest, contract);
    Ok(())
}

/// Compiles the envelope again: the Cedar in the pack must be what it compiles to.
fn read_envelope(case: &mut Case, name: &str) -> Result<(), Halt> {
    let bytes = case.file(name)?;
    let digest = digest_in(name, file::ENVELOPES)?;
    expect(name, "digest", &digest, &Digest::of(bytes))?;
    let envelope = Envelope::parse(bytes).map_err(|error| fail(name, "an envelope", error.to_string()))?;
    let contract = case.evidence.contracts.get(&envelope.contract);
    let contract = contract.ok_or_else(|| missing(name, "contract", envelope.contract))?;
    let compiled = compile(contract, envelope)
        .map_err(|error| fail(name, "an envelope that compiles", error.to_string()))?;
    for (ending, text) in [("cedar", compiled.policies()), ("cedarschema", compiled.schema())] {
        let name = format!("{}{}.{ending}", file::ENVELOPES, digest.hex());
        if case.file(&name)? != text.as_bytes() {
            return Err(fail(name, "the text that the envelope compiles to", "another text"));
        }
    }
    case.evidence.envelopes.insert(digest, compiled);
    Ok(())
}

/// The opened cells, each of which a receipt has to have committed to.
fn read_opened(case: &mut Case) -> Result<BTreeSet<Cell>, Halt> {
    let bad = |found: String| fail(file::DISCLOSURES, "disclosures", found);
    let opened: Vec<Opened> = crate::canonical::from_slice(case.file(file::DISCLOSURES)?)
        .map_err(|error| bad(error.to_string()))?;
    let cells = opened.iter().map(|one| {
        let digest = one.disclosure.digest().map_err(|error| bad(error.to_string()))?;
        let column = one.disclosure.1.clone();
        Ok((one.connector.clone(), one.table.clone(), one.key.clone(), column, digest))
    });
    let cells = cells.collect::<Result<_, Halt>>()?;
    case.evidence.opened = opened;
    Ok(cells)
}
