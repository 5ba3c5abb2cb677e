//! How the house is built, run and tested, in Rust, so that a fresh machine needs nothing else.
#![expect(
    clippy::disallowed_methods,
    reason = "the build tool measures time, reads its environment and waits; the product does none of it here"
)]

mod bench;
mod bindgen;
mod budgets;
mod build;
mod dev;
mod door;
mod house;
mod postgres;
mod readme;
mod reproduce;
mod rules;
mod run;
mod second;
mod shell;
mod site;
mod squeeze;
mod steps;
mod style;
mod tally;
mod test;
mod tools;
mod verifier;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::house::House;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "How the house is built, run and tested")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the server, the command and the site into target/
    Build {
        /// Only target/site/, without the two programs
        #[arg(long)]
        site: bool,
    },
    /// Build, then serve a demo vendor with real data
    Run(run::Demo),
    /// The same, and again after every change of a source file
    Dev(run::Demo),
    /// Everything that can fail, in one go
    Test {
        /// Only the steps whose name contains one of these words
        only: Vec<String>,
    },
    /// The sealed verifier page
    Verifier {
        /// Build it in two different folders and compare the bytes
        #[arg(long)]
        reproduce: bool,
    },
    /// Measure, as ratios from one run
    Bench,
}

fn main() -> ExitCode {
    let house = House::here();
    let outcome = match Cli::parse().command {
        Command::Build { site: false } => build::everything(&house),
        Command::Build { site: true } => build::site(&house),
        Command::Run(demo) => run::serve(&house, &demo),
        Command::Dev(demo) => dev::watch(&house, &demo),
        Command::Test { only } => test::all(&house, &only),
        Command::Verifier { reproduce: true } => reproduce::twice(&house),
        Command::Verifier { reproduce: false } => verifier::build(&house).map(drop),
        Command::Bench => bench::all(&house),
    };
    outcome.map_or_else(
        |error| {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        },
        |()| ExitCode::SUCCESS,
    )
}
