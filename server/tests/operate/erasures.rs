//! A tenant's secret is erased.

use evidence::receipt::Receipt;
use serde_json::Value as Json;
use server::boundary::request::Request;
use server::clock::Clock;
use server::config::Config;
use server::portal::Portal;

use crate::place::Place;
use crate::portal::{Served, done, fingerprint, home, reach, run, update, verified};
use crate::stories;

const ERASE: [&str; 7] = [
    "tenants",
    "erase",
    "northwind/acme",
    "--reason",
    "The customer has left.",
    "--by",
    "grace@northwind.example",
];
const RECORD: &str = "/v1/tenants/acme/disclosures?connector=crm&table=contacts&id=c-1042";

stories! {
    an_erased_tenant_can_be_read_and_never_written_again,
}

async fn an_erased_tenant_can_be_read_and_never_written_again(place: Place) {
    let portal = Served::start(&place);
    assert_eq!(portal.get(RECORD).0, 200);
    let key = fingerprint(&place);
    done(&place, &ERASE);

    assert_eq!(problem(&portal.get(RECORD)), (410, "TENANT_ERASED".to_owned()));
    // The portal that serves has the secret still in mind for a moment; the log stops the write anyway.
    let (status, answer) = portal.post(&update("1"));
    assert!(status == 410 || (status == 200 && answer["verdict"] == "DENY"), "{status} {answer}");
    assert!(verified(portal.pack("acme"), &key));
    portal.stop();

    let portal = Served::start(&place);
    let (status, answer) = portal.post(&update("2"));
    assert_eq!((status, &answer["code"]), (410, &"TENANT_ERASED".into()));
    let (status, answer) = portal.post(&reach("c-1042"));
    assert_eq!((status, &answer["verdict"]), (200, &"DENY".into()), "{answer}");
    for path in [
        "/v1/tenants/acme/receipts",
        "/v1/tenants/acme/checkpoint",
        "/v1/tenants/acme/receipts/0",
        "/healthz",
    ] {
        assert_eq!(portal.get(path).0, 200, "{path}");
    }
    assert!(verified(portal.pack("acme"), &key) && verified(portal.pack("globex"), &key));
    assert!(says_so(&portal));
    portal.stop();
    done(&place, &["ledger", "check"]);
    assert!(done(&place, &ERASE).contains("erased before"));
    assert!(done(&place, &["keys", "rotate"]).contains("logs handed over: 3"));
}

#[test]
fn what_was_erased_is_in_no_file_of_the_ledger() {
    let place = Place::sqlite();
    Served::start(&place).stop();
    let parts = ["ledger.db", "ledger.db-wal"].map(|name| std::fs::read(place.folder().join(name)));
    let before: Vec<u8> = parts.into_iter().flat_map(Result::unwrap_or_default).collect();
    let secret = sealed_secret(&before);
    done(&place, &ERASE);
    for file in std::fs::read_dir(place.folder()).unwrap().map(|entry| entry.unwrap().path()) {
        if file.is_file() {
            let bytes = std::fs::read(&file).unwrap();
            assert!(!bytes.windows(secret.len()).any(|window| window == secret), "{}", file.display());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_erased_while_an_effect_is_pending() {
    let place = Place::sqlite();
    let portal = Served::start(&place);
    let key = portal.key.clone();
    portal.stop();
    leave_pending(&place, &key).await;
    let refused = run(&place, &ERASE);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("1 of the tenant's effects are pending"), "{}", refused.err);
    let portal = Served::start(&place);
    assert_eq!(portal.get(RECORD).0, 200);
    portal.stop();
    done(&place, &ERASE);
}

#[test]
fn nobody_is_erased_by_mistake() {
    let place = Place::sqlite();
    Served::start(&place).stop();
    let unknown = run(&place, &["tenants", "erase", "northwind/nobody", "--reason", "asked"]);
    assert_eq!(unknown.code, 1);
    assert!(unknown.err.contains("there is no tenant northwind/nobody"), "{}", unknown.err);
    assert_ne!(run(&place, &["tenants", "erase", "northwind/acme"]).code, 0);
    assert_ne!(run(&place, &["tenants", "erase", "acme", "--reason", "asked"]).code, 0);
}

/// A decision whose effect has not begun when its server ends.
async fn leave_pending(place: &Place, key: &str) {
    let config = Config {
        home: home(place),
        listen: ([127, 0, 0, 1], 0).into(),
        metrics: None,
        demo: false,
        site: place.folder().join("nowhere"),
        origin: "portal.local".to_owned(),
        url: None,
        open_id: server::config::OpenId::default(),
        proxies: server::proxies::Proxies::default(),
    };
    let portal = Portal::open(&config, Clock::system()).await.unwrap();
    let desk = portal.registry.desk(key).await.unwrap().unwrap();
    let request = Request::read(update("1").to_string().as_bytes()).unwrap();
    assert!(portal.boundary.propose(&desk, &request).await.unwrap().receipt().permit.is_some());
    let ended = portal.ledger.ended();
    drop((portal, desk));
    ended.await;
}

/// Whether the log says that the secret was erased, by whom and why.
fn says_so(portal: &Served) -> bool {
    let (_, bytes) = portal.get("/v1/tenants/acme/receipts?kind=standing");
    let page: Json = serde_json::from_slice(&bytes).unwrap();
    let rows = page["receipts"].as_array().unwrap();
    rows.iter().any(|row| {
        let signed = serde_json::from_value(row["receipt"].clone()).unwrap();
        let Receipt::Standing(standing) = Receipt::read(&signed).unwrap() else { return false };
        standing.by.as_str() == "grace@northwind.example"
            && standing.reason.as_str() == "The tenant's secret is erased. The customer has left."
    })
}

fn problem((status, bytes): &(u16, Vec<u8>)) -> (u16, String) {
    let problem: Json = serde_json::from_slice(bytes).unwrap();
    (*status, problem["code"].as_str().unwrap().to_owned())
}

/// What stands in the row of Acme, as the file has it: after its origin.
fn sealed_secret(file: &[u8]) -> Vec<u8> {
    let text: Vec<u8> = b"northwindacme".to_vec();
    let row = file.windows(text.len()).position(|window| window == text).unwrap();
    let sealed: Vec<u8> = file[row..row + 400]
        .split(|byte| !(byte.is_ascii_alphanumeric() || b"+/=".contains(byte)))
        .max_by_key(|run| run.len())
        .unwrap()
        .to_vec();
    assert!(sealed.len() > 60);
    sealed[sealed.len() - 60..].to_vec()
}
