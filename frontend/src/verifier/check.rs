//! The check at work: reads the file, advances the verification turn by turn, and can be stopped at any of them.

use evidence::verify::{Evidence, Expectations, Progress, Report, Verification};
use leptos::prelude::*;
use web_sys::File;

use super::mark;
use super::turns::{Reading, Turns};

/// How far the page is.
#[derive(Clone, PartialEq)]
pub enum Phase {
    /// Nothing was checked.
    NotChecked,
    /// The file is being read: bytes done, bytes in all.
    Reading(usize, usize),
    /// The steps are at work.
    Checking(Progress),
    /// There is an answer.
    Done,
    /// The reviewer stopped it.
    Stopped,
    /// The file could not be read, with a sentence.
    Unreadable(String),
}

/// The file at hand.
#[derive(Clone)]
pub struct Pack {
    /// Its name, which the sender chose.
    pub name: String,
    /// Its length.
    pub size: usize,
    /// Its SHA-256 in hex, once it was read.
    pub sha256: Option<String>,
}

/// The check, as the parts of the page see it.
#[derive(Clone, Copy)]
pub struct Check {
    /// How far it is.
    pub phase: RwSignal<Phase>,
    /// The answer so far.
    pub report: RwSignal<Option<Report>>,
    /// The file at hand.
    pub pack: RwSignal<Option<Pack>>,
    /// The sequence number of the receipt that is open.
    pub open: RwSignal<Option<u64>>,
    file: StoredValue<Option<File>, LocalStorage>,
    verification: StoredValue<Option<Verification>, LocalStorage>,
    /// Counts starts and stops, so that a run which was overtaken notices.
    run: StoredValue<u64>,
}

impl Check {
    /// Not checked.
    pub fn new() -> Self {
        Self {
            phase: RwSignal::new(Phase::NotChecked),
            report: RwSignal::new(None),
            pack: RwSignal::new(None),
            open: RwSignal::new(None),
            file: StoredValue::new_local(None),
            verification: StoredValue::new_local(None),
            run: StoredValue::new(0),
        }
    }

    /// Takes another file; whatever was known of the last one is forgotten.
    pub fn choose(self, file: File) {
        self.forget();
        self.pack.set(Some(Pack { name: file.name(), size: Reading::length(&file), sha256: None }));
        self.file.set_value(Some(file));
        self.phase.set(Phase::NotChecked);
    }

    /// Whether a file is at hand.
    pub fn has_file(self) -> bool {
        self.file.with_value(Option::is_some)
    }

    /// Whether it is at work.
    pub fn is_running(self) -> bool {
        self.phase.with(|phase| matches!(phase, Phase::Reading(..) | Phase::Checking(_)))
    }

    /// Checks the file at hand from the start.
    pub fn start(self, expectations: Expectations) {
        let Some(file) = self.file.get_value() else { return };
        let run = self.forget();
        self.phase.set(Phase::Reading(0, Reading::length(&file)));
        leptos::task::spawn_local(async move {
            if let Err(fault) = self.go(run, file, expectations).await
                && self.is_current(run)
            {
                self.phase.set(Phase::Unreadable(fault));
            }
        });
    }

    /// Stops where it is.
    pub fn stop(self) {
        self.run.update_value(|run| *run += 1);
        self.phase.set(Phase::Stopped);
    }

    /// What was read from the pack.
    pub fn with_evidence<T>(self, look: impl FnOnce(&Evidence) -> T) -> Option<T> {
        self.verification.with_value(|verification| verification.as_ref().map(|one| look(one.evidence())))
    }

    /// The page's state as an attribute's value.
    pub fn slug(self) -> &'static str {
        match self.phase.get() {
            Phase::NotChecked | Phase::Stopped => "not-checked",
            Phase::Reading(..) | Phase::Checking(_) => "checking",
            Phase::Unreadable(_) => "could-not-check",
            Phase::Done => self
                .report
                .with(|report| report.as_ref().map_or("could-not-check", |report| mark::state(report.state))),
        }
    }

    /// Clears the last answer and gives the new run its number.
    fn forget(self) -> u64 {
        self.run.update_value(|run| *run += 1);
        self.open.set(None);
        self.report.set(None);
        self.verification.set_value(None);
        self.run.get_value()
    }

    fn is_current(self, run: u64) -> bool {
        self.run.get_value() == run
    }

    async fn go(self, run: u64, file: File, expectations: Expectations) -> Result<(), String> {
        let turns = Turns::new().ok_or("This browser lacks what the page needs to work in turns.")?;
        let mut reading = Reading::new(file)?;
        while reading.is_unfinished() {
            reading.read_on().await?;
            if !self.is_current(run) {
                return Ok(());
            }
            let (done, size) = reading.done();
            self.phase.set(Phase::Reading(done, size));
            turns.next().await;
        }
        let (bytes, sha256) = reading.finish();
        self.pack.update(|pack| {
            if let Some(pack) = pack {
                pack.sha256 = Some(sha256);
            }
        });
        self.verification.set_value(Some(Verification::new(bytes, expectations)));
        self.verify(run, &turns).await;
        Ok(())
    }

    async fn verify(self, run: u64, turns: &Turns) {
        let mut last = None;
        while self.is_current(run) {
            let Some(progress) = self.advance(turns) else { return };
            if last != Some(progress.step) || progress.finished {
                last = Some(progress.step);
                self.report.set(self.verification.with_value(|one| one.as_ref().map(Verification::report)));
            }
            if progress.finished {
                self.phase.set(Phase::Done);
                return;
            }
            self.phase.set(Phase::Checking(progress));
            turns.next().await;
        }
    }

    fn advance(self, turns: &Turns) -> Option<Progress> {
        self.verification.try_update_value(|one| one.as_mut().map(|one| turns.work(one))).flatten()
    }
}
