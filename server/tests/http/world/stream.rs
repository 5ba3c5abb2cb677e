//! Somebody who reads a log as it grows.

use axum::Router;
use axum::body::{Body, BodyDataStream};
use axum::http::{HeaderMap, Method, Request, header};
use futures_util::StreamExt as _;
use tower::ServiceExt as _;

use super::{World, with_key};

/// A stream of receipts.
pub struct Stream {
    headers: HeaderMap,
    body: BodyDataStream,
    read: String,
}

/// One receipt of a stream.
#[derive(Debug)]
pub struct Event {
    pub id: u64,
    pub data: String,
}

impl World {
    /// A request for a stream, of a reader who has read as far as `last`.
    pub fn following(key: &str, address: &str, last: Option<&str>) -> Request<Body> {
        let mut request = with_key(Method::GET, address, key, Body::empty());
        request.headers_mut().remove(header::CONTENT_TYPE);
        if let Some(last) = last {
            request.headers_mut().insert("last-event-id", last.parse().unwrap());
        }
        request
    }

    /// A stream that is open.
    pub async fn follow(&self, key: &str, address: &str, last: Option<&str>) -> Stream {
        self.stream(Self::following(key, address, last)).await
    }

    pub async fn stream(&self, request: Request<Body>) -> Stream {
        Stream::open(&self.router, request).await
    }
}

impl Stream {
    pub async fn open(router: &Router, request: Request<Body>) -> Self {
        let response = router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        assert_eq!(parts.status, 200);
        Self { headers: parts.headers, body: body.into_data_stream(), read: String::new() }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The next event that says something; nothing at the end.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            while let Some((event, rest)) = self.read.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.read = rest;
                if let Some(event) = parse(&event) {
                    return Some(event);
                }
            }
            self.read.push_str(std::str::from_utf8(&self.body.next().await?.unwrap()).unwrap());
        }
    }
}

fn parse(event: &str) -> Option<Event> {
    let values = |name: &str| -> Vec<&str> {
        let lines = event.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        lines.map(|value| value.strip_prefix(' ').unwrap_or(value)).collect()
    };
    let data = values("data");
    let id = values("id").first()?.parse().unwrap();
    (!data.is_empty()).then(|| Event { id, data: data.join("\n") })
}
