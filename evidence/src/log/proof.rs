//! Proofs that a leaf is in a log, and that a log only grew.
//!
//! Made from nodes by RFC 9162 §2.1.3.1 and §2.1.4.1, checked by §2.1.3.2 and §2.1.4.2. A proof is a list of
//! hashes from the leaves' end to the root's, at most 54.

use super::range::cover;
use super::{EMPTY_ROOT, Hash, LogError, Node, check_size, join, node_hash};

/// The proof that the leaf at `index` is in the log of `size` leaves (`PATH`, RFC 9162 §2.1.3.1).
///
/// `nodes` looks up complete nodes of the log; only those within `size` are asked for, about one per level.
///
/// # Errors
/// [`LogError::TooLarge`], [`LogError::OutOfRange`], and [`LogError::NodeMissing`] if a lookup finds nothing.
pub fn inclusion_proof(
    index: u64,
    size: u64,
    nodes: &mut impl FnMut(Node) -> Option<Hash>,
) -> Result<Vec<Hash>, LogError> {
    check_index(index, size)?;
    let mut proof = Vec::new();
    let (mut begin, mut end) = (0, size);
    while end - begin > 1 {
        let middle = middle(begin, end);
        if index < middle {
            proof.push(subtree(middle, end, nodes)?);
            end = middle;
        } else {
            proof.push(subtree(begin, middle, nodes)?);
            begin = middle;
        }
    }
    proof.reverse();
    Ok(proof)
}

/// Checks that the log of `size` leaves with this `root` has `leaf` at `index` (RFC 9162 §2.1.3.2).
///
/// # Errors
/// [`LogError::TooLarge`], [`LogError::OutOfRange`], [`LogError::HashCount`] if the proof is not as long as
/// `index` and `size` call for, and [`LogError::RootMismatch`].
pub fn verify_inclusion(
    leaf: Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: Hash,
) -> Result<(), LogError> {
    check_index(index, size)?;
    check_count(inclusion_count(index, size), proof.len())?;
    let mut walk = Walk { node: index, last: size - 1 };
    let mut computed = leaf;
    for sibling in proof {
        computed = match walk.up() {
            Side::Left => node_hash(*sibling, computed),
            Side::Right => node_hash(computed, *sibling),
        };
    }
    check_root(size, root, computed)
}

/// The proof that the log of `new` leaves begins with the log of `old` leaves (`PROOF`, RFC 9162 §2.1.4.1);
/// empty if `old` is 0 or `new`.
///
/// `nodes` is as for [`inclusion_proof`].
///
/// # Errors
/// [`LogError::TooLarge`], [`LogError::Shrunk`], and [`LogError::NodeMissing`] if a lookup finds nothing.
pub fn consistency_proof(
    old: u64,
    new: u64,
    nodes: &mut impl FnMut(Node) -> Option<Hash>,
) -> Result<Vec<Hash>, LogError> {
    check_growth(old, new)?;
    let mut proof = Vec::new();
    if old == 0 {
        return Ok(proof);
    }
    let (mut begin, mut end) = (0, new);
    while old != end {
        let middle = middle(begin, end);
        if old <= middle {
            proof.push(subtree(middle, end, nodes)?);
            end = middle;
        } else {
            proof.push(subtree(begin, middle, nodes)?);
            begin = middle;
        }
    }
    // The verifier has the hash of the whole old log, but not of a part of it.
    if begin > 0 {
        proof.push(subtree(begin, end, nodes)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Checks that the log of `new_size` leaves begins with the log of `old_size` leaves (RFC 9162 §2.1.4.2).
///
/// A log of size 0 must have the root [`EMPTY_ROOT`](super::EMPTY_ROOT), and every log begins with it. A log of
/// the same size must have the same root.
///
/// # Errors
/// [`LogError::TooLarge`], [`LogError::Shrunk`], [`LogError::HashCount`] if the proof is not as long as the sizes
/// call for, and [`LogError::RootMismatch`] with the first of the two logs that the proof does not lead to.
pub fn verify_consistency(
    old_size: u64,
    old_root: Hash,
    new_size: u64,
    new_root: Hash,
    proof: &[Hash],
) -> Result<(), LogError> {
    check_growth(old_size, new_size)?;
    check_count(consistency_count(old_size, new_size), proof.len())?;
    if old_size == 0 {
        check_root(old_size, old_root, EMPTY_ROOT)?;
        return if new_size == 0 { check_root(new_size, new_root, EMPTY_ROOT) } else { Ok(()) };
    }
    if old_size == new_size {
        return check_root(new_size, new_root, old_root);
    }
    let mut walk = Walk { node: old_size - 1, last: new_size - 1 };
    walk.skip(walk.node.trailing_ones());
    // An old log that is one perfect subtree is where the walk starts; it need not be sent.
    let (start, siblings) = match proof.split_first() {
        Some((start, siblings)) if !old_size.is_power_of_two() => (*start, siblings),
        _ => (old_root, proof),
    };
    let (mut old, mut new) = (start, start);
    for sibling in siblings {
        match walk.up() {
            Side::Left => {
                old = node_hash(*sibling, old);
                new = node_hash(*sibling, new);
            }
            Side::Right => new = node_hash(new, *sibling),
        }
    }
    check_root(old_size, old_root, old)?;
    check_root(new_size, new_root, new)
}

/// On which side of the path the sibling is.
enum Side {
    Left,
    Right,
}

/// A path from a node to the root: `fn` and `sn` of RFC 9162.
struct Walk {
    /// Index of the node within its level.
    node: u64,
    /// Index of the last node of that level.
    last: u64,
}

impl Walk {
    /// One step towards the root, past levels at which the node has no sibling.
    fn up(&mut self) -> Side {
        if self.node == self.last {
            self.skip(self.node.trailing_zeros());
        }
        let side = if self.node & 1 == 1 { Side::Left } else { Side::Right };
        self.skip(1);
        side
    }

    fn skip(&mut self, levels: u32) {
        self.node = self.node.checked_shr(levels).unwrap_or(0);
        self.last = self.last.checked_shr(levels).unwrap_or(0);
    }
}

/// How many siblings there are on the path from leaf `index` to the root.
fn inclusion_count(index: u64, size: u64) -> u32 {
    // Up to where the path meets that of the last leaf every level has one; from there on, only those where
    // both are right children.
    let meeting = u64::BITS - (index ^ (size - 1)).leading_zeros();
    meeting + index.checked_shr(meeting).unwrap_or(0).count_ones()
}

fn consistency_count(old: u64, new: u64) -> u32 {
    if old == 0 || old == new {
        return 0;
    }
    let last = old - 1;
    let skipped = last.trailing_ones();
    let path = inclusion_count(last, new) - skipped;
    path + u32::from(!old.is_power_of_two())
}

/// Where RFC 9162 splits `[begin, end)`: after the largest power of two smaller than its length.
fn middle(begin: u64, end: u64) -> u64 {
    begin + (1 << (end - begin - 1).checked_ilog2().unwrap_or(0))
}

/// `MTH(D[begin:end])`, from complete nodes.
fn subtree(begin: u64, end: u64, nodes: &mut impl FnMut(Node) -> Option<Hash>) -> Result<Hash, LogError> {
    let hashes: Result<Vec<_>, _> =
        cover(begin, end).map(|node| nodes(node).ok_or(LogError::NodeMissing { node })).collect();
    Ok(join(hashes?.into_iter()))
}

fn check_index(index: u64, size: u64) -> Result<(), LogError> {
    check_size(size)?;
    if index < size { Ok(()) } else { Err(LogError::OutOfRange { index, size }) }
}

fn check_growth(old: u64, new: u64) -> Result<(), LogError> {
    check_size(new)?;
    if old <= new { Ok(()) } else { Err(LogError::Shrunk { old, new }) }
}

fn check_count(expected: u32, found: usize) -> Result<(), LogError> {
    let expected = expected as usize;
    if expected == found { Ok(()) } else { Err(LogError::HashCount { expected, found }) }
}

fn check_root(size: u64, expected: Hash, computed: Hash) -> Result<(), LogError> {
    if expected == computed { Ok(()) } else { Err(LogError::RootMismatch { size, expected, computed }) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::{hash, leaves, nodes, reference_leaves, root_by_definition};
    use super::super::{MAX_SIZE, leaf_hash};
    use super::*;

    #[test]
    fn reference_inclusion_proof() {
        let log = reference_leaves();
        let proof = inclusion_proof(5, 8, &mut nodes(&log)).unwrap();
        assert_eq!(
            proof,
            [
                hash("bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"),
                hash("ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"),
                hash("d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
            ]
        );
    }

    #[test]
    fn reference_consistency_proof() {
        let log = reference_leaves();
        let proof = consistency_proof(6, 8, &mut nodes(&log)).unwrap();
        assert_eq!(
            proof,
            [
                hash("0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"),
                hash("ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"),
                hash("d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
            ]
        );
    }

    #[test]
    fn every_leaf_of_every_small_log_is_included_at_its_place_only() {
        let all = leaves(35);
        for size in 1..=35_u64 {
            let log = &all[..usize::try_from(size).unwrap()];
            let root = root_by_definition(log);
            for (index, leaf) in (0..).zip(log) {
                let proof = inclusion_proof(index, size, &mut nodes(log)).unwrap();
                assert_eq!(verify_inclusion(*leaf, index, size, &proof, root), Ok(()));
                for other in (0..=size).filter(|other| *other != index) {
                    assert!(verify_inclusion(*leaf, other, size, &proof, root).is_err());
                }
                let longer = [proof.clone(), vec![EMPTY_ROOT]].concat();
                assert!(verify_inclusion(*leaf, index, size, &longer, root).is_err());
                if let Some((_, shorter)) = proof.split_last() {
                    assert!(verify_inclusion(*leaf, index, size, shorter, root).is_err());
                }
            }
        }
    }

    #[test]
    fn every_small_log_is_consistent_with_its_beginnings_only() {
        let all = leaves(35);
        let roots: Vec<_> = (0..=35).map(|size| root_by_definition(&all[..size])).collect();
        for new in 0..=35_u64 {
            let new_root = roots[usize::try_from(new).unwrap()];
            for old in 0..=new {
                let old_root = roots[usize::try_from(old).unwrap()];
                let proof = consistency_proof(old, new, &mut nodes(&all)).unwrap();
                assert_eq!(verify_consistency(old, old_root, new, new_root, &proof), Ok(()), "{old} {new}");
                assert!(verify_consistency(old, leaf_hash(b"x"), new, new_root, &proof).is_err());
                if old > 0 {
                    assert!(verify_consistency(old, old_root, new, leaf_hash(b"x"), &proof).is_err());
                }
                let longer = [proof.clone(), vec![EMPTY_ROOT]].concat();
                assert!(verify_consistency(old, old_root, new, new_root, &longer).is_err());
                if let Some((_, shorter)) = proof.split_last() {
                    assert!(verify_consistency(old, old_root, new, new_root, shorter).is_err());
                }
            }
        }
    }

    #[test]
    fn impossible_questions_are_refused() {
        let mut none = |_| None;
        assert_eq!(inclusion_proof(0, 0, &mut none), Err(LogError::OutOfRange { index: 0, size: 0 }));
        assert!(matches!(inclusion_proof(0, u64::MAX, &mut none), Err(LogError::TooLarge { .. })));
        assert!(matches!(inclusion_proof(0, 2, &mut none), Err(LogError::NodeMissing { .. })));
        assert_eq!(consistency_proof(2, 1, &mut none), Err(LogError::Shrunk { old: 2, new: 1 }));
        let root = EMPTY_ROOT;
        assert!(verify_inclusion(root, 0, 0, &[], root).is_err());
        assert!(verify_inclusion(root, u64::MAX, u64::MAX, &[], root).is_err());
        assert!(verify_consistency(u64::MAX, root, u64::MAX, root, &[]).is_err());
        assert!(verify_consistency(2, root, 1, root, &[]).is_err());
        assert!(verify_consistency(0, leaf_hash(b""), 1, root, &[]).is_err());
        assert!(verify_consistency(0, root, 0, leaf_hash(b""), &[]).is_err());
    }

    proptest! {
        #[test]
        fn large_logs_have_proofs_of_the_length_that_is_checked(
            (size, index) in (1..=MAX_SIZE).prop_flat_map(|size| (Just(size), 0..size))
        ) {
            let mut nodes = |node: Node| Some(leaf_hash(format!("{node:?}").as_bytes()));
            let proof = inclusion_proof(index, size, &mut nodes).unwrap();
            prop_assert_eq!(inclusion_count(index, size) as usize, proof.len());
            let proof = consistency_proof(index, size, &mut nodes).unwrap();
            prop_assert_eq!(consistency_count(index, size) as usize, proof.len());
        }

        #[test]
        fn a_changed_hash_proves_nothing(
            (size, index) in (2..300_u64).prop_flat_map(|size| (Just(size), 1..size)),
            place: prop::sample::Index,
        ) {
            let log = leaves(size);
            let root = root_by_definition(&log);
            let place_index = usize::try_from(index).unwrap();
            let mut proof = inclusion_proof(index, size, &mut nodes(&log)).unwrap();
            place.get_mut(&mut proof).0[0] ^= 1;
            prop_assert!(verify_inclusion(log[place_index], index, size, &proof, root).is_err());

            let old_root = root_by_definition(&log[..place_index]);
            let mut proof = consistency_proof(index, size, &mut nodes(&log)).unwrap();
            place.get_mut(&mut proof).0[0] ^= 1;
            prop_assert!(verify_consistency(index, old_root, size, root, &proof).is_err());
        }

        #[test]
        fn nonsense_is_refused_without_panic(
            old: u64, new: u64, index: u64, count in 0..60_usize
        ) {
            let proof = vec![EMPTY_ROOT; count];
            prop_assert!(verify_inclusion(EMPTY_ROOT, index, new, &proof, EMPTY_ROOT).is_err());
            let _ = verify_consistency(old, EMPTY_ROOT, new, EMPTY_ROOT, &proof);
        }
    }
}
