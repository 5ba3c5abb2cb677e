//! A tenant, as whoever may ask about it holds it.

use std::fmt;
use std::sync::Arc;

use evidence::commitment::TenantSecret;
use evidence::name::{Name, Text};
use sqlx::Row as _;
use sqlx::any::AnyRow;

use crate::ledger::LedgerError;
use crate::private_file::KeyBytes;
use crate::vault::Vault;

/// The columns that make a tenant, from `tenants t`.
pub(crate) const TENANT_COLUMNS: &str = "t.log, t.vendor, t.name, t.title, t.origin, t.secret";

/// What stands in the place of a secret that was erased.
pub(crate) const ERASED: &str = "";

/// For what a tenant's secret is encrypted: it opens for this tenant only.
pub(crate) fn secret_place(vendor: &Name, name: &Name) -> String {
    format!("tenant/{vendor}/{name}")
}

/// One customer of a vendor, with the secret that blinds what its log shows. A clone is another handle.
#[derive(Clone)]
pub struct Tenant(Arc<Known>);

struct Known {
    vendor: Name,
    name: Name,
    title: Text,
    log: Name,
    origin: String,
    /// Nothing, if it was erased.
    kept: Option<Kept>,
}

/// What only the tenant's secret opens.
struct Kept {
    secret: TenantSecret,
    vault: Vault,
}

impl Tenant {
    /// Its vendor.
    pub fn vendor(&self) -> &Name {
        &self.0.vendor
    }

    /// Its name; unique among the vendor's tenants.
    pub fn name(&self) -> &Name {
        &self.0.name
    }

    /// Its name for people.
    pub fn title(&self) -> &Text {
        &self.0.title
    }

    /// The id of its log.
    pub fn log(&self) -> &Name {
        &self.0.log
    }

    /// The origin of its log's checkpoints.
    pub fn origin(&self) -> &str {
        &self.0.origin
    }

    /// Whether its secret was erased: its log can be read, and nothing be written for it any more.
    pub fn is_erased(&self) -> bool {
        self.0.kept.is_none()
    }

    /// The secret from which the salts of its log are derived, unless it was erased.
    pub fn secret(&self) -> Result<&TenantSecret, LedgerError> {
        self.kept().map(|kept| &kept.secret)
    }

    /// Where what is kept for this tenant only is encrypted, unless its secret was erased.
    pub(crate) fn vault(&self) -> Result<&Vault, LedgerError> {
        self.kept().map(|kept| &kept.vault)
    }

    fn kept(&self) -> Result<&Kept, LedgerError> {
        self.0.kept.as_ref().ok_or(LedgerError::Erased)
    }

    pub(crate) fn from_row(row: &AnyRow, vault: &Vault) -> Result<Self, TenantError> {
        let text = |column: &str| row.try_get::<String, _>(column).map_err(TenantError::of(column));
        let name = |column: &str| text(column)?.parse::<Name>().map_err(TenantError::of(column));
        let (vendor, tenant) = (name("vendor")?, name("name")?);
        let place = secret_place(&vendor, &tenant);
        let sealed = text("secret")?;
        let kept = if sealed == ERASED { None } else { Some(Kept::open(vault, &place, &sealed)?) };
        Ok(Self(Arc::new(Known {
            title: text("title")?.parse().map_err(TenantError::of("title"))?,
            log: name("log")?,
            origin: text("origin")?,
            kept,
            name: tenant,
            vendor,
        })))
    }
}

impl Kept {
    fn open(vault: &Vault, place: &str, sealed: &str) -> Result<Self, TenantError> {
        let secret = vault.unseal(place, sealed).map_err(TenantError::of("secret"))?;
        let secret = KeyBytes::new(secret.as_slice().try_into().map_err(TenantError::of("secret"))?);
        Ok(Self { secret: TenantSecret::new(&secret), vault: Vault::of_tenant(&secret) })
    }
}

impl fmt::Debug for Tenant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Tenant({}/{})", self.0.vendor, self.0.name)
    }
}

/// What is stored of a tenant can't be read.
#[derive(Debug, thiserror::Error)]
#[error("a tenant's {column}: {fault}")]
pub(crate) struct TenantError {
    column: String,
    fault: String,
}

impl TenantError {
    fn of<E: ToString>(column: &str) -> impl FnOnce(E) -> Self {
        move |error| Self { column: column.to_owned(), fault: error.to_string() }
    }
}
