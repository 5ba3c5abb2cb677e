//! Who may do what: the one table. Every door of the pages names a deed, and nothing else decides.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::text::t;

/// What a member of a vendor is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Answers for all of it.
    Owner,
    /// Writes envelopes and registers contracts.
    Author,
    /// Decides the writes that pause.
    Approver,
    /// Shares review links.
    Sales,
    /// Reads everything and changes nothing.
    Auditor,
}

/// What can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// What anybody may, signed in or not.
    Anyone,
    /// Look at the overview, the tenants and their boundaries.
    Look,
    /// Read receipts.
    ReadReceipts,
    /// Take a pack.
    TakePack,
    /// Send a write as an agent would.
    Try,
    /// Write envelopes, and propose them.
    WriteEnvelopes,
    /// Put envelopes in force that somebody else has proposed, or refuse them.
    ActivateEnvelopes,
    /// Register databases and put contracts in force.
    ManageConnectors,
    /// Add tenants and their agents.
    ManageTenants,
    /// Answer what agents ask.
    Vote,
    /// Take a write back.
    RollBack,
    /// Stop a tenant, an agent or everything.
    Freeze,
    /// Let go again.
    Unfreeze,
    /// See who there is.
    ReadMembers,
    /// Invite people, say what they may do, and remove them.
    ManageMembers,
    /// One's own password and sessions.
    OwnAccount,
    /// Read the vendor's keys and how they are compared.
    ReadTrust,
    /// Read which API keys there are.
    ReadApiKeys,
    /// Make and revoke API keys.
    ManageApiKeys,
    /// Read what people have changed in the portal.
    ReadAudit,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] = [Self::Owner, Self::Author, Self::Approver, Self::Sales, Self::Auditor];

    /// Whether this role may do it.
    pub const fn may(self, deed: Deed) -> bool {
        match deed {
            Deed::Anyone | Deed::Look | Deed::OwnAccount | Deed::ReadMembers | Deed::ReadTrust => true,
            Deed::ReadReceipts | Deed::TakePack => {
                matches!(self, Self::Owner | Self::Author | Self::Approver | Self::Auditor)
            }
            Deed::Try | Deed::WriteEnvelopes | Deed::ManageConnectors | Deed::ManageTenants => {
                matches!(self, Self::Owner | Self::Author)
            }
            Deed::ActivateEnvelopes | Deed::Freeze => {
                matches!(self, Self::Owner | Self::Author | Self::Approver)
            }
            Deed::ReadApiKeys => matches!(self, Self::Owner | Self::Author | Self::Auditor),
            Deed::ManageApiKeys | Deed::ManageMembers => matches!(self, Self::Owner),
            Deed::ReadAudit => matches!(self, Self::Owner | Self::Auditor),
            Deed::Vote | Deed::RollBack | Deed::Unfreeze => matches!(self, Self::Owner | Self::Approver),
        }
    }

    /// Its name for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Owner => t("frame.role_owner"),
            Self::Author => t("frame.role_author"),
            Self::Approver => t("frame.role_approver"),
            Self::Sales => t("frame.role_sales"),
            Self::Auditor => t("frame.role_auditor"),
        }
    }

    /// What it is there for, in a sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Owner => t("members.means_owner"),
            Self::Author => t("members.means_author"),
            Self::Approver => t("members.means_approver"),
            Self::Sales => t("members.means_sales"),
            Self::Auditor => t("members.means_auditor"),
        }
    }

    /// Its name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Author => "author",
            Self::Approver => "approver",
            Self::Sales => "sales",
            Self::Auditor => "auditor",
        }
    }
}

/// There is no such role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no such role")]
pub struct NoRole;

impl FromStr for Role {
    type Err = NoRole;

    fn from_str(text: &str) -> Result<Self, NoRole> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(NoRole)
    }
}
