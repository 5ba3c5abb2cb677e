//! Receipts whose bytes are not what they must be, signed and hashed all the same; and DSSE envelopes by themselves.

use evidence::checkpoint::Checkpoint;
use evidence::log::{Frontier, leaf_hash};
use evidence::pack::Contents;
use evidence::verify::State;

use super::{Case, public_key};
use crate::world::tamper::{edit_envelope, sign_payload};
use crate::world::{Log, key, public, stories};

pub fn cases() -> Vec<Case> {
    let log = stories::one_write();
    let mut cases = Vec::new();
    for (name, why, bytes) in malformed(&log) {
        let case = Case::refused("dsse", name, why, bytes.clone());
        cases.push(case.with("public_key", public_key(&log)));
    }
    // The same within a pack, where manifest, root and checkpoint all fit.
    for (name, why, bytes) in malformed(&log) {
        if ["duplicate-key", "unsigned-field", "malleable"].contains(&name) {
            let pack = with_last_receipt(&log, bytes);
            cases.push(Case::pack(
                &format!("receipt-{name}"),
                why,
                &log,
                pack,
                State::DoesNotVerify,
                Some(4),
            ));
        }
    }
    for (place, name) in [(0, "key"), (1, "standing"), (2, "activation"), (4, "decision"), (5, "outcome")] {
        let bytes = log.receipts[place].1.bytes();
        let case = Case::accepted("dsse", &format!("ok-{name}"), "a receipt as it is written", bytes);
        cases.push(case.with("public_key", public_key(&log)));
    }
    cases
}

/// The pack of a log whose last receipt has these bytes.
fn with_last_receipt(log: &Log, bytes: Vec<u8>) -> Vec<u8> {
    let mut contents = log.contents(0, log.receipts.len());
    contents.receipts.pop();
    contents.receipts.push(bytes);
    let mut frontier = Frontier::new();
    for receipt in &contents.receipts {
        frontier.push(leaf_hash(receipt)).unwrap();
    }
    let checkpoint = Checkpoint::new(log.origin(), frontier.size(), frontier.root()).unwrap();
    log.seal(Contents { checkpoint: log.sign_checkpoint(checkpoint), ..contents })
}

type Malformed = (&'static str, &'static str, Vec<u8>);

/// The outcome of a write, with something wrong about it.
#[expect(clippy::too_many_lines, reason = "a table, one line or so a case")]
fn malformed(log: &Log) -> Vec<Malformed> {
    let (_, signed) = log.receipts.last().unwrap();
    let payload = String::from_utf8(signed.payload().to_vec()).unwrap();
    let resigned = |from: &str, to: &str| {
        assert!(payload.contains(from), "{from} in {payload}");
        sign_payload(payload.replacen(from, to, 1).as_bytes(), log.signer())
    };
    let outside = |change: &dyn Fn(&mut serde_json::Value)| edit_envelope(signed, change);
    vec![
        ("duplicate-key", "a key twice", resigned("\"code\":null", "\"code\":null,\"code\":null")),
        (
            "unknown-field",
            "a field that does not exist",
            resigned("\"code\":null", "\"code\":null,\"colour\":1"),
        ),
        ("missing-field", "a field is missing", resigned("\"code\":null,", "")),
        (
            "proto-field",
            "a field named __proto__",
            resigned("{\"_type\"", "{\"__proto__\":{\"admin\":true},\"_type\""),
        ),
        ("space", "a space between members", resigned("\"code\":null", "\"code\": null")),
        ("order", "members out of order", out_of_order(&payload, log)),
        ("float", "a number with a fraction", resigned("\"seq\":5", "\"seq\":5.0")),
        ("exponent", "a number with an exponent", resigned("\"seq\":5", "\"seq\":5e0")),
        (
            "large-number",
            "2^53, which not every reader can tell from 2^53+1",
            resigned("\"seq\":5", "\"seq\":9007199254740992"),
        ),
        ("negative-number", "a sequence number below 0", resigned("\"seq\":5", "\"seq\":-5")),
        ("number-as-text", "a number as text", resigned("\"seq\":5", "\"seq\":\"5\"")),
        ("lone-surrogate", "half of a surrogate pair", resigned("portal 0.1.0", "portal \\ud83d")),
        (
            "needless-escape",
            "an escape where none is needed",
            resigned("portal 0.1.0", "portal\\u0020 0.1.0"),
        ),
        (
            "deep",
            "nested 40 levels deep",
            resigned("\"code\":null", &format!("\"code\":{}{}", "[".repeat(40), "]".repeat(40))),
        ),
        ("time-zone", "a time with an offset", resigned("Z\"", "+00:00\"")),
        ("time-precision", "a time in milliseconds", resigned(".000000Z\"", ".000Z\"")),
        ("digest-upper-case", "a digest in upper case", resigned("sha256:", "SHA256:")),
        (
            "unknown-code",
            "a reason code that does not exist",
            resigned("\"code\":null", "\"code\":\"BECAUSE\""),
        ),
        ("unknown-status", "a status that does not exist", resigned("COMMITTED", "PROBABLY")),
        (
            "another-kind",
            "the kind of another receipt",
            resigned("evidence:outcome:v1", "evidence:decision:v1"),
        ),
        ("later-kind", "a later version of the kind", resigned("evidence:outcome:v1", "evidence:outcome:v2")),
        ("another-statement", "another statement type", resigned("Statement/v1", "Statement/v0.1")),
        ("another-subject", "a subject that is not what it is about", another_subject(&payload, log)),
        ("no-subject", "no subject", resigned_subject(&payload, log)),
        (
            "byte-order-mark",
            "a byte order mark",
            sign_payload(format!("\u{feff}{payload}").as_bytes(), log.signer()),
        ),
        (
            "not-utf8",
            "bytes that are not UTF-8",
            sign_payload(&[payload.as_bytes(), b"\xff"].concat(), log.signer()),
        ),
        (
            "trailing",
            "something after the statement",
            sign_payload(format!("{payload} ").as_bytes(), log.signer()),
        ),
        (
            "unsigned-field",
            "a field outside the signature",
            outside(&|envelope| envelope["tenant"] = "acme".into()),
        ),
        (
            "another-payload-type",
            "another payload type",
            outside(&|envelope| envelope["payloadType"] = "application/json".into()),
        ),
        ("no-signature", "no signature", outside(&|envelope| envelope["signatures"] = serde_json::json!([]))),
        (
            "signed-twice",
            "the same signature twice",
            outside(&|envelope| {
                let one = envelope["signatures"][0].clone();
                envelope["signatures"] = serde_json::json!([one, one]);
            }),
        ),
        (
            "another-key-id",
            "the id of another key",
            outside(&|envelope| {
                envelope["signatures"][0]["keyid"] = public(&key(66)).id().to_string().into();
            }),
        ),
        (
            "unpadded",
            "base64 without padding",
            outside(&|envelope| {
                let text =
                    envelope["signatures"][0]["sig"].as_str().unwrap().trim_end_matches('=').to_owned();
                envelope["signatures"][0]["sig"] = text.into();
            }),
        ),
        (
            "short-signature",
            "a signature of 63 bytes",
            outside(&|envelope| {
                envelope["signatures"][0]["sig"] = evidence::digest::to_base64(&[7; 63]).into();
            }),
        ),
        (
            "malleable",
            "the signature's scalar plus the group's order, which a lenient verifier accepts",
            outside(&|envelope| {
                let sig = envelope["signatures"][0]["sig"].as_str().unwrap();
                let sig = evidence::digest::from_base64(sig).unwrap();
                envelope["signatures"][0]["sig"] = evidence::digest::to_base64(&malleable(&sig)).into();
            }),
        ),
        ("by-another-key", "signed by another key", sign_payload(payload.as_bytes(), &key(66))),
        (
            "pretty",
            "an envelope with line feeds and spaces",
            serde_json::to_vec_pretty(&parsed(signed)).unwrap(),
        ),
    ]
}

fn parsed(signed: &evidence::dsse::Signed) -> serde_json::Value {
    serde_json::from_slice(signed.bytes()).unwrap()
}

/// The statement with its first member at the end.
fn out_of_order(payload: &str, log: &Log) -> Vec<u8> {
    let (first, rest) = payload[1..payload.len() - 1].split_once(',').unwrap();
    sign_payload(format!("{{{rest},{first}}}").as_bytes(), log.signer())
}

fn another_subject(payload: &str, log: &Log) -> Vec<u8> {
    let at = payload.rfind("\"sha256\":\"").unwrap() + "\"sha256\":\"".len();
    let digest = evidence::digest::Digest::of(b"another").hex();
    sign_payload(format!("{}{digest}{}", &payload[..at], &payload[at + 64..]).as_bytes(), log.signer())
}

fn resigned_subject(payload: &str, log: &Log) -> Vec<u8> {
    let at = payload.rfind("\"subject\":").unwrap();
    sign_payload(format!("{}\"subject\":[]}}", &payload[..at]).as_bytes(), log.signer())
}

/// RFC 8032 §5.1.7: the scalar has to be below the order of the group.
fn malleable(signature: &[u8]) -> Vec<u8> {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut changed = signature.to_vec();
    let mut carry = 0;
    for (byte, order) in changed[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
    changed
}
