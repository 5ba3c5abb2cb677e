//! `portal restore`: begins a portal with what a backup holds, and checks all of it.

use std::path::Path;
use std::process::ExitCode;

use super::backup::TABLES;
use super::check;
use super::manifest::{Kind, Manifest};
use crate::config::{Copy, Home};
use crate::keys::{NEXT, SIGNING};
use crate::portal::StartError;
use crate::private_file;
use crate::store::{self, Store};
use crate::vault::{MASTER, Vault};

/// Runs the command.
pub async fn run(copy: &Copy) -> Result<ExitCode, StartError> {
    let (folder, home) = (&copy.folder, &copy.home);
    let manifest = Manifest::read(folder)?;
    refuse_unfit(&manifest, home).await?;
    std::fs::create_dir_all(&home.data)?;
    for name in [MASTER, SIGNING, NEXT] {
        if manifest.files.contains_key(name) {
            private_file::write(&home.data.join(name), &std::fs::read(folder.join(name))?)?;
        }
    }
    match home.url() {
        Some(url) => Store::load(url, &folder.join(TABLES), manifest.step).await?,
        None => place(&folder.join(store::FILE), &home.data)?,
    }
    let store = Store::open(&home.data, home.url()).await?;
    println!("restored the ledger as it was at {}, signed by {}", manifest.made_at, manifest.signer.groups());
    println!("if receipts were handed out later, their readers will see that the log was cut off: tell them");
    check::report(&store, &Vault::open(&home.data)?).await
}

/// Nothing is ever overwritten, and nothing is put where it can't be used.
async fn refuse_unfit(manifest: &Manifest, home: &Home) -> Result<(), StartError> {
    match (manifest.database, home.url()) {
        (Kind::Sqlite, Some(_)) => {
            return Err("the backup is of a SQLite file; restore it without --database".into());
        }
        (Kind::Postgres, None) => {
            return Err("the backup is of a PostgreSQL database; name an empty one with --database".into());
        }
        _ => {}
    }
    if manifest.step > Store::version() {
        return Err(format!("the backup's tables are at step {}; use a newer portal", manifest.step).into());
    }
    for name in [store::FILE, "keys"] {
        let path = home.data.join(name);
        if path.exists() {
            return Err(format!("{} exists; restore into an empty --data folder", path.display()).into());
        }
    }
    match home.url() {
        Some(url) if !Store::is_empty(url).await? => {
            Err("the database has tables; restore into an empty one".into())
        }
        _ => Ok(()),
    }
}

/// The file appears under its name whole or not at all.
fn place(from: &Path, data: &Path) -> Result<(), StartError> {
    let unfinished = data.join(store::FILE).with_extension("unfinished");
    std::fs::copy(from, &unfinished)?;
    std::fs::File::open(&unfinished)?.sync_all()?;
    std::fs::rename(unfinished, data.join(store::FILE))?;
    Ok(std::fs::File::open(data)?.sync_all()?)
}
