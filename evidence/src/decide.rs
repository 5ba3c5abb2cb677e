//! `decide`: the one place where a verdict is formed.
//!
//! It is pure and total: no I/O, no clock, no randomness, no panic. The walls come first, and no envelope can loosen
//! them; then the envelope's policies are asked. The first wall that stops an action gives the reasons; whatever can't
//! be evaluated is a denial.

mod entry;
mod undo;

use crate::action::{Action, LiveSchema, Owner, Proposed, RecordKey};
use crate::compile::{Authorization, Compiled};
use crate::contract::{Class, Consequence, Contract, Operation, OperationKind, Rollback, Table};
use crate::decision::{Decision, Verdict};
use crate::envelope::{Approval, Effect, Rule};
use crate::name::Text;
use crate::reason::{Code, Reason};
use crate::standing::{ApprovalStanding, Standing, Undoing};
use crate::timestamp::Timestamp;

/// What stops an action: one reason or more.
type Stopped = Vec<Reason>;

/// Decides `action` under the documents in force and the standing at `now`.
///
/// `contract` and `envelope` are the documents that `standing` names; `None` where none is in force.
pub fn decide(
    contract: Option<&Contract>,
    envelope: Option<&Compiled>,
    action: &Action,
    standing: &Standing,
    now: Timestamp,
) -> Decision {
    let case = match Case::open(contract, envelope, action, standing, now) {
        Ok(case) => case,
        Err(stopped) => return Decision::deny(stopped),
    };
    let mut decision = match case.walls() {
        Ok(()) => case.ask_policies(),
        Err(stopped) => Decision::deny(stopped),
    };
    decision.rollback = Some(case.rollback().clone());
    decision
}

/// An action that has passed the first walls: everything that the later ones ask about exists.
struct Case<'a> {
    action: &'a Action,
    contract: &'a Contract,
    envelope: &'a Compiled,
    /// The terms: those of the action's operation, or for a restore those of the operation that it undoes.
    operation: &'a Operation,
    kind: OperationKind,
    /// For a restore: the write whose before-images it writes back.
    restores: Option<&'a Undoing>,
    table: &'a Table,
    standing: &'a Standing,
    now: Timestamp,
}

impl<'a> Case<'a> {
    /// Walls 1 to 4, whether an undoing action may undo what it says it does, and the part of wall 5 that finds the
    /// operation in the contract.
    fn open(
        contract: Option<&'a Contract>,
        envelope: Option<&'a Compiled>,
        action: &'a Action,
        standing: &'a Standing,
        now: Timestamp,
    ) -> Result<Self, Stopped> {
        entry::may_act(standing, action)?;
        let (contract, envelope) = entry::documents_in_force(contract, envelope, standing, now)?;
        if action.schema == LiveSchema::Drifted {
            return stop(Reason::new(Code::ConnectorContractDrift).at("connector").found(&action.connector));
        }
        entry::within_tenant(action)?;
        let restores = undo::restored(action, standing, now)?;
        let terms = restores.map_or(&action.operation, |original| &original.operation);
        let (table, operation) = known_operation(contract, &action.table, terms)?;
        let kind = OperationKind::parse(action.operation.as_str()).ok_or_else(Vec::new)?;
        Ok(Self { action, contract, envelope, operation, kind, restores, table, standing, now })
    }

    /// How the effect can be undone. A restore is not undone in turn: its own before-image is the state that somebody
    /// wanted gone, and what it restored can be written anew like anything else.
    const fn rollback(&self) -> &Rollback {
        match self.restores {
            Some(_) => &Rollback::None,
            None => &self.operation.rollback,
        }
    }

    /// Walls 5 to 7.
    fn walls(&self) -> Result<(), Stopped> {
        self.within_contract()?;
        if let Some(original) = self.restores {
            undo::reverses(self.action, original)?;
        }
        self.before_states_present()?;
        if !self.contract.can_undo(self.rollback()) {
            return stop(Reason::new(Code::CapabilityRollbackPlanInvalid).at("contract"));
        }
        self.within_caps()?;
        self.within_limits()
    }

    /// Wall 5: columns and types.
    fn within_contract(&self) -> Result<(), Stopped> {
        let mut faults: Stopped =
            self.action.set.iter().filter_map(|(name, value)| self.column_fault(name, value)).collect();
        if self.kind != OperationKind::Delete && self.action.set.is_empty() {
            faults.push(
                Reason::new(Code::SchemaViolation)
                    .at("set")
                    .found("no column")
                    .allowed("at least one column"),
            );
        }
        for (place, record) in self.action.records.iter().enumerate() {
            if !self.key_fits(&record.key) {
                let columns: Vec<&str> = self.table.key.iter().map(crate::name::Identifier::as_str).collect();
                faults.push(
                    Reason::new(Code::SchemaViolation)
                        .at(format!("records.{place}"))
                        .allowed(columns.join(", ")),
                );
            }
        }
        if self.action.records.is_empty() {
            faults
                .push(Reason::new(Code::SchemaViolation).at("records").found("none").allowed("at least one"));
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    fn column_fault(&self, name: &Text, value: &Proposed) -> Option<Reason> {
        let fault = Reason::new(Code::SchemaViolation).at(format!("set.{name}"));
        let Some(column) = self.table.columns.get(name.as_str()) else {
            return Some(fault.found("a column that the contract does not have"));
        };
        // A restore writes back what was there, whoever wrote it and in whichever column.
        let is_restore = self.restores.is_some();
        if !is_restore && !self.operation.columns.iter().any(|one| one == name.as_str()) {
            return Some(fault.found(format!("a column that {} may not set", self.kind.as_str())));
        }
        let fits = match (value, column.class) {
            (Proposed::Open(value), Class::Open) => column.accepts(value),
            (Proposed::Sealed { conforms }, Class::Sealed) => *conforms,
            // Its records have different values; each stands in its record's `after`.
            (Proposed::Sealed { conforms }, Class::Open) if is_restore => *conforms,
            _ => false,
        };
        (!fits).then(|| fault.found("a value that is not of the column's type"))
    }

    fn key_fits(&self, key: &RecordKey) -> bool {
        let RecordKey::Open(key) = key else { return false };
        key.len() == self.table.key.len()
            && self.table.key.iter().all(|name| {
                let column = self.table.columns.get(name);
                column.zip(key.get(name.as_str())).is_some_and(|(column, value)| column.accepts(value))
            })
    }

    /// Wall 6: each record is there, or for an insert is not, and its states are known.
    fn before_states_present(&self) -> Result<(), Stopped> {
        let is_insert = self.kind == OperationKind::Insert;
        let is_delete = self.kind == OperationKind::Delete;
        for (place, record) in self.action.records.iter().enumerate() {
            let fault = Reason::new(Code::MissingRequirement).at(format!("records.{place}"));
            match (&record.owner, record.before.is_some()) {
                (Owner::Absent, false) if is_insert => {}
                (Owner::Absent, _) => return stop(fault.found("no such record")),
                (Owner::Tenant, true) if is_insert => {
                    return stop(fault.found("a record with this key already"));
                }
                (Owner::Tenant, true) => {}
                _ => return stop(fault.found("a state that was not observed")),
            }
            if record.after.is_none() != is_delete {
                return stop(fault.found("no state after the write"));
            }
        }
        Ok(())
    }

    /// Wall 7, first half: the rows of one action.
    fn within_caps(&self) -> Result<(), Stopped> {
        let rows = self.action.rows();
        let over = |allowed: u32| Reason::new(Code::PerCallLimit).at("records").found(rows).allowed(allowed);
        if rows > self.operation.max_rows.into() {
            return stop(over(self.operation.max_rows));
        }
        if !self.is_offered() {
            return Ok(());
        }
        let mut widest: Option<(u32, &Rule)> = None;
        for rule in self.envelope.envelope().rules.iter().filter(|rule| self.is_permission_for(rule)) {
            match rule.max_rows {
                Some(cap) if rows > cap.into() => {
                    if widest.is_none_or(|(best, _)| cap > best) {
                        widest = Some((cap, rule));
                    }
                }
                _ => return Ok(()),
            }
        }
        widest.map_or(Ok(()), |(cap, rule)| stop(over(cap).rule(rule.id.as_str())))
    }

    /// Whether the contract offers the action's operation. A restore may be of one that it doesn't: no rule speaks of it.
    fn is_offered(&self) -> bool {
        self.table.operations.contains_key(&self.kind)
    }

    /// Whether `rule` would permit the action but for its row cap and conditions.
    fn is_permission_for(&self, rule: &Rule) -> bool {
        rule.effect != Effect::Never
            && rule.table == *self.action.table.as_str()
            && rule.agents.as_ref().is_none_or(|agents| agents.contains(&self.action.agent))
            && rule.operations.as_ref().is_none_or(|kinds| kinds.contains(&self.kind))
            && rule.columns.as_ref().is_none_or(|columns| {
                self.action.columns().all(|column| columns.iter().any(|allowed| allowed == column))
            })
    }

    /// Wall 7, second half: the rows of a window of time.
    fn within_limits(&self) -> Result<(), Stopped> {
        let action = self.action;
        for limit in &self.envelope.envelope().limits {
            if !limit.counts(action.agent.as_str(), action.table.as_str(), action.operation.as_str()) {
                continue;
            }
            let spent = self.standing.spent.get(&limit.id).copied();
            let fault =
                Reason::new(Code::BudgetExceeded).at("records").rule(limit.id.as_str()).found(action.rows());
            match spent {
                None => return stop(fault.allowed("unknown")),
                Some(spent) if spent.saturating_add(action.rows()) > limit.max_rows => {
                    return stop(fault.allowed(limit.max_rows.saturating_sub(spent)));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    /// Walls 8 to 10.
    fn ask_policies(&self) -> Decision {
        if !self.is_offered() {
            return self.ask_a_person(Vec::new());
        }
        let answer = self.envelope.authorize(self.action, self.kind);
        // What people were asked about is theirs to answer, even if nobody would be asked about it any more.
        let is_asked =
            self.operation.consequence == Consequence::Irreversible || self.standing.approval.is_some();
        match (answer.auto, answer.with_approval) {
            (Authorization::Permitted(rules), _) if !is_asked => allow(rules),
            (Authorization::Permitted(rules), _) | (_, Some(Authorization::Permitted(rules))) => {
                self.ask_a_person(rules)
            }
            (Authorization::Unmatched, None) | (_, Some(Authorization::Unmatched))
                if self.restores.is_some() =>
            {
                self.ask_a_person(Vec::new())
            }
            (refused, None) | (_, Some(refused)) => refuse(&refused),
        }
    }

    /// Wall 10, for what these rules permit with approval. None of them do where no rule speaks of a restore: what was
    /// done under the envelope may be undone beyond it, but not unless a person says so.
    fn ask_a_person(&self, rules: Vec<Text>) -> Decision {
        match &self.standing.approval {
            None => self.escalate(rules),
            Some(approval) => match self.approved(approval) {
                Ok(true) => allow(rules),
                Ok(false) => self.escalate(rules),
                Err(reason) => Decision { rules, ..Decision::deny(vec![reason]) },
            },
        }
    }

    /// Wall 10: whether the votes are enough.
    fn approved(&self, approval: &ApprovalStanding) -> Result<bool, Reason> {
        if approval.envelope != self.standing.envelope {
            return Err(Reason::new(Code::PolicyHashMismatch).at("approval"));
        }
        let quorum = usize::try_from(approval.needed.quorum).unwrap_or(usize::MAX);
        let mut approvers: Vec<&Text> = Vec::new();
        for vote in approval.votes.iter().filter(|vote| vote.group == approval.needed.group) {
            if !vote.approve {
                return Err(Reason::new(Code::ApprovalRejected).found(&vote.approver));
            }
            if self.action.on_behalf_of.as_ref() == Some(&vote.approver) {
                return Err(Reason::new(Code::ApproverNotDistinct).found(&vote.approver));
            }
            if vote.at < approval.expires_at && !approvers.contains(&&vote.approver) {
                approvers.push(&vote.approver);
            }
        }
        if approvers.len() >= quorum.max(1) {
            return Ok(true);
        }
        if self.now >= approval.expires_at {
            return Err(Reason::new(Code::ApprovalTimeout).found(self.now).allowed(approval.expires_at));
        }
        Ok(false)
    }

    fn escalate(&self, rules: Vec<Text>) -> Decision {
        let approval = self.approval_needed(&rules);
        let reason =
            Reason::new(Code::ApprovalRequired).allowed(format!("{} of {}", approval.quorum, approval.group));
        let reason = rules.first().map_or_else(|| reason.clone(), |rule| reason.clone().rule(rule.as_str()));
        Decision {
            approval: Some(approval),
            reasons: vec![reason],
            rollback: None,
            rules,
            verdict: Verdict::Escalate,
        }
    }

    /// The approval of the first determining `ask` rule, in the envelope's order; the envelope's own if there is none.
    fn approval_needed(&self, rules: &[Text]) -> Approval {
        let envelope = self.envelope.envelope();
        let mut asked = envelope.rules.iter().filter(|rule| rules.iter().any(|id| rule.id == *id.as_str()));
        asked.find_map(|rule| rule.approval.clone()).unwrap_or_else(|| envelope.approval.clone())
    }
}

fn known_operation<'a>(
    contract: &'a Contract,
    name: &Text,
    operation: &Text,
) -> Result<(&'a Table, &'a Operation), Stopped> {
    let fault = Reason::new(Code::SchemaViolation);
    let Some(table) = contract.tables.get(name.as_str()) else {
        return stop(fault.at("table").found(name).allowed(join(contract.tables.keys())));
    };
    contract.operation(name.as_str(), operation.as_str()).map_or_else(
        || {
            let allowed: Vec<&str> = table.operations.keys().map(|kind| kind.as_str()).collect();
            stop(fault.clone().at("operation").found(operation).allowed(allowed.join(", ")))
        },
        Ok,
    )
}

fn join<T: std::fmt::Display>(items: impl Iterator<Item = T>) -> String {
    items.map(|item| item.to_string()).collect::<Vec<_>>().join(", ")
}

fn stop<T>(reason: Reason) -> Result<T, Stopped> {
    Err(vec![reason])
}

const fn allow(rules: Vec<Text>) -> Decision {
    Decision { approval: None, reasons: Vec::new(), rollback: None, rules, verdict: Verdict::Allow }
}

fn refuse(answer: &Authorization) -> Decision {
    let (code, rules) = match answer {
        Authorization::Forbidden(rules) => (Code::PolicyViolation, rules.clone()),
        Authorization::Failed(rules) => (Code::PrgEvaluationError, rules.clone()),
        Authorization::Permitted(_) | Authorization::Unmatched => (Code::EffectOutOfScope, Vec::new()),
    };
    let reason =
        rules.first().map_or_else(|| Reason::new(code), |rule| Reason::new(code).rule(rule.as_str()));
    Decision { rules, ..Decision::deny(vec![reason]) }
}
