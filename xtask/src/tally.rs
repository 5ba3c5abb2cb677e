//! How many tests passed and failed, read from what cargo, node and the second implementation print anyway.

use std::ops::AddAssign;

/// A count of both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: u64,
    pub failed: u64,
}

impl Tally {
    pub const PASSED: Self = Self { passed: 1, failed: 0 };
    pub const FAILED: Self = Self { passed: 0, failed: 1 };

    /// Adds what one line of output says, if it is a sum.
    pub fn read(&mut self, line: &str) {
        if let Some(sums) = line.trim_start().strip_prefix("test result: ") {
            self.passed += before(sums, " passed");
            self.failed += before(sums, " failed");
        } else if let Some(sum) = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ ")) {
            // A cancelled test did not pass either.
            self.passed += after(sum, "pass ");
            self.failed += after(sum, "fail ") + after(sum, "cancelled ");
        } else if line.ends_with(" differ") {
            self.passed += before(line, " agree, ");
            self.failed += before(line, " differ");
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

fn before(text: &str, word: &str) -> u64 {
    let number = text.split(word).next().and_then(|front| front.rsplit(' ').next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

fn after(text: &str, word: &str) -> u64 {
    text.strip_prefix(word).and_then(|number| number.trim().parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::Tally;

    fn tally(lines: &str) -> Tally {
        let mut tally = Tally::default();
        lines.lines().for_each(|line| tally.read(line));
        tally
    }

    #[test]
    fn cargo_is_understood() {
        let lines = "running 3 tests\ntest a ... ok\n\
            test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s";
        assert_eq!(tally(lines), Tally { passed: 15, failed: 2 });
    }

    #[test]
    fn the_second_implementation_is_understood() {
        assert_eq!(tally("384 agree, 0 differ"), Tally { passed: 384, failed: 0 });
        assert_eq!(tally("pack-x: they differ\n497 agree, 3 differ"), Tally { passed: 497, failed: 3 });
    }

    #[test]
    fn node_is_understood_in_both_its_forms() {
        let tap = "# tests 9\n# suites 0\n# pass 7\n# fail 1\n# cancelled 1\n# skipped 0";
        assert_eq!(tally(tap), Tally { passed: 7, failed: 2 });
        assert_eq!(tally("ℹ tests 4\nℹ pass 4\nℹ fail 0\nℹ cancelled 0"), Tally { passed: 4, failed: 0 });
    }
}
