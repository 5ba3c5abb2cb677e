//! What is refused leaves nothing half-done: a problem that says what to do, or a denial with a receipt.

use axum::body::Body;
use axum::http::{Request, header};
use evidence::action::{Owner, RecordKey};
use evidence::receipt::Receipt;
use serde_json::{Value as Json, json};

use crate::world::{World, but, update};

const OTHERS_CONTACT: &str = "select * from contacts where id = 'c-2001'";

#[tokio::test(flavor = "multi_thread")]
async fn a_write_into_the_wrong_tenant_is_denied_and_recorded_on_both_sides() {
    let world = World::new().await;
    let before = world.row(OTHERS_CONTACT).await;
    let reply = world.propose(&update("c-2001")).await;
    assert_eq!(reply.verdict(), ("DENY".to_owned(), "TENANT_ISOLATION".to_owned()));
    assert_eq!(reply.json()["outcome"], Json::Null);
    assert_eq!(reply.json()["reasons"][0]["rule"], Json::Null);
    assert!(reply.json()["reasons"][0]["message"].as_str().unwrap().contains("another tenant"));
    assert_eq!(world.row(OTHERS_CONTACT).await, before);

    let Receipt::Decision(decision) = reply.receipt("/receipt") else { panic!("{}", reply.text()) };
    let record = &decision.action.records[0];
    assert!(matches!((&record.owner, &record.key), (Owner::Foreign(_), RecordKey::Foreign(_))));
    assert!(record.before.is_none() && record.after.is_none());
    assert!(!serde_json::to_string(&decision).unwrap().contains("globex"));

    let log = world.log("globex").await;
    let Some(Receipt::Notice(notice)) = log.last() else { panic!("no notice") };
    assert!(!serde_json::to_string(notice).unwrap().contains("acme"));
    assert_eq!(notice.records[0].values().next().unwrap(), &"c-2001".into());

    let moved = but(update("c-1042"), &json!({"set": {"tenant_id": "globex"}}));
    let reply = world.propose(&moved).await;
    assert_eq!(reply.verdict().1, "TENANT_ISOLATION");
    let Receipt::Decision(decision) = reply.receipt("/receipt") else { panic!("{}", reply.text()) };
    assert!(!serde_json::to_string(&decision).unwrap().contains("globex"));
    let mixed = but(update("c-1042"), &json!({"records": [{"id": "c-1042"}, {"id": "c-2001"}]}));
    assert_eq!(world.propose(&mixed).await.verdict().1, "TENANT_ISOLATION");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_tenant_that_was_reached_for_learns_of_its_own_records_and_of_nobody_else() {
    let world = World::new().await;
    let reached = json!([{"id": "c-1042"}, {"id": "c-2001"}, {"id": "c-2002"}, {"id": "c-3001"}]);
    let reply = world.propose(&but(update(""), &json!({"records": reached}))).await;
    assert_eq!(reply.verdict(), ("DENY".to_owned(), "TENANT_ISOLATION".to_owned()));
    for (tenant, keys) in [("globex", vec!["c-2001", "c-2002"]), ("initech", vec!["c-3001"])] {
        let pack = world.verified(tenant).await;
        let Some(Receipt::Notice(notice)) = pack.receipts.last() else { panic!("{tenant} has no notice") };
        let named = notice.records.iter().map(|key| key.values().next().unwrap().to_string());
        assert_eq!(named.collect::<Vec<_>>(), keys.iter().map(|key| format!("{key:?}")).collect::<Vec<_>>());
        let told = serde_json::to_string(notice).unwrap();
        assert!(
            ["acme", "globex", "initech"].iter().all(|name| *name == tenant || !told.contains(name)),
            "{told}"
        );
    }
    let pack = world.verified("acme").await;
    let told = format!("{:?}", pack.of(reply.json()["id"].as_str().unwrap()));
    assert!(["globex", "initech", "c-2001", "c-3001"].iter().all(|name| !told.contains(name)), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn records_of_a_tenant_whose_secret_was_erased_are_as_much_out_of_reach_as_any() {
    let world = World::new().await;
    world.erase("globex").await;
    let size = world.log("globex").await.len();
    let reply = world.propose(&update("c-2001")).await;
    assert_eq!(reply.verdict(), ("DENY".to_owned(), "TENANT_ISOLATION".to_owned()));
    assert_eq!(world.log("globex").await.len(), size);
    world.verified("acme").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_contract_does_not_have_is_denied_with_a_receipt() {
    let world = World::new().await;
    let log = world.log("acme").await.len();
    let bidi = "gpj.\u{202e}exe";
    let denials = [
        (json!({"agent": "nobody"}), "PRINCIPAL_INACTIVE"),
        (json!({"connector": "erp"}), "CAPABILITY_UNKNOWN"),
        (json!({"table": "payroll"}), "SCHEMA_VIOLATION"),
        (json!({"table": "contacts\"; drop table contacts; --"}), "SCHEMA_VIOLATION"),
        (json!({"table": "helm_outbox"}), "SCHEMA_VIOLATION"),
        (json!({"table": bidi}), "SCHEMA_VIOLATION"),
        (json!({"operation": "truncate"}), "SCHEMA_VIOLATION"),
        (json!({"set": {"is_admin": true}}), "SCHEMA_VIOLATION"),
        (json!({"set": {"phone\" = '', \"notes": "x"}}), "SCHEMA_VIOLATION"),
        (json!({"set": {"phone": 7}}), "SCHEMA_VIOLATION"),
        (json!({"set": {"status": true}}), "SCHEMA_VIOLATION"),
        (json!({"set": {"status": "\u{0}"}}), "SCHEMA_VIOLATION"),
        (json!({"set": {"status": null}}), "SCHEMA_VIOLATION"),
        (json!({"set": {}}), "SCHEMA_VIOLATION"),
        (json!({"records": []}), "SCHEMA_VIOLATION"),
        (json!({"records": [{"id": 1042}]}), "SCHEMA_VIOLATION"),
        (json!({"records": [{"id": "c-1042\u{0}"}]}), "SCHEMA_VIOLATION"),
        (json!({"records": [{"name": "Ada"}]}), "SCHEMA_VIOLATION"),
        (json!({"records": [{"id": "c-1042", "name": "Ada"}]}), "SCHEMA_VIOLATION"),
        (json!({"records": [{"id": "c-1042' or '1'='1"}]}), "MISSING_REQUIREMENT"),
        (json!({"records": [{"id": "C-1042"}]}), "MISSING_REQUIREMENT"),
        (json!({"records": [{"id": bidi}]}), "MISSING_REQUIREMENT"),
        (
            json!({"records": (1001..=1060).map(|n| json!({"id": format!("c-{n}")})).collect::<Json>()}),
            "PER_CALL_LIMIT",
        ),
    ];
    let count = denials.len();
    for (change, code) in denials {
        let reply = world.propose(&but(update("c-1042"), &change)).await;
        assert_eq!(reply.verdict(), ("DENY".to_owned(), code.to_owned()), "{change}: {}", reply.text());
        assert_eq!(reply.json()["outcome"], Json::Null);
    }
    assert_eq!(world.log("acme").await.len(), log + count);
    assert!(world.row("select id from contacts where id = 'c-1042'").await.is_some());
    // Hostile values are data like any other, in sealed columns too.
    let quoted = but(update("c-1042"), &json!({"set": {"notes": "'; drop table contacts; --"}}));
    assert_eq!(world.propose(&quoted).await.json()["outcome"]["status"], "COMMITTED");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_request_gets_a_problem_that_names_the_field_and_the_rule() {
    let world = World::new().await;
    let good = update("c-1042").to_string();
    let log = world.log("acme").await.len();
    let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
    let bad = [
        ("{".to_owned(), None, "JSON"),
        (String::new(), None, "JSON"),
        ("\u{feff}{}".to_owned(), None, "JSON"),
        ("[]".to_owned(), Some("body"), "object"),
        (good.replacen('{', "{\"tenant\":\"acme\",", 1), None, "duplicate key"),
        (good.replace("\"+44 20 7946 0018\"", "9007199254740992"), None, "2^53-1"),
        (good.replace("\"+44 20 7946 0018\"", "1.5"), None, "write it as text"),
        (good.replace("\"+44 20 7946 0018\"", &deep), None, "32 levels"),
        (good.replace("\"+44 20 7946 0018\"", "\"\\ud800\""), None, "surrogate"),
        (good.replace("\"+44 20 7946 0018\"", "[1]"), Some("set.phone"), "text"),
        (good.replace("\"acme\"", "\"Acme\""), Some("tenant"), "lower-case"),
        (good.replace("\"acme\"", "null"), Some("tenant"), "missing"),
        (good.replace("\"support-agent\"", "\"x'; --\""), Some("agent"), "lower-case"),
        (good.replace("\"crm\"", "\"c\\u0000m\""), Some("connector"), "lower-case"),
        (good.replace("\"caller asked\"", "7"), Some("reason"), "text"),
        (good.replace("\"reason\"", "\"raison\""), Some("reason"), "missing"),
        (good.replacen('{', "{\"sudo\":true,", 1), Some("sudo"), "members are"),
        (good.replace("[{\"id\":\"c-1042\"}]", "\"c-1042\""), Some("records"), "list"),
        (good.replace("{\"id\":\"c-1042\"}", "{}"), Some("records.0"), "key columns"),
        (good.replace("{\"id\":\"c-1042\"}", "{\"id\":\"x\"},{\"id\":\"x\"}"), Some("records"), "twice"),
        (but(update("x"), &json!({"idempotency_key": ""})).to_string(), Some("idempotency_key"), "255"),
        (but(update("x"), &json!({"reason": "x".repeat(2_001)})).to_string(), Some("reason"), "2,000"),
        (
            but(update("x"), &json!({"set": {"phone": "x".repeat(65_537)}})).to_string(),
            Some("set.phone"),
            "65,536",
        ),
        (
            but(update("x"), &json!({"records": (0..1_001).map(|n| json!({"id": n})).collect::<Json>()}))
                .to_string(),
            Some("records"),
            "1,000",
        ),
    ];
    for (body, at, rule) in bad {
        let reply = world.send(body.clone()).await;
        let shown: String = body.chars().take(200).collect();
        assert_eq!(reply.problem(), (400, "MALFORMED_REQUEST".to_owned()), "{shown}");
        let problem = reply.json();
        assert_eq!(problem.get("at").and_then(Json::as_str), at, "{shown}: {problem}");
        assert!(problem["detail"].as_str().unwrap().contains(rule), "{shown}: {problem}");
    }
    assert_eq!(world.send(vec![0xff, 0xfe]).await.problem().0, 400);
    assert_eq!(world.send(vec![b' '; 1 << 20]).await.problem(), (413, "BODY_TOO_LARGE".to_owned()));
    let form = Request::post("/v1/actions").header(header::AUTHORIZATION, format!("Bearer {}", world.key));
    let form = form.header(header::CONTENT_TYPE, "text/plain").body(Body::from(good)).unwrap();
    assert_eq!(world.ask(form).await.problem(), (415, "UNSUPPORTED_MEDIA_TYPE".to_owned()));
    assert_eq!(world.log("acme").await.len(), log);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_verdict_leaves_and_nothing_is_written_while_the_ledger_can_not_be() {
    let world = World::new().await;
    let contact = "select * from contacts where id = 'c-1042'";
    let before = world.row(contact).await;
    for (broken, mended) in [
        ("alter table receipts rename to gone", "alter table gone rename to receipts"),
        ("alter table checkpoints rename to gone", "alter table gone rename to checkpoints"),
    ] {
        world.meddle_with_ledger(broken).await;
        let reply = world.propose(&update("c-1042")).await;
        assert_eq!(reply.problem(), (503, "LEDGER_UNAVAILABLE".to_owned()));
        assert!(!reply.header("retry-after").is_empty());
        for word in ["sql", "table", "receipts", "gone", "checkpoint"] {
            assert!(!reply.text().to_lowercase().contains(word), "{word} in {}", reply.text());
        }
        assert_eq!(world.row(contact).await, before);
        world.meddle_with_ledger(mended).await;
    }
    assert_eq!(world.propose(&update("c-1042")).await.json()["outcome"]["status"], "COMMITTED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_changed_its_shape_or_is_gone_takes_no_writes() {
    let world = World::new().await;
    world.meddle("alter table contacts add column shoe_size integer").await;
    assert_eq!(world.propose(&update("c-1042")).await.verdict().1, "ERR_CONNECTOR_CONTRACT_DRIFT");
    world.meddle("alter table contacts drop column shoe_size").await;
    assert_eq!(world.propose(&update("c-1042")).await.verdict().0, "ALLOW");
    world.meddle("drop table invoices").await;
    let invoice = json!({"table": "invoices", "agent": "billing-agent", "records": [{"id": "i-1001"}], "set": {"status": "paid"}});
    assert_eq!(
        world.propose(&but(update("c-1042"), &invoice)).await.verdict().1,
        "ERR_CONNECTOR_CONTRACT_DRIFT"
    );
    // A table that is still as the contract says goes on being written.
    assert_eq!(world.propose(&update("c-1042")).await.verdict().0, "ALLOW");
}
