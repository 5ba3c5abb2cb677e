//! A portal with the demo's vendor in it, before anything has happened, and somebody who asks it.

mod documents;
mod pack;
mod pages;
mod people;
mod stream;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use app::portal::{Me, Role};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use evidence::digest::to_hex;
use evidence::dsse::Signed;
use evidence::name::Identifier;
use evidence::receipt::Receipt;
use evidence::timestamp::Timestamp;
use evidence::value::Value;
use serde_json::{Value as Json, json};
use server::clock::Clock;
use server::config::{Config, Home};
use server::demo;
use server::http::{Pages, Tls, router};
use server::portal::{Portal, Visitor};
use server::registry::{Desk, Scope, Tenant};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Column as _, Connection as _, Row as _};
use tower::ServiceExt as _;

pub use documents::ATTESTED;
pub use pages::Browser;
pub use people::{Asked, person};

/// The portal and everything it has.
pub struct World {
    pub clock: Clock,
    pub key: String,
    pub portal: Portal,
    router: Router,
    folder: Folder,
}

/// What came back.
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

/// A folder that is gone when its story is told.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl World {
    pub async fn new() -> Self {
        let mut name = [0; 8];
        getrandom::fill(&mut name).unwrap();
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("http-{}", to_hex(&name)));
        std::fs::create_dir_all(&folder).unwrap();
        demo::prepare(&folder).await.unwrap();
        build(&folder.join("site"));
        let clock = Clock::fixed("2026-11-02T09:00:00.000000Z".parse::<Timestamp>().unwrap());
        let portal = Portal::open(&config(folder.clone()), clock.clone()).await.unwrap();
        let vendor = demo::found(&portal).await.unwrap();
        let label = "test".parse().unwrap();
        let key = portal.registry.issue_api_key(&vendor, &label, &Scope::default()).await.unwrap().secret;
        let router = front_door(&portal, &key).await;
        Self { clock, key, portal, router, folder: Folder(folder) }
    }

    /// The same folder after the process has ended and begun again, however it ended.
    pub async fn restarted(self) -> Self {
        let Self { clock, key, portal, router, folder } = self;
        drop((portal, router));
        let portal = Portal::open(&config(folder.0.clone()), clock.clone()).await.unwrap();
        let router = front_door(&portal, &key).await;
        Self { clock, key, portal, router, folder }
    }

    pub fn config(&self) -> Config {
        config(self.folder.0.clone())
    }

    pub async fn desk(&self) -> Desk {
        self.portal.registry.desk(&self.key).await.unwrap().unwrap()
    }

    pub async fn tenant(&self, name: &str) -> Tenant {
        self.desk().await.tenant(&name.parse().unwrap()).await.unwrap().unwrap()
    }

    pub async fn ask(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let goes_on = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
        let body = if goes_on { Body::empty() } else { response.into_body() };
        let bytes = to_bytes(body, 64 << 20).await.unwrap().to_vec();
        Reply { status, headers, bytes }
    }

    pub async fn get(&self, address: &str) -> Reply {
        self.ask(with_key(Method::GET, address, &self.key, Body::empty())).await
    }

    pub async fn get_as(&self, key: &str, address: &str) -> Reply {
        self.ask(with_key(Method::GET, address, key, Body::empty())).await
    }

    /// Sends a body to `POST /v1/actions`.
    pub async fn send(&self, body: impl Into<Vec<u8>>) -> Reply {
        self.send_as(&self.key, body).await
    }

    pub async fn send_as(&self, key: &str, body: impl Into<Vec<u8>>) -> Reply {
        self.ask(with_key(Method::POST, "/v1/actions", key, Body::from(body.into()))).await
    }

    pub async fn propose(&self, write: &Json) -> Reply {
        self.send(write.to_string()).await
    }

    /// A statement on the system of record, by somebody else.
    pub async fn meddle(&self, statement: &'static str) {
        let mut file = self.file("crm.db").await;
        sqlx::query(statement).execute(&mut file).await.unwrap();
        file.close().await.unwrap();
    }

    /// A database of its own, beside the portal's; gives its path as seen from the folder.
    pub async fn database(&self, name: &str, statements: &'static str) -> PathBuf {
        let options = SqliteConnectOptions::new().filename(self.folder.0.join(name)).create_if_missing(true);
        let mut file = SqliteConnection::connect_with(&options).await.unwrap();
        sqlx::raw_sql(statements).execute(&mut file).await.unwrap();
        file.close().await.unwrap();
        PathBuf::from(name)
    }

    /// A statement on the ledger's own store, by whatever breaks stores.
    pub async fn meddle_with_ledger(&self, statement: &'static str) {
        let mut file = self.file("ledger.db").await;
        sqlx::query(statement).execute(&mut file).await.unwrap();
        file.close().await.unwrap();
    }

    /// One record, column by column, as the database has it.
    pub async fn row(&self, select: &'static str) -> Option<BTreeMap<Identifier, Value>> {
        let mut file = self.file("crm.db").await;
        let row = sqlx::query(select).fetch_optional(&mut file).await.unwrap()?;
        let text = |place: usize| match row.try_get::<Option<String>, _>(place).unwrap() {
            Some(text) => Value::Text(text),
            None => Value::Null,
        };
        Some(
            row.columns()
                .iter()
                .map(|column| (column.name().parse().unwrap(), text(column.ordinal())))
                .collect(),
        )
    }

    /// A contact, whole.
    pub async fn phone(&self, select: &'static str) -> String {
        match &self.row(select).await.unwrap()["phone"] {
            Value::Text(phone) => phone.clone(),
            other => panic!("{other}"),
        }
    }

    /// Every receipt of a tenant, oldest first.
    pub async fn log(&self, tenant: &str) -> Vec<Receipt> {
        let range = self.portal.ledger.range(&self.tenant(tenant).await, 0, None).await.unwrap().unwrap();
        range.receipts.iter().map(|bytes| Receipt::read(&Signed::parse(bytes).unwrap()).unwrap()).collect()
    }

    async fn file(&self, name: &str) -> SqliteConnection {
        SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(self.folder.0.join(name)))
            .await
            .unwrap()
    }
}

impl Reply {
    pub fn json(&self) -> Json {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The verdict and the code of the first reason.
    pub fn verdict(&self) -> (String, String) {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text());
        let answer = self.json();
        let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
        (text(&answer["verdict"]), text(&answer["reasons"][0]["code"]))
    }

    /// The code of a problem, which must have the form of one.
    pub fn problem(&self) -> (u16, String) {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text());
        let problem = self.json();
        assert_eq!(problem["status"], self.status.as_u16());
        assert!(problem["detail"].as_str().unwrap().len() > 20, "{problem}");
        assert!(problem["type"].as_str().unwrap().starts_with("urn:helm:problem:"), "{problem}");
        assert!(problem["title"].is_string(), "{problem}");
        (self.status.as_u16(), problem["code"].as_str().unwrap().to_owned())
    }

    /// The signed receipt in `answer[name]`, read.
    pub fn receipt(&self, pointer: &str) -> Receipt {
        let signed: Signed = serde_json::from_value(self.json().pointer(pointer).unwrap().clone()).unwrap();
        Receipt::read(&signed).unwrap()
    }
}

/// A small change that Acme's envelope allows at once.
pub fn update(record: &str) -> Json {
    json!({
        "tenant": "acme", "agent": "support-agent", "connector": "crm", "operation": "update", "table": "contacts",
        "records": [{"id": record}], "set": {"phone": "+44 20 7946 0018"}, "reason": "caller asked",
    })
}

/// The same with some members replaced.
pub fn but(mut write: Json, changes: &Json) -> Json {
    for (name, value) in changes.as_object().unwrap() {
        write[name] = value.clone();
    }
    write
}

pub fn with_key(method: Method, address: &str, key: &str, body: Body) -> Request<Body> {
    let request = Request::builder().method(method).uri(address);
    let request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
    request.header(header::CONTENT_TYPE, "application/json").body(body).unwrap()
}

async fn front_door(portal: &Portal, key: &str) -> Router {
    let desk = portal.registry.desk(key).await.unwrap().unwrap();
    let me = Me {
        id: "dana".to_owned(),
        name: "Dana".to_owned(),
        email: "dana@northwind.example".to_owned(),
        role: Role::Owner,
        approves: BTreeSet::new(),
        vendor: "Northwind".to_owned(),
        demo: false,
        waiting: 0,
    };
    let visitor = Visitor { me, desk: desk.clone(), trying: desk };
    let pages = Pages::new(portal.clone(), "http://portal.test".to_owned(), Vec::new(), Some(visitor));
    router(portal.clone(), &pages, Tls(false))
}

/// A site as `cargo xtask build` leaves it, in small.
fn build(site: &Path) {
    std::fs::create_dir_all(site.join("pkg")).unwrap();
    let files = ["main.0011223344556677.css", "portal.0011223344556677.js", "portal.0011223344556677.wasm"];
    for file in files {
        std::fs::write(site.join("pkg").join(file), file).unwrap();
    }
    std::fs::write(site.join("verifier.html"), "<p>sealed</p>").unwrap();
    std::fs::write(site.join("verifier.html.br"), "squeezed").unwrap();
    let entry = |file: String| json!({"file": file, "integrity": "sha384-x", "sha256": "x"});
    let mut manifest = json!({});
    for (name, file) in ["main.css", "portal.js", "portal.wasm"].into_iter().zip(files) {
        manifest[name] = entry(format!("pkg/{file}"));
    }
    manifest["verifier.html"] = entry("verifier.html".to_owned());
    manifest["verifier.html"]["content_security_policy"] = "default-src 'none'; script-src 'sha256-x'".into();
    std::fs::write(site.join("manifest.json"), manifest.to_string()).unwrap();
}

fn config(data: PathBuf) -> Config {
    Config {
        site: data.join("site"),
        home: Home { data, database: None, log: String::new(), signing_key: None, next_signing_key: None },
        listen: ([127, 0, 0, 1], 0).into(),
        demo: false,
        metrics: None,
        origin: "portal.test".to_owned(),
        url: None,
    }
}
