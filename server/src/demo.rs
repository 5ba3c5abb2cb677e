//! The demo: a vendor with three tenants, a CRM as system of record, and a history that really happened.
//!
//! Nothing here is faked for the eye: the records are in a real database, and every receipt is that of a request which
//! went the same way as any other. Seeding can be cut short anywhere and goes on at the next start.

pub mod card;
pub mod cast;
mod documents;
pub mod people;
mod records;
pub mod samples;
mod story;

use std::path::Path;

use evidence::name::{Name, Text};
use serde_json::Value as Json;

use crate::boundary::request::Request;
use crate::config::Config;
use crate::connectors::Place;
use crate::http::Pages;
use crate::ledger::{ActivationDraft, Document};
use crate::portal::{Portal, StartError};
use crate::registry::{Agent, Desk, Scope, Tenant, Vendor};
use card::Card;
use cast::{CONNECTOR, Cast, TENANTS, VENDOR};
pub use documents::contract;
use people::Member;
use samples::{Sample, Samples};

/// The file that says how to try the demo.
const CARD: &str = "demo.json";

/// The system of record.
const RECORDS: &str = "crm.db";

/// Makes sure that the demo's system of record is there.
pub async fn prepare(data: &Path) -> Result<(), StartError> {
    std::fs::create_dir_all(data)?;
    let path = data.join(RECORDS);
    if !path.exists() {
        records::create(&path).await?;
    }
    Ok(())
}

/// Makes sure that the vendor, its tenants, their documents and their history are there.
pub async fn seed(portal: &Portal, config: &Config) -> Result<Card, StartError> {
    let path = config.home.data.join(CARD);
    let signer = portal.signer.public_key().id();
    if let Some(card) = Card::read(&path, &signer)? {
        // Another key may sign by now than when it was written.
        card.write(&path)?;
        return Ok(card);
    }
    let vendor = found(portal).await?;
    let key = portal.registry.issue_api_key(&vendor, &"demo".parse()?, &Scope::default()).await?;
    let desk = portal.registry.desk(&key.secret).await?.ok_or("the demo's API key opens no desk")?;
    let people = people::arrive(portal).await?;
    act(portal, &desk, &people, &config.home.data).await?;
    let card = Card::new(key.secret, people, &signer);
    card.write(&path)?;
    Ok(card)
}

/// The vendor with its tenants, their agents and their documents, before anything has happened.
pub async fn found(portal: &Portal) -> Result<Vendor, StartError> {
    let vendor = portal.registry.create_vendor(&VENDOR.0.parse()?, &VENDOR.1.parse()?).await?;
    portal.connectors.add(&vendor.name, &CONNECTOR.parse()?, &Place::Sqlite(RECORDS.into())).await?;
    for cast in &TENANTS {
        settle_in(portal, &vendor, cast).await?;
    }
    Ok(vendor)
}

/// The demo vendor's pages, under `address`. Where only this machine reaches them, they name the people as whom one signs in.
pub fn pages(portal: &Portal, card: &Card, address: String, is_local: bool) -> Result<Pages, StartError> {
    let samples = Samples::all().0.iter().map(Sample::for_pages).collect::<Result<_, _>>()?;
    let logins = if is_local { card.logins() } else { Vec::new() };
    Ok(Pages::demo(portal.clone(), address, samples, logins))
}

/// A tenant with its agents, contract and envelope.
async fn settle_in(portal: &Portal, vendor: &Vendor, cast: &Cast) -> Result<(), StartError> {
    let agents = cast.agents.iter().map(|name| Ok(Agent { name: name.parse()?, title: name.parse()? }));
    let agents: Vec<Agent> = agents.collect::<Result<_, evidence::name::NameError>>()?;
    let tenant = portal
        .registry
        .create_tenant(vendor, &cast.name.parse()?, &cast.title.parse()?, &agents, &by()?)
        .await?;
    let in_force = portal.ledger.in_force(&tenant, &CONNECTOR.parse()?).await?;
    let contract = contract()?;
    if in_force.contract.is_none() {
        activate(portal, &tenant, Document::Contract(Box::new(contract.clone())), "The CRM's four tables.")
            .await?;
    }
    if in_force.envelope.is_none() {
        let envelope = documents::envelope(cast.name, contract.digest()?, portal.clock.now())?;
        activate(portal, &tenant, Document::Envelope(Box::new(envelope)), "Agreed with the tenant.").await?;
    }
    Ok(())
}

async fn activate(
    portal: &Portal,
    tenant: &Tenant,
    document: Document,
    reason: &str,
) -> Result<(), StartError> {
    let activation = ActivationDraft {
        by: by()?,
        changes: vec!["First version.".parse()?],
        connector: CONNECTOR.parse::<Name>()?,
        document,
        proposed_by: Some(people::JO.parse()?),
        reason: reason.parse()?,
    };
    portal.ledger.activate(tenant, activation).await?;
    Ok(())
}

/// Goes through the story. Each write has its place as idempotency key, so that going through it again changes nothing.
async fn act(portal: &Portal, desk: &Desk, people: &[Member], data: &Path) -> Result<(), StartError> {
    let mut settled = Vec::new();
    for (place, write) in story::writes().into_iter().enumerate() {
        settled.push(portal.boundary.submit(desk, &request(write, place)?).await?);
    }
    people::answer(portal, people, &settled).await?;
    let overtaken = request(story::overtaken(), usize::MAX)?;
    portal.boundary.propose(desk, &overtaken).await?;
    records::meddle(&data.join(RECORDS), story::OVERTAKEN).await?;
    portal.boundary.recover().await?;
    Ok(())
}

fn request(mut write: Json, place: usize) -> Result<Request, StartError> {
    write["idempotency_key"] = format!("demo-{place}").into();
    Ok(Request::read(write.to_string().as_bytes())?)
}

fn by() -> Result<Text, evidence::name::NameError> {
    people::DANA.parse()
}
