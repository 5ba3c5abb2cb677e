//! One receipt at its place: what the law says of it, given all before it.

use evidence::decide::decide;
use evidence::decision::{LAW, Verdict};
use evidence::dsse::Signed;
use evidence::key::{Fingerprint, KeyId};
use evidence::receipt::{
    ActivationReceipt, DecisionReceipt, DocumentKind, KeyChange, KeyReceipt, MAX_RECEIPT_BYTES,
    OutcomeReceipt, Receipt,
};
use evidence::standing::Undoing;
use evidence::trust::Purpose;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::beside::Passed;
use super::log::Walk;
use crate::ledger::commit::Summary;
use crate::ledger::draft::is_escalation;
use crate::ledger::fault::Fault;
use crate::ledger::rows;
use crate::ledger::state::Open;

impl Walk<'_, '_> {
    /// Judges a receipt and takes it in. What others have to say of it is for the page to compare.
    pub(super) async fn receipt(
        &mut self,
        connection: &mut AnyConnection,
        seq: u64,
        row: &AnyRow,
        body: &str,
    ) -> Result<Option<Passed>, Fault> {
        if body.len() > MAX_RECEIPT_BYTES {
            self.find(seq, "is larger than a receipt may be");
        }
        let read = Signed::parse(body.as_bytes()).and_then(|signed| Ok((Receipt::read(&signed)?, signed)));
        let (receipt, signed) = match read {
            Ok(read) => read,
            Err(error) => {
                self.find(seq, format!("can't be read: {error}"));
                return Ok(None);
            }
        };
        self.place(seq, row, &receipt)?;
        let key = self.signature(seq, &receipt, &signed);
        let open = match &receipt {
            Receipt::Outcome(outcome) => self.outcome(seq, outcome),
            _ => None,
        };
        if !Summary::of(&receipt, open.as_ref()).is_in(row)? {
            self.find(seq, "its row's summary says other things than it does");
        }
        match &receipt {
            Receipt::Activation(activation) => self.activation(connection, seq, activation).await?,
            Receipt::Approval(approval) if self.state.history.approval(&approval.decision).is_none() => {
                self.find(seq, "votes on a decision that asked nobody");
            }
            Receipt::Decision(decision) => self.decision(connection, seq, decision).await?,
            Receipt::Key(change) => self.key(seq, change, key),
            _ => {}
        }
        self.take_in(&receipt, &signed);
        Ok(Passed::of(&receipt))
    }

    fn place(&mut self, seq: u64, row: &AnyRow, receipt: &Receipt) -> Result<(), Fault> {
        let entry = receipt.entry();
        if entry.seq != seq {
            self.find(seq, format!("says of itself that it is #{}", entry.seq));
        }
        if entry.log != *self.state.tenant.log() || entry.tenant != *self.state.tenant.name() {
            self.find(seq, format!("is of another log, {} of {}", entry.log, entry.tenant));
        }
        if entry.time < self.state.last_time {
            self.find(seq, "is older than the receipt before it");
        }
        self.state.last_time = self.state.last_time.max(entry.time);
        if row.try_get::<i64, _>("time")? != entry.time.micros()
            || row.try_get::<String, _>("kind")? != receipt.kind()
        {
            self.find(seq, "its row says another time or kind than it does");
        }
        Ok(())
    }

    /// The key whose signature holds, if it may sign here.
    fn signature(&mut self, seq: u64, receipt: &Receipt, signed: &Signed) -> Option<KeyId> {
        match self.signer(seq, receipt, signed) {
            Ok(key) => Some(key),
            Err(fault) => {
                self.find(seq, fault);
                None
            }
        }
    }

    fn signer(&self, seq: u64, receipt: &Receipt, signed: &Signed) -> Result<KeyId, String> {
        let mut signers = signed.signers();
        let (Some(id), None) = (signers.next(), signers.next()) else {
            return Err("has not exactly one signature".to_owned());
        };
        let record = self.trust.key(&id).ok_or_else(|| format!("is signed by an unknown key, {id}"))?;
        if !record.may_sign(Purpose::Receipt, receipt.entry().time) {
            return Err(format!("is signed by a key that may not sign receipts at that time, {id}"));
        }
        let begins = matches!(receipt, Receipt::Key(change) if seq == 0 && change.key.keyid == id);
        if !begins && !self.keys.contains(&id) {
            return Err(format!("is signed by a key that does not sign at this place, {id}"));
        }
        signed.verify(&record.public_key).map_err(|error| error.to_string())?;
        Ok(id)
    }

    fn key(&mut self, seq: u64, change: &KeyReceipt, signer: Option<KeyId>) {
        let id = change.key.keyid;
        let listed = self.trust.key(&id);
        if listed.is_none_or(|listed| {
            listed.public_key != change.key.public_key || listed.purposes != change.key.purposes
        }) {
            self.find(seq, format!("speaks of a key that is not among the vendor's in these words, {id}"));
        }
        if change.change == KeyChange::Revoked {
            self.keys.remove(&id);
            return;
        }
        if let Some(signer) = signer.filter(|_| change.change == KeyChange::Rotated) {
            self.keys.remove(&signer);
            let vouched = self.trust.vouched_for(&[Fingerprint::from(signer)]);
            if !vouched.is_ok_and(|vouched| vouched.contains(&id)) {
                self.find(seq, "hands over to a key that no rotation of the vendor leads to");
            }
        }
        self.keys.insert(id);
    }

    /// A document is in force from here on, so it must be there.
    async fn activation(
        &mut self,
        connection: &mut AnyConnection,
        seq: u64,
        activation: &ActivationReceipt,
    ) -> Result<(), Fault> {
        let library = &mut self.audit.library;
        let fetched = match activation.document {
            DocumentKind::Contract => library.fetch_contract(connection, activation.digest).await.map(drop),
            DocumentKind::Envelope => library.fetch_envelope(connection, activation.digest).await.map(drop),
        };
        match fetched {
            Err(Fault::Corrupt(fault)) => {
                self.find(seq, format!("activates a document that can't be used: {fault}"));
            }
            other => return other,
        }
        Ok(())
    }

    /// Decides again.
    async fn decision(
        &mut self,
        connection: &mut AnyConnection,
        seq: u64,
        receipt: &DecisionReceipt,
    ) -> Result<(), Fault> {
        if receipt.law != LAW {
            self.find(seq, format!("was decided by rules that this program does not know, {}", receipt.law));
            return Ok(());
        }
        let (action, time) = (&receipt.action, receipt.entry.time);
        let documents = match self.audit.library.in_force(&self.state.history, action.connector.as_str()) {
            Ok(documents) => documents,
            Err(Fault::Corrupt(fault)) => {
                self.find(seq, format!("can't be decided again: {fault}"));
                return Ok(());
            }
            Err(fault) => return Err(fault),
        };
        let limits = documents.envelope.as_ref().map_or(&[][..], |envelope| &envelope.envelope().limits);
        let resumes = receipt.standing.approval.as_ref().map(|approval| &approval.decision);
        let mut standing = self.state.history.standing(action, limits, resumes, time);
        standing.undoes = self.undone(connection, seq, receipt).await?;
        if standing != receipt.standing {
            self.find(seq, "was decided on a standing that earlier receipts do not lead to");
        }
        let contract = documents.contract.as_ref().map(|(_, contract)| contract.as_ref());
        let decided = decide(contract, documents.envelope.as_deref(), action, &receipt.standing, time);
        if decided != receipt.decision {
            self.find(seq, format!("decided again, the verdict is {}", decided.verdict.as_str()));
        }
        let allowed = receipt.decision.verdict == Verdict::Allow;
        let bound = receipt.permit.as_ref().map(|permit| Some(permit.action) == action.digest().ok());
        if bound != allowed.then_some(true) {
            self.find(seq, "has not the permit that its verdict calls for");
        }
        Ok(())
    }

    /// What the action takes back, as the receipt that it cites tells it.
    async fn undone(
        &self,
        connection: &mut AnyConnection,
        seq: u64,
        receipt: &DecisionReceipt,
    ) -> Result<Option<Undoing>, Fault> {
        let Some(cited) = receipt.action.undoes.as_ref().filter(|cited| cited.seq < seq) else {
            return Ok(None);
        };
        let Some(body) = rows::body(connection, self.state.tenant.log().as_str(), cited.seq).await? else {
            return Ok(None);
        };
        Ok(match rows::parse(&body) {
            Ok((Receipt::Decision(original), signed)) if signed.digest() == cited.receipt => {
                Some(Undoing::of(cited.clone(), &original))
            }
            _ => None,
        })
    }

    /// The decision whose outcome this is.
    fn outcome(&mut self, seq: u64, outcome: &OutcomeReceipt) -> Option<Open> {
        self.outcomes += 1;
        let open = self.state.open(&outcome.decision).filter(|open| open.permit == outcome.permit).cloned();
        if open.is_none() {
            self.find(seq, "is the outcome of no allowed decision, or the second one");
        }
        self.state.open.remove(&outcome.decision.seq);
        open
    }

    fn take_in(&mut self, receipt: &Receipt, signed: &Signed) {
        if let Some((seq, open)) = Open::by(receipt, signed.digest()) {
            self.state.open.insert(seq, open);
        }
        if let Receipt::Decision(decision) = receipt {
            if let Some(approval) = &decision.standing.approval {
                self.state.parked.remove(&approval.decision.seq);
            }
            if is_escalation(receipt) {
                self.state.parked.insert(decision.entry.seq, signed.digest());
            }
        }
        if !self.is_forgettable(receipt) {
            self.state.history.apply(receipt, signed.digest());
        }
    }

    /// An allowed write that no limit counts is nothing that history need remember.
    fn is_forgettable(&self, receipt: &Receipt) -> bool {
        let Receipt::Decision(decision) = receipt else { return false };
        let envelope = decision.standing.envelope.and_then(|digest| self.audit.library.envelope(digest));
        let unlimited = envelope.is_some_and(|envelope| envelope.envelope().limits.is_empty());
        decision.decision.verdict == Verdict::Allow && unlimited
    }
}
