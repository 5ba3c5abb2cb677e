//! What the pages of envelopes may ask.

use evidence::compile::Diagnostic;
use evidence::contract::Contract;
use evidence::decision::{Decision, Verdict};
use evidence::digest::Digest;
use evidence::envelope::{Envelope, EnvelopeError};
use evidence::lint::Lint;
use evidence::name::{Name, Text};
use evidence::receipt::DecisionReceipt;
use evidence::replay::{Change, Tally};
use evidence::timestamp::Timestamp;

use super::{Case, Proposal, Tried, Version, Write};
use crate::portal::Answer;

/// A tenant, and one of its vendor's connectors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At {
    /// The tenant.
    pub tenant: Name,
    /// The connector.
    pub connector: Name,
}

/// Questions about envelopes.
pub trait Envelopes {
    /// The envelopes of a tenant, one a connector.
    fn envelopes(&self, tenant: Name) -> Answer<'_, Shelf>;
    /// Everything that one needs to change an envelope.
    fn bench(&self, at: At) -> Answer<'_, Bench>;
    /// Keeps what the visitor has typed, and the envelope in force when that was begun.
    fn keep_draft(&self, at: At, form: Vec<(String, String)>, base: Option<Digest>) -> Answer<'_, ()>;
    /// Throws it away.
    fn clear_draft(&self, at: At) -> Answer<'_, ()>;
    /// What an envelope would mean. A backtest is begun where one is asked for.
    fn check(&self, at: At, envelope: Envelope, backtest: bool) -> Answer<'_, Check>;
    /// How far a backtest is.
    fn backtest(&self, at: At, id: Name) -> Answer<'_, Backtest>;
    /// The visitor waits for it no longer.
    fn cancel_backtest(&self, at: At, id: Name) -> Answer<'_, ()>;
    /// The decisions that would be others, newest first, with numbers below `before`.
    fn examples(&self, at: At, id: Name, change: Change, before: Option<u64>) -> Answer<'_, Vec<Example>>;
    /// Proposes an envelope in place of `base`.
    fn propose(
        &self,
        at: At,
        envelope: Envelope,
        base: Option<Digest>,
        reason: String,
    ) -> Answer<'_, Result<Name, Blocked>>;
    /// A proposal.
    fn proposal(&self, at: At, id: Name) -> Answer<'_, Proposal>;
    /// Puts it in force.
    fn activate(&self, at: At, id: Name) -> Answer<'_, Result<(), Blocked>>;
    /// Refuses it.
    fn refuse(&self, at: At, id: Name, reason: String) -> Answer<'_, Result<(), Blocked>>;
    /// Takes one's own back.
    fn withdraw(&self, at: At, id: Name) -> Answer<'_, Result<(), Blocked>>;
    /// Every envelope that is or was in force, the latest first.
    fn versions(&self, at: At) -> Answer<'_, Vec<Version>>;
    /// The write of a decision, and its verdict, to make a case of; nothing where no envelope decides it.
    fn case_of(&self, at: At, seq: u64) -> Answer<'_, Option<(Write, Verdict)>>;
    /// Saves a case.
    fn save_case(
        &self,
        at: At,
        name: Text,
        write: Write,
        expected: Verdict,
    ) -> Answer<'_, Result<(), Blocked>>;
    /// Removes one.
    fn remove_case(&self, at: At, id: Name) -> Answer<'_, ()>;
    /// What the envelope in force would be for the vendor's other tenants.
    fn copies(&self, at: At) -> Answer<'_, Vec<Copy>>;
}

/// The envelopes of one tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shelf {
    /// The tenant's name as people write it.
    pub title: String,
    /// One for each connector that has a contract in force.
    pub lines: Vec<ShelfLine>,
}

/// The envelope of one connector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShelfLine {
    /// The connector.
    pub connector: Name,
    /// Whether it has a contract in force.
    pub contract: bool,
    /// The version in force.
    pub version: Option<u32>,
    /// How many rules that has.
    pub rules: usize,
    /// How many proposals wait.
    pub open: usize,
}

/// Everything that one needs to change an envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bench {
    /// Where.
    pub at: At,
    /// The tenant's name as people write it.
    pub title: String,
    /// The contract in force, without which there is nothing to write about.
    pub contract: Option<(Digest, Contract)>,
    /// The envelope in force.
    pub in_force: Option<(Digest, Envelope)>,
    /// The tenant's agents.
    pub agents: Vec<Name>,
    /// The approval groups that are known.
    pub groups: Vec<Name>,
    /// What the visitor has typed and not proposed yet.
    pub draft: Option<Draft>,
    /// Envelopes to begin with, by their names.
    pub templates: Vec<(&'static str, Envelope)>,
    /// The newest proposals, newest first.
    pub proposals: Vec<Proposal>,
    /// The saved cases, by name.
    pub cases: Vec<Case>,
    /// Whether the tenant, or the whole portal, is frozen.
    pub frozen: bool,
    /// Whether the tenant's secret was erased, after which nothing is written for it any more.
    pub erased: bool,
    /// Now.
    pub now: Timestamp,
}

/// What the visitor has typed and not proposed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The form's pairs.
    pub form: Vec<(String, String)>,
    /// The envelope in force when it was begun.
    pub base: Option<Digest>,
    /// When it was last kept.
    pub at: Timestamp,
}

/// What an envelope would mean.
#[derive(Clone, Debug)]
pub struct Check {
    /// Why it can't be put in force; the rest is empty then.
    pub problem: Option<EnvelopeError>,
    /// What is wrong with the Cedar that is written by hand, place by place: there with a problem, and also where the
    /// problem is another one.
    pub diagnostics: Vec<Diagnostic>,
    /// What in it probably isn't what its author meant.
    pub lints: Vec<Lint>,
    /// The saved cases.
    pub cases: Vec<Tried>,
    /// The Cedar that it is compiled to.
    pub policies: String,
    /// And the schema of that.
    pub schema: String,
    /// The backtest, if one was asked for.
    pub backtest: Option<Backtest>,
}

/// A backtest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backtest {
    /// Its id.
    pub id: Name,
    /// Whether it is at work.
    pub state: BacktestState,
    /// How many decisions were read.
    pub done: u64,
    /// Of how many.
    pub total: u64,
    /// What was counted.
    pub tally: Tally,
    /// The newest few decisions of each change.
    pub examples: Vec<(Change, Vec<Example>)>,
}

/// Whether a backtest is at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BacktestState {
    /// It waits for its turn, or is at work.
    Running,
    /// Everything was put to the envelope.
    Finished,
    /// Nobody waited for it any more.
    Cancelled,
    /// The log could not be read.
    Failed,
}

/// A decision whose verdict would be another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// As it was recorded.
    pub recorded: DecisionReceipt,
    /// What the envelope would have answered.
    pub would: Decision,
}

/// Why nothing was proposed, put in force or saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blocked {
    /// There is no contract in force.
    NoContract,
    /// The contract in force is another one by now.
    OtherContract,
    /// It can't be put in force.
    Unfit(EnvelopeError),
    /// It says what the one in force says.
    Unchanged,
    /// Nobody said why.
    NoReason,
    /// It has been decided, or taken back.
    Closed,
    /// Whoever proposed it can't decide it.
    SamePerson,
    /// Only whoever proposed it can take it back.
    OtherPerson,
    /// Another envelope has come into force.
    Overtaken,
    /// These saved cases fail.
    CasesFail(Vec<Text>),
    /// These lints are errors.
    Lints(Vec<Lint>),
    /// There is a case of this name.
    NameTaken,
}

/// The envelope for another tenant of the same vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// The tenant.
    pub tenant: Name,
    /// Its name as people write it.
    pub title: String,
    /// The envelope, or why it can't be had there.
    pub envelope: Result<Envelope, EnvelopeError>,
    /// The envelope in force there.
    pub in_force: Option<(Digest, Envelope)>,
    /// Agents that it names and the tenant doesn't have.
    pub strangers: Vec<Name>,
    /// How many proposals wait there.
    pub open: usize,
}
