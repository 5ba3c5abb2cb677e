//! What the audit has, asked for page by page.

use std::collections::BTreeMap;

use app::portal::{AskedChanges, Change, Changes, What};
use evidence::name::Name;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::Audit;
use crate::ledger::LedgerError;
use crate::store::row::{json, parsed, time};

/// What is after every id.
const END: &str = "g";

impl Audit {
    /// A vendor's changes, newest first: at most `most` of those that are asked for, and who has ever changed anything.
    pub async fn page(
        &self,
        vendor: &Name,
        asked: &AskedChanges,
        most: usize,
    ) -> Result<Changes, LedgerError> {
        let (changes, older) = self.lines(vendor, asked, most).await?;
        Ok(Changes { changes, older, people: self.people(vendor).await? })
    }

    /// The same without the people, and the id before which the next ones begin.
    pub async fn lines(
        &self,
        vendor: &Name,
        asked: &AskedChanges,
        most: usize,
    ) -> Result<(Vec<Change>, Option<String>), LedgerError> {
        let from = asked.from.map_or_else(String::new, |from| format!("{:016x}", from.micros()));
        let until = asked.until.map_or_else(|| END.to_owned(), |until| format!("{:016x}", until.micros()));
        let until = asked.before.clone().filter(|before| *before < until).unwrap_or(until);
        let member = asked.member.as_deref().unwrap_or_default();
        // Each of the places is taken, whether or not it narrows anything.
        let mine = if member.is_empty() { "$2 = ''" } else { "member = $2" };
        let text = format!(
            "select id, at, member, name, what, about, detail from audit \
             where vendor = $1 and {mine} and id >= $3 and id < $4{} order by id desc limit {}",
            asked.area.map_or_else(String::new, kinds),
            most.saturating_add(1)
        );
        let rows = self.store.ask(&text, [vendor.as_str(), member, &from, &until]).await?;
        let mut changes = rows.iter().map(change).collect::<Result<Vec<_>, _>>()?;
        let has_older = changes.len() > most;
        changes.truncate(most);
        let older = changes.last().filter(|_| has_older).map(|last| last.id.clone());
        Ok((changes, older))
    }

    async fn people(&self, vendor: &Name) -> Result<Vec<(String, String)>, LedgerError> {
        let text = "select a.member, a.name from audit a join \
                    (select max(id) as last from audit where vendor = $1 and member <> '' group by member) l \
                    on l.last = a.id order by a.name, a.member";
        let rows = self.store.ask(text, [vendor.as_str()]).await?;
        let person = |row: &AnyRow| Ok((row.try_get("member")?, row.try_get("name")?));
        rows.iter().map(person).collect()
    }
}

/// The words are from our own closed list.
fn kinds(area: app::portal::Area) -> String {
    let words: Vec<String> = area.all_of().map(|what| format!("'{}'", what.as_str())).collect();
    format!(" and what in ({})", words.join(", "))
}

fn change(row: &AnyRow) -> Result<Change, LedgerError> {
    let what: What = parsed(row, "what")?;
    let detail: BTreeMap<String, String> = json(row, "detail")?;
    Ok(Change {
        id: row.try_get("id")?,
        at: time(row, "at")?,
        member: row.try_get("member")?,
        name: row.try_get("name")?,
        what,
        about: row.try_get("about")?,
        detail,
    })
}
