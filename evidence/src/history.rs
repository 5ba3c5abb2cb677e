//! History: what the earlier receipts of a log establish.
//!
//! The ledger keeps one for each tenant and takes the standing from it; the verifier builds one from a pack and
//! compares. Both therefore agree on what was in force, who might act and how much of a limit was spent.

pub(crate) mod window;

use std::collections::{BTreeMap, VecDeque};

use crate::action::{Action, Citation};
use crate::decision::Verdict;
use crate::digest::Digest;
use crate::envelope::{Approval, Limit};
use crate::key::KeyId;
use crate::name::Name;
use crate::receipt::{DocumentKind, KeyChange, Receipt, StandingState, StandingSubject};
use crate::standing::{AgentStanding, ApprovalStanding, Standing, Vote};
use crate::timestamp::Timestamp;
use crate::trust::KeyRecord;
use window::{AllowedWrite, Window};

/// The longest window of a limit, in seconds: 31 days. Older writes are forgotten.
pub const LONGEST_WINDOW_SECONDS: u32 = 31 * 24 * 60 * 60;

/// What the receipts so far establish.
#[derive(Clone, Debug, Default)]
pub struct History {
    agents: BTreeMap<Name, StandingState>,
    contracts: BTreeMap<Name, Digest>,
    envelopes: BTreeMap<Name, Digest>,
    keys: BTreeMap<KeyId, KeyHistory>,
    portal_frozen: bool,
    tenant_frozen: bool,
    allowed: VecDeque<AllowedWrite>,
    windows: BTreeMap<(Name, Name), Window>,
    escalations: BTreeMap<Citation, Escalation>,
}

#[derive(Clone, Debug)]
struct KeyHistory {
    record: KeyRecord,
    revoked: bool,
}

#[derive(Clone, Debug)]
struct Escalation {
    envelope: Option<Digest>,
    expires_at: Timestamp,
    needed: Approval,
    votes: Vec<Vote>,
}

impl History {
    /// Takes in the next receipt; `digest` is that of its exact bytes.
    pub fn apply(&mut self, receipt: &Receipt, digest: Digest) {
        let entry = receipt.entry();
        match receipt {
            Receipt::Activation(activation) => {
                let documents = match activation.document {
                    DocumentKind::Contract => &mut self.contracts,
                    DocumentKind::Envelope => &mut self.envelopes,
                };
                documents.insert(activation.connector.clone(), activation.digest);
                self.windows.clear();
            }
            Receipt::Approval(approval) => {
                if let Some(escalation) = self.escalations.get_mut(&approval.decision) {
                    escalation.votes.push(Vote {
                        approve: approval.approve,
                        approver: approval.approver.clone(),
                        at: entry.time,
                        group: approval.group.clone(),
                    });
                }
            }
            Receipt::Decision(decision) => match decision.decision.verdict {
                Verdict::Allow => self.allow(&decision.action, entry.time),
                Verdict::Deny => {}
                Verdict::Escalate => {
                    if let Some(needed) = &decision.decision.approval {
                        let cited = Citation { receipt: digest, seq: entry.seq };
                        self.escalations
                            .insert(cited, Escalation::open(needed, decision.standing.envelope, entry.time));
                    }
                }
            },
            Receipt::Key(key) => {
                let revoked = key.change == KeyChange::Revoked;
                self.keys.insert(key.key.keyid, KeyHistory { record: key.key.clone(), revoked });
            }
            Receipt::Standing(standing) => self.stand(&standing.subject, standing.state),
            Receipt::Notice(_) | Receipt::Outcome(_) => {}
        }
    }

    /// What the ledger knows when `action` is decided at `now` under an envelope with these limits. `resumes` cites the
    /// decision that escalated it earlier. What an action undoes is not kept here: whoever holds that receipt puts it in
    /// as [`Undoing::of`](crate::standing::Undoing::of) tells it.
    pub fn standing(
        &mut self,
        action: &Action,
        limits: &[Limit],
        resumes: Option<&Citation>,
        now: Timestamp,
    ) -> Standing {
        let envelope = self.envelopes.get(&action.connector).copied();
        let spent = if envelope.is_some() { self.spent(action, limits, now) } else { BTreeMap::new() };
        Standing {
            agent: self.agent(&action.agent),
            approval: resumes.and_then(|cited| self.approval(cited)),
            contract: self.contracts.get(&action.connector).copied(),
            envelope,
            portal_frozen: self.portal_frozen,
            spent,
            tenant_frozen: self.tenant_frozen,
            undoes: None,
        }
    }

    /// What became of the question that an escalated decision asked.
    pub fn approval(&self, decision: &Citation) -> Option<ApprovalStanding> {
        Some(self.escalations.get(decision)?.standing(decision))
    }

    /// The contract in force for a connector.
    pub fn contract(&self, connector: &str) -> Option<Digest> {
        self.contracts.get(connector).copied()
    }

    /// The envelope in force for a connector.
    pub fn envelope(&self, connector: &str) -> Option<Digest> {
        self.envelopes.get(connector).copied()
    }

    /// The key with this id, if the log has added it and not revoked it.
    pub fn key(&self, id: &KeyId) -> Option<&KeyRecord> {
        self.keys.get(id).filter(|key| !key.revoked).map(|key| &key.record)
    }

    /// Whether any key was added yet: the first receipt of a log adds the key that signs it.
    pub fn has_keys(&self) -> bool {
        !self.keys.is_empty()
    }

    /// Whether an agent may act.
    pub fn agent(&self, agent: &Name) -> AgentStanding {
        match self.agents.get(agent) {
            None => AgentStanding::Unknown,
            Some(StandingState::Active) => AgentStanding::Active,
            Some(StandingState::Stopped) => AgentStanding::Suspended,
        }
    }

    fn stand(&mut self, subject: &StandingSubject, state: StandingState) {
        let stopped = state == StandingState::Stopped;
        match subject {
            StandingSubject::Agent(agent) => drop(self.agents.insert(agent.clone(), state)),
            StandingSubject::Portal => self.portal_frozen = stopped,
            StandingSubject::Tenant => self.tenant_frozen = stopped,
        }
    }

    fn allow(&mut self, action: &Action, time: Timestamp) {
        let write = AllowedWrite::new(action, time);
        self.windows.values_mut().for_each(|window| window.count(&write));
        self.allowed.push_back(write);
        let horizon = time.saturating_minus_seconds(LONGEST_WINDOW_SECONDS.into());
        while self.allowed.front().is_some_and(|oldest| oldest.time < horizon) {
            self.allowed.pop_front();
        }
    }

    fn spent(&mut self, action: &Action, limits: &[Limit], now: Timestamp) -> BTreeMap<Name, u64> {
        let allowed = &self.allowed;
        let counted = limits.iter().filter(|limit| {
            limit.counts(action.agent.as_str(), action.table.as_str(), action.operation.as_str())
        });
        let sums = counted.map(|limit| {
            let name = (action.connector.clone(), limit.id.clone());
            let window = self.windows.entry(name).or_insert_with(|| {
                let mut window = Window::open(&action.connector, limit);
                for write in allowed {
                    window.count(write);
                }
                window
            });
            (limit.id.clone(), window.sum_at(now))
        });
        sums.collect()
    }
}

impl Escalation {
    fn open(needed: &Approval, envelope: Option<Digest>, time: Timestamp) -> Self {
        let expires_at = time.saturating_plus_seconds(needed.expires_seconds.into());
        Self { envelope, expires_at, needed: needed.clone(), votes: Vec::new() }
    }

    fn standing(&self, decision: &Citation) -> ApprovalStanding {
        ApprovalStanding {
            decision: decision.clone(),
            envelope: self.envelope,
            expires_at: self.expires_at,
            needed: self.needed.clone(),
            votes: self.votes.clone(),
        }
    }
}
