//! The statements on one table, built from the contract's identifiers and nothing else.

use evidence::contract::Table;
use evidence::name::Identifier;

/// The statements on `table`.
pub struct Statements<'a> {
    /// The table's name.
    pub name: &'a Identifier,
    /// What the contract says of it.
    pub table: &'a Table,
}

impl<'a> Statements<'a> {
    /// The statements on a table and its terms.
    pub const fn new((name, table): (&'a Identifier, &'a Table)) -> Self {
        Self { name, table }
    }

    /// Reads every column of the records with one key. A key that is not unique shows as a second row.
    pub fn select(&self) -> String {
        let columns = join(self.table.columns.keys(), ", ", quoted);
        format!("select {columns} from {} where {} limit 2", quoted(self.name), self.key())
    }

    /// Changes columns of the tenant's record with one key.
    pub fn update<'c>(&self, columns: impl Iterator<Item = &'c Identifier>) -> String {
        let set = join(columns, ", ", |column| format!("{} = ?", quoted(column)));
        format!("update {} set {set} where {} and {}", quoted(self.name), self.key(), self.tenant())
    }

    /// Adds a record, naming every column.
    pub fn insert(&self) -> String {
        let columns = join(self.table.columns.keys(), ", ", quoted);
        let values = join(self.table.columns.keys(), ", ", |_| "?".to_owned());
        format!("insert into {} ({columns}) values ({values})", quoted(self.name))
    }

    /// Removes the tenant's record with one key.
    pub fn delete(&self) -> String {
        format!("delete from {} where {} and {}", quoted(self.name), self.key(), self.tenant())
    }

    /// A column may compare case-insensitively; a record's key never does.
    fn key(&self) -> String {
        join(self.table.key.iter(), " and ", |column| format!("{} collate binary = ?", quoted(column)))
    }

    fn tenant(&self) -> String {
        format!("{} collate binary = ?", quoted(&self.table.tenant_column))
    }
}

/// An identifier holds letters, digits and underscores only, so quotes are all it needs.
fn quoted(name: &Identifier) -> String {
    format!("\"{name}\"")
}

fn join<'a>(
    columns: impl Iterator<Item = &'a Identifier>,
    between: &str,
    write: impl Fn(&Identifier) -> String,
) -> String {
    columns.map(write).collect::<Vec<_>>().join(between)
}
