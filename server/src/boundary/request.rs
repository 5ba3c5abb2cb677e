//! A request: the write that an agent proposes, parsed from what it sent.
//!
//! A [`Request`] that exists has the right shape, names each record once, and keeps its records in the order of their
//! keys. Whether it may happen is not asked here: names that no contract knows are for the verdict to refuse.

use std::collections::BTreeMap;

use evidence::canonical::{self, CanonicalError};
use evidence::commitment::Key;
use evidence::contract::MAX_ROWS;
use evidence::digest::Digest;
use evidence::name::{Name, Text};
use evidence::value::Value;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

/// The longest idempotency key, in bytes.
const MAX_IDEMPOTENCY_BYTES: usize = 255;

/// One proposed write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Request {
    /// The agent that proposes it.
    pub agent: Name,
    /// What the caller says the records are, in the order of `records`: for connectors without a database of ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Vec<Stated>>,
    /// The connector it goes through.
    pub connector: Name,
    /// The caller's name for this request: sent twice, it is decided once.
    #[serde(skip)]
    pub idempotency_key: Option<Text>,
    /// The person for whom the agent says it acts.
    pub on_behalf_of: Option<Text>,
    /// What is to be done.
    pub operation: Text,
    /// Why.
    pub reason: Text,
    /// The records it names, in the order of their keys.
    pub records: Vec<Key>,
    /// The columns it sets.
    pub set: BTreeMap<Text, Value>,
    /// The table.
    pub table: Text,
    /// The tenant whose agent it is.
    pub tenant: Name,
}

/// What takes a committed write back, as whoever wants it asks for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Undo {
    /// The agent in whose name it is done; `None` for the one of the original.
    pub agent: Option<Name>,
    /// For a connector without a database of ours: what the caller says the records are now, in the order of their keys.
    pub before: Option<Vec<Stated>>,
    /// The caller's name for this request: sent twice, it is decided once.
    pub idempotency_key: Option<Text>,
    /// Why.
    pub reason: Text,
    /// For a compensation: the records it names, if they are not the original's.
    pub records: Option<Vec<Key>>,
    /// For a compensation: the columns it sets.
    pub set: BTreeMap<Text, Value>,
}

/// What a caller says a record is: its cells, or `None` if it does not exist.
pub type Stated = Option<BTreeMap<Text, Value>>;

/// Why bytes are not a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// Not JSON that this portal admits.
    #[error("The body is {0}.")]
    Json(#[from] CanonicalError),
    /// A member is missing, unknown, or not what it must be.
    #[error("`{at}` {rule}.")]
    Member {
        /// Which one, as `set.phone`.
        at: String,
        /// The rule it breaks, and what to do.
        rule: String,
    },
}

/// The most actions of one list.
const MAX_BATCH: usize = 100;

const BATCH: &str = "must be a list of 1 to 100 actions";
const NAME: &str =
    "must be a name: 1 to 63 lower-case letters, digits or hyphens, beginning with a letter or digit";
/// What a text must be.
pub const TEXT: &str = "must be text of at most 2,000 bytes";
const VALUE: &str = "must be null, true, false, a whole number up to 2^53-1, or text of at most 65,536 bytes; \
    write any other number as text";
const MEMBERS: &str = "its members are tenant, agent, connector, operation, table, \
    records, before, set, reason, on_behalf_of and idempotency_key";
const STATES: &str = "must be a list with one entry for each of `records`: an object of all its columns, or null if it does \
    not exist";

impl RequestError {
    /// The same error of a request that stands at `place` of a larger one.
    fn within(self, place: &str) -> Self {
        match self {
            Self::Member { at, rule } => Self::Member { at: format!("{place}.{at}"), rule },
            json @ Self::Json(_) => json,
        }
    }
}

impl Request {
    /// Reads a request.
    pub fn read(body: &[u8]) -> Result<Self, RequestError> {
        Self::parse(canonical::admit(body)?)
    }

    /// Reads a list of requests, `{"actions":[…]}`.
    pub fn read_all(body: &[u8]) -> Result<Vec<Self>, RequestError> {
        let mut members = Members::read(body)?;
        let actions: Vec<Json> = members.required("actions", BATCH)?;
        members.end("its one member is actions")?;
        if actions.is_empty() || actions.len() > MAX_BATCH {
            return fault("actions", BATCH);
        }
        let requests = actions.into_iter().enumerate().map(|(place, action)| {
            Self::parse(action).map_err(|error| error.within(&format!("actions.{place}")))
        });
        requests.collect()
    }

    fn parse(body: Json) -> Result<Self, RequestError> {
        let mut members = Members::of(body)?;
        let (records, before) = records(&mut members)?;
        let request = Self {
            agent: members.required("agent", NAME)?,
            before,
            connector: members.required("connector", NAME)?,
            idempotency_key: idempotency_key(&mut members)?,
            on_behalf_of: members.optional("on_behalf_of", TEXT)?,
            operation: members.required("operation", TEXT)?,
            reason: members.required("reason", TEXT)?,
            records,
            set: set(&mut members)?,
            table: members.required("table", TEXT)?,
            tenant: members.required("tenant", NAME)?,
        };
        members.end(MEMBERS)?;
        Ok(request)
    }

    /// The digest of everything but the idempotency key, by which a repetition is told from another request.
    pub fn content(&self) -> Result<Digest, CanonicalError> {
        Ok(Digest::of(&canonical::to_vec(self)?))
    }
}

impl Undo {
    /// Reads what is to be taken back, and how.
    pub fn read(body: &[u8]) -> Result<Self, RequestError> {
        let mut members = Members::read(body)?;
        let (records, before) = match members.0.get("records") {
            None | Some(Json::Null) => {
                members.0.remove("records");
                (None, members.states("before", STATES)?)
            }
            Some(_) => {
                let (records, before) = records(&mut members)?;
                (Some(records), before)
            }
        };
        let undo = Self {
            agent: members.optional("agent", NAME)?,
            before,
            idempotency_key: idempotency_key(&mut members)?,
            reason: members.required("reason", TEXT)?,
            records,
            set: set(&mut members)?,
        };
        members.end("its members are reason, agent, idempotency_key, before, records and set")?;
        Ok(undo)
    }
}

/// The members of a JSON object that nobody has asked for yet.
pub struct Members(Map<String, Json>);

impl Members {
    /// The members of a body.
    pub fn read(body: &[u8]) -> Result<Self, RequestError> {
        Self::of(canonical::admit(body)?)
    }

    fn of(body: Json) -> Result<Self, RequestError> {
        match body {
            Json::Object(members) => Ok(Self(members)),
            _ => fault("body", "must be a JSON object"),
        }
    }

    /// The member `name`, which `rule` says what it must be.
    pub fn required<T: DeserializeOwned>(&mut self, name: &str, rule: &str) -> Result<T, RequestError> {
        match self.optional(name, rule)? {
            Some(value) => Ok(value),
            None => fault(name, &format!("is missing; it {rule}")),
        }
    }

    /// The member `name`, if there is one.
    pub fn optional<T: DeserializeOwned>(
        &mut self,
        name: &str,
        rule: &str,
    ) -> Result<Option<T>, RequestError> {
        match self.0.remove(name) {
            None | Some(Json::Null) => Ok(None),
            Some(value) => parse(name, value, rule).map(Some),
        }
    }

    /// The member `name`, if there is one, as what a caller says of one record after the other.
    pub fn states(&mut self, name: &str, rule: &str) -> Result<Option<Vec<Stated>>, RequestError> {
        let Some(stated) = self.optional::<Vec<Option<Map<String, Json>>>>(name, rule)? else {
            return Ok(None);
        };
        let stated = stated
            .into_iter()
            .enumerate()
            .map(|(place, cells)| cells.map(|cells| columns(&format!("{name}.{place}"), cells)).transpose());
        stated.collect::<Result<_, _>>().map(Some)
    }

    /// Makes sure that nothing is left; `expected` says what the object's members are.
    pub fn end(self, expected: &str) -> Result<(), RequestError> {
        match self.0.keys().next() {
            Some(unknown) => fault(unknown, &format!("is not a member of this request; {expected}")),
            None => Ok(()),
        }
    }
}

fn idempotency_key(members: &mut Members) -> Result<Option<Text>, RequestError> {
    const RULE: &str = "must be text of 1 to 255 bytes";
    let key: Option<Text> = members.optional("idempotency_key", RULE)?;
    match key {
        Some(key) if key.as_str().is_empty() || key.as_str().len() > MAX_IDEMPOTENCY_BYTES => {
            fault("idempotency_key", RULE)
        }
        key => Ok(key),
    }
}

fn set(members: &mut Members) -> Result<BTreeMap<Text, Value>, RequestError> {
    let set = members.optional("set", "must be an object of columns and values")?;
    columns("set", set.unwrap_or_default())
}

/// The records in the order of their keys, each with what the caller says it is.
fn records(members: &mut Members) -> Result<(Vec<Key>, Option<Vec<Stated>>), RequestError> {
    let keys = keys(members.required("records", "must be a list of objects, one for each record")?)?;
    let before = members.states("before", STATES)?;
    let is_stated = before.is_some();
    let stated = match before {
        Some(before) if before.len() == keys.len() => before,
        Some(_) => return fault("before", STATES),
        None => vec![None; keys.len()],
    };
    let mut pairs: Vec<(Key, Stated)> = keys.into_iter().zip(stated).collect();
    pairs.sort_by(|(one, _), (other, _)| one.cmp(other));
    if pairs.windows(2).any(|pair| matches!(pair, [(one, _), (other, _)] if one == other)) {
        return fault("records", "names a record twice; name each once");
    }
    let (keys, stated) = pairs.into_iter().unzip();
    Ok((keys, is_stated.then_some(stated)))
}

fn keys(named: Vec<Map<String, Json>>) -> Result<Vec<Key>, RequestError> {
    if named.len() > MAX_ROWS as usize {
        return fault("records", "may name at most 1,000 records; send the rest in further requests");
    }
    let keys = named.into_iter().enumerate().map(|(place, key)| columns(&format!("records.{place}"), key));
    let keys: Vec<Key> = keys.collect::<Result<_, _>>()?;
    if let Some(empty) = keys.iter().position(BTreeMap::is_empty) {
        return fault(&format!("records.{empty}"), "must hold the record's key columns and their values");
    }
    Ok(keys)
}

fn columns(at: &str, named: Map<String, Json>) -> Result<BTreeMap<Text, Value>, RequestError> {
    let columns = named.into_iter().map(|(name, value)| {
        let at = format!("{at}.{name}");
        let column =
            Text::try_from(name).or_else(|_| fault(&at, "must have a name of at most 2,000 bytes"))?;
        Ok((column, parse(&at, value, VALUE)?))
    });
    columns.collect()
}

fn parse<T: DeserializeOwned>(at: &str, value: Json, rule: &str) -> Result<T, RequestError> {
    serde_json::from_value(value).or_else(|_| fault(at, rule))
}

/// The place is quoted from the request, so it is cut.
fn fault<T>(at: &str, rule: &str) -> Result<T, RequestError> {
    Err(RequestError::Member { at: Text::shortened(at, 100).to_string(), rule: rule.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"tenant":"acme","agent":"a","connector":"crm","operation":"update","table":"contacts",
        "records":[{"id":"c-2"},{"id":"c-1"}],"set":{"phone":null},"reason":""}"#;

    fn refusal(from: &str, to: &str) -> String {
        Request::read(GOOD.replace(from, to).as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn records_stand_in_the_order_of_their_keys() {
        let request = Request::read(GOOD.as_bytes()).unwrap();
        assert_eq!(
            request.records.iter().map(|key| key.values().next().unwrap()).collect::<Vec<_>>(),
            [&Value::from("c-1"), &Value::from("c-2")]
        );
    }

    #[test]
    fn a_refusal_names_the_member_and_the_rule() {
        assert_eq!(refusal("\"tenant\":\"acme\",", ""), format!("`tenant` is missing; it {NAME}."));
        assert_eq!(refusal("\"acme\"", "\"A'; --\""), format!("`tenant` {NAME}."));
        assert_eq!(refusal("null", "[]"), format!("`set.phone` {VALUE}."));
        assert_eq!(refusal("c-2", "c-1"), "`records` names a record twice; name each once.");
        assert_eq!(refusal("\"reason\"", "\"raison\""), format!("`reason` is missing; it {TEXT}."));
        assert_eq!(
            refusal("\"reason\":\"\"", "\"reason\":\"\",\"x\":1"),
            format!("`x` is not a member of this request; {MEMBERS}.")
        );
        assert!(refusal("null", "9007199254740992").contains("2^53-1"));
    }
}
