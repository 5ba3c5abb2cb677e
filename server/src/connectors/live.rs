//! The live schema: what the tables of a system of record are really like, and how that differs from a contract.

use std::collections::BTreeSet;
use std::fmt;

use evidence::contract::{Column, ColumnType, Table};
use evidence::name::Identifier;

/// A table as it is in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveTable {
    /// Its name.
    pub name: String,
    /// The columns whose values are stored, in the table's order. Generated columns follow from others and are no part
    /// of a record's state.
    pub columns: Vec<LiveColumn>,
    /// The primary key's columns, in order.
    pub primary_key: Vec<String>,
    /// Every set of columns that can't occur twice.
    pub unique: Vec<BTreeSet<String>>,
    /// Why records of it can't be governed at all, if so.
    pub obstacle: Option<Obstacle>,
}

/// Why records of a table can't be governed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    /// It is a foreign table.
    #[error("it is a foreign table")]
    Foreign,
    /// It is a part of a partitioned table.
    #[error("it is a part of a partitioned table")]
    Part,
    /// Row-level security hides records from the connector's role.
    #[error("row-level security hides records from this role")]
    RowSecurity,
    /// It is a view.
    #[error("it is a view")]
    View,
}

/// A column as it is in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveColumn {
    /// Its name.
    pub name: String,
    /// The type as the database writes it.
    pub declared: String,
    /// The kinds of values that it may be taken to hold, the most natural one first.
    pub kinds: Vec<ColumnType>,
    /// Whether it takes null.
    pub nullable: bool,
    /// Whether the database numbers its values.
    pub identity: bool,
}

/// One difference between a contract and the live schema; its text is a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Difference {
    /// The contract is for another kind of database.
    #[error("The contract is for another kind of database.")]
    Database,
    /// The table is missing.
    #[error("Table {table} is missing.")]
    Missing {
        /// The table.
        table: Identifier,
    },
    /// The table can't be governed any more.
    #[error("Table {table} can't be governed: {obstacle}.")]
    Ungoverned {
        /// The table.
        table: Identifier,
        /// Why.
        obstacle: Obstacle,
    },
    /// The contract's key tells records apart no more.
    #[error("The key of {table} changed: ({key}) is not unique.")]
    Key {
        /// The table.
        table: Identifier,
        /// The contract's key.
        key: String,
    },
    /// A column is another one.
    #[error("{0}")]
    Column(ColumnDifference),
}

/// What became of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnDifference {
    /// The table.
    pub table: Identifier,
    /// The column.
    pub column: String,
    /// What became of it.
    pub change: ColumnChange,
}

/// What can become of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnChange {
    /// It is there, and not in the contract.
    Added,
    /// It is in the contract, and not there.
    Dropped,
    /// It does not take null any more.
    NotNull,
    /// It takes null now.
    Null,
    /// It is of another type, as the database writes it.
    Type(String),
}

impl fmt::Display for ColumnDifference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Column {}.{} ", self.table, self.column)?;
        match &self.change {
            ColumnChange::Added => formatter.write_str("was added."),
            ColumnChange::Dropped => formatter.write_str("was dropped."),
            ColumnChange::NotNull => formatter.write_str("does not take null any more."),
            ColumnChange::Null => formatter.write_str("takes null now."),
            ColumnChange::Type(declared) => write!(formatter, "is now of type {declared}."),
        }
    }
}

impl Difference {
    /// The table that it is about.
    pub const fn table(&self) -> Option<&Identifier> {
        match self {
            Self::Database => None,
            Self::Missing { table } | Self::Ungoverned { table, .. } | Self::Key { table, .. } => Some(table),
            Self::Column(difference) => Some(&difference.table),
        }
    }
}

/// What is different between a contract's table and the live one.
pub fn drift(name: &Identifier, terms: &Table, live: Option<&LiveTable>) -> Vec<Difference> {
    let Some(live) = live else { return vec![Difference::Missing { table: name.clone() }] };
    let ungoverned =
        |obstacle: &Obstacle| Difference::Ungoverned { table: name.clone(), obstacle: *obstacle };
    let mut differences: Vec<Difference> = live.obstacle.iter().map(ungoverned).collect();
    let column = |column: &str, change| {
        let (table, column) = (name.clone(), column.to_owned());
        Difference::Column(ColumnDifference { table, column, change })
    };
    for (known, expected) in &terms.columns {
        let found = live.columns.iter().find(|found| found.name == known.as_str());
        let change = column_change(expected, terms.key.contains(known), found);
        differences.extend(change.map(|change| column(known.as_str(), change)));
    }
    let added = live.columns.iter().filter(|column| !terms.columns.contains_key(column.name.as_str()));
    differences.extend(added.map(|added| column(&added.name, ColumnChange::Added)));
    let key: BTreeSet<&str> = terms.key.iter().map(Identifier::as_str).collect();
    if !live.unique.iter().any(|unique| unique.iter().map(String::as_str).eq(key.iter().copied())) {
        let key: Vec<&str> = terms.key.iter().map(Identifier::as_str).collect();
        differences.push(Difference::Key { table: name.clone(), key: key.join(", ") });
    }
    differences
}

fn column_change(expected: &Column, is_key: bool, found: Option<&LiveColumn>) -> Option<ColumnChange> {
    let Some(found) = found else { return Some(ColumnChange::Dropped) };
    if !found.kinds.contains(&expected.kind) {
        return Some(ColumnChange::Type(found.declared.clone()));
    }
    // A key is never null, whatever the database would let it be.
    if !is_key && found.nullable != expected.nullable {
        return Some(if found.nullable { ColumnChange::Null } else { ColumnChange::NotNull });
    }
    None
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use evidence::contract::Class;

    use super::*;

    fn terms() -> Table {
        let column = |kind, nullable| Column { kind, class: Class::Open, writable: false, nullable };
        Table {
            tenant_column: "tenant_id".parse().unwrap(),
            key: vec!["id".parse().unwrap()],
            columns: BTreeMap::from([
                ("id".parse().unwrap(), column(ColumnType::Integer, false)),
                ("tenant_id".parse().unwrap(), column(ColumnType::Text, false)),
                ("note".parse().unwrap(), column(ColumnType::Text, true)),
            ]),
            operations: BTreeMap::new(),
        }
    }

    fn live() -> LiveTable {
        let column = |name: &str, kind, nullable| LiveColumn {
            name: name.into(),
            declared: "something".into(),
            kinds: vec![kind],
            nullable,
            identity: false,
        };
        LiveTable {
            name: "t".into(),
            columns: vec![
                column("id", ColumnType::Integer, false),
                column("tenant_id", ColumnType::Text, false),
                column("note", ColumnType::Text, true),
            ],
            primary_key: vec!["id".into()],
            unique: vec![BTreeSet::from(["id".into()])],
            obstacle: None,
        }
    }

    fn told(change: impl FnOnce(&mut LiveTable)) -> Vec<String> {
        let mut live = live();
        change(&mut live);
        sentences(&drift(&"t".parse().unwrap(), &terms(), Some(&live)))
    }

    fn sentences(differences: &[Difference]) -> Vec<String> {
        differences.iter().map(Difference::to_string).collect()
    }

    #[test]
    fn each_difference_is_told_in_a_sentence() {
        assert!(told(|_| {}).is_empty());
        assert_eq!(told(|live| drop(live.columns.pop())), ["Column t.note was dropped."]);
        assert_eq!(
            told(|live| live.columns[2].kinds = vec![ColumnType::Bytes]),
            ["Column t.note is now of type something."]
        );
        assert_eq!(
            told(|live| live.columns[2].nullable = false),
            ["Column t.note does not take null any more."]
        );
        assert_eq!(told(|live| live.columns[1].nullable = true), ["Column t.tenant_id takes null now."]);
        assert_eq!(
            told(|live| live.unique = vec![BTreeSet::from(["note".into()])]),
            ["The key of t changed: (id) is not unique."]
        );
        assert_eq!(
            told(|live| live.columns.push(LiveColumn { name: "more".into(), ..live.columns[2].clone() })),
            ["Column t.more was added."]
        );
        assert_eq!(sentences(&drift(&"t".parse().unwrap(), &terms(), None)), ["Table t is missing."]);
    }
}
