//! A database on its way under contract: registered, read, drafted, reviewed, put in force; and what is refused on the way.

use app::portal::Role;
use axum::http::StatusCode;
use evidence::contract::Contract;
use evidence::receipt::Receipt;

use crate::world::{Browser, Reply, World};

const ORDERS: &str =
    "create table orders (id text primary key, tenant_id text not null, note text, status text not null)";

/// What the form of the table says: agents may update the status, which receipts may show.
const UPDATE: [(&str, &str); 10] = [
    ("included", "yes"),
    ("tenant_column", "tenant_id"),
    ("class-status", "open"),
    ("writable-status", "yes"),
    ("offered-update", "yes"),
    ("update-status", "yes"),
    ("max_rows-update", "5"),
    ("consequence-update", "low"),
    ("window-update", "7"),
    ("rollback-update", "restore"),
];

/// The owner, with a database of orders that is registered as `billing`.
async fn registered(world: &World) -> Browser {
    let olaf = world.member("olaf", Role::Owner, &[]).await;
    world.database("billing.db", ORDERS).await;
    let sent = olaf.send("/new/connector", &[("name", "billing"), ("address", "billing.db")]).await;
    leads_to(&sent, "/connectors/billing", "said.connector_registered");
    olaf
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

#[track_caller]
fn is_refused(reply: &Reply, status: StatusCode, said: &str) {
    assert_eq!(reply.status, status, "{}", reply.text());
    assert!(reply.text().contains(said), "{said}: {}", reply.text());
}

async fn contract_of(world: &World, tenant: &str) -> Option<Contract> {
    let tenant = world.tenant(tenant).await;
    let in_force = world.portal.ledger.in_force(&tenant, &"billing".parse().unwrap()).await.unwrap();
    in_force.contract.map(|(_, contract)| contract.as_ref().clone())
}

async fn drafted(olaf: &Browser, change: &[(&str, &str)]) -> Reply {
    let sent = olaf.send("/connectors/billing/draft", &[("tenant_column", "")]).await;
    leads_to(&sent, "/connectors/billing/draft", "said.draft_made");
    olaf.send("/connectors/billing/draft/orders", change).await
}

fn order<'a>(revision: &'a str, reason: &'a str) -> [(&'a str, &'a str); 3] {
    [("revision", revision), ("tenants", "acme"), ("reason", reason)]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_comes_under_contract_for_one_tenant_after_the_other() {
    let world = World::new().await;
    let olaf = registered(&world).await;
    let saved = drafted(&olaf, &[&[("revision", "1")], UPDATE.as_slice()].concat()).await;
    leads_to(&saved, "/connectors/billing/draft", "said.table_saved");
    let review = olaf.open("/connectors/billing/review").await.text();
    for part in ["orders", "status", "Acme Tools", "Globex Health"] {
        assert!(review.contains(part), "{part}: {review}");
    }
    is_refused(
        &olaf.send("/connectors/billing/review", &order("2", " \n")).await,
        StatusCode::UNPROCESSABLE_ENTITY,
        "name=\"reason\"",
    );
    is_refused(
        &olaf.send("/connectors/billing/review", &order("1", "Agreed.")).await,
        StatusCode::CONFLICT,
        "Somebody else has changed this draft",
    );
    assert_eq!(contract_of(&world, "acme").await, None);

    let hostile = "</textarea><script>alert(1)</script>";
    let sent = olaf.send("/connectors/billing/review", &order("2", hostile)).await;
    leads_to(&sent, "/connectors/billing/versions/1", "said.contract_in_force");
    let contract = contract_of(&world, "acme").await.unwrap();
    assert_eq!(contract.tables["orders"].operations.len(), 1);
    assert_eq!(contract_of(&world, "globex").await, None);
    let log = world.log("acme").await;
    let Some(Receipt::Activation(receipt)) = log.last() else { panic!("{log:?}") };
    assert_eq!((receipt.by.as_str(), receipt.reason.as_str()), ("olaf", hostile));
    let version = olaf.open("/connectors/billing/versions/1").await.text();
    assert!(!version.contains("<script>alert") && version.contains("&lt;script&gt;alert"), "{version}");

    let spread = [("tenants", "globex"), ("reason", "Globex as well.")];
    let sent = olaf.send("/connectors/billing/versions/1", &spread).await;
    leads_to(&sent, "/connectors/billing/versions/1", "said.contract_in_force");
    assert_eq!(contract_of(&world, "globex").await, Some(contract));
    is_refused(
        &olaf.send("/connectors/billing/forget", &[]).await,
        StatusCode::CONFLICT,
        "A contract of this connector is in force for acme, globex.",
    );
    for tenant in ["acme", "globex"] {
        world.verified(tenant).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_in_the_database_is_told_and_what_does_not_is_no_new_version() {
    let world = World::new().await;
    let olaf = registered(&world).await;
    drafted(&olaf, &[&[("revision", "1")], UPDATE.as_slice()].concat()).await;
    olaf.send("/connectors/billing/review", &order("2", "Agreed.")).await;
    let sent = olaf.send("/connectors/billing/draft", &[]).await;
    leads_to(&sent, "/connectors/billing/draft", "said.draft_made");
    assert!(
        !olaf.open("/connectors/billing/review").await.text().contains("name=\"reason\""),
        "nothing to sign"
    );
    is_refused(
        &olaf.send("/connectors/billing/review", &order("3", "Again.")).await,
        StatusCode::CONFLICT,
        "The draft says the same as the newest version",
    );
    let discarded = olaf.send("/connectors/billing/discard", &[]).await;
    leads_to(&discarded, "/connectors/billing", "said.draft_discarded");
    assert_eq!(olaf.open("/connectors/billing/review").await.status, StatusCode::NOT_FOUND);

    world.database("billing.db", "alter table orders add column \"<img src=x>\" text").await;
    world.database("billing.db", "alter table orders drop column note").await;
    let desk = olaf.open("/connectors/billing").await.text();
    assert!(desk.contains("note") && !desk.contains("<img"), "{desk}");
    assert!(olaf.open("/connectors").await.text().contains("billing"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_database_of_the_vendor_is_not_registered() {
    let world = World::new().await;
    let olaf = world.member("olaf", Role::Owner, &[]).await;
    std::fs::write(world.config().home.data.join("notes.txt"), "no database at all, however long it may be")
        .unwrap();
    for (name, address, said) in [
        ("Not a name", "billing.db", "A name has small letters"),
        ("crm", "crm.db", "There is a connector called crm already."),
        ("billing", "", "name=\"address\""),
        ("billing", "mysql://root@localhost/crm", "That is neither"),
        ("billing", "postgres://", "The address is incomplete."),
        ("billing", "postgres://ada:geheim@127.0.0.1:1/crm?host=/tmp", "The address may not set"),
        ("billing", "postgres://ada:geheim@127.0.0.1:1/crm", "Nobody answers at this address"),
        ("billing", "../../etc/passwd", "There is no such file"),
        ("billing", "nothing.db", "There is no such file"),
        ("billing", "ledger.db", "That file is the portal’s own."),
        ("billing", "notes.txt", "is no SQLite database"),
        ("billing", "\"><script>alert(1)</script>", "name=\"address\""),
    ] {
        let reply = olaf.send("/new/connector", &[("name", name), ("address", address)]).await;
        is_refused(&reply, StatusCode::UNPROCESSABLE_ENTITY, said);
        assert!(
            !reply.text().contains("geheim") && !reply.text().contains("<script>alert"),
            "{}",
            reply.text()
        );
        assert_eq!(olaf.open("/connectors/billing").await.status, StatusCode::NOT_FOUND, "{address}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_kept_faulty_or_not_and_never_over_somebody_elses() {
    let world = World::new().await;
    let olaf = registered(&world).await;
    let faulty =
        [("revision", "1"), ("included", "yes"), ("offered-update", "yes"), ("max_rows-update", "many")];
    leads_to(&drafted(&olaf, &faulty).await, "/connectors/billing/draft", "said.table_saved");
    let shown = olaf.open("/connectors/billing/draft/orders").await.text();
    assert!(shown.contains("many") && shown.contains("aria-invalid"), "{shown}");
    is_refused(
        &olaf.send("/connectors/billing/review", &order("2", "Agreed.")).await,
        StatusCode::UNPROCESSABLE_ENTITY,
        "orders",
    );
    let stale = olaf.send("/connectors/billing/draft/orders", &faulty).await;
    is_refused(&stale, StatusCode::CONFLICT, "Somebody else has changed this draft");
    for (address, pairs) in [
        ("/connectors/billing/draft/nothing", &[("revision", "2")][..]),
        ("/connectors/billing/draft/orders", &[("revision", "x")]),
        ("/connectors/nothing/draft", &[]),
        ("/connectors/nothing/address", &[("address", "billing.db")]),
        ("/connectors/nothing/forget", &[]),
        ("/connectors/billing/versions/1", &[("tenants", "acme"), ("reason", "Why not.")]),
    ] {
        assert_eq!(olaf.send(address, pairs).await.status, StatusCode::NOT_FOUND, "{address}");
    }
    let forgotten = olaf.send("/connectors/billing/forget", &[]).await;
    leads_to(&forgotten, "/connectors", "said.connector_forgotten");
    assert_eq!(olaf.open("/connectors/billing/draft").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_vendor_finds_nothing_of_it_and_can_not_take_its_file() {
    let world = World::new().await;
    let olaf = registered(&world).await;
    drafted(&olaf, &[&[("revision", "1")], UPDATE.as_slice()].concat()).await;
    let jo = world.strange_member().await;
    for page in ["", "/address", "/draft", "/draft/orders", "/review", "/versions/1"] {
        let page = format!("/connectors/billing{page}");
        assert_eq!(jo.open(&page).await.status, StatusCode::NOT_FOUND, "{page}");
    }
    for (form, pairs) in [
        ("address", &[("address", "theirs.db")][..]),
        ("forget", &[]),
        ("draft", &[]),
        ("draft/orders", &[("revision", "2")]),
        ("review", &order("2", "Mine.")),
        ("versions/1", &order("2", "Mine.")),
    ] {
        let form = format!("/connectors/billing/{form}");
        assert_eq!(jo.send(&form, pairs).await.status, StatusCode::NOT_FOUND, "{form}");
    }
    for file in ["billing.db", "crm.db", "./crm.db"] {
        let taken = jo.send("/new/connector", &[("name", "mine"), ("address", file)]).await;
        is_refused(&taken, StatusCode::UNPROCESSABLE_ENTITY, "There is no such file");
    }
    assert!(!jo.open("/connectors").await.text().contains("billing"));
    let review = olaf.open("/connectors/billing/review").await;
    assert_eq!(review.status, StatusCode::OK, "the draft is as it was");
}
