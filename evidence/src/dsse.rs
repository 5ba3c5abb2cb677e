//! DSSE envelopes over in-toto statements: how every receipt, manifest and rotation is signed.
//!
//! The signature covers the exact payload bytes, so a verifier never encodes anything again. This crate holds no
//! secret key: a [`Draft`] tells the message, the signer hands in a signature, and [`Draft::sign`] checks it, so a
//! [`Signed`] document with a bad signature is never made here.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::canonical::{self, CanonicalError};
use crate::digest::{Digest, append_base64, from_base64, to_base64};
use crate::key::{KeyId, PublicKey, SignatureBytes};

/// The payload type of in-toto statements.
pub const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";
/// The statement type, in-toto Statement v1.
pub const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";
// A statement and an envelope have one encoding, so what does not vary in it is written out here.
const BEFORE_PREDICATE: &str = "{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicate\":";
const AFTER_PREDICATE: &str = ",\"predicateType\":\"";
const BEFORE_SUBJECT: &[u8] = b"\",\"subject\":";
const BEFORE_PAYLOAD: &str = "{\"payload\":\"";
const AFTER_PAYLOAD: &str =
    "\",\"payloadType\":\"application/vnd.in-toto+json\",\"signatures\":[{\"keyid\":\"";
const BEFORE_SIGNATURE: &str = "\",\"sig\":\"";
const BEFORE_NEXT: &str = "\"},{\"keyid\":\"";
const AFTER_SIGNATURES: &str = "\"}]}";
/// The lengths of a key id in hex and of a signature in base64.
const KEYID_LENGTH: usize = 64;
const SIGNATURE_LENGTH: usize = 88;

/// The most signatures an envelope may carry.
pub const MAX_SIGNATURES: usize = 4;

/// Something that is stated: what follows `urn:helm:evidence:` in the predicate type, and what it is about.
pub trait Predicate: Serialize + DeserializeOwned {
    /// The predicate type.
    const TYPE: &'static str;

    /// What the statement is about, by digest. `encoded` begins with the predicate's canonical bytes, so that what is
    /// about a part of it need not be encoded again.
    fn subject(&self, encoded: &[u8]) -> Result<Vec<Subject>, CanonicalError>;
}

/// What a statement is about, in-toto `ResourceDescriptor`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// Its digest.
    pub digest: Sha256Hex,
    /// What kind of thing it is, or a file's name.
    pub name: String,
}

/// The digest set of in-toto with its one member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sha256Hex {
    /// 64 lower-case hex digits.
    pub sha256: KeyId,
}

impl Subject {
    /// The thing called `name` with this digest.
    pub fn new(name: impl Into<String>, digest: Digest) -> Self {
        Self { name: name.into(), digest: Sha256Hex { sha256: KeyId(digest) } }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Statement<P> {
    #[serde(rename = "_type")]
    kind: String,
    #[serde(bound(deserialize = "P: DeserializeOwned"))]
    predicate: P,
    #[serde(rename = "predicateType")]
    predicate_type: String,
    subject: Vec<Subject>,
}

/// Why a signed document is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DsseError {
    /// Not canonical JSON of the envelope's or statement's shape.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// The payload or a signature is not canonical base64 of the right length.
    #[error("{0} is not canonical base64 of the right length")]
    Base64(&'static str),
    /// Not an in-toto statement.
    #[error("the payload type is {0:?}, expected an in-toto statement")]
    PayloadType(String),
    /// A statement of another kind.
    #[error("the statement is a {found:?}, expected {expected:?}")]
    Kind {
        /// The predicate type that was expected.
        expected: &'static str,
        /// The one that was found.
        found: String,
    },
    /// The subject's digest is not that of the predicate.
    #[error("the statement's subject is not what its predicate is about")]
    Subject,
    /// There is no signature, more than [`MAX_SIGNATURES`], or two by one key.
    #[error("the envelope needs 1 to {MAX_SIGNATURES} signatures by different keys")]
    Signatures,
    /// No signature by this key.
    #[error("not signed by key {0}")]
    NotSignedBy(KeyId),
    /// A signature does not hold.
    #[error("the signature by key {0} does not hold")]
    BadSignature(KeyId),
}

/// A statement that waits for its signature.
pub struct Draft {
    payload: Vec<u8>,
}

impl Draft {
    /// The statement of `predicate`.
    pub fn new<P: Predicate>(predicate: &P) -> Result<Self, CanonicalError> {
        let stated = canonical::to_vec(predicate)?;
        let subject = canonical::to_vec(&predicate.subject(&stated)?)?;
        let (before, after) = (BEFORE_PREDICATE.as_bytes(), AFTER_PREDICATE.as_bytes());
        let parts: [&[u8]; 7] = [before, &stated, after, P::TYPE.as_bytes(), BEFORE_SUBJECT, &subject, b"}"];
        Ok(Self { payload: parts.concat() })
    }

    /// The bytes to sign: DSSE's pre-authentication encoding.
    pub fn message(&self) -> Vec<u8> {
        pre_authentication_encoding(&self.payload)
    }

    /// The signed document, if every signature holds.
    pub fn sign(self, signatures: &[(PublicKey, SignatureBytes)]) -> Result<Signed, DsseError> {
        let message = self.message();
        for (key, signature) in signatures {
            key.verify(&message, signature).map_err(|_| DsseError::BadSignature(key.id()))?;
        }
        let signatures = signatures.iter().map(|(key, signature)| (key.id(), *signature)).collect();
        Signed::assemble(self.payload, signatures)
    }
}

/// A DSSE envelope: the exact bytes, and what they say. Reading one does not check its signatures;
/// [`Signed::verify`] does.
#[derive(Clone, PartialEq, Eq)]
pub struct Signed {
    bytes: Vec<u8>,
    payload: Vec<u8>,
    signatures: Vec<(KeyId, SignatureBytes)>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    payload: String,
    #[serde(rename = "payloadType")]
    payload_type: String,
    signatures: Vec<WireSignature>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireSignature {
    keyid: KeyId,
    sig: String,
}

impl Signed {
    /// Reads an envelope from its canonical bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, DsseError> {
        match Self::parse_usual(bytes) {
            Some(signed) => Ok(signed),
            None => Self::from_wire(canonical::from_slice(bytes)?, bytes.to_vec()),
        }
    }

    /// Reads an envelope with one signature, which has no room for a second encoding: everything in it is a fixed text,
    /// hex or base64. Whatever else it may be is for the general reading to find out.
    fn parse_usual(bytes: &[u8]) -> Option<Self> {
        let rest =
            std::str::from_utf8(bytes).ok()?.strip_prefix(BEFORE_PAYLOAD)?.strip_suffix(AFTER_SIGNATURES)?;
        let (rest, signature) = rest.split_at_checked(rest.len().checked_sub(SIGNATURE_LENGTH)?)?;
        let rest = rest.strip_suffix(BEFORE_SIGNATURE)?;
        let (rest, keyid) = rest.split_at_checked(rest.len().checked_sub(KEYID_LENGTH)?)?;
        let payload = from_base64(rest.strip_suffix(AFTER_PAYLOAD)?)?;
        let signature = from_base64(signature)?.try_into().ok()?;
        let keyid = KeyId(Digest::from_hex(keyid).ok()?);
        Some(Self { bytes: bytes.to_vec(), payload, signatures: vec![(keyid, signature)] })
    }

    /// The exact bytes: what the log's leaves are made of.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The digest of the exact bytes, by which other receipts cite this one.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.bytes)
    }

    /// The exact bytes of the statement.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The ids of the keys that claim to have signed.
    pub fn signers(&self) -> impl Iterator<Item = KeyId> {
        self.signatures.iter().map(|(id, _)| *id)
    }

    /// Whether `key`'s signature is there and holds.
    pub fn verify(&self, key: &PublicKey) -> Result<(), DsseError> {
        let id = key.id();
        let (_, signature) =
            self.signatures.iter().find(|(signer, _)| *signer == id).ok_or(DsseError::NotSignedBy(id))?;
        key.verify(&pre_authentication_encoding(&self.payload), signature)
            .map_err(|_| DsseError::BadSignature(id))
    }

    /// What kind of statement it is: its predicate type.
    pub fn kind(&self) -> Result<String, DsseError> {
        #[derive(Deserialize)]
        struct Kind {
            #[serde(rename = "predicateType")]
            predicate_type: String,
        }
        let kind: Kind = serde_json::from_slice(&self.payload)
            .map_err(|error| CanonicalError::Shape(error.to_string()))?;
        Ok(kind.predicate_type)
    }

    /// The predicate type that stands near the end of a statement in canonical form. In any other payload it may be
    /// anything, so it is a guess until [`Self::predicate`] has confirmed it.
    pub(crate) fn likely_kind(&self) -> Option<&str> {
        let (_, rest) = std::str::from_utf8(&self.payload).ok()?.rsplit_once(AFTER_PREDICATE)?;
        rest.split_once('"').map(|(kind, _)| kind)
    }

    /// What is stated, if it is a statement of kind `P`.
    pub fn predicate<P: Predicate>(&self) -> Result<P, DsseError> {
        let statement: Statement<P> = canonical::from_slice(&self.payload).or_else(|error| {
            let found = self.kind()?;
            if found == P::TYPE {
                Err(error.into())
            } else {
                Err(DsseError::Kind { expected: P::TYPE, found })
            }
        })?;
        if statement.predicate_type != P::TYPE || statement.kind != STATEMENT_TYPE {
            return Err(DsseError::Kind { expected: P::TYPE, found: statement.predicate_type });
        }
        let encoded = self.payload.get(BEFORE_PREDICATE.len()..).unwrap_or_default();
        if statement.subject != statement.predicate.subject(encoded)? {
            return Err(DsseError::Subject);
        }
        Ok(statement.predicate)
    }

    fn assemble(payload: Vec<u8>, signatures: Vec<(KeyId, SignatureBytes)>) -> Result<Self, DsseError> {
        let signed = Self { bytes: encode(&payload, &signatures), payload, signatures };
        signed.check_signers()?;
        Ok(signed)
    }

    fn from_wire(wire: Wire, bytes: Vec<u8>) -> Result<Self, DsseError> {
        if wire.payload_type != PAYLOAD_TYPE {
            return Err(DsseError::PayloadType(wire.payload_type));
        }
        let payload = from_base64(&wire.payload).ok_or(DsseError::Base64("the payload"))?;
        let signatures = wire.signatures.iter().map(|signature| {
            let bytes = from_base64(&signature.sig).and_then(|bytes| bytes.try_into().ok());
            Ok((signature.keyid, bytes.ok_or(DsseError::Base64("a signature"))?))
        });
        let signed = Self { bytes, payload, signatures: signatures.collect::<Result<_, DsseError>>()? };
        signed.check_signers()?;
        Ok(signed)
    }

    fn check_signers(&self) -> Result<(), DsseError> {
        let distinct: std::collections::BTreeSet<KeyId> = self.signers().collect();
        let count = self.signatures.len();
        if count == 0 || count > MAX_SIGNATURES || distinct.len() != count {
            Err(DsseError::Signatures)
        } else {
            Ok(())
        }
    }
}

impl std::fmt::Debug for Signed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Signed({})", self.digest())
    }
}

impl Serialize for Signed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        to_wire(&self.payload, &self.signatures).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Signed {
    /// An envelope inside a larger document, whose canonical form has been checked as a whole.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = Wire::deserialize(deserializer)?;
        let bytes = canonical::to_vec(&wire).map_err(serde::de::Error::custom)?;
        Self::from_wire(wire, bytes).map_err(serde::de::Error::custom)
    }
}

fn to_wire(payload: &[u8], signatures: &[(KeyId, SignatureBytes)]) -> Wire {
    let signatures = signatures.iter().map(|(id, bytes)| WireSignature { keyid: *id, sig: to_base64(bytes) });
    Wire {
        payload: to_base64(payload),
        payload_type: PAYLOAD_TYPE.to_owned(),
        signatures: signatures.collect(),
    }
}

/// The one encoding of an envelope.
fn encode(payload: &[u8], signatures: &[(KeyId, SignatureBytes)]) -> Vec<u8> {
    let each = KEYID_LENGTH + BEFORE_SIGNATURE.len() + SIGNATURE_LENGTH + BEFORE_NEXT.len();
    let fixed = BEFORE_PAYLOAD.len() + AFTER_PAYLOAD.len() + AFTER_SIGNATURES.len() + each * signatures.len();
    let mut text = String::with_capacity(payload.len().div_ceil(3) * 4 + fixed);
    text.push_str(BEFORE_PAYLOAD);
    append_base64(payload, &mut text);
    for (place, (id, signature)) in signatures.iter().enumerate() {
        text.push_str(if place == 0 { AFTER_PAYLOAD } else { BEFORE_NEXT });
        text.push_str(&id.0.hex());
        text.push_str(BEFORE_SIGNATURE);
        append_base64(signature, &mut text);
    }
    text.push_str(AFTER_SIGNATURES);
    text.into_bytes()
}

/// DSSE v1: `DSSEv1 SP len(type) SP type SP len(payload) SP payload`.
fn pre_authentication_encoding(payload: &[u8]) -> Vec<u8> {
    let head = format!("DSSEv1 {} {PAYLOAD_TYPE} {} ", PAYLOAD_TYPE.len(), payload.len());
    [head.as_bytes(), payload].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize, Deserialize)]
    struct Stated {
        text: String,
    }

    impl Predicate for Stated {
        const TYPE: &'static str = "urn:helm:evidence:stated:v1";

        fn subject(&self, _encoded: &[u8]) -> Result<Vec<Subject>, CanonicalError> {
            Ok(vec![Subject::new("text", Digest::of(self.text.as_bytes()))])
        }
    }

    fn stated() -> Stated {
        Stated { text: "a \"quoted\" \u{1f600}\n".to_owned() }
    }

    #[test]
    fn a_statement_is_written_as_its_canonical_form() {
        let statement = Statement {
            kind: STATEMENT_TYPE.to_owned(),
            predicate: stated(),
            predicate_type: Stated::TYPE.to_owned(),
            subject: stated().subject(&[]).unwrap(),
        };
        assert_eq!(Draft::new(&stated()).unwrap().payload, canonical::to_vec(&statement).unwrap());
    }

    #[test]
    fn an_envelope_is_written_as_its_canonical_form_and_read_from_it_alone() {
        let payload = Draft::new(&stated()).unwrap().payload;
        for count in 1..=MAX_SIGNATURES {
            let ids = (0..count).map(|place| KeyId(Digest::of(&[u8::try_from(place).unwrap()])));
            let signatures: Vec<_> = ids.map(|id| (id, [7; 64])).collect();
            let signed = Signed::assemble(payload.clone(), signatures).unwrap();
            let bytes = canonical::to_vec(&to_wire(&signed.payload, &signed.signatures)).unwrap();
            assert_eq!(signed.bytes, bytes);
            assert_eq!(Signed::parse(&bytes).unwrap(), signed);
            for place in 0..bytes.len() {
                let mut changed = bytes.clone();
                changed[place] ^= 1;
                let general = canonical::from_slice(&changed).map_err(DsseError::from);
                let general = general.and_then(|wire| Signed::from_wire(wire, changed.clone()));
                assert_eq!(Signed::parse(&changed), general, "byte {place}");
            }
        }
    }
}
