//! A member of a vendor.

use std::collections::BTreeSet;

use app::portal::Role;
use evidence::name::{Name, Text};
use evidence::timestamp::Timestamp;
use sqlx::Row as _;
use sqlx::any::AnyRow;
use sqlx::error::DatabaseError;
use zeroize::Zeroizing;

use super::invitation::groups;
use super::weak::About;
use super::{Accounts, Invite, Refused, fresh_id};
use crate::audit::Actor;
use crate::ledger::LedgerError;
use crate::registry::Vendor;
use crate::store::row::{Together, json, parsed};

/// The columns that make a member, from `members m` and `vendors v`.
pub(super) const COLUMNS: &str =
    "m.id, m.vendor, m.email, m.name, m.role, m.approves, m.signed_in_at, v.title";

/// A member of a vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// By what members are told apart.
    pub id: Name,
    /// The vendor.
    pub vendor: Name,
    /// The vendor's name for people.
    pub vendor_title: Text,
    /// With what one signs in, in lower case.
    pub email: String,
    /// The name, as receipts say it.
    pub name: Text,
    /// What one may do.
    pub role: Role,
    /// The groups for which one votes.
    pub approves: BTreeSet<Name>,
    /// When they last signed in.
    pub signed_in_at: Option<Timestamp>,
}

/// Somebody who becomes a member.
pub(super) struct Joining<'a> {
    pub vendor: &'a str,
    pub email: &'a str,
    pub name: &'a str,
    pub role: Role,
    /// The groups, as JSON.
    pub approves: &'a str,
    /// The hash of their password.
    pub password: Option<&'a str>,
}

impl Member {
    /// Who this is, in the audit.
    pub(crate) fn actor(&self) -> Actor {
        let (member, name) = (self.id.to_string(), self.name.to_string());
        Actor { vendor: self.vendor.clone(), member, name }
    }
}

impl Accounts {
    /// Whether the portal has nobody yet.
    pub async fn is_empty(&self) -> Result<bool, LedgerError> {
        Ok(self.store.ask("select id from members limit 1", []).await?.is_empty())
    }

    /// The member with this id, if they are still there.
    pub(crate) async fn member(&self, id: &str) -> Result<Option<Member>, LedgerError> {
        let text = format!(
            "select {COLUMNS} from members m join vendors v on v.name = m.vendor \
             where m.id = $1 and m.ended_at is null"
        );
        let rows = self.store.ask(&text, [id]).await?;
        rows.first().map(member).transpose()
    }

    /// Makes sure that there is this member with this password, without an invitation: for the demo.
    pub(crate) async fn enlist(
        &self,
        vendor: &Vendor,
        invite: &Invite,
        password: Zeroizing<String>,
    ) -> Result<(), Refused> {
        let Invite { email, name, role, approves } = invite;
        let about =
            About { email, name: name.as_str(), vendor: vendor.name.as_str(), title: vendor.title.as_str() };
        let (password, approves) = (self.hash(password, &about).await?, groups(approves)?);
        let mut together = self.store.together().await?;
        let statement =
            "update members set password = $1 where email = $2 and vendor = $3 and ended_at is null";
        if together.tell(statement, [&password, email, vendor.name.as_str()]).await? == 0 {
            let (vendor, name) = (vendor.name.as_str(), name.as_str());
            let new =
                Joining { vendor, email, name, role: *role, approves: &approves, password: Some(&password) };
            self.join_in(&mut together, &new).await?;
        }
        Ok(together.done().await?)
    }

    /// One more member; gives the id. A name that receipts say of somebody stays theirs: only who has left with the same
    /// e-mail address comes back to it, and is then the same member again.
    pub(super) async fn join_in(
        &self,
        together: &mut Together,
        new: &Joining<'_>,
    ) -> Result<String, Refused> {
        let email = "select id from members where email = $1 and ended_at is null";
        if !together.ask(email, [new.email]).await?.is_empty() {
            return Err(Refused::Field { field: "email", message: "account.email_taken" });
        }
        let (role, password) = (new.role.as_str(), new.password.unwrap_or_default());
        let namesakes = "select id, email, ended_at from members where vendor = $1 and name = $2";
        let namesakes = together.ask(namesakes, [new.vendor, new.name]).await?;
        if let Some(namesake) = namesakes.first() {
            let has_left = namesake.try_get::<Option<i64>, _>("ended_at")?.is_some();
            if !has_left || parsed::<String>(namesake, "email")? != new.email {
                return Err(Refused::Field { field: "name", message: "account.name_taken" });
            }
            let id: String = parsed(namesake, "id")?;
            let statement = "update members set role = $1, approves = $2, password = nullif($3, ''), \
                             ended_at = null where id = $4";
            together.tell(statement, [role, new.approves, password, &id]).await?;
            return Ok(id);
        }
        let id = fresh_id()?;
        let statement = format!(
            "insert into members (id, vendor, email, name, role, approves, password, created_at) \
             values ($1, $2, $3, $4, $5, $6, nullif($7, ''), {})",
            self.now()
        );
        let values = [&id, new.vendor, new.email, new.name, role, new.approves, password];
        match together.tell(&statement, values).await {
            // Somebody else has just joined by the same address or name.
            Err(error) if error.as_database_error().is_some_and(DatabaseError::is_unique_violation) => {
                Err(Refused::Field { field: "email", message: "account.email_taken" })
            }
            done => Ok(done.map(|_| id)?),
        }
    }
}

pub(super) fn member(row: &AnyRow) -> Result<Member, LedgerError> {
    let signed_in_at: Option<i64> = row.try_get("signed_in_at")?;
    Ok(Member {
        id: parsed(row, "id")?,
        vendor: parsed(row, "vendor")?,
        vendor_title: parsed(row, "title")?,
        email: parsed(row, "email")?,
        name: parsed(row, "name")?,
        role: parsed(row, "role")?,
        approves: json(row, "approves")?,
        signed_in_at: signed_in_at.and_then(Timestamp::from_micros),
    })
}
