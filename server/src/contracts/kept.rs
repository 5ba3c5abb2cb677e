//! Drafts and versions as the portal's database keeps them.

use std::sync::Arc;

use app::portal::ContractDraft;
use evidence::canonical;
use evidence::contract::Contract;
use evidence::digest::Digest;
use evidence::name::{Name, Text};
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::{Activated, Contracts, ContractsError, KeptDraft, Version};
use crate::ledger::LedgerError;
use crate::store::row::{json, maybe, parsed, time};

/// The columns that make a version.
const VERSION: &str = "digest, body, activated_by, drafted_by, reason, changes, activated_at";

impl Contracts {
    /// The draft for this connector.
    pub async fn draft(&self, vendor: &Name, connector: &Name) -> Result<Option<KeptDraft>, LedgerError> {
        let row = sqlx::query(
            "select body, revision, changed_by, changed_at from contract_drafts where vendor = $1 and connector = $2",
        );
        let row = row.bind(vendor.to_string()).bind(connector.to_string());
        let row = row.fetch_optional(self.store.pool()).await.map_err(LedgerError::unavailable)?;
        row.as_ref().map(draft).transpose()
    }

    /// Keeps a draft, whatever was kept before.
    pub(super) async fn put_draft(
        &self,
        vendor: &Name,
        connector: &Name,
        draft: &ContractDraft,
        by: &Text,
    ) -> Result<(), LedgerError> {
        let row = sqlx::query(
            "insert into contract_drafts (vendor, connector, revision, body, changed_by, changed_at)
             values ($1, $2, 1, $3, $4, $5) on conflict (vendor, connector) do update
             set revision = contract_drafts.revision + 1, body = excluded.body, changed_by = excluded.changed_by,
                 changed_at = excluded.changed_at",
        );
        let row = row.bind(vendor.to_string()).bind(connector.to_string()).bind(text(draft)?);
        let row = row.bind(by.to_string()).bind(self.clock.now().micros());
        row.execute(self.store.pool()).await.map_err(LedgerError::unavailable).map(drop)
    }

    /// Keeps a draft that was read as `revision`, unless somebody has changed it meanwhile.
    pub async fn save_draft(
        &self,
        vendor: &Name,
        connector: &Name,
        revision: i64,
        draft: &ContractDraft,
        by: &Text,
    ) -> Result<(), ContractsError> {
        let row = sqlx::query(
            "update contract_drafts set revision = revision + 1, body = $1, changed_by = $2, changed_at = $3
             where vendor = $4 and connector = $5 and revision = $6",
        );
        let row = row.bind(text(draft)?).bind(by.to_string()).bind(self.clock.now().micros());
        let row = row.bind(vendor.to_string()).bind(connector.to_string()).bind(revision);
        let saved = row.execute(self.store.pool()).await.map_err(LedgerError::unavailable)?;
        if saved.rows_affected() == 1 { Ok(()) } else { Err(ContractsError::Stale) }
    }

    /// Whether a version of any contract of the vendor is kept.
    pub async fn has_any(&self, vendor: &Name) -> Result<bool, LedgerError> {
        let row = sqlx::query("select connector from contract_versions where vendor = $1 limit 1");
        let row = row.bind(vendor.to_string()).fetch_optional(self.store.pool()).await;
        Ok(row.map_err(LedgerError::unavailable)?.is_some())
    }

    /// Throws the draft away.
    pub async fn discard(&self, vendor: &Name, connector: &Name) -> Result<(), LedgerError> {
        let row = sqlx::query("delete from contract_drafts where vendor = $1 and connector = $2");
        let row = row.bind(vendor.to_string()).bind(connector.to_string());
        row.execute(self.store.pool()).await.map_err(LedgerError::unavailable).map(drop)
    }

    /// The versions that were put in force through here, oldest first.
    pub(super) async fn kept_versions(
        &self,
        vendor: &Name,
        connector: &Name,
    ) -> Result<Vec<Version>, LedgerError> {
        let text = format!(
            "select {VERSION} from contract_versions where vendor = $1 and connector = $2 order by version"
        );
        let rows =
            sqlx::query(sqlx::AssertSqlSafe(text)).bind(vendor.to_string()).bind(connector.to_string());
        let rows = rows.fetch_all(self.store.pool()).await.map_err(LedgerError::unavailable)?;
        rows.iter().map(version).collect()
    }

    /// Turns the draft that was read as `revision` into a version, all or nothing.
    pub(super) async fn promote(
        &self,
        vendor: &Name,
        revision: i64,
        version: &Version,
        activated: &Activated,
    ) -> Result<(), ContractsError> {
        let connector = version.contract.connector.to_string();
        let body = canonical::to_vec(version.contract.as_ref()).map_err(LedgerError::unavailable)?;
        let body = String::from_utf8(body).map_err(LedgerError::unavailable)?;
        let mut write = self.store.pool().begin().await.map_err(LedgerError::unavailable)?;
        let taken =
            sqlx::query("delete from contract_drafts where vendor = $1 and connector = $2 and revision = $3");
        let taken = taken.bind(vendor.to_string()).bind(connector.clone()).bind(revision);
        let taken = taken.execute(&mut *write).await.map_err(LedgerError::unavailable)?;
        if taken.rows_affected() != 1 {
            return Err(ContractsError::Stale);
        }
        let row = sqlx::query(
            "insert into contract_versions (vendor, connector, version, digest, body, activated_by, drafted_by, reason,
             changes, activated_at) values ($1, $2, $3, $4, $5, $6, nullif($7, ''), $8, $9, $10)",
        );
        let row = row.bind(vendor.to_string()).bind(connector).bind(i64::from(version.contract.version));
        let row = row.bind(version.digest.to_string()).bind(body).bind(activated.by.to_string());
        let row = row.bind(activated.drafted_by.as_ref().map(Text::to_string).unwrap_or_default());
        let row = row.bind(activated.reason.to_string()).bind(text(&activated.changes)?);
        match row.bind(activated.at.micros()).execute(&mut *write).await {
            Ok(_) => write.commit().await.map_err(|error| LedgerError::unavailable(error).into()),
            Err(error)
                if error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation) =>
            {
                Err(ContractsError::Stale)
            }
            Err(error) => Err(LedgerError::unavailable(error).into()),
        }
    }
}

fn draft(row: &AnyRow) -> Result<KeptDraft, LedgerError> {
    Ok(KeptDraft {
        draft: json(row, "body")?,
        revision: row.try_get("revision")?,
        changed_by: parsed(row, "changed_by")?,
        changed_at: time(row, "changed_at")?,
    })
}

fn version(row: &AnyRow) -> Result<Version, LedgerError> {
    let body: String = row.try_get("body")?;
    Ok(Version {
        contract: Arc::new(Contract::parse(body.as_bytes()).map_err(LedgerError::unavailable)?),
        digest: Digest::of(body.as_bytes()),
        activated: Some(Activated {
            by: parsed(row, "activated_by")?,
            drafted_by: maybe(row, "drafted_by")?,
            reason: parsed(row, "reason")?,
            changes: json(row, "changes")?,
            at: time(row, "activated_at")?,
        }),
    })
}

fn text<T: serde::Serialize>(value: &T) -> Result<String, LedgerError> {
    // PostgreSQL keeps no such character, and it means nothing here.
    serde_json::to_string(value)
        .map(|text| text.replace("\\u0000", "\u{fffd}"))
        .map_err(LedgerError::unavailable)
}
