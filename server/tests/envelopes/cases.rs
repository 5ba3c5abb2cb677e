//! Saved cases, and the templates that they are tried on.

use std::collections::{BTreeMap, BTreeSet};

use app::portal::envelopes::Write;
use evidence::action::{Action, LiveSchema, Owner, Proposed, Record, RecordKey, Source, State};
use evidence::commitment::{Cell, Key};
use evidence::decision::Verdict;
use evidence::digest::Digest;
use evidence::name::Text;
use evidence::value::Value;
use server::envelopes::{Place, Refusal, case, template::Template};
use server::ledger::Proposal;

use crate::house::{House, ada, contract, envelope, grace, morning, named};
use crate::place::Place as Home;

fn write(operation: &str, rows: u32) -> Write {
    let is_delete = operation == "delete";
    Write {
        agent: named("support-agent"),
        operation: named(operation),
        table: named("contacts"),
        before: Vec::new(),
        set: if is_delete { BTreeMap::new() } else { BTreeMap::from([(named("status"), "won".into())]) },
        sealed: if is_delete { BTreeSet::new() } else { BTreeSet::from([named("phone")]) },
        rows,
    }
}

pub async fn a_failing_case_blocks_the_activation(home: Home) {
    let house = House::open(&home).await;
    let acme = house.acme().await;
    let envelopes = &house.envelopes;
    let save = async |name: &str, rows, expected| {
        envelopes.save_case(&acme, &grace(), named(name), write("update", rows), expected).await
    };
    save("five at once", 5, Verdict::Allow).await.unwrap();
    save("six at once", 6, Verdict::Deny).await.unwrap();
    assert_eq!(save("six at once", 6, Verdict::Allow).await, Err(Refusal::NameTaken));

    let tight = envelopes.propose(&acme, &grace(), envelope(5), None, "Five.").await.unwrap();
    let wide = envelopes.propose(&acme, &grace(), envelope(50), None, "Fifty.").await.unwrap();
    let refused = envelopes.activate(&acme, &ada(), wide.id.as_str()).await;
    assert_eq!(refused.unwrap_err(), Refusal::CasesFail(vec![named("six at once")]));
    let checked = envelopes.check(&acme, envelope(50)).await.unwrap();
    assert_eq!(checked.failing(), [named::<Text>("six at once")]);
    assert_eq!(checked.cases[0].rules, [named::<Text>("contact-care")]);
    envelopes.activate(&acme, &ada(), tight.id.as_str()).await.unwrap();

    let id = envelopes.cases(&acme).await.unwrap()[1].id.clone();
    envelopes.remove_case(&acme, id.as_str()).await.unwrap();
    assert_eq!(envelopes.remove_case(&acme, id.as_str()).await, Err(Refusal::Unknown));
    assert!(envelopes.check(&acme, envelope(50)).await.unwrap().failing().is_empty());
}

pub async fn a_receipt_becomes_a_case(home: Home) {
    let house = House::open(&home).await;
    let acme = house.acme().await;
    house.put_in_force(&acme, envelope(5)).await;
    let own = decide(&house, &acme, Owner::Tenant).await;
    let (write, verdict) = house.envelopes.case_of(&acme, own).await.unwrap();
    assert_eq!(verdict, Verdict::Allow);
    assert_eq!(write.rows, 1);
    assert_eq!(write.before[0][&named::<Text>("status")], Value::from("open"));
    assert!(write.sealed.contains(&named::<Text>("phone")));
    let checked = house.envelopes.check(&acme, envelope(5)).await.unwrap();
    let again = case::decided(&acme, &checked.contract, &checked.compiled, &write, morning());
    assert_eq!(again.verdict, Verdict::Allow);

    let foreign = decide(&house, &acme, Owner::Foreign(Digest([1; 32]))).await;
    assert_eq!(house.envelopes.case_of(&acme, foreign).await, Err(Refusal::NoCase));
    assert_eq!(house.envelopes.case_of(&acme, 0).await, Err(Refusal::NoCase));
    assert_eq!(house.envelopes.case_of(&acme, 9_999).await, Err(Refusal::Unknown));
}

pub async fn templates_do_what_they_say(home: Home) {
    let house = House::open(&home).await;
    let acme = house.acme().await;
    let contract = contract();
    let digest = contract.digest().unwrap();
    let verdict = async |template: Template, write: &Write| {
        let group = named("success");
        let envelope = template.envelope((&contract, digest), acme.tenant.name(), Some(&group), morning());
        let checked = house.envelopes.check(&acme, envelope.unwrap()).await.unwrap();
        case::decided(&acme, &checked.contract, &checked.compiled, write, morning()).verdict
    };
    let writes = [("insert", 1), ("update", 1), ("update", 50), ("delete", 1)];
    let expected = [
        (Template::ReadOnly, [Verdict::Deny; 4]),
        (Template::DraftOnly, [Verdict::Allow, Verdict::Escalate, Verdict::Escalate, Verdict::Escalate]),
        (Template::Capped, [Verdict::Escalate, Verdict::Allow, Verdict::Escalate, Verdict::Escalate]),
        (Template::FourEyes, [Verdict::Escalate; 4]),
    ];
    for (template, verdicts) in expected {
        for ((operation, rows), expected) in writes.into_iter().zip(verdicts) {
            let found = verdict(template, &write(operation, rows)).await;
            assert_eq!(found, expected, "{template:?}: {operation} of {rows}");
        }
    }
}

/// Has an update decided; gives its number in the log.
async fn decide(house: &House, acme: &Place, owner: Owner) -> u64 {
    let key = Key::from([(named("id"), Value::from("c-1"))]);
    let cell = |value: &str| Cell::Open { salt: "AAAAAAAAAAAAAAAAAAAAAA".to_owned(), value: value.into() };
    let is_own = owner == Owner::Tenant;
    let state = |cells: &[(&str, &str)]| State {
        cells: cells.iter().map(|(column, value)| (named(column), cell(value))).collect(),
        hash: Digest([2; 32]),
    };
    let before = state(&[("id", "c-1"), ("tenant_id", "acme"), ("status", "open")]);
    let record = Record {
        after: is_own.then(|| state(&[("status", "won")])),
        before: is_own.then_some(before),
        key: if is_own { RecordKey::Open(key) } else { RecordKey::Foreign(Digest([3; 32])) },
        owner,
    };
    let set = BTreeMap::from([
        (named("status"), Proposed::Open(Value::from("won"))),
        (named("phone"), Proposed::Sealed { conforms: true }),
    ]);
    let action = Action {
        agent: named("support-agent"),
        connector: named("crm"),
        id: named(if is_own { "a-1" } else { "a-2" }),
        on_behalf_of: None,
        operation: named("update"),
        reason: named("asked"),
        records: vec![record],
        schema: LiveSchema::Matches,
        set,
        source: Source::Observed,
        table: named("contacts"),
        tenant: named("acme"),
        undoes: None,
    };
    let proposal = Proposal {
        tenant: acme.tenant.clone(),
        action,
        idempotency: None,
        contract: Some(contract().digest().unwrap()),
        notices: Vec::new(),
        effect: None,
        image: None,
        undoes: None,
        permit_seconds: 60,
    };
    match house.ledger.decide(proposal).await.unwrap() {
        server::ledger::Answer::Decided(decision) => decision.receipt().entry.seq,
        other => panic!("{other:?}"),
    }
}
