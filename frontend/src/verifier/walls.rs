//! A verdict decided again, with what each wall looked at. The law decides; this only says which wall spoke.

use evidence::action::{LiveSchema, Owner};
use evidence::compile::{Answers, Authorization, Compiled};
use evidence::contract::{Consequence, Contract, Operation, OperationKind};
use evidence::decide::decide;
use evidence::decision::{Decision, Verdict};
use evidence::digest::Digest;
use evidence::name::Text;
use evidence::reason::{Code, Reason};
use evidence::receipt::DecisionReceipt;
use evidence::standing::{AgentStanding, Standing, Undoing};
use evidence::verify::Evidence;

use std::fmt::Write as _;

use super::facts::{count, duration, grouped, length};

/// One wall.
pub struct Wall {
    /// From 1.
    pub number: u8,
    /// What it holds back.
    pub title: &'static str,
    /// What it looked at.
    pub input: String,
    /// How it ended.
    pub ending: Ending,
}

/// How a wall ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It let the action pass.
    Passed,
    /// It gave the verdict.
    Spoke(Verdict),
    /// An earlier one gave the verdict.
    NotReached,
}

/// The whole derivation.
pub struct Derivation {
    /// What was decided again.
    pub again: Decision,
    /// The ten walls.
    pub walls: Vec<Wall>,
    /// The policies in Cedar.
    pub cedar: Option<String>,
}

const TITLES: [&str; 10] = [
    "Nobody is frozen or suspended",
    "An envelope is in force, for this contract, at this time",
    "The connector is known and its schema has not drifted",
    "Every record is the tenant’s own and stays so",
    "Table, columns, types and operation are in the contract",
    "The state before is known, and how to undo the write",
    "No more rows than contract, rules and limits allow",
    "Nothing irreversible without approval",
    "The envelope’s rules permit it",
    "Approvals are in, by others and in time",
];

/// Decides the action of `receipt` again, with the documents that the pack has.
pub fn derive(evidence: &Evidence, receipt: &DecisionReceipt) -> Derivation {
    let standing = &receipt.standing;
    let contract = standing.contract.and_then(|digest| evidence.contracts.get(&digest));
    let envelope = standing.envelope.and_then(|digest| evidence.envelopes.get(&digest));
    let again = decide(contract, envelope, &receipt.action, standing, receipt.entry.time);
    let scene = Scene { receipt, standing, contract, envelope };
    let spoke = scene.speaker(&again);
    let walls = (1..).zip(TITLES).map(|(number, title)| {
        let ending = match spoke {
            Some(last) if number > last => Ending::NotReached,
            Some(last) if number == last => Ending::Spoke(again.verdict),
            _ => Ending::Passed,
        };
        let input = if ending == Ending::NotReached { String::new() } else { scene.input(number) };
        Wall { number, title, input, ending }
    });
    Derivation {
        walls: walls.collect(),
        again,
        cedar: envelope.map(|envelope| envelope.policies().to_owned()),
    }
}

struct Scene<'a> {
    receipt: &'a DecisionReceipt,
    standing: &'a Standing,
    contract: Option<&'a Contract>,
    envelope: Option<&'a Compiled>,
}

impl Scene<'_> {
    /// The wall that gave the verdict; `None` if all let it pass.
    fn speaker(&self, again: &Decision) -> Option<u8> {
        let reason = again.reasons.first()?;
        let code = reason.code;
        if self.receipt.action.undoes.is_some() && is_about_undoing(reason) {
            return Some(5);
        }
        let is_unasked = code == Code::ApprovalRequired && self.is_irreversible() && self.permitted_at_once();
        Some(if is_unasked { 8 } else { wall(code) })
    }

    fn is_irreversible(&self) -> bool {
        self.operation().is_some_and(|operation| operation.consequence == Consequence::Irreversible)
    }

    /// The terms; a restore's are those of the operation that it takes back.
    fn operation(&self) -> Option<&Operation> {
        let action = &self.receipt.action;
        let named = self.restores().map_or(&action.operation, |original| &original.operation);
        self.contract?.operation(action.table.as_str(), named.as_str()).map(|(_, operation)| operation)
    }

    fn restores(&self) -> Option<&Undoing> {
        self.standing.undoes.as_ref().filter(|original| original.is_restored())
    }

    fn answers(&self) -> Option<Answers> {
        let kind = OperationKind::parse(self.receipt.action.operation.as_str())?;
        Some(self.envelope?.authorize(&self.receipt.action, kind))
    }

    fn permitted_at_once(&self) -> bool {
        self.answers().is_some_and(|answers| matches!(answers.auto, Authorization::Permitted(_)))
    }

    fn input(&self, number: u8) -> String {
        match number {
            1 => self.frozen(),
            2 => self.in_force(),
            3 => self.schema(),
            4 => self.owners(),
            5 => self.columns(),
            6 => self.states(),
            7 => self.rows(),
            8 => self.consequence(),
            9 => self.rules(),
            _ => self.approvals(),
        }
    }

    fn frozen(&self) -> String {
        let frozen = |is: bool| if is { "frozen" } else { "not frozen" };
        let agent = match self.standing.agent {
            AgentStanding::Active => "active",
            AgentStanding::Suspended => "suspended",
            AgentStanding::Unknown => "unknown",
        };
        format!(
            "portal {}, tenant {}, agent {} {agent}",
            frozen(self.standing.portal_frozen),
            frozen(self.standing.tenant_frozen),
            self.receipt.action.agent
        )
    }

    fn in_force(&self) -> String {
        let Some(compiled) = self.envelope else {
            return missing("envelope", self.standing.envelope);
        };
        let envelope = compiled.envelope();
        let until =
            envelope.valid_until.map_or_else(|| "until replaced".to_owned(), |end| format!("before {end}"));
        let contract = if self.standing.contract == Some(envelope.contract) {
            "the contract in force"
        } else {
            "another contract"
        };
        format!(
            "envelope version {} for {contract}, from {} {until}; decided at {}",
            envelope.version, envelope.valid_from, self.receipt.entry.time
        )
    }

    fn schema(&self) -> String {
        let Some(contract) = self.contract else { return missing("contract", self.standing.contract) };
        let schema = match self.receipt.action.schema {
            LiveSchema::Drifted => "differs from",
            LiveSchema::Matches => "is that of",
            LiveSchema::Unobserved => "was not compared with",
        };
        format!("the live schema {schema} contract version {} for {}", contract.version, contract.connector)
    }

    fn owners(&self) -> String {
        let foreign = self
            .receipt
            .action
            .records
            .iter()
            .filter(|record| matches!(record.owner, Owner::Foreign(_)))
            .count();
        format!("{}, {foreign} of another tenant", count(self.receipt.action.rows(), "record", "records"))
    }

    fn columns(&self) -> String {
        let columns: Vec<&str> = self.receipt.action.columns().collect();
        let action = &self.receipt.action;
        let set = if columns.is_empty() { "no columns".to_owned() } else { columns.join(", ") };
        let undone = match &self.standing.undoes {
            Some(original) => {
                format!("; undoes {} in {} of #{}", original.operation, original.table, original.decision.seq)
            }
            None => String::new(),
        };
        format!("{} in {}: {set}{undone}", action.operation, action.table)
    }

    fn states(&self) -> String {
        let records = &self.receipt.action.records;
        let side = |is: usize| grouped(is as u64);
        let before = records.iter().filter(|record| record.before.is_some()).count();
        let after = records.iter().filter(|record| record.after.is_some()).count();
        let undo = self.operation().map_or("unknown", |operation| match operation.rollback {
            _ if self.restores().is_some() => "not at all, since it is a rollback itself",
            evidence::contract::Rollback::Compensate { .. } => "by another operation",
            evidence::contract::Rollback::None => "not at all",
            evidence::contract::Rollback::Restore { .. } => "by writing it back",
        });
        format!(
            "of {}: {} with a state before, {} with one after; undone {undo}",
            count(length(records), "record", "records"),
            side(before),
            side(after)
        )
    }

    fn rows(&self) -> String {
        let cap =
            self.operation().map_or_else(|| "?".to_owned(), |operation| grouped(operation.max_rows.into()));
        let mut input =
            format!("{} of at most {cap} by contract", count(self.receipt.action.rows(), "row", "rows"));
        let limits = self.envelope.map(|compiled| compiled.envelope().limits.as_slice()).unwrap_or_default();
        for limit in limits.iter().filter(|limit| self.standing.spent.contains_key(&limit.id)) {
            let spent = self.standing.spent.get(&limit.id).copied().unwrap_or(0);
            let _ = write!(
                input,
                "; limit {}: {} spent of {} in {}",
                limit.id,
                grouped(spent),
                grouped(limit.max_rows),
                duration(limit.window_seconds)
            );
        }
        input
    }

    fn consequence(&self) -> String {
        let consequence = self.operation().map_or("unknown", |operation| match operation.consequence {
            Consequence::Consequential => "consequential",
            Consequence::Irreversible => "irreversible",
            Consequence::Low => "low",
        });
        format!("consequence {consequence}")
    }

    fn rules(&self) -> String {
        let Some(answers) = self.answers() else { return "no policies to ask".to_owned() };
        let later = answers.with_approval.map(|answer| format!("; with approval: {}", answer_words(&answer)));
        format!("at once: {}{}", answer_words(&answers.auto), later.unwrap_or_default())
    }

    fn approvals(&self) -> String {
        let Some(approval) = &self.standing.approval else { return "no approval was under way".to_owned() };
        let votes = approval.votes.iter().filter(|vote| vote.approve).count();
        let against = approval.votes.len().saturating_sub(votes);
        format!(
            "{} of {} needed before {}; {votes} for, {against} against; asked by decision #{}",
            approval.needed.quorum, approval.needed.group, approval.expires_at, approval.decision.seq
        )
    }
}

fn missing(what: &str, digest: Option<Digest>) -> String {
    if digest.is_some() {
        format!("the {what} in force is not in the pack")
    } else {
        format!("no {what} is in force")
    }
}

fn answer_words(answer: &Authorization) -> String {
    let named = |rules: &[Text]| rules.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match answer {
        Authorization::Permitted(rules) => format!("permitted by {}", named(rules)),
        Authorization::Forbidden(rules) => format!("forbidden by {}", named(rules)),
        Authorization::Failed(rules) => format!("could not be evaluated: {}", named(rules)),
        Authorization::Unmatched => "permitted by nothing".to_owned(),
    }
}

/// Whether a reason says that the action may not undo what it says it does, before its operation is looked at.
fn is_about_undoing(reason: &Reason) -> bool {
    let at = reason.at.as_ref().map(Text::as_str);
    matches!(reason.code, Code::MissingRequirement | Code::CapabilityRollbackPlanInvalid)
        && matches!(at, Some("undoes" | "connector" | "operation" | "table"))
}

/// The wall that a reason comes from.
const fn wall(code: Code) -> u8 {
    match code {
        Code::SystemFrozen | Code::AgentKilled | Code::PrincipalInactive => 1,
        Code::NoPolicyDefined | Code::PolicyHashMismatch | Code::MandateOutsideValidity => 2,
        Code::CapabilityUnknown | Code::ConnectorContractDrift => 3,
        Code::TenantIsolation => 4,
        Code::SchemaViolation => 5,
        Code::MissingRequirement | Code::CapabilityRollbackPlanInvalid | Code::PreconditionFailed => 6,
        Code::PerCallLimit | Code::BudgetExceeded => 7,
        Code::PolicyViolation | Code::EffectOutOfScope | Code::PrgEvaluationError => 9,
        _ => 10,
    }
}
