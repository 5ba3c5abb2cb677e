//! HELM's public receipt format `receipt.v5`, read and checked, never written.
//!
//! Its Ed25519 signature is over the canonical JSON of 13 members. Everything else in the file, the tenant and the time
//! among it, can be changed by anybody without the signature noticing: so what is not covered is as much of the answer as
//! whether the signature holds.

use serde_json::{Map, Value as Json};

use crate::canonical::{self, CanonicalError};
use crate::digest::from_hex;
use crate::key::{PublicKey, SignatureBytes};

/// The version that is read. An older receipt has a signature over less, and is refused rather than read as one.
pub const VERSION: &str = "receipt.v5";

/// The members that the signature covers, in canonical order.
pub const COVERED: [&str; 13] = [
    "args_hash",
    "decision_id",
    "effect_id",
    "lamport_clock",
    "output_hash",
    "policy_hash",
    "prev_hash",
    "reason_code",
    "receipt_id",
    "session_id",
    "signature_version",
    "status",
    "verdict",
];

const SIGNATURE: &str = "signature";

/// A receipt in HELM's format.
#[derive(Clone, Debug)]
pub struct HelmReceipt {
    covered: Map<String, Json>,
    message: Vec<u8>,
    own_key: Option<PublicKey>,
    signature: SignatureBytes,
    not_covered: Map<String, Json>,
}

/// Why a file is no receipt of this format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HelmReceiptError {
    /// Not JSON of the subset that two readers read alike.
    #[error("it is not JSON that can be read in one way only: {0}")]
    Json(#[from] CanonicalError),
    /// Another version, or none.
    #[error("its signature_version is {0}, and only {VERSION:?} is checked: older signatures cover less")]
    Version(String),
    /// A member is missing or of another type.
    #[error("{0} is missing or not what it must be")]
    Member(&'static str),
}

impl HelmReceipt {
    /// Reads a receipt as HELM emits it, in any spacing and order of members.
    ///
    /// # Errors
    /// [`HelmReceiptError`], which says what is wrong.
    pub fn parse(bytes: &[u8]) -> Result<Self, HelmReceiptError> {
        let mut members: Map<String, Json> = canonical::admit(bytes)?;
        let version = members.get("signature_version");
        if version.and_then(Json::as_str) != Some(VERSION) {
            let found = version.map_or_else(|| "missing".to_owned(), Json::to_string);
            return Err(HelmReceiptError::Version(found));
        }
        let mut covered = Map::new();
        for name in COVERED {
            let value = members.remove(name).filter(|value| fits(name, value));
            covered.insert(name.to_owned(), value.ok_or(HelmReceiptError::Member(name))?);
        }
        let signature = members.remove(SIGNATURE).as_ref().and_then(hex);
        Ok(Self {
            message: canonical::to_vec(&covered)?,
            own_key: own_key(&members)?,
            signature: signature.ok_or(HelmReceiptError::Member(SIGNATURE))?,
            covered,
            not_covered: members,
        })
    }

    /// Whether `key` signed the members that are covered.
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        key.verify(&self.message, &self.signature).is_ok()
    }

    /// The key that the receipt itself brings. It proves nothing about who signed.
    pub const fn own_key(&self) -> Option<&PublicKey> {
        self.own_key.as_ref()
    }

    /// What the signature is about.
    pub const fn covered(&self) -> &Map<String, Json> {
        &self.covered
    }

    /// What it is not about: anybody can have changed it.
    pub const fn not_covered(&self) -> &Map<String, Json> {
        &self.not_covered
    }
}

/// A public key as HELM writes it: 64 lower-case hex digits.
pub fn public_key(text: &str) -> Option<PublicKey> {
    PublicKey::from_bytes(&from_hex(text)?.try_into().ok()?).ok()
}

fn fits(name: &str, value: &Json) -> bool {
    if name == "lamport_clock" { value.as_u64().is_some() } else { value.is_string() }
}

fn own_key(members: &Map<String, Json>) -> Result<Option<PublicKey>, HelmReceiptError> {
    let Some(text) = members.get("public_key_set").and_then(|keys| keys.get("ed25519")) else {
        return Ok(None);
    };
    let key = text.as_str().and_then(public_key);
    key.map(Some).ok_or(HelmReceiptError::Member("public_key_set.ed25519"))
}

fn hex<const BYTES: usize>(text: &Json) -> Option<[u8; BYTES]> {
    from_hex(text.as_str()?)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// HELM's own reference receipt `decision_deny_genesis`.
    const GENUINE: &str = include_str!("../tests/helm-receipt.json");

    fn changed(name: &str, value: Json) -> Result<HelmReceipt, HelmReceiptError> {
        let mut receipt: Json = serde_json::from_str(GENUINE).unwrap();
        receipt[name] = value;
        HelmReceipt::parse(receipt.to_string().as_bytes())
    }

    fn holds(receipt: &HelmReceipt) -> bool {
        receipt.is_signed_by(receipt.own_key().unwrap())
    }

    #[test]
    fn a_receipt_of_helms_own_holds() {
        let receipt = HelmReceipt::parse(GENUINE.as_bytes()).unwrap();
        assert!(holds(&receipt));
        assert_eq!(receipt.not_covered()["metadata"]["tenant_id"], "tenant-a");
        assert_eq!(receipt.covered().len(), 13);
    }

    #[test]
    fn every_covered_member_is_covered_and_no_other_is() {
        for name in COVERED.into_iter().filter(|name| *name != "signature_version") {
            let other = if name == "lamport_clock" { json!(2) } else { json!("another") };
            assert!(!holds(&changed(name, other).unwrap()), "{name}");
        }
        for name in HelmReceipt::parse(GENUINE.as_bytes()).unwrap().not_covered().keys() {
            if name != "public_key_set" {
                assert!(holds(&changed(name, json!("another")).unwrap()), "{name}");
            }
        }
    }

    #[test]
    fn what_is_no_receipt_of_this_version_is_refused() {
        let refused = |name, value| changed(name, value).unwrap_err();
        assert!(matches!(refused("signature_version", Json::Null), HelmReceiptError::Version(_)));
        assert!(matches!(refused("signature_version", json!("receipt.v4")), HelmReceiptError::Version(_)));
        assert_eq!(refused("status", Json::Null), HelmReceiptError::Member("status"));
        assert_eq!(refused("signature", json!("00")), HelmReceiptError::Member("signature"));
        assert!(matches!(refused("metadata", json!(0.5)), HelmReceiptError::Json(_)));
        let twice = GENUINE.replacen('{', "{\"status\":\"ALLOW\",", 1);
        assert!(matches!(HelmReceipt::parse(twice.as_bytes()), Err(HelmReceiptError::Json(_))));
    }
}
