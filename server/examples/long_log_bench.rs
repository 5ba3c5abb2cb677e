//! Whether a decision costs the same in a log of a million receipts as in one of a thousand.
//!
//! `long_log_bench 100000` does with a shorter log. The two kinds take turns, so that whatever else the machine does
//! meets both.

#[path = "http_bench/cpu.rs"]
mod cpu;

#[expect(dead_code, reason = "tests need more of it")]
#[path = "../tests/ledger/cast.rs"]
mod cast;
#[expect(dead_code, reason = "tests need more of it")]
#[path = "../tests/ledger/place.rs"]
mod place;

use std::time::{Duration, Instant};

use cast::{House, proposal};
use place::Place;
use server::clock::Clock;
use server::ledger::{Answer, Ledger};
use server::registry::Tenant;
use tokio::task::JoinSet;

const LONG: usize = 1_000_000;
const SHORT: usize = 1_000;
/// How many decisions are measured each time.
const MEASURED: u32 = 4_000;
const ROUNDS: usize = 5;
const CLIENTS: usize = 64;
/// How many ask at once while a log is made.
const MAKERS: usize = 512;

/// A log that decisions are added to.
struct Log {
    house: House,
    tenant: Tenant,
    next: usize,
    /// Its folder goes with it.
    _place: Place,
}

/// What a decision costs.
#[derive(Clone, Copy)]
struct Cost {
    elapsed: Duration,
    cpu: Duration,
}

#[tokio::main]
async fn main() {
    #[expect(clippy::disallowed_methods, reason = "a benchmark has no other way to be told a number")]
    let length = std::env::args().nth(1).map_or(LONG, |length| length.parse().expect("a number"));
    let begun = now();
    let mut long = Log::open(length).await;
    println!("a log of {length} receipts, made in {:.0} s", begun.elapsed().as_secs_f64());
    let (mut of_long, mut of_short) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        of_long.push(long.add(MEASURED as usize, CLIENTS).await);
        of_short.push(Log::open(SHORT).await.add(MEASURED as usize, CLIENTS).await);
    }
    println!("{CLIENTS} clients, the median of {ROUNDS} times {MEASURED} decisions, in µs for each");
    let part = |name: &str, of: fn(&Cost) -> Duration| {
        let (long, short) = (median(&of_long, of), median(&of_short, of));
        println!(
            "{name:<8} {long:>8.0} in the long log {short:>8.0} in one of {SHORT} {:>8.2} x",
            long / short
        );
    };
    part("elapsed", |cost| cost.elapsed);
    part("CPU", |cost| cost.cpu);
}

fn median(costs: &[Cost], of: fn(&Cost) -> Duration) -> f64 {
    let mut each: Vec<Duration> = costs.iter().map(of).collect();
    each.sort_unstable();
    each[each.len() / 2].as_secs_f64() * 1e6 / f64::from(MEASURED)
}

impl Log {
    async fn open(length: usize) -> Self {
        let place = Place::sqlite();
        let house = House::open(&place, &Clock::system()).await;
        let tenant = house.tenant("acme", u64::MAX >> 12).await;
        let mut log = Self { house, tenant, next: 0, _place: place };
        log.add(length, MAKERS).await;
        log
    }

    /// Proposals are made before they are asked about: in the portal that is the boundary's work.
    async fn add(&mut self, count: usize, clients: usize) -> Cost {
        let (begun, cpu) = (now(), cpu::of("self"));
        let mut work = JoinSet::new();
        for client in 0..clients {
            let places = (self.next + client..self.next + count).step_by(clients);
            work.spawn(ask(self.house.ledger.clone(), self.tenant.clone(), places));
        }
        work.join_all().await;
        self.next += count;
        Cost { elapsed: begun.elapsed(), cpu: cpu::of("self").saturating_sub(cpu) }
    }
}

async fn ask(ledger: Ledger, tenant: Tenant, places: impl Iterator<Item = usize>) {
    let template = proposal(&tenant, "template");
    for place in places {
        let key = evidence::digest::Digest::of(&place.to_le_bytes());
        let mut next = template.clone();
        next.idempotency = next.idempotency.map(|mut sent| {
            sent.key = key;
            sent
        });
        // As the portal's ids, which begin with the time.
        next.action.id = cast::named(&format!("{place:012x}{}", &key.hex()[..20]));
        match ledger.decide(next).await {
            Ok(Answer::Decided(_)) => {}
            other => panic!("{other:?}"),
        }
    }
}

fn now() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
    Instant::now()
}
