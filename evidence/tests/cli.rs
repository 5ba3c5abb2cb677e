//! The command `evidence`, run as a person runs it.

#[expect(dead_code, reason = "each test file uses its own part of the world")]
#[path = "support/world.rs"]
mod world;

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use evidence::action::Action;
use evidence::digest::Digest;
use evidence::pack::file;
use evidence::receipt::Receipt;
use serde_json::Value as Json;
use world::{Log, key, named, public, tamper};

/// A folder of one test's own.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

fn evidence(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_evidence"));
    command.args(arguments).env_remove("NO_COLOR").stdin(Stdio::null());
    command
}

fn out(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn err(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// A log with an allowed write and one that reached for another tenant's record.
fn story() -> Log {
    let mut log = Log::acme();
    let action = log.update("contacts", &["c-1"], &[("phone", "+49 30 1".into())]);
    log.write(action);
    let action = log.update("contacts", &["c-7"], &[("phone", "+49 30 1".into())]);
    log.decide(action);
    log
}

fn fingerprint(log: &Log) -> String {
    public(log.signer()).id().to_string()
}

#[test]
fn verified_is_0_for_a_key_in_hex_in_words_or_in_a_trust_document() {
    let (folder, log) = (Folder::new("verified"), story());
    let pack = folder.file("acme.evidencepack", log.pack());
    let trust = folder.file("trust.json", evidence::canonical::to_vec(&log.trust).unwrap());
    let id = public(log.signer()).id();
    for named in
        [["--key", &id.to_string()], ["--key", &id.groups()], ["--key", &id.words()], ["--trust", &trust]]
    {
        let output = evidence(&["verify", &pack, named[0], named[1]]);
        assert_eq!(code(&output), 0, "{named:?}\n{}{}", out(&output), err(&output));
        assert!(out(&output).starts_with("Verified\nKeep the checkpoint"), "{}", out(&output));
        assert!(err(&output).is_empty(), "{}", err(&output));
    }
}

#[test]
fn the_answer_has_twelve_rows_and_four_answers_and_says_what_it_did_not_check() {
    let (folder, log) = (Folder::new("rows"), story());
    let pack = folder.file("acme.evidencepack", log.pack());
    let output = evidence(&["verify", &pack, "--key", &fingerprint(&log)]);
    let text = out(&output);
    for step in evidence::verify::Step::ALL {
        assert!(
            text.lines().any(|line| line.contains(&format!(" {}:", step.name()))),
            "{}\n{text}",
            step.name()
        );
    }
    for part in [
        "   8  ✓ held            Verdicts re-derived: 2 verdicts decided again, each the same",
        "  11  – not present     Rollbacks: no rollbacks in this range",
        "  Integrity     ✓ holds",
        "  Signer        ✓ confirmed",
        "  Completeness  ✓ whole: all 7 receipts",
        "  Findings      – none",
        "\nProved\n  - ",
        "\nAssumed\n  - ",
        "\nNot checked\n  - ",
        "Vendor        Northwind Traders\nTenant        acme\n",
        "Receipts      #0 to #6 of 7",
        &format!("Pack          {}", Digest::of(&log.pack())),
    ] {
        assert!(text.contains(part), "{part:?} is missing in\n{text}");
    }
    assert!(!text.contains('\u{1b}'), "no colour in a pipe");
}

#[test]
fn a_verdict_that_does_not_follow_is_1_and_says_where_expected_and_found() {
    let (folder, mut log) = (Folder::new("refused"), Log::acme());
    let action = log.update("contacts", &["c-7"], &[("phone", "+49 30 1".into())]);
    let denied = log.decide(action);
    let mut lie = log.decision(&denied).clone();
    lie.decision.reasons.clear();
    lie.decision.verdict = evidence::decision::Verdict::Allow;
    log.receipts.pop();
    log.append(Receipt::Decision(lie));
    let pack = folder.file("acme.evidencepack", log.pack());
    let output = evidence(&["verify", &pack, "--key", &fingerprint(&log)]);
    let text = out(&output);
    assert_eq!(code(&output), 1, "{text}");
    assert!(text.starts_with("Does not verify\n"), "{text}");
    for part in [
        "   8  ✗ failed          Verdicts re-derived\n",
        "where     receipt #4\n",
        "expected  DENY (TENANT_ISOLATION)\n",
        "found     ALLOW\n",
        "   9  · not reached     Effects\n",
        "  Integrity     ✗ broken",
    ] {
        assert!(text.contains(part), "{part:?} is missing in\n{text}");
    }
}

#[test]
fn what_is_no_pack_is_2() {
    let (folder, log) = (Folder::new("no-pack"), story());
    let damaged = {
        let mut pack = log.pack();
        let middle = pack.len() / 2;
        pack[middle] ^= 1;
        pack
    };
    for (name, bytes) in [("empty", Vec::new()), ("text", b"hello".to_vec()), ("damaged", damaged)] {
        let path = folder.file(name, bytes);
        let output = evidence(&["verify", &path]);
        assert_eq!(code(&output), 2, "{name}");
        assert!(out(&output).starts_with("Could not check\n"), "{}", out(&output));
        assert!(out(&output).contains("   1  ? could not check Container\n"), "{}", out(&output));
    }
}

#[test]
fn files_that_cannot_be_read_are_2_with_a_sentence() {
    let folder = Folder::new("unreadable");
    let (empty, missing) = (folder.file("empty", ""), folder.0.join("missing"));
    let (missing, itself) = (missing.to_str().unwrap(), folder.0.to_str().unwrap());
    let text = folder.file("text", "hello");
    for (arguments, sentence) in [
        (["verify", missing], "evidence: there is no file \""),
        (["show", missing], "evidence: there is no file \""),
        (["fingerprint", missing], "evidence: there is no file \""),
        (["verify", itself], "is a folder; name a file"),
        (["show", &empty], "is not an EvidencePack: the file is cut off"),
        (["fingerprint", &empty], "is not a trust document: not JSON at byte 0"),
        (["show", &text], "is not an EvidencePack: "),
        (["fingerprint", &text], "is not a trust document: "),
    ] {
        let output = evidence(&arguments);
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(err(&output).contains(sentence), "{arguments:?}: {}", err(&output));
        assert_eq!(err(&output).lines().count(), 1, "{}", err(&output));
        assert!(out(&output).is_empty(), "{}", out(&output));
    }
}

#[test]
fn arguments_that_make_no_sense_are_2() {
    let (folder, log) = (Folder::new("arguments"), story());
    let pack = folder.file("acme.evidencepack", log.pack());
    for (arguments, part) in [
        (vec![], "Usage: evidence"),
        (vec!["verify"], "<PACK>"),
        (vec!["verify", &pack, "--key", "1234"], "not a fingerprint: expected 64 hex digits or 16 words"),
        (vec!["verify", &pack, "--trust", &pack], "is not a trust document"),
        (vec!["verify", &pack, "--since", "/dev/null"], "is neither a signed checkpoint nor a pack with one"),
        (vec!["show", &pack, "x"], "invalid value 'x'"),
        (vec!["show", &pack, "99"], "there is no receipt #99 in this pack"),
        (vec!["approve", &pack], "unrecognized subcommand"),
    ] {
        let output = evidence(&arguments);
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(err(&output).contains(part), "{arguments:?}: {}", err(&output));
    }
}

#[test]
fn a_key_that_nobody_confirmed_is_3() {
    let (folder, log) = (Folder::new("unconfirmed"), story());
    let pack = folder.file("acme.evidencepack", log.pack());
    let other = public(&key(77)).id().to_string();
    for (arguments, part) in [
        (vec!["verify", &pack], "you named no key"),
        (vec!["verify", &pack, "--key", &other], "you did not name this key"),
    ] {
        let output = evidence(&arguments);
        assert_eq!(code(&output), 3, "{}", out(&output));
        assert!(out(&output).starts_with("Intact, signer not confirmed\nAsk the vendor"), "{}", out(&output));
        assert!(out(&output).contains(part), "{}", out(&output));
        assert!(out(&output).contains(public(log.signer()).id().words().split_at(20).0), "{}", out(&output));
    }
}

#[test]
fn a_pack_without_its_checkpoint_is_4() {
    let (folder, log) = (Folder::new("incomplete"), story());
    let without = tamper::inside(&log.pack(), log.signer(), |files| drop(files.remove(file::CHECKPOINT)));
    let pack = folder.file("acme.evidencepack", without);
    let output = evidence(&["verify", &pack, "--key", &fingerprint(&log)]);
    assert_eq!(code(&output), 4, "{}", out(&output));
    assert!(out(&output).starts_with("Incomplete\n"), "{}", out(&output));
    assert!(out(&output).contains("  Completeness  ! unproven: no checkpoint"), "{}", out(&output));
}

#[test]
fn the_log_continues_a_kept_checkpoint_or_a_kept_pack() {
    let (folder, mut log) = (Folder::new("since"), story());
    let kept_pack = folder.file("kept.evidencepack", log.pack());
    let kept = folder.file("kept", log.checkpoint().as_str());
    let action = log.update("contacts", &["c-2"], &[("phone", "+49 30 2".into())]);
    log.write(action);
    let pack = folder.file("acme.evidencepack", log.pack());
    for since in [&kept, &kept_pack] {
        let output = evidence(&["verify", &pack, "--key", &fingerprint(&log), "--since", since]);
        assert_eq!(code(&output), 0, "{}", out(&output));
        let row = "  12  ✓ held            Consistency: the log of 7 receipts that you kept is its beginning";
        assert!(out(&output).contains(row), "{}", out(&output));
    }
    // The other way round, the log has become shorter.
    let kept = folder.file("later", log.checkpoint().as_str());
    let output = evidence(&["verify", &kept_pack, "--key", &fingerprint(&log), "--since", &kept]);
    assert_eq!(code(&output), 1, "{}", out(&output));
    assert!(out(&output).contains("  12  ✗ failed          Consistency"), "{}", out(&output));
}

#[test]
fn json_has_the_whole_report_and_the_digest_of_the_pack() {
    let (folder, log) = (Folder::new("json"), story());
    let pack = folder.file("acme.evidencepack", log.pack());
    let output = evidence(&["verify", &pack, "--json", "--key", &fingerprint(&log)]);
    assert_eq!(code(&output), 0);
    let answer: Json = serde_json::from_slice(&output.stdout).unwrap();
    let names: std::collections::BTreeSet<&str> =
        answer.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = [
        "about",
        "assumed",
        "checkpoint",
        "completeness",
        "findings",
        "integrity",
        "not_checked",
        "pack",
        "proved",
        "signer",
        "state",
        "steps",
    ];
    assert_eq!(names, expected.into());
    assert_eq!(answer["pack"], Digest::of(&log.pack()).to_string());
    assert_eq!(answer["checkpoint"], log.checkpoint().as_str());
    assert_eq!(answer["state"], "verified");
    assert_eq!(answer["integrity"], "holds");
    assert_eq!(answer["signer"]["is"], "confirmed");
    assert_eq!(answer["signer"]["key"], fingerprint(&log));
    assert_eq!(answer["completeness"]["is"], "whole");
    assert_eq!(answer["about"]["tenant"], "acme");
    assert_eq!(answer["steps"].as_array().unwrap().len(), 12);
    assert_eq!(answer["steps"][7]["number"], 8);
    assert_eq!(answer["steps"][7]["name"], "Verdicts re-derived");
    assert_eq!(answer["steps"][7]["result"]["is"], "held");
    assert_eq!(answer["steps"][10]["result"]["is"], "not_present");

    let broken = folder.file("broken", "hello");
    let output = evidence(&["verify", &broken, "--json"]);
    let answer: Json = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((code(&output), &answer["state"]), (2, &Json::from("could_not_check")));
    assert_eq!(answer["steps"][0]["result"]["is"], "could_not_check");
    for fact in ["at", "expected", "found"] {
        assert!(answer["steps"][0]["result"][fact].is_string(), "{fact}");
    }
    assert_eq!(answer["steps"][1]["result"]["is"], "not_reached");
}

/// What a hostile agent would have a reviewer's terminal do: clear the screen, say "Verified", turn the text round.
const HOSTILE: &str = "\u{1b}[2J\u{1b}[1;32mVerified\u{9b}0m\u{202e}\u{2066}\r\n\u{7}\u{200b}ok";

#[test]
fn nothing_in_a_pack_acts_on_the_terminal() {
    let (folder, mut log) = (Folder::new("hostile"), Log::with_key("acme", 1));
    log.trust.vendor_name = named(HOSTILE);
    let action = Action {
        operation: named(HOSTILE),
        reason: named(HOSTILE),
        table: named(HOSTILE),
        ..log.update("contacts", &["c-1"], &[(HOSTILE, HOSTILE.into())])
    };
    log.decide(action);
    let pack = folder.file("acme.evidencepack", log.pack());
    let trust = folder.file("trust.json", evidence::canonical::to_vec(&log.trust).unwrap());
    for arguments in [
        vec!["verify", &pack],
        vec!["verify", &pack, "--json"],
        vec!["show", &pack],
        vec!["show", &pack, "1"],
        vec!["fingerprint", &pack],
        vec!["fingerprint", &trust],
        vec!["show", HOSTILE],
    ] {
        let output = evidence(&arguments);
        let text = [out(&output), err(&output)].concat();
        assert!(!text.is_empty(), "{arguments:?}");
        let acts = |character: &char| (character.is_control() && *character != '\n') || !is_tame(*character);
        assert_eq!(text.chars().find(acts), None, "{arguments:?}\n{text:?}");
    }
    let shown = evidence(&["show", &pack, "1"]);
    assert!(out(&shown).contains("\\u{1b}[2J"), "{}", out(&shown));
    assert!(out(&shown).contains("\\u202e"), "{}", out(&shown));
}

fn is_tame(character: char) -> bool {
    !matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
}

#[test]
fn show_lists_receipts_and_claims_nothing() {
    let (folder, log) = (Folder::new("show"), story());
    let pack = folder.file("acme.evidencepack", log.pack());
    let output = evidence(&["show", &pack]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    let lines: Vec<&str> = out(&output).lines().collect();
    assert!(lines[0].starts_with("Nothing was checked."), "{}", lines[0]);
    let words: Vec<Vec<&str>> = lines.iter().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(words[2], ["#", "time", "kind", "agent", "action", "target", "verdict", "code"]);
    assert_eq!(words.len(), 3 + 7);
    assert_eq!(
        words[7][2..],
        ["decision", "support-agent", "update", "contacts", "id=\"c-1\"", "ALLOW", "-"]
    );
    assert_eq!(words[8][2..], ["outcome", "-", "-", "#4", "COMMITTED", "-"]);
    assert_eq!(words[9].last(), Some(&"TENANT_ISOLATION"));
    assert!(!out(&output).to_lowercase().contains("verified"), "{}", out(&output));
}

#[test]
fn show_tells_one_receipt_in_sentences_and_in_full() {
    let (folder, log) = (Folder::new("show-one"), story());
    let pack = folder.file("acme.evidencepack", log.pack());
    let output = evidence(&["show", &pack, "6"]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    let text = out(&output);
    for part in [
        "Nothing was checked.",
        "Receipt #6, decision, 2026-03-02T09:00:07.000000Z",
        "Agent support-agent proposed: update contacts (a record of another tenant).",
        "Verdict: DENY",
        "TENANT_ISOLATION: The write would reach a record of another tenant. (at: records.0)",
        &format!("Names key  {}", fingerprint(&log)),
    ] {
        assert!(text.contains(part), "{part:?} is missing in\n{text}");
    }
    let json = text.split_once("The signed statement\n").unwrap().1;
    let statement: Json = serde_json::from_str(json).unwrap();
    let signed: Json = serde_json::from_slice(log.receipts[6].1.payload()).unwrap();
    assert_eq!(statement, signed);
}

#[test]
fn a_range_shows_the_earlier_receipts_it_relies_on() {
    let (folder, log) = (Folder::new("show-range"), story());
    let pack = folder.file("acme.evidencepack", log.pack_of(5, 7));
    let output = evidence(&["show", &pack]);
    assert!(out(&output).contains("\n0 "), "{}", out(&output));
    assert_eq!(code(&evidence(&["show", &pack, "4"])), 0);
    assert_eq!(code(&evidence(&["verify", &pack, "--key", &fingerprint(&log)])), 0);
}

#[test]
fn fingerprints_are_printed_in_hex_and_in_words() {
    let (folder, log) = (Folder::new("fingerprint"), story());
    let pack = folder.file("acme.evidencepack", log.pack());
    let trust = folder.file("trust.json", evidence::canonical::to_vec(&log.trust).unwrap());
    let with_line_feed = [evidence::canonical::to_vec(&log.trust).unwrap(), b"\n".to_vec()].concat();
    let edited = folder.file("edited.json", with_line_feed);
    let id = public(log.signer()).id();
    for source in [&pack, &trust, &edited] {
        let output = evidence(&["fingerprint", source]);
        assert_eq!(code(&output), 0, "{}", err(&output));
        let words: Vec<&str> = out(&output).split_whitespace().collect();
        let together = words.join(" ");
        assert!(together.contains(&id.groups()), "{together}");
        assert!(together.contains(&id.words()), "{together}");
        assert!(together.contains("signs checkpoints, packs, receipts"), "{together}");
        assert!(out(&output).starts_with("This is what the file says. It proves nothing"), "{together}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let (folder, mut log) = (Folder::new("pipe"), Log::acme());
    for _ in 0..2_000 {
        let action = log.update("tickets", &["t-1"], &[("state", "open".into())]);
        log.decide(action);
    }
    let pack = folder.file("acme.evidencepack", log.pack());
    let mut child = command(&["show", &pack]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = [0];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!((first, said.as_str()), (*b"N", ""));
}

#[test]
fn a_pack_may_come_through_a_pipe() {
    let log = story();
    let mut child = command(&["verify", "/dev/stdin", "--key", &fingerprint(&log)])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&log.pack()).unwrap();
    assert_eq!(code(&child.wait_with_output().unwrap()), 0);
}

#[test]
fn help_tells_the_exit_codes() {
    for arguments in [&["--help"][..], &["verify", "--help"]] {
        let output = evidence(arguments);
        assert_eq!(code(&output), 0);
        for part in ["0  Verified", "1  Does not verify", "2  Could not check", "3  Intact", "4  Incomplete"]
        {
            assert!(out(&output).contains(part), "{part}\n{}", out(&output));
        }
    }
}

#[test]
fn a_receipt_of_helms_is_checked_and_what_its_signature_leaves_open_is_named() {
    let genuine = include_str!("helm-receipt.json");
    let folder = Folder::new("helm-receipt");
    let receipt = folder.file("receipt.json", genuine);
    let key = "197f6b23e16c8532c6abc838facd5ea789be0c76b2920334039bfa8b3d368d61";

    let own = evidence(&["verify", "--helm-receipt", &receipt]);
    assert_eq!(code(&own), 3, "{}", err(&own));
    assert!(out(&own).contains("Consistent with the key inside it"), "{}", out(&own));
    let (covered, open) = out(&own).split_once("Not covered").unwrap();
    assert!(covered.contains("verdict") && open.contains("tenant-a") && open.contains("timestamp"));

    let named = evidence(&["verify", "--helm-receipt", &receipt, "--helm-key", key, "--json"]);
    assert_eq!(code(&named), 0, "{}", err(&named));
    let report: Json = serde_json::from_str(out(&named)).unwrap();
    assert_eq!(report["state"], "verified");
    assert_eq!(report["not_covered"]["metadata"]["tenant_id"], "tenant-a");

    let forged = folder.file("forged.json", genuine.replace("\"verdict\":\"DENY\"", "\"verdict\":\"ALLOW\""));
    assert_eq!(code(&evidence(&["verify", "--helm-receipt", &forged, "--helm-key", key])), 1);
    let older = folder.file("older.json", genuine.replace("receipt.v5", "receipt.v4"));
    assert_eq!(code(&evidence(&["verify", "--helm-receipt", &older])), 2);
}
