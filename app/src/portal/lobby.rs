//! What anybody may ask, signed in or not.

use std::sync::Arc;

use super::Answer;

/// What anybody may ask.
pub trait Lobby: Send + Sync {
    /// Whether this is a demo, which shows more of itself.
    fn is_demo(&self) -> bool;

    /// What people call the provider at which they may sign in, if there is one.
    fn single_sign_on(&self) -> Option<String>;

    /// Begins a session of whoever has this e-mail address and this password, asked from the address `from`. Gives the session's
    /// secret.
    fn sign_in(&self, email: String, password: String, from: String) -> Answer<'_, String>;

    /// Ends the session with this secret.
    fn sign_out(&self, secret: String) -> Answer<'_, ()>;

    /// Whether this set-up link is still good. Asking does not use it up.
    fn can_set_up(&self, link: String) -> Answer<'_, bool>;

    /// Makes the vendor and its owner, once. Gives the secret of the owner's session.
    fn set_up(&self, link: String, owner: NewOwner) -> Answer<'_, String>;
}

/// The lobby as a visit holds it.
pub type SharedLobby = Arc<dyn Lobby>;

/// What the first owner types.
pub struct NewOwner {
    /// The vendor's name in addresses and receipts.
    pub vendor: String,
    /// The vendor's name as people write it.
    pub title: String,
    /// With what the owner signs in.
    pub email: String,
    /// The owner's name.
    pub name: String,
    /// The owner's password.
    pub password: String,
}
