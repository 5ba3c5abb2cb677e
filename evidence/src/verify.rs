//! `verify`: twelve numbered steps from bytes to an answer.
//!
//! The steps are a heading in SPEC.md, a file here and a row on the screen, in the same words and order. Work is done
//! in small units, so that a page can show progress and stop; nothing here waits, reads a clock or asks the network.

use std::collections::{BTreeMap, BTreeSet};

use crate::checkpoint::SignedCheckpoint;
use crate::compile::Compiled;
use crate::contract::Contract;
use crate::digest::Digest;
use crate::key::{Fingerprint, KeyId};
use crate::log::Hash;
use crate::pack::{Edges, Manifest, Opened};
use crate::receipt::Receipt;
use crate::timestamp::Timestamp;
use crate::trust::Trust;

mod answer;
mod approvals;
mod chunk;
mod consistency;
mod container;
mod continuity;
mod documents;
mod effects;
mod keys;
mod log;
mod manifest;
mod receipts;
mod report;
mod rollbacks;
mod sequence;
mod verdicts;

pub use report::{
    About, Completeness, Failure, Finding, FindingKind, Integrity, Report, Signer, State, Step, StepReport,
    StepResult,
};

/// What the reader knows from elsewhere.
#[derive(Clone, Debug, Default)]
pub struct Expectations {
    /// Keys that the reader named.
    pub fingerprints: Vec<Fingerprint>,
    /// The checkpoint that the reader kept from last time.
    pub since: Option<SignedCheckpoint>,
    /// A trust document that the reader got by another way: it names all of its keys.
    pub trust: Option<Trust>,
}

/// What was read from the pack so far.
#[derive(Default)]
pub struct Evidence {
    /// The signed checkpoint.
    pub checkpoint: Option<SignedCheckpoint>,
    /// Earlier receipts, ascending.
    pub cited: Vec<Item>,
    /// The contracts, by digest.
    pub contracts: BTreeMap<Digest, Contract>,
    /// The hashes on both sides of the range.
    pub edges: Option<Edges>,
    /// The envelopes, compiled, by digest.
    pub envelopes: BTreeMap<Digest, Compiled>,
    /// The receipts of the range, ascending.
    pub items: Vec<Item>,
    /// The manifest.
    pub manifest: Option<Manifest>,
    /// Opened columns.
    pub opened: Vec<Opened>,
    /// The vendor's keys.
    pub trust: Option<Trust>,
}

/// One receipt, as read.
pub struct Item {
    /// The digest of its exact bytes.
    pub digest: Digest,
    /// Its leaf hash.
    pub leaf: Hash,
    /// For an earlier receipt: the proof that it is in the log.
    pub proof: Vec<Hash>,
    /// The receipt.
    pub receipt: Receipt,
    /// The key that signed it.
    pub signer: KeyId,
}

/// How far the work is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Units done of the current step.
    pub done: u64,
    /// Whether everything is done.
    pub finished: bool,
    /// The current step.
    pub step: Step,
    /// Units of the current step.
    pub total: u64,
}

/// A verification that can be advanced bit by bit.
pub struct Verification {
    case: Case,
    current: Option<Current>,
    results: BTreeMap<Step, StepResult>,
}

/// Everything the steps share.
#[derive(Default)]
struct Case {
    expectations: Expectations,
    pack: Vec<u8>,
    files: BTreeMap<String, Vec<u8>>,
    evidence: Evidence,
    findings: Vec<Finding>,
    not_checked: BTreeSet<String>,
    revoked: BTreeSet<KeyId>,
    signers: BTreeSet<KeyId>,
    trusted: BTreeSet<KeyId>,
    manifest_signer: Option<KeyId>,
    end_unproven: Option<String>,
}

/// Why a step stops.
enum Halt {
    Failed(Failure),
    CouldNotCheck(Failure),
    NotPresent(String),
}

/// A step at work.
trait Work {
    /// How many units there are.
    fn total(&self, case: &Case) -> u64;

    /// Does unit `place`, counted from 0.
    fn unit(&mut self, case: &mut Case, place: u64) -> Result<(), Halt>;

    /// What was done, once all units are.
    fn finish(&mut self, case: &mut Case) -> Result<String, Halt>;
}

struct Current {
    step: Step,
    work: Box<dyn Work>,
    done: u64,
}

/// Verifies a pack in one go.
pub fn verify(pack: Vec<u8>, expectations: Expectations) -> Report {
    let mut verification = Verification::new(pack, expectations);
    while !verification.advance(u64::MAX).finished {}
    verification.report()
}

impl Verification {
    /// Begins at the first step.
    pub fn new(pack: Vec<u8>, expectations: Expectations) -> Self {
        let case = Case { expectations, pack, ..Case::default() };
        Self { case, current: Some(Current::begin(Step::Container)), results: BTreeMap::new() }
    }

    /// Does at most `units` units of work; a unit is about one receipt.
    pub fn advance(&mut self, units: u64) -> Progress {
        let mut left = units;
        while let Some(current) = &mut self.current {
            let total = current.work.total(&self.case);
            if current.done >= total {
                let result = current.work.finish(&mut self.case);
                self.end_step(result);
                continue;
            }
            if left == 0 {
                return Progress { done: current.done, finished: false, step: current.step, total };
            }
            left -= 1;
            let place = current.done;
            current.done += 1;
            if let Err(halt) = current.work.unit(&mut self.case, place) {
                self.end_step(Err(halt));
            }
        }
        Progress { done: 1, finished: true, step: Step::Consistency, total: 1 }
    }

    /// The answer so far; steps that were not reached say so.
    pub fn report(&self) -> Report {
        answer::report(&self.case, &self.results)
    }

    /// What was read so far.
    pub fn evidence(&self) -> &Evidence {
        &self.case.evidence
    }

    /// Records how the current step ended, and goes on unless it failed.
    fn end_step(&mut self, result: Result<String, Halt>) {
        let Some(Current { step, .. }) = self.current.take() else { return };
        let (result, go_on) = match result {
            Ok(detail) => (StepResult::Held { detail }, true),
            Err(Halt::NotPresent(detail)) => (StepResult::NotPresent { detail }, true),
            Err(Halt::Failed(failure)) => (StepResult::Failed(failure), false),
            Err(Halt::CouldNotCheck(failure)) => (StepResult::CouldNotCheck(failure), false),
        };
        self.results.insert(step, result);
        if go_on {
            self.current = Step::ALL.into_iter().find(|next| *next > step).map(Current::begin);
        }
    }
}

impl Current {
    fn begin(step: Step) -> Self {
        let work: Box<dyn Work> = match step {
            Step::Container => Box::new(container::Opening::default()),
            Step::Manifest => Box::new(manifest::Listing::default()),
            Step::Keys => Box::new(keys::Chain),
            Step::Receipts => Box::new(receipts::Reading::default()),
            Step::Sequence => Box::new(sequence::Counting::default()),
            Step::Log => Box::new(log::Rehashing::default()),
            Step::Documents => Box::new(documents::InForce::default()),
            Step::Verdicts => Box::new(verdicts::Rederiving::default()),
            Step::Effects => Box::new(effects::Matching::default()),
            Step::Approvals => Box::new(approvals::Counting::default()),
            Step::Rollbacks => Box::new(rollbacks::Restoring::default()),
            Step::Consistency => Box::new(consistency::Continuing::default()),
        };
        Self { step, work, done: 0 }
    }
}

impl Case {
    fn file(&self, name: &str) -> Result<&[u8], Halt> {
        self.files.get(name).map(Vec::as_slice).ok_or_else(|| fail(name, "the file", "no such file"))
    }

    fn manifest(&self) -> Result<&Manifest, Halt> {
        self.evidence.manifest.as_ref().ok_or_else(|| fail("manifest.json", "a manifest", "none"))
    }

    fn trust(&self) -> Result<&Trust, Halt> {
        self.evidence.trust.as_ref().ok_or_else(|| fail("trust.json", "a trust document", "none"))
    }

    /// How many receipts there are: earlier ones first, then those of the range.
    fn receipts(&self) -> u64 {
        let evidence = &self.evidence;
        u64::try_from(evidence.cited.len().saturating_add(evidence.items.len())).unwrap_or(u64::MAX)
    }

    /// The receipt at `place` among all of them.
    fn receipt(&self, place: u64) -> Result<&Item, Halt> {
        let place = usize::try_from(place).unwrap_or(usize::MAX);
        let cited = self.evidence.cited.len();
        let item = match place.checked_sub(cited) {
            None => self.evidence.cited.get(place),
            Some(place) => self.evidence.items.get(place),
        };
        item.ok_or_else(|| fail("receipts.jsonl", "a receipt", "none"))
    }

    /// Whether the receipt at `place` is one of the range, and not an earlier one.
    fn in_range(&self, place: u64) -> bool {
        usize::try_from(place).is_ok_and(|place| place >= self.evidence.cited.len())
    }

    /// Whether the log before the range is unknown but for the cited receipts.
    fn starts_late(&self) -> bool {
        self.evidence.manifest.as_ref().is_some_and(|manifest| manifest.from > 0)
    }

    /// The time of the last receipt in the range.
    fn until(&self) -> Option<Timestamp> {
        self.evidence.items.last().map(|item| item.receipt.entry().time)
    }
}

impl Item {
    /// Where it stands, for people.
    fn place(&self) -> String {
        format!("receipt #{}", self.receipt.entry().seq)
    }
}

fn fail(at: impl Into<String>, expected: impl Into<String>, found: impl Into<String>) -> Halt {
    Halt::Failed(Failure::new(at, expected, found))
}

/// Compares two values that must be equal.
fn expect<T: PartialEq + std::fmt::Debug>(at: &str, what: &str, expected: &T, found: &T) -> Result<(), Halt> {
    if expected == found {
        return Ok(());
    }
    Err(fail(at, format!("{what} {}", brief(expected)), brief(found)))
}

/// A debug text cut to a readable length.
fn brief<T: std::fmt::Debug>(value: &T) -> String {
    format!("{value:?}").chars().take(300).collect()
}
