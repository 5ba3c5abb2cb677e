//! A growing log, of which only what the next leaf needs is kept.

use super::{Hash, LogError, MAX_SIZE, Node, check_size, join};

/// A log of `size` leaves, as the roots of the perfect subtrees it is made of, from left to right and so from
/// the largest to the smallest: one for each 1 in the binary form of `size`.
///
/// It is enough to append leaves and to know the root, in at most 53 hashes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    hashes: Vec<Hash>,
}

impl Frontier {
    /// A log without leaves.
    pub const fn new() -> Self {
        Self { size: 0, hashes: Vec::new() }
    }

    /// The log of `size` leaves whose perfect subtrees have these roots, in the order of
    /// [`left_edge`](super::left_edge)`(size)`.
    ///
    /// # Errors
    /// [`LogError::TooLarge`], or [`LogError::HashCount`] unless there is one hash per 1 in `size`.
    pub fn from_parts(size: u64, hashes: Vec<Hash>) -> Result<Self, LogError> {
        check_size(size)?;
        let expected = size.count_ones() as usize;
        if hashes.len() != expected {
            return Err(LogError::HashCount { expected, found: hashes.len() });
        }
        Ok(Self { size, hashes })
    }

    /// How many leaves the log has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The roots of the perfect subtrees, from left to right.
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// The root of the log (`MTH`, RFC 6962 §2.1).
    pub fn root(&self) -> Hash {
        join(self.hashes.iter().copied())
    }

    /// Appends a leaf.
    ///
    /// # Errors
    /// [`LogError::TooLarge`] when the log is full; it is then unchanged.
    pub fn push(&mut self, leaf: Hash) -> Result<(), LogError> {
        self.push_seen(leaf, &mut |_, _| ())
    }

    /// Appends a leaf and shows every node that this completes, the leaf first, the largest last. Whoever keeps
    /// them all can make any proof.
    ///
    /// # Errors
    /// [`LogError::TooLarge`] when the log is full; it is then unchanged and nothing was shown.
    pub fn push_seen(&mut self, leaf: Hash, completed: &mut impl FnMut(Node, Hash)) -> Result<(), LogError> {
        self.append(Node { level: 0, index: self.size }, leaf, completed)
    }

    /// Appends a perfect subtree, which must begin where the log ends.
    pub(super) fn append(
        &mut self,
        mut node: Node,
        mut hash: Hash,
        completed: &mut impl FnMut(Node, Hash),
    ) -> Result<(), LogError> {
        let size = self.size.saturating_add(1_u64.checked_shl(node.level.into()).unwrap_or(MAX_SIZE));
        check_size(size)?;
        completed(node, hash);
        // A node of odd index is a right child, and its left sibling is the last hash kept.
        while node.index % 2 == 1
            && let Some(left) = self.hashes.pop()
        {
            hash = super::node_hash(left, hash);
            node = Node { level: node.level + 1, index: node.index / 2 };
            completed(node, hash);
        }
        self.hashes.push(hash);
        self.size = size;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{leaves, reference_leaves, root_by_definition};
    use super::super::{EMPTY_ROOT, left_edge};
    use super::*;

    #[test]
    fn grows_as_defined() {
        let leaves = leaves(70);
        let mut frontier = Frontier::new();
        assert_eq!(frontier.root(), EMPTY_ROOT);
        for (before, leaf) in leaves.iter().enumerate() {
            frontier.push(*leaf).unwrap();
            assert_eq!(frontier.size(), before as u64 + 1);
            assert_eq!(frontier.root(), root_by_definition(&leaves[..=before]));
            let again = Frontier::from_parts(frontier.size(), frontier.hashes().to_vec()).unwrap();
            assert_eq!(again, frontier);
        }
    }

    #[test]
    fn shows_every_node_once() {
        let leaves = reference_leaves();
        let mut seen = Vec::new();
        let mut frontier = Frontier::new();
        for leaf in &leaves {
            frontier.push_seen(*leaf, &mut |node, hash| seen.push((node, hash))).unwrap();
        }
        assert_eq!(seen.len(), 15);
        for (node, hash) in seen {
            let start = usize::try_from(node.index).unwrap() << node.level;
            assert_eq!(hash, root_by_definition(&leaves[start..start + (1 << node.level)]));
        }
    }

    #[test]
    fn parts_must_fit_together() {
        let hashes = leaves(3);
        assert_eq!(left_edge(7).count(), 3);
        assert!(Frontier::from_parts(7, hashes.clone()).is_ok());
        assert_eq!(
            Frontier::from_parts(8, hashes.clone()),
            Err(LogError::HashCount { expected: 1, found: 3 })
        );
        assert_eq!(Frontier::from_parts(u64::MAX, hashes), Err(LogError::TooLarge { size: u64::MAX }));
    }

    #[test]
    fn a_full_log_stays_as_it_is() {
        let mut frontier = Frontier::from_parts(MAX_SIZE, leaves(53)).unwrap();
        let before = frontier.clone();
        assert_eq!(frontier.push(EMPTY_ROOT), Err(LogError::TooLarge { size: MAX_SIZE + 1 }));
        assert_eq!(frontier, before);
    }
}
