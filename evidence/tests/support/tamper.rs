//! What a liar does to a pack: from outside, with nothing but its bytes; from inside, with the vendor's own key.

use std::collections::BTreeMap;

use ed25519_dalek::SigningKey;
use evidence::action::Citation;
use evidence::canonical;
use evidence::container::{self, Container};
use evidence::digest::{Digest, to_base64};
use evidence::dsse::{PAYLOAD_TYPE, Signed};
use evidence::pack::{Manifest, file};
use evidence::receipt::{KeyChange, KeyReceipt, Receipt};

use super::log::sign_receipt;
use super::{Log, public, sign, signature};

/// The files of a pack, by name.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The files of a pack.
pub fn unpack(pack: &[u8]) -> Files {
    let container = Container::open(pack).unwrap();
    container.entries().map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).collect()
}

/// The pack of these files.
pub fn repack(files: &Files) -> Vec<u8> {
    container::write(files).unwrap()
}

/// The pack with changed files; whoever does this has no key.
pub fn outside(pack: &[u8], change: impl FnOnce(&mut Files)) -> Vec<u8> {
    let mut files = unpack(pack);
    change(&mut files);
    repack(&files)
}

/// The pack with changed files, listed and signed anew with `key`.
pub fn inside(pack: &[u8], key: &SigningKey, change: impl FnOnce(&mut Files)) -> Vec<u8> {
    restated(pack, key, change, |_| ())
}

/// The pack with changed files and a changed manifest, signed anew with `key`.
pub fn restated(
    pack: &[u8],
    key: &SigningKey,
    change: impl FnOnce(&mut Files),
    restate: impl FnOnce(&mut Manifest),
) -> Vec<u8> {
    let mut files = unpack(pack);
    change(&mut files);
    let signed = Signed::parse(&files[file::MANIFEST_DSSE]).unwrap();
    let mut manifest: Manifest = signed.predicate().unwrap();
    files.remove(file::MANIFEST);
    files.remove(file::MANIFEST_DSSE);
    manifest.files = files.iter().map(|(name, bytes)| (name.clone(), Digest::of(bytes))).collect();
    restate(&mut manifest);
    let signed = sign(&manifest, &[key]);
    files.insert(file::MANIFEST.into(), signed.payload().to_vec());
    files.insert(file::MANIFEST_DSSE.into(), signed.bytes().to_vec());
    repack(&files)
}

/// Changes the lines of a file.
pub fn lines(files: &mut Files, name: &str, change: impl FnOnce(&mut Vec<String>)) {
    let text = String::from_utf8(files[name].clone()).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    change(&mut lines);
    let text: String = lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
    files.insert(name.to_owned(), text.into_bytes());
}

/// The log as a vendor would have it who rewrites its own past with its own keys: the receipts are changed, numbered
/// and signed anew, and what cites them follows.
pub fn retold(log: Log, change: impl FnOnce(&mut Vec<Receipt>)) -> Log {
    let before: Vec<(Receipt, Signed)> = log.receipts.clone();
    let mut told: Vec<Receipt> = before.iter().map(|(receipt, _)| receipt.clone()).collect();
    change(&mut told);
    let mut citations: BTreeMap<Citation, Citation> = BTreeMap::new();
    let originals: BTreeMap<u64, Digest> =
        before.iter().map(|(receipt, signed)| (receipt.entry().seq, signed.digest())).collect();
    let mut log = Log { receipts: Vec::new(), ..log };
    let mut turn = 0;
    for mut receipt in told {
        let was = receipt.entry().seq;
        follow(&mut receipt, &citations);
        let seq = log.receipts.len() as u64;
        renumber(&mut receipt, seq);
        let signed = sign_receipt(&receipt, &log.keys[turn]);
        if let Some(digest) = originals.get(&was) {
            let now = Citation { receipt: signed.digest(), seq };
            citations.entry(Citation { receipt: *digest, seq: was }).or_insert(now);
        }
        if matches!(&receipt, Receipt::Key(KeyReceipt { change: KeyChange::Rotated, .. })) {
            turn += 1;
        }
        log.receipts.push((receipt, signed));
    }
    log
}

/// What a receipt cites, cited as it is now.
fn follow(receipt: &mut Receipt, citations: &BTreeMap<Citation, Citation>) {
    let update = |cited: &mut Citation| {
        if let Some(now) = citations.get(cited) {
            *cited = now.clone();
        }
    };
    match receipt {
        Receipt::Approval(approval) => update(&mut approval.decision),
        Receipt::Decision(decision) => {
            decision.action.undoes.iter_mut().for_each(update);
            if let Some(undoing) = &mut decision.standing.undoes {
                update(&mut undoing.decision);
            }
            if let Some(approval) = &mut decision.standing.approval {
                update(&mut approval.decision);
            }
            if let Some(permit) = &mut decision.permit
                && decision.action.undoes.is_some()
            {
                permit.action = decision.action.digest().unwrap();
            }
        }
        Receipt::Outcome(outcome) => update(&mut outcome.decision),
        Receipt::Activation(_) | Receipt::Key(_) | Receipt::Notice(_) | Receipt::Standing(_) => {}
    }
}

/// Gives a receipt another place.
pub fn renumber(receipt: &mut Receipt, seq: u64) {
    entry(receipt).seq = seq;
}

/// Where a receipt says it stands.
pub fn entry(receipt: &mut Receipt) -> &mut evidence::receipt::Entry {
    match receipt {
        Receipt::Activation(one) => &mut one.entry,
        Receipt::Approval(one) => &mut one.entry,
        Receipt::Decision(one) => &mut one.entry,
        Receipt::Key(one) => &mut one.entry,
        Receipt::Notice(one) => &mut one.entry,
        Receipt::Outcome(one) => &mut one.entry,
        Receipt::Standing(one) => &mut one.entry,
    }
}

/// An envelope over any bytes at all, which the signer did not look at.
pub fn sign_payload(payload: &[u8], key: &SigningKey) -> Vec<u8> {
    let mut message = format!("DSSEv1 {} {PAYLOAD_TYPE} {} ", PAYLOAD_TYPE.len(), payload.len()).into_bytes();
    message.extend(payload);
    let envelope = serde_json::json!({
        "payload": to_base64(payload),
        "payloadType": PAYLOAD_TYPE,
        "signatures": [{ "keyid": public(key).id(), "sig": to_base64(&signature(key, &message)) }],
    });
    canonical::to_vec(&envelope).unwrap()
}

/// The envelope with something changed around the payload that was signed.
pub fn edit_envelope(signed: &Signed, change: &dyn Fn(&mut serde_json::Value)) -> Vec<u8> {
    let mut envelope = serde_json::from_slice(signed.bytes()).unwrap();
    change(&mut envelope);
    canonical::to_vec(&envelope).unwrap()
}
