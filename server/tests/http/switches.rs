//! Tenants and who is stopped, on their pages: let in, named, frozen, suspended, let go; and the keys that sign it all.

use app::portal::Role;
use axum::http::StatusCode;
use evidence::receipt::{Receipt, StandingState};
use serde_json::json;

use crate::world::{Browser, Reply, World, but, update};

const HOSTILE: &str = "</title><script>alert(1)</script>";
const SHOWN: &str = "&lt;script&gt;alert(1)";

async fn why(browser: &Browser, address: &str) -> Reply {
    browser.send(address, &[("reason", &format!("An incident. {HOSTILE}"))]).await
}

#[track_caller]
fn leads_to(reply: &Reply, address: &str, said: &str) {
    assert_eq!(
        (reply.status, reply.header("location")),
        (StatusCode::SEE_OTHER, address),
        "{}",
        reply.text()
    );
    assert!(reply.header("set-cookie").contains(said), "{}", reply.header("set-cookie"));
}

async fn verdict(world: &World, tenant: &str) -> (String, String) {
    let record = if tenant == "acme" { "c-1042" } else { "c-3001" };
    world.propose(&but(update(record), &json!({"tenant": tenant}))).await.verdict()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_is_let_in_and_has_the_contracts_of_the_others() {
    let world = World::new().await;
    let olaf = world.member("olaf", Role::Owner, &[]).await;
    let newcomer = [("name", "umbrella"), ("title", HOSTILE), ("agents", "support-agent, billing-agent")];
    leads_to(&olaf.send("/new/tenant", &newcomer).await, "/tenants/umbrella", "said.tenant_added");
    for page in ["/tenants", "/tenants/umbrella"] {
        let shown = olaf.open(page).await.text();
        assert!(shown.contains(SHOWN) && !shown.contains("<script>alert"), "{page}: {shown}");
    }
    let crm = "crm".parse().unwrap();
    let in_force = world.portal.ledger.in_force(&world.tenant("umbrella").await, &crm).await.unwrap();
    assert!(in_force.contract.is_some() && in_force.envelope.is_none());
    // Without an envelope nothing is allowed.
    assert_eq!(verdict(&world, "umbrella").await.0, "DENY");

    let agents = "/tenants/umbrella/agents";
    let registered = olaf.send(agents, &[("agent", "mail-agent"), ("agent_title", HOSTILE)]).await;
    leads_to(&registered, "/tenants/umbrella", "said.agent_added");
    for (address, pairs, said) in [
        ("/new/tenant", &newcomer[..], "umbrella"),
        ("/new/tenant", &[("name", "Not a name"), ("title", "x")], "name=\"name\""),
        ("/new/tenant", &[("name", "other"), ("title", " ")], "name=\"title\""),
        ("/new/tenant", &[("name", "other"), ("title", "Other"), ("agents", "<b>")], "&lt;b&gt;"),
        (agents, &[("agent", "mail-agent")], "mail-agent"),
        (agents, &[("agent", "<b>")], "name=\"agent\""),
    ] {
        let reply = olaf.send(address, pairs).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{pairs:?}: {}", reply.text());
        assert!(reply.text().contains(said), "{said}: {}", reply.text());
    }
    assert_eq!(olaf.open("/tenants/other").await.status, StatusCode::NOT_FOUND);
    assert_eq!(olaf.send("/tenants/other/agents", &[("agent", "a")]).await.status, StatusCode::NOT_FOUND);
    world.verified("umbrella").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_stopped_is_denied_from_the_next_decision_on() {
    let world = World::new().await;
    let olaf = world.member("olaf", Role::Owner, &[]).await;
    let acme = "/tenants/acme";
    let agent = "/tenants/acme/agents/support-agent";
    for (stop, go, page, code, said) in [
        (
            format!("{agent}/suspend"),
            format!("{agent}/resume"),
            acme,
            "AGENT_KILLED",
            ["agent_suspended", "agent_resumed"],
        ),
        (
            format!("{acme}/freeze"),
            format!("{acme}/unfreeze"),
            acme,
            "SYSTEM_FROZEN",
            ["tenant_frozen", "tenant_unfrozen"],
        ),
        (
            "/freeze".to_owned(),
            "/unfreeze".to_owned(),
            "/tenants",
            "SYSTEM_FROZEN",
            ["everything_frozen", "everything_unfrozen"],
        ),
    ] {
        assert_eq!(verdict(&world, "acme").await.0, "ALLOW", "{stop}");
        leads_to(&why(&olaf, &stop).await, page, said[0]);
        let (verdict_now, code_now) = verdict(&world, "acme").await;
        assert_eq!((verdict_now.as_str(), code_now.as_str()), ("DENY", code), "{stop}");
        let shown = olaf.open(page).await.text();
        assert!(shown.contains(SHOWN) && !shown.contains("<script>alert"), "{page}: {shown}");
        leads_to(&why(&olaf, &go).await, page, said[1]);
    }
    assert_eq!(verdict(&world, "acme").await.0, "ALLOW");
    let log = world.log("acme").await;
    let standings = log.iter().filter_map(|receipt| match receipt {
        Receipt::Standing(standing) if standing.by.as_str() == "olaf" => Some(standing.state),
        _ => None,
    });
    let pair = [StandingState::Stopped, StandingState::Active];
    assert_eq!(standings.collect::<Vec<_>>(), [pair, pair, pair].concat());
    world.verified("acme").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_stopped_without_a_reason_or_by_a_stranger() {
    let world = World::new().await;
    let olaf = world.member("olaf", Role::Owner, &[]).await;
    let jo = world.strange_member().await;
    let size = world.log("globex").await.len();
    let addresses = ["freeze", "unfreeze", "agents/support-agent/suspend", "agents/support-agent/resume"];
    for address in addresses.map(|one| format!("/tenants/globex/{one}")) {
        for reason in ["", " \r\n ", &"x".repeat(10_000)] {
            let reply = olaf.send(&address, &[("reason", reason)]).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{address}: {}", reply.text());
        }
        assert_eq!(why(&jo, &address).await.status, StatusCode::NOT_FOUND, "{address}");
    }
    assert_eq!(why(&olaf, "/tenants/globex/agents/nobody/suspend").await.status, StatusCode::NOT_FOUND);
    assert_eq!(why(&olaf, "/tenants/nobody/freeze").await.status, StatusCode::NOT_FOUND);
    // Everything of theirs is not everything.
    assert_eq!(why(&jo, "/freeze").await.status, StatusCode::SEE_OTHER);
    assert_eq!(verdict(&world, "acme").await.0, "ALLOW");
    assert_eq!(world.log("globex").await.len(), size);
    for page in ["/tenants/globex", "/tenants/initech"] {
        assert_eq!(jo.open(page).await.status, StatusCode::NOT_FOUND, "{page}");
    }
    assert!(!jo.open("/tenants").await.text().contains("Globex Health"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keys_are_shown_with_what_they_sign() {
    let world = World::new().await;
    let (olaf, jo) = (world.member("olaf", Role::Owner, &[]).await, world.strange_member().await);
    let signer = world.portal.signer.public_key().id().to_string();
    let shown = olaf.open("/trust").await.text();
    for part in
        [signer.as_str(), "Acme Tools", "Globex Health", "/.well-known/helm-trust.json?vendor=northwind"]
    {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let theirs = jo.open("/trust").await.text();
    assert!(theirs.contains(&signer) && theirs.contains("vendor=contoso"), "{theirs}");
    for part in ["Acme Tools", "northwind"] {
        assert!(!theirs.contains(part), "{part}: {theirs}");
    }
}
