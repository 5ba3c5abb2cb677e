//! What is different between two envelopes, thing by thing.

use std::collections::BTreeMap;

use evidence::envelope::Envelope;

use crate::text::envelope::{Line, lines};

/// One thing that either envelope says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// Only the later one says it.
    Added(Line),
    /// Only the earlier one says it.
    Removed(Line),
    /// Both speak of it, and say something else.
    Changed {
        /// What the earlier one says.
        before: Line,
        /// What the later one says.
        after: Line,
    },
    /// Both say it, in another order.
    Moved(Line),
    /// Both say it.
    Same(Line),
}

/// Everything that either envelope says, in the order of the later one; what was removed stands where it stood.
pub fn compare(before: Option<&Envelope>, after: &Envelope) -> Vec<Difference> {
    let (before, after) = (before.map(lines).unwrap_or_default(), lines(after));
    let known: BTreeMap<&str, &Line> = before.iter().map(|line| (line.key.as_str(), line)).collect();
    let stays: Vec<&str> = common(&before, &after);
    let mut gone = before.iter().filter(|line| after.iter().all(|kept| kept.key != line.key)).peekable();
    let place = |line: &Line| before.iter().position(|one| one.key == line.key);
    let mut differences = Vec::new();
    for line in &after {
        let here = place(line);
        while let Some(removed) = gone.next_if(|removed| here.is_some() && place(removed) < here) {
            differences.push(Difference::Removed(removed.clone()));
        }
        differences.push(match known.get(line.key.as_str()) {
            None => Difference::Added(line.clone()),
            Some(earlier) if earlier.says != line.says => {
                Difference::Changed { before: (*earlier).clone(), after: line.clone() }
            }
            Some(_) if !stays.contains(&line.key.as_str()) => Difference::Moved(line.clone()),
            Some(_) => Difference::Same(line.clone()),
        });
    }
    differences.extend(gone.map(|removed| Difference::Removed(removed.clone())));
    differences
}

/// The keys that stand in the same order in both: the most of them that do.
fn common<'a>(before: &'a [Line], after: &[Line]) -> Vec<&'a str> {
    let places: Vec<usize> =
        after.iter().filter_map(|line| before.iter().position(|one| one.key == line.key)).collect();
    // The longest ascending run of places, by the classic quadratic table: an envelope has a few hundred lines at most.
    let mut best: Vec<(usize, Option<usize>)> = Vec::new();
    for (at, place) in places.iter().enumerate() {
        let earlier =
            (0..at).filter(|earlier| places[*earlier] < *place).max_by_key(|earlier| best[*earlier].0);
        best.push((earlier.map_or(1, |earlier| best[earlier].0 + 1), earlier));
    }
    let mut at = (0..best.len()).max_by_key(|at| best[*at].0);
    let mut keys = Vec::new();
    while let Some(here) = at {
        keys.push(before[places[here]].key.as_str());
        at = best[here].1;
    }
    keys
}
