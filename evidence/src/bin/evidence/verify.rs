//! `evidence verify`: what the reader knows goes in, the library's report comes out.

use std::path::{Path, PathBuf};

use clap::Args;
use evidence::checkpoint::SignedCheckpoint;
use evidence::digest::Digest;
use evidence::helm_receipt::public_key;
use evidence::key::{Fingerprint, PublicKey};
use evidence::verify::{Expectations, Report, Verification};
use serde::Serialize;

use crate::screen::{ProgressLine, Screen};
use crate::{COULD_NOT, Problem, answer, helm, input};

/// How many receipts are worked on before the line of progress is written anew.
const UNITS: u64 = 1_000;

#[derive(Args)]
pub struct Arguments {
    /// The pack
    #[arg(required_unless_present = "helm_receipt")]
    pack: Option<PathBuf>,
    /// A fingerprint of the vendor's key that you got by another way than the
    /// pack: 64 hex digits or 16 words, in quotes if it has spaces. May be given
    /// several times. Without it, no pack is more than "signer not confirmed".
    #[arg(long = "key", value_name = "FINGERPRINT", verbatim_doc_comment)]
    keys: Vec<Fingerprint>,
    /// A trust document that you got by another way than the pack; it names all
    /// of its keys.
    #[arg(long, value_name = "FILE", verbatim_doc_comment)]
    trust: Option<PathBuf>,
    /// The checkpoint that you kept from last time, or the whole pack: shows that
    /// the log has only grown since.
    #[arg(long, value_name = "FILE", verbatim_doc_comment)]
    since: Option<PathBuf>,
    /// A receipt in HELM's public format receipt.v5 instead of a pack: says whether
    /// its signature holds, and which members the signature does not cover.
    #[arg(
        long,
        value_name = "FILE",
        verbatim_doc_comment,
        conflicts_with_all = ["pack", "keys", "trust", "since"]
    )]
    helm_receipt: Option<PathBuf>,
    /// The public key with which HELM signs, 64 hex digits, that you got by another
    /// way than the receipt. Without it the receipt vouches for itself.
    #[arg(long, value_name = "KEY", verbatim_doc_comment, requires = "helm_receipt", value_parser = helm_key)]
    helm_key: Option<PublicKey>,
    /// Print the answer as JSON
    #[arg(long)]
    json: bool,
}

/// The report with what ties it to the file that was read.
#[derive(Serialize)]
struct Answer<'a> {
    /// The checkpoint's exact text, to keep for `--since`.
    checkpoint: Option<&'a str>,
    /// The digest of the file.
    pack: Digest,
    #[serde(flatten)]
    report: &'a Report,
}

fn helm_key(text: &str) -> Result<PublicKey, &'static str> {
    public_key(text).ok_or("a public key has 64 lower-case hex digits")
}

pub fn run(arguments: &Arguments, screen: &mut Screen) -> Result<u8, Problem> {
    if let Some(file) = &arguments.helm_receipt {
        return helm::run(file, arguments.helm_key.as_ref(), arguments.json, screen);
    }
    arguments.pack.as_deref().map_or(Ok(COULD_NOT), |pack| check(pack, arguments, screen))
}

fn check(pack: &Path, arguments: &Arguments, screen: &mut Screen) -> Result<u8, Problem> {
    let expectations = Expectations {
        fingerprints: arguments.keys.clone(),
        since: arguments.since.as_deref().map(input::checkpoint).transpose()?,
        trust: arguments.trust.as_deref().map(input::trust).transpose()?,
    };
    let bytes = input::bytes(pack)?;
    let pack = Digest::of(&bytes);
    let verification = work(Verification::new(bytes, expectations));
    let report = verification.report();
    if arguments.json {
        let checkpoint = verification.evidence().checkpoint.as_ref().map(SignedCheckpoint::as_str);
        let answer = Answer { checkpoint, pack, report: &report };
        screen.json(&serde_json::to_string_pretty(&answer).map_err(std::io::Error::from)?)?;
    } else {
        answer::print(&report, pack, screen)?;
    }
    Ok(report.state.exit_code())
}

fn work(mut verification: Verification) -> Verification {
    let mut line = ProgressLine::begin();
    loop {
        let progress = verification.advance(UNITS);
        if progress.finished {
            line.finish();
            return verification;
        }
        let (number, name) = (progress.step.number(), progress.step.name());
        line.say(&format!("Step {number} of 12: {name}, {} of {}", progress.done, progress.total));
    }
}
