//! The root of a log, recomputed from a run of its leaves.
//!
//! A pack that holds the receipts of one month proves that it holds *all* of them: its leaves, with the hashes of
//! what lies before and after, must give the root that the checkpoint signed.

use super::{Frontier, Hash, LogError, Node, check_size};

/// The perfect subtrees that make up the leaves `[0, from)`, from left to right: at most 53.
pub fn left_edge(from: u64) -> impl Iterator<Item = Node> {
    cover(0, from)
}

/// The perfect subtrees that make up the leaves `[to, size)`, from left to right: at most 106. None if `to`
/// is `size` or beyond.
pub fn right_edge(to: u64, size: u64) -> impl Iterator<Item = Node> {
    cover(to, size)
}

/// The root of the log of `size` leaves, from the `leaves` at `from` and following, and the hashes at both
/// edges, in the order of [`left_edge`] and [`right_edge`].
///
/// # Errors
/// As [`RangeRoot`].
pub fn range_root(
    from: u64,
    left: &[Hash],
    leaves: impl IntoIterator<Item = Hash>,
    right: &[Hash],
    size: u64,
) -> Result<Hash, LogError> {
    let mut range = RangeRoot::new(from, left)?;
    for leaf in leaves {
        range.push(leaf)?;
    }
    range.finish(right, size)
}

/// [`range_root`] in steps, for a verifier that works in chunks. Takes memory for at most 53 hashes.
#[derive(Clone, Debug)]
pub struct RangeRoot(Frontier);

impl RangeRoot {
    /// Begins at leaf `from`; `left` are the hashes of [`left_edge`]`(from)`.
    ///
    /// # Errors
    /// [`LogError::TooLarge`]; [`LogError::HashCount`] if `left` is not as long as the edge.
    pub fn new(from: u64, left: &[Hash]) -> Result<Self, LogError> {
        Frontier::from_parts(from, left.to_vec()).map(Self)
    }

    /// The index of the leaf that comes next.
    pub fn position(&self) -> u64 {
        self.0.size()
    }

    /// Takes the hash of the next leaf.
    ///
    /// # Errors
    /// [`LogError::TooLarge`] if that is one leaf too many for any log.
    pub fn push(&mut self, leaf: Hash) -> Result<(), LogError> {
        self.0.push(leaf)
    }

    /// The root of the log of `size` leaves; `right` are the hashes of [`right_edge`]`(position, size)`.
    ///
    /// # Errors
    /// [`LogError::TooLarge`]; [`LogError::OutOfRange`] if the leaves already reach beyond `size`;
    /// [`LogError::HashCount`] if `right` is not as long as the edge.
    pub fn finish(self, right: &[Hash], size: u64) -> Result<Hash, LogError> {
        let Self(mut frontier) = self;
        check_size(size)?;
        let to = frontier.size();
        if to > size {
            return Err(LogError::OutOfRange { index: to, size });
        }
        let expected = right_edge(to, size).count();
        if right.len() != expected {
            return Err(LogError::HashCount { expected, found: right.len() });
        }
        for (node, hash) in right_edge(to, size).zip(right) {
            frontier.append(node, *hash, &mut |_, _| ())?;
        }
        Ok(frontier.root())
    }
}

/// The fewest perfect subtrees that make up `[from, to)`: at each place the largest that begins there and fits.
pub(super) fn cover(from: u64, to: u64) -> impl Iterator<Item = Node> {
    let mut at = from;
    std::iter::from_fn(move || {
        let fits = to.checked_sub(at)?.checked_ilog2()?;
        let level = at.trailing_zeros().min(fits);
        let node = Node { level: u8::try_from(level).ok()?, index: at >> level };
        at += 1 << level;
        Some(node)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::{leaves, nodes, reference_leaves, root_by_definition};
    use super::super::{MAX_SIZE, leaf_hash};
    use super::*;

    fn edge(of: impl Iterator<Item = Node>, leaves: &[Hash]) -> Vec<Hash> {
        of.map(|node| nodes(leaves)(node).unwrap()).collect()
    }

    #[test]
    fn edges_of_the_reference_log() {
        let node = |level, index| Node { level, index };
        assert_eq!(left_edge(0).count(), 0);
        assert_eq!(left_edge(7).collect::<Vec<_>>(), [node(2, 0), node(1, 2), node(0, 6)]);
        assert_eq!(right_edge(3, 8).collect::<Vec<_>>(), [node(0, 3), node(2, 1)]);
        assert_eq!(right_edge(1, 7).collect::<Vec<_>>(), [node(0, 1), node(1, 1), node(1, 2), node(0, 6)]);
        assert_eq!(right_edge(8, 8).count(), 0);
        assert_eq!(right_edge(9, 8).count(), 0);
        assert_eq!(left_edge(MAX_SIZE).count(), 53);
        assert_eq!(right_edge(1, u64::MAX).count(), 126);
    }

    #[test]
    fn every_range_of_every_small_log_gives_the_root() {
        let all = leaves(20);
        for size in 0..=20_usize {
            let log = &all[..size];
            let root = root_by_definition(log);
            for from in 0..=size {
                for to in from..=size {
                    let left = edge(left_edge(from as u64), log);
                    let right = edge(right_edge(to as u64, size as u64), log);
                    let run = log[from..to].iter().copied();
                    assert_eq!(range_root(from as u64, &left, run, &right, size as u64), Ok(root));
                }
            }
        }
    }

    #[test]
    fn edges_of_the_wrong_length_are_refused() {
        let log = reference_leaves();
        let left = edge(left_edge(3), &log);
        let run = log[3..5].to_vec();
        let right = edge(right_edge(5, 8), &log);
        assert!(range_root(3, &left, run.clone(), &right, 8).is_ok());
        assert!(matches!(
            range_root(4, &left, run.clone(), &right, 8),
            Err(LogError::HashCount { expected: 1, found: 2 })
        ));
        assert!(matches!(
            range_root(3, &left, run.clone(), &right[1..], 8),
            Err(LogError::HashCount { expected: 2, found: 1 })
        ));
        assert_eq!(
            range_root(3, &left, run.clone(), &[], 4),
            Err(LogError::OutOfRange { index: 5, size: 4 })
        );
        assert!(matches!(range_root(3, &left, run, &right, u64::MAX), Err(LogError::TooLarge { .. })));
    }

    proptest! {
        #[test]
        fn a_change_anywhere_changes_the_root(
            (size, from, to) in (1..200_u64).prop_flat_map(|size| (Just(size), 0..=size, 0..=size)),
            place: prop::sample::Index,
        ) {
            let log = leaves(size);
            let (from, to) = (from.min(to), from.max(to));
            let mut left = edge(left_edge(from), &log);
            let mut right = edge(right_edge(to, size), &log);
            let mut run = log[usize::try_from(from).unwrap()..usize::try_from(to).unwrap()].to_vec();
            let root = range_root(from, &left, run.iter().copied(), &right, size).unwrap();
            prop_assert_eq!(root, root_by_definition(&log));

            let mut hashes: Vec<_> = left.iter_mut().chain(&mut run).chain(&mut right).collect();
            **place.get_mut(&mut hashes) = leaf_hash(b"another");
            prop_assert_ne!(range_root(from, &left, run, &right, size).unwrap(), root);
        }

        #[test]
        fn a_cover_is_dense_and_aligned(from in 0..MAX_SIZE, length in 0..MAX_SIZE) {
            let to = from + length;
            let mut at = from;
            for node in cover(from, to) {
                prop_assert_eq!(node.index << node.level, at);
                at += 1 << node.level;
            }
            prop_assert_eq!(at, to);
        }
    }
}
