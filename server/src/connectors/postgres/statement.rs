//! The statements on one table, built from the contract's identifiers, the catalog's types and nothing else.

use std::collections::BTreeMap;

use evidence::contract::Table;
use evidence::name::Identifier;

use super::catalog::fingerprint;
use super::form::Form;

/// The statements on a table. Keys come as one list for each key column; records are numbered from 1.
#[derive(Clone, Copy)]
pub struct Statements<'a> {
    /// The table's name.
    pub name: &'a Identifier,
    /// What the contract says of it.
    pub table: &'a Table,
    /// How its columns' values are written.
    pub forms: &'a BTreeMap<Identifier, Form>,
}

impl<'a> Statements<'a> {
    /// The statements on a table and its terms.
    pub const fn new(
        (name, table): (&'a Identifier, &'a Table),
        forms: &'a BTreeMap<Identifier, Form>,
    ) -> Self {
        Self { name, table, forms }
    }

    /// Reads the records with these keys, each with its number and then every column; with every key as the database
    /// writes it; with the fingerprint of the table `$1`; and with each value of `set` as the database writes it and whether
    /// it keeps its meaning. The last two are told once, with the first record. `None` if a column is not known.
    pub fn survey(&self, set: &[&Identifier]) -> Option<String> {
        let mut parts = vec!["k.n".to_owned(), once(fingerprint!("to_regclass($1)"))];
        for (place, column) in self.table.key.iter().enumerate() {
            let form = self.forms.get(column)?;
            parts.push(form.output(&form.input(&format!("k.k{place}"))));
        }
        parts.extend(self.columns()?);
        let first = 2 + self.table.key.len();
        for (place, column) in set.iter().enumerate() {
            let (form, text) = (self.forms.get(*column)?, format!("${}::text", first + place));
            parts.push(once(&form.output(&form.input(&text))));
            parts.push(once(&form.keeps(&text)));
        }
        Some(format!(
            "select {} from {} left join {} t on {} order by k.n",
            parts.join(", "),
            self.keys(2),
            quoted(self.name),
            self.is_key()?
        ))
    }

    /// A value as the database writes it, and whether it keeps its meaning.
    pub fn probe(&self, column: &Identifier) -> Option<String> {
        let form = self.forms.get(column)?;
        Some(format!("select {}, {}", form.output(&form.input("$1::text")), form.keeps("$1::text")))
    }

    /// Reads the records with these keys, each with its number, and locks them in that order.
    pub fn lock(&self) -> Option<String> {
        Some(format!(
            "select k.n, {} from {} join {} t on {} order by k.n for update of t",
            self.columns()?.join(", "),
            self.keys(1),
            quoted(self.name),
            self.is_key()?
        ))
    }

    /// Sets columns of the tenant's records with these keys: first the keys, then the tenant, then the values.
    pub fn update<'c>(&self, columns: impl Iterator<Item = &'c Identifier>) -> Option<String> {
        let first = 2 + self.table.key.len();
        let set = columns.enumerate().map(|(place, column)| {
            let value = self.forms.get(column)?.input(&format!("${}::text", first + place));
            Some(format!("{} = {value}", quoted(column)))
        });
        Some(format!(
            "update {} t set {} from {} where {} and {}",
            quoted(self.name),
            set.collect::<Option<Vec<_>>>()?.join(", "),
            self.keys(1),
            self.is_key()?,
            self.is_tenant()?
        ))
    }

    /// Removes the tenant's records with these keys: first the keys, then the tenant.
    pub fn delete(&self) -> Option<String> {
        let (name, keys) = (quoted(self.name), self.keys(1));
        Some(format!("delete from {name} t using {keys} where {} and {}", self.is_key()?, self.is_tenant()?))
    }

    /// Adds records: a list of values for each column.
    pub fn insert(&self) -> Option<String> {
        let columns: Vec<String> = self.table.columns.keys().map(quoted).collect();
        let values = self.table.columns.keys().enumerate();
        let values =
            values.map(|(place, column)| Some(self.forms.get(column)?.input(&format!("k.k{place}"))));
        Some(format!(
            "insert into {} ({}) overriding system value select {} from {} order by k.n",
            quoted(self.name),
            columns.join(", "),
            values.collect::<Option<Vec<_>>>()?.join(", "),
            lists(1, columns.len())
        ))
    }

    fn columns(&self) -> Option<Vec<String>> {
        let columns = self.table.columns.keys();
        columns.map(|column| Some(self.forms.get(column)?.output(&format!("t.{}", quoted(column))))).collect()
    }

    fn keys(&self, first: usize) -> String {
        lists(first, self.table.key.len())
    }

    fn is_key(&self) -> Option<String> {
        let key = self.table.key.iter().enumerate().map(|(place, column)| {
            let value = self.forms.get(column)?.input(&format!("k.k{place}"));
            Some(format!("t.{} = {value}", quoted(column)))
        });
        Some(key.collect::<Option<Vec<_>>>()?.join(" and "))
    }

    fn is_tenant(&self) -> Option<String> {
        let column = &self.table.tenant_column;
        let value = self.forms.get(column)?.input(&format!("${}::text", 1 + self.table.key.len()));
        Some(format!("t.{} = {value}", quoted(column)))
    }
}

/// An identifier holds letters, digits and underscores only, so quotes are all it needs.
fn quoted(name: &Identifier) -> String {
    format!("\"{name}\"")
}

/// `count` lists of texts, from parameter `first` on, as numbered rows.
fn lists(first: usize, count: usize) -> String {
    let lists: Vec<String> = (first..first + count).map(|place| format!("${place}::text[]")).collect();
    let names: Vec<String> = (0..count).map(|place| format!("k{place}")).collect();
    format!("unnest({}) with ordinality as k ({}, n)", lists.join(", "), names.join(", "))
}

fn once(expression: &str) -> String {
    format!("case when k.n = 1 then {expression} end")
}
