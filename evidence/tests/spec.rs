//! The worked example of SPEC.md, made anew and compared byte for byte; and its lists, compared with the code's.

#[expect(dead_code, reason = "each test file uses its own part of the world")]
#[path = "support/world.rs"]
mod world;

use std::collections::BTreeMap;

use evidence::canonical;
use evidence::commitment::{Key, Place, state_hash};
use evidence::contract::{Contract, OperationKind};
use evidence::digest::{Digest, to_base64, to_base64url};
use evidence::envelope::Envelope;
use evidence::key::Fingerprint;
use evidence::log::leaf_hash;
use evidence::name::{Name, Text};
use evidence::pack::file;
use evidence::reason::Code;
use evidence::receipt::{Receipt, StandingState, StandingSubject};
use evidence::value::Value;
use evidence::verify::{Expectations, State, Step, verify};
use serde_json::json;
use world::{AGENT, Log, key, named, public, tamper};

const SPEC: &str = include_str!("../SPEC.md");

/// What opens a block of the example in SPEC.md; its name follows.
const OPENING: &str = "```text example=";

/// Seven receipts: key, agent, contract, envelope, an allowed write with its outcome, a denied one.
fn story() -> Log {
    let mut log = Log::with_key("acme", 1);
    log.stand(StandingSubject::Agent(named(AGENT)), StandingState::Active);
    log.activate_contract(contract());
    log.activate_envelope(envelope());
    let action = log.update("contacts", &["c-1"], &[("phone", Value::from("+49 30 901821"))]);
    log.write(action);
    let action = log.update("contacts", &["c-7"], &[("phone", Value::from("+49 30 901821"))]);
    log.decide(action);
    log
}

fn contract() -> Contract {
    let mut contract = world::contract();
    contract.tables.retain(|name, _| *name == *"contacts");
    for table in contract.tables.values_mut() {
        table.operations.retain(|kind, _| *kind == OperationKind::Update);
    }
    contract
}

fn envelope() -> Envelope {
    let envelope = json!({
        "tenant": "acme",
        "version": 1,
        "contract": contract().digest().unwrap().to_string(),
        "valid_from": world::START,
        "valid_until": null,
        "frozen": false,
        "rules": [
            {
                "id": "contact-details", "effect": "allow", "agents": [AGENT], "table": "contacts",
                "operations": ["update"], "columns": ["email", "phone"], "max_rows": 5,
                "when": [{ "of": "before", "column": "tier", "is": { "at_most": 8 } }], "approval": null,
            },
            {
                "id": "contact-tier", "effect": "ask", "agents": null, "table": "contacts", "operations": null,
                "columns": null, "max_rows": null, "when": [],
                "approval": { "group": "support-leads", "quorum": 1, "expires_seconds": 3600 },
            },
        ],
        "limits": [{
            "id": "contacts-hourly", "agents": null, "table": "contacts", "operations": null, "max_rows": 100,
            "window_seconds": 3600,
        }],
        "approval": { "group": "managers", "quorum": 1, "expires_seconds": 3600 },
        "cedar": null,
    });
    serde_json::from_value(envelope).unwrap()
}

/// Every block of the example, by name.
fn blocks() -> BTreeMap<&'static str, String> {
    let log = story();
    let mut blocks = BTreeMap::new();
    key_blocks(&log, &mut blocks);
    document_blocks(&log, &mut blocks);
    commitment_blocks(&log, &mut blocks);
    receipt_blocks(&log, &mut blocks);
    log_blocks(&log, &mut blocks);
    blocks
}

fn key_blocks(log: &Log, blocks: &mut BTreeMap<&'static str, String>) {
    let id = public(&key(1)).id();
    let key = format!(
        "secret key  {}\npublic key  {}\nkeyid       {id}\nin hex      {}\nin words    {}",
        to_base64(&[1; 32]),
        to_base64(public(&key(1)).as_bytes()),
        id.groups(),
        id.words()
    );
    blocks.insert("key", key);
    blocks.insert("trust", jcs(&log.trust));
}

fn document_blocks(log: &Log, blocks: &mut BTreeMap<&'static str, String>) {
    let compiled = log.envelopes.values().next().unwrap();
    blocks.insert("contract", jcs(&contract()));
    blocks.insert("envelope", jcs(&envelope()));
    blocks.insert("policies", compiled.policies().trim_end().to_owned());
    blocks.insert("schema", compiled.schema().trim_end().to_owned());
    let digests = [
        format!("contract  {}", contract().digest().unwrap()),
        format!("envelope  {}", compiled.digest()),
        format!("policies  {}", Digest::of(compiled.policies().as_bytes())),
        format!("schema    {}", Digest::of(compiled.schema().as_bytes())),
    ];
    blocks.insert("documents", digests.join("\n"));
}

fn commitment_blocks(log: &Log, blocks: &mut BTreeMap<&'static str, String>) {
    let (connector, table): (Name, Text) = (named("crm"), named("contacts"));
    let record = Key::from([(named("id"), Value::from("c-1"))]);
    let place = Place { connector: &connector, key: &record, table: &table };
    let disclosure = log.secret.disclose(&place, &named("phone"), &Value::from("+49 30 901820")).unwrap();
    let json = jcs(&disclosure);
    let text = format!(
        "info        helm:cell:v1 0x00 {}\nsalt        {}\ndisclosure  {json}\nbase64url   {}\ndigest      {}",
        jcs(&(&place, "phone")),
        disclosure.0,
        to_base64url(json.as_bytes()),
        disclosure.digest().unwrap()
    );
    blocks.insert("disclosure", text);

    let Receipt::Decision(decision) = &log.receipts[4].0 else { panic!("#4 is a decision") };
    let before = decision.action.records[0].before.as_ref().unwrap();
    let digests: BTreeMap<&Text, String> =
        before.cells.iter().map(|(column, cell)| (column, cell.digest(column).unwrap())).collect();
    assert_eq!(state_hash(&before.cells).unwrap(), before.hash);
    blocks.insert("state", format!("{}\n{}", jcs(&digests), before.hash));
    blocks.insert("cells", jcs(&before.cells));
    blocks.insert("action", format!("{}\n{}", jcs(&decision.action), decision.action.digest().unwrap()));
    let foreign = Key::from([(named("id"), Value::from("c-7"))]);
    let place = Place { key: &foreign, ..place };
    let blinded = format!(
        "log      {}\ntenant   {}\nkey      {}",
        log.id,
        log.secret.blind_tenant(&named("globex")).unwrap(),
        log.secret.blind_key(&place).unwrap()
    );
    blocks.insert("blinded", blinded);
}

const STATEMENTS: [&str; 7] =
    ["statement-0", "statement-1", "statement-2", "statement-3", "statement-4", "statement-5", "statement-6"];

fn receipt_blocks(log: &Log, blocks: &mut BTreeMap<&'static str, String>) {
    for (name, (_, signed)) in STATEMENTS.into_iter().zip(&log.receipts) {
        blocks.insert(name, text(signed.payload()));
    }
    let first = &log.receipts[0].1;
    blocks.insert("message", pae(first.payload()));
    blocks.insert("dsse", text(first.bytes()));
    let rows = log.receipts.iter().zip(0..).map(|((_, signed), seq)| {
        let signature = to_base64(&world::signature(log.signer(), pae(signed.payload()).as_bytes()));
        assert!(text(signed.bytes()).contains(&signature));
        format!(
            "#{seq} sig     {signature}\n   digest  {}\n   leaf    {}",
            signed.digest(),
            leaf_hash(signed.bytes())
        )
    });
    blocks.insert("receipts", rows.collect::<Vec<_>>().join("\n"));
}

fn log_blocks(log: &Log, blocks: &mut BTreeMap<&'static str, String>) {
    let checkpoint = log.checkpoint();
    blocks.insert("checkpoint", checkpoint.as_str().trim_end().to_owned());
    let pack = log.pack();
    let files = tamper::unpack(&pack);
    blocks.insert("manifest", text(&files[file::MANIFEST]));
    blocks.insert("pack", format!("{} bytes\n{}", pack.len(), Digest::of(&pack)));
}

/// What is signed, put together here by the words of SPEC.md and not by the code under test.
fn pae(payload: &[u8]) -> String {
    format!("DSSEv1 28 application/vnd.in-toto+json {} {}", payload.len(), text(payload))
}

fn jcs<T: serde::Serialize>(value: &T) -> String {
    text(&canonical::to_vec(value).unwrap())
}

fn text(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).unwrap().to_owned()
}

/// The blocks that SPEC.md has, by name.
fn printed() -> BTreeMap<&'static str, &'static str> {
    let blocks = SPEC.split(OPENING).skip(1).map(|block| {
        let (name, rest) = block.split_once('\n').unwrap();
        (name, rest.split_once("\n```").unwrap().0)
    });
    blocks.collect()
}

#[test]
fn the_example_is_what_the_code_makes() {
    let (made, printed) = (blocks(), printed());
    assert_eq!(made.keys().collect::<Vec<_>>(), printed.keys().collect::<Vec<_>>());
    for (name, text) in made {
        assert_eq!(
            text, printed[name],
            "block {name}; after a change on purpose run the ignored test of this file"
        );
    }
}

#[test]
fn the_example_verifies() {
    let log = story();
    let named: Fingerprint = public(&key(1)).id().into();
    let report = verify(log.pack(), Expectations { fingerprints: vec![named], ..Expectations::default() });
    assert_eq!(report.state, State::Verified, "{report:#?}");
}

#[test]
fn steps_states_codes_and_kinds_are_those_of_the_code() {
    for step in Step::ALL {
        let heading = format!("### Step {}: {}\n\n*{}*\n", step.number(), step.name(), step.claim());
        assert!(SPEC.contains(&heading), "{heading}");
    }
    for state in [
        State::Verified,
        State::SignerNotConfirmed,
        State::Incomplete,
        State::DoesNotVerify,
        State::CouldNotCheck,
    ] {
        let row = format!("| {} | **{}** |", state.exit_code(), state.title());
        assert!(SPEC.contains(&row), "{row}");
    }
    for code in Code::ALL {
        assert!(SPEC.contains(&format!("`{code}`")), "{code}");
    }
    for kind in Receipt::KINDS.iter().chain(&["rotation", "pack"]) {
        assert!(SPEC.contains(&format!("`urn:helm:evidence:{kind}:v1`")), "{kind}");
    }
}

/// Writes the example's blocks into SPEC.md.
#[test]
#[ignore = "it changes SPEC.md; run it after a change of the formats that is meant, and read the difference"]
fn write_the_example() {
    let mut spec = String::new();
    let mut made = blocks();
    for (place, part) in SPEC.split(OPENING).enumerate() {
        if place == 0 {
            spec.push_str(part);
            continue;
        }
        let (name, rest) = part.split_once('\n').unwrap();
        let (_, after) = rest.split_once("\n```").unwrap();
        let text = made.remove(name).unwrap_or_default();
        spec.extend([OPENING, name, "\n", &text, "\n```", after]);
    }
    assert!(made.is_empty(), "SPEC.md has no place for {:?}", made.keys());
    std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/SPEC.md"), spec).unwrap();
}
