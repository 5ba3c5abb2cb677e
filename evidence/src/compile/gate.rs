//! The authorisation of one action: from what it proposes to what Cedar answers.
//!
//! Everything that does not depend on the action is made once, when the envelope is compiled: the ids, and for each
//! Cedar action the few policies that can speak about it. That changes no answer: a policy whose scope excludes the
//! action neither matches nor fails, and one whose scope includes it says the same without that part of its scope.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::str::FromStr;

use cedar_policy::{
    ActionConstraint, AuthorizationError, Authorizer, Context, Decision, Entities, Entity, EntityId,
    EntityTypeName, EntityUid, PolicyId, PolicySet, Request, RestrictedExpression,
};

use super::schema::{AGENT, AUTO, WITH_APPROVAL, action_id, open_columns, record_type};
use super::{Authorization, Spoken, fault};
use crate::action::{Action, Proposed, Record, RecordKey};
use crate::canonical;
use crate::commitment::Cell;
use crate::contract::{ColumnType, Contract, OperationKind, Table};
use crate::envelope::{Envelope, EnvelopeError, Side};
use crate::name::{Identifier, Text};
use crate::value::Value;

/// All Cedar actions of a contract, with their policies.
#[derive(Clone, Debug)]
pub(super) struct Gates {
    agent: EntityTypeName,
    tables: BTreeMap<Identifier, TableGate>,
    /// The policies' ids, in the envelope's order.
    ids: Vec<Text>,
    /// Where in `ids` each policy is.
    places: BTreeMap<PolicyId, usize>,
}

#[derive(Clone, Debug)]
struct TableGate {
    record: EntityTypeName,
    /// The columns that some policy may read of a record before the write.
    before: Vec<(String, ColumnType)>,
    /// The columns that some policy may read of what is set.
    set: Vec<(String, ColumnType)>,
    operations: BTreeMap<OperationKind, Pair>,
}

/// The two Cedar actions of an operation.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub(super) auto: Gate,
    pub(super) with_approval: Gate,
}

/// One Cedar action, and the policies that can speak about it.
#[derive(Clone, Debug)]
pub(super) struct Gate {
    action: EntityUid,
    policies: PolicySet,
}

impl Gates {
    pub(super) fn new(
        contract: &Contract,
        envelope: &Envelope,
        policies: &[Spoken],
    ) -> Result<Self, EnvelopeError> {
        let gate = |(name, table): (&Identifier, &Table)| {
            Ok((name.clone(), table_gate(name, table, envelope, policies)?))
        };
        let names = policies.iter().map(|policy| policy.scoped.id());
        Ok(Self {
            agent: entity_type(AGENT)?,
            tables: contract.tables.iter().map(gate).collect::<Result<_, EnvelopeError>>()?,
            ids: names.clone().map(|id| Text::shortened(id.as_ref(), Text::MAX_BYTES)).collect(),
            places: names.cloned().zip(0..).collect(),
        })
    }

    /// What Cedar says to `question` at `gate`, over all records.
    pub(super) fn answer(&self, question: &Question, gate: &Gate) -> Authorization {
        let answers = question.records.iter().map(|record| self.answer_for(question, gate, record));
        let Some(Finding { rank, places }) = answers.reduce(Finding::with) else {
            return Authorization::Unmatched;
        };
        let ids = places.into_iter().filter_map(|place| self.ids.get(place).cloned()).collect();
        match rank {
            Rank::Permitted => Authorization::Permitted(ids),
            Rank::Unmatched => Authorization::Unmatched,
            Rank::Failed => Authorization::Failed(ids),
            Rank::Forbidden => Authorization::Forbidden(ids),
        }
    }

    fn answer_for(&self, question: &Question, gate: &Gate, record: &Asked) -> Finding {
        let (principal, resource) = (question.principal.clone(), record.resource.clone());
        let context = record.context.as_ref().unwrap_or(&question.context).clone();
        let Ok(request) = Request::new(principal, gate.action.clone(), resource, context, None) else {
            return Finding { rank: Rank::Failed, places: BTreeSet::new() };
        };
        let response = Authorizer::new().is_authorized(&request, &gate.policies, &record.entities);
        let mut errors = response.diagnostics().errors().peekable();
        if errors.peek().is_some() {
            let policies = errors.map(|AuthorizationError::PolicyEvaluationError(error)| error.policy_id());
            return Finding { rank: Rank::Failed, places: self.places(policies) };
        }
        let places = self.places(response.diagnostics().reason());
        let rank = match (response.decision(), places.is_empty()) {
            (Decision::Allow, _) => Rank::Permitted,
            (Decision::Deny, true) => Rank::Unmatched,
            (Decision::Deny, false) => Rank::Forbidden,
        };
        Finding { rank, places }
    }

    fn places<'a>(&self, ids: impl Iterator<Item = &'a PolicyId>) -> BTreeSet<usize> {
        ids.filter_map(|id| self.places.get(id).copied()).collect()
    }
}

/// Everything that is asked about one action, at whichever gate.
pub(super) struct Question {
    principal: EntityUid,
    context: Context,
    records: Vec<Asked>,
}

struct Asked {
    /// Its own context, where an open column is set to another value in each record.
    context: Option<Context>,
    resource: EntityUid,
    entities: Entities,
}

impl Question {
    /// The question whether `action` is authorised, and the gates to ask it at; `None` if it can't be put.
    pub(super) fn new<'a>(
        gates: &'a Gates,
        action: &Action,
        kind: OperationKind,
    ) -> Option<(Self, &'a Pair)> {
        let table = gates.tables.get(action.table.as_str())?;
        let pair = table.operations.get(&kind)?;
        let principal =
            EntityUid::from_type_name_and_id(gates.agent.clone(), EntityId::new(action.agent.as_str()));
        let is_shared = !table
            .set
            .iter()
            .any(|(column, _)| matches!(action.set.get(column.as_str()), Some(Proposed::Sealed { .. })));
        let context = if is_shared { table.context(action, None)? } else { Context::empty() };
        let asked = |record| {
            let context = if is_shared { None } else { Some(table.context(action, Some(record))?) };
            table.asked(record, context)
        };
        let records = action.records.iter().map(asked).collect::<Option<_>>()?;
        Some((Self { principal, context, records }, pair))
    }
}

impl TableGate {
    /// What is said of the action; of what it does to `record`, where that differs from record to record.
    fn context(&self, action: &Action, record: Option<&Record>) -> Option<Context> {
        let set = expressions(&self.set, |column| match action.set.get(column) {
            None => Some(None),
            Some(Proposed::Open(value)) => Some(Some(value)),
            Some(Proposed::Sealed { .. }) => Some(Some(written(record?, column)?)),
            Some(Proposed::Foreign(_)) => None,
        })?;
        let columns = action.columns().map(|column| RestrictedExpression::new_string(column.to_owned()));
        let rows = i64::try_from(action.rows()).ok()?;
        Context::from_pairs([
            ("columns".to_owned(), RestrictedExpression::new_set(columns)),
            ("rows".to_owned(), RestrictedExpression::new_long(rows)),
            ("set".to_owned(), RestrictedExpression::new_record(set).ok()?),
        ])
        .ok()
    }

    fn asked(&self, record: &Record, context: Option<Context>) -> Option<Asked> {
        let RecordKey::Open(key) = &record.key else {
            return None;
        };
        let id = String::from_utf8(canonical::to_vec(key).ok()?).ok()?;
        let resource = EntityUid::from_type_name_and_id(self.record.clone(), EntityId::new(id));
        let cells = record.before.as_ref().map(|state| &state.cells);
        let attributes =
            expressions(&self.before, |column| match cells.and_then(|cells| cells.get(column)) {
                None => Some(None),
                Some(Cell::Open { value, .. }) => Some(Some(value)),
                Some(Cell::Sealed(_)) => None,
            })?;
        if attributes.is_empty() {
            // To Cedar, a record that it does not know has no attributes.
            return Some(Asked { context, resource, entities: Entities::empty() });
        }
        let entity = Entity::new(resource.clone(), attributes, HashSet::new()).ok()?;
        Some(Asked { context, resource, entities: Entities::from_entities([entity], None).ok()? })
    }
}

/// The value of an open column that a record has after the write.
fn written<'a>(record: &'a Record, column: &str) -> Option<&'a Value> {
    let after = record.after.as_ref()?;
    match after.cells.get(column).or_else(|| record.before.as_ref()?.cells.get(column))? {
        Cell::Open { value, .. } => Some(value),
        Cell::Sealed(_) => None,
    }
}

/// What an answer is worth beside another record's.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Permitted,
    Unmatched,
    Forbidden,
    /// The worst: what could not be evaluated must not be cured by an approval.
    Failed,
}

struct Finding {
    rank: Rank,
    places: BTreeSet<usize>,
}

impl Finding {
    /// This answer and another record's as one: the worse of them, and all policies that led to it.
    fn with(mut self, mut other: Self) -> Self {
        if other.rank > self.rank {
            return other;
        }
        if other.rank == self.rank {
            self.places.append(&mut other.places);
        }
        self
    }
}

fn table_gate(
    name: &Identifier,
    table: &Table,
    envelope: &Envelope,
    policies: &[Spoken],
) -> Result<TableGate, EnvelopeError> {
    let pair = |kind: &OperationKind| {
        let auto = gate(&action_id(name.as_str(), *kind, AUTO), policies)?;
        let with_approval = gate(&action_id(name.as_str(), *kind, WITH_APPROVAL), policies)?;
        Ok((*kind, Pair { auto, with_approval }))
    };
    Ok(TableGate {
        record: entity_type(&record_type(name.as_str()))?,
        before: columns_read(name, table, envelope, Side::Before),
        set: columns_read(name, table, envelope, Side::Set),
        operations: table.operations.keys().map(pair).collect::<Result<_, EnvelopeError>>()?,
    })
}

/// The open columns whose values matter: all of them if there are hand-written policies, which may read any.
fn columns_read(
    name: &Identifier,
    table: &Table,
    envelope: &Envelope,
    side: Side,
) -> Vec<(String, ColumnType)> {
    let conditions = || envelope.rules.iter().filter(|rule| rule.table == *name).flat_map(|rule| &rule.when);
    let read = |column: &Identifier| {
        envelope.cedar.is_some()
            || conditions().any(|condition| condition.of == side && condition.column == *column)
    };
    let columns = open_columns(table).filter(|(column, _)| read(column));
    columns.map(|(column, terms)| (column.as_str().to_owned(), terms.kind)).collect()
}

fn gate(action: &str, policies: &[Spoken]) -> Result<Gate, EnvelopeError> {
    let action = EntityUid::from_type_name_and_id(entity_type("Action")?, EntityId::new(action));
    let speaks = |policy: &&Spoken| match policy.scoped.action_constraint() {
        ActionConstraint::Any => true,
        ActionConstraint::Eq(one) => one == action,
        ActionConstraint::In(some) => some.contains(&action),
    };
    let policies =
        PolicySet::from_policies(policies.iter().filter(speaks).map(|policy| policy.at_gate.clone()));
    Ok(Gate { policies: policies.map_err(|error| fault("rules", error.to_string()))?, action })
}

fn entity_type(name: &str) -> Result<EntityTypeName, EnvelopeError> {
    EntityTypeName::from_str(name).map_err(|error| fault("contract", error.to_string()))
}

/// The values of `columns` as Cedar values, without the nulls; `None` if one is not there to be read (`find` says so)
/// or not of its column's type.
fn expressions<'a>(
    columns: &[(String, ColumnType)],
    find: impl Fn(&str) -> Option<Option<&'a Value>>,
) -> Option<HashMap<String, RestrictedExpression>> {
    let mut found = HashMap::new();
    for (column, kind) in columns {
        match find(column)? {
            None | Some(Value::Null) => {}
            Some(value) => _ = found.insert(column.clone(), expression(*kind, value)?),
        }
    }
    Some(found)
}

fn expression(kind: ColumnType, value: &Value) -> Option<RestrictedExpression> {
    match (kind, value) {
        (ColumnType::Boolean, Value::Bool(truth)) => Some(RestrictedExpression::new_bool(*truth)),
        (ColumnType::Integer, value) => value.as_integer().map(RestrictedExpression::new_long),
        (ColumnType::Boolean, _) => None,
        (_, Value::Text(text)) => Some(RestrictedExpression::new_string(text.clone())),
        _ => None,
    }
}
