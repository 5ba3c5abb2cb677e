//! A survey: one statement reads the records, has the proposed values cast, and tells whether the table is still the
//! contract's. Only if the database does not take one of the values or keys, each is asked about on its own.

use std::collections::BTreeMap;

use evidence::action::LiveSchema;
use evidence::commitment::Key;
use evidence::contract::{Column, Contract, Table};
use evidence::digest::Digest;
use evidence::name::{Identifier, Text};
use evidence::value::Value;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row as _};

use super::form::{Form, text};
use super::rows::{self, Param};
use super::statement::Statements;
use super::{CONNECTIONS, Postgres};
use crate::connectors::ConnectorError;
use crate::connectors::observation::{Sighting, Survey};

/// The values of a request in the database's form, and `None` where it does not take one.
type Written = BTreeMap<Text, Option<Value>>;

impl Postgres {
    /// See [`crate::connectors::Connector::survey`]. A connection that was lost while nobody used it says nothing about
    /// the records, so it is no reason to deny a write; and where one was lost, others may have been.
    pub async fn survey(
        &self,
        contract: (&Contract, Digest),
        table: (&Identifier, &Table),
        keys: &[Key],
        set: &BTreeMap<Text, Value>,
    ) -> Result<Survey, ConnectorError> {
        let mut others = CONNECTIONS;
        loop {
            match Box::pin(self.look(contract, table, keys, set)).await {
                Err(error) if error.is_loss() && others > 0 => {
                    tracing::warn!(%error, "a connection was lost");
                    others -= 1;
                }
                survey => return survey,
            }
        }
    }

    async fn look(
        &self,
        contract: (&Contract, Digest),
        table: (&Identifier, &Table),
        keys: &[Key],
        set: &BTreeMap<Text, Value>,
    ) -> Result<Survey, ConnectorError> {
        let mut read = self.pool.acquire().await?;
        if let Some(known) = self.checked.recall(contract.1, table.0).filter(|known| known.matches) {
            let question = Question::new(Statements::new(table, &known.forms), keys, set);
            if let Some(survey) = question.ask(&mut read, known.fingerprint.as_deref()).await? {
                return Ok(survey);
            }
        }
        let known = self.checked.load(&mut read, contract, table).await?;
        if !known.matches {
            return Ok(Survey::drifted(keys.len()));
        }
        let question = Question::new(Statements::new(table, &known.forms), keys, set);
        match question.ask(&mut read, known.fingerprint.as_deref()).await? {
            Some(survey) => Ok(survey),
            None => question.ask_one_by_one(&mut read).await,
        }
    }
}

/// What is asked: about the keys and values that can be put to the database at all.
struct Question<'a> {
    statements: Statements<'a>,
    keys: &'a [Key],
    good: Vec<usize>,
    asked: Vec<Asked<'a>>,
    refused: Vec<Text>,
}

/// One value that is to be set.
struct Asked<'a> {
    name: &'a Identifier,
    column: &'a Column,
    form: &'a Form,
    value: &'a Value,
}

impl<'a> Question<'a> {
    fn new(statements: Statements<'a>, keys: &'a [Key], set: &'a BTreeMap<Text, Value>) -> Self {
        let is_good = |place: &usize| keys.get(*place).is_some_and(|key| rows::is_key(&statements, key));
        let good = (0..keys.len()).filter(is_good).collect();
        let (mut asked, mut refused) = (Vec::new(), Vec::new());
        for (name, value) in set {
            let column = statements.table.columns.get_key_value(name.as_str());
            let Some(((name, column), form)) = column.zip(statements.forms.get(name.as_str())) else {
                continue;
            };
            if form.admits(column, value) {
                asked.push(Asked { name, column, form, value });
            } else {
                refused.push(name.to_text());
            }
        }
        Self { statements, keys, good, asked, refused }
    }

    /// Everything at once. `None` if the table has changed, or the database refused something of it.
    async fn ask(
        &self,
        read: &mut PgConnection,
        fingerprint: Option<&str>,
    ) -> Result<Option<Survey>, ConnectorError> {
        let rows = match self.rows(read, &self.good, &self.asked).await {
            Ok(rows) => rows,
            Err(error) if error.is_refusal() => return Ok(None),
            Err(error) => return Err(error),
        };
        let Some(first) = rows.first() else { return Ok(Some(matching(self.unseen(), self.unasked()))) };
        if first.try_get::<Option<String>, _>(1)?.as_deref() != fingerprint {
            return Ok(None);
        }
        let mut written = self.unasked();
        for (place, asked) in self.asked.iter().enumerate() {
            let at = self.first_value() + 2 * place;
            written.insert(asked.name.to_text(), asked.kept(first, at)?);
        }
        let mut sightings = self.unseen();
        for row in &rows {
            self.see(row, &self.good, &mut sightings)?;
        }
        Ok(Some(matching(sightings, written)))
    }

    /// One after the other, so that what the database refuses spoils nothing else.
    async fn ask_one_by_one(&self, read: &mut PgConnection) -> Result<Survey, ConnectorError> {
        let mut written = self.unasked();
        for asked in &self.asked {
            written.insert(asked.name.to_text(), self.probe(read, asked).await?);
        }
        let mut sightings = self.unseen();
        let mut groups = vec![self.good.clone()];
        while let Some(group) = groups.pop() {
            match self.rows(read, &group, &[]).await {
                Ok(rows) => rows.iter().try_for_each(|row| self.see(row, &group, &mut sightings))?,
                // Halves find one bad key among a thousand sooner than each by itself.
                Err(error) if error.is_refusal() && group.len() > 1 => {
                    let (one, other) = group.split_at(group.len() / 2);
                    groups.extend([one.to_vec(), other.to_vec()]);
                }
                Err(error) if error.is_refusal() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(matching(sightings, written))
    }

    async fn probe(
        &self,
        read: &mut PgConnection,
        asked: &Asked<'_>,
    ) -> Result<Option<Value>, ConnectorError> {
        let sql = self.statements.probe(asked.name).ok_or_else(rows::outside_contract)?;
        match rows::bind(sql, vec![Param::One(text(asked.value))]).fetch_one(read).await {
            Ok(row) => asked.kept(&row, 0),
            Err(error) => match ConnectorError::from(error) {
                error if error.is_refusal() => Ok(None),
                error => Err(error),
            },
        }
    }

    async fn rows(
        &self,
        read: &mut PgConnection,
        group: &[usize],
        asked: &[Asked<'_>],
    ) -> Result<Vec<PgRow>, ConnectorError> {
        if group.is_empty() {
            return Ok(Vec::new());
        }
        let keys: Vec<&Key> = group.iter().filter_map(|place| self.keys.get(*place)).collect();
        let columns: Vec<&Identifier> = asked.iter().map(|asked| asked.name).collect();
        let sql = self.statements.survey(&columns).ok_or_else(rows::outside_contract)?;
        let mut params = vec![Param::One(Some(super::catalog::regclass(self.statements.name)))];
        params.extend(rows::key_lists(&self.statements, &keys).ok_or_else(rows::outside_contract)?);
        params.extend(asked.iter().map(|asked| Param::One(text(asked.value))));
        Ok(rows::bind(sql, params).fetch_all(read).await?)
    }

    /// What a row says of the record that it is about. A key that the database would write otherwise is none.
    fn see(&self, row: &PgRow, group: &[usize], sightings: &mut [Sighting]) -> Result<(), ConnectorError> {
        let place = group.get(rows::number(row)?).copied();
        let Some((place, key)) = place.and_then(|place| Some((place, self.keys.get(place)?))) else {
            return Ok(());
        };
        let Some(sighting) = sightings.get_mut(place) else { return Ok(()) };
        if !self.is_own_form(row, key)? {
            return Ok(());
        }
        let first = self.first_column();
        *sighting = if self.is_there(row)? {
            rows::sighting_of(&self.statements, key, row, first)?
        } else {
            Sighting::Absent
        };
        Ok(())
    }

    fn is_own_form(&self, row: &PgRow, key: &Key) -> Result<bool, ConnectorError> {
        let table = self.statements.table;
        for (place, name) in table.key.iter().enumerate() {
            let text: Option<String> = row.try_get(2 + place)?;
            let column = table.columns.get(name).zip(self.statements.forms.get(name));
            let own = column.zip(text).and_then(|((column, form), text)| form.value(column, text));
            if own.as_ref() != key.get(name.as_str()) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// A record that is there has a key.
    fn is_there(&self, row: &PgRow) -> Result<bool, ConnectorError> {
        let table = self.statements.table;
        let place = table.key.first().and_then(|key| table.columns.keys().position(|column| column == key));
        let place = place.ok_or_else(rows::outside_contract)?;
        Ok(row.try_get::<Option<String>, _>(self.first_column() + place)?.is_some())
    }

    fn first_column(&self) -> usize {
        2 + self.statements.table.key.len()
    }

    fn first_value(&self) -> usize {
        self.first_column() + self.statements.table.columns.len()
    }

    fn unseen(&self) -> Vec<Sighting> {
        vec![Sighting::Unseen; self.keys.len()]
    }

    fn unasked(&self) -> Written {
        self.refused.iter().map(|name| (name.clone(), None)).collect()
    }
}

impl Asked<'_> {
    fn kept(&self, row: &PgRow, at: usize) -> Result<Option<Value>, ConnectorError> {
        let (made, keeps): (Option<String>, Option<bool>) = (row.try_get(at)?, row.try_get(at + 1)?);
        // Nothing is compared with null, and null keeps its meaning.
        Ok(self.form.kept(self.column, self.value, keeps.unwrap_or(true), made))
    }
}

const fn matching(sightings: Vec<Sighting>, set: Written) -> Survey {
    Survey { schema: LiveSchema::Matches, sightings, set }
}
