//! Signing in at a company's own OpenID Connect provider, beside the password.
//!
//! The provider says who somebody is. Whether they are a member is said here: nobody gets an account by it.

mod departure;
mod identity;
mod outward;
mod provider;

use std::sync::Arc;

use app::portal::NotSignedOn;

use super::{Accounts, Refused};
use crate::config::OpenId;
use crate::portal::StartError;
use departure::Departure;
use provider::Provider;

/// Signing in at the provider. A clone is another handle on the same one.
#[derive(Clone)]
pub struct SingleSignOn {
    accounts: Accounts,
    provider: Arc<Provider>,
}

/// Somebody is sent to the provider.
pub struct Sent {
    /// The address there.
    pub location: String,
    /// What the browser keeps until it is back.
    pub secret: String,
}

/// What the provider sent back through the browser. All of it is hostile until it is checked.
#[derive(Clone, Debug, Default)]
pub struct Returned {
    /// What it was given to send back.
    pub state: String,
    /// What it gives away who this is for.
    pub code: Option<String>,
    /// Why it does not.
    pub error: Option<String>,
    /// Who it says that it is, RFC 9207.
    pub issuer: Option<String>,
}

/// Somebody is back.
pub struct Back {
    /// Where they wanted to go.
    pub onward: String,
    /// The secret of the session that began, or why none did.
    pub session: Result<String, NotSignedOn>,
}

impl SingleSignOn {
    /// At the provider that the operator named, if any. It is not asked for anything before somebody wants to sign in, so it
    /// may be away while the portal starts.
    pub fn of(config: &OpenId, accounts: Accounts) -> Result<Option<Self>, StartError> {
        let provider = Provider::of(config)?;
        Ok(provider.map(|provider| Self { accounts, provider: Arc::new(provider) }))
    }

    /// What people call the provider.
    pub fn name(&self) -> &str {
        self.provider.name()
    }

    /// Sends somebody to the provider, to come back to the portal at `address` and go `onward` there.
    pub async fn send(&self, address: &str, onward: &str) -> Result<Sent, NotSignedOn> {
        let departure = Departure::new().map_err(unavailable)?;
        let location = self.provider.location(address, &departure, self.accounts.now()).await?;
        self.accounts.departs(&departure, onward).await.map_err(unavailable)?;
        Ok(Sent { location, secret: departure.into_secret() })
    }

    /// Takes somebody back whose browser kept `secret`. Each departure has one return.
    pub async fn take_back(
        &self,
        address: &str,
        secret: Option<&str>,
        returned: Returned,
    ) -> Result<Back, NotSignedOn> {
        let departure = secret.map(Departure::of).ok_or(NotSignedOn::Stale)?;
        if !departure.has_state(&returned.state) {
            return Err(NotSignedOn::Stale);
        }
        let onward = self.accounts.returns(&departure).await.map_err(unavailable)?;
        let onward = onward.ok_or(NotSignedOn::Stale)?;
        let session = self.begin(address, &departure, returned).await;
        Ok(Back { onward, session })
    }

    async fn begin(
        &self,
        address: &str,
        departure: &Departure,
        returned: Returned,
    ) -> Result<String, NotSignedOn> {
        let now = self.accounts.now();
        let person = self.provider.person(address, departure, returned, now).await?;
        let member = self.accounts.member_of(&person).await?;
        self.accounts.begin(&member).await.map_err(unavailable)
    }
}

fn unavailable(error: impl Into<Refused>) -> NotSignedOn {
    // The cause was logged where it became a refusal.
    let _: Refused = error.into();
    NotSignedOn::Unavailable
}
