//! The answer: twelve steps, four separate answers, five states.

use serde::Serialize;

use crate::key::KeyId;
use crate::timestamp::Timestamp;

/// The steps of verification, in SPEC.md's words and order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// 1.
    Container,
    /// 2.
    Manifest,
    /// 3.
    Keys,
    /// 4.
    Receipts,
    /// 5.
    Sequence,
    /// 6.
    Log,
    /// 7.
    Documents,
    /// 8.
    Verdicts,
    /// 9.
    Effects,
    /// 10.
    Approvals,
    /// 11.
    Rollbacks,
    /// 12.
    Consistency,
}

impl Step {
    /// Every step, in order.
    pub const ALL: [Self; 12] = [
        Self::Container,
        Self::Manifest,
        Self::Keys,
        Self::Receipts,
        Self::Sequence,
        Self::Log,
        Self::Documents,
        Self::Verdicts,
        Self::Effects,
        Self::Approvals,
        Self::Rollbacks,
        Self::Consistency,
    ];

    /// Its number, from 1.
    pub const fn number(self) -> u8 {
        self as u8 + 1
    }

    /// Its name: one word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Container => "Container",
            Self::Manifest => "Manifest",
            Self::Keys => "Keys",
            Self::Receipts => "Receipts",
            Self::Sequence => "Sequence",
            Self::Log => "Log",
            Self::Documents => "Documents in force",
            Self::Verdicts => "Verdicts re-derived",
            Self::Effects => "Effects",
            Self::Approvals => "Approvals",
            Self::Rollbacks => "Rollbacks",
            Self::Consistency => "Consistency",
        }
    }

    /// What holds when it held: one sentence.
    pub const fn claim(self) -> &'static str {
        match self {
            Self::Container => "The file is one container within its limits, in its one encoding.",
            Self::Manifest => {
                "The manifest lists every file and nothing else, the digests match, and its signature holds."
            }
            Self::Keys => "The vendor's keys are what they say, and their rotations hold.",
            Self::Receipts => {
                "Every receipt is canonical and signed by a key that was valid at its position."
            }
            Self::Sequence => {
                "The receipts are dense, of one tenant and one log, and time never goes backwards."
            }
            Self::Log => {
                "The log's root, computed again from the receipts, is the one in the signed checkpoint."
            }
            Self::Documents => {
                "The contract and envelope of each decision are the ones that the log put in force."
            }
            Self::Verdicts => {
                "Every verdict follows from its own inputs, decided again here; limits were counted again."
            }
            Self::Effects => {
                "Each allowed write has one outcome, no other write has any, and states continue."
            }
            Self::Approvals => {
                "Every approval is bound to its decision, by distinct people of the group, in time."
            }
            Self::Rollbacks => "Every rollback restored the very state that it claims to restore.",
            Self::Consistency => "The log continues the one whose checkpoint you kept.",
        }
    }
}

/// How a step ended. Absent is never a pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum StepResult {
    /// What it claims is so.
    Held {
        /// How much was checked, in words.
        detail: String,
    },
    /// What it claims is not so.
    Failed(Failure),
    /// It could not be told: an unknown version, or bytes that are no pack.
    CouldNotCheck(Failure),
    /// There was nothing to check it on.
    NotPresent {
        /// What is missing.
        detail: String,
    },
    /// An earlier step failed, or the check was stopped.
    NotReached,
}

/// Where something is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// Where, as `receipt #12` or `trust.json`.
    pub at: String,
    /// What should be there.
    pub expected: String,
    /// What is there.
    pub found: String,
}

impl Failure {
    /// Nothing but the facts.
    pub fn new(at: impl Into<String>, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { at: at.into(), expected: expected.into(), found: found.into() }
    }
}

/// One step and how it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepReport {
    /// The step's name.
    pub name: &'static str,
    /// Its number, from 1.
    pub number: u8,
    /// How it ended.
    pub result: StepResult,
    /// The step.
    #[serde(skip)]
    pub step: Step,
}

/// Do the bytes fit together?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Integrity {
    /// Everything that was there fits together.
    Holds,
    /// Something does not fit.
    Broken,
    /// It could not be told.
    Unknown,
}

/// Who signed, as far as the reader can tell?
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Signer {
    /// Keys that the reader named, or that follow from them by rotation.
    Confirmed {
        /// The key of the manifest.
        key: KeyId,
    },
    /// The reader named no key, so only the pack vouches for this one.
    NotNamed {
        /// The key of the manifest.
        key: KeyId,
    },
    /// The reader named a key, and another one signed.
    Other {
        /// A key that signed and is not vouched for.
        key: KeyId,
    },
    /// The keys were not reached, or did not hold.
    Unknown,
}

/// What part of the log is here?
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Completeness {
    /// The whole log up to the checkpoint.
    Whole {
        /// How many receipts.
        size: u64,
    },
    /// A dense range of a longer log, tied to its checkpoint.
    Range {
        /// The first sequence number.
        from: u64,
        /// The size of the log at the checkpoint.
        size: u64,
        /// The last sequence number.
        to: u64,
    },
    /// The end, or the ties to the log, are unproven.
    Unproven {
        /// What is missing.
        detail: String,
    },
    /// It was not reached.
    Unknown,
}

/// Something that is proven and that the reader should know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What kind.
    pub kind: FindingKind,
    /// The receipts it is about.
    pub receipts: Vec<u64>,
    /// One sentence.
    pub sentence: String,
}

/// The kinds of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// A record changed between two receipts without a governed write.
    Continuity,
    /// An allowed write has no outcome yet, and its permit was still good at the end of the range.
    Pending,
}

/// What a person sees first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Everything held, by a key that the reader named.
    Verified,
    /// Everything held, by a key that nobody has confirmed.
    SignerNotConfirmed,
    /// What is there held, but the end or the ties to the log are missing.
    Incomplete,
    /// Something does not hold.
    DoesNotVerify,
    /// It could not be told.
    CouldNotCheck,
}

impl State {
    /// The state's name, as people see it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Verified => "Verified",
            Self::SignerNotConfirmed => "Intact, signer not confirmed",
            Self::Incomplete => "Incomplete",
            Self::DoesNotVerify => "Does not verify",
            Self::CouldNotCheck => "Could not check",
        }
    }

    /// What to do next, as one sentence.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Verified => {
                "Keep the checkpoint, so that next time the log can be shown to continue this one."
            }
            Self::SignerNotConfirmed => {
                "Ask the vendor for its key's fingerprint by another way than the one this pack came by, and enter it."
            }
            Self::Incomplete => {
                "Ask the vendor for a pack with its checkpoint; what is here holds, but its end is unproven."
            }
            Self::DoesNotVerify => "Do not rely on this pack; show the vendor the step that failed.",
            Self::CouldNotCheck => {
                "Check that this is an EvidencePack and that it arrived whole; a newer one may need a newer verifier."
            }
        }
    }

    /// The exit code of the command.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Verified => 0,
            Self::DoesNotVerify => 1,
            Self::CouldNotCheck => 2,
            Self::SignerNotConfirmed => 3,
            Self::Incomplete => 4,
        }
    }
}

/// What the pack is about, once its manifest was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct About {
    /// The first sequence number.
    pub from: u64,
    /// The log's id.
    pub log: String,
    /// The time of the last receipt in the range.
    pub until: Option<Timestamp>,
    /// The size of the log at the checkpoint.
    pub size: u64,
    /// The tenant.
    pub tenant: String,
    /// The last sequence number.
    pub to: u64,
    /// The vendor.
    pub vendor: String,
}

/// The whole answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// What the pack is about.
    pub about: Option<About>,
    /// What has to be taken on trust, whatever held.
    pub assumed: Vec<String>,
    /// What part of the log is here.
    pub completeness: Completeness,
    /// What is proven and worth knowing.
    pub findings: Vec<Finding>,
    /// Whether the bytes fit together.
    pub integrity: Integrity,
    /// What would need more than the pack.
    pub not_checked: Vec<String>,
    /// What was proved.
    pub proved: Vec<String>,
    /// Who signed.
    pub signer: Signer,
    /// What a person sees first.
    pub state: State,
    /// The twelve steps.
    pub steps: Vec<StepReport>,
}

impl Report {
    /// The first step that did not hold, if one failed or could not be checked.
    pub fn stopped_at(&self) -> Option<&StepReport> {
        self.steps
            .iter()
            .find(|step| matches!(step.result, StepResult::Failed(_) | StepResult::CouldNotCheck(_)))
    }
}
