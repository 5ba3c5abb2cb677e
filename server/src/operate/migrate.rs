//! `portal migrate`: brings the tables up to date, and says what that took.

use std::process::ExitCode;

use crate::config::Home;
use crate::portal::StartError;
use crate::store::Store;

/// Runs the command.
pub async fn run(home: &Home) -> Result<ExitCode, StartError> {
    std::fs::create_dir_all(&home.data)?;
    let done = Store::migrate(&home.data, home.url()).await?;
    for step in &done {
        println!("step {}: {}", step.version, step.about);
    }
    let word = if done.is_empty() { "were already" } else { "are" };
    println!("the ledger's tables {word} up to date, at step {}", Store::version());
    Ok(ExitCode::SUCCESS)
}
