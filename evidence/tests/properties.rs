//! What holds for anything at all.

#[expect(dead_code, reason = "the properties use their own part of the world")]
#[path = "support/world.rs"]
mod world;

#[path = "../fuzz/src/targets.rs"]
mod targets;
#[path = "../fuzz/src/walls.rs"]
mod walls;

use evidence::compile::{Compiled, compile};
use evidence::contract::Contract;
use evidence::decide::decide;
use evidence::decision::Verdict;
use evidence::envelope::Envelope;
use evidence::pack::file;
use evidence::verify::{Expectations, State, verify};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value as Json, json};
use world::{Log, at, contract, documents, stories, tamper, undone};

fn passes(log: &Log, pack: Vec<u8>) -> bool {
    let expectations = Expectations { fingerprints: vec![log.fingerprint()], ..Expectations::default() };
    matches!(verify(pack, expectations).state, State::Verified | State::SignerNotConfirmed)
}

/// A value that the documents of the world know, or don't.
fn json_value() -> impl Strategy<Value = Json> {
    let text = select(vec![
        "acme",
        "globex",
        "c-1",
        "active",
        "absent",
        "tenant",
        "unobserved",
        "drifted",
        "matches",
        "unknown",
        "suspended",
        "update",
        "delete",
        "insert",
        "contacts",
        "invoices",
        "tickets",
        "support-agent",
        "status",
        "phone",
        "tier",
        "attested",
        "",
        "\u{202e}",
        "2026-03-02T09:00:01.000000Z",
        "9999-12-31T23:59:59.999999Z",
    ]);
    prop_oneof![
        text.prop_map(Json::from),
        any::<bool>().prop_map(Json::from),
        Just(Json::Null),
        (-9_007_199_254_740_991_i64..=9_007_199_254_740_991).prop_map(Json::from),
        (0..12_i64).prop_map(Json::from),
        Just(json!([])),
        Just(json!({})),
        Just(json!({ "open": { "id": "c-2" } })),
        Just(json!({ "foreign": format!("sha256:{}", "0".repeat(64)) })),
        Just(json!({ "sealed": { "conforms": false } })),
        Just(json!({ "open": 3 })),
    ]
}

/// Every place within a JSON value.
fn places(json: &Json, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match json {
        Json::Array(items) => {
            items.iter().enumerate().for_each(|(place, item)| places(item, &format!("{at}/{place}"), found));
        }
        Json::Object(members) => {
            for (name, item) in members {
                places(item, &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), found);
            }
        }
        _ => {}
    }
}

/// What was decided in a log, and by what.
fn asked(log: &Log) -> Vec<Json> {
    let contract = log.contracts.values().next().unwrap();
    let envelope = log.envelopes.values().next().unwrap().envelope();
    let decisions = log.receipts.iter().filter_map(|(receipt, _)| match receipt {
        evidence::receipt::Receipt::Decision(decision) => Some(decision),
        _ => None,
    });
    decisions.map(|one| json!([contract, envelope, one.action, one.standing, one.entry.time])).collect()
}

fn changes() -> impl Strategy<Value = Vec<(Index, Json)>> {
    vec((any::<Index>(), json_value()), 0..5)
}

/// What `decide` is asked: an action of the world, its standing, and the rules.
fn question() -> impl Strategy<Value = (Json, Vec<(Index, Json)>)> {
    (select(asked(&stories::busy())), changes())
}

/// The same about actions that undo others, whatever they know of the original.
fn undoing() -> impl Strategy<Value = (Json, Vec<(Index, Json)>)> {
    let logs = [undone::delete(), undone::many(), undone::insert(), undone::compensated(), undone::refused()];
    let undoes = |question: &Json| !question[2]["undoes"].is_null();
    (select(logs.iter().flat_map(asked).filter(undoes).collect::<Vec<_>>()), changes())
}

/// The question with some of its values replaced by others.
fn replaced((mut question, changes): (Json, Vec<(Index, Json)>)) -> Json {
    for (place, value) in changes {
        let mut all = Vec::new();
        places(&question, "", &mut all);
        if let Some(found) = question.pointer_mut(&all[place.index(all.len())]) {
            *found = value;
        }
    }
    question
}

fn compiled(contract: &Contract, envelope: &Json) -> Option<Compiled> {
    compile(contract, serde_json::from_value(envelope.clone()).ok()?).ok()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, ..ProptestConfig::default() })]

    /// Whatever is asked, there is an answer; and none but DENY against a wall.
    #[test]
    fn decide_is_total_and_fails_closed(question in question().prop_map(replaced)) {
        targets::decision(&serde_json::to_vec(&question).unwrap());
    }

    /// So it is with whatever undoes something: nothing is allowed that is not the very reverse.
    #[test]
    fn no_rollback_is_allowed_that_does_not_reverse_its_original(question in undoing().prop_map(replaced)) {
        targets::decision(&serde_json::to_vec(&question).unwrap());
    }

    /// An original that belongs to another action, or to none, is as good as no original.
    #[test]
    fn an_action_is_decided_with_its_own_original_or_not_at_all(
        (question, _) in undoing(),
        (other, _) in undoing(),
        cited: bool,
    ) {
        let (mut mixed, mine) = (question.clone(), &question[3]["undoes"]["decision"]);
        prop_assume!(*mine != other[3]["undoes"]["decision"]);
        if cited { mixed[3]["undoes"] = other[3]["undoes"].clone() } else { mixed[2]["undoes"] = Json::Null }
        let bytes = serde_json::to_vec(&mixed).unwrap();
        let (contract, envelope, action, standing, now): (Contract, Envelope, _, _, _) =
            serde_json::from_slice(&bytes).unwrap();
        let compiled = compile(&contract, envelope).unwrap();
        let decision = decide(Some(&contract), Some(&compiled), &action, &standing, now);
        prop_assert_eq!(decision.verdict, Verdict::Deny);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    /// Each wall by itself stops an action that is otherwise allowed.
    #[test]
    fn each_wall_stops_an_action_by_itself(
        wall in 0..14_usize,
        ids in proptest::sample::subsequence(vec!["c-1", "c-2"], 1..=2),
        column in select(vec!["status", "phone"]),
    ) {
        let log = Log::acme();
        let (contract, mut envelope) = (contract(), documents::envelope_json("acme", 1));
        let action = log.update("contacts", &ids, &[(column, "x".into())]);
        let compiled_envelope = log.envelopes.values().next().unwrap();
        let limits = &compiled_envelope.envelope().limits;
        let standing = log.history.clone().standing(&action, limits, None, at(60));
        let before = decide(Some(&contract), Some(compiled_envelope), &action, &standing, at(60));
        prop_assert_eq!(before.verdict, Verdict::Allow);
        let (mut action, mut standing) = (json!(action), json!(standing));
        let mut now = at(60);
        let zero = format!("sha256:{}", "0".repeat(64));
        match wall {
            0 => standing["portal_frozen"] = true.into(),
            1 => standing["tenant_frozen"] = true.into(),
            2 => standing["agent"] = "suspended".into(),
            3 => standing["agent"] = "unknown".into(),
            4 => standing["contract"] = Json::Null,
            5 => envelope["frozen"] = true.into(),
            6 => now = at(400 * 86_400),
            7 => action["schema"] = "drifted".into(),
            8 => action["records"][0]["owner"] = json!({ "foreign": zero }),
            9 => action["set"]["tenant_id"] = json!({ "foreign": zero }),
            10 => action["set"]["nonsense"] = json!({ "open": 1 }),
            11 => action["records"][0]["before"] = Json::Null,
            12 => standing["spent"] = json!({ "contacts-hourly": 8 }),
            _ => standing["spent"] = json!({}),
        }
        let compiled = compiled(&contract, &envelope).unwrap();
        let action = serde_json::from_value(action).unwrap();
        let standing = serde_json::from_value(standing).unwrap();
        let decision = decide(Some(&contract), Some(&compiled), &action, &standing, now);
        prop_assert_eq!(decision.verdict, Verdict::Deny);
        let walls = walls::against(Some(&contract), Some(compiled.envelope()), &action, &standing, now);
        prop_assert!(!walls.is_empty());
    }

    #[test]
    fn parsers_take_any_bytes(bytes: Vec<u8>, text in "[{}\\[\\]\",:0-9a-z\\\\\u{202e} -]{0,60}") {
        for (_, target) in targets::ALL {
            target(&bytes);
            target(text.as_bytes());
        }
    }
}

/// As many cases as a pack is verified for.
fn packs() -> ProptestConfig {
    ProptestConfig { cases: 500, ..ProptestConfig::default() }
}

#[test]
fn a_changed_bit_never_verifies() {
    let log = stories::approved();
    let pack = log.pack();
    proptest!(packs(), |(place: Index, bit in 0..8_u32)| {
        let mut changed = pack.clone();
        *place.get_mut(&mut changed) ^= 1 << bit;
        prop_assert!(!passes(&log, changed));
    });
}

/// Whoever holds the vendor's key and drops, repeats or moves a receipt does not get past the log.
#[test]
fn another_order_of_receipts_never_verifies() {
    let log = stories::approved();
    let (pack, count) = (log.pack(), log.receipts.len());
    proptest!(packs(), |(change in 0..3_u8, first: Index, second: Index, ends_differ: bool)| {
        let (first, second) = (first.index(count), second.index(count));
        prop_assume!(change != 2 || first != second);
        let reorder = |lines: &mut Vec<String>| match change {
            0 => drop(lines.remove(first)),
            1 => lines.insert(second, lines[first].clone()),
            _ => lines.swap(first, second),
        };
        let told = |manifest: &mut evidence::pack::Manifest| match (ends_differ, change) {
            (true, 0) => manifest.to -= 1,
            (true, 1) => manifest.to += 1,
            _ => {}
        };
        let on_lines = |files: &mut tamper::Files| tamper::lines(files, file::RECEIPTS, reorder);
        prop_assert!(!passes(&log, tamper::restated(&pack, log.signer(), on_lines, told)));
    });
}
