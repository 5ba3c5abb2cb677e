//! What anybody may ask, signed in or not.

use std::sync::Arc;

/// What anybody may ask.
pub trait Lobby: Send + Sync {
    /// Whether this is a demo, which shows more of itself.
    fn is_demo(&self) -> bool;
}

/// The lobby as a visit holds it.
pub type SharedLobby = Arc<dyn Lobby>;
