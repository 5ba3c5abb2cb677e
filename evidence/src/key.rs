//! Public keys, their ids and the fingerprints that people compare.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signature, VerifyingKey};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::digest::{Digest, from_base64, to_base64, to_hex};
use crate::{text, words};

/// The bytes of an Ed25519 signature, RFC 8032.
pub type SignatureBytes = [u8; 64];

/// An Ed25519 public key that is no point of small order; written as base64 of its 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

/// The id of a public key: SHA-256 of its 32 bytes, written as 64 lower-case hex digits. It is the key's
/// fingerprint, so what a person compares is what the signatures name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId(pub Digest);

/// Why a key or fingerprint is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not the base64 of 32 bytes that are an Ed25519 point of large order.
    #[error("not an Ed25519 public key in base64")]
    PublicKey,
    /// Not a fingerprint in hex or words.
    #[error("not a fingerprint: expected 64 hex digits or 16 words{0}")]
    Fingerprint(String),
    /// The signature does not belong to this key and these bytes.
    #[error("the signature does not hold")]
    Signature,
}

/// How many leading bytes of the fingerprint the word form carries: 128 bits, beyond any search for a twin.
const WORD_BYTES: usize = 16;

impl PublicKey {
    /// The key with these 32 bytes.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::PublicKey)?;
        if key.is_weak() { Err(KeyError::PublicKey) } else { Ok(Self(key)) }
    }

    /// Its 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// The key for the curve library.
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.0
    }

    /// Its id.
    pub fn id(&self) -> KeyId {
        KeyId(Digest::of(self.0.as_bytes()))
    }

    /// Whether `signature` over `message` holds, by the strict rule of RFC 8032 §5.1.7 (`verify_strict`).
    pub fn verify(&self, message: &[u8], signature: &SignatureBytes) -> Result<(), KeyError> {
        self.0.verify_strict(message, &Signature::from_bytes(signature)).map_err(|_| KeyError::Signature)
    }
}

impl KeyId {
    /// The fingerprint in groups of four hex digits.
    pub fn groups(&self) -> String {
        let hex: Vec<char> = self.0.hex().chars().collect();
        hex.chunks(4).map(String::from_iter).collect::<Vec<_>>().join(" ")
    }

    /// The fingerprint's first 128 bits as 16 words, for reading aloud.
    pub fn words(&self) -> String {
        words::encode(self.0.0.get(..WORD_BYTES).unwrap_or_default()).join(" ")
    }
}

/// What a person typed to name a key: the whole fingerprint, or its word form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint(Vec<u8>);

impl Fingerprint {
    /// Whether this fingerprint is that of the key with this id.
    pub fn names(&self, id: &KeyId) -> bool {
        id.0.0.starts_with(&self.0)
    }
}

impl FromStr for Fingerprint {
    type Err = KeyError;

    /// Reads 64 hex digits (in any case, in groups or not, with or without `sha256:`) or 16 words.
    fn from_str(text: &str) -> Result<Self, KeyError> {
        let text = text.trim().to_lowercase();
        let hex: String =
            text.trim_start_matches("sha256:").chars().filter(|c| !c.is_whitespace() && *c != ':').collect();
        if let Ok(digest) = Digest::from_hex(&hex) {
            return Ok(Self(digest.0.to_vec()));
        }
        let spoken: Vec<&str> =
            text.split(|c: char| c.is_whitespace() || c == '-').filter(|word| !word.is_empty()).collect();
        if spoken.len() != WORD_BYTES {
            return Err(KeyError::Fingerprint(format!(", found {} characters", text.chars().count())));
        }
        words::decode(&spoken).map(Self).map_err(|error| KeyError::Fingerprint(format!("; {error}")))
    }
}

impl From<KeyId> for Fingerprint {
    fn from(id: KeyId) -> Self {
        Self(id.0.0.to_vec())
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PublicKey({})", to_hex(self.as_bytes()))
    }
}

impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&to_base64(self.as_bytes()))
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = from_base64(&String::deserialize(deserializer)?).and_then(|bytes| bytes.try_into().ok());
        bytes
            .ok_or(KeyError::PublicKey)
            .and_then(|bytes| Self::from_bytes(&bytes))
            .map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.hex())
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl Serialize for KeyId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.hex())
    }
}

impl<'de> Deserialize<'de> for KeyId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text::read(deserializer, |hex| Digest::from_hex(hex).map(Self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_read_in_every_form_it_is_shown_in() {
        let id = KeyId(Digest::of(b"key"));
        for text in
            [id.to_string(), id.groups(), id.to_string().to_uppercase(), format!("sha256:{id}"), id.words()]
        {
            assert!(text.parse::<Fingerprint>().unwrap().names(&id), "{text}");
        }
        assert!(!Fingerprint::from(KeyId(Digest::of(b"other"))).names(&id));
        for bad in ["", "abc", "aardvark", &id.to_string()[..62], &id.words()[..20]] {
            assert!(bad.parse::<Fingerprint>().is_err(), "{bad}");
        }
    }

    #[test]
    fn weak_keys_are_refused() {
        let mut identity = [0; 32];
        identity[0] = 1;
        assert!(PublicKey::from_bytes(&identity).is_err());
    }
}
