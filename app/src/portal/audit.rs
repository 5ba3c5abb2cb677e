//! What people have changed in the portal: who, what and when.

use std::collections::BTreeMap;
use std::str::FromStr;

use evidence::timestamp::Timestamp;

use super::Answer;
use super::filter::{minute, moment};
use crate::visit::query;

/// Questions about the portal's own changes.
pub trait Auditing {
    /// The changes that this asks for, newest first: one page of them.
    fn changes(&self, asked: AskedChanges) -> Answer<'_, Changes>;
}

/// How many changes a page shows.
pub const CHANGES_A_PAGE: usize = 50;

/// Which changes are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AskedChanges {
    /// Those that this member made, by what members are told apart.
    pub member: Option<String>,
    /// Those of this kind.
    pub area: Option<Area>,
    /// Those from this moment on.
    pub from: Option<Timestamp>,
    /// Those before this moment.
    pub until: Option<Timestamp>,
    /// Those that came before the change with this id.
    pub before: Option<String>,
}

impl AskedChanges {
    /// What a query asks for. A word that means nothing is as good as none, as the form then shows.
    pub fn asked<'a>(word: impl Fn(&str) -> Option<&'a str>) -> Self {
        Self {
            member: word("person").map(str::to_owned),
            area: word("kind").and_then(|kind| kind.parse().ok()),
            from: word("from").and_then(moment),
            until: word("until").and_then(moment),
            before: word("before").filter(|before| is_id(before)).map(str::to_owned),
        }
    }

    /// The address of this view of what is at `path`.
    pub fn address(&self, path: &str) -> String {
        let words = [
            ("person", self.member.clone()),
            ("kind", self.area.map(|area| area.as_str().to_owned())),
            ("from", self.from.map(minute)),
            ("until", self.until.map(minute)),
            ("before", self.before.clone()),
        ];
        let words = words.iter().filter_map(|(name, word)| word.as_deref().map(|word| (*name, word)));
        query::address(path, words)
    }

    /// Whether anything but the position is asked for.
    pub fn narrows(&self) -> bool {
        *self != Self { before: self.before.clone(), ..Self::default() }
    }
}

fn is_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// A page of changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The changes, newest first.
    pub changes: Vec<Change>,
    /// The id before which the next page begins, if there is one.
    pub older: Option<String>,
    /// Everybody who has changed anything: by what they are told apart, and what they were called last.
    pub people: Vec<(String, String)>,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its id, which sorts by time.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// By what the member is told apart; nothing, if nobody was signed in.
    pub member: String,
    /// What the member was called then.
    pub name: String,
    /// What was done.
    pub what: What,
    /// To whom or what.
    pub about: String,
    /// What else there is to say, as plain text by name.
    pub detail: BTreeMap<String, String>,
}

/// The kinds of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// Signing in and out, and passwords.
    Access,
    /// Members and invitations.
    People,
    /// API keys.
    Keys,
    /// Connectors and contracts.
    Connectors,
    /// Envelopes.
    Envelopes,
    /// Tenants and their agents.
    Tenants,
    /// What was stopped and let go.
    Stops,
    /// Votes and rollbacks.
    Decisions,
    /// Review links.
    Links,
}

impl Area {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Access,
        Self::People,
        Self::Keys,
        Self::Connectors,
        Self::Envelopes,
        Self::Tenants,
        Self::Stops,
        Self::Decisions,
        Self::Links,
    ];

    /// Its name in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::People => "people",
            Self::Keys => "keys",
            Self::Connectors => "connectors",
            Self::Envelopes => "envelopes",
            Self::Tenants => "tenants",
            Self::Stops => "stops",
            Self::Decisions => "decisions",
            Self::Links => "links",
        }
    }

    /// What belongs to it.
    pub fn all_of(self) -> impl Iterator<Item = What> {
        What::ALL.iter().map(|(what, _)| *what).filter(move |what| what.area() == self)
    }
}

/// There is no such word in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no such change")]
pub struct NoSuchChange;

impl FromStr for Area {
    type Err = NoSuchChange;

    fn from_str(text: &str) -> Result<Self, NoSuchChange> {
        Self::ALL.into_iter().find(|area| area.as_str() == text).ok_or(NoSuchChange)
    }
}

macro_rules! closed_list {
    ($($(#[$doc:meta])* $name:ident $word:literal $area:ident,)*) => {
        /// What can be changed in a portal: a closed list.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum What {
            $($(#[$doc])* $name,)*
        }

        impl What {
            /// Each with its name in the database.
            pub const ALL: &[(Self, &'static str)] = &[$((Self::$name, $word),)*];

            /// What is said of it, as a key of the catalogue.
            pub const fn sentence(self) -> &'static str {
                match self {
                    $(Self::$name => concat!("audit.what.", $word),)*
                }
            }

            /// Its kind.
            pub const fn area(self) -> Area {
                match self {
                    $(Self::$name => Area::$area,)*
                }
            }

            /// Its name in the database.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

closed_list! {
    /// Somebody signed in.
    SignedIn "signed_in" Access,
    /// Somebody tried a member's address with a wrong password.
    SignInFailed "sign_in_failed" Access,
    /// Somebody signed out.
    SignedOut "signed_out" Access,
    /// The portal was set up.
    SetUp "set_up" Access,
    /// A member chose another password.
    PasswordChanged "password_changed" Access,
    /// Somebody made a link by which a member chooses a new password.
    PasswordReset "password_reset" Access,
    /// Somebody was invited.
    Invited "invited" People,
    /// An invitation was taken back.
    InvitationWithdrawn "invitation_withdrawn" People,
    /// Whoever was invited has become a member.
    Joined "joined" People,
    /// A member's role, groups or name became another one.
    MemberChanged "member_changed" People,
    /// A member was removed.
    MemberRemoved "member_removed" People,
    /// An API key was made.
    KeyCreated "key_created" Keys,
    /// An API key was revoked.
    KeyRevoked "key_revoked" Keys,
    /// A database was registered.
    ConnectorRegistered "connector_registered" Connectors,
    /// A connector got another address.
    ConnectorMoved "connector_moved" Connectors,
    /// A connector was forgotten.
    ConnectorForgotten "connector_forgotten" Connectors,
    /// A version of a contract was put in force.
    ContractActivated "contract_activated" Connectors,
    /// A version of a contract was put in force for further tenants.
    ContractRolledOut "contract_rolled_out" Connectors,
    /// A draft of a contract was thrown away.
    DraftDiscarded "draft_discarded" Connectors,
    /// An envelope was proposed.
    EnvelopeProposed "envelope_proposed" Envelopes,
    /// A proposed envelope was put in force.
    EnvelopeActivated "envelope_activated" Envelopes,
    /// A proposed envelope was refused.
    EnvelopeRefused "envelope_refused" Envelopes,
    /// A proposed envelope was taken back.
    EnvelopeWithdrawn "envelope_withdrawn" Envelopes,
    /// A test case was saved.
    CaseSaved "case_saved" Envelopes,
    /// A test case was removed.
    CaseRemoved "case_removed" Envelopes,
    /// A tenant was added.
    TenantAdded "tenant_added" Tenants,
    /// An agent may act for a tenant.
    AgentRegistered "agent_registered" Tenants,
    /// The newest contracts were put in force for a tenant.
    ContractsCompleted "contracts_completed" Tenants,
    /// A tenant was frozen.
    TenantFrozen "tenant_frozen" Stops,
    /// A tenant was let go.
    TenantUnfrozen "tenant_unfrozen" Stops,
    /// Everything was frozen.
    AllFrozen "all_frozen" Stops,
    /// Everything was let go.
    AllUnfrozen "all_unfrozen" Stops,
    /// An agent was suspended.
    AgentSuspended "agent_suspended" Stops,
    /// An agent was let go.
    AgentResumed "agent_resumed" Stops,
    /// Somebody voted for a write.
    Approved "approved" Decisions,
    /// Somebody voted against a write.
    Denied "denied" Decisions,
    /// A write was taken back, or that was tried.
    RolledBack "rolled_back" Decisions,
    /// Somebody sent a write as an agent would.
    WriteTried "write_tried" Decisions,
    /// A review link was made.
    LinkCreated "link_created" Links,
    /// A review link was extended.
    LinkExtended "link_extended" Links,
    /// A review link was revoked.
    LinkRevoked "link_revoked" Links,
}

impl FromStr for What {
    type Err = NoSuchChange;

    fn from_str(text: &str) -> Result<Self, NoSuchChange> {
        let known = Self::ALL.iter().find(|(_, word)| *word == text);
        known.map(|(what, _)| *what).ok_or(NoSuchChange)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(text: &str) -> AskedChanges {
        let pairs = query::pairs(text.as_bytes());
        AskedChanges::asked(|name| {
            pairs.iter().find(|(known, _)| known == name).map(|(_, word)| word.as_str())
        })
    }

    #[test]
    fn a_view_survives_its_address() {
        let words = "person=a%26b&kind=keys&from=2026-11-25T06%3A30&before=0123456789abcdef0123456789abcdef";
        assert_eq!(asked(words).address("/audit"), format!("/audit?{words}"));
        assert_eq!(AskedChanges::default().address("/audit"), "/audit");
    }

    #[test]
    fn words_that_mean_nothing_are_not_filters() {
        for words in ["kind=everything", "from=yesterday", "before=1", "before=%27%20or%201%3D1"] {
            assert_eq!(asked(words), AskedChanges::default(), "{words}");
        }
    }

    #[test]
    fn each_change_has_one_name_and_a_sentence() {
        for (what, word) in What::ALL {
            assert_eq!(word.parse(), Ok(*what));
            assert!(crate::text::Language::En.known(what.sentence()).is_some(), "{word}");
            assert!(what.area().all_of().any(|known| known == *what));
        }
    }
}
