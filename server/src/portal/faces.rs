//! The faces: what the pages may ask, made anew for each visitor.

use std::sync::Arc;

use app::portal::{Lobby, Me, Sample, SharedLobby, SharedPortal};

use super::Portal;
use super::face::Face;
use super::memory::Memory;
use crate::registry::Desk;

/// Who visits the pages.
#[derive(Clone)]
pub struct Visitor {
    /// Who.
    pub me: Me,
    /// The portal as this member sees it: a person, who votes and stops, and proposes no write.
    pub desk: Desk,
    /// The same for *Try the boundary*, which proposes writes as an agent would.
    pub trying: Desk,
}

/// What every face of a portal shares. A clone is another handle.
#[derive(Clone)]
pub struct Faces(pub(super) Arc<Shared>);

pub(super) struct Shared {
    pub(super) portal: Portal,
    pub(super) address: String,
    pub(super) samples: Vec<Sample>,
    pub(super) memory: Memory,
    /// Who everybody is taken for.
    pub(super) everybody: Option<Visitor>,
}

impl Faces {
    /// The faces of `portal`, which visitors reach under `address`, with these ready-made writes.
    pub fn new(portal: Portal, address: String, samples: Vec<Sample>, everybody: Option<Visitor>) -> Self {
        Self(Arc::new(Shared { portal, address, samples, memory: Memory::default(), everybody }))
    }

    /// What this visitor may ask.
    pub fn of(&self, visitor: &Visitor) -> (Me, SharedPortal) {
        (visitor.me.clone(), Arc::new(Face { shared: self.clone(), visitor: visitor.clone() }))
    }

    /// Whose session this is the secret of.
    pub fn visitor(&self, _secret: Option<&str>) -> Option<Visitor> {
        self.0.everybody.clone()
    }

    /// What anybody may ask.
    pub fn lobby(&self) -> SharedLobby {
        Arc::new(self.clone())
    }
}

impl Lobby for Faces {
    fn is_demo(&self) -> bool {
        self.0.everybody.is_some()
    }
}
