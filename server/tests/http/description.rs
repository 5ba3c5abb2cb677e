//! What `/openapi.json` says is what the portal does: each route, each status, each member of what goes in and comes out.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Body;
use axum::http::{Method, Request, header};
use evidence::reason::Code;
use serde_json::{Value as Json, json};

use crate::schema::{fit, referred};
use crate::world::{ATTESTED, Reply, World, but, update, with_key};

/// Statuses that only a failing machine gives.
const ONLY_FAILURE: [u16; 2] = [500, 504];

const RULES: &str = "/v1/tenants/{tenant}";

#[tokio::test(flavor = "multi_thread")]
async fn every_route_status_and_member_of_the_description_is_real() {
    let mut tour = Tour::begin().await;
    tour.what_is_no_request().await;
    tour.actions().await;
    tour.attested().await;
    tour.approvals().await;
    tour.evidence().await;
    tour.stream().await;
    tour.standing().await;
    tour.documents().await;
    tour.erased().await;
    tour.while_the_ledger_is_away().await;
    tour.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_that_is_answered_is_described_and_so_is_every_code() {
    let document = World::new().await.get("/openapi.json").await.json();
    let source = include_str!("../../src/http.rs");
    let routes = source.split(".route(").skip(1).map(|rest| rest.split('"').nth(1).unwrap());
    let routes: BTreeSet<&str> = routes.filter(|route| !route.starts_with("/pkg")).collect();
    let described: BTreeSet<&str> =
        document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(routes, described);
    let codes: Json = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(document["components"]["schemas"]["Code"]["enum"], codes);
    for (route, method, operation) in operations(&document) {
        let Some(body) = operation["requestBody"]["content"].get("application/json") else { continue };
        let example = fit(&document, &body["schema"], &body["example"]);
        assert_eq!(example, Ok(()), "{method} {route}");
    }
}

/// A walk through everything that is described.
struct Tour {
    world: World,
    document: Json,
    seen: BTreeMap<(String, String), BTreeSet<u16>>,
}

impl Tour {
    async fn begin() -> Self {
        let world = World::new().await;
        world.attest("acme").await;
        let document = world.get("/openapi.json").await.json();
        Self { world, document, seen: BTreeMap::new() }
    }

    /// Every route that takes a body, with bodies that are none.
    async fn what_is_no_request(&mut self) {
        let document = self.document.clone();
        let key = self.world.key.clone();
        for (route, _, _) in operations(&document).filter(|(_, method, _)| *method == "post") {
            let address = filled(route);
            self.post(route, &key, &address, &Json::Null).await;
            self.post(route, "helm_0", &address, &json!({})).await;
            let large = Body::from(" ".repeat(1 << 20));
            self.visit(route, with_key(Method::POST, &address, &key, large)).await;
            let undeclared = Request::post(&address).header(header::AUTHORIZATION, format!("Bearer {key}"));
            self.visit(route, undeclared.body(Body::empty()).unwrap()).await;
        }
    }

    async fn actions(&mut self) {
        let key = self.world.key.clone();
        let billing = self.world.narrow_key(&["acme"], Some(&["billing-agent"])).await;
        let write = but(update("c-1042"), &json!({"idempotency_key": "k"}));
        let id = text(&self.post("/v1/actions", &key, "/v1/actions", &write).await, "/id");
        self.post("/v1/actions", &billing, "/v1/actions", &write).await;
        for (name, value) in [("tenant", "nobody"), ("reason", "other"), ("table", "payroll")] {
            self.post("/v1/actions", &key, "/v1/actions", &but(write.clone(), &json!({name: value}))).await;
        }
        let list = json!({"actions": [write, but(write.clone(), &json!({"tenant": "nobody"}))]});
        self.post("/v1/actions:batch", &key, "/v1/actions:batch", &list).await;
        for (key, id) in [(key.as_str(), id.as_str()), ("helm_0", &id), (&key, "none")] {
            self.get("/v1/actions/{id}", key, &format!("/v1/actions/{id}")).await;
        }
        let undo = json!({"reason": "The caller was somebody else."});
        let route = "/v1/actions/{id}/rollback";
        for (key, id) in [(&billing, id.as_str()), (&key, &id), (&key, &id), (&key, "none")] {
            self.post(route, key, &route.replace("{id}", id), &undo).await;
        }
        let denied = text(&self.world.propose(&update("c-2001")).await, "/id");
        self.post(route, &key, &route.replace("{id}", &denied), &undo).await;
    }

    async fn attested(&mut self) {
        let key = self.world.key.clone();
        let billing = self.world.narrow_key(&["acme"], Some(&["billing-agent"])).await;
        let ticket = json!({
            "connector": ATTESTED, "operation": "insert", "table": "tickets", "records": [{"id": "t-0"}], "before": [null],
            "set": {"subject": "s", "status": "open", "priority": 1},
        });
        let write = but(update(""), &ticket);
        let allowed = self.post("/v1/actions", &key, "/v1/actions", &write).await;
        let (id, permit) = (text(&allowed, "/id"), text(&allowed, "/permit/id"));
        let route = "/v1/actions/{id}/outcome";
        let done = json!({"permit": permit, "status": "COMMITTED"});
        let other = json!({"permit": permit, "status": "FAILED", "code": "PROVIDER_ERROR"});
        for (key, id, body) in
            [(&billing, id.as_str(), &done), (&key, &id, &done), (&key, &id, &other), (&key, "none", &done)]
        {
            self.post(route, key, &route.replace("{id}", id), body).await;
        }
    }

    async fn approvals(&mut self) {
        let key = self.world.key.clone();
        let max = self.world.person("max", &["success-managers"]).await;
        for (verb, contact) in [("approve", "c-1041"), ("reject", "c-1042")] {
            let removal = json!({"operation": "delete", "set": null, "records": [{"id": contact}]});
            let asked = self.world.escalated(&but(update(""), &removal)).await;
            let route = format!("/v1/approvals/{{id}}/{verb}");
            self.get("/v1/approvals", &key, "/v1/approvals").await;
            let vote = json!({"decision": asked.decision, "reason": "I looked at it."});
            for (key, id) in [(&key, asked.id.as_str()), (&max, &asked.id), (&max, &asked.id), (&max, "none")]
            {
                self.post(&route, key, &route.replace("{id}", id), &vote).await;
            }
        }
        let globex = json!({"tenant": "globex", "records": [{"id": "c-2001"}]});
        let asked = self.world.escalated(&but(update(""), &globex)).await;
        let dana = self.world.person("dana", &["data-stewards"]).await;
        let vote = json!({"decision": asked.decision, "reason": "I looked at it."});
        let route = "/v1/approvals/{id}/approve";
        self.post(route, &dana, &route.replace("{id}", &asked.id), &vote).await;
        self.get("/v1/approvals", &key, "/v1/approvals").await;
        self.get("/v1/approvals", "helm_0", "/v1/approvals").await;
    }

    async fn evidence(&mut self) {
        let key = self.world.key.clone();
        let record = "disclosures?connector=crm&table=contacts&id=c-1042";
        for (part, good, bad) in [
            ("/receipts", "receipts?limit=200", Some("receipts?limit=x")),
            ("/receipts/{seq}", "receipts/0", None),
            ("/checkpoint", "checkpoint", None),
            ("/disclosures", record, Some("disclosures?table=contacts")),
            ("/pack", "pack", Some("pack?from=x")),
        ] {
            let route = format!("{RULES}{part}");
            self.get(&route, &key, &format!("/v1/tenants/acme/{good}")).await;
            self.get(&route, "helm_0", &format!("/v1/tenants/acme/{good}")).await;
            self.get(&route, &key, &format!("/v1/tenants/nobody/{good}")).await;
            if let Some(bad) = bad {
                self.get(&route, &key, &format!("/v1/tenants/acme/{bad}")).await;
            }
        }
    }

    /// A log as it grows.
    async fn stream(&mut self) {
        let key = self.world.key.clone();
        let (route, address) = (format!("{RULES}/receipts/stream"), "/v1/tenants/acme/receipts/stream");
        for (key, address) in [
            (key.as_str(), address),
            ("helm_0", address),
            (&key, "/v1/tenants/nobody/receipts/stream"),
            (&key, "/v1/tenants/acme/receipts/stream?from=x"),
        ] {
            self.get(&route, key, address).await;
        }
        let mut open = Vec::new();
        for _ in 0..8 {
            open.push(self.world.follow(&key, address, None).await);
        }
        self.get(&route, &key, address).await;
    }

    async fn standing(&mut self) {
        let max = self.world.person("max", &[]).await;
        let billing = self.world.narrow_key(&["acme"], Some(&["billing-agent"])).await;
        let why = json!({"reason": "The agent went astray."});
        let agent = format!("{RULES}/agents/{{agent}}");
        for route in [
            "/v1/freeze".to_owned(),
            "/v1/unfreeze".to_owned(),
            format!("{RULES}/freeze"),
            format!("{RULES}/unfreeze"),
            format!("{agent}/suspend"),
            format!("{agent}/resume"),
        ] {
            for key in [&max, &billing] {
                self.post(&route, key, &filled(&route), &why).await;
            }
            if route.contains("{tenant}") {
                self.post(&route, &max, &filled(&route.replace("{tenant}", "nobody")), &why).await;
            }
        }
    }

    /// What is left to ask of a tenant whose secret was erased.
    async fn erased(&mut self) {
        let key = self.world.key.clone();
        self.world.attest("initech").await;
        let ticket = json!({
            "tenant": "initech", "connector": ATTESTED, "operation": "insert", "table": "tickets",
            "records": [{"id": "t-0"}], "before": [null], "set": {"subject": "s", "status": "open", "priority": 1},
        });
        let allowed = self.world.propose(&but(update(""), &ticket)).await;
        let (id, permit) = (text(&allowed, "/id"), text(&allowed, "/permit/id"));
        let done = json!({"permit": permit, "status": "COMMITTED", "records": null});
        let route = "/v1/actions/{id}/outcome";
        self.post(route, &key, &route.replace("{id}", &id), &done).await;
        self.world.erase("initech").await;
        let told = json!({"permit": permit, "status": "COMMITTED", "records": [null]});
        self.post(route, &key, &route.replace("{id}", &id), &told).await;
        let route = "/v1/actions/{id}/rollback";
        self.post(route, &key, &route.replace("{id}", &id), &json!({"reason": "r", "before": [null]})).await;
        self.post("/v1/actions", &key, "/v1/actions", &but(update("c-3001"), &json!({"tenant": "initech"})))
            .await;
        let record = "/v1/tenants/initech/disclosures?connector=crm&table=contacts&id=c-3001";
        self.get(&format!("{RULES}/disclosures"), &key, record).await;
        let stream = "/v1/tenants/initech/receipts/stream";
        self.get(&format!("{RULES}/receipts/stream"), &key, stream).await;
    }

    async fn documents(&mut self) {
        let key = self.world.key.clone();
        let trust = "/.well-known/helm-trust.json";
        for query in ["", "?x=1", "?vendor=nobody"] {
            self.get(trust, &key, &format!("{trust}{query}")).await;
        }
        for route in ["/healthz", "/openapi.json", "/verify"] {
            self.get(route, &key, route).await;
        }
        let tag = self.world.get("/verify").await.header("etag").to_owned();
        let known = Request::get("/verify").header(header::IF_NONE_MATCH, tag).body(Body::empty()).unwrap();
        self.visit("/verify", known).await;
    }

    /// With keys that the portal has not looked up before.
    async fn while_the_ledger_is_away(&mut self) {
        let fresh = self.world.narrow_key(&["acme"], None).await;
        for (table, lost) in [("receipts", "gone"), ("checkpoints", "lost"), ("vendors", "forgotten")] {
            let rename = format!("alter table {table} rename to {lost}");
            self.world.meddle_with_ledger(Box::leak(rename.into_boxed_str())).await;
        }
        let document = self.document.clone();
        for (route, method, operation) in operations(&document) {
            let address = filled(route);
            let is_open = operation.get("security").is_some();
            match method {
                "post" => drop(self.post(route, &fresh, &address, &json!({})).await),
                _ if !is_open || route == "/healthz" => drop(self.get(route, &fresh, &address).await),
                _ => {}
            }
        }
        self.get("/.well-known/helm-trust.json", &fresh, "/.well-known/helm-trust.json").await;
    }

    /// What is described has been met, but for what only a failing machine gives.
    fn end(self) {
        let document = &self.document;
        for (route, method, operation) in operations(document) {
            let met = &self.seen[&(route.to_owned(), method.to_owned())];
            let described =
                operation["responses"].as_object().unwrap().keys().map(|status| status.parse().unwrap());
            let unmet: Vec<u16> =
                described.filter(|status| !met.contains(status) && !ONLY_FAILURE.contains(status)).collect();
            let expected: &[u16] = match route {
                // Too much at once, and a page that was not built.
                "/openapi.json" => &[503],
                "/verify" => &[404, 503],
                _ => &[],
            };
            assert_eq!(unmet, expected, "{method} {route}");
        }
    }

    async fn get(&mut self, route: &str, key: &str, address: &str) -> Reply {
        self.visit(route, with_key(Method::GET, address, key, Body::empty())).await
    }

    async fn post(&mut self, route: &str, key: &str, address: &str, body: &Json) -> Reply {
        self.visit(route, with_key(Method::POST, address, key, Body::from(body.to_string()))).await
    }

    /// Asks, and holds the answer to what is described.
    async fn visit(&mut self, route: &str, request: Request<Body>) -> Reply {
        let method = request.method().as_str().to_lowercase();
        let reply = self.world.ask(request).await;
        let status = reply.status.as_u16();
        let responses = &self.document["paths"][route][&method]["responses"];
        let described = &responses[status.to_string()];
        assert!(described.is_object(), "{method} {route} gives {status}: {}", reply.text());
        let described = match described.get("$ref") {
            Some(reference) => referred(&self.document, reference),
            None => described,
        };
        if let Some(content) = described.get("content") {
            let kind = reply.header("content-type").split(';').next().unwrap();
            let schema = content.get(kind).unwrap_or_else(|| panic!("{method} {route} is {kind}"));
            if kind.ends_with("json") {
                let fits = fit(&self.document, &schema["schema"], &reply.json());
                assert_eq!(fits, Ok(()), "{method} {route} {status}: {}", reply.text());
            }
        }
        self.seen.entry((route.to_owned(), method)).or_default().insert(status);
        reply
    }
}

/// Every route, method and what is described of it.
pub fn operations(document: &Json) -> impl Iterator<Item = (&str, &str, &Json)> {
    let routes = document["paths"].as_object().unwrap().iter();
    routes.flat_map(|(route, methods)| {
        let methods = methods.as_object().unwrap().iter();
        methods.map(move |(method, operation)| (route.as_str(), method.as_str(), operation))
    })
}

/// An address of this route.
fn filled(route: &str) -> String {
    let names = [("{tenant}", "acme"), ("{agent}", "support-agent"), ("{id}", "none"), ("{seq}", "0")];
    names.into_iter().fold(route.to_owned(), |route, (name, value)| route.replace(name, value))
}

fn text(reply: &Reply, pointer: &str) -> String {
    reply.json().pointer(pointer).unwrap_or_else(|| panic!("{}", reply.text())).as_str().unwrap().to_owned()
}
