//! The portal in a process of its own: the demo's vendor, before anything has happened, with limits that nobody meets.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use evidence::contract::Contract;
use evidence::name::{Name, Text};
use server::clock::Clock;
use server::config::{Config, Home, Secret};
use server::demo;
use server::http::{Pages, Tls, router};
use server::ledger::{ActivationDraft, Document};
use server::portal::Portal as Opened;
use server::registry::{Scope, Tenant, Vendor};

use crate::cpu;
use crate::place::Place;

/// The connector of a vendor that writes by itself: it has documents, but no system of record.
pub const OWN: &str = "own";

/// A portal that answers.
pub struct Portal {
    pub address: SocketAddr,
    pub key: String,
    child: Child,
}

impl Portal {
    /// Starts one in `place` and waits until it answers.
    pub fn start(place: &Place) -> Self {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.arg(place.folder()).args(place.url()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("a process");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        let (address, key) = line.trim().split_once(' ').expect("an address and a key");
        Self { address: address.parse().expect("an address"), key: key.to_owned(), child }
    }

    /// For how long it has kept a core busy so far.
    pub fn cpu(&self) -> Duration {
        cpu::of(&self.child.id().to_string())
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Answers until it is killed.
pub fn serve(data: PathBuf, database: Option<&str>) {
    let database = database.map(Secret::from);
    crate::runtime(tokio::runtime::Builder::new_multi_thread()).block_on(answer(data, database));
}

async fn answer(data: PathBuf, database: Option<Secret>) {
    demo::prepare(&data).await.expect("a system of record");
    let portal = Opened::open(&config(data, database), Clock::system()).await.expect("a portal");
    let vendor = demo::found(&portal).await.expect("a vendor");
    let scope = Scope::default();
    let key = portal.registry.issue_api_key(&vendor, &named("bench"), &scope).await.expect("a key");
    unlimited(&portal, &vendor).await;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a socket");
    println!("{} {}", listener.local_addr().expect("an address"), key.secret);
    let pages = Pages::new(portal.clone(), String::new(), Vec::new(), None);
    axum::serve(listener, router(portal, &pages, Tls(false))).await.expect("answers");
}

/// The same rules for the demo's connector and for one that is not ours, with limits as wide as they can be: they are
/// counted, but never spent.
async fn unlimited(portal: &Opened, vendor: &Vendor) {
    let tenant = portal.registry.tenant(&vendor.name, &"acme".parse().expect("a name")).await;
    let tenant = tenant.expect("a registry").expect("a tenant");
    let crm: Name = "crm".parse().expect("a name");
    let in_force = portal.ledger.in_force(&tenant, &crm).await.expect("documents");
    let (_, contract) = in_force.contract.expect("a contract");
    let mut envelope = in_force.envelope.expect("an envelope").envelope().clone();
    envelope.version += 1;
    for limit in &mut envelope.limits {
        limit.max_rows = u64::MAX >> 12;
    }
    activate(portal, &tenant, &crm, Document::Envelope(Box::new(envelope.clone()))).await;
    let own: Name = OWN.parse().expect("a name");
    let contract = Contract { connector: own.clone(), ..Contract::clone(&contract) };
    envelope.contract = contract.digest().expect("a digest");
    activate(portal, &tenant, &own, Document::Contract(Box::new(contract))).await;
    activate(portal, &tenant, &own, Document::Envelope(Box::new(envelope))).await;
}

async fn activate(portal: &Opened, tenant: &Tenant, connector: &Name, document: Document) {
    let activation = ActivationDraft {
        by: named("bench"),
        changes: Vec::new(),
        connector: connector.clone(),
        document,
        proposed_by: None,
        reason: named("to measure"),
    };
    portal.ledger.activate(tenant, activation).await.expect("an activation");
}

fn named(text: &str) -> Text {
    text.parse().expect("a text")
}

fn config(data: PathBuf, database: Option<Secret>) -> Config {
    Config {
        site: data.join("site"),
        home: Home { data, database, log: String::new(), signing_key: None, next_signing_key: None },
        listen: ([127, 0, 0, 1], 0).into(),
        demo: false,
        metrics: None,
        origin: "portal.bench".to_owned(),
        url: None,
        open_id: server::config::OpenId::default(),
        proxies: server::proxies::Proxies::default(),
    }
}
