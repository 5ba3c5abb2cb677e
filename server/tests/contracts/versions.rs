//! Versions: reviewed, put in force, and in one log after the other.

use evidence::contract::{Class, OperationKind};
use evidence::digest::Digest;
use evidence::envelope::{Approval, Comparison, Condition, Effect, Envelope, Rule, Side};
use evidence::name::Text;
use server::contracts::{Activation, ContractsError, EnvelopeFate};
use server::ledger::{ActivationDraft, Document};
use server::registry::Tenant;

use crate::house::{House, named};

crate::stories! {
    a_version_goes_into_every_log_and_to_everybody_who_comes,
    what_was_cut_short_is_finished_by_asking_again,
    an_envelope_that_will_stop_is_told_before,
    a_draft_is_put_in_force_once_and_as_it_was_reviewed,
    a_connector_whose_contract_is_in_force_is_not_forgotten,
    a_contract_that_only_the_logs_know_is_gone_on_from,
}

/// Lets contacts be updated; only active ones, if the rule reads their `status`.
fn envelope(tenant: &Tenant, contract: Digest, reads: Option<&str>) -> Envelope {
    let approval = || Approval { expires_seconds: 3_600, group: named("people"), quorum: 1 };
    let rule = Rule {
        id: named("care"),
        effect: Effect::Allow,
        agents: None,
        table: named("contacts"),
        operations: Some(vec![OperationKind::Update]),
        columns: Some(vec![named("email")]),
        max_rows: None,
        when: reads.map(is_active).into_iter().collect(),
        approval: None,
    };
    Envelope {
        tenant: tenant.name().clone(),
        version: 1,
        contract,
        valid_from: named("2026-01-01T00:00:00.000000Z"),
        valid_until: None,
        frozen: false,
        rules: vec![rule],
        limits: Vec::new(),
        approval: approval(),
        cedar: None,
    }
}

fn is_active(column: &str) -> Condition {
    Condition { of: Side::Before, column: named(column), is: Comparison::Equal("active".into()) }
}

async fn set(house: &House, tenant: &Tenant, envelope: Envelope) {
    let activation = ActivationDraft {
        by: named("ada"),
        changes: Vec::new(),
        connector: house.crm.clone(),
        document: Document::Envelope(Box::new(envelope)),
        proposed_by: None,
        reason: named("agreed"),
    };
    house.ledger.activate(tenant, activation).await.unwrap();
}

async fn class_of_status(house: &House, class: Class) {
    house
        .edit("contacts", |contacts| {
            contacts.columns.iter_mut().find(|column| column.name == "status").unwrap().class = class;
        })
        .await;
}

async fn a_version_goes_into_every_log_and_to_everybody_who_comes(house: House) {
    let (acme, globex) = (house.tenant("acme").await, house.tenant("globex").await);
    house.introspect().await;
    let (version, done) = house.activate().await;
    assert_eq!(version.contract.version, 1);
    assert!(done.iter().all(|one| matches!(one.receipt, Ok(Some(_)))), "{done:?}");
    for tenant in [&acme, &globex] {
        let [activation] = <[_; 1]>::try_from(house.activations(tenant).await).unwrap();
        assert_eq!((activation.by.as_str(), activation.reason.as_str()), ("grace", "agreed"));
        assert_eq!(activation.proposed_by.as_ref().map(Text::as_str), Some("ada"));
        assert_eq!((activation.digest, activation.previous), (version.digest, None));
        assert_eq!(activation.changes.len(), 2, "{:?}", activation.changes);
    }
    let newcomer = house.tenant("initech").await;
    let (by, reason) = (named("grace"), named("A new tenant."));
    let welcome = house.contracts.welcome(&newcomer, &house.tenants().await, &by, &reason).await.unwrap();
    assert!(matches!(welcome[&house.crm].receipt, Ok(Some(_))), "{welcome:?}");
    let in_force = house.ledger.in_force_now(&newcomer, &house.crm).await.unwrap();
    assert_eq!(in_force.contract.unwrap().0, version.digest);
    assert!(house.contracts.draft(&house.vendor.name, &house.crm).await.unwrap().is_none());
}

async fn what_was_cut_short_is_finished_by_asking_again(house: House) {
    let (acme, globex) = (house.tenant("acme").await, house.tenant("globex").await);
    house.introspect().await;
    let tenants = house.tenants().await;
    let revision = house.draft().await.revision;
    let activation = Activation { by: named("grace"), reason: named("agreed"), revision };
    let version = house.contracts.activate(&house.vendor.name, &house.crm, &tenants, &activation);
    let version = Box::pin(version).await.unwrap();
    let (by, why) = (&activation.by, &activation.reason);
    let first = house.contracts.roll_out(&version, std::slice::from_ref(&acme), by, why).await;
    assert!(matches!(first[0].receipt, Ok(Some(_))), "{first:?}");
    let logs = house.contracts.in_logs(&house.crm, &tenants).await.unwrap();
    assert_eq!(logs.iter().map(|log| log.contract.is_some()).collect::<Vec<_>>(), [true, false]);
    let known = house.latest().await.unwrap();
    assert_eq!(known.digest, version.digest);
    let rest = house.contracts.roll_out(&known, &tenants, by, why).await;
    assert!(matches!((&rest[0].receipt, &rest[1].receipt), (Ok(None), Ok(Some(_)))), "{rest:?}");
    for tenant in [&acme, &globex] {
        assert_eq!(house.activations(tenant).await.len(), 1);
    }
}

async fn an_envelope_that_will_stop_is_told_before(house: House) {
    let (acme, globex) = (house.tenant("acme").await, house.tenant("globex").await);
    house.tenant("initech").await;
    house.introspect().await;
    class_of_status(&house, Class::Open).await;
    let (first, _) = house.activate().await;
    set(&house, &acme, envelope(&acme, first.digest, None)).await;
    set(&house, &globex, envelope(&globex, first.digest, Some("status"))).await;

    house.introspect().await;
    class_of_status(&house, Class::Sealed).await;
    let tenants = house.tenants().await;
    let review = house.contracts.review(&house.vendor.name, &house.crm, &tenants).await.unwrap();
    let changes: Vec<&str> = review.changes.iter().map(Text::as_str).collect();
    assert_eq!(changes, ["contacts.status: sealed now; receipts show its values no more."]);
    let fates: Vec<_> = review.affected.iter().map(|affected| &affected.envelope).collect();
    assert_eq!((fates[0], fates[2]), (&EnvelopeFate::Fits(1), &EnvelopeFate::None));
    assert!(matches!(fates[1], EnvelopeFate::Breaks(1, error) if error.at.contains("care")), "{fates:?}");

    let (second, _) = house.activate().await;
    assert_eq!(second.contract.version, 2);
    let activations = house.activations(&acme).await;
    assert_eq!(activations.last().unwrap().previous, Some(first.digest));
    assert_eq!(activations.last().unwrap().changes, review.changes);
    let versions = house.contracts.versions(&house.vendor.name, &house.crm, &tenants).await.unwrap();
    assert_eq!(versions.iter().map(|version| version.contract.version).collect::<Vec<_>>(), [1, 2]);
}

async fn a_draft_is_put_in_force_once_and_as_it_was_reviewed(house: House) {
    house.introspect().await;
    let reviewed = house.draft().await.revision;
    class_of_status(&house, Class::Open).await;
    let activation = Activation { by: named("grace"), reason: named("agreed"), revision: reviewed };
    let vendor = &house.vendor.name;
    let stale = Box::pin(house.contracts.activate(vendor, &house.crm, &[], &activation)).await;
    assert!(matches!(stale, Err(ContractsError::Stale)), "{stale:?}");
    house.activate().await;
    house.introspect().await;
    let same = house.contracts.review(vendor, &house.crm, &[]).await;
    assert!(matches!(same, Err(ContractsError::Unchanged)), "{same:?}");
    let other = house.contracts.review(vendor, &named("erp"), &[]).await;
    assert!(matches!(other, Err(ContractsError::Unknown)), "{other:?}");
}

async fn a_connector_whose_contract_is_in_force_is_not_forgotten(house: House) {
    house.introspect().await;
    let vendor = &house.vendor.name;
    house.contracts.forget_connector(vendor, &house.crm, &house.tenants().await).await.unwrap();
    assert!(!house.connectors.knows(vendor, &house.crm).await.unwrap());
    assert!(house.contracts.draft(vendor, &house.crm).await.unwrap().is_none());

    house.connectors.add(vendor, &house.crm, &house.records.place()).await.unwrap();
    house.tenant("acme").await;
    house.introspect().await;
    house.activate().await;
    let kept = house.contracts.forget_connector(vendor, &house.crm, &house.tenants().await).await;
    assert!(matches!(&kept, Err(ContractsError::InForce(holders)) if holders.len() == 1), "{kept:?}");
    assert!(house.connectors.knows(vendor, &house.crm).await.unwrap());
}

async fn a_contract_that_only_the_logs_know_is_gone_on_from(house: House) {
    let acme = house.tenant("acme").await;
    let draft = house.introspect().await.draft;
    let mut contract = server::contracts::contract(&house.crm, 7, &draft).unwrap();
    contract.version = 7;
    let activation = ActivationDraft {
        by: named("ada"),
        changes: Vec::new(),
        connector: house.crm.clone(),
        document: Document::Contract(Box::new(contract)),
        proposed_by: None,
        reason: named("agreed"),
    };
    house.ledger.activate(&acme, activation).await.unwrap();
    let latest = house.latest().await.unwrap();
    assert!(latest.contract.version == 7 && latest.activated.is_none());
    class_of_status(&house, Class::Open).await;
    let (version, done) = house.activate().await;
    assert_eq!(version.contract.version, 8);
    assert!(matches!(done[0].receipt, Ok(Some(_))), "{done:?}");
}
