//! The log of a tenant: a Merkle tree over receipts, which makes "nothing was changed, dropped or put in
//! between" a matter of a few hashes.
//!
//! The tree is that of RFC 6962 §2.1 and RFC 9162 §2.1 with SHA-256, so every existing implementation can
//! check it. A tree of `n` leaves is made of *perfect subtrees*: a [`Node`] of level `l` and index `i` covers
//! the `2^l` leaves from `i·2^l`. Sizes and indices count leaves and are at most [`MAX_SIZE`].
//!
//! - [`Frontier`] grows a log, keeping only one hash per level.
//! - [`RangeRoot`] recomputes the root from a run of leaves and the hashes at its two edges.
//! - [`inclusion_proof`] and [`consistency_proof`] are made by whoever has the nodes, and checked by
//!   [`verify_inclusion`] and [`verify_consistency`].

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

mod frontier;
mod proof;
mod range;

pub use frontier::Frontier;
pub use proof::{consistency_proof, inclusion_proof, verify_consistency, verify_inclusion};
pub use range::{RangeRoot, left_edge, range_root, right_edge};

/// The most leaves a log may have: 2^53 − 1, the largest count that a JSON number carries exactly everywhere.
pub const MAX_SIZE: u64 = (1 << 53) - 1;

/// The root of a log without leaves: SHA-256 of nothing (RFC 6962 §2.1).
pub const EMPTY_ROOT: Hash = Hash([
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27,
    0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
]);

/// A SHA-256 hash of a leaf, of a node, or of a whole log.
///
/// As text and in JSON it is padded standard base64 (RFC 4648 §4), 44 characters; no other spelling is read.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash(pub [u8; 32]);

/// A perfect subtree: the `2^level` leaves from `index · 2^level`. Level 0 is a leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Node {
    /// Height above the leaves.
    pub level: u8,
    /// Position among the nodes of its level, from 0.
    pub index: u64,
}

/// A text that is not a `Hash`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a hash must be 32 bytes in padded base64, found {found:?}")]
pub struct HashError {
    /// The beginning of the text that was refused.
    pub found: String,
}

/// Why something could not be computed about, or proven of, a log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// A size beyond [`MAX_SIZE`].
    #[error("a log has at most {MAX_SIZE} leaves, found {size}")]
    TooLarge {
        /// The size.
        size: u64,
    },
    /// A leaf, or the end of a range, that is not in the log.
    #[error("position {index} is not in a log of {size} leaves")]
    OutOfRange {
        /// The position.
        index: u64,
        /// The size of the log.
        size: u64,
    },
    /// A log that has become smaller.
    #[error("a log only grows, but it had {old} leaves and now has {new}")]
    Shrunk {
        /// The size before.
        old: u64,
        /// The size after.
        new: u64,
    },
    /// More or fewer hashes than the sizes call for, at an edge or in a proof.
    #[error("{expected} hashes are needed here, found {found}")]
    HashCount {
        /// How many hashes the sizes call for.
        expected: usize,
        /// How many there were.
        found: usize,
    },
    /// A node that the source of nodes does not have.
    #[error("the node at level {}, index {} is missing", node.level, node.index)]
    NodeMissing {
        /// The node.
        node: Node,
    },
    /// The hashes lead to another root than the one stated.
    #[error("the root of the log of {size} leaves should be {expected}, computed {computed}")]
    RootMismatch {
        /// The size of the log.
        size: u64,
        /// The root that was stated.
        expected: Hash,
        /// The root that follows from the hashes.
        computed: Hash,
    },
}

/// The hash of a leaf, `SHA-256(0x00 ‖ entry)` (RFC 6962 §2.1).
pub fn leaf_hash(entry: &[u8]) -> Hash {
    Hash(Sha256::new().chain_update([0]).chain_update(entry).finalize().into())
}

/// The hash of a node with two children, `SHA-256(0x01 ‖ left ‖ right)` (RFC 6962 §2.1).
pub fn node_hash(left: Hash, right: Hash) -> Hash {
    Hash(Sha256::new().chain_update([1]).chain_update(left.0).chain_update(right.0).finalize().into())
}

impl fmt::Display for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        base64::display::Base64Display::new(&self.0, &STANDARD).fmt(formatter)
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Hash({self})")
    }
}

impl FromStr for Hash {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, HashError> {
        // The engine refuses missing padding and bits that would be lost, so one hash has one spelling.
        let bytes = if text.len() == 44 { STANDARD.decode(text).ok() } else { None };
        bytes
            .and_then(|bytes| bytes.try_into().ok())
            .map(Self)
            .ok_or_else(|| HashError { found: text.chars().take(64).collect() })
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

fn check_size(size: u64) -> Result<(), LogError> {
    if size <= MAX_SIZE { Ok(()) } else { Err(LogError::TooLarge { size }) }
}

/// Joins neighbouring perfect subtrees, from left to right, into the root of the tree they make up.
fn join(hashes: impl DoubleEndedIterator<Item = Hash>) -> Hash {
    hashes.rev().reduce(|right, left| node_hash(left, right)).unwrap_or(EMPTY_ROOT)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The eight leaves with which Certificate Transparency's implementations test themselves.
    pub(super) fn reference_leaves() -> Vec<Hash> {
        let entries: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        entries.into_iter().map(leaf_hash).collect()
    }

    /// As many different leaves as asked for.
    pub(super) fn leaves(count: u64) -> Vec<Hash> {
        (0..count).map(|index| leaf_hash(&index.to_be_bytes())).collect()
    }

    /// `MTH`, word for word as in RFC 6962 §2.1.
    pub(super) fn root_by_definition(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => EMPTY_ROOT,
            [leaf] => *leaf,
            _ => {
                let split = (leaves.len() + 1).next_power_of_two() / 2;
                let split = if split == leaves.len() { split / 2 } else { split };
                node_hash(root_by_definition(&leaves[..split]), root_by_definition(&leaves[split..]))
            }
        }
    }

    /// Looks up nodes in a log of these leaves, and only those that are complete.
    pub(super) fn nodes(leaves: &[Hash]) -> impl FnMut(Node) -> Option<Hash> {
        move |node| {
            let start = usize::try_from(node.index << node.level).ok()?;
            leaves.get(start..start + (1 << node.level)).map(root_by_definition)
        }
    }

    pub(super) fn hash(hex: &str) -> Hash {
        let bytes: Vec<u8> =
            (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect();
        Hash(bytes.try_into().unwrap())
    }

    #[test]
    fn an_empty_log_has_the_hash_of_nothing() {
        assert_eq!(EMPTY_ROOT.0, <[u8; 32]>::from(Sha256::digest(b"")));
    }

    #[test]
    fn reference_roots() {
        let leaves = reference_leaves();
        for (size, root) in [
            (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
            (2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
            (3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
            (4, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
            (5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
            (6, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
            (7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
            (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
        ] {
            assert_eq!(root_by_definition(&leaves[..size]), hash(root), "{size}");
        }
    }

    #[test]
    fn hashes_have_one_spelling() {
        let text = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        assert_eq!(EMPTY_ROOT.to_string(), text);
        assert_eq!(text.parse(), Ok(EMPTY_ROOT));
        assert_eq!(serde_json::to_string(&EMPTY_ROOT).unwrap(), format!("\"{text}\""));
        assert_eq!(serde_json::from_str::<Hash>(&format!("\"{text}\"")).unwrap(), EMPTY_ROOT);
        for bad in [
            "",
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=",
            "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=",
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuF==",
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFUA",
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
            " 7DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        ] {
            assert!(bad.parse::<Hash>().is_err(), "{bad:?}");
        }
    }
}
