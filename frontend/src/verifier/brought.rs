//! What the reviewer brings: the vendor's key by name, where that name came from, and a kept checkpoint.

use evidence::checkpoint::{MAX_BYTES, SignedCheckpoint};
use evidence::key::Fingerprint;
use evidence::verify::Expectations;
use leptos::prelude::*;
use web_sys::File;

use super::turns::read_whole;

/// The ways by which a fingerprint reaches a reviewer: value, words, and whether the way is the pack's own.
pub const WAYS: [(&str, &str); 5] = [
    ("told", "Told to me by the vendor, by voice or in person"),
    ("contract", "From our contract or an earlier review"),
    ("published", "From where the vendor publishes it"),
    ("pack", "From the message or page that the pack came by"),
    ("other", "In another way"),
];

/// The fields, as they stand now.
#[derive(Clone, Copy)]
pub struct Brought {
    /// The vendor's fingerprint as typed.
    pub fingerprint: RwSignal<String>,
    /// What is wrong with it.
    pub fingerprint_fault: RwSignal<Option<String>>,
    /// One of [`WAYS`], or empty.
    pub way: RwSignal<String>,
    /// Where exactly, in the reviewer's words.
    pub remark: RwSignal<String>,
    /// The checkpoint kept from last time.
    pub kept: RwSignal<Option<Kept>>,
    /// What is wrong with the file chosen for it.
    pub kept_fault: RwSignal<Option<String>>,
}

/// A checkpoint kept from an earlier time.
#[derive(Clone)]
pub struct Kept {
    /// The file's name.
    pub name: String,
    /// What is in it.
    pub checkpoint: SignedCheckpoint,
}

impl Brought {
    /// Nothing yet.
    pub fn new() -> Self {
        Self {
            fingerprint: RwSignal::new(String::new()),
            fingerprint_fault: RwSignal::new(None),
            way: RwSignal::new(String::new()),
            remark: RwSignal::new(String::new()),
            kept: RwSignal::new(None),
            kept_fault: RwSignal::new(None),
        }
    }

    /// What to hold the pack against; `None` if a field has to be corrected first, which it then says.
    pub fn expectations(&self) -> Option<Expectations> {
        let fingerprints = match self.named() {
            Ok(named) => named.into_iter().collect(),
            Err(fault) => {
                self.fingerprint_fault.set(Some(fault));
                return None;
            }
        };
        self.fingerprint_fault.set(None);
        if self.kept_fault.with_untracked(Option::is_some) {
            return None;
        }
        let since = self.kept.with_untracked(|kept| kept.as_ref().map(|kept| kept.checkpoint.clone()));
        Some(Expectations { fingerprints, since, trust: None })
    }

    /// The fingerprint, if one was typed.
    fn named(&self) -> Result<Option<Fingerprint>, String> {
        let text = self.fingerprint.get_untracked();
        if text.trim().is_empty() {
            return Ok(None);
        }
        text.parse().map(Some).map_err(|error: evidence::key::KeyError| {
            let error = error.to_string();
            format!("This is {error}. Correct it, or leave the field empty.")
        })
    }

    /// Reads a checkpoint that was kept.
    pub async fn keep(self, file: File) {
        let bytes = read_whole(&file, MAX_BYTES).await;
        let read = bytes
            .ok_or_else(|| "it is too long or can't be read".to_owned())
            .and_then(|bytes| SignedCheckpoint::parse(&bytes).map_err(|error| error.to_string()));
        match read {
            Ok(checkpoint) => {
                self.kept.set(Some(Kept { name: file.name(), checkpoint }));
                self.kept_fault.set(None);
            }
            Err(fault) => {
                self.kept.set(None);
                self.kept_fault.set(Some(format!(
                    "This file is no checkpoint: {fault}. Choose another one, or clear it."
                )));
            }
        }
    }

    /// Goes on without a kept checkpoint.
    pub fn forget_kept(&self) {
        self.kept.set(None);
        self.kept_fault.set(None);
    }

    /// Where the fingerprint came from, as one sentence for the record.
    pub fn provenance(&self) -> String {
        let way = self.way.get();
        let words = WAYS.iter().find(|(value, _)| *value == way).map(|(_, words)| *words);
        let remark = self.remark.get();
        match (words, remark.trim()) {
            (None, "") => "You did not say where you got it.".to_owned(),
            (None, remark) => remark.to_owned(),
            (Some(words), "") => format!("{words}."),
            (Some(words), remark) => format!("{words}: {remark}"),
        }
    }
}
