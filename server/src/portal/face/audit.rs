//! The audit of what is done through the pages.

use app::portal::{Answer, AskedChanges, Auditing, CHANGES_A_PAGE, Changes, What};

use super::{Face, unavailable};
use crate::audit::{Actor, Note};

impl Auditing for Face {
    fn changes(&self, asked: AskedChanges) -> Answer<'_, Changes> {
        Box::pin(async move {
            self.portal().audit.page(self.vendor(), &asked, CHANGES_A_PAGE).await.map_err(unavailable)
        })
    }
}

impl Face {
    /// That the visitor did this.
    pub(super) fn did(&self, what: What) -> Note {
        Note::new(self.visitor.actor(), what)
    }

    /// Writes down what was done elsewhere than in the portal's own tables.
    pub(super) async fn note(&self, note: Note) {
        self.portal().audit.note_after(&note).await;
    }
}

impl crate::portal::Visitor {
    /// The visitor as the audit says it.
    pub(in crate::portal) fn actor(&self) -> Actor {
        Actor {
            vendor: self.desk.vendor().name.clone(),
            member: self.me.id.clone(),
            name: self.me.name.clone(),
        }
    }
}
