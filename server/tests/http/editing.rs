//! Envelopes through the pages: one person writes and proposes, another one puts in force.

use app::portal::Role;
use app::portal::envelopes::EnvelopeForm;
use axum::http::StatusCode;
use evidence::receipt::{DocumentKind, Receipt};
use serde_json::json;

use crate::world::{Browser, Reply, World, but, update};

const HOME: &str = "/tenants/acme/envelope/crm";
const EDIT: &str = "/tenants/acme/envelope/crm/edit";
const HOSTILE: &str = "</textarea><script>alert(1)</script>\u{202e}";

/// The form of the envelope in force, with some fields typed over, and a button pressed.
async fn form(world: &World, typed: &[(&str, &str)], pressed: &str) -> Vec<(String, String)> {
    let envelope = world.envelope("acme").await;
    let mut pairs = EnvelopeForm::of(&envelope).pairs();
    for (name, text) in typed {
        pairs.retain(|(known, _)| known != name);
        pairs.push(((*name).to_owned(), (*text).to_owned()));
    }
    pairs.push(("base".to_owned(), envelope.digest().unwrap().to_string()));
    pairs.push(("do".to_owned(), pressed.to_owned()));
    pairs
}

async fn press(browser: &Browser, address: &str, pairs: &[(String, String)]) -> Reply {
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    browser.send(address, &pairs).await
}

/// Proposes the envelope in force with its first rule capped at `rows`; the address of the proposal.
async fn proposed(world: &World, author: &Browser, rows: &str) -> String {
    let typed = [("rule.0.max_rows", rows), ("reason", "The region grows.")];
    let reply = press(author, EDIT, &form(world, &typed, "propose").await).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text());
    let location = reply.header("location").to_owned();
    assert!(location.starts_with("/tenants/acme/envelope/crm/proposals/"), "{location}");
    location
}

fn holds(reply: &Reply, parts: &[&str]) {
    for part in parts {
        assert!(reply.text().contains(part), "{part}: {}", reply.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_proposes_and_another_puts_it_in_force() {
    let world = World::new().await;
    let ann = world.member("ann", Role::Author, &[]).await;
    let bo = world.member("bo", Role::Approver, &[]).await;
    holds(&ann.open("/tenants/acme/envelopes").await, &[HOME, "Version 1 is in force"]);
    holds(&ann.open(EDIT).await, &["name=\"rule.0.id\"", "It says what the envelope in force says."]);
    let proposal = proposed(&world, &ann, "7").await;
    holds(&ann.open(&proposal).await, &["You proposed it", "The region grows.", "Take it back"]);
    let own = ann.send(&format!("{proposal}/activate"), &[]).await;
    assert_eq!(own.status, StatusCode::CONFLICT);
    holds(&own, &["Whoever proposed it can’t put it in force"]);
    assert_eq!(world.envelope("acme").await.version, 1);

    holds(&bo.open(HOME).await, &[&proposal, "waits for a second person"]);
    holds(&bo.open(&proposal).await, &["Put it in force", "<ins>", "Would replace"]);
    let done = bo.send(&format!("{proposal}/activate"), &[]).await;
    assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, HOME), "{}", done.text());
    let envelope = world.envelope("acme").await;
    assert_eq!((envelope.version, envelope.rules[0].max_rows), (2, Some(7)));
    let log = world.log("acme").await;
    let Some(Receipt::Activation(activation)) = log.last() else { panic!("{:?}", log.last()) };
    assert_eq!(activation.document, DocumentKind::Envelope);
    assert_eq!((activation.by.as_str(), activation.reason.as_str()), ("bo", "The region grows."));
    assert_eq!(activation.proposed_by.as_ref().map(evidence::name::Text::as_str), Some("ann"));

    holds(&ann.open(&proposal).await, &["Put in force", "receipt #"]);
    holds(&ann.open(&format!("{HOME}/versions")).await, &["Version 2", "Version 1", "The region grows."]);
    holds(&ann.open(&format!("{HOME}/versions/2")).await, &["What it changed of version 1", "<ins>"]);
    holds(&ann.open(&format!("{HOME}/versions/1")).await, &["Another version has replaced this one."]);
    assert_eq!(ann.open(&format!("{HOME}/versions/3")).await.status, StatusCode::NOT_FOUND);
    world.verified("acme").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_is_refused_with_a_reason_or_taken_back_by_its_author() {
    let world = World::new().await;
    let ann = world.member("ann", Role::Author, &[]).await;
    let bo = world.member("bo", Role::Owner, &[]).await;
    let first = proposed(&world, &ann, "7").await;
    let silent = bo.send(&format!("{first}/refuse"), &[("reason", " ")]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    holds(&silent, &["Say why.", "href=\"#reason\""]);
    let refused = bo.send(&format!("{first}/refuse"), &[("reason", HOSTILE)]).await;
    assert_eq!(refused.status, StatusCode::SEE_OTHER, "{}", refused.text());
    let shown = ann.open(&first).await;
    holds(&shown, &["Refused", "&lt;/textarea", "U+202E"]);
    assert!(!shown.text().contains("<script>alert"), "{}", shown.text());
    let late = bo.send(&format!("{first}/activate"), &[]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    holds(&late, &["It was decided or taken back in the meantime."]);

    let second = proposed(&world, &ann, "8").await;
    let other = world.member("al", Role::Author, &[]).await;
    let not_mine = other.send(&format!("{second}/withdraw"), &[]).await;
    assert_eq!(not_mine.status, StatusCode::CONFLICT);
    holds(&not_mine, &["Only whoever proposed it takes it back."]);
    assert_eq!(ann.send(&format!("{second}/withdraw"), &[]).await.status, StatusCode::SEE_OTHER);
    holds(&bo.open(&second).await, &["Taken back"]);
    assert_eq!(world.envelope("acme").await.version, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_of_an_envelope_that_was_overtaken_says_so() {
    let world = World::new().await;
    let ann = world.member("ann", Role::Author, &[]).await;
    let bo = world.member("bo", Role::Approver, &[]).await;
    let (first, second) = (proposed(&world, &ann, "7").await, proposed(&world, &ann, "8").await);
    assert_eq!(
        press(&ann, EDIT, &form(&world, &[("rule.0.max_rows", "9")], "check").await).await.status,
        303
    );
    bo.send(&format!("{first}/activate"), &[]).await;
    holds(&bo.open(&second).await, &["Another envelope has come into force since this was proposed."]);
    let late = bo.send(&format!("{second}/activate"), &[]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    holds(&ann.open(EDIT).await, &["Another envelope has come into force since you began."]);
    assert_eq!(world.envelope("acme").await.version, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_explained_at_its_field_and_nothing_is_lost() {
    let world = World::new().await;
    let ann = world.member("ann", Role::Author, &[]).await;
    let typed = [
        ("rule.0.id", "Not a name"),
        ("rule.0.max_rows", "many"),
        ("rule.0.column", "nothing"),
        ("cedar", "permit (principal, action, resource)\n  when { resource.nothing };"),
        ("reason", HOSTILE),
    ];
    let reply = press(&ann, EDIT, &form(&world, &typed, "propose").await).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    holds(
        &reply,
        &[
            "The envelope was not proposed",
            "href=\"#rule-0-id\"",
            "href=\"#rule-0-max_rows\"",
            "value=\"Not a name\"",
            "aria-describedby=\"rule-0-id-fault\"",
            "&lt;/textarea",
        ],
    );
    assert!(!reply.text().contains("<script>alert"), "{}", reply.text());

    let typed =
        [("cedar", "forbid (principal, action, resource)\n  when { resource.nothing };"), ("reason", "So.")];
    let reply = press(&ann, EDIT, &form(&world, &typed, "propose").await).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    holds(&reply, &["href=\"#cedar\"", "What is wrong with the Cedar", "Line 2, column"]);

    let silent = press(&ann, EDIT, &form(&world, &[("rule.0.max_rows", "7")], "propose").await).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    holds(&silent, &["Say why.", "href=\"#reason\"", "value=\"7\""]);
    let same = press(&ann, EDIT, &form(&world, &[("reason", "So.")], "propose").await).await;
    assert_eq!(same.status, StatusCode::CONFLICT);
    holds(&same, &["There is nothing to propose."]);
    let nothing = ann.send(EDIT, &[("do", "propose")]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_button_changes_the_draft_and_nothing_else() {
    let world = World::new().await;
    let ann = world.member("ann", Role::Author, &[]).await;
    let size = world.log("acme").await.len();
    let rules = world.envelope("acme").await.rules.len();
    let added = press(&ann, EDIT, &form(&world, &[], "add-rule").await).await;
    assert_eq!(added.header("location"), format!("{EDIT}#rule-{rules}"));
    let page = ann.open(EDIT).await;
    holds(&page, &[&format!("name=\"rule.{rules}.id\""), "Your draft, kept"]);
    let checked = press(&ann, EDIT, &form(&world, &[("rule.0.max_rows", "7")], "check").await).await;
    assert_eq!(checked.header("location"), format!("{EDIT}#consequences"));
    holds(&ann.open(EDIT).await, &["What changes", "<ins>", "Compiled to Cedar", "permit"]);
    // Somebody else's draft is their own.
    let al = world.member("al", Role::Author, &[]).await;
    assert!(!al.open(EDIT).await.text().contains("Your draft, kept"));
    let template = press(&ann, EDIT, &form(&world, &[], "template.four-eyes").await).await;
    assert_eq!(template.header("location"), format!("{EDIT}#rules"));
    holds(&ann.open(EDIT).await, &["value=\"contacts\" selected"]);
    assert_eq!(press(&ann, EDIT, &form(&world, &[], "template.none").await).await.status, 404);
    let gone = press(&ann, EDIT, &form(&world, &[], "discard").await).await;
    assert_eq!((gone.status, gone.header("location")), (StatusCode::SEE_OTHER, HOME));
    assert!(!ann.open(EDIT).await.text().contains("Your draft, kept"));
    assert_eq!(world.log("acme").await.len(), size);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_open_is_told_what_the_form_would_mean() {
    let world = World::new().await;
    let ann = world.member("ann", Role::Author, &[]).await;
    let assess = format!("{HOME}/assess");
    let typed = [("rule.0.max_rows", "7"), ("rule.0.shown", "contacts"), ("rule.0.table", "tickets")];
    let piece = press(&ann, &assess, &form(&world, &typed, "").await).await;
    assert_eq!(piece.status, StatusCode::OK, "{}", piece.text());
    assert!(!piece.text().contains("<html"), "{}", piece.text());
    holds(&piece, &["<template data-for=\"rule-0-columns-of\">"]);
    let piece = press(&ann, &assess, &form(&world, &[("rule.0.max_rows", "7")], "").await).await;
    holds(&piece, &["What changes", "Worth a second look", "Saved cases"]);
    let wrong = press(&ann, &assess, &form(&world, &[("rule.0.max_rows", "many")], "").await).await;
    holds(&wrong, &["href=\"#rule-0-max_rows\"", "Write a whole number."]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_fails_stops_a_proposal() {
    let world = World::new().await;
    let ann = world.member("ann", Role::Author, &[]).await;
    let cases = format!("{HOME}/cases");
    world.propose(&but(update("c-1042"), &json!({"set": {"status": "active"}}))).await.verdict();
    let log = world.log("acme").await;
    let decided = log.iter().rev().find_map(|receipt| match receipt {
        Receipt::Decision(decision) => Some(decision.entry.seq),
        _ => None,
    });
    let seq = decided.unwrap().to_string();
    holds(&ann.open(&format!("{cases}?from={seq}")).await, &["name=\"expected\"", "support-agent"]);
    holds(&ann.open(&format!("{cases}?from=x")).await, &["Give the number of one from the log."]);
    let nameless = ann.send(&cases, &[("from", &seq), ("expected", "ALLOW"), ("name", " ")]).await;
    assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
    let saved = ann.send(&cases, &[("from", &seq), ("expected", "ALLOW"), ("name", HOSTILE)]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let again = ann.send(&cases, &[("from", &seq), ("expected", "DENY"), ("name", HOSTILE)]).await;
    holds(&again, &["There is a case of this name."]);
    let shown = ann.open(&cases).await;
    holds(&shown, &["It must get", "&lt;/textarea"]);
    assert!(!shown.text().contains("<script>alert"), "{}", shown.text());
    let never = [("frozen", "yes"), ("reason", "Stop.")];
    press(&ann, EDIT, &form(&world, &never, "check").await).await;
    holds(&ann.open(EDIT).await, &["Fails", "0 pass, 1 fail."]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_envelope_is_copied_to_other_tenants_as_it_was_previewed() {
    let world = World::new().await;
    let ann = world.member("ann", Role::Author, &[]).await;
    let copy = format!("{HOME}/copy");
    let page = ann.open(&copy).await.text();
    assert!(page.contains("value=\"globex\""), "{page}");
    let seen =
        page.split("name=\"seen.globex\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let nobody = ann.send(&copy, &[("reason", "")]).await;
    holds(&nobody, &["Choose at least one tenant.", "Say why."]);
    let changed = [("tenant", "globex"), ("seen.globex", "other"), ("reason", "Alike.")];
    assert_eq!(ann.send(&copy, &changed).await.status, StatusCode::CONFLICT);
    let chosen = [("tenant", "globex"), ("seen.globex", seen.as_str()), ("reason", "Alike.")];
    let done = ann.send(&copy, &chosen).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let there = ann.open("/tenants/globex/envelope/crm").await;
    holds(&there, &["waits for a second person", "Alike."]);
    assert_eq!(world.envelope("globex").await.version, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_only_look_is_shown_no_way_to_write() {
    let world = World::new().await;
    let ann = world.member("ann", Role::Author, &[]).await;
    let proposal = proposed(&world, &ann, "7").await;
    for role in [Role::Sales, Role::Auditor, Role::Approver] {
        let member = world.member("may", role, &[]).await;
        let home = member.open(HOME).await;
        assert_eq!(home.status, StatusCode::OK);
        assert!(!home.text().contains(EDIT), "{role:?}: {}", home.text());
        assert_eq!(member.open(&proposal).await.status, StatusCode::OK, "{role:?}");
        assert_eq!(member.open(EDIT).await.status, StatusCode::FORBIDDEN, "{role:?}");
        assert_eq!(member.send(EDIT, &[("do", "propose")]).await.status, StatusCode::FORBIDDEN, "{role:?}");
        let decide = member.send(&format!("{proposal}/activate"), &[]).await;
        assert_eq!(decide.status == StatusCode::FORBIDDEN, role != Role::Approver, "{role:?}");
    }
    for nowhere in [
        "/tenants/nobody/envelopes",
        "/tenants/acme/envelope/nothing",
        "/tenants/acme/envelope/crm/proposals/nothing",
        "/tenants/acme/envelope/crm/backtests/nothing",
        "/tenants/acme/envelope/crm/backtests/nothing/newly-denied",
        "/tenants/globex/envelope/crm/versions/7",
    ] {
        assert_eq!(ann.open(nowhere).await.status, StatusCode::NOT_FOUND, "{nowhere}");
    }
    let elsewhere = proposal.replace("/acme/", "/globex/");
    assert_eq!(ann.open(&elsewhere).await.status, StatusCode::NOT_FOUND);
}
