//! What the law costs, in one run: a verdict beside a bare Cedar question, and a pack of 20,000 receipts, by step.

#[expect(dead_code, reason = "the benchmark uses its own part of the world")]
#[path = "../tests/support/world.rs"]
mod world;

use std::hint::black_box;
use std::time::{Duration, Instant};

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityUid, PolicySet, Request, RestrictedExpression,
};
use evidence::action::Action;
use evidence::compile::Compiled;
use evidence::decide::decide;
use evidence::decision::Verdict;
use evidence::receipt::{StandingState, StandingSubject};
use evidence::standing::Standing;
use evidence::verify::{Expectations, State, Step, Verification};
use world::{AGENT, Log, contract, documents, named};

const RULES: usize = 20;
const RECEIPTS: usize = 20_000;

fn main() {
    decisions();
    packs();
}

#[expect(clippy::disallowed_methods, reason = "a benchmark is about the time that passes")]
fn now() -> Instant {
    Instant::now()
}

/// How long one of many takes.
fn each(count: u32, mut work: impl FnMut()) -> Duration {
    for _ in 0..count / 10 {
        work();
    }
    let start = now();
    for _ in 0..count {
        work();
    }
    start.elapsed() / count
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

fn open_log() -> Log {
    let mut log = Log::with_key("acme", 1);
    log.stand(StandingSubject::Agent(named(AGENT)), StandingState::Active);
    log.activate_contract(contract());
    log.activate_envelope(documents::many_rules("acme", RULES));
    log
}

fn decisions() {
    let mut log = open_log();
    let action = log.update("contacts", &["c-1"], &[("status", "busy".into())]);
    let contract = contract();
    let compiled = log.envelopes.values().next().unwrap();
    let standing = log.history.standing(&action, &compiled.envelope().limits, None, log.now);
    let decided = each(20_000, || {
        let decision = decide(Some(&contract), Some(compiled), black_box(&action), &standing, log.now);
        assert_eq!(decision.verdict, Verdict::Allow);
    });
    let bare = bare_cedar(compiled);
    println!("decide, {RULES} rules            {:>9.1} µs", micros(decided));
    println!("bare Cedar, the same policies {:>9.1} µs", micros(bare));
    println!("ratio                         {:>9.2}", decided.as_secs_f64() / bare.as_secs_f64());
    parts(&action, &standing);
}

/// One question to Cedar with everything prepared but the entities and the context, which every action brings along.
fn bare_cedar(compiled: &Compiled) -> Duration {
    let policies: PolicySet = compiled.policies().parse().unwrap();
    let uid = |text: &str| -> EntityUid { text.parse().unwrap() };
    let (agent, action) = (uid("Agent::\"support-agent\""), uid("Action::\"contacts.update:auto\""));
    let record = uid("Table_contacts::\"c-1\"");
    let text = |text: &str| RestrictedExpression::new_string(text.to_owned());
    each(20_000, || {
        let attributes = [
            ("id", text("c-1")),
            ("status", text("active")),
            ("tenant_id", text("acme")),
            ("tier", RestrictedExpression::new_long(1)),
        ];
        let attributes = attributes.map(|(name, value)| (name.to_owned(), value)).into_iter().collect();
        let entity = Entity::new(record.clone(), attributes, std::collections::HashSet::new()).unwrap();
        let entities = Entities::from_entities([entity], None).unwrap();
        let set = RestrictedExpression::new_record([("status".to_owned(), text("busy"))]).unwrap();
        let context = Context::from_pairs([
            ("columns".to_owned(), RestrictedExpression::new_set([text("status")])),
            ("rows".to_owned(), RestrictedExpression::new_long(1)),
            ("set".to_owned(), set),
        ]);
        let (agent, action, record) = (agent.clone(), action.clone(), record.clone());
        let request = Request::new(agent, action, record, context.unwrap(), None).unwrap();
        let response = Authorizer::new().is_authorized(black_box(&request), &policies, &entities);
        assert_eq!(response.decision(), Decision::Allow);
    })
}

/// What else a receipt costs.
fn parts(action: &Action, standing: &Standing) {
    let digest = each(20_000, || {
        black_box(action.digest().unwrap());
    });
    let standing = each(20_000, || {
        black_box(evidence::canonical::to_vec(standing).unwrap());
    });
    println!("digest of an action           {:>9.1} µs", micros(digest));
    println!("canonical form of a standing  {:>9.1} µs", micros(standing));
}

#[expect(clippy::cast_precision_loss, reason = "counts here are far below 2^53")]
fn packs() {
    let mut log = open_log();
    let start = now();
    for place in 0..(RECEIPTS - log.receipts.len()) / 2 {
        let status = ["calm", "busy"][place % 2];
        let action = log.update("contacts", &["c-1"], &[("status", status.into())]);
        log.write(action);
    }
    let written = start.elapsed();
    let pack = log.pack();
    println!("\na pack of {} receipts, {:.1} MB", log.receipts.len(), pack.len() as f64 / 1e6);
    println!("written, one by one           {:>9.0} receipts/s", rate(&log, written));
    let times = verification(&log, &pack);
    let all: Duration = times.iter().sum();
    println!("verified, all steps           {:>9.0} receipts/s", rate(&log, all));
    println!("verified, steps 1 to 6        {:>9.0} receipts/s", rate(&log, times[..6].iter().sum()));
    for (step, time) in Step::ALL.iter().zip(&times) {
        let share = 100.0 * time.as_secs_f64() / all.as_secs_f64();
        println!("{:>4} {:<20} {share:>13.1} %  {:>7.1} ms", step.number(), step.name(), micros(*time) / 1e3);
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts here are far below 2^53")]
fn rate(log: &Log, time: Duration) -> f64 {
    log.receipts.len() as f64 / time.as_secs_f64()
}

/// How long each step takes: the best of three runs.
fn verification(log: &Log, pack: &[u8]) -> [Duration; 12] {
    let mut best = [Duration::MAX; 12];
    for _ in 0..3 {
        let expectations = Expectations { fingerprints: vec![log.fingerprint()], ..Expectations::default() };
        let mut verification = Verification::new(pack.to_vec(), expectations);
        let mut times = [Duration::ZERO; 12];
        let mut step = Step::Container;
        loop {
            let start = now();
            let progress = verification.advance(if step < Step::Receipts { 1 } else { 100 });
            times[usize::from(step.number()) - 1] += start.elapsed();
            step = progress.step;
            if progress.finished {
                break;
            }
        }
        assert_eq!(verification.report().state, State::Verified);
        if times.iter().sum::<Duration>()
            < best.iter().fold(Duration::ZERO, |sum, time| sum.saturating_add(*time))
        {
            best = times;
        }
    }
    best
}
