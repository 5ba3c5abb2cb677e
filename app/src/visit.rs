//! One visit: what a request brings to a page, and what a page gives back.

mod form;
pub mod query;

use std::sync::Arc;

use evidence::name::Name;
use leptos::prelude::AnyView;

pub use form::{Form, Rejected};

use crate::portal::{Me, Refusal, SharedLobby, SharedPortal};
use crate::text::Language;

/// What a request brings to a page. A clone is another handle on the same one.
#[derive(Clone)]
pub struct Visit(Arc<Brought>);

/// The parts of a [`Visit`].
pub struct Brought {
    /// The address, without what stands behind the question mark: `/tenants/acme/receipts`.
    pub path: String,
    /// The parts of the address that the door's pattern names.
    pub place: Vec<(String, String)>,
    /// What stands behind the question mark.
    pub query: Vec<(String, String)>,
    /// The language in which the visitor reads.
    pub language: Language,
    /// What anybody may ask.
    pub lobby: SharedLobby,
    /// Who visits, and what they may ask; nothing, if they are not signed in.
    pub signed_in: Option<(Me, SharedPortal)>,
    /// Where the request comes from.
    pub from: String,
    /// The secret of the session that it carries, whether or not it is good.
    pub secret: Option<String>,
    /// The form that came back.
    pub rejected: Option<Rejected>,
}

impl Visit {
    /// The visit of this request.
    pub fn new(brought: Brought) -> Self {
        Self(Arc::new(brought))
    }

    /// The address.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The whole address, as a link on this portal.
    pub fn address(&self) -> String {
        let words = self.0.query.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        query::address(&self.0.path, words)
    }

    /// How many writes wait for a person.
    pub fn waiting(&self) -> u64 {
        self.0.signed_in.as_ref().map_or(0, |(me, _)| me.waiting)
    }

    /// The language.
    pub fn language(&self) -> Language {
        self.0.language
    }

    /// What anybody may ask.
    pub fn lobby(&self) -> &SharedLobby {
        &self.0.lobby
    }

    /// What the signed-in visitor may ask.
    pub fn portal(&self) -> Result<&SharedPortal, Refusal> {
        self.0.signed_in.as_ref().map(|(_, portal)| portal).ok_or(Refusal::SignedOut)
    }

    /// Who is signed in.
    pub fn me(&self) -> Option<&Me> {
        self.0.signed_in.as_ref().map(|(me, _)| me)
    }

    /// Where the request comes from.
    pub fn from(&self) -> &str {
        &self.0.from
    }

    /// The secret of the session that the request carries.
    pub fn secret(&self) -> Option<&str> {
        self.0.secret.as_deref()
    }

    /// The part of the address with this name, as it was written.
    pub fn part(&self, name: &str) -> Result<&str, Refusal> {
        find(&self.0.place, name).ok_or(Refusal::NotFound)
    }

    /// The part of the address with this name. What can't be a name names nothing.
    pub fn name(&self, part: &str) -> Result<Name, Refusal> {
        self.part(part)?.parse().map_err(|_| Refusal::NotFound)
    }

    /// What the query says of `name`; an empty word is as good as none.
    pub fn query(&self, name: &str) -> Option<&str> {
        find(&self.0.query, name).filter(|text| !text.is_empty())
    }

    /// Every pair of the query, in its order.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0.query
    }

    /// The form that came back, if this page stands for one.
    pub fn rejected(&self) -> Option<&Rejected> {
        self.0.rejected.as_ref()
    }

    /// The same visit after its form was refused.
    pub(crate) fn again(&self, rejected: Rejected) -> Self {
        let Brought { path, place, query, language, lobby, signed_in, from, secret, .. } = &*self.0;
        Self::new(Brought {
            path: path.clone(),
            place: place.clone(),
            query: query.clone(),
            language: *language,
            lobby: Arc::clone(lobby),
            signed_in: signed_in.clone(),
            from: from.clone(),
            secret: secret.clone(),
            rejected: Some(rejected),
        })
    }
}

fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
}

/// Renders in one go; everything that had to be asked was asked before.
pub type Render = Box<dyn FnOnce() -> AnyView + Send>;

/// What a page shows.
pub enum View {
    /// The content of a whole document.
    Page(Render),
    /// A piece of a document, for a script that puts it into one.
    Fragment(Render),
}

/// What a page gives back.
pub type Shown = Result<View, Refusal>;

/// A page.
pub fn show(render: impl FnOnce() -> AnyView + Send + 'static) -> Shown {
    Ok(View::Page(Box::new(render)))
}

/// A piece of one.
pub fn fragment(render: impl FnOnce() -> AnyView + Send + 'static) -> Shown {
    Ok(View::Fragment(Box::new(render)))
}

/// Where a form that was accepted leads.
pub enum Onward {
    /// To another page.
    See(See),
    /// To nowhere: this is shown at once, as for a secret that can be shown only once.
    Show(View),
}

/// The page that a form leads to, for a `303 See Other`.
pub struct See {
    /// Its address, on this portal.
    pub location: String,
    /// What is said there once, as a key of the catalogue.
    pub said: Option<&'static str>,
    /// What becomes of the session.
    pub session: Session,
    /// The language in which the visitor reads from now on, if they chose one.
    pub language: Option<Language>,
}

impl See {
    /// That page, and nothing else.
    fn at(location: impl Into<String>) -> Self {
        Self { location: location.into(), said: None, session: Session::Stays, language: None }
    }
}

/// What a form does to the visitor's session.
#[derive(Clone, PartialEq, Eq)]
pub enum Session {
    /// Another one begins, with this secret.
    Begins(String),
    /// It ends.
    Ends,
    /// Nothing.
    Stays,
}

/// What a form gives back.
pub type Done = Result<Onward, Refusal>;

/// On to another page, with a session that begins or ends.
pub fn see_with(session: Session, location: impl Into<String>) -> Done {
    Ok(Onward::See(See { session, ..See::at(location) }))
}

/// On to another page.
pub fn see(location: impl Into<String>) -> Done {
    Ok(Onward::See(See::at(location)))
}

/// On to another page, which says once what was done.
pub fn say(said: &'static str, location: impl Into<String>) -> Done {
    Ok(Onward::See(See { said: Some(said), ..See::at(location) }))
}

/// The address, if it is one of this portal; else the first page's. Nobody is sent away by a link that others made.
pub fn local(address: &str) -> &str {
    let is_here =
        address.starts_with('/') && !address.starts_with("//") && !address.contains(['\\', '\n', '\r', '\t']);
    if is_here { address } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn nobody_is_sent_away() {
        assert_eq!(local("/tenants/acme/receipts?verdict=DENY"), "/tenants/acme/receipts?verdict=DENY");
        for away in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "",
            "javascript:alert(1)",
            "/\t/evil",
        ] {
            assert_eq!(local(away), "/", "{away}");
        }
    }
}
