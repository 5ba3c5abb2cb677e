//! The Cedar schema of a contract: what a policy may mention.
//!
//! Sealed columns do not occur in it, so no policy that is valid can read one. Every attribute is optional, because a
//! null is an absent attribute; a policy has to say `has` before it reads one.

use std::fmt::Write;

use super::literal::quoted;
use crate::contract::{Class, Column, ColumnType, Contract, OperationKind, Table};
use crate::name::Identifier;

/// The entity type of agents.
pub(super) const AGENT: &str = "Agent";

/// What a Cedar action may come to: at once, or after a person approved.
pub(super) const AUTO: &str = "auto";
/// See [`AUTO`].
pub(super) const WITH_APPROVAL: &str = "with_approval";

/// The entity type of a table's records. The prefix keeps table names away from Cedar's reserved words.
pub(super) fn record_type(table: &str) -> String {
    format!("Table_{table}")
}

/// The id of a Cedar action.
pub(super) fn action_id(table: &str, kind: OperationKind, manner: &str) -> String {
    format!("{table}.{}:{manner}", kind.as_str())
}

/// The columns that policies may read.
pub(super) fn open_columns(table: &Table) -> impl Iterator<Item = (&Identifier, &Column)> {
    table.columns.iter().filter(|(_, column)| column.class == Class::Open)
}

/// The schema, in Cedar's own syntax.
pub(super) fn text(contract: &Contract) -> String {
    let mut text = format!("entity {AGENT};\n");
    for (name, table) in &contract.tables {
        // Writing to a String can't fail, here and below.
        _ = write_table(&mut text, name, table);
    }
    text
}

fn write_table(text: &mut String, name: &Identifier, table: &Table) -> std::fmt::Result {
    let record = record_type(name.as_str());
    writeln!(text, "\nentity {record} = {{")?;
    write_columns(text, "  ", table)?;
    writeln!(
        text,
        "}};\n\ntype Write_{name} = {{\n  \"columns\": Set<String>,\n  \"rows\": Long,\n  \"set\": {{"
    )?;
    write_columns(text, "    ", table)?;
    writeln!(text, "  }},\n}};")?;
    for kind in table.operations.keys() {
        let [auto, with_approval] =
            [AUTO, WITH_APPROVAL].map(|manner| quoted(&action_id(name.as_str(), *kind, manner)));
        writeln!(text, "\naction {auto}, {with_approval} appliesTo {{")?;
        writeln!(text, "  principal: [{AGENT}],\n  resource: [{record}],\n  context: Write_{name},\n}};")?;
    }
    Ok(())
}

fn write_columns(text: &mut String, indent: &str, table: &Table) -> std::fmt::Result {
    open_columns(table).try_for_each(|(name, column)| {
        writeln!(text, "{indent}{}?: {},", quoted(name.as_str()), cedar_type(column.kind))
    })
}

const fn cedar_type(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Boolean => "Bool",
        ColumnType::Integer => "Long",
        ColumnType::Bytes | ColumnType::Decimal | ColumnType::Text | ColumnType::Timestamp => "String",
    }
}
