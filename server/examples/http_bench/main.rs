//! What a decision costs over HTTP, beside the bare database doing the same writes on the same disk in the same run.
//!
//! The portal is another process with the real router on a real socket, so that its work can be told from that of whoever
//! asks; both share the machine. *Decided* ends with the durable receipt that allows a write which whoever asked carries out
//! without us, and *denied* with that of a refusal after we have looked at the record. *Carried out* goes the whole way:
//! decision, effect in the system of record, outcome.

mod bare;
mod cpu;
mod load;
mod portal;

#[expect(dead_code, reason = "tests need more of it")]
#[path = "../../tests/ledger/place.rs"]
mod place;

use std::time::Duration;

use bare::Bare;
use load::{Load, Measured, Want};
use place::Place;
use portal::Portal;
use tokio::runtime::{Builder, Runtime};

/// How long each measurement takes.
const LONG: Duration = Duration::from_secs(4);

const CLIENTS: [usize; 3] = [1, 16, 64];

fn main() {
    #[expect(clippy::disallowed_methods, reason = "it starts itself as the portal, with two arguments")]
    let mut arguments = std::env::args().skip(1);
    match arguments.next() {
        Some(data) => portal::serve(data.into(), arguments.next().as_deref()),
        None => runtime(Builder::new_current_thread()).block_on(all()),
    }
}

fn runtime(mut builder: Builder) -> Runtime {
    builder.enable_all().build().expect("a runtime")
}

async fn all() {
    println!(
        "every answer is on disk before it leaves; times in ms, CPU of the portal in µs for each answer"
    );
    compare("SQLite", &Place::sqlite()).await;
    match postgres() {
        Some(url) => compare("PostgreSQL", &Place::postgres(&url).await).await,
        None => println!("\nPostgreSQL: skipped, TEST_POSTGRES_URL names no cluster"),
    }
}

fn postgres() -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "as the tests are told where the cluster is")]
    std::env::var("TEST_POSTGRES_URL").ok()
}

async fn compare(name: &str, place: &Place) {
    let portal = Portal::start(place);
    let load = Load { address: portal.address, key: &portal.key };
    let sample = load.run(Want::Decided, 1, Duration::from_millis(200), &portal).await.bytes;
    println!("\n{name}; an answer has {sample} bytes, and so has each bare row");
    let bare = Bare::measure(place, sample).await;
    println!("{:<22}{:>9}{:>9}{:>9}", "bare", "per s", "p50", "p99");
    for (what, measured) in [
        ("one row a commit", &bare.one),
        ("64 rows a commit", &bare.many),
        ("one update a commit", &bare.update),
    ] {
        println!("{what:<22}{}", measured.columns());
    }
    println!(
        "{:<22}{:>9}{:>9}{:>9}{:>9}{:>12}{:>12}{:>12}",
        "over HTTP", "per s", "p50", "p99", "CPU", "x one row", "x 64 rows", "p50 x row's"
    );
    for want in [Want::Decided, Want::Denied, Want::CarriedOut] {
        for clients in CLIENTS {
            let measured = load.run(want, clients, LONG, &portal).await;
            println!("{:<22}{}", format!("{}, {clients}", want.word()), ratios(&measured, &bare));
        }
    }
}

fn ratios(measured: &Measured, bare: &Bare) -> String {
    format!(
        "{}{:>9.0}{:>12.2}{:>12.2}{:>12.2}",
        measured.columns(),
        measured.cpu.as_secs_f64() * 1e6 / measured.count(),
        measured.rate() / bare.one.rate(),
        measured.rate() / bare.many.rate(),
        measured.percentile(50).as_secs_f64() / bare.one.percentile(50).as_secs_f64(),
    )
}
