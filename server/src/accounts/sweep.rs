//! What nobody needs any more goes: sessions and links that have ended by themselves, failures that are long ago.

use super::invitation::REMEMBERED;
use super::session::{IDLE, WHOLE};
use super::{Accounts, DAY, reset};
use crate::ledger::LedgerError;

impl Accounts {
    /// Sweeps.
    pub async fn sweep(&self) -> Result<(), LedgerError> {
        let now = self.now();
        for statement in [
            format!("delete from sessions where seen_at <= {} or begun_at <= {}", now - IDLE, now - WHOLE),
            format!("delete from resets where created_at <= {}", now - reset::GOOD_FOR),
            format!("delete from invitations where created_at <= {}", now - REMEMBERED),
            format!("delete from links where created_at <= {}", now - DAY),
        ] {
            self.store.tell(&statement, []).await?;
        }
        self.forget_failures().await
    }
}
