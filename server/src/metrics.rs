//! What the portal counts, in the text that Prometheus reads.
//!
//! Labels come from closed lists only: codes, statuses, route templates. No tenant, agent or key is ever named here,
//! because whoever watches a service need not know whose it is.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use evidence::receipt::Receipt;
use evidence::timestamp::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::ledger::Ledger;
use crate::portal::Portal;

/// A whole one, in the unit that histograms count in, so that their sums are exact.
const ONE: u64 = 1_000_000;

/// The upper bounds of the histograms' buckets.
const SECONDS: [u64; BUCKETS] =
    [1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, ONE, 10 * ONE];
const SIZES: [u64; BUCKETS] =
    [ONE, 2 * ONE, 4 * ONE, 8 * ONE, 16 * ONE, 32 * ONE, 64 * ONE, 128 * ONE, 256 * ONE, 512 * ONE];

const BUCKETS: usize = 10;

/// What is counted. A clone is another handle on the same numbers.
#[derive(Clone, Default)]
pub struct Metrics(Arc<Numbers>);

#[derive(Default)]
struct Numbers {
    decisions: Counters,
    outcomes: Counters,
    requests: Counters,
    request_seconds: Histogram,
    batch_size: Histogram,
    commit_seconds: Histogram,
}

/// One number for each set of labels that has occurred.
#[derive(Default)]
struct Counters(Mutex<BTreeMap<String, BTreeMap<String, u64>>>);

/// How many values lie at or below each bound, and what they come to.
#[derive(Default)]
struct Histogram {
    buckets: [AtomicU64; BUCKETS],
    count: AtomicU64,
    sum: AtomicU64,
}

impl Metrics {
    /// A batch of so many requests is on disk, with these receipts.
    pub(crate) fn recorded<'a>(
        &self,
        asked: usize,
        begun: Timestamp,
        done: Timestamp,
        receipts: impl Iterator<Item = &'a Receipt>,
    ) {
        self.0.batch_size.observe(&SIZES, (asked as u64).saturating_mul(ONE));
        self.0.commit_seconds.observe(&SECONDS, between(begun, done));
        for receipt in receipts {
            match receipt {
                Receipt::Decision(decided) => {
                    let code = decided.decision.reasons.first().map_or("", |reason| reason.code.as_str());
                    self.0.decisions.count(decided.decision.verdict.as_str(), code);
                }
                Receipt::Outcome(outcome) => {
                    let code = outcome.code.map_or("", evidence::reason::Code::as_str);
                    self.0.outcomes.count(outcome.status.as_str(), code);
                }
                _ => {}
            }
        }
    }

    /// A request to this route was answered like this.
    pub(crate) fn answered(&self, route: &str, status: &str, micros: u64) {
        self.0.requests.count(route, status);
        self.0.request_seconds.observe(&SECONDS, micros);
    }

    /// All of it.
    fn text(&self, queued: usize, pending: u64) -> String {
        let mut text = String::new();
        let numbers = &self.0;
        let version = env!("CARGO_PKG_VERSION");
        head(&mut text, "helm_build_info", "gauge", "Which portal this is.");
        let _ = writeln!(text, "helm_build_info{{version=\"{version}\"}} 1");
        numbers.decisions.write(
            &mut text,
            "helm_decisions_total",
            ["verdict", "code"],
            "Decisions, by verdict and first reason.",
        );
        numbers.outcomes.write(
            &mut text,
            "helm_outcomes_total",
            ["status", "code"],
            "Outcomes of allowed effects.",
        );
        numbers.requests.write(
            &mut text,
            "helm_http_requests_total",
            ["route", "status"],
            "Requests that were answered.",
        );
        numbers.request_seconds.write(
            &mut text,
            "helm_http_request_seconds",
            &SECONDS,
            "How long answers took.",
        );
        numbers.batch_size.write(
            &mut text,
            "helm_ledger_batch_requests",
            &SIZES,
            "Requests in one batch of the ledger.",
        );
        numbers.commit_seconds.write(
            &mut text,
            "helm_ledger_commit_seconds",
            &SECONDS,
            "How long it took to put a batch down.",
        );
        head(&mut text, "helm_ledger_queue_requests", "gauge", "Requests that wait for the ledger.");
        let _ = writeln!(text, "helm_ledger_queue_requests {queued}");
        head(&mut text, "helm_pending_effects", "gauge", "Allowed decisions that have no outcome yet.");
        let _ = writeln!(text, "helm_pending_effects {pending}");
        text
    }
}

/// Answers `GET /metrics` until it is told to stop.
pub async fn serve(listener: TcpListener, portal: Portal, mut stop: watch::Receiver<bool>) {
    let router = Router::new().route("/metrics", get(read)).with_state(portal.ledger);
    let told = async move {
        let _ = stop.wait_for(|told| *told).await;
    };
    tokio::select! {
        served = async { axum::serve(listener, router).await } => {
            if let Err(error) = served {
                tracing::error!(%error, "metrics are no longer served");
            }
        }
        () = told => {}
    }
}

async fn read(State(ledger): State<Ledger>) -> Response {
    match ledger.pending_effects().await {
        Ok(pending) => {
            let text = ledger.metrics().text(ledger.queued(), pending);
            ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
        }
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

impl Counters {
    fn count(&self, first: &str, second: &str) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match known.get_mut(first).and_then(|counts| counts.get_mut(second)) {
            Some(count) => *count += 1,
            None => drop(known.entry(first.to_owned()).or_default().insert(second.to_owned(), 1)),
        }
    }

    fn write(&self, text: &mut String, name: &str, labels: [&str; 2], help: &str) {
        head(text, name, "counter", help);
        let [one, two] = labels;
        for (first, counts) in &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            for (second, count) in counts {
                let _ = writeln!(text, "{name}{{{one}=\"{first}\",{two}=\"{second}\"}} {count}");
            }
        }
    }
}

impl Histogram {
    fn observe(&self, bounds: &[u64; BUCKETS], value: u64) {
        for (bucket, _) in self.buckets.iter().zip(bounds).filter(|(_, bound)| value <= **bound) {
            bucket.fetch_add(1, Ordering::Relaxed);
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        self.sum.fetch_add(value, Ordering::Relaxed);
    }

    fn write(&self, text: &mut String, name: &str, bounds: &[u64; BUCKETS], help: &str) {
        head(text, name, "histogram", help);
        for (bucket, bound) in self.buckets.iter().zip(bounds) {
            let (bound, count) = (whole(*bound), bucket.load(Ordering::Relaxed));
            let _ = writeln!(text, "{name}_bucket{{le=\"{bound}\"}} {count}");
        }
        let (count, sum) = (self.count.load(Ordering::Relaxed), whole(self.sum.load(Ordering::Relaxed)));
        let _ =
            writeln!(text, "{name}_bucket{{le=\"+Inf\"}} {count}\n{name}_sum {sum}\n{name}_count {count}");
    }
}

/// The microseconds from one moment to another; none if the clock went back.
pub(crate) fn between(begun: Timestamp, done: Timestamp) -> u64 {
    u64::try_from(done.micros().saturating_sub(begun.micros())).unwrap_or(0)
}

/// What a histogram's number stands for.
const fn whole(millionths: u64) -> f64 {
    Duration::from_micros(millionths).as_secs_f64()
}

fn head(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_prometheus_reads_them() {
        let metrics = Metrics::default();
        metrics.answered("/v1/actions", "200", 3_000);
        metrics.answered("/v1/actions", "200", 20 * ONE);
        let text = metrics.text(2, 1);
        for line in [
            "# TYPE helm_http_requests_total counter",
            "helm_http_requests_total{route=\"/v1/actions\",status=\"200\"} 2",
            "helm_http_request_seconds_bucket{le=\"0.0025\"} 0",
            "helm_http_request_seconds_bucket{le=\"0.005\"} 1",
            "helm_http_request_seconds_bucket{le=\"10\"} 1",
            "helm_http_request_seconds_bucket{le=\"+Inf\"} 2",
            "helm_http_request_seconds_sum 20.003",
            "helm_http_request_seconds_count 2",
            "helm_ledger_queue_requests 2",
            "helm_pending_effects 1",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }
}
