//! The handover from one signing key to the next.
//!
//! A log says itself which key signs it. The outgoing key signs one last receipt there, that the incoming one follows; from
//! then on a server that still holds only the old key can't continue that log, whatever it believes.

use evidence::key::KeyId;
use evidence::name::Text;
use evidence::receipt::{KeyChange, KeyReceipt, Receipt};
use evidence::timestamp::Timestamp;
use evidence::trust::KeyRecord;
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Row as _};

use super::draft::{Beside, Draft, Drafting, UNCITED};
use super::fault::Fault;
use super::request::{Ask, Reply};
use super::rows::parse;
use super::trust::{self, Entered};
use super::{Ledger, LedgerError};
use crate::keys::Signer;
use crate::registry::{TENANT_COLUMNS, Tenant};
use crate::store::Store;

/// How often the logs are gone through. A second time finds those that were begun meanwhile; there is nothing to begin
/// after that with the outgoing key.
const ROUNDS: usize = 4;

impl Ledger {
    /// Has every log continued by the key that signs now, then forgets the one that signed before. Returns how many logs were
    /// handed over. May be cut short anywhere and done again.
    pub async fn hand_over(&self, signer: &Signer) -> Result<usize, LedgerError> {
        let Some(outgoing) = signer.outgoing() else { return Ok(0) };
        let (outgoing, current) = (outgoing.public_key().id(), signer.public_key().id());
        let mut handed_over = 0;
        for _ in 0..ROUNDS {
            let behind = self.signed_by(&outgoing).await?;
            if behind.is_empty() {
                self.end(&outgoing, &current).await?;
                signer.forget_outgoing().map_err(LedgerError::unavailable)?;
                return Ok(handed_over);
            }
            for tenant in behind {
                let Reply::HandedOver = self.ask(&tenant, Ask::HandOver).await? else {
                    return Err(LedgerError::Unavailable);
                };
                handed_over += 1;
            }
        }
        Err(LedgerError::Unavailable)
    }

    /// The tenants whose logs are signed by this key.
    async fn signed_by(&self, key: &KeyId) -> Result<Vec<Tenant>, LedgerError> {
        let mut reader = self.reader().await?;
        let text = format!("select {TENANT_COLUMNS} from tenants t order by t.log");
        let rows = sqlx::query(AssertSqlSafe(text)).fetch_all(&mut *reader).await.map_err(Fault::from)?;
        let mut found = Vec::new();
        for row in &rows {
            let tenant = Tenant::from_row(row, &self.vault).map_err(Fault::corrupt)?;
            if latest(&mut reader, tenant.log().as_str()).await?.is_some_and(|last| last.key.keyid == *key) {
                found.push(tenant);
            }
        }
        Ok(found)
    }

    /// Says in its record until when the outgoing key signed: until just after its last receipt in any log.
    async fn end(&self, outgoing: &KeyId, current: &KeyId) -> Result<(), LedgerError> {
        let mut reader = self.reader().await?;
        let rows =
            sqlx::query("select log from tenants").fetch_all(&mut *reader).await.map_err(Fault::from)?;
        let mut last = None;
        for row in &rows {
            let log: String = row.try_get("log").map_err(Fault::from)?;
            let change = latest(&mut reader, &log).await?;
            let handover = change
                .filter(|change| change.change == KeyChange::Rotated && change.key.keyid == *current)
                .map(|change| change.entry.time);
            last = last.max(handover);
        }
        let newest = trust::newest(&mut reader).await?.map(|record| record.valid_from);
        if let Some(last) = last.max(newest) {
            trust::end(&mut reader, outgoing, trust::after(last)?).await?;
        }
        Ok(())
    }
}

/// The last word of a log on keys.
async fn latest(connection: &mut AnyConnection, log: &str) -> Result<Option<KeyReceipt>, Fault> {
    let row =
        sqlx::query("select body from receipts where log = $1 and kind = 'key' order by seq desc limit 1")
            .bind(log.to_owned())
            .fetch_optional(connection)
            .await?;
    let Some(row) = row else { return Ok(None) };
    match parse(&row.try_get::<String, _>("body")?)?.0 {
        Receipt::Key(change) => Ok(Some(change)),
        other => Err(Fault::corrupt(format!("a receipt about a key is another one, {}", other.kind()))),
    }
}

/// The record of the key that signs, entered into the table of keys.
pub(super) async fn enter(store: &Store, signer: &Signer, now: Timestamp) -> Result<KeyRecord, LedgerError> {
    let connection = store.connect().await.map_err(Fault::from)?;
    let nothing = store.rows("select 1".into());
    let (mut begun, _) = store.begin(connection, std::iter::empty(), nothing).await.map_err(Fault::from)?;
    let entered = trust::enter(begun.connection(), signer, now).await?;
    let _ = store.commit(begun).await.map_err(Fault::from)?.close().await;
    match entered {
        Entered::Signs(record) => Ok(record),
        Entered::Superseded(by) => {
            let fault = format!(
                "is {}, but since {} this database's logs are signed by {}; start with that key",
                signer.public_key().id(),
                by.valid_from,
                by.keyid
            );
            Err(LedgerError::refused("the signing key", fault))
        }
    }
}

impl Drafting<'_> {
    /// Makes sure that the next receipt of this log may be signed by the key that signs now.
    pub fn begin(&mut self, tenant: &Tenant) -> Result<(), Fault> {
        let (key, now) = (self.key, self.now.max(self.key.valid_from));
        let outgoing = self.outgoing;
        let state = self.state_mut(tenant)?;
        let (change, reason) = match state.signer {
            Some(signer) if signer == key.keyid => return Ok(()),
            Some(signer) if Some(signer) == outgoing => {
                (KeyChange::Rotated, "The signing key hands over to the next one.")
            }
            None if state.next == 0 => (KeyChange::Added, "The key that this log begins with."),
            _ => return Err(Fault::OtherKey(tenant.log().clone())),
        };
        let receipt = Receipt::Key(KeyReceipt {
            change,
            entry: state.entry(now),
            key: key.clone(),
            reason: Text::shortened(reason, 100),
        });
        state.signer = Some(key.keyid);
        state.history.apply(&receipt, UNCITED);
        self.drafts.push(Draft { receipt, beside: Beside::Nothing });
        Ok(())
    }
}
