//! The world: a portal in a folder of its own with a system of record beside it, and everybody who asks it for anything.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request as Ask, header};
use evidence::contract::Contract;
use evidence::decision::Verdict;
use evidence::digest::Digest;
use evidence::name::Name;
use evidence::receipt::{DecisionReceipt, OutcomeReceipt, OutcomeStatus, StandingState};
use evidence::timestamp::Timestamp;
use serde_json::{Map, Value as Json, json};
use server::boundary::request::{Request, Undo};
use server::boundary::{Reach as Reached, Refusal, Report, Settled};
use server::clock::Clock;
use server::config::{Config, Home};
use server::connectors::effect::Job;
use server::http::{Pages, Tls, router};
use server::ledger::{ActivationDraft, Document, PendingEffect, Recorded};
use server::portal::Portal;
use server::registry::{Agent, Desk, Person as Known, Scope, Tenant, Vendor};
use tower::ServiceExt as _;

use crate::cast::{
    GROUP, Person, Record, Row, TENANTS, Table, named, parts_contract, parts_envelope, records_contract,
    records_envelope,
};
use crate::model::{Answer, Model, Tenant as Standing, back};
use crate::place::Place;
use crate::records::Records;
use crate::steps::{Reach, Step, Write};

const AGENT: &str = "clerk";

/// Where a case takes place.
pub struct Scene {
    pub ledger: Place,
    pub records: Records,
}

/// The portal and everybody who asks it.
pub struct World {
    scene: Scene,
    clock: Clock,
    pub portal: Portal,
    vendor: Vendor,
    keys: Keys,
    desks: Desks,
    pub tenants: Vec<Tenant>,
    contract: Contract,
    /// The ids of the actions, by number.
    pub ids: Vec<Name>,
    /// The decisions that asked people, by action.
    asked: BTreeMap<usize, Digest>,
}

struct Keys {
    agent: String,
    people: [String; 2],
}

/// What everybody's key opens.
struct Desks {
    agent: Desk,
    people: [Desk; 2],
}

impl World {
    pub async fn new(scene: Scene) -> Self {
        let clock = Clock::fixed("2026-11-02T09:00:00.000000Z".parse::<Timestamp>().unwrap());
        let portal = open(&scene, &clock).await;
        let vendor = portal.registry.create_vendor(&named("northwind"), &named("Northwind")).await.unwrap();
        let address = scene.records.address();
        portal.connectors.add(&vendor.name, &named("crm"), &address).await.unwrap();
        let keys = Keys::issue(&portal, &vendor).await;
        let desks = keys.open(&portal).await;
        let contract = records_contract(scene.records.database());
        let mut world = Self {
            scene,
            clock,
            portal,
            vendor,
            keys,
            desks,
            tenants: Vec::new(),
            contract,
            ids: Vec::new(),
            asked: BTreeMap::new(),
        };
        for tenant in 0..TENANTS.len() {
            world.settle_in(tenant).await;
        }
        world
    }

    async fn settle_in(&mut self, tenant: usize) {
        let agents = [Agent { name: named(AGENT), title: named("Clerk") }];
        let (name, title) = (named(TENANTS[tenant]), named("A customer"));
        let created =
            self.portal.registry.create_tenant(&self.vendor, &name, &title, &agents, &named("ada")).await;
        self.tenants.push(created.unwrap());
        let parts = parts_contract();
        self.activate(tenant, Document::Contract(Box::new(self.contract.clone()))).await;
        self.activate(tenant, Document::Contract(Box::new(parts.clone()))).await;
        self.activate(tenant, Document::Envelope(Box::new(parts_envelope(tenant, &parts)))).await;
        self.put_in_force(tenant, 1, false).await;
    }

    async fn put_in_force(&self, tenant: usize, version: u32, tight: bool) {
        let envelope = records_envelope(tenant, &self.contract, version, tight);
        self.activate(tenant, Document::Envelope(Box::new(envelope))).await;
    }

    async fn activate(&self, tenant: usize, document: Document) {
        let connector = match &document {
            Document::Contract(contract) => contract.connector.clone(),
            Document::Envelope(envelope) if envelope.rules[0].table == *"parts" => named("erp"),
            Document::Envelope(_) => named("crm"),
        };
        let draft = ActivationDraft {
            by: named("ada"),
            changes: Vec::new(),
            connector,
            document,
            proposed_by: None,
            reason: named("agreed"),
        };
        self.portal.ledger.activate(&self.tenants[tenant], draft).await.unwrap();
    }

    /// The tenants in the order of their logs.
    pub fn log_order(&self) -> [usize; TENANTS.len()] {
        let mut order = [0, 1, 2];
        order.sort_by_key(|tenant| self.tenants[*tenant].log());
        order
    }

    /// The digest of the envelope that must be in force.
    pub fn envelope(&self, tenant: usize, standing: &Standing) -> Digest {
        records_envelope(tenant, &self.contract, standing.version, standing.tight).digest().unwrap()
    }

    /// The records as the database has them.
    pub async fn rows(&self) -> BTreeMap<Record, Row> {
        self.scene.records.read().await
    }

    /// A tenant's whole log, as a pack.
    pub async fn pack(&self, tenant: usize) -> Vec<u8> {
        let pages = Pages::new(self.portal.clone(), String::new(), Vec::new(), None);
        let front_door: Router = router(self.portal.clone(), &pages, Tls(false));
        let request = Ask::get(format!("/v1/tenants/{}/pack", TENANTS[tenant]))
            .header(header::AUTHORIZATION, format!("Bearer {}", self.keys.agent))
            .body(Body::empty());
        let response = front_door.oneshot(request.unwrap()).await.unwrap();
        assert!(response.status().is_success(), "{}", response.status());
        to_bytes(response.into_body(), 64 << 20).await.unwrap().to_vec()
    }

    /// Has the step happen. `model` is what is so before it.
    pub async fn take(&mut self, step: &Step, model: &Model) -> Answer {
        match step {
            Step::Write(write) => self.submit(write, true).await,
            Step::Stop { write, after_effect } => self.stop(write, *after_effect).await,
            Step::Repeat(which) => match back(&model.sent, *which) {
                Some(write) => self.submit(write, true).await,
                None => Answer::Done,
            },
            Step::Vote { which, by, approve } => match back(&model.escalated(), *which) {
                Some(number) => self.vote(*number, *by, *approve).await,
                None => Answer::Done,
            },
            Step::RollBack { which, by, key } => match back(&model.observed(), *which) {
                Some(number) => self.roll_back(*number, *by, *key).await,
                None => Answer::Done,
            },
            Step::Attest { tenant, slot, kind, set, reports } => {
                let record = Record { table: Table::Parts, home: *tenant, slot: *slot };
                let write = Write::one(*tenant, *kind, record, set.clone());
                self.attest(&write, model.rows.get(&record), *reports).await
            }
            other => {
                self.pass(other, model).await;
                Answer::Done
            }
        }
    }

    /// What nobody gets an answer to.
    async fn pass(&mut self, step: &Step, model: &Model) {
        match step {
            Step::Pass(seconds) => self.clock.advance(*seconds),
            Step::Sweep => self.portal.boundary.sweep().await.unwrap(),
            Step::Stand { reach, stop } => self.stand(*reach, *stop).await,
            Step::Meddle { which, to } => {
                if let Some((record, row)) = model.meddled(*which, *to) {
                    self.scene.records.put(record, row).await;
                }
            }
            Step::Activate { tenant, tight } => {
                self.put_in_force(*tenant, model.tenants[*tenant].version + 1, *tight).await;
            }
            _ => self.reopen().await,
        }
    }

    async fn submit(&mut self, write: &Write, goes_on: bool) -> Answer {
        let request = Request::read(body(write).to_string().as_bytes()).unwrap();
        let (desk, boundary) = (&self.desks.agent, &self.portal.boundary);
        let settled = if goes_on {
            boundary.submit(desk, &request).await
        } else {
            let decision = boundary.propose(desk, &request).await;
            decision.map(|decision| Settled { decision, outcome: None })
        };
        match settled {
            Ok(settled) => self.decided(settled).await,
            Err(Refusal::Conflict) => Answer::Conflict,
            Err(refusal) => panic!("{refusal}"),
        }
    }

    async fn stop(&mut self, write: &Write, after_effect: bool) -> Answer {
        let answer = self.submit(write, false).await;
        if let (true, Answer::Decided { action, .. }) = (after_effect, answer) {
            let pending = self.portal.ledger.pending(Timestamp::MAX).await.unwrap();
            if let Some(pending) = pending.into_iter().find(|pending| pending.action == self.ids[action]) {
                self.apply(&pending).await;
            }
        }
        answer
    }

    /// The effect, of whose outcome nobody is told.
    async fn apply(&self, pending: &PendingEffect) {
        let receipt = pending.decision.receipt();
        let job = Job {
            action: &receipt.action,
            contract: (&self.contract, self.contract.digest().unwrap()),
            decision: pending.decision.signed().digest(),
            effect: &serde_json::from_str(pending.effect.as_deref().unwrap()).unwrap(),
            permit: receipt.permit.as_ref().unwrap(),
            secret: pending.tenant.secret().unwrap(),
        };
        let connector = self.portal.connectors.find(&self.vendor.name, &named("crm")).await.unwrap();
        connector.apply(&job, &self.clock).await.unwrap();
    }

    async fn attest(&mut self, write: &Write, before: Option<&Row>, reports: bool) -> Answer {
        let record = write.records.first().unwrap();
        let mut body = body(write);
        body["before"] = json!([before.map(|row| record.cells(row))]);
        let request = Request::read(body.to_string().as_bytes()).unwrap();
        let mut settled = self.portal.boundary.submit(&self.desks.agent, &request).await.unwrap();
        if let (true, Some(permit)) = (reports, &settled.decision.receipt().permit) {
            let report = Report {
                code: None,
                permit: permit.id.clone(),
                records: None,
                status: OutcomeStatus::Committed,
            };
            let id = &settled.decision.receipt().action.id;
            let outcome = self.portal.boundary.report(&self.desks.agent, id, &report).await;
            settled.outcome = Some(outcome.unwrap());
        }
        self.decided(settled).await
    }

    async fn vote(&mut self, number: usize, by: Person, approve: bool) -> Answer {
        let desk = &self.desks.people[by as usize];
        let (id, asked) = (&self.ids[number], self.asked[&number]);
        match self.portal.boundary.vote(desk, id, asked, approve, named("so be it")).await {
            Ok(voted) => match voted.settled {
                Some(settled) => self.decided(settled).await,
                None => Answer::Waits,
            },
            Err(Refusal::OtherDecision | Refusal::NotWaiting) => Answer::Over,
            Err(refusal) => panic!("{refusal}"),
        }
    }

    async fn roll_back(&mut self, number: usize, by: Option<Person>, key: Option<u8>) -> Answer {
        let desk = by.map_or(&self.desks.agent, |person| &self.desks.people[person as usize]);
        let undo = Undo {
            agent: None,
            before: None,
            idempotency_key: key.map(|key| named(&format!("key-{key}"))),
            reason: named("it was a mistake"),
            records: None,
            set: BTreeMap::new(),
        };
        match self.portal.boundary.roll_back(desk, &self.ids[number], &undo).await {
            Ok(undone) => self.decided(undone.settled).await,
            Err(Refusal::Conflict) => Answer::Conflict,
            Err(Refusal::NothingToUndo) => Answer::NothingToUndo,
            Err(refusal) => panic!("{refusal}"),
        }
    }

    async fn stand(&self, reach: Reach, stop: bool) {
        let state = if stop { StandingState::Stopped } else { StandingState::Active };
        let reach = match reach {
            Reach::Agent(tenant) => Reached::Agent(named(TENANTS[tenant]), named(AGENT)),
            Reach::Portal => Reached::Portal,
            Reach::Tenant(tenant) => Reached::Tenant(named(TENANTS[tenant])),
        };
        let desk = &self.desks.people[0];
        self.portal.boundary.stand(desk, &reach, state, &named("to be safe")).await.unwrap();
    }

    async fn reopen(&mut self) {
        self.portal = open(&self.scene, &self.clock).await;
        self.desks = self.keys.open(&self.portal).await;
    }

    /// What came of an action. One that is known already must come with the receipt that it has.
    async fn decided(&mut self, settled: Settled) -> Answer {
        let Settled { decision, outcome } = settled;
        let id = &decision.receipt().action.id;
        let known = self.ids.iter().position(|known| known == id);
        let action = known.unwrap_or(self.ids.len());
        if known.is_none() {
            self.ids.push(id.clone());
        }
        let verdict = decision.receipt().decision.verdict;
        if verdict == Verdict::Escalate {
            self.asked.insert(action, decision.signed().digest());
        }
        let same = self.is_latest(&decision).await;
        Answer::Decided { action, verdict, outcome: outcome.as_ref().map(status), same }
    }

    async fn is_latest(&self, decision: &Recorded<DecisionReceipt>) -> bool {
        let desk = &self.desks.agent;
        let found = self.portal.boundary.find(desk, &decision.receipt().action.id).await.unwrap().1;
        found.decision.signed().digest() == decision.signed().digest()
    }
}

fn status(outcome: &Recorded<OutcomeReceipt>) -> OutcomeStatus {
    outcome.receipt().status
}

async fn open(scene: &Scene, clock: &Clock) -> Portal {
    let data = scene.ledger.folder().to_owned();
    let config = Config {
        site: data.join("site"),
        home: Home {
            data,
            database: scene.ledger.url().map(Into::into),
            log: String::new(),
            signing_key: None,
            next_signing_key: None,
        },
        listen: ([127, 0, 0, 1], 0).into(),
        demo: false,
        metrics: None,
        origin: "portal.test".to_owned(),
        url: None,
        open_id: server::config::OpenId::default(),
        proxies: server::proxies::Proxies::default(),
    };
    Portal::open(&config, clock.clone()).await.unwrap()
}

/// The request as its agent sends it.
fn body(write: &Write) -> Json {
    let mut set = Map::new();
    let values = [("status", write.set.status), ("secret", write.set.secret)];
    set.extend(values.into_iter().filter_map(|(column, value)| Some((column.to_owned(), value?.into()))));
    set.extend(write.moves_to.map(|to| ("tenant_id".to_owned(), TENANTS[to].into())));
    json!({
        "tenant": TENANTS[write.tenant],
        "agent": AGENT,
        "connector": write.table.connector(),
        "operation": write.kind.as_str(),
        "table": write.table.name(),
        "records": write.records.iter().map(Record::key).collect::<Vec<_>>(),
        "set": set,
        "reason": "a customer asked",
        "on_behalf_of": write.on_behalf_of.map(Person::name),
        "idempotency_key": write.key.map(|key| format!("key-{key}")),
    })
}

impl Keys {
    async fn issue(portal: &Portal, vendor: &Vendor) -> Self {
        let issue = async |label: &str, scope| {
            portal.registry.issue_api_key(vendor, &named(label), &scope).await.unwrap().secret
        };
        let person = |person: Person| {
            let person = Known { name: named(person.name()), approves: [named(GROUP)].into() };
            Scope { person: Some(person), ..Scope::default() }
        };
        Self {
            agent: issue("agent", Scope::default()).await,
            people: [issue("dana", person(Person::Dana)).await, issue("jo", person(Person::Jo)).await],
        }
    }

    async fn open(&self, portal: &Portal) -> Desks {
        let desk = async |key: &str| portal.registry.desk(key).await.unwrap().unwrap();
        Desks {
            agent: desk(&self.agent).await,
            people: [desk(&self.people[0]).await, desk(&self.people[1]).await],
        }
    }
}
