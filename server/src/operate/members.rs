//! `portal members`: ways in for people who can't sign in.

use std::process::ExitCode;

use crate::accounts::Accounts;
use crate::clock::Clock;
use crate::config::{Home, Linking, Resetting};
use crate::keys::Signer;
use crate::ledger::Ledger;
use crate::portal::StartError;
use crate::registry::Registry;
use crate::store::Store;
use crate::vault::Vault;

/// Prints a new set-up link.
pub async fn set_up(linking: &Linking) -> Result<ExitCode, StartError> {
    let link = accounts(&linking.home).await?.set_up_link().await?;
    let link = link.ok_or(
        "the portal is set up: somebody is in it; `portal members reset EMAIL` makes a link for who has lost the password",
    )?;
    println!("set up {}/set-up/{link}", linking.url);
    Ok(ExitCode::SUCCESS)
}

/// Prints a reset link.
pub async fn reset(resetting: &Resetting) -> Result<ExitCode, StartError> {
    let link = accounts(&resetting.linking.home).await?.reset_link(&resetting.email).await?;
    let link = link.ok_or("no member has this e-mail address; check the spelling")?;
    println!("new password {}/reset/{link}", resetting.linking.url);
    Ok(ExitCode::SUCCESS)
}

async fn accounts(home: &Home) -> Result<Accounts, StartError> {
    let clock = Clock::system();
    let store = Store::open_as_it_is(&home.data, home.url()).await?;
    let vault = Vault::open(&home.data)?;
    let ledger =
        Box::pin(Ledger::open(store.clone(), Signer::of(home)?, vault.clone(), clock.clone())).await?;
    let registry = Registry::new(store.clone(), vault, ledger, String::new());
    Ok(Accounts::new(store, registry, clock))
}
