//! What a rule is about, worked out once: the operations it reaches and the values that its conditions leave.

use std::collections::{BTreeMap, BTreeSet};

use super::domain::Domain;
use crate::contract::{Contract, OperationKind, Table};
use crate::envelope::{Effect, Rule, Side};
use crate::name::Identifier;

/// A rule with its part of the contract.
pub(super) struct Scope<'a> {
    pub(super) rule: &'a Rule,
    /// Its table, if the contract has it.
    pub(super) table: Option<&'a Table>,
    /// The operations of the contract that it is about.
    pub(super) kinds: BTreeSet<OperationKind>,
    /// By whether what is set is read, and by column.
    pub(super) domains: BTreeMap<(bool, &'a Identifier), Domain>,
}

impl<'a> Scope<'a> {
    pub(super) fn of(contract: &'a Contract, rule: &'a Rule) -> Self {
        let table = contract.tables.get(&rule.table);
        let named = |kind: &&OperationKind| rule.operations.as_ref().is_none_or(|kinds| kinds.contains(kind));
        let kinds = table.map(|table| table.operations.keys().filter(named).copied().collect());
        let mut domains = BTreeMap::new();
        for condition in &rule.when {
            let Some(column) = table.and_then(|table| table.columns.get(&condition.column)) else { continue };
            let domain = domains
                .entry((condition.of == Side::Set, &condition.column))
                .or_insert_with(|| Domain::of(column.kind));
            domain.narrow(&condition.is);
        }
        Self { rule, table, kinds: kinds.unwrap_or_default(), domains }
    }

    /// The columns that its operations may set, as the contract has them.
    pub(super) fn settable(&self) -> BTreeSet<&'a Identifier> {
        let terms = self.table.into_iter().flat_map(|table| &table.operations);
        let own = terms.filter(|(kind, _)| self.kinds.contains(kind));
        own.flat_map(|(_, terms)| &terms.columns).collect()
    }

    /// The columns that a write may set which the rule permits. For `never` all that its operations may.
    pub(super) fn sets(&self) -> BTreeSet<&'a Identifier> {
        let mut columns = self.settable();
        if let Some(named) = self.rule.columns.as_ref().filter(|_| self.rule.effect != Effect::Never) {
            columns.retain(|column| named.contains(column));
        }
        columns
    }

    /// The most records that one action may have to be matched: its own cap, or the contract's.
    pub(super) fn most_rows(&self) -> u32 {
        let terms = self.table.into_iter().flat_map(|table| &table.operations);
        let own = terms.filter(|(kind, _)| self.kinds.contains(kind)).map(|(_, terms)| terms.max_rows);
        let most = own.max().unwrap_or_default();
        self.rule.max_rows.map_or(most, |cap| cap.min(most))
    }
}
