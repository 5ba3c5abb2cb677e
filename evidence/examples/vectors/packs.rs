//! Whole packs: honest ones, lies with the vendor's own key, and changes from outside.

use evidence::pack::{Contents, Manifest, file};
use evidence::verify::State;

use super::Case;
use crate::world::lies::LIES;
use crate::world::tamper::{self, Files};
use crate::world::{Log, documents, key, named, stories, undone};

/// A story: its name, what happens in words, and the log of it.
type Story = (&'static str, &'static str, fn() -> Log);

pub fn cases() -> Vec<Case> {
    [honest(), lies(), from_inside(), from_outside(), restated(), remembered()]
        .into_iter()
        .flatten()
        .collect()
}

fn ok(name: &str, why: &str, log: &Log, pack: Vec<u8>) -> Case {
    Case::pack(&format!("ok-{name}"), why, log, pack, State::Verified, None)
}

fn bad(name: &str, why: &str, log: &Log, pack: Vec<u8>, step: u8) -> Case {
    Case::pack(name, why, log, pack, State::DoesNotVerify, Some(step))
}

fn honest() -> Vec<Case> {
    let stories: [Story; 20] = [
        ("one-write", "an allowed write and its outcome", stories::one_write),
        ("wrong-tenant", "a write to another tenant's record, denied", stories::wrong_tenant),
        ("noticed", "the same attempt in the other tenant's log", stories::noticed),
        ("approved", "a write that waited for a person", stories::approved),
        ("rejected", "a write that a person rejected", stories::rejected),
        ("irreversible", "an irreversible delete, which a person approved", stories::irreversible),
        ("rolled-back", "a write and its rollback", stories::rolled_back),
        ("rolled-back-delete", "a delete and its rollback, which puts the record back", undone::delete),
        (
            "rolled-back-many",
            "a write to two records and its rollback, to each one's own state before",
            undone::many,
        ),
        (
            "rolled-back-insert",
            "an insert and its rollback, a delete that the contract does not offer and a person approved",
            undone::insert,
        ),
        ("compensated", "an insert and the delete that the contract names to undo it", undone::compensated),
        (
            "rollback-refused",
            "rollbacks that were denied: moved on, not to be undone, already a rollback, too late",
            undone::refused,
        ),
        ("attested", "writes by the vendor's own code: attested, and the verifier says so", undone::attested),
        (
            "changed-outside",
            "a record that changed outside the boundary: a finding, not a failure",
            stories::changed_outside,
        ),
        ("pending", "a write under way: a finding, not a failure", stories::pending),
        ("frozen", "a tenant frozen and let act again", stories::frozen),
        ("rotated", "a key that handed over to another", stories::rotated),
        ("spent", "a limit that was spent", stories::spent),
        ("tightened", "an envelope that replaced another", stories::tightened),
        ("hostile-texts", "bidi controls, markup, NUL and __proto__ are data", stories::hostile_texts),
    ];
    let mut cases: Vec<Case> = stories
        .into_iter()
        .map(|(name, why, story)| {
            let log = story();
            ok(name, why, &log, log.pack())
        })
        .collect();
    let busy = stories::busy();
    cases.push(ok(
        "range",
        "a range from the middle, with edges and earlier receipts",
        &busy,
        busy.pack_of(9, 14),
    ));
    cases
}

/// Lies with the vendor's own key.
fn lies() -> Vec<Case> {
    let case = |lie: &crate::world::lies::Lie| {
        let log = (lie.log)();
        bad(&format!("lie-{}", lie.name), lie.why, &log, log.pack(), lie.step)
    };
    LIES.iter().map(case).chain(withheld()).collect()
}

/// What is left out of a pack, and what a revoked key vouches for.
fn withheld() -> [Case; 3] {
    let log = stories::rolled_back();
    let without = tamper::inside(&log.pack_of(6, 8), log.signer(), |files| {
        tamper::lines(files, file::CITED, |lines| drop(lines.pop()));
    });
    let why = "the write that a rollback undoes is not in the pack";
    let without = bad("rollback-without-its-original", why, &log, without, 8);
    let log = undone::revoked();
    let old = log.keys[0].clone();
    let manifest = tamper::inside(&log.pack(), &old, |_| ());
    let manifest = bad(
        "manifest-by-a-revoked-key",
        "the manifest is signed by a key that the log revoked",
        &log,
        manifest,
        4,
    );
    let mut theirs = undone::revoked();
    theirs.keys = vec![old];
    let checkpoint = theirs.checkpoint();
    let checkpoint = tamper::inside(&log.pack(), log.signer(), |files| {
        files.insert(file::CHECKPOINT.into(), checkpoint.as_str().as_bytes().to_vec());
    });
    let why = "the checkpoint is signed by a key that the log revoked";
    [without, manifest, bad("checkpoint-by-a-revoked-key", why, &log, checkpoint, 6)]
}

/// Changed files, listed and signed anew.
#[expect(clippy::too_many_lines, reason = "a table, one line or so a case")]
fn from_inside() -> Vec<Case> {
    let log = stories::one_write();
    let inside =
        |change: &dyn Fn(&mut Files)| tamper::inside(&log.pack(), log.signer(), |files| change(files));
    let on_lines = |name: &'static str, change: fn(&mut Vec<String>)| {
        inside(&|files| tamper::lines(files, name, change))
    };
    let append = |ending: &str| {
        inside(&|files| {
            let name = files.keys().find(|name| name.ends_with(ending)).unwrap().clone();
            files.get_mut(&name).unwrap().extend(b"\n");
        })
    };
    let set = |name: &str, bytes: &[u8]| inside(&|files| drop(files.insert(name.into(), bytes.to_vec())));
    let stripped = inside(&|files| drop(files.remove(file::CHECKPOINT)));
    let case = |name: &str, why: &str, pack: Vec<u8>, step: u8| bad(name, why, &log, pack, step);
    vec![
        Case::pack("no-checkpoint", "the checkpoint was stripped", &log, stripped, State::Incomplete, None),
        case(
            "dropped-middle",
            "a receipt in the middle is missing",
            on_lines(file::RECEIPTS, |lines| drop(lines.remove(3))),
            5,
        ),
        case(
            "duplicated-middle",
            "a receipt is there twice",
            on_lines(file::RECEIPTS, |lines| lines.insert(3, lines[3].clone())),
            5,
        ),
        case(
            "duplicated-last",
            "the last receipt is there twice",
            on_lines(file::RECEIPTS, |lines| lines.push(lines[5].clone())),
            5,
        ),
        case("swapped", "two receipts changed places", on_lines(file::RECEIPTS, |lines| lines.swap(4, 5)), 5),
        case(
            "no-first-key",
            "the receipt that adds the first key is missing",
            on_lines(file::RECEIPTS, |lines| drop(lines.remove(0))),
            4,
        ),
        case(
            "blank-line",
            "an empty line among the receipts",
            on_lines(file::RECEIPTS, |lines| lines.insert(3, String::new())),
            4,
        ),
        case(
            "carriage-returns",
            "lines that end in CR LF",
            on_lines(file::RECEIPTS, |lines| lines.iter_mut().for_each(|line| line.push('\r'))),
            4,
        ),
        case("no-receipts", "a pack without receipts", set(file::RECEIPTS, b""), 5),
        case(
            "cut-off-line",
            "the last line is cut off",
            inside(&|files| files.get_mut(file::RECEIPTS).unwrap().truncate(8_000)),
            4,
        ),
        case(
            "byte-order-mark",
            "a byte order mark before the receipts",
            inside(&|files| {
                files.get_mut(file::RECEIPTS).unwrap().splice(0..0, *b"\xef\xbb\xbf");
            }),
            4,
        ),
        case(
            "other-policies",
            "the Cedar in the pack is not what the envelope compiles to",
            append(".cedar"),
            7,
        ),
        case("other-schema", "the Cedar schema in the pack is not the contract's", append(".cedarschema"), 7),
        case("envelope-not-canonical", "an envelope with a line feed after it", append(".json"), 7),
        case("disclosures-not-canonical", "the disclosures have a space", set(file::DISCLOSURES, b"[ ]"), 7),
        case(
            "edges-unknown-field",
            "the edges have a field that does not exist",
            set(file::EDGES, br#"{"left":[],"middle":[],"right":[]}"#),
            6,
        ),
        case(
            "edges-too-many",
            "hashes at an edge where there is none",
            set(file::EDGES, br#"{"left":[],"right":["47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="]}"#),
            6,
        ),
        case(
            "checkpoint-of-another-key",
            "a checkpoint that no listed key signed",
            set(file::CHECKPOINT, Log::opened("acme", 66).checkpoint().as_str().as_bytes()),
            6,
        ),
        case(
            "checkpoint-older",
            "the checkpoint of a smaller log",
            set(file::CHECKPOINT, log.checkpoint_at(5).as_str().as_bytes()),
            6,
        ),
        case("checkpoint-not-utf8", "a checkpoint that is not text", set(file::CHECKPOINT, b"\xff\xfe"), 6),
        case("trust-not-canonical", "the trust document has a line feed after it", append("trust.json"), 2),
        case("cited-garbage", "earlier receipts that are none", set(file::CITED, b"{}\n"), 4),
        case(
            "contract-not-in-pack",
            "the contract of an envelope is missing",
            inside(&|files| files.retain(|name, _| !name.starts_with(file::CONTRACTS))),
            7,
        ),
        case(
            "another-contract",
            "a contract whose name is not its digest",
            inside(&|files| {
                let name = files.keys().find(|name| name.starts_with(file::CONTRACTS)).unwrap().clone();
                let other = evidence::contract::Contract { version: 9, ..documents::contract() };
                files.insert(name, evidence::canonical::to_vec(&other).unwrap());
            }),
            7,
        ),
        Case::pack(
            "unknown-file",
            "a file that this version does not know",
            &log,
            set("notes.txt", b""),
            State::CouldNotCheck,
            Some(1),
        ),
    ]
}

/// Changes by somebody without the vendor's key.
fn from_outside() -> Vec<Case> {
    let log = stories::one_write();
    let outside = |change: &dyn Fn(&mut Files)| tamper::outside(&log.pack(), |files| change(files));
    let stranger = Log::opened("acme", 66);
    let spaced = |name: &str| outside(&|files| files.get_mut(name).unwrap().push(b' '));
    let changes = [
        ("summary", file::SUMMARY, "the page for people was changed"),
        ("readme", file::README, "the instructions were changed"),
        ("receipts", file::RECEIPTS, "the receipts were changed"),
        ("manifest", file::MANIFEST, "the readable manifest is not the signed one"),
        ("manifest-dsse", file::MANIFEST_DSSE, "bytes after the signed manifest"),
        ("trust", file::TRUST, "the trust document was changed"),
    ];
    let mut cases: Vec<Case> = changes
        .into_iter()
        .map(|(name, file, why)| bad(&format!("changed-{name}"), why, &log, spaced(file), 2))
        .collect();
    let added = outside(&|files| drop(files.insert(file::VERIFIER.into(), b"<script>".to_vec())));
    cases.push(bad("added-file", "a verifier that the manifest does not list", &log, added, 2));
    let removed = outside(&|files| drop(files.remove(file::CHECKPOINT)));
    cases.push(bad("removed-file", "a listed file is missing", &log, removed, 2));
    let signed = tamper::inside(&log.pack(), &key(66), |_| ());
    cases.push(bad(
        "other-signer",
        "the manifest is signed by a key that is not in the trust document",
        &log,
        signed,
        2,
    ));
    let theirs = stranger.pack();
    let why = "another vendor's pack, with another key in its own trust document";
    cases.push(Case::pack("other-vendor-key", why, &log, theirs, State::SignerNotConfirmed, None));
    let why = "a good pack, and no key was named";
    let unnamed = Case::pack("no-key-named", why, &log, log.pack(), State::SignerNotConfirmed, None);
    cases.push(unnamed.with("key", serde_json::Value::Null));
    let missing = outside(&|files| drop(files.remove(file::MANIFEST)));
    cases.push(Case::pack(
        "no-manifest",
        "a pack without a manifest",
        &log,
        missing,
        State::CouldNotCheck,
        Some(1),
    ));
    cases.push(Case::pack("empty", "no bytes at all", &log, Vec::new(), State::CouldNotCheck, Some(1)));
    let half = log.pack()[..2000].to_vec();
    cases.push(Case::pack(
        "cut-off",
        "the first 2,000 bytes of a pack",
        &log,
        half,
        State::CouldNotCheck,
        Some(1),
    ));
    cases
}

/// A manifest that says something else, signed with the vendor's key.
fn restated() -> Vec<Case> {
    let log = stories::one_write();
    let restated = |change: fn(&mut Manifest)| tamper::restated(&log.pack(), log.signer(), |_| (), change);
    let dropped = |change: fn(&mut Manifest)| {
        let drop_last = |files: &mut Files| tamper::lines(files, file::RECEIPTS, |lines| drop(lines.pop()));
        tamper::restated(&log.pack(), log.signer(), drop_last, change)
    };
    let case = |name: &str, why: &str, pack: Vec<u8>, step: u8| bad(name, why, &log, pack, step);
    let later = restated(|manifest| manifest.format = 2);
    vec![
        case("dropped-tail", "the last receipt was dropped", dropped(|manifest| manifest.to -= 1), 6),
        case(
            "dropped-tail-and-size",
            "the last receipt was dropped, and the size in the manifest with it",
            dropped(|manifest| {
                manifest.to -= 1;
                manifest.size -= 1;
            }),
            6,
        ),
        case(
            "tenant-relabelled",
            "the manifest names another tenant",
            restated(|manifest| manifest.tenant = named("globex")),
            5,
        ),
        case(
            "log-relabelled",
            "the manifest names another log",
            restated(|manifest| manifest.log = named("0123456789abcdef")),
            5,
        ),
        case(
            "range-begins-later",
            "the manifest says that the range begins later",
            restated(|manifest| manifest.from = 1),
            5,
        ),
        case(
            "range-ends-earlier",
            "the manifest says that the range ends earlier",
            restated(|manifest| manifest.to = 4),
            5,
        ),
        case(
            "range-backwards",
            "the manifest says that the range ends before it begins",
            restated(|manifest| manifest.from = 9),
            5,
        ),
        case(
            "size-relabelled",
            "the manifest says another size than the checkpoint",
            restated(|manifest| manifest.size = 7),
            6,
        ),
        case(
            "origin-relabelled",
            "the manifest names another origin than the checkpoint",
            restated(|manifest| manifest.origin = named("elsewhere.example/log")),
            6,
        ),
        case(
            "vendor-relabelled",
            "the manifest names another vendor than the trust document",
            restated(|manifest| manifest.vendor = named("southwind")),
            3,
        ),
        case(
            "vendor-renamed",
            "the manifest calls the vendor something else",
            restated(|manifest| manifest.vendor_name = named("Northwind Traders.")),
            3,
        ),
        case(
            "file-unlisted",
            "the manifest leaves a file out",
            restated(|manifest| drop(manifest.files.pop_first())),
            2,
        ),
        Case::pack(
            "later-format",
            "a format that this version does not know",
            &log,
            later,
            State::CouldNotCheck,
            Some(2),
        ),
    ]
}

/// What a reader kept from an earlier time.
fn remembered() -> Vec<Case> {
    let honest = stories::wrong_tenant();
    let kept = honest.checkpoint();
    let log = stories::one_write();
    let since = |case: Case, checkpoint: &evidence::checkpoint::SignedCheckpoint| {
        case.with("since", checkpoint.as_str())
    };
    let mut forked = tamper::retold(honest, |receipts| drop(receipts.remove(4)));
    let shrunk = forked.pack();
    forked.decide(forked.delete("invoices", &["i-2"]));
    let theirs = Log::empty("acme", 66);
    let mut listed = stories::one_write();
    listed.trust.keys.extend(theirs.trust.keys.clone());
    let mut foreign = stories::one_write();
    foreign.keys = vec![key(66)];
    let checkpoint = foreign.checkpoint();
    let half_trusted = listed.seal(Contents { checkpoint, ..listed.contents(0, 6) });
    vec![
        since(
            ok("since", "the log continues the checkpoint that was kept", &log, log.pack()),
            &log.checkpoint_at(4),
        ),
        since(ok("since-same", "the log is the one that was kept", &log, log.pack()), &log.checkpoint()),
        since(
            bad("forked", "the past was told anew since the checkpoint was kept", &forked, forked.pack(), 12),
            &kept,
        ),
        since(
            bad("shrunk", "the log is smaller than the checkpoint that was kept", &forked, shrunk, 12),
            &kept,
        ),
        since(
            bad("since-another-log", "the kept checkpoint is one of another log", &log, log.pack(), 12),
            &Log::opened("globex", 2).checkpoint(),
        ),
        Case::pack(
            "checkpoint-of-an-unconfirmed-key",
            "the checkpoint is signed by a listed key that the reader does not know",
            &listed,
            half_trusted,
            State::SignerNotConfirmed,
            None,
        ),
    ]
}
