//! What the ledger promises, told on a real `SQLite` file and, where `TEST_POSTGRES_URL` names a cluster, on a real
//! `PostgreSQL` database.

mod cast;
mod following;
mod place;

use std::collections::BTreeSet;

use cast::{House, deletion, morning, named, proposal};
use evidence::action::Citation;
use evidence::decision::Verdict;
use evidence::digest::Digest;
use evidence::envelope::Effect;
use evidence::log::{EMPTY_ROOT, Frontier, leaf_hash};
use evidence::pack::Contents;
use evidence::reason::Code;
use evidence::receipt::{DecisionReceipt, OutcomeStatus, Receipt};
use evidence::timestamp::Timestamp;
use evidence::verify::{Expectations, State, verify};
use following::{
    a_log_is_followed_without_a_gap_and_without_a_repetition_however_often_the_line_breaks,
    what_another_server_writes_is_followed_too, whoever_follows_is_told_that_nothing_more_will_come,
};
use place::Place;
use server::clock::Clock;
use server::ledger::{
    Answer, ApprovalDraft, Document, Idempotency, Ledger, LedgerError, Notice, OutcomeDraft, Proposal,
    ReceiptQuery, Recorded,
};
use server::registry::{Scope, Tenant};
use tokio::task::JoinSet;

macro_rules! stories {
    ($($story:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $story() {
                super::$story(super::Place::sqlite()).await;
            })+
        }

        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $story() {
                #[expect(clippy::disallowed_methods, reason = "where the cluster is, nobody else can tell a test")]
                match std::env::var("TEST_POSTGRES_URL") {
                    Ok(url) => super::$story(super::Place::postgres(&url).await).await,
                    Err(_) => eprintln!("no TEST_POSTGRES_URL: told on SQLite only"),
                }
            })+
        }
    };
}

mod backtests;

stories! {
    a_change_of_the_envelope_does_not_answer_for_people,
    a_key_opens_only_its_own_desk,
    a_log_is_followed_without_a_gap_and_without_a_repetition_however_often_the_line_breaks,
    an_action_that_was_escalated_is_decided_again_after_the_vote,
    an_allowed_effect_has_one_outcome,
    many_at_once_make_one_dense_log_for_each_tenant,
    the_other_tenant_is_told_and_learns_nothing,
    the_same_request_is_decided_once,
    time_does_not_run_backwards,
    two_servers_on_one_database_write_one_log,
    what_another_server_writes_is_followed_too,
    when_the_store_is_gone_nobody_gets_a_verdict_and_afterwards_nothing_is_missing,
    whoever_follows_is_told_that_nothing_more_will_come,
}

async fn many_at_once_make_one_dense_log_for_each_tenant(place: Place) {
    let clock = Clock::fixed(morning());
    let house = House::open(&place, &clock).await;
    let tenants = [house.tenant("acme", 1_000).await, house.tenant("globex", 20).await];
    let answers =
        all(&house.ledger, (0..700).map(|n| proposal(&tenants[usize::from(n % 10 == 0)], &format!("a-{n}"))))
            .await;
    assert_eq!(answers.iter().filter(|answer| verdict(answer) == Verdict::Allow).count(), 630 + 20);
    drop(house);

    let again = House::open(&place, &clock).await;
    let acme = again.tenant("acme", 0).await;
    all(&again.ledger, (700..750).map(|n| proposal(&acme, &format!("a-{n}")))).await;
    assert_eq!(check_log(&again, &acme).await, 4 + 630 + 50);
    assert_eq!(check_log(&again, &again.tenant("globex", 0).await).await, 4 + 70);
    for (from, to) in
        [(0, None), (0, Some(3)), (3, Some(300)), (255, Some(256)), (256, Some(511)), (683, None)]
    {
        check_pack(&again, &acme, from, to).await;
    }
    assert!(again.ledger.range(&acme, 684, None).await.unwrap().is_none());
}

async fn time_does_not_run_backwards(place: Place) {
    let clock = Clock::fixed(morning());
    let house = House::open(&place, &clock).await;
    let acme = house.tenant("acme", 10).await;
    let patient = |id| Proposal { permit_seconds: 7_200, ..proposal(&acme, id) };
    let first = decide(&house.ledger, patient("a-1")).await;
    clock.set(morning().saturating_minus_seconds(60));
    let second = decide(&house.ledger, patient("a-2")).await;
    assert_eq!(second.receipt().entry.time, first.receipt().entry.time);
    clock.set(morning().saturating_plus_seconds(3_600));
    let third = decide(&house.ledger, patient("a-3")).await;
    assert_eq!(third.receipt().standing.spent[&named::<evidence::name::Name>("hourly")], 0);
    check_log(&house, &acme).await;
}

async fn the_same_request_is_decided_once(place: Place) {
    let house = House::open(&place, &Clock::fixed(morning())).await;
    let acme = house.tenant("acme", 1).await;
    let answers = all(
        &house.ledger,
        (0..64).map(|n| Proposal { idempotency: Some(key("k")), ..proposal(&acme, &format!("a-{n}")) }),
    )
    .await;
    let decided: BTreeSet<Digest> = answers.iter().map(|answer| recorded(answer).signed().digest()).collect();
    assert_eq!(decided.len(), 1);
    assert_eq!(answers.iter().filter(|answer| matches!(answer, Answer::Decided(_))).count(), 1);

    let outcome = house.ledger.record_outcome(&acme, committed(recorded(&answers[0]))).await.unwrap();
    let again = house
        .ledger
        .decide(Proposal { idempotency: Some(key("k")), ..proposal(&acme, "a-99") })
        .await
        .unwrap();
    let Answer::Repeated { decision, outcome: Some(found) } = again else { panic!("{again:?}") };
    assert_eq!(decision.signed(), recorded(&answers[0]).signed());
    assert_eq!(found.signed(), outcome.signed());

    let other = Idempotency { request: Digest::of(b"other"), ..key("k") };
    let conflict = Proposal { idempotency: Some(other), ..proposal(&acme, "a-100") };
    assert!(matches!(house.ledger.decide(conflict.clone()).await.unwrap(), Answer::Conflict));
    let globex = house.tenant("globex", 1).await;
    let elsewhere = Proposal { idempotency: Some(other), ..proposal(&globex, "a-100") };
    assert!(matches!(house.ledger.decide(elsewhere).await.unwrap(), Answer::Decided(_)));
    assert_eq!(check_log(&house, &acme).await, 4 + 2);
}

async fn an_allowed_effect_has_one_outcome(place: Place) {
    let clock = Clock::fixed(morning());
    let house = House::open(&place, &clock).await;
    let acme = house.tenant("acme", 1).await;
    let allowed = decide(&house.ledger, proposal(&acme, "a-1")).await;
    let denied = decide(&house.ledger, proposal(&acme, "a-2")).await;
    assert!(denied.receipt().permit.is_none() && denied.receipt().decision.has(Code::BudgetExceeded));
    drop(house);

    let house = House::open(&place, &clock).await;
    let pending = house.ledger.pending(Timestamp::MAX).await.unwrap();
    assert_eq!(pending.len(), 1);
    assert_eq!(pending[0].effect.as_deref(), Some("effect of a-1"));
    assert_eq!((&pending[0].tenant.name(), &pending[0].action), (&acme.name(), &named("a-1")));
    assert_eq!(pending[0].decision.signed(), allowed.signed());

    let mut recording = JoinSet::new();
    for status in [OutcomeStatus::Committed, OutcomeStatus::Failed].repeat(16) {
        let (ledger, acme) = (house.ledger.clone(), acme.clone());
        let draft = OutcomeDraft { status, ..committed(&allowed) };
        recording.spawn(async move { ledger.record_outcome(&acme, draft).await.unwrap() });
    }
    let outcomes: BTreeSet<Digest> =
        recording.join_all().await.iter().map(|one| one.signed().digest()).collect();
    assert_eq!(outcomes.len(), 1);
    let late = house.ledger.record_outcome(&acme, committed(&allowed)).await.unwrap();
    assert!(outcomes.contains(&late.signed().digest()));
    assert!(house.ledger.pending(Timestamp::MAX).await.unwrap().is_empty());

    let citation = denied.citation();
    for wrong in [
        OutcomeDraft { decision: citation.clone(), ..committed(&allowed) },
        OutcomeDraft { decision: Citation { seq: 99, ..citation }, ..committed(&allowed) },
    ] {
        let refused = house.ledger.record_outcome(&acme, wrong).await.unwrap_err();
        assert!(matches!(refused, LedgerError::Refused { .. }), "{refused}");
    }
    let stored = house.ledger.action(&acme, &named("a-1")).await.unwrap().unwrap();
    assert_eq!(stored.outcome.unwrap().signed(), late.signed());
    assert_eq!(check_log(&house, &acme).await, 4 + 3);
}

async fn a_change_of_the_envelope_does_not_answer_for_people(place: Place) {
    let clock = Clock::fixed(morning());
    let house = House::open(&place, &clock).await;
    let acme = house.tenant("acme", 10).await;
    let lax = cast::envelope("acme", cast::contract().digest().unwrap(), 10);
    let mut strict = lax.clone();
    strict.rules[0].effect = Effect::Ask;
    strict.rules[0].approval = Some(lax.approval.clone());
    house.activate(&acme, Document::Envelope(Box::new(strict))).await;
    let answered = decide(&house.ledger, proposal(&acme, "a-1")).await;
    let ignored = decide(&house.ledger, proposal(&acme, "a-2")).await;
    house.activate(&acme, Document::Envelope(Box::new(lax))).await;

    let no = ApprovalDraft {
        approve: false,
        approver: named("grace"),
        decision: answered.citation(),
        group: named("success"),
        permit_seconds: 60,
        reason: named("they did not ask for it"),
    };
    let denied = house.ledger.vote(&acme, no).await.unwrap().decision.unwrap();
    assert_eq!(denied.receipt().decision.verdict, Verdict::Deny);
    clock.advance(3_600);
    let denied = house.ledger.expire(&acme, ignored.citation()).await.unwrap().unwrap();
    assert_eq!(denied.receipt().decision.verdict, Verdict::Deny);
    check_log(&house, &acme).await;
}

async fn an_action_that_was_escalated_is_decided_again_after_the_vote(place: Place) {
    let clock = Clock::fixed(morning());
    let house = House::open(&place, &clock).await;
    let acme = house.tenant("acme", 10).await;
    let asked = decide(&house.ledger, deletion(&acme, "a-1")).await;
    assert_eq!(asked.receipt().decision.verdict, Verdict::Escalate);
    drop(house);

    let house = House::open(&place, &clock).await;
    let vote = ApprovalDraft {
        approve: true,
        approver: named("grace"),
        decision: asked.citation(),
        group: named("success"),
        permit_seconds: 60,
        reason: named("it is a duplicate"),
    };
    let stray = ApprovalDraft { decision: Citation { seq: 1, ..asked.citation() }, ..vote.clone() };
    assert!(house.ledger.vote(&acme, stray).await.is_err());
    assert!(house.ledger.expire(&acme, asked.citation()).await.unwrap().is_none());
    let other = ApprovalDraft { group: named("interns"), ..vote.clone() };
    assert!(house.ledger.vote(&acme, other).await.is_err());
    let votes = [vote.clone(), ApprovalDraft { approver: named("alan"), ..vote.clone() }, vote.clone()];
    let mut voting = JoinSet::new();
    for vote in votes {
        let (ledger, acme) = (house.ledger.clone(), acme.clone());
        voting.spawn(async move { ledger.vote(&acme, vote).await });
    }
    let decided: Vec<_> = voting.join_all().await.into_iter().filter_map(Result::ok).collect();
    assert_eq!(decided.len(), 1, "the first vote is enough, and the others find nothing that waits");
    let allowed = decided[0].decision.clone().unwrap();
    assert_eq!(allowed.receipt().decision.verdict, Verdict::Allow);
    assert!(house.ledger.waiting(&acme).await.unwrap().is_empty());
    let stored = house.ledger.action(&acme, &named("a-1")).await.unwrap().unwrap();
    assert_eq!(stored.decision.signed(), allowed.signed());
    house.ledger.record_outcome(&acme, committed(&allowed)).await.unwrap();
    check_pack(&house, &acme, 6, None).await;
}

async fn the_other_tenant_is_told_and_learns_nothing(place: Place) {
    let house = House::open(&place, &Clock::fixed(morning())).await;
    let (acme, globex) = (house.tenant("acme", 10).await, house.tenant("globex", 10).await);
    let notice = Notice {
        tenant: globex.clone(),
        actor: globex.secret().unwrap().blind_tenant(acme.name()).unwrap(),
        connector: named("crm"),
        operation: named("update\0"),
        records: Vec::new(),
        table: named("contacts"),
    };
    let seen = decide(&house.ledger, Proposal { notices: vec![notice], ..proposal(&acme, "a-1") }).await;
    assert_eq!(seen.receipt().entry.seq, 4);
    let told = house.ledger.receipt(&globex, 4).await.unwrap().unwrap();
    assert!(matches!(told.receipt(), Receipt::Notice(_)));
    assert!(!String::from_utf8_lossy(told.signed().payload()).contains("acme"));
    let page = house
        .ledger
        .receipts(&globex, &ReceiptQuery { kind: Some("notice".into()), ..ReceiptQuery::default() })
        .await;
    assert_eq!(page.unwrap().rows.len(), 1);
    assert_eq!(check_log(&house, &globex).await, 5);
}

async fn when_the_store_is_gone_nobody_gets_a_verdict_and_afterwards_nothing_is_missing(place: Place) {
    let clock = Clock::fixed(morning());
    let house = House::open(&place, &clock).await;
    let acme = house.tenant("acme", 100).await;
    decide(&house.ledger, proposal(&acme, "a-1")).await;
    for table in [
        ("alter table checkpoints rename to gone", "alter table gone rename to checkpoints"),
        ("alter table receipts rename to gone", "alter table gone rename to receipts"),
    ] {
        place.meddle(table.0).await;
        let mut asking = JoinSet::new();
        for n in 0..20 {
            let (ledger, proposal) = (house.ledger.clone(), proposal(&acme, &format!("b-{n}")));
            asking.spawn(async move { ledger.decide(proposal).await });
        }
        for answer in asking.join_all().await {
            assert_eq!(answer.unwrap_err(), LedgerError::Unavailable);
        }
        place.meddle(table.1).await;
        assert_eq!(house.ledger.checkpoint(&acme).await.unwrap().unwrap().checkpoint().size(), 5);
    }
    let retried = all(&house.ledger, (0..20).map(|n| proposal(&acme, &format!("b-{n}")))).await;
    assert!(
        retried
            .iter()
            .all(|answer| matches!(answer, Answer::Decided(_)) && verdict(answer) == Verdict::Allow)
    );
    assert_eq!(check_log(&house, &acme).await, 4 + 21);
}

async fn two_servers_on_one_database_write_one_log(place: Place) {
    let clock = Clock::fixed(morning());
    let first = House::open(&place, &clock).await;
    let acme = first.tenant("acme", 50).await;
    let second = House::open(&place, &clock).await;
    let servers = [first.ledger.clone(), second.ledger.clone()];
    let mut asking = JoinSet::new();
    for n in 0..100 {
        let (ledger, proposal) = (servers[n % 2].clone(), proposal(&acme, &format!("a-{n}")));
        asking.spawn(async move { ledger.decide(proposal).await.unwrap() });
    }
    let answers = asking.join_all().await;
    assert_eq!(answers.iter().filter(|answer| verdict(answer) == Verdict::Allow).count(), 50);
    assert_eq!(check_log(&first, &acme).await, 4 + 100);
}

async fn a_key_opens_only_its_own_desk(place: Place) {
    let clock = Clock::fixed(morning());
    let house = House::open(&place, &clock).await;
    house.tenant("acme", 1).await;
    house.tenant("globex", 1).await;
    let other = house.registry.create_vendor(&named("contoso"), &named("Contoso")).await.unwrap();
    house
        .registry
        .create_tenant(&other, &named("initech"), &named("Initech"), &[], &named("bob"))
        .await
        .unwrap();
    let scope = Scope {
        tenants: Some(BTreeSet::from([named("acme"), named("initech")])),
        agents: Some(BTreeSet::from([named("support-agent")])),
        person: None,
    };
    let key = house.registry.issue_api_key(&house.vendor, &named("test"), &scope).await.unwrap();
    assert!(!format!("{key:?}").contains(&key.secret));

    let desk = house.registry.desk(&key.secret).await.unwrap().unwrap();
    assert!(desk.tenant(&named("acme")).await.unwrap().is_some());
    for closed in ["globex", "initech", "nobody"] {
        assert!(desk.tenant(&named(closed)).await.unwrap().is_none(), "{closed}");
    }
    assert_eq!(desk.tenants().await.unwrap().len(), 1);
    assert!(desk.may_act_as(&named("support-agent")) && !desk.may_act_as(&named("billing-agent")));
    let mut guess = key.secret.clone();
    guess.pop();
    assert!(house.registry.desk(&guess).await.unwrap().is_none());

    house.registry.revoke_api_key(&other, &key.id).await.unwrap();
    assert!(house.registry.desk(&key.secret).await.unwrap().is_some());
    house.registry.revoke_api_key(&house.vendor, &key.id).await.unwrap();
    assert!(house.registry.desk(&key.secret).await.unwrap().is_none());
    let listed = house.registry.api_keys(&house.vendor).await.unwrap();
    assert_eq!((listed.len(), listed[0].revoked_at), (1, Some(morning())));
}

/// Proposes all of these at once and waits for every answer.
async fn all(ledger: &Ledger, proposals: impl Iterator<Item = Proposal>) -> Vec<Answer> {
    let mut asking = JoinSet::new();
    for proposal in proposals {
        let ledger = ledger.clone();
        asking.spawn(async move { ledger.decide(proposal).await.unwrap() });
    }
    asking.join_all().await
}

async fn decide(ledger: &Ledger, proposal: Proposal) -> Recorded<DecisionReceipt> {
    match ledger.decide(proposal).await.unwrap() {
        Answer::Decided(decision) => decision,
        other => panic!("{other:?}"),
    }
}

fn recorded(answer: &Answer) -> &Recorded<DecisionReceipt> {
    match answer {
        Answer::Decided(decision) | Answer::Repeated { decision, .. } => decision,
        Answer::Conflict | Answer::Stale => panic!("{answer:?}"),
    }
}

fn verdict(answer: &Answer) -> Verdict {
    recorded(answer).receipt().decision.verdict
}

fn key(text: &str) -> Idempotency {
    Idempotency { key: Digest::of(text.as_bytes()), request: Digest::of(b"request") }
}

/// The outcome of an effect that did what was decided.
fn committed(decision: &Recorded<DecisionReceipt>) -> OutcomeDraft {
    let action = &decision.receipt().action;
    let records = action.records.iter().map(|record| {
        let evidence::action::RecordKey::Open(key) = &record.key else { panic!("a foreign record") };
        let hash = |state: &Option<evidence::action::State>| state.as_ref().map(|state| state.hash);
        evidence::receipt::Effect {
            after: hash(&record.after),
            before: hash(&record.before),
            key: key.clone(),
        }
    });
    OutcomeDraft {
        code: None,
        decision: decision.citation(),
        permit: decision.receipt().permit.as_ref().map_or_else(|| named("none"), |permit| permit.id.clone()),
        records: records.collect(),
        source: evidence::action::Source::Observed,
        status: OutcomeStatus::Committed,
    }
}

/// The log is dense, each receipt is signed and in its place, and the root over all of them is the one that was signed.
async fn check_log(house: &House, tenant: &Tenant) -> u64 {
    let range = house.ledger.range(tenant, 0, None).await.unwrap().unwrap();
    let mut frontier = Frontier::new();
    assert_eq!(frontier.root(), EMPTY_ROOT);
    let mut last = None;
    for (seq, bytes) in range.receipts.iter().enumerate() {
        let signed = evidence::dsse::Signed::parse(bytes).unwrap();
        signed.verify(&house.signer.public_key()).unwrap();
        let receipt = Receipt::read(&signed).unwrap();
        let entry = receipt.entry();
        assert_eq!((entry.seq, &entry.log, &entry.tenant), (seq as u64, tenant.log(), tenant.name()));
        assert!(last <= Some(entry.time));
        last = Some(entry.time);
        frontier.push(leaf_hash(bytes)).unwrap();
    }
    range.checkpoint.verify(house.signer.public_key().verifying_key()).unwrap();
    let checkpoint = range.checkpoint.checkpoint();
    assert_eq!((checkpoint.size(), checkpoint.root()), (frontier.size(), frontier.root()));
    assert_eq!(checkpoint.origin(), tenant.origin());
    check_pack(house, tenant, 0, None).await;
    frontier.size()
}

/// A pack of this range verifies.
async fn check_pack(house: &House, tenant: &Tenant, from: u64, to: Option<u64>) {
    let range = house.ledger.range(tenant, from, to).await.unwrap().unwrap();
    let contents = Contents {
        checkpoint: range.checkpoint,
        cited: range.cited,
        contracts: range.contracts,
        edges: range.edges,
        engine: named("test"),
        envelopes: range.envelopes,
        from: range.from,
        log: tenant.log().clone(),
        opened: Vec::new(),
        purpose: named("test"),
        receipts: range.receipts,
        tenant: tenant.name().clone(),
        trust: house.ledger.trust(&house.vendor).await.unwrap(),
        verifier: None,
    };
    let unsealed = contents.lay_out().unwrap();
    let signature = house.signer.sign(&unsealed.message());
    let pack = unsealed.seal(house.signer.public_key(), signature).unwrap();
    let fingerprint = house.signer.public_key().id().to_string().parse().unwrap();
    let report = verify(pack, Expectations { fingerprints: vec![fingerprint], ..Expectations::default() });
    assert!(report.stopped_at().is_none(), "{from}..{to:?}: {:?}", report.stopped_at());
    assert!(matches!(report.state, State::Verified | State::Incomplete), "{:?}", report.state);
}
