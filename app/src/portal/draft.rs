//! A write on its way from a form to the boundary.
//!
//! The form checks only that there is something to send. Whether it is a good idea, or even has the right types, is
//! for the boundary to say, with a receipt.

use std::collections::BTreeMap;

use evidence::contract::{ColumnType, Table};
use evidence::value::Value;
use serde::{Deserialize, Serialize};

use super::{Fault, Workspace};
use crate::visit::Form;

/// The body of `POST /v1/actions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// The tenant whose agent proposes it.
    pub tenant: String,
    /// The agent.
    pub agent: String,
    /// The connector to go through.
    pub connector: String,
    /// `insert`, `update` or `delete`.
    pub operation: String,
    /// The table.
    pub table: String,
    /// The key of each record.
    pub records: Vec<BTreeMap<String, Value>>,
    /// The columns to set.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Value>,
    /// Why, in the agent's words.
    pub reason: String,
    /// The person for whom the agent acts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
    /// Sending the same key twice makes one action.
    pub idempotency_key: String,
}

impl Proposal {
    /// The same write as a line for a terminal, to the portal at `address`.
    pub fn curl(&self, address: &str) -> String {
        let body = serde_json::to_string(self).unwrap_or_default();
        let body = body.replace('\'', r"'\''");
        format!(
            "curl -sS {address}/v1/actions -H \"Authorization: Bearer $HELM_API_KEY\" \\\n  \
             -H 'Content-Type: application/json' \\\n  --data '{body}'"
        )
    }
}

/// What a person typed into the form: text throughout, so that it can be shown again as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The tenant.
    pub tenant: String,
    /// The agent.
    pub agent: String,
    /// The connector.
    pub connector: String,
    /// The operation.
    pub operation: String,
    /// The table.
    pub table: String,
    /// One record a line: the key alone, or `column=value, column=value`.
    pub records: String,
    /// Columns and their values, in the order of the form.
    pub set: Vec<(String, String)>,
    /// Why.
    pub reason: String,
    /// For whom.
    pub on_behalf_of: String,
    /// The form's own idempotency key.
    pub attempt: String,
}

impl Draft {
    /// How many rows for columns the form offers.
    pub const SET_ROWS: usize = 4;

    /// Reads a form. Unknown names are ignored; a `value` belongs to the `column` before it.
    pub fn of_form(form: &Form) -> Self {
        let mut draft = Self::default();
        for (name, text) in form.pairs().iter().cloned() {
            match name.as_str() {
                "tenant" => draft.tenant = text,
                "agent" => draft.agent = text,
                "connector" => draft.connector = text,
                "operation" => draft.operation = text,
                "table" => draft.table = text,
                "records" => draft.records = text,
                "reason" => draft.reason = text,
                "on_behalf_of" => draft.on_behalf_of = text,
                "attempt" => draft.attempt = text,
                "column" => draft.set.push((text, String::new())),
                "value" => {
                    if let Some((_, value)) = draft.set.last_mut() {
                        *value = text;
                    }
                }
                _ => {}
            }
        }
        draft.set.retain(|(column, value)| !column.is_empty() || !value.is_empty());
        draft
    }

    /// The form that would send this proposal.
    pub fn of(proposal: &Proposal, attempt: &str) -> Self {
        let texts = |row: &BTreeMap<String, Value>| -> Vec<(String, String)> {
            row.iter().map(|(column, value)| (column.clone(), plain(value))).collect()
        };
        let line = |key: &BTreeMap<String, Value>| match texts(key).as_slice() {
            [(_, value)] => value.clone(),
            many => {
                many.iter().map(|(column, value)| format!("{column}={value}")).collect::<Vec<_>>().join(", ")
            }
        };
        Self {
            tenant: proposal.tenant.clone(),
            agent: proposal.agent.clone(),
            connector: proposal.connector.clone(),
            operation: proposal.operation.clone(),
            table: proposal.table.clone(),
            records: proposal.records.iter().map(line).collect::<Vec<_>>().join("\n"),
            set: texts(&proposal.set),
            reason: proposal.reason.clone(),
            on_behalf_of: proposal.on_behalf_of.clone().unwrap_or_default(),
            attempt: attempt.to_owned(),
        }
    }

    /// The proposal, with each text read in its column's type where the contract has the column and the text fits.
    pub fn proposal(&self, workspace: &Workspace) -> Result<Proposal, Vec<Fault>> {
        let faults = self.faults();
        if !faults.is_empty() {
            return Err(faults);
        }
        let table = workspace
            .connector(&self.connector)
            .and_then(|connector| connector.contract.tables.get(self.table.as_str()));
        let typed = |column: &str, text: &str| (column.to_owned(), value(table, column, text));
        Ok(Proposal {
            tenant: self.tenant.clone(),
            agent: self.agent.clone(),
            connector: self.connector.clone(),
            operation: self.operation.clone(),
            table: self.table.clone(),
            records: self
                .lines()
                .map(|line| {
                    key(table, line).into_iter().map(|(column, text)| typed(&column, &text)).collect()
                })
                .collect(),
            set: self.set.iter().map(|(column, text)| typed(column, text)).collect(),
            reason: self.reason.clone(),
            on_behalf_of: Some(self.on_behalf_of.trim().to_owned()).filter(|name| !name.is_empty()),
            idempotency_key: self.attempt.clone(),
        })
    }

    fn lines(&self) -> impl Iterator<Item = &str> {
        self.records.lines().map(str::trim).filter(|line| !line.is_empty())
    }

    fn faults(&self) -> Vec<Fault> {
        let chosen = [
            ("tenant", &self.tenant, "Choose the tenant whose agent writes."),
            ("agent", &self.agent, "Choose the agent that proposes the write."),
            ("connector", &self.connector, "Choose the connector that the write goes through."),
            ("operation", &self.operation, "Choose what to do: insert, update or delete."),
            ("table", &self.table, "Choose the table."),
        ];
        let mut faults: Vec<Fault> = chosen
            .into_iter()
            .filter(|(_, text, _)| text.trim().is_empty())
            .map(|(field, _, message)| Fault::new(field, message))
            .collect();
        if self.lines().next().is_none() {
            faults.push(Fault::new("records", "Name at least one record, one a line."));
        }
        if self.operation != "delete" && self.set.is_empty() {
            faults.push(Fault::new("set", "Choose at least one column to set, and its value."));
        }
        let mut columns: Vec<&str> = self.set.iter().map(|(column, _)| column.as_str()).collect();
        columns.sort_unstable();
        if columns.iter().any(|column| column.is_empty()) {
            faults.push(Fault::new("set", "Choose the column that each value is for."));
        } else if columns.windows(2).any(|pair| pair.first() == pair.last()) {
            faults.push(Fault::new("set", "Set each column only once."));
        }
        faults
    }
}

/// A line of the form as key columns: `c-1042`, or `id=c-1042, region=eu`.
fn key(table: Option<&Table>, line: &str) -> Vec<(String, String)> {
    let only = match table.map(|table| table.key.as_slice()) {
        Some([column]) => Some(column.as_str()),
        Some(_) => None,
        None => Some("id"),
    };
    let parts: Option<Vec<_>> = line
        .split(", ")
        .map(|part| part.split_once('=').map(|(column, value)| (column.trim().to_owned(), value.to_owned())))
        .collect();
    match (only, parts) {
        (Some(column), None) => vec![(column.to_owned(), line.to_owned())],
        (Some(column), Some(parts)) if parts.iter().all(|(name, _)| name != column) => {
            vec![(column.to_owned(), line.to_owned())]
        }
        (_, Some(parts)) => parts,
        (None, None) => vec![("id".to_owned(), line.to_owned())],
    }
}

fn value(table: Option<&Table>, column: &str, text: &str) -> Value {
    let column = table.and_then(|table| table.columns.get(column));
    match column.map(|column| (column.kind, column.nullable, text)) {
        Some((_, true, "null")) => Value::Null,
        Some((ColumnType::Boolean, _, "true")) => Value::Bool(true),
        Some((ColumnType::Boolean, _, "false")) => Value::Bool(false),
        Some((ColumnType::Integer, ..)) => {
            text.trim().parse().map_or_else(|_| Value::from(text), Value::from_integer)
        }
        _ => Value::from(text),
    }
}

/// A value as a person would type it.
fn plain(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_for_a_terminal_keeps_its_quotes() {
        let proposal = Proposal {
            tenant: "acme".to_owned(),
            agent: "support-agent".to_owned(),
            connector: "crm".to_owned(),
            operation: "update".to_owned(),
            table: "contacts".to_owned(),
            records: vec![BTreeMap::from([("id".to_owned(), Value::from("c-1"))])],
            set: BTreeMap::from([("phone".to_owned(), Value::Null)]),
            reason: "it's; rm -rf $HOME".to_owned(),
            on_behalf_of: None,
            idempotency_key: "k".to_owned(),
        };
        let curl = proposal.curl("http://127.0.0.1:3000");
        assert!(curl.contains(r#""reason":"it'\''s; rm -rf $HOME""#), "{curl}");
        assert!(curl.contains(r#""set":{"phone":null}"#), "{curl}");
    }

    #[test]
    fn a_form_is_read_in_its_order_and_the_rest_is_ignored() {
        let pair = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        let draft = Draft::of_form(&Form::new([
            pair("value", "lost"),
            pair("column", "phone"),
            pair("value", "1"),
            pair("column", ""),
            pair("value", ""),
            pair("records", "a\r\nb"),
            pair("__proto__", "x"),
        ]));
        assert_eq!(draft.set, [pair("phone", "1")]);
        assert_eq!(draft.lines().collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn a_form_without_anything_names_every_field() {
        let fields: Vec<String> = Draft::default().faults().into_iter().map(|fault| fault.field).collect();
        assert_eq!(fields, ["tenant", "agent", "connector", "operation", "table", "records", "set"]);
    }

    #[test]
    fn keys_are_read_with_and_without_their_columns() {
        let pair = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        assert_eq!(key(None, "c-1"), [pair("id", "c-1")]);
        assert_eq!(key(None, "id=c-1"), [pair("id", "c-1")]);
        assert_eq!(key(None, "a=b"), [pair("id", "a=b")]);
    }
}
