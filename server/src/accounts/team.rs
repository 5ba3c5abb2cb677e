//! The people of one vendor: who there is, what each may do, and an end to it.

use std::collections::BTreeSet;

use app::portal::{Role, What};
use evidence::name::Name;

use super::invitation::groups;
use super::member::{COLUMNS, member};
use super::{Accounts, Member, Refused};
use crate::audit::Note;
use crate::ledger::LedgerError;
use crate::store::row::{Together, parsed};

impl Accounts {
    /// The vendor's members, by name.
    pub async fn members(&self, vendor: &Name) -> Result<Vec<Member>, LedgerError> {
        let text = format!(
            "select {COLUMNS} from members m join vendors v on v.name = m.vendor \
             where m.vendor = $1 and m.ended_at is null order by m.name, m.id"
        );
        let rows = self.store.ask(&text, [vendor.as_str()]).await?;
        rows.iter().map(member).collect()
    }

    /// Gives a member another role and other groups, from their next request on. Somebody else changes an owner's role, and one
    /// owner always stays.
    pub async fn change(
        &self,
        by: &Member,
        id: &Name,
        role: Role,
        approves: &BTreeSet<Name>,
    ) -> Result<(), Refused> {
        let (mut together, before, name) = self.take_up(by, id).await?;
        if before != role {
            spare(&mut together, by, id, before).await?;
        }
        let statement = "update members set role = $1, approves = $2 where id = $3";
        together.tell(statement, [role.as_str(), &groups(approves)?, id.as_str()]).await?;
        if before == Role::Owner && role != Role::Owner {
            forget_links_of(&mut together, id).await?;
        }
        let groups = approves.iter().map(Name::as_str).collect::<Vec<_>>().join(", ");
        let note = Note::new(by.actor(), What::MemberChanged).about(name);
        let note = note.with("role", role.as_str()).with("groups", groups);
        self.audit.note_in(&mut together, &note).await?;
        Ok(together.done().await?)
    }

    /// Ends a membership: every session, and every link that the member has made and nobody has used. Nobody removes
    /// themselves, and one owner always stays.
    pub async fn remove(&self, by: &Member, id: &Name) -> Result<(), Refused> {
        let (mut together, role, name) = self.take_up(by, id).await?;
        spare(&mut together, by, id, role).await?;
        let statement =
            format!("update members set ended_at = {}, password = null where id = $1", self.now());
        together.tell(&statement, [id.as_str()]).await?;
        for statement in ["delete from sessions where member = $1", "delete from resets where member = $1"] {
            together.tell(statement, [id.as_str()]).await?;
        }
        forget_links_of(&mut together, id).await?;
        self.audit.note_in(&mut together, &Note::new(by.actor(), What::MemberRemoved).about(name)).await?;
        Ok(together.done().await?)
    }

    /// Begins a change of a vendor's people; one at a time, so that two owners can't end each other at the same moment. Gives
    /// the member's role and name.
    async fn take_up(&self, by: &Member, id: &Name) -> Result<(Together, Role, String), Refused> {
        let vendor = by.vendor.as_str();
        let mut together = self.store.together().await?;
        together.tell("update vendors set title = title where name = $1", [vendor]).await?;
        // Whoever asks may have been an owner when they opened the page, and be none any more.
        let text = "select id from members where id = $1 and role = 'owner' and ended_at is null";
        if together.ask(text, [by.id.as_str()]).await?.is_empty() {
            return Err(Refused::NoOwner);
        }
        let text = "select role, name from members where id = $1 and vendor = $2 and ended_at is null";
        let rows = together.ask(text, [id.as_str(), vendor]).await?;
        let row = rows.first().ok_or(Refused::NoMember)?;
        Ok((together, parsed(row, "role")?, parsed(row, "name")?))
    }
}

/// Whoever would lose what only they have is spared.
async fn spare(together: &mut Together, by: &Member, id: &Name, role: Role) -> Result<(), Refused> {
    let others =
        "select id from members where vendor = $1 and role = 'owner' and id <> $2 and ended_at is null";
    let others = together.ask(others, [by.vendor.as_str(), id.as_str()]).await?;
    if role == Role::Owner && others.is_empty() {
        return Err(Refused::LastOwner);
    }
    if by.id == *id { Err(Refused::Oneself) } else { Ok(()) }
}

/// What somebody has handed out is not good any longer than they could have handed it out.
async fn forget_links_of(together: &mut Together, id: &Name) -> Result<(), LedgerError> {
    for statement in
        ["delete from invitations where invited_by = $1", "delete from resets where made_by = $1"]
    {
        together.tell(statement, [id.as_str()]).await?;
    }
    Ok(())
}
