//! Whoever asks a connector: it looks, and carries out what was seen.

use std::collections::BTreeMap;

use evidence::action::{Action, Owner, Proposed};
use evidence::commitment::TenantSecret;
use evidence::contract::Contract;
use evidence::digest::Digest;
use evidence::name::Identifier;
use evidence::receipt::Permit;
use evidence::timestamp::Timestamp;
use evidence::value::Value;
use serde_json::{Value as Json, json};
use server::boundary::request::Request;
use server::clock::Clock;
use server::connectors::Difference;
use server::connectors::draft::draft;
use server::connectors::effect::{Applied, Job};
use server::connectors::lens::Row;
use server::connectors::observation::{Observation, observe};
use server::connectors::{Connector, ConnectorError};

use crate::place::Records;

pub struct Desk {
    pub connector: Connector,
    pub contract: Contract,
    pub records: Records,
    pub clock: Clock,
}

pub fn named<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

/// An action that was seen, with a decision to allow it.
pub struct Allowed {
    pub seen: Observation,
    pub decision: Digest,
    permit: Permit,
}

impl Desk {
    /// A desk before records that somebody has made with these statements. The contract is the one that is drafted.
    pub async fn new(records: Records, statements: &'static str) -> Self {
        records.run(statements).await;
        let connector = records.open().await;
        let live = connector.introspect().await.unwrap();
        let contract = draft(named("crm"), records.database(), &live, None).contract;
        contract.check().unwrap();
        assert_eq!(connector.drift(&contract).await.unwrap(), []);
        Self { connector, contract, records, clock: Clock::fixed(morning()) }
    }

    /// What is different by now, in sentences.
    pub async fn drift(&self) -> Vec<String> {
        sentences(&self.connector.drift(&self.contract).await.unwrap())
    }

    /// What is seen of a write that Acme's agent proposes.
    pub async fn see(&self, operation: &str, table: &str, records: Json, set: Json) -> Observation {
        self.see_restore(operation, table, records, set, None).await
    }

    pub async fn see_restore(
        &self,
        operation: &str,
        table: &str,
        records: Json,
        set: Json,
        restore: Option<Vec<Option<Row>>>,
    ) -> Observation {
        let body = json!({
            "tenant": "acme", "agent": "a", "connector": "crm", "operation": operation, "table": table,
            "records": records, "set": set, "reason": "",
        });
        let request = Request::read(body.to_string().as_bytes()).unwrap();
        let contract = (&self.contract, self.contract.digest().unwrap());
        let survey = self.connector.survey(contract, table, &request.records, &request.set).await.unwrap();
        let id = named("action");
        observe(id, &request, restore, Some(&self.contract), &secret(), survey).unwrap()
    }

    /// The same, allowed.
    pub async fn allow(&self, operation: &str, table: &str, records: Json, set: Json) -> Allowed {
        allowed(self.see(operation, table, records, set).await)
    }

    pub async fn apply(&self, allowed: &Allowed) -> Result<Applied, ConnectorError> {
        self.apply_through(&self.connector, allowed).await
    }

    pub async fn apply_through(
        &self,
        connector: &Connector,
        allowed: &Allowed,
    ) -> Result<Applied, ConnectorError> {
        let job = Job {
            action: &allowed.seen.action,
            contract: (&self.contract, self.contract.digest().unwrap()),
            decision: allowed.decision,
            effect: &allowed.seen.effect,
            permit: &allowed.permit,
            secret: &secret(),
        };
        connector.apply(&job, &self.clock).await
    }

    /// Sees and carries out.
    pub async fn write(&self, operation: &str, table: &str, records: Json, set: Json) -> Applied {
        let allowed = self.allow(operation, table, records, set).await;
        self.apply(&allowed).await.unwrap()
    }
}

pub fn allowed(seen: Observation) -> Allowed {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).unwrap();
    let permit = Permit {
        action: seen.action.digest().unwrap(),
        expires_at: morning().saturating_plus_seconds(60),
        id: named("permit"),
    };
    Allowed { seen, decision: Digest::of(&bytes), permit }
}

pub fn morning() -> Timestamp {
    Timestamp::from_micros(1_790_000_000_000_000).unwrap()
}

fn secret() -> TenantSecret {
    TenantSecret::new(&[7; 32])
}

/// Whether the value that an action sets is one of the column's.
pub fn conforms(action: &Action, column: &str) -> bool {
    match &action.set[&named::<evidence::name::Text>(column)] {
        Proposed::Sealed { conforms } => *conforms,
        Proposed::Open(_) => true,
        Proposed::Foreign(_) => false,
    }
}

/// Whose the only record is.
pub fn owner(seen: &Observation) -> &Owner {
    &seen.action.records[0].owner
}

/// A value of the only record as it was found.
pub fn found(seen: &Observation, column: &str) -> Value {
    let row: &BTreeMap<Identifier, Value> = seen.before[0].as_ref().unwrap();
    row[column].clone()
}

pub fn sentences(differences: &[Difference]) -> Vec<String> {
    differences.iter().map(Difference::to_string).collect()
}
