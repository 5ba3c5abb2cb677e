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

const NAME: &str =
    "must be a name: 1 to 63 lower-case letters, digits or hyphens, beginning with a letter or digit";
const TEXT: &str = "must be text of at most 2,000 bytes";
const VALUE: &str = "must be null, true, false, a whole number up to 2^53-1, or text of at most 65,536 bytes; \
    write any other number as text";
const MEMBERS: &str = "is not a member of this request; its members are tenant, agent, connector, operation, table, \
    records, set, reason, on_behalf_of and idempotency_key";

impl Request {
    /// Reads a request.
    pub fn read(body: &[u8]) -> Result<Self, RequestError> {
        let mut members = match canonical::admit(body)? {
            Json::Object(members) => Members(members),
            _ => return fault("body", "must be a JSON object"),
        };
        let request = Self {
            agent: members.required("agent", NAME)?,
            connector: members.required("connector", NAME)?,
            idempotency_key: idempotency_key(&mut members)?,
            on_behalf_of: members.optional("on_behalf_of", TEXT)?,
            operation: members.required("operation", TEXT)?,
            reason: members.required("reason", TEXT)?,
            records: records(members.required("records", "must be a list of objects, one for each record")?)?,
            set: columns(
                "set",
                members.optional("set", "must be an object of columns and values")?.unwrap_or_default(),
            )?,
            table: members.required("table", TEXT)?,
            tenant: members.required("tenant", NAME)?,
        };
        match members.0.keys().next() {
            Some(unknown) => fault(unknown, MEMBERS),
            None => Ok(request),
        }
    }

    /// The digest of everything but the idempotency key, by which a repetition is told from another request.
    pub fn content(&self) -> Result<Digest, CanonicalError> {
        Ok(Digest::of(&canonical::to_vec(self)?))
    }
}

struct Members(Map<String, Json>);

impl Members {
    fn required<T: DeserializeOwned>(&mut self, name: &str, rule: &str) -> Result<T, RequestError> {
        match self.optional(name, rule)? {
            Some(value) => Ok(value),
            None => fault(name, &format!("is missing; it {rule}")),
        }
    }

    fn optional<T: DeserializeOwned>(&mut self, name: &str, rule: &str) -> Result<Option<T>, RequestError> {
        match self.0.remove(name) {
            None | Some(Json::Null) => Ok(None),
            Some(value) => parse(name, value, rule).map(Some),
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

fn records(named: Vec<Map<String, Json>>) -> Result<Vec<Key>, RequestError> {
    if named.len() > MAX_ROWS as usize {
        return fault("records", "may name at most 1,000 records; send the rest in further requests");
    }
    let keys = named.into_iter().enumerate().map(|(place, key)| columns(&format!("records.{place}"), key));
    let mut keys: Vec<Key> = keys.collect::<Result<_, _>>()?;
    if let Some(empty) = keys.iter().position(BTreeMap::is_empty) {
        return fault(&format!("records.{empty}"), "must hold the record's key columns and their values");
    }
    keys.sort();
    if keys.windows(2).any(|pair| matches!(pair, [one, other] if one == other)) {
        return fault("records", "names a record twice; name each once");
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
        assert_eq!(refusal("\"reason\":\"\"", "\"reason\":\"\",\"x\":1"), format!("`x` {MEMBERS}."));
        assert!(refusal("null", "9007199254740992").contains("2^53-1"));
    }
}
