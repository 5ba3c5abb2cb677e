//! What another envelope would have answered to a tenant's decisions.

use evidence::compile::compile;
use evidence::decision::Verdict;
use evidence::envelope::{Effect, Envelope};
use evidence::receipt::{StandingState, StandingSubject};
use evidence::replay::{Candidate, Change};
use server::backtest::{Backtest, Backtests, State};
use server::clock::Clock;
use server::ledger::{ApprovalDraft, Document, LedgerError, StandingDraft};
use server::registry::Tenant;

use crate::cast::{self, House, deletion, morning, named, proposal};
use crate::place::Place;
use crate::{all, decide};

stories! {
    a_cancelled_backtest_breaks_off_and_can_be_begun_anew,
    a_newer_one_of_the_same_person_takes_the_place_of_the_older,
    an_unchanged_envelope_changes_nothing,
    every_difference_can_be_opened,
    nobody_keeps_another_vendor_from_its_turn,
    nobody_finds_a_backtest_of_another_tenant,
    the_same_backtest_is_joined,
    what_lies_before_the_days_counts_against_limits_only,
}

const DAY: u64 = 86_400;

fn usual(per_hour: u64) -> Envelope {
    cast::envelope("acme", cast::contract().digest().unwrap(), per_hour)
}

fn candidate(envelope: Envelope) -> Candidate {
    Candidate::new(cast::contract(), compile(&cast::contract(), envelope).unwrap())
}

async fn start(backtests: &Backtests, tenant: &Tenant, person: &str, envelope: Envelope) -> Backtest {
    backtests.start(tenant, &named(person), candidate(envelope), 30).await.unwrap()
}

async fn stand(house: &House, tenant: &Tenant, subject: StandingSubject, state: StandingState) {
    let draft = StandingDraft { by: named("ada"), reason: named("as agreed"), state, subject };
    house.ledger.stand(tenant, draft).await.unwrap();
}

async fn vote(house: &House, tenant: &Tenant, asked: evidence::action::Citation, approve: bool) {
    let draft = ApprovalDraft {
        approve,
        approver: named("grace"),
        decision: asked,
        group: named("success"),
        permit_seconds: 60,
        reason: named("looked at it"),
    };
    house.ledger.vote(tenant, draft).await.unwrap();
}

/// Two thousand decisions of every kind under one envelope.
async fn busy(house: &House, clock: &Clock, tenant: &Tenant) {
    for hour in 0..4 {
        let proposals = (0..500).map(|n| proposal(tenant, &format!("a-{hour}-{n}")));
        all(&house.ledger, proposals).await;
        for n in 0..4 {
            let asked = decide(&house.ledger, deletion(tenant, &format!("d-{hour}-{n}"))).await;
            clock.advance(60);
            if n < 3 && asked.receipt().decision.verdict == Verdict::Escalate {
                vote(house, tenant, asked.citation(), n != 1).await;
            }
        }
        let subject = match hour {
            0 => StandingSubject::Tenant,
            1 => StandingSubject::Portal,
            _ => StandingSubject::Agent(named("support-agent")),
        };
        stand(house, tenant, subject.clone(), StandingState::Stopped).await;
        decide(&house.ledger, proposal(tenant, &format!("f-{hour}"))).await;
        stand(house, tenant, subject, StandingState::Active).await;
        clock.advance(3_700);
    }
}

async fn an_unchanged_envelope_changes_nothing(place: Place) {
    let clock = Clock::fixed(morning());
    let house = House::open(&place, &clock).await;
    let acme = house.tenant("acme", 450).await;
    busy(&house, &clock, &acme).await;
    // The same envelope under a later contract, and back again.
    let later = evidence::contract::Contract { version: 2, ..cast::contract() };
    house.activate(&acme, Document::Contract(Box::new(later))).await;
    house.activate(&acme, Document::Contract(Box::new(cast::contract()))).await;
    house.activate(&acme, Document::Envelope(Box::new(usual(450)))).await;
    all(&house.ledger, (0..500).map(|n| proposal(&acme, &format!("l-{n}")))).await;
    let backtests = Backtests::new(house.ledger.clone(), 2);
    let run = start(&backtests, &acme, "ada", usual(450)).await;
    let mut told = run.progress();
    while !told.state.is_end() {
        let further = run.beyond(&told).await;
        assert!(told.done <= further.done && further.done <= further.total, "{told:?} {further:?}");
        assert!(told.tally.total() <= further.tally.total());
        told = further;
    }
    assert_eq!((told.state, told.done), (State::Finished, told.total));
    assert_eq!((told.tally.differences(), told.tally.total()), (0, 4 * 505 + 500), "{:?}", told.tally);
    assert!(told.tally.verdicts[&(Verdict::Deny, Verdict::Deny)] > 200, "limits were spent: {told:?}");
    // Of what was read for one candidate, another is told the same.
    let mut lax = usual(450);
    lax.limits.clear();
    let from_memory = start(&backtests, &acme, "ada", lax.clone()).await.ended().await;
    let anew = Backtests::new(house.ledger.clone(), 1);
    let from_ledger = start(&anew, &acme, "ada", lax).await.ended().await;
    assert_eq!(from_memory, from_ledger);
    assert!(from_ledger.tally.of(Change::NewlyAllowed) > 200, "{from_ledger:?}");
}

async fn every_difference_can_be_opened(place: Place) {
    let house = House::open(&place, &Clock::fixed(morning())).await;
    let acme = house.tenant("acme", 1_000).await;
    all(&house.ledger, (0..7).map(|n| proposal(&acme, &format!("a-{n}")))).await;
    decide(&house.ledger, deletion(&acme, "d")).await;
    let mut strict = usual(4);
    strict.rules[1].effect = Effect::Never;
    let backtests = Backtests::new(house.ledger.clone(), 1);
    let run = start(&backtests, &acme, "ada", strict).await;
    assert_eq!(run.ended().await.tally.of(Change::NewlyDenied), 4);
    let mut seen = Vec::new();
    let mut before = None;
    loop {
        let page = run.examples(Change::NewlyDenied, before, 3).await.unwrap();
        let Some(last) = page.last() else { break };
        before = Some(last.recorded.entry.seq);
        seen.extend(page);
    }
    let told: Vec<_> = seen
        .iter()
        .map(|one| (one.recorded.decision.verdict, one.would.reasons[0].rule.as_ref().unwrap().as_str()))
        .collect();
    let limited = (Verdict::Allow, "hourly");
    assert_eq!(told, [(Verdict::Escalate, "hourly"), limited, limited, limited]);
    assert_eq!(seen[3].recorded.entry.seq, 8, "four of seven fit");
    assert_eq!(run.examples(Change::Same, None, 9).await.unwrap().len(), 0);
}

async fn what_lies_before_the_days_counts_against_limits_only(place: Place) {
    let clock = Clock::fixed(morning());
    let house = House::open(&place, &clock).await;
    let acme = house.tenant("acme", 10).await;
    all(&house.ledger, (0..5).map(|n| proposal(&acme, &format!("long-ago-{n}")))).await;
    clock.advance(10 * DAY - 1_800);
    all(&house.ledger, (0..7).map(|n| proposal(&acme, &format!("before-{n}")))).await;
    clock.advance(1_800);
    all(&house.ledger, (0..7).map(|n| proposal(&acme, &format!("within-{n}")))).await;
    clock.advance(2 * DAY);
    let backtests = Backtests::new(house.ledger.clone(), 1);
    let run = backtests.start(&acme, &named("ada"), candidate(usual(10)), 2).await.unwrap();
    let told = run.ended().await;
    assert_eq!((told.total, told.tally.total(), told.tally.differences()), (14, 7, 0));
    assert_eq!(told.tally.verdicts[&(Verdict::Deny, Verdict::Deny)], 4);
    let run = backtests.start(&acme, &named("ada"), candidate(usual(12)), 2).await.unwrap();
    assert_eq!(run.ended().await.tally.of(Change::NewlyAllowed), 2);
}

async fn the_same_backtest_is_joined(place: Place) {
    let house = House::open(&place, &Clock::fixed(morning())).await;
    let acme = house.tenant("acme", 10).await;
    decide(&house.ledger, proposal(&acme, "a")).await;
    let backtests = Backtests::new(house.ledger.clone(), 1);
    let first = start(&backtests, &acme, "ada", usual(1)).await;
    let second = start(&backtests, &acme, "grace", usual(1)).await;
    assert_eq!(first.id(), second.id());
    assert_eq!(first.ended().await, second.ended().await);
    assert_eq!(start(&backtests, &acme, "alan", usual(1)).await.progress().state, State::Finished);
    assert_ne!(start(&backtests, &acme, "ada", usual(2)).await.id(), first.id());
    decide(&house.ledger, proposal(&acme, "b")).await;
    let grown = start(&backtests, &acme, "ada", usual(1)).await;
    assert_ne!(grown.id(), first.id(), "the log has grown");
    assert_eq!(grown.ended().await.tally.total(), 2);
}

/// Nothing is at work here, so that nothing ends by itself.
async fn a_newer_one_of_the_same_person_takes_the_place_of_the_older(place: Place) {
    let house = House::open(&place, &Clock::fixed(morning())).await;
    let (acme, globex) = (house.tenant("acme", 10).await, house.tenant("globex", 10).await);
    let backtests = Backtests::new(house.ledger.clone(), 0);
    let elsewhere = cast::envelope("globex", cast::contract().digest().unwrap(), 1);
    let elsewhere = start(&backtests, &globex, "ada", elsewhere).await;
    let older = start(&backtests, &acme, "ada", usual(1)).await;
    let shared = start(&backtests, &acme, "grace", usual(1)).await;
    let newer = start(&backtests, &acme, "ada", usual(2)).await;
    assert_eq!(older.progress().state, State::Waiting, "somebody else waits for it");
    start(&backtests, &acme, "grace", usual(3)).await;
    assert_eq!(older.ended().await.state, State::Cancelled);
    assert_eq!(shared.progress().state, State::Cancelled);
    for waits in [&newer, &elsewhere] {
        assert_eq!(waits.progress().state, State::Waiting);
    }
    drop(backtests);
    assert_eq!(newer.ended().await.state, State::Cancelled, "the server ends");
}

async fn a_cancelled_backtest_breaks_off_and_can_be_begun_anew(place: Place) {
    let house = House::open(&place, &Clock::fixed(morning())).await;
    let acme = house.tenant("acme", 10).await;
    decide(&house.ledger, proposal(&acme, "a")).await;
    let backtests = Backtests::new(house.ledger.clone(), 0);
    let run = start(&backtests, &acme, "ada", usual(1)).await;
    run.cancel(&named("grace"));
    assert_eq!(run.progress().state, State::Waiting, "she does not wait for it");
    run.cancel(&named("ada"));
    assert_eq!(run.ended().await.state, State::Cancelled);
    let anew = start(&backtests, &acme, "ada", usual(1)).await;
    assert_eq!((anew.id(), anew.progress().state), (run.id(), State::Waiting));
    assert_eq!(backtests.find(&acme, run.id()).unwrap().progress().state, State::Waiting);
    // However many are given up, there is room for the next.
    for limit in 2..100 {
        start(&backtests, &acme, "ada", usual(limit)).await.cancel(&named("ada"));
    }
}

/// Nothing is at work here, so that nothing ends by itself.
async fn nobody_keeps_another_vendor_from_its_turn(place: Place) {
    let house = House::open(&place, &Clock::fixed(morning())).await;
    let backtests = Backtests::new(house.ledger.clone(), 0);
    let begin = async |tenant: &Tenant| {
        let envelope = cast::envelope(tenant.name().as_str(), cast::contract().digest().unwrap(), 1);
        backtests.start(tenant, &named("ada"), candidate(envelope), 30).await
    };
    let mut waiting = Vec::new();
    for number in 0..8 {
        waiting.push(begin(&house.tenant(&format!("t-{number}"), 10).await).await.unwrap());
    }
    let one_more = house.tenant("one-more", 10).await;
    assert!(matches!(begin(&one_more).await.err(), Some(LedgerError::Refused { .. })));
    let other = house.registry.create_vendor(&named("contoso"), &named("Contoso")).await.unwrap();
    let theirs =
        house.registry.create_tenant(&other, &named("acme"), &named("Acme"), &[], &named("jo")).await;
    begin(&theirs.unwrap()).await.unwrap();
    waiting[3].cancel(&named("ada"));
    begin(&one_more).await.unwrap();
}

async fn nobody_finds_a_backtest_of_another_tenant(place: Place) {
    let house = House::open(&place, &Clock::fixed(morning())).await;
    let (acme, globex) = (house.tenant("acme", 10).await, house.tenant("globex", 10).await);
    let backtests = Backtests::new(house.ledger.clone(), 1);
    let run = start(&backtests, &acme, "ada", usual(1)).await;
    assert!(backtests.find(&acme, run.id()).is_some());
    assert!(backtests.find(&globex, run.id()).is_none());
    let refused = backtests.start(&globex, &named("ada"), candidate(usual(1)), 30).await.err();
    assert!(matches!(refused, Some(LedgerError::Refused { .. })));
}
