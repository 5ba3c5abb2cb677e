//! The people of a vendor, and one's own account among them.

use std::collections::BTreeSet;

use evidence::name::{Name, Text};
use evidence::timestamp::Timestamp;

use super::{Answer, Role};

/// Questions about the vendor's people, and what owners do about them.
pub trait Membership {
    /// Everybody, and who is invited.
    fn members(&self) -> Answer<'_, MembersPage>;
    /// One member.
    fn member(&self, id: Name) -> Answer<'_, MemberPage>;
    /// Invites somebody. The link is told once.
    fn invite(&self, invitee: Invitee) -> Answer<'_, HandedOut>;
    /// Takes an invitation back.
    fn withdraw_invitation(&self, invitation: Name) -> Answer<'_, ()>;
    /// Gives a member another role and other groups.
    fn change_member(&self, id: Name, role: Role, approves: BTreeSet<Name>) -> Answer<'_, ()>;
    /// Makes a link by which a member chooses a new password, and ends their sessions. The link is told once.
    fn hand_out_reset(&self, id: Name) -> Answer<'_, HandedOut>;
    /// Ends a membership.
    fn remove_member(&self, id: Name) -> Answer<'_, ()>;
}

/// Questions about one's own account. `secret` is that of the session that asks.
pub trait OwnAccount {
    /// One's sessions, the last used one first.
    fn sessions(&self, secret: String) -> Answer<'_, Vec<SessionLine>>;
    /// Chooses another password; ends every session and gives the secret of a new one.
    fn change_password(&self, before: String, password: String) -> Answer<'_, String>;
    /// Ends one session.
    fn end_session(&self, id: String) -> Answer<'_, ()>;
    /// Ends every session but the one that asks.
    fn end_other_sessions(&self, secret: String) -> Answer<'_, ()>;
}

/// Everybody.
#[derive(Clone, Debug)]
pub struct MembersPage {
    /// The members, by name.
    pub members: Vec<MemberLine>,
    /// Who is invited, newest first.
    pub invitations: Vec<InvitationLine>,
    /// The groups that envelopes in force ask and for which nobody votes.
    pub unanswered: BTreeSet<Name>,
    /// Every group that an envelope in force asks or a member votes for.
    pub groups: BTreeSet<Name>,
}

/// A member in a list.
#[derive(Clone, Debug)]
pub struct MemberLine {
    /// By what members are told apart.
    pub id: Name,
    /// The name, as receipts say it.
    pub name: Text,
    /// With what one signs in.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// The groups for which they vote.
    pub approves: BTreeSet<Name>,
    /// When they last signed in.
    pub signed_in_at: Option<Timestamp>,
    /// Whether it is who asks.
    pub is_me: bool,
}

/// One member.
#[derive(Clone, Debug)]
pub struct MemberPage {
    /// Who.
    pub line: MemberLine,
    /// Whether no other owner is there.
    pub is_last_owner: bool,
    /// Every group that an envelope in force asks or a member votes for.
    pub groups: BTreeSet<Name>,
}

/// Somebody who is invited.
#[derive(Clone, Debug)]
pub struct InvitationLine {
    /// By what invitations are told apart.
    pub id: Name,
    /// Who, and as what.
    pub invitee: Invitee,
    /// Who has invited them.
    pub by: Text,
    /// When the link ends, or has ended.
    pub expires_at: Timestamp,
    /// Whether it is still good.
    pub is_good: bool,
}

/// Who is invited, and as what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitee {
    /// With what they will sign in.
    pub email: String,
    /// Their name, as receipts will say it.
    pub name: Text,
    /// What they may do.
    pub role: Role,
    /// The groups for which they will vote.
    pub approves: BTreeSet<Name>,
}

/// A link that is told once.
#[derive(Clone, Debug)]
pub struct HandedOut {
    /// The whole address.
    pub link: String,
    /// For whom.
    pub name: Text,
}

/// A session, as its member sees it.
#[derive(Clone, Debug)]
pub struct SessionLine {
    /// By what a member's sessions are told apart.
    pub id: String,
    /// When it began.
    pub begun_at: Timestamp,
    /// When it was last used, give or take a minute.
    pub seen_at: Timestamp,
    /// What its browser says of itself.
    pub browser: String,
    /// Whether it is the one that asks.
    pub is_this: bool,
}
