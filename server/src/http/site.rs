//! What `cargo xtask build` made: the files under `/pkg/` and the sealed verifier page.
//!
//! They are few and never change while the portal runs, so they are read once. Their names under `/pkg/` contain their
//! digests, so a browser may keep them for good; the page keeps its name and is compared by its digest instead.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::path::Path as At;
use crate::problem::Problem;

/// The site as it was found on disk.
#[derive(Clone, Default)]
pub struct Site(Arc<Files>);

#[derive(Default)]
struct Files {
    named: BTreeMap<String, File>,
    entries: BTreeMap<String, Entry>,
}

/// What the manifest says of one file.
#[derive(Clone, Debug, Deserialize)]
pub struct Entry {
    /// Its path below the site.
    pub file: String,
    /// For `integrity` attributes.
    pub integrity: String,
    /// The policy in the page's own `<meta>`.
    pub content_security_policy: Option<String>,
}

struct File {
    plain: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
    kind: &'static str,
    tag: HeaderValue,
}

impl Site {
    /// Reads the site in `folder`. One that was not built is empty.
    pub fn read(folder: &Path) -> std::io::Result<Self> {
        let manifest = match std::fs::read(folder.join("manifest.json")) {
            Ok(manifest) => manifest,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(error),
        };
        let entries: BTreeMap<String, Entry> = serde_json::from_slice(&manifest)?;
        let named =
            entries.values().map(|entry| Ok((entry.file.clone(), File::read(&folder.join(&entry.file))?)));
        let named = named.collect::<std::io::Result<_>>()?;
        Ok(Self(Arc::new(Files { named, entries })))
    }

    /// What the manifest says of the file with this logical name, as `main.css`.
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        self.0.entries.get(name)
    }

    /// The bytes of the file at this path below the site.
    pub fn bytes(&self, file: &str) -> Option<Vec<u8>> {
        self.0.named.get(file).map(|file| file.plain.to_vec())
    }

    fn serve(&self, file: &str, request: &HeaderMap) -> Option<Response> {
        self.0.named.get(file).map(|file| file.answer(request))
    }
}

/// `GET /pkg/{name}`
pub async fn package(State(site): State<Site>, At(name): At<String>, headers: HeaderMap) -> Response {
    let Some(mut response) = site.serve(&format!("pkg/{name}"), &headers) else {
        return Problem::NotFound.into_response();
    };
    let for_good = HeaderValue::from_static("public, max-age=31536000, immutable");
    response.headers_mut().insert(header::CACHE_CONTROL, for_good);
    response
}

/// `GET /verify`: the sealed page. `sandbox` gives it an origin of its own, so that a hostile pack can't reach the portal.
pub async fn verifier(State(site): State<Site>, headers: HeaderMap) -> Response {
    let Some(mut response) = site.serve("verifier.html", &headers) else {
        return Problem::NotBuilt.into_response();
    };
    let policy = site.entry("verifier.html").and_then(|entry| entry.content_security_policy.as_deref());
    let policy = format!(
        "{}; sandbox allow-scripts allow-downloads allow-modals",
        policy.unwrap_or("default-src 'none'")
    );
    let Ok(policy) = HeaderValue::try_from(policy) else { return Problem::Internal.into_response() };
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

impl File {
    fn read(path: &Path) -> std::io::Result<Self> {
        let plain = std::fs::read(path)?;
        let sibling = |extension: &str| {
            let mut name = path.as_os_str().to_owned();
            name.push(extension);
            std::fs::read(name).ok().map(Bytes::from)
        };
        // Weak, because the same tag stands for every encoding.
        let tag = format!("W/\"{}\"", evidence::digest::Digest::of(&plain).hex());
        let tag = HeaderValue::try_from(tag).map_err(std::io::Error::other)?;
        Ok(Self { plain: plain.into(), brotli: sibling(".br"), gzip: sibling(".gz"), kind: kind(path), tag })
    }

    fn answer(&self, request: &HeaderMap) -> Response {
        let same = request.get(header::IF_NONE_MATCH).is_some_and(|known| *known == self.tag);
        let mut response = if same { StatusCode::NOT_MODIFIED.into_response() } else { self.body(request) };
        let headers = response.headers_mut();
        headers.insert(header::ETAG, self.tag.clone());
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        response
    }

    fn body(&self, request: &HeaderMap) -> Response {
        let kind = (header::CONTENT_TYPE, self.kind);
        let squeezed = [("br", &self.brotli), ("gzip", &self.gzip)];
        let accepted = squeezed.into_iter().find_map(|(name, bytes)| {
            bytes.as_ref().filter(|_| accepts(request, name)).map(|bytes| (name, bytes.clone()))
        });
        match accepted {
            Some((name, bytes)) => ([kind, (header::CONTENT_ENCODING, name)], bytes).into_response(),
            None => ([kind], self.plain.clone()).into_response(),
        }
    }
}

/// Whether `encoding` is among those accepted. A weight of nought refuses it.
fn accepts(request: &HeaderMap, encoding: &str) -> bool {
    let offers = request.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    offers.flat_map(|value| value.split(',')).any(|offer| {
        let (name, weight) = offer.split_once(';').unwrap_or((offer, ""));
        let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok());
        name.trim().eq_ignore_ascii_case(encoding) && weight.is_none_or(|weight| weight > 0.0)
    })
}

fn kind(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("css") => "text/css; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    }
}
