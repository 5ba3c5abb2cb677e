//! Members who use the pages.

use std::collections::BTreeSet;

use app::portal::{Me, Role, SharedPortal};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, header};
use server::http::{Pages, Tls, router};
use server::portal::{Faces, Visitor};
use server::registry::Scope;
use tower::ServiceExt as _;

use super::people::person;
use super::stream::Stream;
use super::{Reply, World};

/// Somebody with the pages open.
pub struct Browser {
    router: Router,
}

impl World {
    /// A member with this role, who votes for these groups.
    pub async fn member(&self, name: &str, role: Role, groups: &[&str]) -> Browser {
        let key = self.key_of(Scope { person: Some(person(name, groups)), ..Scope::default() }).await;
        self.browser(self.visitor(&key, name, role).await)
    }

    /// What the pages may ask for an author of this name.
    pub async fn face(&self, name: &str) -> SharedPortal {
        let key = self.key_of(Scope { person: Some(person(name, &[])), ..Scope::default() }).await;
        self.face_of(&self.visitor(&key, name, Role::Author).await)
    }

    /// The same for an author of another vendor, which has a tenant called acme and a connector called crm as well.
    pub async fn strange_face(&self) -> SharedPortal {
        self.face_of(&self.stranger(Role::Author).await)
    }

    /// An owner of the other vendor.
    pub async fn strange_member(&self) -> Browser {
        self.browser(self.stranger(Role::Owner).await)
    }

    async fn stranger(&self, role: Role) -> Visitor {
        let key = self.other_vendor(Some(person("jo", &[]))).await;
        let theirs =
            self.database("theirs.db", "create table notes (id text primary key, tenant text)").await;
        let vendor = self.portal.registry.desk(&key).await.unwrap().unwrap().vendor().name.clone();
        let place = server::connectors::Place::Sqlite(theirs);
        self.portal.connectors.add(&vendor, &"crm".parse().unwrap(), &place).await.unwrap();
        self.visitor(&key, "jo", role).await
    }

    fn face_of(&self, visitor: &Visitor) -> SharedPortal {
        let address = "http://portal.test".to_owned();
        Faces::new(self.portal.clone(), address, Vec::new(), None).of(visitor).1
    }

    async fn visitor(&self, key: &str, name: &str, role: Role) -> Visitor {
        let desk = self.portal.registry.desk(key).await.unwrap().unwrap();
        let approves: BTreeSet<_> = desk.person().unwrap().approves.clone();
        let me = Me {
            id: name.to_owned(),
            name: name.to_owned(),
            email: format!("{name}@northwind.example"),
            role,
            approves,
            vendor: "Northwind".to_owned(),
            demo: false,
            waiting: 0,
        };
        Visitor { me, desk, trying: self.desk().await }
    }

    fn browser(&self, visitor: Visitor) -> Browser {
        let pages =
            Pages::new(self.portal.clone(), "http://portal.test".to_owned(), Vec::new(), Some(visitor));
        Browser { router: router(self.portal.clone(), &pages, Tls(false)) }
    }
}

impl Browser {
    pub async fn open(&self, address: &str) -> Reply {
        self.ask(Request::get(address).body(Body::empty()).unwrap()).await
    }

    /// Sends a form of one of the portal's own pages.
    pub async fn send(&self, address: &str, pairs: &[(&str, &str)]) -> Reply {
        let request = Request::builder()
            .method(Method::POST)
            .uri(address)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let body = app::visit::query::address("", pairs.iter().copied());
        self.ask(request.body(Body::from(body.trim_start_matches('?').to_owned())).unwrap()).await
    }

    /// Opens a stream of lines.
    pub async fn follow(&self, address: &str, last: Option<u64>) -> Stream {
        let mut request = Request::get(address);
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        Stream::open(&self.router, request.body(Body::empty()).unwrap()).await
    }

    pub async fn ask(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 64 << 20).await.unwrap().to_vec();
        Reply { status: parts.status, headers: parts.headers, bytes }
    }
}
