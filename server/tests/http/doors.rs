//! What every answer carries, whatever was asked.

use axum::body::Body;
use axum::http::{Method, Request, header};

use crate::world::{World, update, with_key};

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_headers_errors_and_files_included() {
    let world = World::new().await;
    let id = world.propose(&update("c-1042")).await.json()["id"].as_str().unwrap().to_owned();
    let action = format!("/v1/actions/{id}");
    let asked = [
        (Method::GET, "/", 200),
        (Method::GET, "/try", 200),
        (Method::GET, "/receipts", 200),
        (Method::GET, "/tenants/acme/receipts", 200),
        (Method::GET, "/tenants/acme/receipts/0", 200),
        (Method::GET, "/tenants/acme/pack", 200),
        (Method::GET, "/v1/tenants/acme/receipts", 200),
        (Method::GET, "/v1/tenants/acme/receipts/0", 200),
        (Method::GET, "/v1/tenants/acme/receipts/99999", 404),
        (Method::GET, "/v1/tenants/acme/receipts?limit=0", 400),
        (Method::GET, "/v1/tenants/acme/receipts?verdict=MAYBE", 400),
        (Method::GET, "/v1/tenants/acme/receipts?sort=asc", 400),
        (Method::GET, "/v1/tenants/acme/receipts?kind=%ff", 400),
        (Method::GET, "/v1/tenants/acme/checkpoint", 200),
        (Method::GET, "/v1/tenants/acme/pack", 200),
        (Method::GET, "/v1/tenants/acme/disclosures?connector=crm&table=contacts&id=c-1042", 200),
        (Method::GET, "/v1/tenants/acme/disclosures?connector=crm&table=contacts&id=c-2001", 404),
        (Method::GET, &action, 200),
        (Method::GET, "/.well-known/helm-trust.json", 200),
        (Method::GET, "/healthz", 200),
        (Method::GET, "/openapi.json", 200),
        (Method::GET, "/verify", 200),
        (Method::GET, "/pkg/main.0011223344556677.css", 200),
        (Method::GET, "/pkg/nothing.css", 404),
        (Method::GET, "/nothing", 404),
        (Method::GET, "/v1/nothing", 404),
        (Method::GET, "/%ff", 404),
        (Method::POST, "/v1/actions", 400),
        (Method::DELETE, "/v1/actions", 405),
        (Method::PUT, "/v1/tenants/acme/receipts", 405),
        (Method::POST, "/healthz", 405),
        (Method::DELETE, "/try", 405),
    ];
    for (method, address, status) in asked {
        let reply = world.ask(with_key(method.clone(), address, &world.key, Body::empty())).await;
        assert_eq!(
            reply.status,
            status,
            "{method} {address}: {}",
            reply.text().chars().take(300).collect::<String>()
        );
        assert!(reply.header("content-security-policy").contains("default-src 'none'"), "{method} {address}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("referrer-policy", "no-referrer"),
        ] {
            assert_eq!(reply.header(name), value, "{method} {address} {name}");
        }
        assert!(reply.header("permissions-policy").contains("camera=()"), "{method} {address}");
        assert!(reply.headers.get("strict-transport-security").is_none(), "{method} {address}");
        if status >= 400 && !address.contains("pkg") {
            reply.problem();
        }
        if address.starts_with("/v1") {
            assert_eq!(reply.header("cache-control"), "no-store", "{method} {address}");
        }
        if status == 405 {
            assert!(!reply.header("allow").is_empty(), "{method} {address}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sealed_page_and_the_files_are_served_as_they_were_built() {
    let world = World::new().await;
    let get = |address: &str, accept: &str| {
        Request::get(address).header(header::ACCEPT_ENCODING, accept).body(Body::empty()).unwrap()
    };
    let page = world.ask(get("/verify", "gzip;q=0, br;q=0")).await;
    assert_eq!(page.text(), "<p>sealed</p>");
    let policy = page.header("content-security-policy");
    assert_eq!(
        policy,
        "default-src 'none'; script-src 'sha256-x'; sandbox allow-scripts allow-downloads allow-modals"
    );
    let squeezed = world.ask(get("/verify", "gzip, br")).await;
    assert_eq!((squeezed.header("content-encoding"), squeezed.text().as_str()), ("br", "squeezed"));
    assert_eq!(squeezed.header("vary"), "accept-encoding");
    let known = Request::get("/verify")
        .header(header::IF_NONE_MATCH, page.header("etag"))
        .body(Body::empty())
        .unwrap();
    assert_eq!(world.ask(known).await.status, 304);

    let style = world.ask(get("/pkg/main.0011223344556677.css", "identity")).await;
    assert_eq!(style.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    for outside in ["/pkg/..%2fmanifest.json", "/pkg/%2e%2e/verifier.html", "/pkg/..%2f..%2fledger.db"] {
        assert_eq!(world.get(outside).await.status, 404, "{outside}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_may_try_the_boundary_and_another_site_may_not() {
    let world = World::new().await;
    let form = "tenant=acme&agent=support-agent&connector=crm&operation=update&table=contacts&records=c-2001\
                &column=phone&value=1&reason=r&attempt=a1";
    let send = |site: &'static str| {
        let request = Request::post("/try").header("sec-fetch-site", site);
        request
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form))
            .unwrap()
    };
    assert_eq!(world.ask(send("cross-site")).await.problem(), (403, "CROSS_SITE".to_owned()));
    let size = world.log("acme").await.len();
    let reply = world.ask(send("same-origin")).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    assert_eq!(world.log("acme").await.len(), size + 1);
    let shown = world.get(reply.header("location")).await;
    assert!(shown.text().contains("TENANT_ISOLATION"), "{}", shown.text());
    let missing =
        Request::get("/nothing/here").header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
    let missing = world.ask(missing).await;
    assert_eq!(
        (missing.status.as_u16(), missing.header("content-type").starts_with("text/html")),
        (404, true)
    );
}
