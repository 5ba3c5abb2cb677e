//! The log's pages: what is asked for is found however long the log is, a page that is open grows, and a write is taken back
//! from its receipt.

use app::portal::Role;
use axum::http::StatusCode;
use serde_json::json;

use crate::world::{World, but, update};

const LOG: &str = "/tenants/acme/receipts";

/// The numbers of the receipts on a page, from the top.
fn numbers(page: &str) -> Vec<u64> {
    let ids = page.split("<tr id=\"receipt-").skip(1).map(|rest| rest.split('"').next().unwrap());
    ids.map(|id| id.parse().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn receipts_are_found_by_what_they_are_about() {
    let world = World::new().await;
    let member = world.member("uma", Role::Auditor, &[]).await;
    let begun = world.log("acme").await.len() as u64;
    world.propose(&but(update("c-1042"), &json!({"on_behalf_of": "Ada & Söhne"}))).await;
    world.clock.advance(3_600);
    world.propose(&update("c-1041")).await;
    world.propose(&update("c-2001")).await;
    world.clock.advance(3_600);
    world.propose(&but(update("c-1040"), &json!({"table": "companies"}))).await;
    let found = async |query: &str| numbers(&member.open(&format!("{LOG}?{query}")).await.text());
    for (query, expected) in [
        ("record=c-1042", vec![begun + 1, begun]),
        ("on_behalf_of=Ada+%26+S%C3%B6hne", vec![begun]),
        ("code=TENANT_ISOLATION", vec![begun + 4]),
        ("code=NONSENSE", vec![]),
        ("agent=nobody", vec![]),
        ("agent=NO+NAME", vec![]),
        ("kind=outcome", vec![begun + 3, begun + 1]),
        ("from=2026-11-02T10:00&to=2026-11-02T11:00", vec![begun + 4, begun + 3, begun + 2]),
        ("from=2026-11-02T11:00", vec![begun + 5]),
        ("verdict=ALLOW&from=2026-11-02T10:00", vec![begun + 2]),
        ("table=companies", vec![begun + 5]),
        ("record=c-1042&to=2026-11-02", vec![]),
    ] {
        assert_eq!(found(query).await, expected, "{query}");
    }
    assert_eq!(found(&format!("at=%23{}", begun + 1)).await.first(), Some(&(begun + 1)));
    assert_eq!(found("from=never").await.first(), Some(&(begun + 5)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_says_the_version_that_it_cites_also_after_another_came_into_force() {
    let world = World::new().await;
    let member = world.member("uma", Role::Auditor, &[]).await;
    let seq = world.log("acme").await.len();
    world.propose(&update("c-1042")).await;
    let version = world.envelope("acme").await.version;
    world.put_envelope("acme", |envelope| envelope.limits.clear()).await;
    let shown = member.open(&format!("{LOG}/{seq}")).await.text();
    assert!(shown.contains(&format!("version {version}")), "{shown}");
    let listed = member.open(LOG).await.text();
    for version in [version, version + 1] {
        assert!(listed.contains(&format!(">v{version}<")), "{version}: {listed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_open_gets_the_lines_that_it_asked_for_and_only_as_text() {
    let world = World::new().await;
    let member = world.member("uma", Role::Auditor, &[]).await;
    let page = member.open(&format!("{LOG}?verdict=DENY")).await.text();
    let stream = page.split("data-tail=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    let size = world.log("acme").await.len() as u64;
    assert_eq!(stream, format!("{LOG}/stream?verdict=DENY&next={size}"));
    let mut lines = member.follow(&stream, None).await;
    world.propose(&update("c-1042")).await;
    let hostile = json!({"on_behalf_of": "</td></tr><script>alert(1)</script>\r\u{202e}", "records": [{"id": "c-2001"}]});
    world.propose(&but(update(""), &hostile)).await;
    let line = lines.next().await.unwrap();
    assert_eq!(line.id, size + 2);
    assert!(line.data.starts_with(&format!("<tr id=\"receipt-{}\"", size + 2)), "{}", line.data);
    assert!(line.data.contains("TENANT_ISOLATION") && line.data.contains("&lt;script&gt;"), "{}", line.data);
    assert!(!line.data.contains("<script") && !line.data.contains('\u{202e}') && !line.data.contains('\r'));
    drop(lines);
    // What was cut off goes on behind the last line that arrived.
    world.propose(&update("c-2001")).await;
    let mut again = member.follow(&stream, Some(line.id)).await;
    assert_eq!(again.next().await.unwrap().id, size + 3);
    let sales = world.member("sam", Role::Sales, &[]).await;
    assert_eq!(sales.open(&stream).await.status, StatusCode::FORBIDDEN);
    assert_eq!(member.open("/tenants/nobody/receipts/stream").await.status, StatusCode::NOT_FOUND);
    assert_eq!(member.open(&format!("{LOG}/stream?next=999")).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_is_taken_back_from_its_receipt_once() {
    let world = World::new().await;
    let member = world.member("dana", Role::Owner, &[]).await;
    let contact = "select * from contacts where id = 'c-1042'";
    let before = world.phone(contact).await;
    let seq = world.log("acme").await.len();
    world.propose(&update("c-1042")).await;
    assert_ne!(world.phone(contact).await, before);
    let page = member.open(&format!("{LOG}/{seq}")).await.text();
    assert!(page.contains("It can be taken back until"), "{page}");
    let attempt =
        page.split("name=\"attempt\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let address = format!("{LOG}/{seq}/rollback");
    let empty = member.send(&address, &[("attempt", attempt.as_str()), ("reason", " ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.text().contains("Say why it is taken back") && empty.text().contains(&attempt));

    let form = [("attempt", attempt.as_str()), ("reason", "The caller was somebody else.")];
    let done = member.send(&address, &form).await;
    assert!(done.header("set-cookie").contains("receipts.undo.said.done"), "{}", done.header("set-cookie"));
    assert_eq!(world.phone(contact).await, before);
    let told = member.open(done.header("location")).await.text();
    assert!(told.contains("The caller was somebody else."), "{told}");
    assert!(told.contains(&format!("{LOG}/{seq}\"")), "{told}");
    let size = world.log("acme").await.len();
    let twice = member.send(&address, &form).await;
    assert_eq!(twice.header("location"), done.header("location"));
    assert_eq!(world.log("acme").await.len(), size);

    // A record that has moved on is left alone, with a receipt.
    let other = [("attempt", "another"), ("reason", "Once more.")];
    let refused = member.send(&address, &other).await;
    assert!(
        refused.header("set-cookie").contains("receipts.undo.said.refused"),
        "{}",
        refused.header("set-cookie")
    );
    let auditor = world.member("uma", Role::Auditor, &[]).await;
    assert_eq!(auditor.send(&address, &other).await.status, StatusCode::FORBIDDEN);
    assert!(!auditor.open(&format!("{LOG}/{seq}")).await.text().contains("name=\"attempt\""));
    world.verified("acme").await;
}
