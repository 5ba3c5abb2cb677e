//! The only requests that the portal makes of its own accord: to the provider that the operator named.
//!
//! They go over TLS, or stay on the machine; follow no redirect; end soon; and read no more than an answer can hold.

use std::pin::Pin;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use openidconnect::url::{Host, Url};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use tokio::sync::Semaphore;

/// How long one request may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most that an answer holds, in bytes.
const MOST: usize = 512 * 1024;
/// How many requests are on their way at once.
const AT_ONCE: usize = 16;

/// The way out.
pub struct Outward {
    client: Client<HttpsConnector<HttpConnector>, Body>,
    places: Semaphore,
}

/// Why there is no answer. It names no address, because addresses may hold secrets.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    #[error("its address is neither https nor on this machine")]
    Open,
    #[error("too many requests to it are on their way already")]
    Busy,
    #[error("it did not answer within {} seconds", PATIENCE.as_secs())]
    Late,
    #[error("it can't be reached")]
    Away(#[from] hyper_util::client::legacy::Error),
    #[error("its answer can't be read, or is longer than {MOST} bytes")]
    Answer(#[from] axum::Error),
}

impl Outward {
    /// Believes the certificates that the machine believes.
    pub fn new() -> std::io::Result<Self> {
        let connector =
            HttpsConnectorBuilder::new().with_native_roots()?.https_or_http().enable_http1().build();
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self { client, places: Semaphore::new(AT_ONCE) })
    }

    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, NoAnswer> {
        let url = Url::parse(&request.uri().to_string()).map_err(|_| NoAnswer::Open)?;
        if !is_closed(&url) {
            return Err(NoAnswer::Open);
        }
        let _place = self.places.try_acquire().map_err(|_| NoAnswer::Busy)?;
        tokio::time::timeout(PATIENCE, self.answer(request)).await.map_err(|_| NoAnswer::Late)?
    }

    async fn answer(&self, request: HttpRequest) -> Result<HttpResponse, NoAnswer> {
        let (parts, body) = self.client.request(request.map(Body::from)).await?.into_parts();
        let bytes = to_bytes(Body::new(body), MOST).await?;
        Ok(HttpResponse::from_parts(parts, bytes.to_vec()))
    }
}

/// Whether nobody on the way can read or change what goes there.
pub fn is_closed(url: &Url) -> bool {
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && is_here)
}

impl<'c> AsyncHttpClient<'c> for Outward {
    type Error = NoAnswer;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, NoAnswer>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_could_read_is_not_sent() {
        let closed = |text: &str| is_closed(&Url::parse(text).unwrap());
        for good in
            ["https://login.example.com", "http://localhost:9000/a", "http://127.0.0.1:1", "http://[::1]:1"]
        {
            assert!(closed(good), "{good}");
        }
        for open in [
            "http://login.example.com",
            "http://localhost.example.com",
            "http://10.0.0.1",
            "ftp://localhost",
            "file:///etc/passwd",
            "javascript:alert(1)",
        ] {
            assert!(!closed(open), "{open}");
        }
    }
}
