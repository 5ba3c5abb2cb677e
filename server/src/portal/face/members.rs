//! The vendor's people, and one's own account among them.

use std::collections::BTreeSet;

use app::portal::{
    Answer, HandedOut, InvitationLine, Invitee, MemberLine, MemberPage, MembersPage, Membership, OwnAccount,
    Refusal, Role, SessionLine,
};
use app::text::Said;
use evidence::name::Name;
use zeroize::Zeroizing;

use super::{Face, unavailable};
use crate::accounts::{Accounts, Invitation, Invite, Member};
use crate::portal::faces::refused;

impl Membership for Face {
    fn members(&self) -> Answer<'_, MembersPage> {
        Box::pin(self.list_members())
    }

    fn member(&self, id: Name) -> Answer<'_, MemberPage> {
        Box::pin(self.describe_member(id))
    }

    fn invite(&self, invitee: Invitee) -> Answer<'_, HandedOut> {
        Box::pin(async move {
            let Invitee { email, name, role, approves } = invitee;
            let invite = Invite { email, name, role, approves };
            let secret = self.accounts().invite(&self.myself().await?, &invite).await.map_err(refused)?;
            let link = format!("{}/join/{secret}", self.shared.0.address);
            Ok(HandedOut { link, name: invite.name })
        })
    }

    fn withdraw_invitation(&self, invitation: Name) -> Answer<'_, ()> {
        Box::pin(async move {
            let me = self.myself().await?;
            let done = self.accounts().withdraw(&me, &invitation).await.map_err(unavailable)?;
            if done { Ok(()) } else { Err(Refusal::NotFound) }
        })
    }

    fn change_member(&self, id: Name, role: Role, approves: BTreeSet<Name>) -> Answer<'_, ()> {
        Box::pin(async move {
            let me = self.myself().await?;
            self.accounts().change(&me, &id, role, &approves).await.map_err(refused)
        })
    }

    fn hand_out_reset(&self, id: Name) -> Answer<'_, HandedOut> {
        Box::pin(async move {
            let me = self.myself().await?;
            if me.id == id {
                return Err(Refusal::Conflict(Said::new("refusal.oneself")));
            }
            let name = self.colleague(&id).await?.name;
            let secret = self.accounts().hand_out_reset(&me.actor(), &id).await;
            let link = format!("{}/reset/{}", self.shared.0.address, secret.map_err(refused)?);
            Ok(HandedOut { link, name })
        })
    }

    fn remove_member(&self, id: Name) -> Answer<'_, ()> {
        Box::pin(async move {
            let me = self.myself().await?;
            self.accounts().remove(&me, &id).await.map_err(refused)
        })
    }
}

impl OwnAccount for Face {
    fn sessions(&self, secret: String) -> Answer<'_, Vec<SessionLine>> {
        Box::pin(async move {
            let me = self.myself().await?;
            let sessions = self.accounts().sessions(&me, &secret).await.map_err(unavailable)?;
            let line = |session: crate::accounts::SignedIn| SessionLine {
                id: session.id,
                begun_at: session.begun_at,
                seen_at: session.seen_at,
                browser: session.browser,
                is_this: session.is_this,
            };
            Ok(sessions.into_iter().map(line).collect())
        })
    }

    fn change_password(&self, before: String, password: String) -> Answer<'_, String> {
        Box::pin(async move {
            let me = self.myself().await?;
            let (before, password) = (Zeroizing::new(before), Zeroizing::new(password));
            self.accounts().change_password(&me, before, password).await.map_err(refused)
        })
    }

    fn end_session(&self, id: String) -> Answer<'_, ()> {
        Box::pin(async move {
            let me = self.myself().await?;
            // One that has ended meanwhile is what was asked for.
            self.accounts().end_session(&me, &id).await.map(drop).map_err(unavailable)
        })
    }

    fn end_other_sessions(&self, secret: String) -> Answer<'_, ()> {
        Box::pin(async move {
            let me = self.myself().await?;
            self.accounts().end_others(&me, &secret).await.map_err(unavailable)
        })
    }
}

impl Face {
    fn accounts(&self) -> &Accounts {
        &self.portal().accounts
    }

    /// The visitor's own membership, as it is now.
    async fn myself(&self) -> Result<Member, Refusal> {
        self.colleague(&self.visitor.me.id.parse().map_err(|_| Refusal::NotFound)?).await
    }

    /// A member of the visitor's vendor.
    async fn colleague(&self, id: &Name) -> Result<Member, Refusal> {
        let member = self.accounts().member(id.as_str()).await.map_err(unavailable)?;
        member.filter(|member| member.vendor == self.desk().vendor().name).ok_or(Refusal::NotFound)
    }

    async fn list_members(&self) -> Result<MembersPage, Refusal> {
        let vendor = &self.desk().vendor().name;
        let members = self.accounts().members(vendor).await.map_err(unavailable)?;
        let invitations = self.accounts().invitations(vendor).await.map_err(unavailable)?;
        let asked = self.asked_groups().await?;
        let voting = |member: &&Member| member.role.may(app::portal::Deed::Vote);
        let answered: BTreeSet<&Name> =
            members.iter().filter(voting).flat_map(|member| &member.approves).collect();
        let unanswered = asked.iter().filter(|group| !answered.contains(group)).cloned().collect();
        let held = members.iter().flat_map(|member| member.approves.iter().cloned());
        Ok(MembersPage {
            groups: asked.iter().cloned().chain(held).collect(),
            unanswered,
            invitations: invitations.into_iter().map(invitation).collect(),
            members: members.into_iter().map(|member| self.member_line(member)).collect(),
        })
    }

    async fn describe_member(&self, id: Name) -> Result<MemberPage, Refusal> {
        let line = self.member_line(self.colleague(&id).await?);
        let MembersPage { members, groups, .. } = self.list_members().await?;
        let owners = members.iter().filter(|member| member.role == Role::Owner);
        let is_last_owner = line.role == Role::Owner && owners.count() == 1;
        Ok(MemberPage { line, is_last_owner, groups })
    }

    /// The groups that the envelopes in force ask.
    async fn asked_groups(&self) -> Result<BTreeSet<Name>, Refusal> {
        let mut groups = BTreeSet::new();
        for tenant in self.desk().tenants().await.map_err(unavailable)? {
            for (_, in_force) in self.in_force(&tenant).await? {
                let Some(compiled) = in_force.envelope else { continue };
                let asked = compiled.envelope().rules.iter().filter_map(|rule| rule.approval.as_ref());
                groups.extend(asked.map(|approval| approval.group.clone()));
            }
        }
        Ok(groups)
    }

    fn member_line(&self, member: Member) -> MemberLine {
        MemberLine {
            is_me: member.id.as_str() == self.visitor.me.id,
            id: member.id,
            name: member.name,
            email: member.email,
            role: member.role,
            approves: member.approves,
            signed_in_at: member.signed_in_at,
        }
    }
}

fn invitation(invitation: Invitation) -> InvitationLine {
    let Invitation { id, invite, by, expires_at, is_good, .. } = invitation;
    let Invite { email, name, role, approves } = invite;
    InvitationLine { id, invitee: Invitee { email, name, role, approves }, by, expires_at, is_good }
}
