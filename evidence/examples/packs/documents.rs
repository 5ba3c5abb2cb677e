//! Envelopes that come about by chance.

use evidence::compile::compile;
use evidence::envelope::Envelope;
use serde_json::{Value as Json, json};

use crate::chance::Chance;
use crate::world::{self, AGENT, documents};

const COLUMNS: [&str; 5] = ["email", "phone", "status", "tier", "id"];

/// An envelope that its contract admits.
pub fn envelope(chance: &mut Chance, version: u32) -> Envelope {
    let mut document = documents::envelope_json("acme", version);
    let usual = document["rules"].as_array().unwrap().clone();
    let mut rules = if chance.once_in(4) { Vec::new() } else { chance.some_of(&usual) };
    rules.extend((0..chance.below(5)).map(|place| rule(chance, place)));
    document["rules"] = rules.into();
    document["limits"] = (0..chance.below(3)).map(|place| limit(chance, place)).collect();
    if chance.once_in(20) {
        document["frozen"] = true.into();
    }
    if chance.once_in(20) {
        document["valid_from"] = "2026-03-02T09:10:00.000000Z".into();
    }
    let envelope: Envelope = serde_json::from_value(document).unwrap();
    match compile(&world::contract(), envelope.clone()) {
        Ok(_) => envelope,
        Err(_) => world::envelope("acme", version),
    }
}

fn rule(chance: &mut Chance, place: usize) -> Json {
    let effect = *chance.one_of(&["allow", "allow", "ask", "never"]);
    let table = *chance.one_of(&["contacts", "contacts", "contacts", "tickets", "invoices"]);
    let columns: &[&str] = if table == "contacts" { &COLUMNS } else { &["id"] };
    let operations: &[&str] = match table {
        "contacts" => &["delete", "insert", "update"],
        "tickets" => &["update"],
        _ => &["delete", "update"],
    };
    json!({
        "id": format!("by-chance-{place}"),
        "effect": effect,
        "table": table,
        "agents": chance.once_in(3).then(|| chance.some_of(&[AGENT, "another-agent"])),
        "approval": (effect == "ask").then(|| approval(chance)),
        "operations": (!chance.once_in(3)).then(|| chance.some_of(operations)),
        "columns": chance.once_in(2).then(|| chance.some_of(columns)),
        "max_rows": chance.once_in(3).then(|| 1 + chance.below(3)),
        "when": conditions(chance, table),
    })
}

fn approval(chance: &mut Chance) -> Json {
    let quorum = if chance.once_in(2) { 1 } else { 2 };
    documents::approval(chance.word_of(&["managers", "support-leads"]), quorum)
}

fn conditions(chance: &mut Chance, table: &str) -> Vec<Json> {
    let count = if table == "contacts" && chance.once_in(2) { 1 + chance.below(2) } else { 0 };
    (0..count).map(|_| condition(chance)).collect()
}

fn condition(chance: &mut Chance) -> Json {
    let of = *chance.one_of(&["before", "before", "set"]);
    if chance.once_in(3) {
        let texts: Vec<&str> = chance.some_of(&["active", "new", "\u{e9}\"\\\n\u{1f469}", ""]);
        let is = match chance.below(3) {
            0 => json!({ "one_of": texts }),
            1 => json!({ "equal": texts[0] }),
            _ => json!({ "not_equal": texts[0] }),
        };
        return json!({ "of": of, "column": "status", "is": is });
    }
    let number = i64::try_from(chance.below(12)).unwrap() - 2;
    let is = match chance.below(5) {
        0 => json!({ "at_least": number }),
        1 => json!({ "at_most": number }),
        2 => json!({ "equal": number }),
        3 => json!({ "not_equal": "9223372036854775807" }),
        _ => json!({ "one_of": [number, number + 1] }),
    };
    json!({ "of": of, "column": "tier", "is": is })
}

fn limit(chance: &mut Chance, place: usize) -> Json {
    json!({
        "id": format!("limit-{place}"),
        "agents": chance.once_in(3).then_some([AGENT]),
        "table": chance.once_in(2).then_some("contacts"),
        "operations": chance.once_in(3).then(|| chance.some_of(&["delete", "update"])),
        "max_rows": 1 + chance.below(10),
        "window_seconds": chance.one_of(&[2, 10, 60, 3600]),
    })
}
