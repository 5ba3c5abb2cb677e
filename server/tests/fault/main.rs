//! The portal as a process: killed, cut off, starved and doubled, on real databases.

mod audit;
mod cast;
mod cluster;
mod dice;
mod fleet;
mod http;
mod kills;
mod load;
mod place;
mod process;
mod weather;
mod writes;

use std::io::Write as _;

/// Tells what a test has seen, also when it holds: what is printed in other ways is shown only of one that does not.
fn tell(seen: &str) {
    let _ = writeln!(std::io::stderr(), "{seen}");
}

/// The cluster that a test may make databases in.
fn cluster() -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "where the cluster is, nobody else can tell a test")]
    let url = std::env::var("TEST_POSTGRES_URL").ok();
    if url.is_none() {
        eprintln!("no TEST_POSTGRES_URL: told on SQLite only");
    }
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_every_step_on_sqlite_it_keeps_what_it_said() {
    kills::story(None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_every_step_on_postgres_it_keeps_what_it_said() {
    if let Some(cluster) = cluster() {
        kills::story(Some(&cluster)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_portals_on_one_database_never_overspend_a_limit() {
    if let Some(cluster) = cluster() {
        fleet::one_limit(&cluster).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_portal_left_behind_is_finished_once_by_those_that_are_left() {
    if let Some(cluster) = cluster() {
        fleet::survivors(&cluster).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_disk_is_full_nothing_is_decided_and_nothing_is_lost() {
    weather::full_disk().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_is_away_nothing_is_decided_and_nothing_is_lost() {
    weather::away().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_ledger_is_held_on_sqlite_nothing_is_decided() {
    weather::slow(None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_ledger_is_held_on_postgres_nothing_is_decided() {
    if let Some(cluster) = cluster() {
        weather::slow(Some(&cluster)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_set_back_does_not_turn_a_log_back() {
    weather::clock_set_back().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_connection_to_the_records_is_no_reason_to_deny() {
    if let Some(cluster) = cluster() {
        weather::lost_connections(&cluster).await;
    }
}
