//! The signature lines of a C2SP signed note.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::VerifyingKey;
use sha2::{Digest as _, Sha256};

use super::{CheckpointError, MAX_ORIGIN, MAX_OTHER_SIGNATURES};

/// C2SP's type of an Ed25519 key in a signed note.
const ED25519: u8 = 0x01;

/// The first 4 bytes of `SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key)`, by which a signed note tells which of several
/// keys of a name made a signature (C2SP signed-note, "Verifier keys"). Too short to identify a key for certain.
pub fn key_hash(name: &str, key: &VerifyingKey) -> [u8; 4] {
    let digest: [u8; 32] =
        Sha256::new().chain_update(name).chain_update([b'\n', ED25519]).chain_update(key).finalize().into();
    let [first, second, third, fourth, ..] = digest;
    [first, second, third, fourth]
}

/// The key hash and signature in the one line that carries the name `origin`.
pub(super) fn log_signature(origin: &str, signatures: &str) -> Result<([u8; 4], [u8; 64]), CheckpointError> {
    let lines = signatures.strip_suffix('\n').ok_or(CheckpointError::Shape)?;
    let (mut own, mut others) = (Vec::new(), 0);
    // The three lines of the body and the empty line come first.
    for (line, text) in (5..).zip(lines.split('\n')) {
        let (name, blob) = signature_line(text).ok_or(CheckpointError::SignatureLine { line })?;
        if name != origin {
            others += 1;
            continue;
        }
        let (key_hash, signature) =
            blob.split_first_chunk().ok_or(CheckpointError::SignatureLine { line })?;
        let signature = signature.try_into().map_err(|_| CheckpointError::SignatureLine { line })?;
        own.push((*key_hash, signature));
    }
    if others > MAX_OTHER_SIGNATURES {
        return Err(CheckpointError::TooManySignatures { found: others });
    }
    match own.as_slice() {
        [only] => Ok(*only),
        _ => Err(CheckpointError::LogSignatures { found: own.len() }),
    }
}

/// The name, and the bytes of key hash and signature, in a line `— <name> <base64>`.
fn signature_line(line: &str) -> Option<(&str, Vec<u8>)> {
    let (name, base64) = line.strip_prefix("— ")?.split_once(' ')?;
    let blob = STANDARD.decode(base64).ok().filter(|blob| blob.len() > 4)?;
    is_key_name(name).then_some((name, blob))
}

/// Narrower than C2SP, which lets any character through but spaces and `+`: a name that people compare must not
/// hold characters that look like others.
pub(super) fn is_key_name(name: &str) -> bool {
    (1..=MAX_ORIGIN).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'+')
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::Signature;

    use super::*;

    /// The example of Go's `golang.org/x/mod/sumdb/note`, where the format comes from.
    #[test]
    fn agrees_with_the_first_implementation() {
        let key: [u8; 33] =
            STANDARD.decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW").unwrap().try_into().unwrap();
        let key = VerifyingKey::from_bytes(key.last_chunk().unwrap()).unwrap();
        assert_eq!(key_hash("PeterNeumann", &key), [0xc7, 0x4f, 0x20, 0xa3]);

        let text = "If you think cryptography is the answer to your problem,\n\
            then you don't know what your problem is.\n";
        let line = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";
        let (name, blob) = signature_line(line).unwrap();
        assert_eq!((name, &blob[..4]), ("PeterNeumann", [0xc7, 0x4f, 0x20, 0xa3].as_slice()));
        let signature = Signature::from_slice(&blob[4..]).unwrap();
        assert!(key.verify_strict(text.as_bytes(), &signature).is_ok());
    }
}
