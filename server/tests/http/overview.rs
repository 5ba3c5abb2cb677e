//! The overview: what is in force, what was decided, what waits; and the way of a new vendor.

use app::portal::Role;
use serde_json::json;

use crate::world::{World, but, update};

#[tokio::test(flavor = "multi_thread")]
async fn each_tenant_is_told_with_what_was_decided_and_what_waits() {
    let world = World::new().await;
    let dana = world.member("dana", Role::Owner, &["data-stewards"]).await;
    let quiet = dana.open("/").await.text();
    assert!(quiet.contains("No decisions in the last 14 days."), "{quiet}");
    assert!(!quiet.contains("class=\"matters\""), "{quiet}");
    world.propose(&update("c-1042")).await;
    world.clock.advance(24 * 60 * 60);
    world.propose(&update("c-2001")).await;
    let asked = world.escalated(&but(update("c-2001"), &json!({"tenant": "globex"}))).await;
    let page = dana.open("/").await.text();
    for part in [
        "Verdicts of Acme",
        "1 ALLOW, 1 DENY, 0 ESCALATE",
        "2026-11-02: 1 ALLOW, 0 DENY, 0 ESCALATE",
        "2026-11-03: 0 ALLOW, 1 DENY, 0 ESCALATE",
        "1 write waits for approval",
        "/approvals?tenant=globex",
        "1 write reached for another tenant’s records",
        "1 write of another tenant’s agents reached for its records",
        "/tenants/acme/receipts?code=TENANT_ISOLATION",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    // The head of every page counts what waits for this very person.
    let count = "<span class=\"count\">1</span>";
    assert!(page.contains(count), "{page}");
    assert!(dana.open("/tenants").await.text().contains(count));
    assert!(
        !world.member("eve", Role::Owner, &["finance"]).await.open("/tenants").await.text().contains(count)
    );
    assert!(
        !world
            .member("eve", Role::Auditor, &["data-stewards"])
            .await
            .open("/tenants")
            .await
            .text()
            .contains(count)
    );
    let ballot = [("decision", asked.decision.as_str()), ("vote", "approve"), ("reason", "")];
    dana.send(&format!("/approvals/{}", asked.id), &ballot).await;
    assert!(!dana.open("/tenants").await.text().contains(count), "it still waits, but for somebody else");
    dana.send("/tenants/acme/freeze", &[("reason", "A leak.")]).await;
    assert!(dana.open("/").await.text().contains("A leak."));
}

#[tokio::test(flavor = "multi_thread")]
async fn verdicts_of_a_long_log_are_counted_on_their_days() {
    let world = World::new().await;
    for day in 0..20 {
        for _ in 0..day + 15 {
            world.propose(&update("c-1042")).await;
        }
        world.clock.advance(24 * 60 * 60);
    }
    let page = world.member("dana", Role::Owner, &[]).await.open("/").await.text();
    // Today is the twenty-first day; of the days that are shown the first is the eighth.
    assert!(!page.contains("2026-11-08:"), "{page}");
    for day in 7..20 {
        let date = format!("2026-11-{:02}: {} ALLOW", day + 2, day + 15);
        assert!(page.contains(&date), "{date}");
    }
    assert!(page.contains("2026-11-22: 0 ALLOW"));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_tenants_are_shown_page_by_page() {
    let world = World::new().await;
    let vendor = world.desk().await.vendor().clone();
    for n in 0..30 {
        let (name, title) = (format!("t-{n:03}").parse().unwrap(), "Tenant".parse().unwrap());
        let by = "dana".parse().unwrap();
        world.portal.registry.create_tenant(&vendor, &name, &title, &[], &by).await.unwrap();
    }
    let dana = world.member("dana", Role::Owner, &[]).await;
    let first = dana.open("/").await.text();
    assert_eq!(first.matches("class=\"card glance\"").count(), 20);
    assert!(first.contains("Tenants (33)") && first.contains("href=\"/?after=t-016\""), "{first}");
    let second = dana.open("/?after=t-016").await.text();
    assert_eq!(second.matches("class=\"card glance\"").count(), 13);
    assert!(!second.contains("rel=\"next\""));
}
