//! The faces: what the pages may ask, made anew for each visitor.

use std::sync::Arc;

use app::portal::{
    Answer, Deed, Fault, Greeting, Lobby, Login, Me, NewOwner, Refusal, Sample, SharedLobby, SharedPortal,
};
use app::text::Said;
use evidence::name::{Name, Text};
use zeroize::Zeroizing;

use super::Portal;
use super::face::Face;
use super::memory::Memory;
use crate::accounts::{Invitation, Member, Refused, Reset, SetUp};
use crate::ledger::LedgerError;
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
    /// The people of a demo, to choose from; nothing, if it is none.
    pub(super) demo: Option<Vec<Login>>,
}

impl Faces {
    /// The faces of `portal`, which visitors reach under `address`, with these ready-made writes.
    pub fn new(portal: Portal, address: String, samples: Vec<Sample>, everybody: Option<Visitor>) -> Self {
        let (memory, demo) = (Memory::default(), None);
        Self(Arc::new(Shared { portal, address, samples, memory, everybody, demo }))
    }

    /// Those of a demo, with the people to choose from.
    pub fn demo(portal: Portal, address: String, samples: Vec<Sample>, people: Vec<Login>) -> Self {
        let (memory, everybody, demo) = (Memory::default(), None, Some(people));
        Self(Arc::new(Shared { portal, address, samples, memory, everybody, demo }))
    }

    /// What this visitor may ask.
    pub fn of(&self, visitor: &Visitor) -> (Me, SharedPortal) {
        (visitor.me.clone(), Arc::new(Face { shared: self.clone(), visitor: visitor.clone() }))
    }

    /// Whose session this is the secret of.
    pub async fn visitor(&self, secret: Option<&str>) -> Result<Option<Visitor>, LedgerError> {
        let accounts = &self.0.portal.accounts;
        if let Some(everybody) = &self.0.everybody {
            return Ok(Some(everybody.clone()));
        }
        let Some(secret) = secret else { return Ok(None) };
        let Some(member) = accounts.session(secret).await? else { return Ok(None) };
        let Some((desk, trying)) = accounts.desks(&member).await? else { return Ok(None) };
        let me = Me { demo: self.is_demo(), ..me(member) };
        Ok(Some(Visitor { me, desk, trying }))
    }

    /// The address under which visitors reach the portal.
    pub fn address(&self) -> &str {
        &self.0.address
    }

    /// The visitor with how much waits for them, for the head of a page. A page is shown even if that can't be counted.
    pub async fn counted(&self, mut visitor: Visitor) -> Visitor {
        let person = visitor.desk.person().filter(|_| visitor.me.role.may(Deed::Vote));
        if let Some(person) = person.filter(|person| !person.approves.is_empty()) {
            let vendor = &visitor.desk.vendor().name;
            let waiting = self.0.portal.ledger.waiting_for(vendor, person).await;
            match waiting {
                Ok(waiting) => visitor.me.waiting = waiting,
                Err(error) => tracing::warn!(%error, "what waits for a person could not be counted"),
            }
        }
        visitor
    }

    /// What anybody may ask.
    pub fn lobby(&self) -> SharedLobby {
        Arc::new(self.clone())
    }
}

impl Lobby for Faces {
    fn is_demo(&self) -> bool {
        self.0.demo.is_some()
    }

    fn single_sign_on(&self) -> Option<String> {
        self.0.portal.single_sign_on.as_ref().map(|sign_on| sign_on.name().to_owned())
    }

    fn sign_in(&self, email: String, password: String, from: String) -> Answer<'_, String> {
        Box::pin(async move {
            let signed_in = self.0.portal.accounts.sign_in(&email, Zeroizing::new(password), &from).await;
            signed_in.map_err(refused)
        })
    }

    fn sign_out(&self, secret: String) -> Answer<'_, ()> {
        Box::pin(
            async move { self.0.portal.accounts.end(&secret).await.map_err(|error| refused(error.into())) },
        )
    }

    fn can_set_up(&self, link: String) -> Answer<'_, bool> {
        Box::pin(async move {
            self.0.portal.accounts.can_set_up(&link).await.map_err(|error| refused(error.into()))
        })
    }

    fn set_up(&self, link: String, owner: NewOwner) -> Answer<'_, String> {
        Box::pin(async move {
            let set_up = set_up(owner).map_err(Refusal::Invalid)?;
            self.0.portal.accounts.set_up(&link, set_up).await.map_err(refused)
        })
    }

    fn invited(&self, link: String) -> Answer<'_, Option<Greeting>> {
        Box::pin(async move {
            let invited = self.0.portal.accounts.invited(&link).await;
            Ok(invited.map_err(|error| refused(error.into()))?.map(welcome))
        })
    }

    fn join(&self, link: String, password: String) -> Answer<'_, String> {
        Box::pin(async move {
            self.0.portal.accounts.join(&link, Zeroizing::new(password)).await.map_err(refused)
        })
    }

    fn resetting(&self, link: String) -> Answer<'_, Option<Greeting>> {
        Box::pin(async move {
            let reset = self.0.portal.accounts.resetting(&link).await;
            Ok(reset.map_err(|error| refused(error.into()))?.map(|Reset { member }| greeting(member)))
        })
    }

    fn reset(&self, link: String, password: String) -> Answer<'_, String> {
        Box::pin(async move {
            self.0.portal.accounts.reset(&link, Zeroizing::new(password)).await.map_err(refused)
        })
    }

    fn logins(&self) -> &[Login] {
        self.0.demo.as_deref().unwrap_or_default()
    }
}

/// Whoever is invited, by whom.
fn welcome(invitation: Invitation) -> Greeting {
    let Invitation { vendor_title, invite, by, .. } = invitation;
    Greeting {
        vendor: vendor_title.to_string(),
        name: invite.name.to_string(),
        email: invite.email,
        role: invite.role,
        approves: invite.approves.iter().map(ToString::to_string).collect(),
        by: Some(by.to_string()),
    }
}

fn greeting(member: Member) -> Greeting {
    Greeting {
        vendor: member.vendor_title.to_string(),
        name: member.name.to_string(),
        email: member.email,
        role: member.role,
        approves: member.approves.iter().map(ToString::to_string).collect(),
        by: None,
    }
}

fn me(member: Member) -> Me {
    Me {
        id: member.id.to_string(),
        name: member.name.to_string(),
        email: member.email,
        role: member.role,
        approves: member.approves,
        vendor: member.vendor_title.to_string(),
        demo: false,
        waiting: 0,
    }
}

/// What the form says, read; or every field that can't be.
fn set_up(owner: NewOwner) -> Result<SetUp, Vec<Fault>> {
    let mut faults = Vec::new();
    let vendor = owner.vendor.trim().parse::<Name>();
    let (title, name) = (owner.title.trim().parse::<Text>(), owner.name.trim().parse::<Text>());
    for (field, fault) in [
        ("vendor", vendor.as_ref().err().map(ToString::to_string)),
        ("title", title.as_ref().err().map(ToString::to_string)),
        ("name", name.as_ref().err().map(ToString::to_string)),
    ] {
        faults.extend(fault.map(|fault| Fault::new(field, fault)));
    }
    match (vendor, title, name) {
        (Ok(vendor), Ok(title), Ok(name)) => {
            Ok(SetUp { vendor, title, name, email: owner.email, password: Zeroizing::new(owner.password) })
        }
        _ => Err(faults),
    }
}

pub(super) fn refused(refused: Refused) -> Refusal {
    match refused {
        Refused::NoMember => Refusal::NotFound,
        Refused::NoOwner => Refusal::Forbidden,
        Refused::LastOwner => Refusal::Conflict(Said::new("refusal.last_owner")),
        Refused::Oneself => Refusal::Conflict(Said::new("refusal.oneself")),
        Refused::Field { field, message } => Refusal::Invalid(vec![Fault::new(field, message)]),
        Refused::Unavailable => Refusal::Unavailable,
        Refused::LinkSpent => Refusal::Conflict(Said::new("account.link_spent")),
        Refused::TooOften { seconds } => {
            Refusal::Conflict(Said::new("account.too_often").with("seconds", seconds))
        }
        Refused::WrongPassword => Refusal::Conflict(Said::new("account.wrong_password")),
    }
}
