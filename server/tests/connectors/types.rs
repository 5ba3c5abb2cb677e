//! Every common column type is carried exactly: what was planned is what is read back, and what the database would change
//! or does not take is told before the verdict.

use evidence::action::Owner;
use evidence::contract::ColumnType;
use evidence::receipt::OutcomeStatus;
use evidence::value::Value;
use serde_json::{Value as Json, json};

use crate::desk::{Desk, allowed, conforms, found, owner};
use crate::place::Records;

mod sqlite {
    use super::numbers_in_sqlite_are_read_back_as_planned;

    crate::stories! { on sqlite: numbers_in_sqlite_are_read_back_as_planned }
}

mod postgres {
    use super::{
        a_record_has_one_key, every_type_is_written_and_read_back_exactly, huge_values_are_carried_or_told,
        what_the_database_would_change_is_refused,
    };

    crate::stories! { on postgres:
        a_record_has_one_key,
        every_type_is_written_and_read_back_exactly,
        huge_values_are_carried_or_told,
        what_the_database_would_change_is_refused,
    }
}

const ALL: &str = "
    create type mood as enum ('sad', 'fine');
    create domain short as varchar(3) check (value <> 'no');
    create table things (id integer primary key, tenant_id text not null,
        truth boolean, tiny smallint, big bigint, money numeric(10,2), exact numeric, f4 real, f8 double precision,
        words text, few varchar(5), fixed char(4), ident uuid, day date, clock time, moment timestamp, instant timestamptz,
        whole timestamptz(0), span interval, doc json, docb jsonb, raw bytea, state mood, address inet, list integer[],
        brief short, bits bit(3));
    insert into things (id, tenant_id) values (1, 'acme')";

/// Column, what is sent, what is kept.
fn samples() -> Vec<(&'static str, Json, Value)> {
    let text = |text: &str| Value::from(text);
    vec![
        ("truth", json!(true), Value::Bool(true)),
        ("tiny", json!(-32768), Value::Integer(-32_768)),
        ("big", json!("9223372036854775807"), text("9223372036854775807")),
        ("money", json!("1.5"), text("1.50")),
        ("exact", json!("0.10"), text("0.10")),
        ("exact", json!("12345678901234567890.123456789"), text("12345678901234567890.123456789")),
        ("f4", json!("0.25"), text("0.25")),
        ("f8", json!("0.1"), text("0.1")),
        ("f8", json!("1e100"), text("1e100")),
        ("words", json!("a 'quoted' \"text\"\n\\ é 🦀 "), text("a 'quoted' \"text\"\n\\ é 🦀 ")),
        ("words", json!(""), text("")),
        ("few", json!("abcde"), text("abcde")),
        ("fixed", json!("ab"), text("ab")),
        (
            "ident",
            json!("550E8400-E29B-41D4-A716-446655440000"),
            text("550e8400-e29b-41d4-a716-446655440000"),
        ),
        ("day", json!("2026-02-28"), text("2026-02-28")),
        ("clock", json!("13:05"), text("13:05:00")),
        ("moment", json!("2026-11-25T01:02:03.5"), text("2026-11-25 01:02:03.5")),
        ("instant", json!("2026-11-25T00:00:00Z"), text("2026-11-25 00:00:00+00")),
        ("instant", json!("2026-11-25T02:00:00.000001+02:00"), text("2026-11-25 00:00:00.000001+00")),
        ("whole", json!("2026-11-25T00:00:00Z"), text("2026-11-25 00:00:00+00")),
        ("span", json!("90 minutes"), text("01:30:00")),
        ("doc", json!("{ \"b\": 1,\"a\": 2 }"), text("{ \"b\": 1,\"a\": 2 }")),
        ("docb", json!("{ \"b\": 1,\"a\": 2.50 }"), text("{\"a\": 2.50, \"b\": 1}")),
        ("raw", json!("AP8Q"), text("AP8Q")),
        ("state", json!("fine"), text("fine")),
        ("address", json!("10.0.0.1"), text("10.0.0.1/32")),
        ("list", json!("{1, 2,null}"), text("{1,2,NULL}")),
        ("brief", json!("abc"), text("abc")),
        ("bits", json!("101"), text("101")),
        ("truth", json!(null), Value::Null),
        ("docb", json!(null), Value::Null),
        ("raw", json!(null), Value::Null),
    ]
}

async fn every_type_is_written_and_read_back_exactly(records: Records) {
    let desk = Desk::new(records, ALL).await;
    let one = json!([{"id": 1}]);
    for (column, sent, kept) in samples() {
        let write = desk.allow("update", "things", one.clone(), json!({column: sent})).await;
        assert!(conforms(&write.seen.action, column), "{column} {sent}");
        let before = write.seen.before.clone();
        let outcome = desk.apply(&write).await.unwrap();
        assert_eq!(outcome.status, OutcomeStatus::Committed, "{column} {sent} {:?}", outcome.code);
        let seen = desk.see_restore("update", "things", one.clone(), json!({}), Some(before)).await;
        assert_eq!(found(&seen, column), kept, "{column}");
        let undone = desk.apply(&allowed(seen)).await.unwrap();
        assert_eq!(undone.status, OutcomeStatus::Committed, "{column}");
        assert_eq!(undone.records[0].after, outcome.records[0].before, "{column}");
    }
    let mut whole = json!({});
    for (column, sent, _) in samples().into_iter().take(29) {
        whole[column] = sent;
    }
    let added = desk.write("insert", "things", json!([{"id": 2}, {"id": 3}]), whole).await;
    assert_eq!(added.status, OutcomeStatus::Committed, "{:?}", added.code);
    let removed = desk.write("delete", "things", json!([{"id": 2}, {"id": 3}]), json!({})).await;
    assert_eq!(removed.status, OutcomeStatus::Committed);
    assert_eq!(desk.contract.tables["things"].columns["instant"].kind, ColumnType::Timestamp);
}

async fn what_the_database_would_change_is_refused(records: Records) {
    let desk = Desk::new(records, ALL).await;
    let one = json!([{"id": 1}]);
    for (column, sent) in [
        ("truth", json!("true")),
        ("truth", json!(1)),
        ("tiny", json!(32768)),
        ("big", json!("9223372036854775808")),
        ("big", json!("1.5")),
        ("money", json!("1.555")),
        ("money", json!("123456789.00")),
        ("exact", json!("NaN")),
        ("f4", json!("0.123456789")),
        ("f8", json!("0.12345678901234567890")),
        ("f8", json!("1e400")),
        ("few", json!("abcdef")),
        ("fixed", json!("abcde")),
        ("words", json!("a\u{0}b")),
        ("ident", json!("550e8400")),
        ("day", json!("2026-02-30")),
        ("day", json!("2026-02-28 13:00")),
        ("clock", json!("2026-02-28 13:00")),
        ("moment", json!("2026-11-25T01:02:03+02")),
        ("instant", json!("2026-11-25T00:00:00.0000001Z")),
        ("instant", json!("yesterday-ish")),
        ("whole", json!("2026-11-25T00:00:00.7Z")),
        ("doc", json!("{")),
        ("docb", json!("{\"a\": \"\\u0000\"}")),
        ("raw", json!("***")),
        ("state", json!("happy")),
        ("address", json!("10.0.0.999")),
        ("list", json!("{1,x}")),
        ("brief", json!("abcd")),
        ("brief", json!("no")),
        ("bits", json!("1011")),
        ("nowhere", json!("x")),
        ("tenant_id", json!(null)),
    ] {
        let other = if column == "words" { "few" } else { "words" };
        let seen = desk.see("update", "things", one.clone(), json!({column: sent, other: "fine"})).await;
        assert!(!conforms(&seen.action, column), "{column} {sent}");
        assert!(conforms(&seen.action, other), "{column} {sent}");
        assert_eq!(*owner(&seen), Owner::Tenant, "{column} {sent}");
    }
}

async fn a_record_has_one_key(records: Records) {
    let desk = Desk::new(
        records,
        "create table people (id uuid primary key, tenant_id text not null, note text);
         insert into people values ('550e8400-e29b-41d4-a716-446655440000', 'acme', 'x');
         create table prices (id numeric(6,2) primary key, tenant_id text not null, note text);
         insert into prices values (1.50, 'acme', 'x')",
    )
    .await;
    for (table, key, seen) in [
        ("people", "550e8400-e29b-41d4-a716-446655440000", true),
        ("people", "550E8400-E29B-41D4-A716-446655440000", false),
        ("people", "{550e8400-e29b-41d4-a716-446655440000}", false),
        ("people", "not a uuid", false),
        ("prices", "1.50", true),
        ("prices", "1.5", false),
        ("prices", "1.501", false),
        ("prices", "01.50", false),
        ("prices", "1e99999", false),
    ] {
        for operation in ["update", "insert"] {
            let seen_as = desk.see(operation, table, json!([{"id": key}]), json!({"note": "y"})).await;
            let expected = if seen { Owner::Tenant } else { Owner::Unobserved };
            assert_eq!(*owner(&seen_as), expected, "{operation} {table} {key}");
        }
    }
    let several =
        json!([{"id": "x"}, {"id": "550e8400-e29b-41d4-a716-446655440000"}, {"id": "y"}, {"id": "z"}]);
    let seen = desk.see("update", "people", several, json!({"note": "y"})).await;
    let owners: Vec<&Owner> = seen.action.records.iter().map(|record| &record.owner).collect();
    assert_eq!(owners, [&Owner::Tenant, &Owner::Unobserved, &Owner::Unobserved, &Owner::Unobserved]);
}

async fn huge_values_are_carried_or_told(records: Records) {
    let desk = Desk::new(records, ALL).await;
    let huge = "x".repeat(65_536);
    let written = desk.write("update", "things", json!([{"id": 1}]), json!({"words": huge})).await;
    assert_eq!(written.status, OutcomeStatus::Committed);
    let digits = format!("{}.5", "9".repeat(390));
    let written = desk.write("update", "things", json!([{"id": 1}]), json!({"exact": digits})).await;
    assert_eq!(written.status, OutcomeStatus::Committed);
    // What somebody else stored may be more than a receipt could show.
    desk.records.run("update things set words = repeat('x', 3000000)").await;
    let mut desk = desk;
    let table = desk.contract.tables.get_mut("things").unwrap();
    table.columns.get_mut("words").unwrap().class = evidence::contract::Class::Open;
    let seen = desk.see("update", "things", json!([{"id": 1}]), json!({"few": "y"})).await;
    assert_eq!(*owner(&seen), Owner::Unobserved);
}

async fn numbers_in_sqlite_are_read_back_as_planned(records: Records) {
    let desk = Desk::new(
        records,
        "create table prices (id integer not null primary key, tenant_id text not null, amount decimal(10,2), rate real,
            day date, raw blob, paid boolean, plain text);
         insert into prices (id, tenant_id) values (1, 'acme')",
    )
    .await;
    let one = json!([{"id": 1}]);
    for (column, sent, kept) in [
        ("amount", json!("1.50"), Value::from("1.5")),
        ("amount", json!("7.00"), Value::from("7")),
        ("rate", json!("1e3"), Value::from("1000")),
        ("day", json!("2026-11-25"), Value::from("2026-11-25")),
        ("raw", json!("AP8Q"), Value::from("AP8Q")),
        ("paid", json!(true), Value::Bool(true)),
        ("plain", json!("1.50"), Value::from("1.50")),
        ("plain", json!(null), Value::Null),
    ] {
        let outcome = desk.write("update", "prices", one.clone(), json!({column: sent})).await;
        assert_eq!(outcome.status, OutcomeStatus::Committed, "{column} {sent}");
        let seen = desk.see("update", "prices", one.clone(), json!({})).await;
        assert_eq!(found(&seen, column), kept, "{column}");
    }
    let lossy = desk.see("update", "prices", one, json!({"rate": "0.12345678901234567890"})).await;
    assert!(!conforms(&lossy.action, "rate"));
}
