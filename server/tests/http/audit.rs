//! The audit: each change leaves one line, which says who, what and when, and no secret.

use app::portal::Role;
use axum::http::StatusCode;
use serde_json::json;

use crate::world::{World, but, update};

/// The lines of the export, newest first, without the head.
async fn lines(browser: &crate::world::Browser, query: &str) -> Vec<String> {
    let reply = browser.open(&format!("/audit.csv{query}")).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(reply.header("content-disposition"), "attachment; filename=\"northwind-audit.csv\"");
    let text = reply.text();
    let (head, lines) = text.split_once("\r\n").unwrap();
    assert_eq!(head, "time,id,person,person_id,change,about,detail");
    lines.split_terminator("\r\n").map(str::to_owned).collect()
}

fn cell(line: &str, place: usize) -> String {
    let cells: Vec<&str> = line.trim_matches('"').split("\",\"").collect();
    cells[place].to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_on_the_pages_is_told_in_sentences_and_as_a_table() {
    let world = World::new().await;
    let dana = world.member("dana", Role::Owner, &["data-stewards"]).await;
    assert!(dana.open("/audit").await.text().contains("Nothing has been changed yet."));
    let reason = [("reason", "They asked for it.")];
    assert_eq!(dana.send("/tenants/acme/freeze", &reason).await.status, StatusCode::SEE_OTHER);
    world.clock.advance(60);
    assert_eq!(dana.send("/tenants/acme/unfreeze", &reason).await.status, StatusCode::SEE_OTHER);
    world.clock.advance(60);
    let suspend = "/tenants/acme/agents/support-agent/suspend";
    assert_eq!(dana.send(suspend, &reason).await.status, StatusCode::SEE_OTHER);
    world.clock.advance(60);
    let added = [("name", "umbra"), ("title", "Umbra <b>"), ("agents", "night-agent")];
    assert_eq!(dana.send("/new/tenant", &added).await.status, StatusCode::SEE_OTHER);
    world.clock.advance(60);
    let asked = world.escalated(&but(update("c-2001"), &json!({"tenant": "globex"}))).await;
    let ballot = [("decision", asked.decision.as_str()), ("vote", "deny"), ("reason", "=1+1")];
    assert_eq!(dana.send(&format!("/approvals/{}", asked.id), &ballot).await.status, StatusCode::SEE_OTHER);

    let page = dana.open("/audit").await.text();
    for part in [
        "froze",
        "let",
        "suspended the agent",
        "Umbra &lt;b&gt;",
        "voted against a write of",
        "/tenants/globex/receipts/",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let lines = lines(&dana, "").await;
    let whats: Vec<String> = lines.iter().map(|line| cell(line, 4)).collect();
    assert_eq!(whats, ["denied", "tenant_added", "agent_suspended", "tenant_unfrozen", "tenant_frozen"]);
    assert_eq!((cell(&lines[4], 2), cell(&lines[4], 5)), ("dana".to_owned(), "acme".to_owned()));
    assert!(cell(&lines[4], 0) < cell(&lines[3], 0), "times are in order");
    assert!(lines[4].contains("reason: They asked for it."), "{}", lines[4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_stand_in_the_address_and_pages_follow_each_other() {
    let world = World::new().await;
    let (dana, eve) =
        (world.member("dana", Role::Owner, &[]).await, world.member("eve", Role::Owner, &[]).await);
    for n in 0..60 {
        let form = [("agent", format!("agent-{n}")), ("agent_title", "=cmd()".to_owned())];
        let form = form.each_ref().map(|(name, text)| (*name, text.as_str()));
        assert_eq!(dana.send("/tenants/acme/agents", &form).await.status, StatusCode::SEE_OTHER);
        world.clock.advance(60);
    }
    eve.send("/tenants/acme/freeze", &[("reason", "Now.")]).await;
    let first = dana.open("/audit").await.text();
    assert_eq!(first.matches("id=\"change-").count(), 50);
    let older = first.split("rel=\"next\"").next().unwrap().rsplit("href=\"").next().unwrap();
    let older = older.split('"').next().unwrap().replace("&amp;", "&");
    let second = dana.open(&older).await.text();
    assert_eq!(second.matches("id=\"change-").count(), 11, "{older}");
    assert_eq!(lines(&dana, "").await.len(), 61, "an export is no page");
    assert_eq!(lines(&dana, "?person=eve").await.len(), 1);
    assert_eq!(lines(&dana, "?kind=tenants").await.len(), 60);
    assert_eq!(lines(&dana, "?kind=keys").await.len(), 0);
    assert_eq!(lines(&dana, "?from=2026-11-02T09:58&until=2026-11-02T10:00").await.len(), 2);
    assert_eq!(lines(&dana, "?person=eve%27%20or%201%3D1").await.len(), 0);
    let none = dana.open("/audit?person=eve&kind=keys").await.text();
    assert!(none.contains("No change matches."), "{none}");
    // Nothing that is typed becomes a formula, wherever it stands in its cell.
    assert!(!lines(&dana, "").await.iter().any(|line| line.contains(",\"=")));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_owners_and_auditors_read_it_and_each_vendor_its_own() {
    let world = World::new().await;
    let dana = world.member("dana", Role::Owner, &[]).await;
    dana.send("/tenants/acme/freeze", &[("reason", "Now.")]).await;
    for role in Role::ALL {
        let reads = matches!(role, Role::Owner | Role::Auditor);
        let status = if reads { StatusCode::OK } else { StatusCode::FORBIDDEN };
        let member = world.member("somebody", role, &[]).await;
        for address in ["/audit", "/audit.csv"] {
            assert_eq!(member.open(address).await.status, status, "{role:?} {address}");
        }
    }
    let other = world.other_vendor(None).await;
    let vendor = world.portal.registry.desk(&other).await.unwrap().unwrap().vendor().name.clone();
    let theirs = world.portal.audit.page(&vendor, &app::portal::AskedChanges::default(), 10).await.unwrap();
    assert!(theirs.changes.is_empty() && theirs.people.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_gets_in() {
    let world = World::new().await;
    let dana = world.member("dana", Role::Owner, &[]).await;
    let form = [("address", "crm.db")];
    assert_eq!(dana.send("/connectors/crm/address", &form).await.status, StatusCode::SEE_OTHER);
    let form = [("label", "CI"), ("every_tenants", "yes"), ("every_agents", "yes"), ("days", "90")];
    let made = dana.send("/new/api-key", &form).await.text();
    let secret = made.split("helm_").nth(1).unwrap().chars().take(43).collect::<String>();
    let lines = lines(&dana, "").await.join("\n");
    assert!(lines.contains("key_created") && lines.contains("connector_moved"), "{lines}");
    assert!(!lines.contains(&secret) && !lines.contains("crm.db"), "{lines}");
}
