//! `portal ledger check`: recomputes everything that the database says, and names whatever is not so.

use std::process::ExitCode;

use crate::config::Home;
use crate::ledger::{self, Told};
use crate::portal::StartError;
use crate::store::Store;
use crate::vault::Vault;

/// Every so many receipts, the standard error output says how far it is.
const STRIDE: u64 = 10_000;

/// Runs the command.
pub async fn run(home: &Home) -> Result<ExitCode, StartError> {
    let store = Store::open_as_it_is(&home.data, home.url()).await?;
    report(&store, &Vault::open(&home.data)?).await
}

/// Checks everything, one line a finding, and one line at the end.
pub(super) async fn report(store: &Store, vault: &Vault) -> Result<ExitCode, StartError> {
    let mut next = STRIDE;
    let mut tell = |told: Told| match told {
        Told::Finding { at, fault } => println!("{at}: {fault}"),
        Told::Progress { done, of } => {
            if done >= next {
                eprintln!("{done} of {of} receipts");
                next = done + STRIDE;
            }
        }
    };
    let checked = ledger::check(store, vault, &mut tell).await.map_err(|error| {
        format!("the database could not be read to its end: {error}; the log above says why")
    })?;
    let (logs, receipts, findings) = (checked.logs, checked.receipts, checked.findings);
    if findings == 0 {
        println!("{receipts} receipts in {logs} logs: everything is as it must be");
        return Ok(ExitCode::SUCCESS);
    }
    println!("{receipts} receipts in {logs} logs: {findings} findings");
    Ok(ExitCode::FAILURE)
}
