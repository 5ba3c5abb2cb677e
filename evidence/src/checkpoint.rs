//! Checkpoints: what a log signs about itself, so that it cannot tell different pasts to different people.
//!
//! The text is a [C2SP tlog-checkpoint](https://c2sp.org/tlog-checkpoint) within a
//! [C2SP signed note](https://c2sp.org/signed-note), which existing witnesses and monitors read:
//!
//! ```text
//! portal.example/log/4f2a
//! 8
//! XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=
//!
//! — portal.example/log/4f2a <base64 of 4 bytes of key hash and 64 bytes of signature>
//! ```
//!
//! The first line is the *origin*: which log this is, and the name of its key. Then come the number of leaves
//! and the root of the Merkle tree over them.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};

use crate::log::{Hash, MAX_SIZE};

mod error;
mod note;

pub use error::CheckpointError;
pub use note::key_hash;

/// The longest signed checkpoint that is read, in bytes: far more than 17 signature lines take.
pub const MAX_BYTES: usize = 64 * 1024;

/// How many signatures of others (witnesses) a signed checkpoint may carry.
pub const MAX_OTHER_SIGNATURES: usize = 16;

/// The longest origin, in bytes.
pub const MAX_ORIGIN: usize = 255;

/// What a log had become at some moment: so many leaves, with this root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
}

/// A [`Checkpoint`] with the signature of its log, and perhaps of witnesses, as the exact text.
///
/// [`SignedCheckpoint::assemble`] only makes ones whose signature holds. One that was
/// [parsed](SignedCheckpoint::parse) has the right form, but says nothing until [`SignedCheckpoint::verify`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCheckpoint {
    text: String,
    checkpoint: Checkpoint,
    key_hash: [u8; 4],
    signature: [u8; 64],
}

impl Checkpoint {
    /// The log named `origin` had `size` leaves and this `root`.
    ///
    /// # Errors
    /// [`CheckpointError::Origin`] unless it is 1 to [`MAX_ORIGIN`] printable ASCII characters without space and `+`;
    /// [`CheckpointError::Size`] beyond [`MAX_SIZE`].
    pub fn new(origin: impl Into<String>, size: u64, root: Hash) -> Result<Self, CheckpointError> {
        let origin = origin.into();
        if !note::is_key_name(&origin) {
            return Err(CheckpointError::Origin { found: beginning(&origin) });
        }
        if size > MAX_SIZE {
            return Err(CheckpointError::Size { found: size.to_string() });
        }
        Ok(Self { origin, size, root })
    }

    /// Which log this is about; also the name of the key that signs it.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// How many leaves the log had.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root of the log's Merkle tree.
    pub fn root(&self) -> Hash {
        self.root
    }

    /// The text `<origin>\n<size>\n<base64 root>\n`.
    pub fn body(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, self.root)
    }

    /// The bytes that the log and its witnesses sign: those of the [body](Self::body), with its last line end and
    /// without the empty line that follows (C2SP signed-note, "Signatures").
    pub fn signature_input(&self) -> Vec<u8> {
        self.body().into_bytes()
    }

    fn parse(body: &str) -> Result<Self, CheckpointError> {
        let mut lines = body.split('\n');
        let (Some(origin), Some(size), Some(root), None) =
            (lines.next(), lines.next(), lines.next(), lines.next())
        else {
            return Err(CheckpointError::Shape);
        };
        let size = size
            .parse()
            .ok()
            .filter(|number: &u64| number.to_string() == size)
            .ok_or_else(|| CheckpointError::Size { found: beginning(size) })?;
        Self::new(origin, size, root.parse()?)
    }
}

impl SignedCheckpoint {
    /// The checkpoint with its log's signature.
    ///
    /// # Errors
    /// [`CheckpointError::Signature`] unless `signature` is `public_key`'s over the
    /// [signature input](Checkpoint::signature_input), by RFC 8032 with `verify_strict`'s acceptance rule.
    pub fn assemble(
        checkpoint: Checkpoint,
        public_key: &VerifyingKey,
        signature: [u8; 64],
    ) -> Result<Self, CheckpointError> {
        let key_hash = key_hash(&checkpoint.origin, public_key);
        let blob = STANDARD.encode([key_hash.as_slice(), &signature].concat());
        let text = format!("{}\n— {} {blob}\n", checkpoint.body(), checkpoint.origin);
        let signed = Self { text, checkpoint, key_hash, signature };
        signed.verify(public_key)?;
        Ok(signed)
    }

    /// Reads a signed checkpoint. Exactly one signature must carry the name of the origin; up to
    /// [`MAX_OTHER_SIGNATURES`] of others may stand before or after it, are kept as they are, and are not verified.
    ///
    /// # Errors
    /// Every variant of [`CheckpointError`] but [`OtherKey`](CheckpointError::OtherKey) and
    /// [`Signature`](CheckpointError::Signature).
    pub fn parse(bytes: &[u8]) -> Result<Self, CheckpointError> {
        if bytes.len() > MAX_BYTES {
            return Err(CheckpointError::TooLong { bytes: bytes.len() });
        }
        let text = std::str::from_utf8(bytes)
            .map_err(|error| CheckpointError::NotText { offset: error.valid_up_to() })?;
        let (body, signatures) = text.split_once("\n\n").ok_or(CheckpointError::Shape)?;
        let checkpoint = Checkpoint::parse(body)?;
        let (key_hash, signature) = note::log_signature(&checkpoint.origin, signatures)?;
        Ok(Self { text: text.to_owned(), checkpoint, key_hash, signature })
    }

    /// Checks that `key` signed this.
    ///
    /// # Errors
    /// [`CheckpointError::OtherKey`] if the signature names another key, [`CheckpointError::Signature`] if it
    /// does not hold.
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), CheckpointError> {
        let expected = key_hash(&self.checkpoint.origin, key);
        if expected != self.key_hash {
            return Err(CheckpointError::OtherKey { expected, found: self.key_hash });
        }
        key.verify_strict(&self.checkpoint.signature_input(), &Signature::from_bytes(&self.signature))
            .map_err(|_| CheckpointError::Signature)
    }

    /// What was signed.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The whole text, byte for byte as it was read or assembled.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for SignedCheckpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

fn beginning(text: &str) -> String {
    text.chars().take(64).collect()
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer as _, SigningKey};
    use proptest::prelude::*;

    use super::*;
    use crate::log::{EMPTY_ROOT, leaf_hash};

    const ORIGIN: &str = "portal.example/log/4f2a";
    const WITNESS: &str = "— witness.example AAAAAGZvcmVpZ24=\n";

    fn key() -> SigningKey {
        SigningKey::from_bytes(&[7; 32])
    }

    fn signed(checkpoint: Checkpoint) -> SignedCheckpoint {
        let signature = key().sign(&checkpoint.signature_input()).to_bytes();
        SignedCheckpoint::assemble(checkpoint, &key().verifying_key(), signature).unwrap()
    }

    fn example() -> SignedCheckpoint {
        signed(Checkpoint::new(ORIGIN, 8, leaf_hash(b"root")).unwrap())
    }

    fn parse(text: &str) -> Result<SignedCheckpoint, CheckpointError> {
        SignedCheckpoint::parse(text.as_bytes())
    }

    #[test]
    fn the_body_is_three_lines() {
        let checkpoint = Checkpoint::new(ORIGIN, 0, EMPTY_ROOT).unwrap();
        assert_eq!(
            checkpoint.body(),
            "portal.example/log/4f2a\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
        );
    }

    #[test]
    fn a_signed_checkpoint_is_read_as_written() {
        let written = example();
        let read = parse(written.as_str()).unwrap();
        assert_eq!(read, written);
        assert_eq!(read.to_string(), written.to_string());
        assert_eq!(read.checkpoint().origin(), ORIGIN);
        assert_eq!((read.checkpoint().size(), read.checkpoint().root()), (8, leaf_hash(b"root")));
        assert_eq!(read.verify(&key().verifying_key()), Ok(()));
    }

    #[test]
    fn witnesses_are_kept_as_they_are() {
        let (body, own) =
            example().text.split_once("\n\n").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        let text = format!("{body}\n\n{WITNESS}{own}{WITNESS}");
        let read = parse(&text).unwrap();
        assert_eq!(read.as_str(), text);
        assert_eq!(read.verify(&key().verifying_key()), Ok(()));
        assert!(parse(&format!("{body}\n\n{own}{}", WITNESS.repeat(16))).is_ok());
        assert_eq!(
            parse(&format!("{body}\n\n{own}{}", WITNESS.repeat(17))),
            Err(CheckpointError::TooManySignatures { found: 17 })
        );
        assert_eq!(parse(&format!("{body}\n\n{WITNESS}")), Err(CheckpointError::LogSignatures { found: 0 }));
        assert_eq!(parse(&format!("{body}\n\n{own}{own}")), Err(CheckpointError::LogSignatures { found: 2 }));
    }

    #[test]
    fn a_bad_signature_cannot_be_assembled() {
        let checkpoint = Checkpoint::new(ORIGIN, 8, EMPTY_ROOT).unwrap();
        let other = Checkpoint::new(ORIGIN, 9, EMPTY_ROOT).unwrap();
        let signature = key().sign(&other.signature_input()).to_bytes();
        assert_eq!(
            SignedCheckpoint::assemble(checkpoint, &key().verifying_key(), signature),
            Err(CheckpointError::Signature)
        );
    }

    #[test]
    fn another_key_or_text_does_not_verify() {
        let signed = example();
        let other = SigningKey::from_bytes(&[8; 32]).verifying_key();
        assert!(matches!(signed.verify(&other), Err(CheckpointError::OtherKey { .. })));
        let changed = parse(&signed.text.replace("\n8\n", "\n9\n")).unwrap();
        assert_eq!(changed.verify(&key().verifying_key()), Err(CheckpointError::Signature));
    }

    #[test]
    fn every_other_form_is_refused() {
        let text = example().text;
        let (body, own) = text.split_once("\n\n").unwrap();
        let root = leaf_hash(b"root").to_string();
        for (bad, why) in [
            (String::new(), "empty"),
            (format!("{body}\n"), "not signed"),
            (format!("{body}\n\n"), "no signature"),
            (text.trim_end().to_owned(), "no last line end"),
            (format!("{text}\n"), "an empty line after"),
            (format!("\n{text}"), "an empty line before"),
            (text.replace('\n', "\r\n"), "CRLF"),
            (format!("\u{feff}{text}"), "byte order mark"),
            (format!("{body}\nextension\n\n{own}"), "extension line"),
            (text.replace("\n8\n", "\n08\n"), "leading zero"),
            (text.replace("\n8\n", "\n+8\n"), "sign"),
            (text.replace("\n8\n", "\n-8\n"), "negative"),
            (text.replace("\n8\n", "\n\n"), "no size"),
            (text.replace("\n8\n", "\n9007199254740992\n"), "size beyond 2^53 - 1"),
            (text.replace("\n8\n", "\n99999999999999999999\n"), "size beyond 2^64"),
            (text.replace(&root, root.trim_end_matches('=')), "unpadded root"),
            (text.replace(&root, "AAAA"), "short root"),
            (text.replace("— ", "- "), "hyphen"),
            (text.replace("— ", "—  "), "two spaces"),
            (text.replace("=\n\n", "=\n\n— x AAAA\n"), "a witness without a signature"),
            (text.replace("=\n\n", "=\n\n— a+b AAAAAGZvcmVpZ24=\n"), "a witness with a bad name"),
            (format!("{}AA\n", text.trim_end()), "a longer signature"),
            (text.replace("portal.example/log", "portal example/log"), "space in the origin"),
            (text.replace("portal.example/log", "portal+example/log"), "plus in the origin"),
            (text.replace("portal.example/log", "pоrtal.example/log"), "Cyrillic in the origin"),
            (text.replace(ORIGIN, ""), "no origin"),
            (text.replace(ORIGIN, &"o".repeat(256)), "long origin"),
            (text.replacen(ORIGIN, "portal.example/log/4f2b", 1), "signed under another name"),
            (format!("{text}{}", "x".repeat(MAX_BYTES)), "too long"),
        ] {
            assert!(parse(&bad).is_err(), "{why}");
        }
        assert_eq!(SignedCheckpoint::parse(b"ab\xff"), Err(CheckpointError::NotText { offset: 2 }));
    }

    #[test]
    fn every_changed_bit_is_noticed() {
        let text = example().text.into_bytes();
        for bit in 0..text.len() * 8 {
            let mut changed = text.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            let verified =
                SignedCheckpoint::parse(&changed).and_then(|read| read.verify(&key().verifying_key()));
            assert!(verified.is_err(), "bit {bit}");
        }
    }

    proptest! {
        #[test]
        fn round_trip(origin in "[!-*,-~]{1,255}", size in 0..=MAX_SIZE, root: [u8; 32]) {
            let checkpoint = Checkpoint::new(origin, size, Hash(root)).unwrap();
            let written = signed(checkpoint);
            prop_assert_eq!(parse(written.as_str()), Ok(written));
        }

        #[test]
        fn nonsense_does_not_panic(bytes: Vec<u8>, text in "(.|\n|— ){0,80}") {
            let _ = SignedCheckpoint::parse(&bytes);
            let _ = parse(&text);
        }
    }
}
