//! `portal tenants erase`: erases a tenant's secret for good.

use std::process::ExitCode;

use evidence::name::Text;
use evidence::receipt::{StandingState, StandingSubject};

use crate::clock::Clock;
use crate::config::{Erasure, Home};
use crate::keys::Signer;
use crate::ledger::{Ledger, StandingDraft};
use crate::portal::StartError;
use crate::registry::{Registry, Tenant};
use crate::store::Store;
use crate::vault::Vault;

/// What the receipt's reason begins with, so that whoever reads the log knows that this is not a freeze like any other.
const SAYS: &str = "The tenant's secret is erased.";

/// Runs the command. The receipt comes first: it stops the tenant's agents, so nothing can begin that the erasure would
/// cut in half.
pub async fn run(erasure: &Erasure) -> Result<ExitCode, StartError> {
    let (ledger, registry) = open(&erasure.home).await?;
    let named = &erasure.tenant;
    let tenant = registry.tenant(&named.vendor, &named.tenant).await?;
    let tenant = tenant.ok_or_else(|| {
        format!("there is no tenant {}/{} here; check the spelling", named.vendor, named.tenant)
    })?;
    if tenant.is_erased() {
        println!("the secret of {}/{} was erased before", named.vendor, named.tenant);
        return Ok(ExitCode::SUCCESS);
    }
    settled(ledger.pending_of(&tenant).await?)?;
    let seq = record(&ledger, &tenant, erasure).await?;
    settled(ledger.erase(&tenant).await?)?;
    println!("receipt {seq} of {}/{} says that the secret is erased, and it is", named.vendor, named.tenant);
    println!("backups made earlier still hold it, encrypted under keys/master.key");
    Ok(ExitCode::SUCCESS)
}

async fn open(home: &Home) -> Result<(Ledger, Registry), StartError> {
    let store = Store::open_as_it_is(&home.data, home.url()).await?;
    let (signer, vault) = (Signer::of(home)?, Vault::open(&home.data)?);
    let ledger = Ledger::open(store.clone(), signer, vault.clone(), Clock::system()).await?;
    let registry = Registry::new(store, vault, ledger.clone(), String::new());
    Ok((ledger, registry))
}

async fn record(ledger: &Ledger, tenant: &Tenant, erasure: &Erasure) -> Result<u64, StartError> {
    let standing = StandingDraft {
        by: erasure.by.clone(),
        reason: format!("{SAYS} {}", erasure.reason).parse::<Text>()?,
        state: StandingState::Stopped,
        subject: StandingSubject::Tenant,
    };
    Ok(ledger.stand(tenant, standing).await?.receipt().entry.seq)
}

fn settled(pending: u64) -> Result<(), StartError> {
    if pending == 0 {
        return Ok(());
    }
    Err(format!(
        "{pending} of the tenant's effects are pending, so nothing was erased; let a running portal settle them (it needs their \
         connector for that), then run this again"
    )
    .into())
}
