//! Why an envelope was not proposed, activated, refused or taken back.

use evidence::digest::Digest;
use evidence::envelope::EnvelopeError;
use evidence::name::Text;

use crate::ledger::LedgerError;

/// Why nothing was done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The connector has no contract in force for this tenant, so there is nothing to write rules about.
    #[error("no contract is in force for this connector")]
    NoContract,
    /// The envelope is for another tenant or another contract than the one in force.
    #[error("the contract in force is another one than the envelope was written for")]
    OtherContract,
    /// It can't be put in force as it is.
    #[error(transparent)]
    Unfit(#[from] EnvelopeError),
    /// It says what the one in force says.
    #[error("the envelope says what the one in force says")]
    Unchanged,
    /// Nobody said why.
    #[error("a reason is needed")]
    NoReason,
    /// There is no such thing.
    #[error("there is no such proposal or case")]
    Unknown,
    /// It has been decided, or taken back.
    #[error("the proposal is no longer open")]
    Closed,
    /// Whoever proposed it can't decide it.
    #[error("whoever proposed an envelope can't decide it")]
    SamePerson,
    /// Only whoever proposed it can take it back.
    #[error("only whoever proposed an envelope can take it back")]
    OtherPerson,
    /// Another envelope is in force than the one that it was to replace.
    #[error("another envelope is in force than the one that this was written against")]
    Overtaken(Option<Digest>),
    /// These saved cases get another verdict than they must.
    #[error("saved cases fail: {}", .0.iter().map(Text::as_str).collect::<Vec<_>>().join(", "))]
    CasesFail(Vec<Text>),
    /// No envelope decides this write, so it can't be a case.
    #[error("no envelope decides this write")]
    NoCase,
    /// There is a case of this name already.
    #[error("there is a case of this name already")]
    NameTaken,
    /// The ledger could not be asked, or did not do it.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}
