//! What a contract changes against the one before, in sentences. They are signed into each log, so they are in one language and
//! name everything as the contract does.

use std::collections::BTreeSet;

use app::text::{Language, duration, listed};
use evidence::contract::{Class, Column, Consequence, Contract, Operation, OperationKind, Rollback, Table};
use evidence::name::{Identifier, Text};

/// The most sentences in one receipt; whoever wants to know every last change compares the documents.
const MOST: usize = 200;

/// What `after` changes.
pub fn changes(before: Option<&Contract>, after: &Contract) -> Vec<Text> {
    let mut said = Vec::new();
    if before.is_some_and(|before| before.database != after.database) {
        said.push("The connector is another kind of database now.".to_owned());
    }
    let tables = before.map(|before| before.tables.keys()).into_iter().flatten().chain(after.tables.keys());
    for name in tables.collect::<BTreeSet<_>>() {
        match (before.and_then(|before| before.tables.get(name)), after.tables.get(name)) {
            (Some(_), None) => said.push(format!("{name}: no longer in the contract.")),
            (None, Some(table)) => said.push(added(name, table)),
            (Some(before), Some(after)) => compare(name, before, after, &mut said),
            (None, None) => {}
        }
    }
    let more = said.len().saturating_sub(MOST);
    said.truncate(MOST);
    if more > 0 {
        said.push(format!("And {more} more."));
    }
    said.iter().map(|sentence| Text::shortened(sentence, 1_000)).collect()
}

fn added(name: &Identifier, table: &Table) -> String {
    let sealed = table.columns.values().filter(|column| column.class == Class::Sealed).count();
    let operations: Vec<&str> = table.operations.keys().map(|kind| kind.as_str()).collect();
    let operations = if operations.is_empty() { "none".to_owned() } else { listed(&operations) };
    let columns = table.columns.len();
    format!("{name}: new in the contract; columns: {columns}, sealed: {sealed}; operations: {operations}.")
}

fn compare(name: &Identifier, before: &Table, after: &Table, said: &mut Vec<String>) {
    if before.tenant_column != after.tenant_column {
        let (old, new) = (&before.tenant_column, &after.tenant_column);
        said.push(format!("{name}: whose a record is, {new} says now, not {old}."));
    }
    if before.key != after.key {
        said.push(format!("{name}: records are told apart by {} now.", listed(&texts(&after.key))));
    }
    let columns: BTreeSet<_> = before.columns.keys().chain(after.columns.keys()).collect();
    for column in columns {
        match (before.columns.get(column), after.columns.get(column)) {
            (Some(_), None) => said.push(format!("{name}.{column}: no longer in the contract.")),
            (None, Some(new)) => said.push(new_column(name, column, new)),
            (Some(old), Some(new)) => compare_columns(&format!("{name}.{column}"), old, new, said),
            (None, None) => {}
        }
    }
    for kind in OperationKind::ALL {
        let at = format!("{name}, {}", kind.as_str());
        match (before.operations.get(&kind), after.operations.get(&kind)) {
            (Some(_), None) => said.push(format!("{at}: not possible any more.")),
            (None, Some(new)) => said.push(format!("{at}: possible now, {}.", terms(new))),
            (Some(old), Some(new)) => compare_operations(&at, old, new, said),
            (None, None) => {}
        }
    }
}

fn new_column(name: &Identifier, column: &Identifier, new: &Column) -> String {
    let writable = if new.writable { "writable" } else { "not writable" };
    format!("{name}.{column}: new, {} and {writable}.", class(new.class))
}

fn compare_columns(at: &str, old: &Column, new: &Column, said: &mut Vec<String>) {
    if old.class != new.class {
        said.push(match new.class {
            Class::Open => format!("{at}: open now; receipts may show its values."),
            Class::Sealed => format!("{at}: sealed now; receipts show its values no more."),
        });
    }
    if old.writable != new.writable {
        let word = if new.writable { "writable now" } else { "not writable any more" };
        said.push(format!("{at}: {word}."));
    }
    if old.kind != new.kind {
        said.push(format!("{at}: its values are of type {} now.", app::portal::kind_word(new.kind)));
    }
    if old.nullable != new.nullable {
        let word = if new.nullable { "may be empty now" } else { "may not be empty any more" };
        said.push(format!("{at}: {word}."));
    }
}

fn compare_operations(at: &str, old: &Operation, new: &Operation, said: &mut Vec<String>) {
    let set = |operation: &Operation| operation.columns.iter().cloned().collect::<BTreeSet<_>>();
    let (before, after) = (set(old), set(new));
    let more: Vec<&str> = after.difference(&before).map(Identifier::as_str).collect();
    let fewer: Vec<&str> = before.difference(&after).map(Identifier::as_str).collect();
    if !more.is_empty() {
        said.push(format!("{at}: may set {} as well.", listed(&more)));
    }
    if !fewer.is_empty() {
        said.push(format!("{at}: may not set {} any more.", listed(&fewer)));
    }
    if old.max_rows != new.max_rows {
        said.push(format!("{at}: up to {} at once, not {}.", records(new), records(old)));
    }
    if old.consequence != new.consequence {
        said.push(format!("{at}: {} now, not {}.", consequence(new), consequence(old)));
    }
    if old.rollback != new.rollback {
        said.push(format!("{at}: {} now, not {}.", rollback(new), rollback(old)));
    }
}

fn terms(operation: &Operation) -> String {
    let rows = records(operation);
    let columns = match operation.columns.as_slice() {
        [] => String::new(),
        columns => format!("of {}, ", listed(&texts(columns))),
    };
    format!("{columns}up to {rows} at once, {}, {}", consequence(operation), rollback(operation))
}

fn records(operation: &Operation) -> String {
    Language::En.tn("count.records", operation.max_rows.into())
}

fn texts(names: &[Identifier]) -> Vec<&str> {
    names.iter().map(Identifier::as_str).collect()
}

const fn class(class: Class) -> &'static str {
    match class {
        Class::Open => "open",
        Class::Sealed => "sealed",
    }
}

const fn consequence(operation: &Operation) -> &'static str {
    match operation.consequence {
        Consequence::Consequential => "consequential",
        Consequence::Irreversible => "irreversible",
        Consequence::Low => "of low consequence",
    }
}

fn rollback(operation: &Operation) -> String {
    match &operation.rollback {
        Rollback::None => "not to be undone".to_owned(),
        Rollback::Compensate { operation } => format!("made up for by {operation}"),
        Rollback::Restore { window_seconds } => format!("to be undone for {}", duration(*window_seconds)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::contract as demo;

    fn told(change: impl FnOnce(&mut Contract)) -> Vec<String> {
        let before = demo().unwrap();
        let mut after = before.clone();
        change(&mut after);
        changes(Some(&before), &after).iter().map(Text::to_string).collect()
    }

    fn contacts(contract: &mut Contract) -> &mut Table {
        contract.tables.get_mut("contacts").unwrap()
    }

    #[test]
    fn the_same_contract_changes_nothing_whatever_the_order_of_columns() {
        let reorder = |contract: &mut Contract| {
            contract.version = 2;
            contacts(contract).operations.get_mut(&OperationKind::Update).unwrap().columns.reverse();
        };
        assert_eq!(told(reorder), Vec::<String>::new());
    }

    #[test]
    fn a_first_contract_is_told_table_by_table() {
        let first: Vec<String> = changes(None, &demo().unwrap()).iter().map(Text::to_string).collect();
        assert_eq!(first.len(), 4);
        assert_eq!(
            first[1],
            "contacts: new in the contract; columns: 9, sealed: 4; operations: delete, insert and update."
        );
    }

    #[test]
    fn each_change_is_a_sentence() {
        let told = told(|contract| {
            contract.tables.remove("invoices");
            let contacts = contacts(contract);
            contacts.columns.get_mut("email").unwrap().class = Class::Open;
            contacts.columns.remove("notes");
            contacts.columns.get_mut("owner").unwrap().nullable = false;
            let update = contacts.operations.get_mut(&OperationKind::Update).unwrap();
            update.columns.retain(|column| column.as_str() != "notes");
            update.max_rows = 20;
            update.rollback = Rollback::None;
            update.consequence = Consequence::Irreversible;
            contacts.operations.remove(&OperationKind::Insert);
        });
        assert_eq!(
            told,
            [
                "contacts.email: open now; receipts may show its values.",
                "contacts.notes: no longer in the contract.",
                "contacts.owner: may not be empty any more.",
                "contacts, insert: not possible any more.",
                "contacts, update: may not set notes any more.",
                "contacts, update: up to 20 records at once, not 50 records.",
                "contacts, update: irreversible now, not of low consequence.",
                "contacts, update: not to be undone now, not to be undone for 30 days.",
                "invoices: no longer in the contract.",
            ]
        );
    }
}
