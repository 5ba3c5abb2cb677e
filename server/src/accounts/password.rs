//! Passwords: Argon2id, RFC 9106, with 19 MiB and two passes, as OWASP has it; how long they are and what they must not be
//! is NIST SP 800-63B-4's.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use zeroize::Zeroizing;

use super::weak::{About, is_weak};
use super::{Accounts, Refused};
use crate::ledger::LedgerError;

/// The shortest password, in characters, where nothing but the password is asked for.
const SHORTEST: usize = 15;
/// The longest, in bytes.
const LONGEST: usize = 256;

/// What is verified where there is no account, so that it takes as long as where there is one.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXRoaW5nc2FsdHk$\
                      3HG0nq6uCRGWJd9ZRxnPLNSCmpDWS2gHyVJDdHoLBjM";

impl Accounts {
    /// The hash of a password that may be used by whom it is about.
    pub(super) async fn hash(
        &self,
        password: Zeroizing<String>,
        about: &About<'_>,
    ) -> Result<String, Refused> {
        if password.chars().count() < SHORTEST || password.len() > LONGEST {
            return Err(Refused::Field { field: "password", message: "account.password_length" });
        }
        if is_weak(&password, about) {
            return Err(Refused::Field { field: "password", message: "account.password_weak" });
        }
        let hashed = self
            .work(move || Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()))
            .await?;
        Ok(hashed.map_err(LedgerError::unavailable)?)
    }

    /// Whether `password` is the one with this hash. Where there is no hash it is not, and takes as long.
    pub(super) async fn is_right(
        &self,
        password: Zeroizing<String>,
        hash: Option<String>,
    ) -> Result<bool, Refused> {
        let is_account = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        let verified = self
            .work(move || {
                let hash = PasswordHash::new(&hash).map_err(|error| error.to_string())?;
                // Nobody's password is longer, and hashing is not given more to do than there can be.
                let fits = password.len() <= LONGEST;
                Ok::<_, String>(fits && Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
            })
            .await?;
        Ok(verified.map_err(LedgerError::unavailable)? && is_account)
    }

    /// Away from the threads that answer others, and only a few at once.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, LedgerError> {
        let _place = self.hashing.acquire().await.map_err(LedgerError::unavailable)?;
        tokio::task::spawn_blocking(work).await.map_err(LedgerError::unavailable)
    }
}
