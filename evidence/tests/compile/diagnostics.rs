//! What is said to whoever writes Cedar by hand: each fault beside its place in the text.

use evidence::compile::{Diagnostic, diagnose};
use evidence::envelope::Envelope;
use proptest::prelude::*;
use proptest::sample::select;

use crate::fixture::*;

fn told(cedar: &str) -> Vec<Diagnostic> {
    let told = diagnose(&contract(), cedar);
    for one in &told {
        is_within(cedar, one);
    }
    told
}

/// A place that an editor can show.
#[track_caller]
fn is_within(cedar: &str, told: &Diagnostic) {
    let line = cedar.split('\n').nth(told.line - 1).expect("a line of the text");
    let characters = line.chars().count();
    assert!((1..=characters + 1).contains(&told.column), "{told:?}");
    let from_here: usize = cedar.split('\n').skip(told.line - 1).map(|line| line.chars().count() + 1).sum();
    assert!(told.column + told.length <= from_here + 1, "{told:?}");
    assert!(!told.message.is_empty() && told.message.chars().count() <= 300, "{told:?}");
}

/// The characters that a fault is about.
fn marked(cedar: &str, told: &Diagnostic) -> String {
    let before: usize = cedar.split('\n').take(told.line - 1).map(|line| line.chars().count() + 1).sum();
    cedar.chars().skip(before + told.column - 1).take(told.length).collect()
}

fn places(cedar: &str) -> Vec<(usize, usize)> {
    told(cedar).iter().map(|one| (one.line, one.column)).collect()
}

fn permit(condition: &str) -> String {
    format!("permit (principal, action, resource) when {{\n{condition}\n}};")
}

#[test]
fn a_good_text_has_no_faults() {
    assert_eq!(told(""), []);
    assert_eq!(told("// nothing yet"), []);
    assert_eq!(told(&permit("context.rows < 5")), []);
}

#[test]
fn a_text_that_cannot_be_read_is_told_by_line_column_and_what_was_expected() {
    let text = "permit (principal, action, resource)\nwhen { context.rows < };";
    let found = told(text);
    assert_eq!((found.len(), found[0].line, found[0].column), (1, 2, 23), "{found:?}");
    assert_eq!(marked(text, &found[0]), "}");
    assert_eq!(found[0].message, "unexpected token `}`");
    assert!(found[0].help.as_ref().unwrap().contains("expected"), "{found:?}");
    let lines = |text: &str| -> Vec<usize> { told(text).iter().map(|one| one.line).collect() };
    assert!(lines("\n\n  permit (principal").iter().all(|line| *line == 3));
    assert!(lines("permit (principal, action, resource);\r\n\r\nforbid (").contains(&3));
}

#[test]
fn every_fault_of_a_text_that_is_not_valid_is_told() {
    let text = format!("{}\n\n{}", permit("resource.ssn == \"x\""), permit("context.rows == \"x\""));
    let found = told(&text);
    let lines: Vec<usize> = found.iter().map(|one| one.line).collect();
    assert_eq!(lines, [2, 6], "{found:?}");
    assert!(marked(&text, &found[0]).contains("ssn"), "{found:?}");
    assert!(found[0].message.contains("`ssn`") && found[1].message.contains("not compatible"), "{found:?}");
    let never = told(&permit("context.rows > 5 && false"));
    assert!(never.len() == 1 && never[0].message.contains("impossible"), "{never:?}");
}

#[test]
fn rules_beside_it_change_nothing() {
    // What is generated from rules stands in front of it in the compiled text; its lines count from its own beginning.
    let text = permit("nope");
    let envelope =
        Envelope { cedar: Some(text.clone()), ..envelope([rule("r", evidence::envelope::Effect::Allow)]) };
    let refused = valid(&contract(), envelope).unwrap_err();
    let found = told(&text);
    let place = format!("line {}, column {}: ", found[0].line, found[0].column);
    assert!(refused.fault.starts_with(&place), "{refused} {found:?}");
    assert_eq!(found[0].line, 2);
}

#[test]
fn what_cannot_be_seen_is_shown_each_time() {
    let text = "// a\u{202e}b\npermit (principal, action, resource); // \u{200b}\u{0}";
    assert_eq!(places(text), [(1, 5), (2, 42), (2, 43)]);
    let found = told(text);
    assert_eq!(found[0].message, "U+202E can't be seen");
    assert_eq!(found[0].help.as_deref(), Some("take it out, or write \\u{202e} in a string"));
    assert!(found.iter().all(|one| one.length == 1));
    assert_eq!(told(&"\u{202e}".repeat(10_000)).len(), 50);
}

#[test]
fn a_template_is_shown_where_it_is_left_open() {
    let text = "// really?\npermit (principal == ?principal, action, resource) when { \"?\" == \"?\" };";
    assert_eq!(places(text), [(2, 22)]);
}

#[test]
fn too_much_is_shown_where_it_becomes_too_much() {
    let deep = |text: &str| {
        let found = told(text);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].message.contains("deeper than 32"), "{found:?}");
        (found[0].line, found[0].column)
    };
    assert_eq!(deep(&"(".repeat(10_000)), (1, 33));
    assert_eq!(deep(&format!("\n{}", "[".repeat(5_000))), (2, 33));
    assert_eq!(deep(&format!("permit (principal, action, resource) when {{\n {}", "(".repeat(400))).0, 2);
    let long = format!("{}é", " ".repeat(65_535));
    assert_eq!(told(&long)[0].message, "is longer than 65,536 bytes");
    assert_eq!(places(&long), [(1, 65_536)]);
    let many = "permit (principal, action, resource);\n".repeat(201);
    assert_eq!((places(&many), told(&many)[0].length), (vec![(1, 1)], 0));
}

#[test]
fn ten_thousand_characters_of_anything_are_told_shortly() {
    for piece in [
        "a",
        "é",
        "\u{1f469}\u{200d}",
        "\"",
        ")",
        "};",
        "permit",
        "permit(",
        "?",
        "/",
        "@a",
        "\\u{202e}",
        "\n",
        "{\n",
    ] {
        let text: String = piece.chars().cycle().take(10_000).collect();
        let found = told(&text);
        // Two slashes begin a comment.
        let says_nothing = matches!(piece, "\n" | "/");
        assert!(says_nothing == found.is_empty() && found.len() <= 50, "{piece:?}: {found:?}");
    }
    let lines = format!("{}permit (", "// a comment\n".repeat(800));
    assert!(told(&lines).iter().all(|one| one.line == 801));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Nothing is told exactly if the text may be put in force.
    #[test]
    fn what_is_told_is_what_is_refused(pieces in prop::collection::vec(select(vec![
        "permit (principal, action, resource)", "forbid (principal, action, resource)", " when { ", " unless { ", " };", ";",
        "context.rows", " < 5", " == \"x\"", " && ", "resource.stage", "resource has stage", "true", "(", ")", "[", "]", "\"", "//", "\n",
        "é", "\u{202e}", "?principal", "?resource", "@id(\"x\")", "\r\n",
    ]), 0..12)) {
        let text: String = pieces.concat();
        let is_good = valid(&contract(), Envelope { cedar: Some(text.clone()), ..envelope([]) }).is_ok();
        let found = told(&text);
        prop_assert_eq!(is_good, found.is_empty(), "{:?}", found);
    }
}
