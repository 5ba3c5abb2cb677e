//! Receipts: the entries of a tenant's log, one signed statement each.

use serde::{Deserialize, Serialize};

use crate::action::{Action, Citation, Source};
use crate::canonical::{self, CanonicalError};
use crate::commitment::Key;
use crate::decision::Decision;
use crate::digest::Digest;
use crate::dsse::{DsseError, Predicate, Signed, Subject};
use crate::name::{Name, Text};
use crate::reason::Code;
use crate::standing::Standing;
use crate::timestamp::Timestamp;
use crate::trust::KeyRecord;

/// The largest receipt, in bytes of its DSSE envelope.
pub const MAX_RECEIPT_BYTES: usize = 4 * 1024 * 1024;

/// Where in which log a receipt stands. Every receipt has one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The version of the software that wrote it.
    pub engine: Text,
    /// The log's id.
    pub log: Name,
    /// The sequence number, which is the leaf's index in the log.
    pub seq: u64,
    /// The tenant whose log it is.
    pub tenant: Name,
    /// When it was recorded.
    pub time: Timestamp,
}

macro_rules! receipts {
    ($($(#[$doc:meta])* $variant:ident($type:ident) = $text:literal),+ $(,)?) => {
        /// Any receipt.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[expect(clippy::large_enum_variant, reason = "most receipts are decisions, the largest")]
        pub enum Receipt {
            $($(#[$doc])* $variant($type),)+
        }

        impl Receipt {
            /// The kinds of receipts, as words.
            pub const KINDS: &'static [&'static str] = &[$($text),+];

            /// Reads what a signed document states. Its signature is for [`Signed::verify`] to check.
            pub fn read(signed: &Signed) -> Result<Self, DsseError> {
                $(if signed.likely_kind() == Some($type::TYPE)
                    && let Ok(receipt) = signed.predicate()
                {
                    return Ok(Self::$variant(receipt));
                })+
                let kind = signed.kind()?;
                $(if kind == $type::TYPE {
                    return signed.predicate().map(Self::$variant);
                })+
                Err(DsseError::Kind { expected: "urn:helm:evidence:<a receipt>:v1", found: kind })
            }

            /// Where it stands.
            pub const fn entry(&self) -> &Entry {
                match self {
                    $(Self::$variant(receipt) => &receipt.entry,)+
                }
            }

            /// Its kind, as a word.
            pub const fn kind(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $text,)+
                }
            }
        }

        $(impl Predicate for $type {
            const TYPE: &'static str = concat!("urn:helm:evidence:", $text, ":v1");

            fn subject(&self, encoded: &[u8]) -> Result<Vec<Subject>, CanonicalError> {
                Ok(vec![self.about(encoded)?])
            }
        })+
    };
}

receipts! {
    /// A document was put in force.
    Activation(ActivationReceipt) = "activation",
    /// A person voted.
    Approval(ApprovalReceipt) = "approval",
    /// A verdict was given.
    Decision(DecisionReceipt) = "decision",
    /// A key was added, rotated or revoked.
    Key(KeyReceipt) = "key",
    /// Another tenant's agent tried to reach a record of this one.
    Notice(NoticeReceipt) = "notice",
    /// What an effect really did.
    Outcome(OutcomeReceipt) = "outcome",
    /// Somebody was frozen, suspended or let act again.
    Standing(StandingReceipt) = "standing",
}

/// A verdict was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionReceipt {
    /// What was proposed and what the connector saw.
    pub action: Action,
    /// What was decided.
    pub decision: Decision,
    /// Where this stands.
    pub entry: Entry,
    /// The digest of the caller's idempotency key.
    pub idempotency: Option<Digest>,
    /// The rules of decision, [`LAW`](crate::decision::LAW).
    pub law: u32,
    /// For ALLOW: what the effect needs.
    pub permit: Option<Permit>,
    /// What the ledger knew.
    pub standing: Standing,
}

/// The right to one effect: single use, expiring, bound to the exact action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Permit {
    /// The digest of the action.
    pub action: Digest,
    /// No effect may begin from here on.
    pub expires_at: Timestamp,
    /// Its id.
    pub id: Name,
}

/// A person voted on an escalated action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalReceipt {
    /// For or against.
    pub approve: bool,
    /// Who.
    pub approver: Text,
    /// The decision it answers.
    pub decision: Citation,
    /// Where this stands.
    pub entry: Entry,
    /// As a member of which group.
    pub group: Name,
    /// Why.
    pub reason: Text,
}

/// What the effect of an allowed action really did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeReceipt {
    /// Why it was not committed.
    pub code: Option<Code>,
    /// The decision that allowed it.
    pub decision: Citation,
    /// Where this stands.
    pub entry: Entry,
    /// The permit it used.
    pub permit: Name,
    /// The records as read inside the write's own transaction, in the action's order; empty if none were read.
    pub records: Vec<Effect>,
    /// Who says so.
    pub source: Source,
    /// What became of it.
    pub status: OutcomeStatus,
}

/// What became of an allowed effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OutcomeStatus {
    /// It took place, wholly.
    Committed,
    /// It broke off, and took no effect.
    Failed,
    /// It was not begun.
    NotApplied,
}

impl OutcomeStatus {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Committed => "COMMITTED",
            Self::Failed => "FAILED",
            Self::NotApplied => "NOT_APPLIED",
        }
    }
}

/// One record before and after an effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Effect {
    /// The hash of its state after; `None` if it no longer exists.
    pub after: Option<Digest>,
    /// The hash of its state before; `None` if it did not exist.
    pub before: Option<Digest>,
    /// Which record.
    pub key: Key,
}

/// A document was put in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActivationReceipt {
    /// By whom.
    pub by: Text,
    /// What changed, in sentences.
    pub changes: Vec<Text>,
    /// The connector it is for.
    pub connector: Name,
    /// The digest of the document.
    pub digest: Digest,
    /// What it is.
    pub document: DocumentKind,
    /// Where this stands.
    pub entry: Entry,
    /// The document that it replaces.
    pub previous: Option<Digest>,
    /// Who proposed it, if somebody else.
    pub proposed_by: Option<Text>,
    /// Why.
    pub reason: Text,
}

/// The kinds of documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DocumentKind {
    /// A [`Contract`](crate::contract::Contract).
    Contract,
    /// An [`Envelope`](crate::envelope::Envelope).
    Envelope,
}

/// A key was added, rotated or revoked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyReceipt {
    /// What happened.
    pub change: KeyChange,
    /// Where this stands.
    pub entry: Entry,
    /// The key.
    pub key: KeyRecord,
    /// Why.
    pub reason: Text,
}

/// What happened to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyChange {
    /// It may sign from here on.
    Added,
    /// It may sign from here on, in place of the key that signs this receipt.
    Rotated,
    /// It may no longer sign.
    Revoked,
}

/// Another tenant's agent tried to reach records of this tenant. Its identity and data stay out of this log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeReceipt {
    /// The acting tenant, blinded.
    pub actor: Digest,
    /// The connector.
    pub connector: Name,
    /// Where this stands.
    pub entry: Entry,
    /// What was to be done.
    pub operation: Text,
    /// The records of this tenant that it named; their state did not change.
    pub records: Vec<Key>,
    /// The table.
    pub table: Text,
}

/// Somebody's standing changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandingReceipt {
    /// By whom.
    pub by: Text,
    /// Where this stands.
    pub entry: Entry,
    /// Why.
    pub reason: Text,
    /// To what.
    pub state: StandingState,
    /// Whose.
    pub subject: StandingSubject,
}

/// Whose standing changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StandingSubject {
    /// An agent of the tenant.
    Agent(Name),
    /// The whole portal.
    Portal,
    /// The tenant.
    Tenant,
}

/// May it act?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StandingState {
    /// It may.
    Active,
    /// It may not: frozen, or suspended.
    Stopped,
}

impl ActivationReceipt {
    #[expect(clippy::unnecessary_wraps, reason = "every receipt's `about` has this shape")]
    fn about(&self, _encoded: &[u8]) -> Result<Subject, CanonicalError> {
        Ok(Subject::new("document", self.digest))
    }
}

impl ApprovalReceipt {
    #[expect(clippy::unnecessary_wraps, reason = "every receipt's `about` has this shape")]
    fn about(&self, _encoded: &[u8]) -> Result<Subject, CanonicalError> {
        Ok(Subject::new("decision", self.decision.receipt))
    }
}

impl DecisionReceipt {
    /// The action is its first member.
    fn about(&self, encoded: &[u8]) -> Result<Subject, CanonicalError> {
        let digest = match canonical::first_member(encoded, "action") {
            Some(action) => Digest::of(action),
            None => self.action.digest()?,
        };
        Ok(Subject::new("action", digest))
    }
}

impl KeyReceipt {
    #[expect(clippy::unnecessary_wraps, reason = "every receipt's `about` has this shape")]
    fn about(&self, _encoded: &[u8]) -> Result<Subject, CanonicalError> {
        Ok(Subject::new("key", self.key.keyid.0))
    }
}

impl NoticeReceipt {
    fn about(&self, _encoded: &[u8]) -> Result<Subject, CanonicalError> {
        Ok(Subject::new("records", Digest::of(&canonical::to_vec(&self.records)?)))
    }
}

impl OutcomeReceipt {
    #[expect(clippy::unnecessary_wraps, reason = "every receipt's `about` has this shape")]
    fn about(&self, _encoded: &[u8]) -> Result<Subject, CanonicalError> {
        Ok(Subject::new("decision", self.decision.receipt))
    }
}

impl StandingReceipt {
    fn about(&self, _encoded: &[u8]) -> Result<Subject, CanonicalError> {
        Ok(Subject::new("standing", Digest::of(&canonical::to_vec(&self.subject)?)))
    }
}
