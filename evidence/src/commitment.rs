//! Salted commitments: state hashes that reveal nothing and still compare.
//!
//! Each column's value is committed as an SD-JWT disclosure digest (RFC 9901 §4.2). The salt is derived from a
//! per-tenant secret, the record's key and the column, so the same value in the same cell always gives the same
//! digest (which is what proves rollback and continuity), and nobody without the salt can guess the value. What leaks is exactly that
//! equality: a reader sees that a cell returned to an earlier value. Erasing the secret makes what was never
//! disclosed unlinkable for good, while every signature still verifies.

use std::collections::BTreeMap;

use hkdf::Hkdf;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::canonical::{self, CanonicalError};
use crate::digest::{Digest, to_base64url};
use crate::name::{Name, Text};
use crate::value::Value;

/// The length of a salt in bytes: 128 bits, as RFC 9901 §9.3 recommends.
const SALT_BYTES: usize = 16;

/// A record's key: its key columns and their values.
pub type Key = BTreeMap<Text, Value>;

/// One cell of a record's state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Cell {
    /// An open column: the value and its salt, so that anyone can compute the digest.
    Open {
        /// The salt, base64url.
        salt: String,
        /// The value.
        value: Value,
    },
    /// A sealed column: only the digest of its disclosure, base64url.
    Sealed(String),
}

/// The disclosure of one cell: what turns a sealed digest back into a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disclosure(
    /// The salt, base64url.
    pub String,
    /// The column.
    pub Text,
    /// The value.
    pub Value,
);

impl Disclosure {
    /// RFC 9901 §4.2.3: SHA-256 over the base64url text of the JCS array `[salt, column, value]`, in base64url.
    pub fn digest(&self) -> Result<String, CanonicalError> {
        digest(&self.0, &self.1, &self.2)
    }
}

impl Cell {
    /// The digest of this cell of `column`.
    pub fn digest(&self, column: &Text) -> Result<String, CanonicalError> {
        match self {
            Self::Open { salt, value } => digest(salt, column, value),
            Self::Sealed(digest) => Ok(digest.clone()),
        }
    }
}

fn digest(salt: &str, column: &Text, value: &Value) -> Result<String, CanonicalError> {
    let encoded = to_base64url(&canonical::to_vec(&(salt, column, value))?);
    Ok(to_base64url(&Sha256::digest(encoded.as_bytes())))
}

/// The hash of a record's state: the digest of the JCS object that maps each column to its cell's digest.
pub fn state_hash<'a>(
    cells: impl IntoIterator<Item = (&'a Text, &'a Cell)>,
) -> Result<Digest, CanonicalError> {
    let digests: BTreeMap<&Text, String> = cells
        .into_iter()
        .map(|(column, cell)| Ok((column, cell.digest(column)?)))
        .collect::<Result<_, CanonicalError>>()?;
    Ok(Digest::of(&canonical::to_vec(&digests)?))
}

/// A tenant's secret, from which every salt of its log is derived. It is an argument here, never kept.
pub struct TenantSecret(Hkdf<Sha256>);

/// Where a record stands: the connector, the table and the key.
#[derive(Serialize)]
pub struct Place<'a> {
    /// The connector.
    pub connector: &'a Name,
    /// The record's key.
    pub key: &'a Key,
    /// The table.
    pub table: &'a Text,
}

impl TenantSecret {
    /// The secret with these 32 bytes.
    pub fn new(bytes: &[u8; 32]) -> Self {
        Self(Hkdf::new(None, bytes))
    }

    /// The tenant's log id: 32 hex digits that say nothing of the tenant's name.
    pub fn log_id(&self) -> Result<Name, CanonicalError> {
        let id = crate::digest::to_hex(&self.derive("log", &())?);
        id.parse().map_err(|_| CanonicalError::Shape("a log id is a name".into()))
    }

    /// The disclosure of `column` = `value` of the record at `place`.
    pub fn disclose(
        &self,
        place: &Place<'_>,
        column: &Text,
        value: &Value,
    ) -> Result<Disclosure, CanonicalError> {
        let salt = to_base64url(&self.derive("cell", &(place, column))?);
        Ok(Disclosure(salt, column.clone(), value.clone()))
    }

    /// What stands for another tenant in this tenant's log: equal for the same one, meaningless to anyone else.
    pub fn blind_tenant(&self, other: &Name) -> Result<Digest, CanonicalError> {
        self.blind("tenant", other)
    }

    /// What stands in this tenant's log for the key of another tenant's record.
    pub fn blind_key(&self, place: &Place<'_>) -> Result<Digest, CanonicalError> {
        self.blind("key", place)
    }

    fn blind<T: Serialize>(&self, purpose: &str, what: &T) -> Result<Digest, CanonicalError> {
        let salt = to_base64url(&self.derive(purpose, what)?);
        Ok(Digest::of(&canonical::to_vec(&(salt, purpose, what))?))
    }

    /// HKDF-SHA-256 (RFC 5869) with info `helm:<purpose>:v1` ‖ 0x00 ‖ JCS(`what`).
    fn derive<T: Serialize>(&self, purpose: &str, what: &T) -> Result<[u8; SALT_BYTES], CanonicalError> {
        let mut info = format!("helm:{purpose}:v1\0").into_bytes();
        info.extend(canonical::to_vec(what)?);
        let mut salt = [0; SALT_BYTES];
        self.0.expand(&info, &mut salt).map_err(|_| CanonicalError::Shape("a salt is 16 bytes".into()))?;
        Ok(salt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Text {
        text.parse().unwrap()
    }

    #[test]
    fn the_digest_is_that_of_rfc_9901() {
        let disclosure = Disclosure("2GLC42sKQveCfGfryNRN9w".into(), text("given_name"), Value::from("John"));
        // RFC 9901's own example has a space after each comma; ours are JCS, hence another digest.
        let encoded = to_base64url(br#"["2GLC42sKQveCfGfryNRN9w","given_name","John"]"#);
        assert_eq!(disclosure.digest().unwrap(), to_base64url(&Sha256::digest(encoded.as_bytes())));
    }

    #[test]
    fn equal_cells_give_equal_hashes_and_others_do_not() {
        let secret = TenantSecret::new(&[7; 32]);
        let connector = "crm".parse().unwrap();
        let digest = |id: &str, column: &str, value: &str| {
            let key = Key::from([(text("id"), Value::from(id))]);
            let place = Place { connector: &connector, key: &key, table: &text("contacts") };
            secret.disclose(&place, &text(column), &Value::from(value)).unwrap().digest().unwrap()
        };
        assert_eq!(digest("c-1", "phone", "1"), digest("c-1", "phone", "1"));
        assert_ne!(digest("c-1", "phone", "1"), digest("c-2", "phone", "1"));
        assert_ne!(digest("c-1", "phone", "1"), digest("c-1", "email", "1"));
        assert_ne!(digest("c-1", "phone", "1"), digest("c-1", "phone", "2"));
    }

    #[test]
    fn a_state_is_hashed_alike_whether_its_cells_are_open_or_sealed() {
        let open = Cell::Open { salt: "c2FsdA".into(), value: Value::Integer(1) };
        let sealed = Cell::Sealed(open.digest(&text("n")).unwrap());
        assert_eq!(state_hash([(&text("n"), &open)]).unwrap(), state_hash([(&text("n"), &sealed)]).unwrap());
    }
}
