//! The audit: what people have changed in the portal, one line a change, written once and never touched again.
//!
//! A change that lies in the portal's own database is kept in one transaction with its line, by [`Audit::change`], so that
//! neither is there without the other. What goes into a tenant's log has its receipt first, which nobody can take back, and
//! its line here directly after, by [`Audit::note`]. No secret belongs into a line: addresses of databases, passwords, keys
//! and the links of invitations stay out.

mod ask;
mod receipts;
mod table;

use std::collections::BTreeMap;

use app::portal::What;
use evidence::digest::to_hex;
use evidence::name::{Name, Text};

pub use table::{HEAD, line};

use crate::clock::Clock;
use crate::ledger::LedgerError;
use crate::store::Store;
use crate::store::row::Together;

/// The longest text that a line keeps, in characters.
const LONGEST: usize = 500;

/// The audit of every vendor. A clone is another handle on the same one.
#[derive(Clone)]
pub struct Audit {
    store: Store,
    clock: Clock,
}

/// Who makes a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The vendor.
    pub vendor: Name,
    /// By what its members are told apart; nothing, if nobody was signed in.
    pub member: String,
    /// What they are called now.
    pub name: String,
}

/// One change, before it is written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    by: Actor,
    what: What,
    about: String,
    detail: BTreeMap<&'static str, String>,
}

impl Note {
    /// That `by` did this.
    pub const fn new(by: Actor, what: What) -> Self {
        Self { by, what, about: String::new(), detail: BTreeMap::new() }
    }

    /// To whom or what.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "whatever can be said, owned or borrowed")]
    pub fn about(mut self, about: impl ToString) -> Self {
        self.about = shortened(&about.to_string());
        self
    }

    /// And this, by a name that the interface's catalogue has under `audit.detail`. What is empty is left out.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "whatever can be said, owned or borrowed")]
    pub fn with(mut self, name: &'static str, text: impl ToString) -> Self {
        let text = shortened(&text.to_string());
        if !text.is_empty() {
            self.detail.insert(name, text);
        }
        self
    }
}

fn shortened(text: &str) -> String {
    Text::shortened(text, LONGEST).to_string()
}

/// What a line says beside its note.
struct Columns {
    id: String,
    at: i64,
    detail: String,
}

impl Audit {
    /// The audit in `store`.
    pub const fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock }
    }

    /// Writes down a change that was made elsewhere.
    pub async fn note(&self, note: &Note) -> Result<(), LedgerError> {
        let columns = self.columns(note)?;
        self.store.tell(&insert(columns.at), values(&columns, note)).await?;
        Ok(())
    }

    /// Writes down what a tenant's log has already. It is done by now and nobody can take it back, so that a line which can't
    /// be written is only told to whoever runs the server.
    pub async fn note_after(&self, note: &Note) {
        if let Err(error) = self.note(note).await {
            tracing::error!(%error, ?note, "a change is not in the audit");
        }
    }

    /// Makes a change of the portal's own database and writes it down, or neither. Whether there was anything to change.
    pub(crate) async fn change<const N: usize>(
        &self,
        statement: &str,
        bound: [&str; N],
        note: &Note,
    ) -> Result<bool, LedgerError> {
        let mut together = self.store.together().await?;
        if together.tell(statement, bound).await? == 0 {
            return Ok(false);
        }
        self.note_in(&mut together, note).await?;
        together.done().await?;
        Ok(true)
    }

    /// Writes down a change together with it.
    pub(crate) async fn note_in(&self, together: &mut Together, note: &Note) -> Result<(), LedgerError> {
        let columns = self.columns(note)?;
        together.tell(&insert(columns.at), values(&columns, note)).await?;
        Ok(())
    }

    fn columns(&self, note: &Note) -> Result<Columns, LedgerError> {
        let at = self.clock.now().micros();
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(LedgerError::unavailable)?;
        let id = format!("{at:016x}{}", to_hex(&random));
        let detail = serde_json::to_string(&note.detail).map_err(LedgerError::unavailable)?;
        Ok(Columns { id, at, detail })
    }
}

/// The statement that writes a line down. The time is ours, so it stands in it.
fn insert(at: i64) -> String {
    format!(
        "insert into audit (id, vendor, at, member, name, what, about, detail) \
         values ($1, $2, {at}, $3, $4, $5, $6, $7)"
    )
}

fn values<'a>(columns: &'a Columns, note: &'a Note) -> [&'a str; 7] {
    let Actor { vendor, member, name } = &note.by;
    [&columns.id, vendor.as_str(), member, name, note.what.as_str(), &note.about, &columns.detail]
}
