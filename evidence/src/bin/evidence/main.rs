//! The command `evidence`: the law at a terminal, for a reviewer, an auditor or a script.
//!
//! This is the only part of the crate that reads files. It decides nothing: it hands bytes to the library and prints
//! what comes back, with every character that could act on a terminal made visible.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod answer;
mod fingerprint;
mod helm;
mod input;
mod pack;
mod screen;
mod sentence;
mod show;
mod verify;
mod visible;

use input::InputError;
use screen::Screen;

/// The exit code when something could not be read or written, as for a pack that could not be checked.
const COULD_NOT: u8 = 2;

/// Check what AI agents did to your data, without trusting anybody.
///
/// An EvidencePack holds every decision about an agent's writes to one tenant's
/// records, signed, in a log from which nothing can be taken out. This command
/// reads such a file. It makes no network request and needs no account.
#[derive(Parser)]
#[command(version, propagate_version = true, after_help = EXIT_CODES, verbatim_doc_comment)]
struct Arguments {
    /// Use no colour. It is only used on a terminal, and says nothing that words
    /// don't.
    #[arg(
        long,
        global = true,
        verbatim_doc_comment,
        env = "NO_COLOR",
        hide_env = true,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "1",
        value_name = "ANYTHING"
    )]
    no_color: Option<OsString>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check a pack in twelve steps and say what was proved, by whose key, and what was not checked
    #[command(after_help = EXIT_CODES)]
    Verify(Box<verify::Arguments>),
    /// List the receipts in a pack, or show one in full, without checking anything
    Show(show::Arguments),
    /// Print the keys of a pack or trust document, to compare with what the vendor tells you
    Fingerprint {
        /// A trust document, or a pack
        file: PathBuf,
    },
}

const EXIT_CODES: &str = "\
Exit codes of verify:
  0  Verified: everything held, by a key that you named
  1  Does not verify: something does not hold; do not rely on this pack
  2  Could not check: not a pack, not readable, or arguments that make no sense
  3  Intact, signer not confirmed: everything held, by a key that nobody has confirmed
  4  Incomplete: what is there held, but the end or the ties to the log are missing

Examples:
  evidence verify acme.evidencepack --key \"9f2c 11aa …\"
  evidence verify acme.evidencepack --trust helm-trust.json --since last-month.evidencepack
  evidence verify --helm-receipt receipt.json --helm-key 197f6b23…
  evidence show acme.evidencepack 41
  evidence fingerprint helm-trust.json";

/// Why a command ends without an answer.
#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error(transparent)]
    Input(#[from] InputError),
    #[error("there is no receipt #{0} in this pack")]
    NoReceipt(u64),
    #[error("the receipt brings no key; name HELM's with --helm-key")]
    NoHelmKey,
    #[error("{0} of the receipts could not be read")]
    Unreadable(usize),
    #[error("the answer could not be written: {0}")]
    Output(#[from] std::io::Error),
}

fn main() -> ExitCode {
    let Arguments { no_color, command } = Arguments::parse();
    let plain = no_color.is_some_and(|value| !value.is_empty());
    let mut screen = Screen::stdout(plain);
    let done = match &command {
        Command::Verify(arguments) => verify::run(arguments, &mut screen),
        Command::Show(arguments) => show::run(arguments, &mut screen),
        Command::Fingerprint { file } => fingerprint::run(file, &mut screen),
    };
    let flushed = screen.flush();
    match done.and_then(|code| Ok(flushed.map(|()| code)?)) {
        Ok(code) => ExitCode::from(code),
        Err(problem) => {
            screen::complain(&problem);
            ExitCode::from(COULD_NOT)
        }
    }
}
