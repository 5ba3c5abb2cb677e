//! `portal keys rotate`: hands over to a new signing key, in every log.

use std::process::ExitCode;

use crate::clock::Clock;
use crate::config::Home;
use crate::keys::Signer;
use crate::ledger::Ledger;
use crate::portal::StartError;
use crate::store::Store;
use crate::vault::Vault;

/// Runs the command. The next key is on disk before anything in the database speaks of it.
pub async fn run(home: &Home) -> Result<ExitCode, StartError> {
    let store = Store::open_as_it_is(&home.data, home.url()).await?;
    let signer = Signer::handing_over(home)?;
    let outgoing =
        signer.outgoing().ok_or("the next signing key is the same as the present one; give another")?;
    let vault = Vault::open(&home.data)?;
    let ledger = Ledger::open(store, signer.clone(), vault, Clock::system()).await?;
    let logs = ledger.hand_over(&signer).await.map_err(|error| {
        format!("not every log is handed over yet ({error}); run `portal keys rotate` again, it goes on where it stopped")
    })?;
    let id = signer.public_key().id();
    println!("the key that signed until now: {}", outgoing.public_key().id().groups());
    println!("the key that signs from now on: {}", id.groups());
    println!("in words: {}", id.words());
    println!("logs handed over: {logs}");
    if home.signing_key.is_some() {
        println!(
            "start every server with the new key as PORTAL_SIGNING_KEY now; until then they write nothing"
        );
    }
    Ok(ExitCode::SUCCESS)
}
