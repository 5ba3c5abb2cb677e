//! Runs named steps, times each, goes on after a failure and sums up.

use std::time::Instant;

use crate::{shell::Outcome, tally::Tally};

/// What became of the steps so far.
#[derive(Default)]
pub struct Steps {
    /// Only steps whose name contains one of these; all, when there are none.
    only: Vec<String>,
    total: Tally,
    failed: Vec<&'static str>,
    skipped: Vec<&'static str>,
}

impl Steps {
    /// Nothing has run yet.
    pub fn only(names: &[String]) -> Self {
        Self { only: names.to_vec(), ..Self::default() }
    }

    /// A step that either holds or does not.
    pub fn one(&mut self, name: &'static str, step: impl FnOnce() -> Outcome) -> bool {
        self.timed(name, || match step() {
            Ok(()) => Tally::PASSED,
            Err(error) => {
                println!("{error}");
                Tally::FAILED
            }
        })
    }

    /// A step that counts its own tests. It fails as well when the program does, or when nothing was tested.
    pub fn many(&mut self, name: &'static str, step: impl FnOnce(&mut Tally) -> Outcome) -> bool {
        self.timed(name, || {
            let mut tally = Tally::default();
            let outcome = step(&mut tally);
            if let Err(error) = &outcome {
                println!("{error}");
            }
            if tally.failed == 0 && (outcome.is_err() || tally.passed == 0) {
                tally += Tally::FAILED;
            }
            tally
        })
    }

    /// Something that needs what is not there, and is nobody's fault.
    pub fn skipped(&mut self, name: &'static str, why: &str) {
        println!("\n── {name}: skipped, {why}");
        self.skipped.push(name);
    }

    /// Ends with the one line that people and machines look for.
    pub fn sum(self) -> Outcome {
        let Tally { passed, failed } = self.total;
        println!();
        for name in &self.skipped {
            println!("skipped: {name}");
        }
        for name in &self.failed {
            println!("failed: {name}");
        }
        println!("{passed} passed, {failed} failed");
        if failed == 0 { Ok(()) } else { Err("not everything holds".into()) }
    }

    /// Whether the step held; one that nobody asked for does not stand in the way of others.
    fn timed(&mut self, name: &'static str, step: impl FnOnce() -> Tally) -> bool {
        if !self.only.is_empty() && !self.only.iter().any(|word| name.contains(word)) {
            return true;
        }
        println!("\n── {name}");
        let start = Instant::now();
        let tally = step();
        let seconds = start.elapsed().as_secs_f32();
        self.total += tally;
        let held = tally.failed == 0;
        if !held {
            self.failed.push(name);
        }
        println!("── {name}: {} in {seconds:.1} s", if held { "held" } else { "FAILED" });
        held
    }
}

#[cfg(test)]
mod tests {
    use super::Steps;
    use crate::tally::Tally;

    #[test]
    fn only_the_steps_that_were_asked_for_run() {
        let mut steps = Steps::only(&["clip".to_owned()]);
        assert!(steps.one("build", || Err("must not run".into())));
        assert!(steps.one("clippy", || Ok(())));
        assert_eq!(steps.total, Tally::PASSED);
    }

    #[test]
    fn every_way_to_fail_is_counted_and_named() {
        let mut steps = Steps::default();
        assert!(steps.one("holds", || Ok(())));
        assert!(!steps.one("fails", || Err("no".into())));
        assert!(!steps.many("stops before a test", |_| Err("does not compile".into())));
        assert!(!steps.many("tests nothing", |_| Ok(())));
        assert!(!steps.many("counts", |tally| {
            *tally = Tally { passed: 4, failed: 2 };
            Err("exit status 1".into())
        }));
        assert_eq!(steps.total, Tally { passed: 5, failed: 5 });
        assert_eq!(steps.failed, ["fails", "stops before a test", "tests nothing", "counts"]);
        assert!(steps.sum().is_err());
    }
}
