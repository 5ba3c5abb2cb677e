//! What each fuzz target does with some bytes. A target panics if what it was given breaks a promise.

use std::collections::BTreeMap;

use evidence::action::Action;
use evidence::canonical;
use evidence::checkpoint::SignedCheckpoint;
use evidence::compile::{Diagnostic, compile, diagnose};
use evidence::container::{self, Container};
use evidence::contract::Contract;
use evidence::decide::decide;
use evidence::decision::Verdict;
use evidence::dsse::Signed;
use evidence::envelope::Envelope;
use evidence::key::Fingerprint;
use evidence::receipt::Receipt;
use evidence::standing::Standing;
use evidence::timestamp::Timestamp;
use evidence::trust::Trust;
use evidence::verify::{Expectations, State, verify};
use serde_json::Value as Json;

use crate::walls;

/// A target by name.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const ALL: [Target; 11] = [
    ("canonical", canonical_json),
    ("checkpoint", checkpoint),
    ("compile", envelope_and_compile),
    ("container", zip),
    ("contract", contract),
    ("decide", decision),
    ("dsse", dsse),
    ("pack", pack),
    ("receipt", receipt),
    ("text", text),
    ("trust", trust),
];

/// A document is read only from its one encoding, and a request only if it has one.
pub fn canonical_json(bytes: &[u8]) {
    if let Ok(tree) = canonical::from_slice::<Json>(bytes) {
        assert_eq!(canonical::to_vec(&tree).unwrap(), bytes);
    }
    if let Ok(tree) = canonical::admit::<Json>(bytes) {
        let written = canonical::to_vec(&tree).unwrap();
        assert_eq!(canonical::from_slice::<Json>(&written).unwrap(), tree);
    }
}

/// A checkpoint is the text that it was read from.
pub fn checkpoint(bytes: &[u8]) {
    if let Ok(checkpoint) = SignedCheckpoint::parse(bytes) {
        assert_eq!(checkpoint.as_str().as_bytes(), bytes);
    }
}

/// The envelope compiles for some contract or says why not, and always to the same texts. What is written by hand has faults
/// exactly if it is refused, each of them at a place of the text.
pub fn envelope_and_compile(bytes: &[u8]) {
    let Ok((contract, mut envelope)) = serde_json::from_slice::<(Contract, Envelope)>(bytes) else { return };
    let Ok(digest) = contract.digest() else { return };
    envelope.contract = digest;
    if let Some(cedar) = &envelope.cedar {
        let faults = diagnose(&contract, cedar);
        for fault in &faults {
            is_within(cedar, fault);
        }
        let refused = compile(&contract, envelope.clone()).and_then(|compiled| compiled.validate());
        match refused {
            Ok(()) => assert!(faults.is_empty(), "{faults:?}"),
            Err(error) if error.at == "cedar" => assert!(!faults.is_empty(), "{error}"),
            Err(_) => {}
        }
    }
    if let Ok(compiled) = compile(&contract, envelope.clone()) {
        let again = compile(&contract, envelope).unwrap();
        assert_eq!((compiled.policies(), compiled.schema()), (again.policies(), again.schema()));
    }
}

fn is_within(cedar: &str, fault: &Diagnostic) {
    let mut lines = cedar.split('\n').skip(fault.line - 1).map(|line| line.chars().count());
    let line = lines.next().unwrap();
    assert!((1..=line + 1).contains(&fault.column), "{fault:?}");
    assert!(fault.column + fault.length <= lines.map(|more| more + 1).sum::<usize>() + line + 2, "{fault:?}");
}

/// What is opened is what would be written.
pub fn zip(bytes: &[u8]) {
    if let Ok(container) = Container::open(bytes) {
        let entries: BTreeMap<String, Vec<u8>> =
            container.entries().map(|(name, content)| (name.to_owned(), content.to_vec())).collect();
        assert_eq!(container::write(&entries).unwrap(), bytes);
    }
}

/// A contract is read only from its one encoding.
pub fn contract(bytes: &[u8]) {
    if let Ok(contract) = Contract::parse(bytes) {
        assert_eq!(canonical::to_vec(&contract).unwrap(), bytes);
    }
    if let Ok(envelope) = Envelope::parse(bytes) {
        assert_eq!(canonical::to_vec(&envelope).unwrap(), bytes);
    }
}

/// A verdict is always the same, and never against a wall.
pub fn decision(bytes: &[u8]) {
    type Case = (Option<Contract>, Option<Envelope>, Action, Standing, Timestamp);
    let Ok((contract, envelope, action, standing, now)) = serde_json::from_slice::<Case>(bytes) else {
        return;
    };
    let compiled = contract.as_ref().zip(envelope).and_then(|(contract, mut envelope)| {
        envelope.contract = contract.digest().ok()?;
        compile(contract, envelope).ok()
    });
    let decision = decide(contract.as_ref(), compiled.as_ref(), &action, &standing, now);
    assert_eq!(decision, decide(contract.as_ref(), compiled.as_ref(), &action, &standing, now));
    assert_eq!(decision.verdict == Verdict::Allow, decision.reasons.is_empty());
    assert_eq!(decision.verdict == Verdict::Escalate, decision.approval.is_some());
    if decision.verdict != Verdict::Deny {
        let envelope = compiled.as_ref().map(evidence::compile::Compiled::envelope);
        let walls = walls::against(contract.as_ref(), envelope, &action, &standing, now);
        assert!(walls.is_empty(), "{} against walls {walls:?}", decision.verdict);
    }
}

/// A signed document is the bytes that it was read from.
pub fn dsse(bytes: &[u8]) {
    if let Ok(signed) = Signed::parse(bytes) {
        assert_eq!(signed.bytes(), bytes);
        drop(signed.kind());
        drop(Receipt::read(&signed));
    }
}

/// Without a key that the reader named, nothing is verified.
pub fn pack(bytes: &[u8]) {
    let report = verify(bytes.to_vec(), Expectations::default());
    assert_ne!(report.state, State::Verified);
    serde_json::to_vec(&report).unwrap();
}

/// A receipt's payload, as if it had been signed.
pub fn receipt(bytes: &[u8]) {
    let envelope = serde_json::json!({
        "payload": evidence::digest::to_base64(bytes),
        "payloadType": evidence::dsse::PAYLOAD_TYPE,
        "signatures": [{ "keyid": "0".repeat(64), "sig": evidence::digest::to_base64(&[0; 64]) }],
    });
    let signed = Signed::parse(&canonical::to_vec(&envelope).unwrap()).unwrap();
    if let Ok(Receipt::Decision(decision)) = Receipt::read(&signed) {
        let digest = decision.action.digest().unwrap();
        assert_eq!(digest, decision.action.digest().unwrap());
        for record in &decision.action.records {
            record.hashes_hold().unwrap();
        }
        for reason in &decision.decision.reasons {
            assert!(!reason.message().is_empty());
        }
    }
}

/// What people type and documents spell.
pub fn text(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(time) = text.parse::<Timestamp>() {
        assert_eq!(time.to_string(), text);
    }
    if let Ok(digest) = text.parse::<evidence::digest::Digest>() {
        assert_eq!(digest.to_string(), text);
    }
    drop(text.parse::<Fingerprint>());
    drop(text.parse::<evidence::log::Hash>());
}

/// A trust document vouches for nothing that nobody named.
pub fn trust(bytes: &[u8]) {
    if let Ok(trust) = Trust::parse(bytes) {
        assert_eq!(canonical::to_vec(&trust).unwrap(), bytes);
        assert!(trust.vouched_for(&[]).unwrap().is_empty());
        let named: Vec<Fingerprint> = trust.keys.iter().map(|key| key.keyid.into()).collect();
        assert_eq!(trust.vouched_for(&named).unwrap().len(), trust.keys.len());
    }
}
