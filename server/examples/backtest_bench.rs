//! How long it takes to put 100,000 real decisions to another envelope, and how much memory.
//!
//! `backtest_bench 10000` does with a shorter log. Every decision was decided, signed and appended by the ledger, some
//! were asked about and approved, and near the end a limit is spent. The unchanged envelope must change nothing. Where
//! `TEST_POSTGRES_URL` names a cluster, a log on `PostgreSQL` is measured as well.

#[expect(dead_code, reason = "tests need more of it")]
#[path = "../tests/ledger/cast.rs"]
mod cast;
#[expect(dead_code, reason = "tests need more of it")]
#[path = "../tests/ledger/place.rs"]
mod place;

use std::time::{Duration, Instant};

use cast::{House, deletion, named, proposal};
use evidence::compile::compile;
use evidence::decision::Verdict;
use evidence::envelope::{Effect, Envelope};
use evidence::receipt::Receipt;
use evidence::replay::{Candidate, Past};
use place::Place;
use server::backtest::{Backtests, Progress, State};
use server::clock::Clock;
use server::ledger::{Answer, ApprovalDraft, Ledger};
use server::registry::Tenant;
use tokio::task::JoinSet;

const DECISIONS: usize = 100_000;
/// How many ask at once while the log is made.
const MAKERS: usize = 512;
/// How many decisions are decided on one core for comparison.
const SAMPLE: usize = 5_000;

#[tokio::main]
async fn main() {
    #[expect(clippy::disallowed_methods, reason = "a benchmark has no other way to be told a number")]
    let count = std::env::args().nth(1).map_or(DECISIONS, |count| count.parse().expect("a number"));
    measure("SQLite", &Place::sqlite(), count).await;
    #[expect(clippy::disallowed_methods, reason = "where the cluster is, nobody else can tell a benchmark")]
    match std::env::var("TEST_POSTGRES_URL") {
        Ok(url) => measure("PostgreSQL", &Place::postgres(&url).await, count).await,
        Err(_) => println!("no TEST_POSTGRES_URL: on SQLite only"),
    }
}

async fn measure(database: &str, place: &Place, count: usize) {
    let house = House::open(place, &Clock::system()).await;
    let limit = count as u64 * 9 / 10;
    let tenant = house.tenant("acme", limit).await;
    let begun = now();
    fill(&house.ledger, &tenant, count).await;
    println!("a log with {count} actions on {database}, made in {:.0} s", begun.elapsed().as_secs_f64());

    let unchanged = cast::envelope("acme", cast::contract().digest().expect("a digest"), limit);
    let bare = bare(&house.ledger, &tenant, &candidate(unchanged.clone()), count).await;
    println!("to decide each again on one core, all receipts parsed: {bare:.1} s");
    let backtests = Backtests::new(house.ledger.clone(), 2);
    let mut tighter = unchanged.clone();
    tighter.limits[0].max_rows /= 2;
    let mut other = unchanged.clone();
    other.rules[0].effect = Effect::Never;
    for (name, envelope) in [
        ("unchanged, from the ledger", unchanged),
        ("half the limit, from memory", tighter),
        ("never any update, from memory", other),
    ] {
        forget_peak();
        let (before, begun) = (memory("VmRSS"), now());
        let run = backtests.start(&tenant, &named("ada"), candidate(envelope), 30).await.expect("a start");
        let progress = run.ended().await;
        tell(name, &progress, begun.elapsed(), bare, before);
    }
}

fn candidate(envelope: Envelope) -> Candidate {
    Candidate::new(cast::contract(), compile(&cast::contract(), envelope).expect("an envelope"))
}

fn tell(name: &str, progress: &Progress, took: Duration, bare: f64, before: u64) {
    assert_eq!(progress.state, State::Finished);
    assert!(!name.starts_with("unchanged") || progress.tally.differences() == 0, "{name}: {progress:?}");
    let seconds = took.as_secs_f64();
    println!(
        "{name:<30} {seconds:>6.2} s {:>8.2} x one core   {:>5} MiB more at most ({:>4} before)   {} of {} differ",
        seconds / bare,
        memory("VmHWM").saturating_sub(before),
        before,
        progress.tally.differences(),
        progress.tally.total(),
    );
}

/// Writes of which every twentieth is a delete that people are asked about; half of those are approved.
async fn fill(ledger: &Ledger, tenant: &Tenant, count: usize) {
    let mut work = JoinSet::new();
    for maker in 0..MAKERS {
        let (ledger, tenant) = (ledger.clone(), tenant.clone());
        work.spawn(async move {
            for place in (maker..count).step_by(MAKERS) {
                act(&ledger, &tenant, place).await;
            }
        });
    }
    work.join_all().await;
}

async fn act(ledger: &Ledger, tenant: &Tenant, place: usize) {
    let id = format!("{place:012x}{:020x}", place * 7_919);
    let proposal = if place.is_multiple_of(20) { deletion(tenant, &id) } else { proposal(tenant, &id) };
    let Ok(Answer::Decided(decision)) = ledger.decide(proposal).await else { panic!("no decision") };
    if decision.receipt().decision.verdict == Verdict::Escalate && place.is_multiple_of(40) {
        let vote = ApprovalDraft {
            approve: true,
            approver: named("grace"),
            decision: decision.citation(),
            group: named("success"),
            permit_seconds: 60,
            reason: named("it is a duplicate"),
        };
        ledger.vote(tenant, vote).await.expect("a vote");
    }
}

/// How many seconds it takes to decide them all on one core, from a sample in the middle.
async fn bare(ledger: &Ledger, tenant: &Tenant, candidate: &Candidate, count: usize) -> f64 {
    let mut pasts = Vec::new();
    let mut seq = count as u64 / 2;
    while pasts.len() < SAMPLE.min(count / 4) {
        let found = ledger.receipt(tenant, seq).await.expect("a receipt").expect("a receipt");
        if let Receipt::Decision(decision) = found.receipt() {
            pasts.push(Past::of(decision.clone()));
        }
        seq += 1;
    }
    let begun = now();
    for past in &pasts {
        std::hint::black_box(candidate.unspent(past));
    }
    let each = begun.elapsed().as_secs_f64() / f64::from(u32::try_from(pasts.len()).expect("a number"));
    each * f64::from(u32::try_from(count).expect("a number"))
}

/// In MiB, as `/proc` tells it.
fn memory(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kibibytes.unwrap_or_default() / 1_024
}

/// The most memory that was used is counted anew.
fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

fn now() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
    Instant::now()
}
