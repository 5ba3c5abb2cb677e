//! Templates: envelopes to begin with, made from what the contract has.

use std::collections::BTreeSet;

use evidence::contract::{Consequence, Contract, Operation, OperationKind, Table};
use evidence::digest::Digest;
use evidence::envelope::{Approval, Effect, Envelope, Limit, Rule};
use evidence::name::{Identifier, Name};
use evidence::timestamp::Timestamp;

/// An envelope to begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Template {
    /// Agents write nothing.
    ReadOnly,
    /// Agents add; whatever changes or removes what is there asks.
    DraftOnly,
    /// Agents write what matters little, in small amounts; more of it, and what matters, asks.
    Capped,
    /// Every write asks two people.
    FourEyes,
}

/// The approvers that templates name, until somebody says who they are.
const GROUP: &str = "approvers";

const HOUR: u32 = 60 * 60;
const DAY: u32 = 24 * HOUR;

impl Template {
    /// Every template, the most careful first.
    pub const ALL: [Self; 4] = [Self::ReadOnly, Self::DraftOnly, Self::Capped, Self::FourEyes];

    /// Its name in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReadOnly => "read-only",
            Self::DraftOnly => "draft-only",
            Self::Capped => "capped-writes",
            Self::FourEyes => "four-eyes",
        }
    }

    /// The envelope for `tenant` under `contract`. `group` approves.
    pub fn envelope(
        self,
        contract: (&Contract, Digest),
        tenant: &Name,
        group: Option<&Name>,
        valid_from: Timestamp,
    ) -> Option<Envelope> {
        let quorum = if self == Self::FourEyes { 2 } else { 1 };
        let group = group.cloned().or_else(|| GROUP.parse().ok())?;
        let approval = Approval { expires_seconds: DAY, group, quorum };
        let tables = contract.0.tables.iter();
        let rules = tables.clone().flat_map(|(name, table)| self.rules(name, table, &approval));
        let (mut rules, mut limits): (Vec<Rule>, Vec<Limit>) =
            (rules.collect(), tables.filter_map(|(name, _)| self.limit(name)).collect());
        distinct(
            rules.iter_mut().map(|rule| &mut rule.id).chain(limits.iter_mut().map(|limit| &mut limit.id)),
        );
        Some(Envelope {
            tenant: tenant.clone(),
            version: 1,
            contract: contract.1,
            valid_from,
            valid_until: None,
            frozen: false,
            rules,
            limits,
            approval,
            cedar: None,
        })
    }

    fn rules(self, name: &Identifier, table: &Table, approval: &Approval) -> Vec<Rule> {
        let one = |what: &str, effect: Effect, kinds: Option<Vec<OperationKind>>, rows: Option<u32>| {
            let approval = (effect == Effect::Ask).then(|| approval.clone());
            let id = id(name, what)?;
            Some(Rule {
                id,
                effect,
                agents: None,
                table: name.clone(),
                operations: kinds,
                columns: None,
                max_rows: rows,
                when: Vec::new(),
                approval,
            })
        };
        let rules = match self {
            Self::ReadOnly => vec![one("never", Effect::Never, None, None)],
            Self::FourEyes => vec![one("asks", Effect::Ask, None, None)],
            Self::DraftOnly => {
                let (new, other) = kinds(table, |kind, _| kind == OperationKind::Insert);
                vec![
                    new.and_then(|kinds| one("new", Effect::Allow, Some(kinds), Some(10))),
                    other.and_then(|kinds| one("changes", Effect::Ask, Some(kinds), None)),
                ]
            }
            Self::Capped => {
                let (low, rest) = kinds(table, |_, operation| operation.consequence == Consequence::Low);
                let cap = cap(table, low.as_deref().unwrap_or_default());
                vec![
                    low.clone().and_then(|kinds| one("everyday", Effect::Allow, Some(kinds), Some(cap))),
                    low.and_then(|kinds| one("bulk", Effect::Ask, Some(kinds), None)),
                    rest.and_then(|kinds| one("matters", Effect::Ask, Some(kinds), None)),
                ]
            }
        };
        rules.into_iter().flatten().collect()
    }

    fn limit(self, table: &Identifier) -> Option<Limit> {
        let max_rows = match self {
            Self::ReadOnly | Self::FourEyes => return None,
            Self::DraftOnly => 100,
            Self::Capped => 500,
        };
        Some(Limit {
            id: id(table, "an-hour")?,
            agents: None,
            table: Some(table.clone()),
            operations: None,
            max_rows,
            window_seconds: HOUR,
        })
    }
}

impl std::str::FromStr for Template {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|template| template.as_str() == name).ok_or(())
    }
}

type Kinds = Option<Vec<OperationKind>>;

/// The operations of a table for which `is` holds, and the others; nothing where there are none.
fn kinds(table: &Table, is: impl Fn(OperationKind, &Operation) -> bool) -> (Kinds, Kinds) {
    let (some, others): (Vec<_>, Vec<_>) =
        table.operations.iter().partition(|(kind, operation)| is(**kind, operation));
    let kinds = |found: Vec<(&OperationKind, &Operation)>| -> Kinds {
        let kinds: Vec<OperationKind> = found.into_iter().map(|(kind, _)| *kind).collect();
        (!kinds.is_empty()).then_some(kinds)
    };
    (kinds(some), kinds(others))
}

/// A tenth of what the contract lets, and at least one record.
fn cap(table: &Table, kinds: &[OperationKind]) -> u32 {
    let most = kinds.iter().filter_map(|kind| table.operations.get(kind)).map(|operation| operation.max_rows);
    most.min().map_or(1, |most| (most / 10).max(1))
}

/// `contacts-everyday`, in the letters that a rule's name has.
fn id(table: &Identifier, what: &str) -> Option<Name> {
    let plain: String =
        table.as_str().to_ascii_lowercase().replace('_', "-").trim_matches('-').chars().take(40).collect();
    format!("{plain}-{what}").parse().ok()
}

/// Tables whose names differ only in what a rule's name does not have get numbers.
fn distinct<'a>(ids: impl Iterator<Item = &'a mut Name>) {
    let mut seen = BTreeSet::new();
    for (place, id) in ids.enumerate() {
        if !seen.insert(id.clone())
            && let Ok(other) = format!("{id}-{place}").parse()
        {
            *id = other;
        }
    }
}

#[cfg(test)]
mod tests {
    use evidence::compile::compile;
    use evidence::contract::Contract;

    use super::Template;

    /// Two tables whose names come to the same rule's name, one of them with nothing that matters little.
    fn contract() -> Contract {
        let column = |writable| serde_json::json!({"type": "text", "class": "open", "writable": writable, "nullable": true});
        let operation = |consequence: &str, columns: &[&str]| serde_json::json!({"columns": columns, "max_rows": 50, "consequence": consequence, "rollback": "none"});
        let table = |operations: serde_json::Value| {
            serde_json::json!({
                "tenant_column": "tenant_id", "key": ["id"],
                "columns": {"id": column(false), "tenant_id": column(false), "note": column(true)},
                "operations": operations,
            })
        };
        let contract = serde_json::json!({
            "connector": "crm", "version": 1, "database": "sqlite",
            "tables": {
                "big_notes": table(serde_json::json!({
                    "insert": operation("low", &["note"]), "update": operation("consequential", &["note"]),
                })),
                "Big_Notes": table(serde_json::json!({"delete": operation("irreversible", &[])})),
            },
        });
        serde_json::from_value(contract).unwrap()
    }

    #[test]
    fn every_template_fits_its_contract() {
        let contract = contract();
        contract.check().unwrap();
        let digest = contract.digest().unwrap();
        for template in Template::ALL {
            let tenant = "acme".parse().unwrap();
            let from = evidence::timestamp::Timestamp::from_micros(0).unwrap();
            let envelope = template.envelope((&contract, digest), &tenant, None, from).unwrap();
            let compiled =
                compile(&contract, envelope).unwrap_or_else(|error| panic!("{template:?}: {error}"));
            compiled.validate().unwrap();
            assert_eq!(template.as_str().parse(), Ok(template));
        }
    }
}
