//! Vendors who keep the write in their own code say themselves what the records are. Their word goes into the receipt as
//! what it is: attested, not observed.

use std::collections::BTreeMap;

use evidence::action::LiveSchema;
use evidence::contract::{Contract, Table};
use evidence::name::Text;
use evidence::value::Value;

use super::request::{Request, Stated};
use crate::connectors::lens::Row;
use crate::connectors::observation::{Sighting, Survey};

/// What the caller says of the records that `request` names.
pub fn survey(request: &Request, stated: &[Stated], contract: Option<&Contract>) -> Survey {
    let Some(table) = contract.and_then(|contract| contract.tables.get(request.table.as_str())) else {
        return Survey::blind(request.records.len());
    };
    let sighting = |stated: &Stated| match stated {
        None => Sighting::Absent,
        Some(cells) => row(table, cells).map_or(Sighting::Unseen, Sighting::Found),
    };
    let sightings = stated.iter().map(sighting).collect();
    Survey { schema: LiveSchema::Unobserved, sightings, set: BTreeMap::new() }
}

/// The record with these cells; `None` unless they are exactly the contract's columns, each with a value of its type.
pub fn row(table: &Table, cells: &BTreeMap<Text, Value>) -> Option<Row> {
    let row = table.columns.iter().map(|(name, column)| {
        let value = cells.get(name.as_str()).filter(|value| column.accepts(value))?;
        Some((name.clone(), value.clone()))
    });
    row.collect::<Option<Row>>().filter(|row| row.len() == cells.len())
}
