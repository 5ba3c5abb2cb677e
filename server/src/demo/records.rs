//! The demo vendor's system of record: a small CRM with made-up people, the same ones every time.

use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode};
use sqlx::{ConnectOptions as _, Connection as _};

use super::cast::{COMPANIES, FIRST, LAST, SUBJECTS, TENANTS};

const TABLES: [&str; 4] = [
    "create table companies (
        id text primary key, tenant_id text not null, name text not null, industry text, tier text not null,
        employees integer, credit_limit_cents integer not null) strict",
    "create table contacts (
        id text primary key, tenant_id text not null, company_id text references companies (id), name text not null,
        email text, phone text, status text not null, owner text, notes text) strict",
    "create table tickets (
        id text primary key, tenant_id text not null, contact_id text references contacts (id), subject text not null,
        status text not null, priority integer not null, assignee text, opened_on text) strict",
    "create table invoices (
        id text primary key, tenant_id text not null, company_id text references companies (id),
        amount_cents integer not null, currency text not null, status text not null, due_on text, paid integer not null,
        iban text) strict",
];

/// How many records of each kind a tenant has.
const COMPANIES_EACH: usize = 24;
const CONTACTS_EACH: usize = 120;
const TICKETS_EACH: usize = 90;
const INVOICES_EACH: usize = 60;

/// Makes the file with all its records, or leaves none.
pub async fn create(path: &Path) -> Result<(), sqlx::Error> {
    let unfinished = path.with_extension("unfinished");
    let _ = std::fs::remove_file(&unfinished);
    let mut file = connect(&unfinished, true).await?;
    let mut write = file.begin().await?;
    for table in TABLES {
        sqlx::query(table).execute(&mut *write).await?;
    }
    for (place, _) in TENANTS.iter().enumerate() {
        fill(&mut write, place).await?;
    }
    write.commit().await?;
    // Readers and the one writer don't wait for each other.
    sqlx::query("pragma journal_mode = wal").fetch_all(&mut file).await?;
    file.close().await?;
    std::fs::rename(unfinished, path).map_err(sqlx::Error::Io)
}

/// Changes a record behind the portal's back, as any other program with access to the database might.
pub async fn meddle(path: &Path, contact: &str) -> Result<(), sqlx::Error> {
    let mut file = connect(path, false).await?;
    let change = sqlx::query("update contacts set owner = 'imported' where id = ?").bind(contact.to_owned());
    change.execute(&mut file).await?;
    file.close().await
}

async fn connect(path: &Path, create: bool) -> Result<SqliteConnection, sqlx::Error> {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(create);
    // One file and nothing beside it, so that it can be renamed when it is complete.
    let journal = if create { options.journal_mode(SqliteJournalMode::Delete) } else { options };
    journal.connect().await
}

async fn fill(write: &mut SqliteConnection, tenant: usize) -> Result<(), sqlx::Error> {
    for place in 0..COMPANIES_EACH {
        company(write, tenant, place).await?;
    }
    for place in 0..CONTACTS_EACH {
        contact(write, tenant, place).await?;
    }
    for place in 0..TICKETS_EACH {
        ticket(write, tenant, place).await?;
    }
    for place in 0..INVOICES_EACH {
        invoice(write, tenant, place).await?;
    }
    Ok(())
}

async fn company(write: &mut SqliteConnection, tenant: usize, place: usize) -> Result<(), sqlx::Error> {
    let row = sqlx::query("insert into companies values (?, ?, ?, ?, ?, ?, ?)");
    let row = row.bind(id("co", tenant, place)).bind(TENANTS[tenant].name);
    let row = row.bind(COMPANIES[mixed(tenant, place, 1) % COMPANIES.len()]);
    let row =
        row.bind(pick(&["logistics", "retail", "energy", "health", "software", "food"], tenant, place, 2));
    let row = row.bind(pick(&["standard", "plus", "premium"], tenant, place, 3));
    let row = row.bind(number(12 + mixed(tenant, place, 4) % 900));
    row.bind(number((5 + mixed(tenant, place, 5) % 95) * 10_000)).execute(write).await.map(drop)
}

async fn contact(write: &mut SqliteConnection, tenant: usize, place: usize) -> Result<(), sqlx::Error> {
    let (first, last) = (pick(&FIRST, tenant, place, 6), pick(&LAST, tenant, place, 7));
    let status = if place % 40 == 39 {
        "legal_hold"
    } else {
        pick(&["active", "active", "lead", "dormant"], tenant, place, 8)
    };
    let row = sqlx::query("insert into contacts values (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    let row = row.bind(id("c", tenant, place)).bind(TENANTS[tenant].name);
    let row =
        row.bind(id("co", tenant, mixed(tenant, place, 9) % COMPANIES_EACH)).bind(format!("{first} {last}"));
    let row = row.bind(format!("{}.{}@example.com", first.to_lowercase(), last.to_lowercase()));
    let row = row.bind(format!("+44 20 7946 {:04}", mixed(tenant, place, 10) % 10_000)).bind(status);
    let row = row.bind(pick(&["maria", "tom", "aisha"], tenant, place, 11));
    row.bind(pick(&["prefers e-mail", "call after ten", "met at the fair", ""], tenant, place, 12))
        .execute(write)
        .await
        .map(drop)
}

async fn ticket(write: &mut SqliteConnection, tenant: usize, place: usize) -> Result<(), sqlx::Error> {
    let row = sqlx::query("insert into tickets values (?, ?, ?, ?, ?, ?, ?, ?)");
    let row = row.bind(id("t", tenant, place)).bind(TENANTS[tenant].name);
    let row = row.bind(id("c", tenant, mixed(tenant, place, 13) % CONTACTS_EACH));
    let row = row.bind(pick(&SUBJECTS, tenant, place, 14));
    let row = row.bind(pick(&["open", "open", "pending", "solved"], tenant, place, 15));
    let row = row.bind(number(1 + mixed(tenant, place, 16) % 4));
    let row = row.bind(pick(&["maria", "tom", "aisha"], tenant, place, 17));
    row.bind(date(tenant, place)).execute(write).await.map(drop)
}

async fn invoice(write: &mut SqliteConnection, tenant: usize, place: usize) -> Result<(), sqlx::Error> {
    let paid = mixed(tenant, place, 18).is_multiple_of(3);
    let row = sqlx::query("insert into invoices values (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    let row = row.bind(id("i", tenant, place)).bind(TENANTS[tenant].name);
    let row = row.bind(id("co", tenant, mixed(tenant, place, 19) % COMPANIES_EACH));
    // Small and large ones in turn, so that a rule about the amount has both kinds to meet.
    let amount = if place.is_multiple_of(2) {
        4_900 + mixed(tenant, place, 20) % 40_000
    } else {
        120_000 + mixed(tenant, place, 20) % 900_000
    };
    let row = row.bind(number(amount)).bind("EUR").bind(if paid { "paid" } else { "sent" });
    let row = row.bind(date(tenant, place)).bind(i64::from(paid));
    row.bind(format!("DE{:020}", mixed(tenant, place, 21))).execute(write).await.map(drop)
}

/// `c-1042` is the contact with number 42 of the first tenant.
fn id(kind: &str, tenant: usize, place: usize) -> String {
    format!("{kind}-{}", (tenant + 1) * 1_000 + place + 1)
}

fn date(tenant: usize, place: usize) -> String {
    let day = mixed(tenant, place, 22);
    format!("2026-{:02}-{:02}", 1 + day % 12, 1 + day / 12 % 28)
}

fn pick<'a>(among: &[&'a str], tenant: usize, place: usize, salt: usize) -> &'a str {
    among[mixed(tenant, place, salt) % among.len()]
}

fn number(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Looks random, is always the same.
fn mixed(tenant: usize, place: usize, salt: usize) -> usize {
    let seed = (tenant * 7_919 + place * 104_729 + salt * 1_299_709) as u64;
    let mixed = (seed ^ seed >> 7).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 33) as usize
}
