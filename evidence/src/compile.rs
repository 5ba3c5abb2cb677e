//! The compilation of an envelope to Cedar, and the question whether an action is authorised.
//!
//! A person reads rules; Cedar decides. What decides has to be what was read, so the compilation is a plain function:
//! the same contract and envelope give the same two texts, byte for byte, on every machine. A pack carries the texts,
//! and a verifier makes them again and compares.
//!
//! Every operation of a table becomes two Cedar actions, `…:auto` and `…:with_approval`. `allow` permits both, `ask`
//! permits the second, `never` forbids both. So Cedar, which knows no third answer, gives one.

mod check;
mod diagnostic;
mod gate;
mod handwritten;
mod literal;
mod nesting;
mod rules;
mod schema;
mod validation;

use cedar_policy::{Policy, PolicyId, Schema};

pub use diagnostic::{Diagnostic, diagnose};

use crate::action::Action;
use crate::contract::{Contract, OperationKind};
use crate::digest::Digest;
use crate::envelope::{Envelope, EnvelopeError, Rule};
use crate::name::Text;
use crate::timestamp::Timestamp;
use gate::{Gates, Question};

/// An envelope that fits its contract, together with the Cedar that it means.
#[derive(Clone, Debug)]
pub struct Compiled {
    envelope: Envelope,
    digest: Digest,
    policies: String,
    schema: String,
    scoped: Vec<Policy>,
    gates: Gates,
}

/// Whether an action is authorised at once, and if not, whether it is once a person approves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answers {
    /// The answer for proceeding at once.
    pub auto: Authorization,
    /// The answer for proceeding with approval. It is asked for only where the first is a plain no: an evaluation
    /// that failed is not cured by an approval.
    pub with_approval: Option<Authorization>,
}

/// What Cedar answered, with the ids of the policies that determined it, in the envelope's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authorization {
    /// Every record is permitted by one of these.
    Permitted(Vec<Text>),
    /// These forbid at least one record.
    Forbidden(Vec<Text>),
    /// These could not be evaluated for at least one record, whatever was said to the others; none are named if the
    /// question itself could not be put.
    Failed(Vec<Text>),
    /// Nothing forbids it, and nothing permits it.
    Unmatched,
}

/// A policy as it is read, and as it is asked once the action is known to be in its scope.
struct Spoken {
    scoped: Policy,
    at_gate: Policy,
}

/// Compiles `envelope` for `contract`, or says where the two don't fit. Before it is put in force it has to pass
/// [`Compiled::validate`] too.
pub fn compile(contract: &Contract, envelope: Envelope) -> Result<Compiled, EnvelopeError> {
    check::envelope(contract, &envelope)?;
    let digest = envelope.digest().map_err(|error| fault("envelope", error.to_string()))?;
    let mut text = String::new();
    let mut policies = Vec::new();
    for rule in &envelope.rules {
        let one = rules::policy(contract, rule)?;
        text.push_str(&one.text);
        text.push('\n');
        policies.push(Spoken { scoped: parse(rule, &one.text)?, at_gate: parse(rule, &one.at_gate)? });
    }
    if let Some(cedar) = &envelope.cedar {
        let by_hand = handwritten::parse(cedar).map_err(|refused| refused.fault(cedar))?.into_iter();
        policies.extend(by_hand.map(|policy| Spoken { scoped: policy.clone(), at_gate: policy }));
        text.push_str(handwritten::HEADING);
        text.push_str(cedar);
    }
    let gates = Gates::new(contract, &envelope, &policies)?;
    let scoped = policies.into_iter().map(|policy| policy.scoped).collect();
    Ok(Compiled { envelope, digest, policies: text, schema: schema::text(contract), scoped, gates })
}

impl Compiled {
    /// The envelope itself.
    pub const fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    /// The envelope's digest.
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// The Cedar policies: one for each rule, then those written by hand.
    pub fn policies(&self) -> &str {
        &self.policies
    }

    /// The Cedar schema that the policies are valid under.
    pub fn schema(&self) -> &str {
        &self.schema
    }

    /// Whether Cedar's validator accepts the policies under the schema, strictly: those of the rules too, so that a
    /// mistake in their generation can't go unseen. Nothing that it refuses may be put in force.
    ///
    /// A verifier need not ask: it decides as was decided, and a policy that can't be evaluated denies.
    pub fn validate(&self) -> Result<(), EnvelopeError> {
        let parsed = Schema::from_cedarschema_str(&self.schema);
        let (schema, _) = parsed.map_err(|error| fault("contract", error.to_string()))?;
        validation::validate(schema, &self.scoped, self.envelope.cedar.as_deref().unwrap_or_default())
    }

    /// The same envelope as if its validity had no beginning and no end: for a replay, which asks about a time when it was
    /// not in force.
    pub(crate) fn valid_at_any_time(&self) -> Self {
        let envelope = Envelope { valid_from: Timestamp::MIN, valid_until: None, ..self.envelope.clone() };
        Self { envelope, ..self.clone() }
    }

    /// Whether `action`, which is of the given kind, is authorised.
    ///
    /// Every record is asked about by itself, and the action is permitted only if each of them is. An action on no
    /// record at all is not.
    pub fn authorize(&self, action: &Action, kind: OperationKind) -> Answers {
        let Some((question, pair)) = Question::new(&self.gates, action, kind) else {
            return Answers { auto: Authorization::Failed(Vec::new()), with_approval: None };
        };
        let auto = self.gates.answer(&question, &pair.auto);
        let with_approval = matches!(auto, Authorization::Forbidden(_) | Authorization::Unmatched)
            .then(|| self.gates.answer(&question, &pair.with_approval));
        Answers { auto, with_approval }
    }
}

fn parse(rule: &Rule, text: &str) -> Result<Policy, EnvelopeError> {
    let policy = Policy::parse(Some(PolicyId::new(rule.id.as_str())), text);
    policy.map_err(|error| fault(format!("rules.{}", rule.id), error.to_string()))
}

fn fault(at: impl Into<String>, fault: impl Into<String>) -> EnvelopeError {
    EnvelopeError { at: at.into(), fault: fault.into() }
}
