//! A log as it grows, as server-sent events: each receipt once and in its order, also across interruptions.
//!
//! An event's id is the receipt's number, so whoever was cut off goes on behind the last one that arrived. Nothing is kept
//! for whoever reads slowly: the next receipts are read when there is room for them.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;

use crate::ledger::{Follower, Row};
use crate::problem::Problem;
use crate::streams::{Full, Place};

/// How often something is sent when there is nothing to say, so that whoever is in between keeps the line open.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long whoever was cut off waits before asking again.
const RETRY: Duration = Duration::from_secs(2);

/// Says how long a reader who was cut off has read; browsers send it by themselves.
pub const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// What is sent to whom.
pub trait Live: Send + 'static {
    /// Whether the reader still may read.
    fn may(&self) -> impl Future<Output = bool> + Send;

    /// What is sent of a receipt; nothing, if the reader asked for others.
    fn text(&self, row: Row) -> impl Future<Output = Result<Option<String>, Problem>> + Send;
}

/// The answer that goes on.
pub fn answer(follower: Follower, place: Place, live: impl Live) -> Response {
    let stream = Stream { follower, place, live, next: VecDeque::new(), has_begun: false, is_over: false };
    let events = stream::unfold(stream, |stream| Box::pin(stream.event()));
    let mut response = Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}

/// The first receipt for a reader: behind the last one that arrived, or else `from`, or else whatever is written next.
pub fn first(headers: &HeaderMap, from: Option<&str>, size: u64) -> Result<u64, Problem> {
    let seen = headers.get(&LAST_EVENT_ID).filter(|value| !value.is_empty());
    match (seen, from) {
        (Some(seen), _) => {
            let seen = seen.to_str().ok().and_then(number).filter(|seen| *seen < size);
            let rule = format!("must be the number of a receipt of this log, which ends before #{size}");
            seen.map(|seen| seen + 1)
                .ok_or_else(|| Problem::malformed("Last-Event-ID", format!("`Last-Event-ID` {rule}.")))
        }
        (None, Some(from)) => {
            let rule = format!("must be a number from 0 to {size}, where this log ends");
            let from = number(from).filter(|from| *from <= size);
            from.ok_or_else(|| Problem::malformed("from", format!("`from` {rule}.")))
        }
        (None, None) => Ok(size),
    }
}

/// Digits and nothing else.
fn number(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

impl From<Full> for Problem {
    fn from(full: Full) -> Self {
        match full {
            Full::Caller => Self::TooManyStreams,
            Full::Portal => Self::TooBusy,
        }
    }
}

struct Stream<L> {
    follower: Follower,
    place: Place,
    live: L,
    next: VecDeque<Row>,
    has_begun: bool,
    is_over: bool,
}

impl<L: Live> Stream<L> {
    /// The next event, and what comes after it; nothing at the end.
    async fn event(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        if !self.has_begun {
            self.has_begun = true;
            return Some((Ok(Event::default().retry(RETRY)), self));
        }
        loop {
            if let Some(row) = self.next.pop_front() {
                let event = Event::default().id(row.seq.to_string());
                let text = self.live.text(row).await.ok()?;
                match text {
                    Some(text) => return Some((Ok(event.data(text)), self)),
                    // So that whoever is cut off here need not go through the same receipts again.
                    None if self.next.is_empty() => return Some((Ok(event), self)),
                    None => continue,
                }
            }
            // Asked before the log is read and again before anything of it is handed out, which may be a while later.
            if !self.live.may().await {
                return None;
            }
            self.read().await?;
            if !self.live.may().await {
                return None;
            }
        }
    }

    async fn read(&mut self) -> Option<()> {
        if self.is_over {
            return None;
        }
        let followed = tokio::select! {
            biased;
            () = self.place.ended() => return None,
            followed = self.follower.next() => followed.ok()?,
        };
        self.is_over = followed.is_over;
        self.next = followed.rows.into();
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(seen: Option<&[u8]>, from: Option<&str>) -> Option<u64> {
        let mut headers = HeaderMap::new();
        if let Some(seen) = seen {
            headers.insert(LAST_EVENT_ID, HeaderValue::from_bytes(seen).unwrap());
        }
        first(&headers, from, 10).ok()
    }

    #[test]
    fn a_reader_goes_on_where_it_was_and_never_beyond_the_end() {
        assert_eq!(start(None, None), Some(10));
        assert_eq!(start(None, Some("0")), Some(0));
        assert_eq!(start(None, Some("10")), Some(10));
        assert_eq!(start(Some(b"4"), Some("0")), Some(5));
        assert_eq!(start(Some(b"9"), None), Some(10));
        assert_eq!(start(Some(b""), Some("3")), Some(3));
        for seen in [&b"10"[..], b"-1", b"+1", b" 1 2", b"1e3", b"99999999999999999999999", b"\xff", b"x"] {
            assert_eq!(start(Some(seen), None), None, "{seen:?}");
        }
        for from in ["11", "", "-0", "1.0", "18446744073709551616"] {
            assert_eq!(start(None, Some(from)), None, "{from}");
        }
    }
}
