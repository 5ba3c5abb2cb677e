//! `portal backup`: the ledger as it is at one moment, and what it takes to go on with it.

use std::collections::BTreeMap;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::ExitCode;

use evidence::digest::Digest;

use super::manifest::{Kind, Manifest, digest_of};
use crate::clock::Clock;
use crate::config::{Copy, Home};
use crate::keys::{NEXT, SIGNING, Signer};
use crate::portal::StartError;
use crate::private_file::{self, KeyBytes};
use crate::store::{self, Store};
use crate::vault::MASTER;

/// Where in a backup the tables of a `PostgreSQL` database are.
pub(super) const TABLES: &str = "tables";

/// Runs the command. The keys are read before and after the database: if somebody has changed them meanwhile, they might
/// not be those of the copy.
pub async fn run(copy: &Copy) -> Result<ExitCode, StartError> {
    let (folder, home) = (&copy.folder, &copy.home);
    let store = Store::open_as_it_is(&home.data, home.url()).await?;
    let keys = keys(home)?;
    let signer = Signer::of(home)?.public_key().id();
    begin(folder)?;
    let made_at = Clock::system().now();
    let mut files = database(&store, folder).await?;
    if self::keys(home)? != keys {
        return Err("the keys were changed meanwhile; empty the backup's folder and run this again".into());
    }
    for (name, key) in &keys {
        private_file::write(&folder.join(name), private_file::text(key).as_bytes())?;
        files.insert((*name).to_owned(), digest_of(&folder.join(name))?);
    }
    let database = if store.is_file() { Kind::Sqlite } else { Kind::Postgres };
    let count = files.len();
    Manifest { format: Manifest::FORMAT, made_at, database, step: Store::version(), signer, files }
        .write(folder)?;
    println!("{count} files in {}, of the ledger as it was at {made_at}", folder.display());
    if home.signing_key.is_some() {
        println!("the signing key is not among them, because it comes from PORTAL_SIGNING_KEY");
    }
    Ok(ExitCode::SUCCESS)
}

/// A folder that is empty, and that nobody else may enter.
fn begin(folder: &Path) -> Result<(), StartError> {
    private_file::folder(folder)?;
    if std::fs::read_dir(folder)?.next().is_some() {
        return Err(format!(
            "{} is not empty; name a folder that is, or that does not exist yet",
            folder.display()
        )
        .into());
    }
    Ok(std::fs::set_permissions(folder, Permissions::from_mode(0o700))?)
}

/// The keys that are files here.
fn keys(home: &Home) -> Result<BTreeMap<&'static str, KeyBytes>, StartError> {
    let names: &[&str] = if home.signing_key.is_some() { &[MASTER] } else { &[MASTER, NEXT, SIGNING] };
    let mut keys = BTreeMap::new();
    for name in names {
        if let Some(key) = private_file::existing(&home.data.join(name))? {
            keys.insert(*name, key);
        }
    }
    let complete = keys.contains_key(MASTER) && (home.signing_key.is_some() || keys.contains_key(SIGNING));
    if complete { Ok(keys) } else { Err(format!("{} has no keys of a portal", home.data.display()).into()) }
}

async fn database(store: &Store, folder: &Path) -> Result<BTreeMap<String, Digest>, StartError> {
    let names = if store.is_file() {
        store.copy_into(&folder.join(store::FILE)).await?;
        vec![store::FILE.to_owned()]
    } else {
        private_file::folder(&folder.join(TABLES))?;
        let tables = store.dump(&folder.join(TABLES)).await?;
        tables.iter().map(|table| format!("{TABLES}/{table}.jsonl")).collect()
    };
    let mut files = BTreeMap::new();
    for name in names {
        let path = folder.join(&name);
        std::fs::set_permissions(&path, Permissions::from_mode(0o600))?;
        files.insert(name, digest_of(&path)?);
    }
    Ok(files)
}
