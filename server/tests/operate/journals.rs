//! What a portal tells those who watch it, and what it keeps to itself.

use serde_json::Value as Json;

use crate::place::Place;
use crate::portal::{Served, ask, reach, update};
use crate::{on_postgres, stories};

stories! {
    the_log_names_the_route_and_never_a_secret,
}

async fn the_log_names_the_route_and_never_a_secret(place: Place) {
    let portal = Served::start_with(&place, &["--log", "info,server=trace,sqlx=trace"]);
    let mut write = update("+44 20 7946 9999");
    write["idempotency_key"] = "idempotency-7f3a".into();
    assert_eq!(portal.post(&write).0, 200);
    assert_eq!(portal.post(&reach("c-1042")).0, 200);
    let stranger = "GET /v1/tenants/acme/receipts?agent=query-51cc HTTP/1.1\r\nhost: portal\r\nauthorization: Bearer \
                    stranger-90aa\r\nconnection: close\r\n\r\n";
    assert_eq!(ask(&portal.address, stranger).0, 401);
    assert_eq!(portal.get("/v1/actions/action-3b1d").0, 404);
    assert_eq!(portal.get("/nowhere-44e2").0, 404);
    let key = portal.key.clone();
    let log = portal.stop();
    for secret in
        [&key, "7946 9999", "idempotency-7f3a", "query-51cc", "stranger-90aa", "action-3b1d", "nowhere-44e2"]
    {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
    let answered: Vec<Json> = log
        .lines()
        .map(|line| serde_json::from_str::<Json>(line).unwrap()["fields"].clone())
        .filter(|fields| fields["message"] == "answered")
        .collect();
    let of = |route: &str| answered.iter().find(|fields| fields["route"] == route).unwrap();
    assert_eq!(of("/v1/actions")["status"], 200);
    assert_eq!(of("/v1/actions/{id}")["method"], "GET");
    assert_eq!(of("/v1/tenants/{tenant}/receipts")["status"], 401);
    assert_eq!(of("/v1/actions")["request"].as_str().unwrap().len(), 16);
    assert!(of("/v1/actions")["micros"].is_u64());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_can_not_be_reached_is_told_without_its_password() {
    let place = Place::sqlite();
    let mut command = crate::portal::command(&place, &["serve", "--listen", "127.0.0.1:0", "--log", "trace"]);
    let url = "postgres://helm:password-8d2f@127.0.0.1:1/helm";
    let output = command.env("PORTAL_DATABASE", url).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("can't be opened") && !said.contains("password-8d2f"), "{said}");
    drop(on_postgres().await);
}

#[test]
fn prometheus_reads_counts_and_no_names() {
    let place = Place::sqlite();
    let portal = Served::start_with(&place, &["--metrics", "127.0.0.1:0"]);
    assert_eq!(portal.post(&update("1")).0, 200);
    assert_eq!(portal.post(&reach("c-1042")).0, 200);
    let request = "GET /metrics HTTP/1.1\r\nhost: portal\r\nconnection: close\r\n\r\n";
    let (status, body) = ask(portal.metrics.as_ref().unwrap(), request);
    let text = String::from_utf8(body).unwrap();
    assert_eq!(status, 200);
    for line in [
        "helm_decisions_total{verdict=\"DENY\",code=\"TENANT_ISOLATION\"}",
        "helm_decisions_total{verdict=\"ALLOW\",code=\"\"}",
        "helm_outcomes_total{status=\"COMMITTED\",code=\"\"}",
        "helm_http_requests_total{route=\"/v1/actions\",status=\"200\"} 2",
        "helm_ledger_commit_seconds_bucket{le=\"+Inf\"}",
        "helm_ledger_batch_requests_count",
        "helm_ledger_queue_requests 0",
        "helm_pending_effects 0",
        "helm_build_info{version=",
    ] {
        assert!(text.lines().any(|found| found.starts_with(line)), "{line}\n{text}");
    }
    for name in ["acme", "globex", "northwind", "support-agent"] {
        assert!(!text.contains(name), "{name}");
    }
    // It is not on the address that everybody reaches.
    assert_eq!(ask(&portal.address, request).0, 404);
    portal.stop();
}
