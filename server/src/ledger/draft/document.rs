//! A contract or an envelope is put in force: checked against what is in force already, and taken into the library.

use evidence::compile::compile;
use evidence::digest::Digest;
use evidence::receipt::{ActivationReceipt, DocumentKind, Receipt};

use super::{Beside, Drafting, Planned};
use crate::ledger::answer::{LedgerError, PREVIOUS};
use crate::ledger::fault::Fault;
use crate::ledger::library::Library;
use crate::ledger::proposal::{ActivationDraft, Document};
use crate::ledger::request::Replaces;
use crate::registry::Tenant;

impl Drafting<'_> {
    /// Puts a document in force, if it fits those that are.
    pub(super) fn activate(
        &mut self,
        tenant: &Tenant,
        draft: &ActivationDraft,
        replaces: Replaces,
    ) -> Result<Planned, Fault> {
        if let Replaces::Only(base) = replaces
            && base != self.in_force(tenant, draft)?
        {
            return Ok(Planned::Reply(Err(LedgerError::refused(PREVIOUS, "is not the one in force"))));
        }
        let (digest, kind, body) = match self.admit(tenant, draft)? {
            Ok(admitted) => admitted,
            Err(refused) => return Ok(Planned::Reply(Err(refused))),
        };
        let (now, previous) = (self.now, self.in_force(tenant, draft)?);
        let state = self.state_mut(tenant)?;
        let word = match kind {
            DocumentKind::Contract => "contract",
            DocumentKind::Envelope => "envelope",
        };
        state.connectors.insert(draft.connector.clone());
        let receipt = Receipt::Activation(ActivationReceipt {
            by: draft.by.clone(),
            changes: draft.changes.clone(),
            connector: draft.connector.clone(),
            digest,
            document: kind,
            entry: state.entry(now),
            previous,
            proposed_by: draft.proposed_by.clone(),
            reason: draft.reason.clone(),
        });
        Ok(Planned::Draft(self.push(receipt, Beside::Document { digest, kind: word, body })))
    }

    /// The document that this one would replace.
    fn in_force(&self, tenant: &Tenant, draft: &ActivationDraft) -> Result<Option<Digest>, Fault> {
        let history = &self.state(tenant)?.history;
        let connector = draft.connector.as_str();
        Ok(match &draft.document {
            Document::Contract(_) => history.contract(connector),
            Document::Envelope(_) => history.envelope(connector),
        })
    }

    /// Checks a document against what is in force, and takes it into the library.
    fn admit(
        &mut self,
        tenant: &Tenant,
        draft: &ActivationDraft,
    ) -> Result<Result<(Digest, DocumentKind, String), LedgerError>, Fault> {
        let in_force = self.state(tenant)?.history.contract(draft.connector.as_str());
        Ok(match &draft.document {
            Document::Contract(contract) => admit_contract(self.library, draft, contract),
            Document::Envelope(envelope) if envelope.tenant != *tenant.name() => {
                Err(LedgerError::refused("tenant", format!("must be {}", tenant.name())))
            }
            Document::Envelope(envelope) => match in_force {
                Some(digest) if digest == envelope.contract => admit_envelope(self.library, envelope),
                Some(digest) => {
                    Err(LedgerError::refused("contract", format!("must be the one in force, {digest}")))
                }
                None => Err(LedgerError::refused("contract", "none is in force for this connector yet")),
            },
        })
    }
}

type Admitted = Result<(Digest, DocumentKind, String), LedgerError>;

fn admit_contract(
    library: &mut Library,
    draft: &ActivationDraft,
    contract: &evidence::contract::Contract,
) -> Admitted {
    contract.check().map_err(|error| LedgerError::refused(&error.at, error.fault))?;
    if contract.connector != draft.connector {
        return Err(LedgerError::refused("connector", format!("must be {}", draft.connector)));
    }
    let body = canonical_text(contract)?;
    let digest = Digest::of(body.as_bytes());
    library.add_contract(digest, contract.clone());
    Ok((digest, DocumentKind::Contract, body))
}

fn admit_envelope(library: &mut Library, envelope: &evidence::envelope::Envelope) -> Admitted {
    let contract = library.contract(envelope.contract).cloned();
    let contract = contract.ok_or_else(|| LedgerError::refused("contract", "is not known"))?;
    let refused = |error: evidence::envelope::EnvelopeError| LedgerError::refused(&error.at, &error.fault);
    let compiled = compile(&contract, envelope.clone()).map_err(refused)?;
    compiled.validate().map_err(refused)?;
    let (digest, body) = (compiled.digest(), canonical_text(envelope)?);
    library.add_envelope(compiled);
    Ok((digest, DocumentKind::Envelope, body))
}

fn canonical_text<T: serde::Serialize>(document: &T) -> Result<String, LedgerError> {
    let bytes =
        evidence::canonical::to_vec(document).map_err(|error| LedgerError::refused("document", error))?;
    String::from_utf8(bytes).map_err(|error| LedgerError::refused("document", error))
}
