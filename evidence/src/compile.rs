//! Stand-in until the compiler is in.
use crate::action::Action;
use crate::contract::{Contract, OperationKind};
use crate::digest::Digest;
use crate::envelope::{Envelope, EnvelopeError};
use crate::name::Text;
/// x
pub struct Compiled {
    envelope: Envelope,
    digest: Digest,
}
/// x
pub struct Answers {
    /** x */
    pub auto: Authorization,
    /** x */
    pub with_approval: Option<Authorization>,
}
/// x
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authorization {
    /** x */
    Permitted(Vec<Text>),
    /** x */
    Forbidden(Vec<Text>),
    /** x */
    Failed(Vec<Text>),
    /** x */
    Unmatched,
}
/// x
pub fn compile(_contract: &Contract, envelope: Envelope) -> Result<Compiled, EnvelopeError> {
    let digest = envelope.digest().map_err(|e| EnvelopeError { at: String::new(), fault: e.to_string() })?;
    Ok(Compiled { envelope, digest })
}
impl Compiled {
    /// x
    pub const fn envelope(&self) -> &Envelope {
        &self.envelope
    }
    /// x
    pub const fn digest(&self) -> Digest {
        self.digest
    }
    /// x
    pub fn policies(&self) -> &str {
        ""
    }
    /// x
    pub fn schema(&self) -> &str {
        ""
    }
    /// x
    pub fn authorize(&self, _action: &Action, _kind: OperationKind) -> Answers {
        Answers { auto: Authorization::Unmatched, with_approval: None }
    }
}
