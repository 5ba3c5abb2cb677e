//! The EvidencePack: everything a reviewer needs, in one file with exactly one encoding.
//!
//! Same range, same log and same release give the same bytes: nothing in a pack depends on when it was made.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::canonical::{self, CanonicalError};
use crate::checkpoint::SignedCheckpoint;
use crate::commitment::{Disclosure, Key};
use crate::compile::{Compiled, compile};
use crate::container::{self, ContainerError};
use crate::contract::Contract;
use crate::digest::Digest;
use crate::dsse::{Draft, DsseError, Predicate, Signed, Subject};
use crate::envelope::{Envelope, EnvelopeError};
use crate::key::{PublicKey, SignatureBytes};
use crate::log::Hash;
use crate::name::{Name, Text};
use crate::trust::Trust;

mod readme;
mod summary;

/// The version of the pack's format.
pub const FORMAT: u32 = 1;

/// The files of a pack, by name; contracts and envelopes are named by digest.
pub mod file {
    /// What this is, and how to check it with common tools.
    pub const README: &str = "README.txt";
    /// The signed checkpoint.
    pub const CHECKPOINT: &str = "checkpoint";
    /// Earlier receipts that the range relies on, with inclusion proofs.
    pub const CITED: &str = "cited.jsonl";
    /// The folder of contracts.
    pub const CONTRACTS: &str = "contracts/";
    /// Opened columns.
    pub const DISCLOSURES: &str = "disclosures.json";
    /// The hashes of the log on both sides of the range.
    pub const EDGES: &str = "edges.json";
    /// The folder of envelopes, each with its compiled Cedar and schema.
    pub const ENVELOPES: &str = "envelopes/";
    /// The signature over the manifest.
    pub const MANIFEST_DSSE: &str = "manifest.dsse";
    /// The manifest, readable.
    pub const MANIFEST: &str = "manifest.json";
    /// The receipts, one DSSE envelope a line.
    pub const RECEIPTS: &str = "receipts.jsonl";
    /// A page for people.
    pub const SUMMARY: &str = "summary.html";
    /// The vendor's keys.
    pub const TRUST: &str = "trust.json";
    /// The sealed verifier.
    pub const VERIFIER: &str = "verifier.html";
}

/// The manifest: what the pack is about, and every other file in it by digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of the software that made it.
    pub engine: Text,
    /// Every file but the manifest's own two.
    pub files: BTreeMap<String, Digest>,
    /// The version of the format, [`FORMAT`].
    pub format: u32,
    /// The first sequence number.
    pub from: u64,
    /// The log's id.
    pub log: Name,
    /// The origin of the log's checkpoints.
    pub origin: Text,
    /// What the pack was made for.
    pub purpose: Text,
    /// The size of the log at the checkpoint.
    pub size: u64,
    /// The tenant.
    pub tenant: Name,
    /// The last sequence number.
    pub to: u64,
    /// The vendor.
    pub vendor: Name,
    /// The vendor's name for people.
    pub vendor_name: Text,
}

impl Predicate for Manifest {
    const TYPE: &'static str = "urn:helm:evidence:pack:v1";

    fn subject(&self, _encoded: &[u8]) -> Result<Vec<Subject>, CanonicalError> {
        Ok(self.files.iter().map(|(name, digest)| Subject::new(name, *digest)).collect())
    }
}

/// The log on both sides of the range: roots of the perfect subtrees that cover it, left to right.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edges {
    /// Of the receipts before the range.
    pub left: Vec<Hash>,
    /// Of the receipts after the range.
    pub right: Vec<Hash>,
}

/// An earlier receipt, with the proof that it is in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cited {
    /// The inclusion proof in the log of the checkpoint, leaf to root.
    pub proof: Vec<Hash>,
    /// The receipt.
    pub receipt: Signed,
    /// Its sequence number.
    pub seq: u64,
}

/// One opened cell of a sealed column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opened {
    /// The connector.
    pub connector: Name,
    /// The disclosure.
    pub disclosure: Disclosure,
    /// The record's key.
    pub key: Key,
    /// The table.
    pub table: Text,
}

/// What a pack is made from.
pub struct Contents {
    /// The signed checkpoint.
    pub checkpoint: SignedCheckpoint,
    /// Earlier receipts that the range relies on, ascending.
    pub cited: Vec<Cited>,
    /// Every contract that the receipts cite.
    pub contracts: Vec<Contract>,
    /// The log on both sides of the range.
    pub edges: Edges,
    /// The version of the software that makes it.
    pub engine: Text,
    /// Every envelope that the receipts cite.
    pub envelopes: Vec<Envelope>,
    /// The first sequence number.
    pub from: u64,
    /// The log's id.
    pub log: Name,
    /// Opened columns.
    pub opened: Vec<Opened>,
    /// What the pack is made for.
    pub purpose: Text,
    /// The receipts' exact bytes, dense and ascending from `from`; at least one.
    pub receipts: Vec<Vec<u8>>,
    /// The tenant.
    pub tenant: Name,
    /// The vendor's keys.
    pub trust: Trust,
    /// The sealed verifier's bytes, if it travels along.
    pub verifier: Option<Vec<u8>>,
}

/// Why no pack can be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// There is no receipt in the range.
    #[error("a pack needs at least one receipt")]
    Empty,
    /// An envelope's contract is not among the contracts.
    #[error("the contract {0} of an envelope is missing")]
    ContractMissing(Digest),
    /// An envelope does not compile.
    #[error("an envelope does not compile: {0}")]
    Envelope(#[from] EnvelopeError),
    /// A part has no canonical form.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// The manifest could not be signed.
    #[error(transparent)]
    Dsse(#[from] DsseError),
    /// Too large.
    #[error(transparent)]
    Container(#[from] ContainerError),
}

/// A pack that waits for the signature over its manifest.
pub struct Unsealed {
    files: BTreeMap<String, Vec<u8>>,
    manifest: Draft,
}

impl Contents {
    /// Lays out the files and drafts the manifest.
    pub fn lay_out(self) -> Result<Unsealed, PackError> {
        let last = u64::try_from(self.receipts.len())
            .ok()
            .and_then(|count| (self.from.checked_add(count)?).checked_sub(1));
        let to = last.filter(|_| !self.receipts.is_empty()).ok_or(PackError::Empty)?;
        let mut files = self.documents()?;
        files.insert(file::CHECKPOINT.into(), self.checkpoint.as_str().into());
        files.insert(file::CITED.into(), lines(&self.cited)?);
        files.insert(file::DISCLOSURES.into(), canonical::to_vec(&self.opened)?);
        files.insert(file::EDGES.into(), canonical::to_vec(&self.edges)?);
        files.insert(file::TRUST.into(), canonical::to_vec(&self.trust)?);
        let counts = summary::Counts::of(&self.receipts);
        files.insert(file::README.into(), readme::text(&self, to, counts.attested()).into());
        files.insert(file::SUMMARY.into(), summary::page(&self, to, &counts).into());
        files.insert(file::RECEIPTS.into(), join_lines(&self.receipts));
        if let Some(verifier) = self.verifier {
            files.insert(file::VERIFIER.into(), verifier);
        }
        let manifest = Manifest {
            engine: self.engine,
            files: files.iter().map(|(name, bytes)| (name.clone(), Digest::of(bytes))).collect(),
            format: FORMAT,
            from: self.from,
            log: self.log,
            origin: Text::shortened(self.checkpoint.checkpoint().origin(), 255),
            purpose: self.purpose,
            size: self.checkpoint.checkpoint().size(),
            tenant: self.tenant,
            to,
            vendor: self.trust.vendor,
            vendor_name: self.trust.vendor_name,
        };
        Ok(Unsealed { files, manifest: Draft::new(&manifest)? })
    }

    fn documents(&self) -> Result<BTreeMap<String, Vec<u8>>, PackError> {
        let mut files = BTreeMap::new();
        for contract in &self.contracts {
            let bytes = canonical::to_vec(contract)?;
            files.insert(format!("{}{}.json", file::CONTRACTS, Digest::of(&bytes).hex()), bytes);
        }
        for envelope in &self.envelopes {
            let compiled = self.compile(envelope)?;
            let stem = format!("{}{}", file::ENVELOPES, compiled.digest().hex());
            files.insert(format!("{stem}.json"), canonical::to_vec(envelope)?);
            files.insert(format!("{stem}.cedar"), compiled.policies().into());
            files.insert(format!("{stem}.cedarschema"), compiled.schema().into());
        }
        Ok(files)
    }

    fn compile(&self, envelope: &Envelope) -> Result<Compiled, PackError> {
        for contract in &self.contracts {
            if contract.digest()? == envelope.contract {
                return Ok(compile(contract, envelope.clone())?);
            }
        }
        Err(PackError::ContractMissing(envelope.contract))
    }
}

impl Unsealed {
    /// The bytes for the pack key to sign.
    pub fn message(&self) -> Vec<u8> {
        self.manifest.message()
    }

    /// The finished pack.
    pub fn seal(mut self, key: PublicKey, signature: SignatureBytes) -> Result<Vec<u8>, PackError> {
        let signed = self.manifest.sign(&[(key, signature)])?;
        self.files.insert(file::MANIFEST.into(), signed.payload().to_vec());
        self.files.insert(file::MANIFEST_DSSE.into(), signed.bytes().to_vec());
        Ok(container::write(&self.files)?)
    }
}

fn lines<T: Serialize>(items: &[T]) -> Result<Vec<u8>, CanonicalError> {
    let lines: Vec<Vec<u8>> = items.iter().map(canonical::to_vec).collect::<Result<_, _>>()?;
    Ok(join_lines(&lines))
}

/// Every line ends in a line feed, the last one too.
fn join_lines(lines: &[Vec<u8>]) -> Vec<u8> {
    let mut text = Vec::with_capacity(lines.iter().map(|line| line.len() + 1).sum());
    for line in lines {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    text
}
