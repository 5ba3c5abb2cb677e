//! Invitations: an owner says who may become a member, and hands over a link that is good once.

use std::collections::BTreeSet;

use app::portal::{Role, What};
use evidence::name::{Name, Text};
use evidence::timestamp::Timestamp;
use sqlx::Row as _;
use sqlx::any::AnyRow;
use zeroize::Zeroizing;

use super::member::Joining;
use super::weak::About;
use super::{Accounts, DAY, Member, Refused, address, fresh_id, secret};
use crate::audit::{Actor, Note};
use crate::ledger::LedgerError;
use crate::store::row::{json, parsed, time};

/// How long an invitation is good, in microseconds.
const GOOD_FOR: i64 = 7 * DAY;
/// How long it stays in the list, in microseconds.
pub(super) const REMEMBERED: i64 = 30 * DAY;

/// Who is invited, and as what.
#[derive(Clone, Debug)]
pub struct Invite {
    /// With what they will sign in.
    pub email: String,
    /// Their name, as receipts will say it.
    pub name: Text,
    /// What they may do.
    pub role: Role,
    /// The groups for which they will vote.
    pub approves: BTreeSet<Name>,
}

/// An invitation that nobody has used yet.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// By what a vendor's invitations are told apart.
    pub id: Name,
    /// The vendor's name.
    pub vendor: Name,
    /// The vendor's name for people.
    pub vendor_title: Text,
    /// Who is invited, and as what.
    pub invite: Invite,
    /// Who has invited them.
    pub by: Text,
    /// When it ends, or has ended.
    pub expires_at: Timestamp,
    /// Whether it is still good.
    pub is_good: bool,
}

/// What makes an invitation, from `invitations i`, `vendors v` and `members m`.
const SELECT: &str = "select i.id, i.vendor, v.title, i.email, i.name, i.role, i.approves, i.created_at, \
                      m.name as by from invitations i join vendors v on v.name = i.vendor \
                      join members m on m.id = i.invited_by";

impl Accounts {
    /// Invites somebody, in place of any earlier invitation of the same address. Gives the link's secret.
    pub async fn invite(&self, by: &Member, invite: &Invite) -> Result<String, Refused> {
        let email = address(&invite.email)?;
        let (vendor, name) = (by.vendor.as_str(), invite.name.as_str());
        let (id, secret, approves) = (fresh_id()?, secret::fresh()?, groups(&invite.approves)?);
        let statement = format!(
            "insert into invitations (id, hash, vendor, email, name, role, approves, invited_by, created_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, {}) on conflict (vendor, email) do update set \
             id = excluded.id, hash = excluded.hash, name = excluded.name, role = excluded.role, \
             approves = excluded.approves, invited_by = excluded.invited_by, created_at = excluded.created_at",
            self.now()
        );
        let role = invite.role.as_str();
        let values = [&id, &secret::hash(&secret), vendor, &email, name, role, &approves, by.id.as_str()];
        let mut together = self.store.together().await?;
        together.tell(&statement, values).await?;
        let namesakes =
            "select email, name, ended_at from members where vendor = $1 and (email = $2 or name = $3)";
        for row in together.ask(namesakes, [vendor, &email, name]).await? {
            let is_there = row.try_get::<Option<i64>, _>("ended_at")?.is_none();
            let has_address = parsed::<String>(&row, "email")? == email;
            if is_there && has_address {
                return Err(Refused::Field { field: "email", message: "account.member_already" });
            }
            if parsed::<String>(&row, "name")? == name && !has_address {
                return Err(Refused::Field { field: "name", message: "account.name_taken" });
            }
        }
        let note = Note::new(by.actor(), What::Invited).about(name).with("role", role);
        self.audit.note_in(&mut together, &note).await?;
        together.done().await?;
        Ok(secret)
    }

    /// The vendor's invitations that nobody has used, newest first.
    pub async fn invitations(&self, vendor: &Name) -> Result<Vec<Invitation>, LedgerError> {
        let text = format!("{SELECT} where i.vendor = $1 order by i.created_at desc, i.id");
        let rows = self.store.ask(&text, [vendor.as_str()]).await?;
        rows.iter().map(|row| self.invitation(row)).collect()
    }

    /// Takes an invitation of this vendor back; whether there was one.
    pub async fn withdraw(&self, by: &Member, id: &Name) -> Result<bool, LedgerError> {
        let mut together = self.store.together().await?;
        let statement = "delete from invitations where vendor = $1 and id = $2 returning name";
        let gone = together.ask(statement, [by.vendor.as_str(), id.as_str()]).await?;
        let Some(row) = gone.first() else { return Ok(false) };
        let note = Note::new(by.actor(), What::InvitationWithdrawn).about(parsed::<String>(row, "name")?);
        self.audit.note_in(&mut together, &note).await?;
        together.done().await?;
        Ok(true)
    }

    /// The invitation behind a link, while it is good. Asking uses nothing up.
    pub async fn invited(&self, secret: &str) -> Result<Option<Invitation>, LedgerError> {
        let text = format!("{SELECT} where i.hash = $1");
        let rows = self.store.ask(&text, [&secret::hash(secret)]).await?;
        let invitation = rows.first().map(|row| self.invitation(row)).transpose()?;
        Ok(invitation.filter(|invitation| invitation.is_good))
    }

    /// Makes whoever has this link a member and signs them in: all of it, or nothing, and then the link stays good. Gives the
    /// session's secret.
    pub async fn join(&self, secret: &str, password: Zeroizing<String>) -> Result<String, Refused> {
        let invitation = self.invited(secret).await?.ok_or(Refused::LinkSpent)?;
        let Invitation { vendor, vendor_title, invite, .. } = &invitation;
        let (vendor, title, name) = (vendor.as_str(), vendor_title.as_str(), invite.name.as_str());
        let about = About { email: &invite.email, name, vendor, title };
        let password = self.hash(password, &about).await?;
        let mut together = self.store.together().await?;
        let claim = format!(
            "delete from invitations where hash = $1 and created_at > {} returning role, approves",
            self.now() - GOOD_FOR
        );
        let claimed = together.ask(&claim, [&secret::hash(secret)]).await?;
        let row = claimed.first().ok_or(Refused::LinkSpent)?;
        let new = Joining {
            vendor,
            email: &invite.email,
            name,
            role: parsed(row, "role")?,
            approves: &parsed::<String>(row, "approves")?,
            password: Some(&password),
        };
        let id = self.join_in(&mut together, &new).await?;
        let by = Actor { vendor: invitation.vendor.clone(), member: id.clone(), name: name.to_owned() };
        self.audit.note_in(&mut together, &Note::new(by, What::Joined)).await?;
        let session = self.begin_in(&mut together, &id).await?;
        together.done().await?;
        Ok(session)
    }

    fn invitation(&self, row: &AnyRow) -> Result<Invitation, LedgerError> {
        let created_at = time(row, "created_at")?.micros();
        Ok(Invitation {
            id: parsed(row, "id")?,
            vendor: parsed(row, "vendor")?,
            vendor_title: parsed(row, "title")?,
            invite: Invite {
                email: parsed(row, "email")?,
                name: parsed(row, "name")?,
                role: parsed(row, "role")?,
                approves: json(row, "approves")?,
            },
            by: parsed(row, "by")?,
            expires_at: Timestamp::from_micros(created_at + GOOD_FOR).ok_or(LedgerError::Unavailable)?,
            is_good: created_at + GOOD_FOR > self.now(),
        })
    }
}

/// The groups as the database keeps them.
pub(super) fn groups(groups: &BTreeSet<Name>) -> Result<String, LedgerError> {
    serde_json::to_string(groups).map_err(LedgerError::unavailable)
}
