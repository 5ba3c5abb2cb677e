//! How many durable decisions the ledger makes in a second, beside bare inserts on the same disk in the same run.
//!
//! Every decision is decided, signed, appended to its log and on disk before it counts. The bare inserts write rows of
//! the same size and nothing else: one per commit, and 64 per commit.

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
use server::ledger::{Answer, Ledger, Proposal};
use server::registry::Tenant;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, SqliteConnection};
use tokio::task::JoinSet;

/// How long each measurement takes.
const LONG: Duration = Duration::from_secs(4);

#[tokio::main]
async fn main() {
    let place = Place::sqlite();
    let house = House::open(&place, &Clock::system()).await;
    let tenants = [
        house.tenant("acme", u64::MAX >> 12).await,
        house.tenant("globex", u64::MAX >> 12).await,
        house.tenant("initech", u64::MAX >> 12).await,
    ];
    let sample = decided(&house.ledger, proposal(&tenants[0], "sample")).await;
    let row = "x".repeat(sample);
    println!("a receipt has {sample} bytes; every row is on disk before it counts");
    let single = inserts(&place, &row, 1).await;
    let multi = inserts(&place, &row, 64).await;
    println!("bare inserts, 1 a commit     {single:>9.0}/s");
    println!("bare inserts, 64 a commit    {multi:>9.0}/s");
    for clients in [1, 16, 64] {
        let rate = decisions(&house.ledger, &tenants, clients).await;
        println!(
            "decisions, {clients:>2} clients        {rate:>9.0}/s   {:>5.2} x inserts of 1   {:>5.2} x inserts of 64",
            rate / single,
            rate / multi
        );
    }
}

/// Proposals are made before the clock starts: in the portal that work is the boundary's, on other threads.
async fn decisions(ledger: &Ledger, tenants: &[Tenant], clients: usize) -> f64 {
    let begun = now();
    let mut work = JoinSet::new();
    for client in 0..clients {
        let (ledger, tenant) = (ledger.clone(), tenants[client % tenants.len()].clone());
        let template = proposal(&tenant, "template");
        work.spawn(async move {
            let mut count = 0_u32;
            while begun.elapsed() < LONG {
                let id = format!("c{clients}-{client}-{count}");
                let mut next = template.clone();
                next.idempotency = next.idempotency.map(|mut sent| {
                    sent.key = evidence::digest::Digest::of(id.as_bytes());
                    sent
                });
                next.action.id = cast::named(&id);
                decided(&ledger, next).await;
                count += 1;
            }
            count
        });
    }
    let count: u32 = work.join_all().await.into_iter().sum();
    f64::from(count) / begun.elapsed().as_secs_f64()
}

async fn decided(ledger: &Ledger, proposal: Proposal) -> usize {
    match ledger.decide(proposal).await {
        Ok(Answer::Decided(decision)) => decision.signed().bytes().len(),
        other => panic!("{other:?}"),
    }
}

/// Rows in a second, with so many in each commit.
async fn inserts(place: &Place, row: &str, rows: u32) -> f64 {
    let file = place.folder().join("bare.db");
    let url = format!("sqlite://{}?mode=rwc", file.display());
    let mut connection = SqliteConnection::connect(&url).await.expect("a database");
    connection.execute("pragma journal_mode = wal; pragma synchronous = full").await.expect("durable");
    connection
        .execute("create table if not exists bare (id integer primary key, body text)")
        .await
        .expect("a table");
    let values = vec!["(?1)"; rows as usize].join(",");
    let statement = format!("insert into bare (body) values {values}");
    let begun = now();
    let mut count = 0_u32;
    while begun.elapsed() < LONG {
        let query = sqlx::query(AssertSqlSafe(statement.clone())).bind(row);
        query.execute(&mut connection).await.expect("an insert");
        count += rows;
    }
    f64::from(count) / begun.elapsed().as_secs_f64()
}

fn now() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
    Instant::now()
}
