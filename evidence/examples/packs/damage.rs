//! Packs of such logs: as they are, in part, changed by somebody without a key, and told otherwise by the vendor.

use evidence::canonical;
use evidence::checkpoint::SignedCheckpoint;
use evidence::commitment::Place;
use evidence::compile::compile;
use evidence::digest::Digest;
use evidence::dsse::Predicate;
use evidence::key::KeyId;
use evidence::pack::{Contents, Opened, file};
use evidence::receipt::Receipt;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

use crate::chance::Chance;
use crate::edit;
use crate::life;
use crate::world::tamper::{self, Files};
use crate::world::{self, Log, named, public};

/// A pack, what was done to it, and what its reader knows.
pub struct Made {
    pub why: &'static str,
    pub pack: Vec<u8>,
    pub key: Option<KeyId>,
    pub since: Option<SignedCheckpoint>,
}

/// A pack that comes about by chance.
pub fn made(chance: &mut Chance) -> Made {
    let log = life::log(chance);
    let key = match chance.below(8) {
        0 => None,
        1 => Some(public(&log.keys[0]).id()),
        2 => Some(public(&world::key(66)).id()),
        _ => Some(public(log.signer()).id()),
    };
    let since = chance.once_in(3).then(|| log.checkpoint_at(chance.below(log.receipts.len() + 1)));
    let (why, pack) = damaged(log, chance);
    Made { why, pack, key, since }
}

fn damaged(log: Log, chance: &mut Chance) -> (&'static str, Vec<u8>) {
    match chance.below(16) {
        0..=3 => ("the whole log", log.pack()),
        4 | 5 => ("a range of the log", range(&log, chance)),
        6 => ("an end that is unproven", unproven(&log, chance)),
        7 => ("a changed byte", outside(&log.pack(), chance)),
        8 => ("lines told otherwise", lines(&log, chance)),
        9 => ("a small document told otherwise", small(&log, chance)),
        10 => ("a contract or envelope told otherwise", document(&log, chance)),
        11 => ("opened cells", opened(&log, chance)),
        12 => ("a manifest told otherwise", manifest(&log, chance)),
        _ => ("receipts told otherwise", retold(log, chance).pack()),
    }
}

fn range(log: &Log, chance: &mut Chance) -> Vec<u8> {
    let from = chance.below(log.receipts.len());
    let to = from + 1 + chance.below(log.receipts.len() - from);
    log.pack_of(from, to)
}

fn unproven(log: &Log, chance: &mut Chance) -> Vec<u8> {
    let name = *chance.one_of(&[file::CHECKPOINT, file::EDGES]);
    tamper::inside(&range(log, chance), log.signer(), |files| drop(files.remove(name)))
}

fn outside(pack: &[u8], chance: &mut Chance) -> Vec<u8> {
    let (mut pack, place) = (pack.to_vec(), chance.below(pack.len()));
    match chance.below(3) {
        0 => pack[place] ^= 1 << chance.below(8),
        1 => pack.truncate(place),
        _ => pack.insert(place, b'0'),
    }
    pack
}

fn lines(log: &Log, chance: &mut Chance) -> Vec<u8> {
    let pack = range(log, chance);
    let name = *chance.one_of(&[file::RECEIPTS, file::RECEIPTS, file::CITED]);
    tamper::inside(&pack, log.signer(), |files| {
        tamper::lines(files, name, |lines| {
            if lines.is_empty() {
                return lines.push("{}".into());
            }
            let (one, other) = (chance.below(lines.len()), chance.below(lines.len()));
            match chance.below(3) {
                0 => drop(lines.remove(one)),
                1 => lines.insert(one, lines[other].clone()),
                _ => lines.swap(one, other),
            }
        });
    })
}

fn small(log: &Log, chance: &mut Chance) -> Vec<u8> {
    let pack = range(log, chance);
    let name = *chance.one_of(&[file::TRUST, file::EDGES, file::DISCLOSURES, file::CITED]);
    tamper::inside(&pack, log.signer(), |files| {
        if name == file::CITED {
            tamper::lines(files, name, |lines| {
                if let Some(line) = lines.last_mut() {
                    *line = String::from_utf8(edited(line.as_bytes(), chance)).unwrap();
                }
            });
        } else {
            let bytes = edited(&files[name], chance);
            files.insert(name.into(), bytes);
        }
    })
}

fn edited(bytes: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut value: Json = serde_json::from_slice(bytes).unwrap();
    edit::document(&mut value, chance);
    canonical::to_vec(&value).unwrap()
}

/// A document that nothing puts in force.
fn document(log: &Log, chance: &mut Chance) -> Vec<u8> {
    let of = world::contract();
    let contract = canonical::to_vec(&of).unwrap();
    let envelope = canonical::to_vec(&crate::documents::envelope(chance, 7)).unwrap();
    let about_contract = chance.once_in(2);
    tamper::inside(&log.pack(), log.signer(), |files| {
        files.insert(named_by(file::CONTRACTS, &contract, "json"), contract.clone());
        if about_contract {
            let bytes = edited(&contract, chance);
            files.insert(named_by(file::CONTRACTS, &bytes, "json"), bytes);
        } else {
            add_envelope(files, edited(&envelope, chance));
        }
    })
}

fn add_envelope(files: &mut Files, bytes: Vec<u8>) {
    let texts =
        serde_json::from_slice(&bytes).ok().and_then(|envelope| compile(&world::contract(), envelope).ok());
    let [policies, schema] = texts.map_or_else(Default::default, |compiled| {
        [compiled.policies().as_bytes().to_vec(), compiled.schema().as_bytes().to_vec()]
    });
    files.insert(named_by(file::ENVELOPES, &bytes, "cedar"), policies);
    files.insert(named_by(file::ENVELOPES, &bytes, "cedarschema"), schema);
    files.insert(named_by(file::ENVELOPES, &bytes, "json"), bytes);
}

fn named_by(folder: &str, bytes: &[u8], ending: &str) -> String {
    let digest = Digest::of(bytes).to_string();
    format!("{folder}{}.{ending}", digest.trim_start_matches("sha256:"))
}

fn opened(log: &Log, chance: &mut Chance) -> Vec<u8> {
    let key = evidence::commitment::Key::from([(named("id"), (*chance.one_of(&["c-1", "c-2"])).into())]);
    let (connector, table) = (named("crm"), named("contacts"));
    let value = (*chance.one_of(&["+49 30 901820", "+49 30 1", "active"])).into();
    let place = Place { connector: &connector, key: &key, table: &table };
    let disclosure = log.secret.disclose(&place, &named("phone"), &value).unwrap();
    let cell = Opened { connector: connector.clone(), disclosure, key: key.clone(), table: table.clone() };
    log.seal(Contents { opened: vec![cell], ..log.contents(0, log.receipts.len()) })
}

fn manifest(log: &Log, chance: &mut Chance) -> Vec<u8> {
    let pack = range(log, chance);
    tamper::restated(
        &pack,
        log.signer(),
        |_| (),
        |manifest| {
            if let Some(told) = (0..8).find_map(|_| changed_value(json!(manifest), chance)) {
                *manifest = told;
            }
        },
    )
}

/// Some receipts say something else, and all are signed and hashed anew.
fn retold(log: Log, chance: &mut Chance) -> Log {
    tamper::retold(log, |receipts| {
        for _ in 0..=chance.below(2) {
            let place = chance.below(receipts.len());
            if let Some(told) = (0..8).find_map(|_| otherwise(&receipts[place], chance)) {
                receipts[place] = told;
            }
        }
    })
}

fn otherwise(receipt: &Receipt, chance: &mut Chance) -> Option<Receipt> {
    let mut told = match receipt {
        Receipt::Activation(one) => Receipt::Activation(changed(one, chance)?),
        Receipt::Approval(one) => Receipt::Approval(changed(one, chance)?),
        Receipt::Decision(one) => Receipt::Decision(changed(one, chance)?),
        Receipt::Key(one) => Receipt::Key(changed(one, chance)?),
        Receipt::Notice(one) => Receipt::Notice(changed(one, chance)?),
        Receipt::Outcome(one) => Receipt::Outcome(changed(one, chance)?),
        Receipt::Standing(one) => Receipt::Standing(changed(one, chance)?),
    };
    if let Receipt::Decision(decision) = &mut told
        && let Some(permit) = &mut decision.permit
        && chance.once_in(2)
    {
        permit.action = decision.action.digest().ok()?;
    }
    Some(told)
}

fn changed<P: Predicate>(one: &P, chance: &mut Chance) -> Option<P> {
    changed_value(json!(one), chance)
}

fn changed_value<T: DeserializeOwned>(mut value: Json, chance: &mut Chance) -> Option<T> {
    edit::document(&mut value, chance);
    serde_json::from_value(value).ok()
}
