//! The vendor's people, and the writes that wait for them.

use axum::body::Body;
use axum::http::Method;
use evidence::name::Name;
use serde_json::{Value as Json, json};
use server::registry::{Person, Scope};

use super::{Reply, World, with_key};

/// A write that waits for people.
pub struct Asked {
    /// The action's id.
    pub id: String,
    /// The digest of the decision that asked.
    pub decision: String,
}

impl World {
    /// The key of a person who votes for these groups, in every tenant.
    pub async fn person(&self, name: &str, groups: &[&str]) -> String {
        self.key_of(Scope { person: Some(person(name, groups)), ..Scope::default() }).await
    }

    /// The key of a person who answers for these tenants only.
    pub async fn person_of(&self, tenants: &[&str], name: &str, groups: &[&str]) -> String {
        let tenants = Some(names(tenants));
        self.key_of(Scope { tenants, person: Some(person(name, groups)), ..Scope::default() }).await
    }

    /// A key for less than everything.
    pub async fn narrow_key(&self, tenants: &[&str], agents: Option<&[&str]>) -> String {
        let scope = Scope { tenants: Some(names(tenants)), agents: agents.map(names), person: None };
        self.key_of(scope).await
    }

    pub async fn key_of(&self, scope: Scope) -> String {
        let desk = self.desk().await;
        let label = "narrow".parse().unwrap();
        self.portal.registry.issue_api_key(desk.vendor(), &label, &scope).await.unwrap().secret
    }

    /// Another vendor, with a tenant that is also called acme, and a key for all of it.
    pub async fn other_vendor(&self, person: Option<Person>) -> String {
        let (name, title) = ("contoso".parse().unwrap(), "Contoso".parse().unwrap());
        let vendor = self.portal.registry.create_vendor(&name, &title).await.unwrap();
        let by = "jo@contoso.example".parse().unwrap();
        self.portal
            .registry
            .create_tenant(&vendor, &"acme".parse().unwrap(), &title, &[], &by)
            .await
            .unwrap();
        let (label, scope) = ("theirs".parse().unwrap(), Scope { person, ..Scope::default() });
        self.portal.registry.issue_api_key(&vendor, &label, &scope).await.unwrap().secret
    }

    pub async fn post(&self, key: &str, address: &str, body: &Json) -> Reply {
        self.ask(with_key(Method::POST, address, key, Body::from(body.to_string()))).await
    }

    /// Proposes a write that has to wait, and finds it among those that do.
    pub async fn escalated(&self, write: &Json) -> Asked {
        let reply = self.propose(write).await;
        assert_eq!(
            reply.verdict(),
            ("ESCALATE".to_owned(), "APPROVAL_REQUIRED".to_owned()),
            "{}",
            reply.text()
        );
        assert_eq!(reply.json()["outcome"], Json::Null);
        let id = reply.json()["id"].as_str().unwrap().to_owned();
        let inbox = self.get("/v1/approvals").await.json();
        let mut cards = inbox["approvals"].as_array().unwrap().iter();
        let card = cards.find(|card| card["id"] == id.as_str()).unwrap_or_else(|| panic!("{id} in {inbox}"));
        assert_eq!(card["receipt"], reply.json()["receipt"]);
        Asked { id, decision: card["decision"].as_str().unwrap().to_owned() }
    }

    pub async fn approve(&self, person: &str, asked: &Asked) -> Reply {
        self.vote(person, asked, "approve").await
    }

    pub async fn reject(&self, person: &str, asked: &Asked) -> Reply {
        self.vote(person, asked, "reject").await
    }

    /// How many writes wait.
    pub async fn waiting(&self) -> usize {
        self.get("/v1/approvals").await.json()["approvals"].as_array().unwrap().len()
    }

    async fn vote(&self, person: &str, asked: &Asked, vote: &str) -> Reply {
        let body = json!({"decision": asked.decision, "reason": "I looked at it."});
        self.post(person, &format!("/v1/approvals/{}/{vote}", asked.id), &body).await
    }
}

pub fn person(name: &str, groups: &[&str]) -> Person {
    Person { name: name.parse().unwrap(), approves: names(groups) }
}

fn names<T: FromIterator<Name>>(names: &[&str]) -> T {
    names.iter().map(|name| name.parse::<Name>().unwrap()).collect()
}
