//! Proposals: one person says what should be in force, and another one puts it there.

use std::collections::HashMap;

use app::portal::envelopes::{Proposal, Stage};
use app::text::envelope::changes;
use evidence::digest::Digest;
use evidence::envelope::Envelope;
use evidence::name::{Name, Text};

use super::shelf::Lying;
use super::{Checked, Envelopes, Place, Refusal, Who, digest_of, fresh, next_version};
use crate::ledger::{ActivationDraft, Document, LedgerError};

impl Envelopes {
    /// Proposes `envelope` in place of `base`. Its version is the next one, whatever it says itself.
    pub async fn propose(
        &self,
        place: &Place,
        who: &Who,
        mut envelope: Envelope,
        base: Option<Digest>,
        reason: &str,
    ) -> Result<Proposal, Refusal> {
        place.tenant.secret()?;
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(Refusal::NoReason);
        }
        let in_force = self.in_force(place).await?.envelope;
        let found = in_force.as_ref().map(|compiled| compiled.digest());
        if found != base {
            return Err(Refusal::Overtaken(found));
        }
        let known = in_force.as_ref().map(|compiled| compiled.envelope());
        if known.is_some_and(|known| says_the_same(known, &envelope)) {
            return Err(Refusal::Unchanged);
        }
        envelope.version = next_version(known);
        self.check(place, envelope.clone()).await?;
        let proposal = Proposal {
            id: fresh()?,
            connector: place.connector.clone(),
            digest: digest_of(&envelope)?,
            envelope,
            base,
            reason: Text::shortened(reason, Text::MAX_BYTES).to_string(),
            member: who.id.clone(),
            by: who.name.to_string(),
            at: self.clock.now(),
            stage: Stage::Open,
        };
        self.shelf.put_proposal(place, &proposal).await?;
        Ok(proposal)
    }

    /// The proposal with this id, of this place.
    pub async fn proposal(&self, place: &Place, id: &str) -> Result<Option<Proposal>, LedgerError> {
        match self.shelf.proposal(place, id).await? {
            Some(lying) => Ok(Some(self.settled(place, lying).await?)),
            None => Ok(None),
        }
    }

    /// The newest proposals of this place, newest first.
    pub async fn proposals(&self, place: &Place) -> Result<Vec<Proposal>, LedgerError> {
        let mut proposals = Vec::new();
        for lying in self.shelf.proposals(place).await? {
            proposals.push(self.settled(place, lying).await?);
        }
        Ok(proposals)
    }

    /// How many proposals wait for a second person, by log; logs without any are left out.
    pub async fn open_by_log(&self, vendor: &Name) -> Result<HashMap<Name, u64>, LedgerError> {
        self.shelf.open_by_log(vendor).await
    }

    /// Puts a proposal in force, exactly as it was proposed. Whoever asks again for what is done is told what was done.
    pub async fn activate(&self, place: &Place, who: &Who, id: &str) -> Result<Proposal, Refusal> {
        place.tenant.secret()?;
        let proposal = self.proposal(place, id).await?.ok_or(Refusal::Unknown)?;
        if proposal.member == who.id {
            return Err(Refusal::SamePerson);
        }
        match proposal.stage {
            Stage::Open => {}
            Stage::Activated(_) => return Ok(proposal),
            Stage::Withdrawn(_) | Stage::Refused(_) => return Err(Refusal::Closed),
        }
        let draft = self.admit(place, who, &proposal).await?;
        if !self.shelf.claim(&proposal.id, who, self.clock.now()).await? {
            return self.already(place, id).await;
        }
        match self.ledger.replace(&place.tenant, draft, proposal.base).await {
            Ok(recorded) => {
                let (entry, by) = (&recorded.receipt().entry, &recorded.receipt().by);
                self.shelf.activated(&proposal.id, by.as_str(), entry.time, entry.seq).await?;
                self.proposal(place, id).await?.ok_or(Refusal::Unknown)
            }
            Err(error) => {
                self.shelf.let_go(&proposal.id).await?;
                if !error.is_overtaken() {
                    return Err(error.into());
                }
                self.overtaken(place).await
            }
        }
    }

    /// Takes one's own proposal back.
    pub async fn withdraw(&self, place: &Place, who: &Who, id: &str, reason: &str) -> Result<(), Refusal> {
        let proposal = self.proposal(place, id).await?.ok_or(Refusal::Unknown)?;
        if proposal.member != who.id {
            return Err(Refusal::OtherPerson);
        }
        self.close(&proposal, "withdrawn", who, reason).await
    }

    /// Refuses somebody else's proposal, for a reason.
    pub async fn refuse(&self, place: &Place, who: &Who, id: &str, reason: &str) -> Result<(), Refusal> {
        let proposal = self.proposal(place, id).await?.ok_or(Refusal::Unknown)?;
        if proposal.member == who.id {
            return Err(Refusal::SamePerson);
        }
        if reason.trim().is_empty() {
            return Err(Refusal::NoReason);
        }
        self.close(&proposal, "refused", who, reason).await
    }

    async fn close(&self, proposal: &Proposal, state: &str, who: &Who, reason: &str) -> Result<(), Refusal> {
        let reason = Text::shortened(reason.trim(), Text::MAX_BYTES);
        let closed = self.shelf.close(&proposal.id, state, who, reason.as_str(), self.clock.now()).await?;
        if proposal.is_open() && closed { Ok(()) } else { Err(Refusal::Closed) }
    }

    /// Everything that has to hold before a proposal is put in force, and what its receipt will say.
    async fn admit(&self, place: &Place, who: &Who, proposal: &Proposal) -> Result<ActivationDraft, Refusal> {
        let in_force = self.in_force(place).await?.envelope;
        let found = in_force.as_ref().map(|compiled| compiled.digest());
        if found != proposal.base {
            return Err(Refusal::Overtaken(found));
        }
        let checked: Checked = self.check(place, proposal.envelope.clone()).await?;
        let failing = checked.failing();
        if !failing.is_empty() {
            return Err(Refusal::CasesFail(failing));
        }
        let changes = changes(in_force.as_ref().map(|compiled| compiled.envelope()), &proposal.envelope);
        let text = |text: &str| Text::shortened(text, Text::MAX_BYTES);
        Ok(ActivationDraft {
            by: who.name.clone(),
            changes: changes.iter().map(|change| text(change)).collect(),
            connector: place.connector.clone(),
            document: Document::Envelope(Box::new(proposal.envelope.clone())),
            proposed_by: Some(text(&proposal.by)),
            reason: text(&proposal.reason),
        })
    }

    /// What somebody else has made of it in the meantime.
    async fn already(&self, place: &Place, id: &str) -> Result<Proposal, Refusal> {
        let proposal = self.proposal(place, id).await?.ok_or(Refusal::Unknown)?;
        match proposal.stage {
            Stage::Activated(_) => Ok(proposal),
            Stage::Open => self.overtaken(place).await,
            Stage::Withdrawn(_) | Stage::Refused(_) => Err(Refusal::Closed),
        }
    }

    async fn overtaken<T>(&self, place: &Place) -> Result<T, Refusal> {
        let in_force = self.in_force(place).await?.envelope;
        Err(Refusal::Overtaken(in_force.map(|compiled| compiled.digest())))
    }

    /// The log has the last word on what was put in force: a claim whose end nobody wrote down is looked up there.
    async fn settled(&self, place: &Place, lying: Lying) -> Result<Proposal, LedgerError> {
        let Lying { proposal, claimed } = lying;
        if !claimed {
            return Ok(proposal);
        }
        let Some(receipt) = self.activation_of(place, proposal.digest).await? else { return Ok(proposal) };
        let entry = &receipt.entry;
        self.shelf.activated(&proposal.id, receipt.by.as_str(), entry.time, entry.seq).await?;
        let again = self.shelf.proposal(place, proposal.id.as_str()).await?;
        Ok(again.map_or(proposal, |lying| lying.proposal))
    }
}

/// Whether two envelopes differ in nothing but their versions.
fn says_the_same(one: &Envelope, other: &Envelope) -> bool {
    let plain = |envelope: &Envelope| Envelope { version: 0, ..envelope.clone() };
    plain(one) == plain(other)
}
