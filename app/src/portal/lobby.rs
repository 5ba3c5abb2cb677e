//! What anybody may ask, signed in or not.

use std::sync::Arc;

use super::{Answer, Role};

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

    /// Who an invitation's link is for, while it is good. Asking does not use it up.
    fn invited(&self, link: String) -> Answer<'_, Option<Greeting>>;

    /// Makes whoever is invited a member, once. Gives the secret of their session.
    fn join(&self, link: String, password: String) -> Answer<'_, String>;

    /// Who a reset link is for, while it is good. Asking does not use it up.
    fn resetting(&self, link: String) -> Answer<'_, Option<Greeting>>;

    /// Takes a new password, once. Gives the secret of the one session that is left.
    fn reset(&self, link: String, password: String) -> Answer<'_, String>;

    /// The people of a demo, to choose from; of anything else, nobody.
    fn logins(&self) -> &[Login];
}

/// Who is greeted behind a link.
#[derive(Clone, Debug)]
pub struct Greeting {
    /// The vendor's name, as people write it.
    pub vendor: String,
    /// The name, as receipts say it.
    pub name: String,
    /// With what they sign in.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// The groups for which they vote.
    pub approves: Vec<String>,
    /// Who has invited them; nothing, if it is about a new password.
    pub by: Option<String>,
}

/// A person of a demo, with the password that anybody may know.
#[derive(Clone, Debug)]
pub struct Login {
    /// With what they sign in.
    pub email: String,
    /// The password.
    pub password: String,
    /// The name.
    pub name: String,
    /// What they may do.
    pub role: Role,
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
