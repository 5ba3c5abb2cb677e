//! The live schema: what the tables of a system of record are really like, and how that differs from a contract.

use std::collections::BTreeSet;

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
    pub fault: Option<String>,
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

/// What is different between a contract's table and the live one, a sentence for each difference.
pub fn drift(name: &Identifier, terms: &Table, live: Option<&LiveTable>) -> Vec<String> {
    let Some(live) = live else { return vec![format!("Table {name} is missing.")] };
    let mut sentences: Vec<String> =
        live.fault.iter().map(|fault| format!("Table {name} can't be governed: {fault}.")).collect();
    for (column, expected) in &terms.columns {
        let found = live.columns.iter().find(|found| found.name == column.as_str());
        let is_key = terms.key.contains(column);
        sentences.extend(column_drift(&format!("{name}.{column}"), expected, is_key, found));
    }
    let added = live.columns.iter().filter(|column| !terms.columns.contains_key(column.name.as_str()));
    sentences.extend(added.map(|column| format!("Column {name}.{} was added.", column.name)));
    let key: BTreeSet<&str> = terms.key.iter().map(Identifier::as_str).collect();
    if !live.unique.iter().any(|unique| unique.iter().map(String::as_str).eq(key.iter().copied())) {
        let key: Vec<&str> = terms.key.iter().map(Identifier::as_str).collect();
        sentences.push(format!("The key of {name} changed: ({}) is not unique.", key.join(", ")));
    }
    sentences
}

fn column_drift(at: &str, expected: &Column, is_key: bool, found: Option<&LiveColumn>) -> Option<String> {
    let Some(found) = found else { return Some(format!("Column {at} was dropped.")) };
    if !found.kinds.contains(&expected.kind) {
        return Some(format!("Column {at} is now of type {}.", found.declared));
    }
    // A key is never null, whatever the database would let it be.
    if !is_key && found.nullable != expected.nullable {
        let now = if found.nullable { "takes null now" } else { "does not take null any more" };
        return Some(format!("Column {at} {now}."));
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
            fault: None,
        }
    }

    fn told(change: impl FnOnce(&mut LiveTable)) -> Vec<String> {
        let mut live = live();
        change(&mut live);
        drift(&"t".parse().unwrap(), &terms(), Some(&live))
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
        assert_eq!(drift(&"t".parse().unwrap(), &terms(), None), ["Table t is missing."]);
    }
}
