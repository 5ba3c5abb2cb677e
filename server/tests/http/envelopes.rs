//! What the pages of envelopes may ask: one person proposes, another one activates, and nobody meets what is not theirs.

use app::portal::envelopes::{At, Backtest, BacktestState, Blocked, Check, Stage};
use app::portal::{Answer, Refusal, SharedPortal};
use evidence::decision::Verdict;
use evidence::digest::Digest;
use evidence::envelope::{Effect, Envelope};
use evidence::name::Name;
use evidence::replay::Change;
use serde_json::json;

use crate::world::{World, but, update};

fn named<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn at(tenant: &str) -> At {
    At { tenant: named(tenant), connector: named("crm") }
}

/// Acme's envelope in force, changed, and the digest of what it is to replace.
async fn changed(face: &SharedPortal, change: impl FnOnce(&mut Envelope)) -> (Envelope, Option<Digest>) {
    let (digest, mut envelope) = face.bench(at("acme")).await.unwrap().in_force.unwrap();
    change(&mut envelope);
    (envelope, Some(digest))
}

fn rows(most: u32) -> impl FnOnce(&mut Envelope) {
    move |envelope| envelope.rules[0].max_rows = Some(most)
}

async fn propose(
    face: &SharedPortal,
    change: impl FnOnce(&mut Envelope),
    reason: &str,
) -> Result<Name, Blocked> {
    let (envelope, base) = changed(face, change).await;
    face.propose(at("acme"), envelope, base, reason.to_owned()).await.unwrap()
}

async fn check(face: &SharedPortal, change: impl FnOnce(&mut Envelope), backtest: bool) -> Check {
    let (envelope, _) = changed(face, change).await;
    face.check(at("acme"), envelope, backtest).await.unwrap()
}

/// The backtest when it has ended.
async fn ended(world: &World, face: &SharedPortal, begun: &Backtest) -> Backtest {
    let run = world.portal.backtests.find(&world.tenant("acme").await, &begun.id).unwrap();
    run.ended().await;
    face.backtest(at("acme"), begun.id.clone()).await.unwrap()
}

async fn is_not_found<T: std::fmt::Debug>(asked: Answer<'_, T>) {
    assert_eq!(asked.await.unwrap_err(), Refusal::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_proposes_and_another_activates() {
    let world = World::new().await;
    let (grace, ada) = (world.face("grace").await, world.face("ada").await);
    let shelf = grace.envelopes(named("acme")).await.unwrap();
    assert_eq!((shelf.title.as_str(), shelf.lines.len(), shelf.lines[0].open), ("Acme Tools", 1, 0));
    let form = vec![("reason".to_owned(), "</textarea><script>".to_owned())];
    grace.keep_draft(at("acme"), form.clone(), None).await.unwrap();
    assert_eq!(grace.bench(at("acme")).await.unwrap().draft.unwrap().form, form);
    assert_eq!(ada.bench(at("acme")).await.unwrap().draft, None);

    let hostile = format!("<script>alert(1)</script>\u{202e}{}", "x".repeat(10_000));
    let id = propose(&grace, rows(6), &hostile).await.unwrap();
    assert_eq!(grace.bench(at("acme")).await.unwrap().draft, None, "what was proposed is no draft any more");
    assert_eq!(ada.envelopes(named("acme")).await.unwrap().lines[0].open, 1);
    assert_eq!(grace.activate(at("acme"), id.clone()).await.unwrap(), Err(Blocked::SamePerson));
    ada.activate(at("acme"), id.clone()).await.unwrap().unwrap();
    ada.activate(at("acme"), id.clone()).await.unwrap().unwrap();
    let versions = ada.versions(at("acme")).await.unwrap();
    assert_eq!(versions.iter().map(|one| one.envelope.version).collect::<Vec<_>>(), [2, 1]);
    let newest = &versions[0];
    assert_eq!((newest.by.as_str(), newest.proposed_by.as_deref()), ("ada", Some("grace")));
    assert!(newest.reason.starts_with("<script>"), "{}", newest.reason);
    assert_eq!(newest.changes.len(), 1, "{:?}", newest.changes);
    let proposal = grace.proposal(at("acme"), id).await.unwrap();
    assert!(matches!(proposal.stage, Stage::Activated(outcome) if outcome.receipt == Some(newest.seq)));
    world.verified("acme").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_proposed_or_decided_says_why() {
    let world = World::new().await;
    let (grace, ada) = (world.face("grace").await, world.face("ada").await);
    assert_eq!(propose(&grace, |_| {}, "Same.").await, Err(Blocked::Unchanged));
    assert_eq!(propose(&grace, rows(6), " \n ").await, Err(Blocked::NoReason));
    let unknown = propose(&grace, |envelope| envelope.rules[0].table = named("payroll"), "Pay.").await;
    assert!(
        matches!(&unknown, Err(Blocked::Unfit(error)) if error.at == "rules.contact-care.table"),
        "{unknown:?}"
    );
    let other = propose(&grace, |envelope| envelope.contract = Digest([7; 32]), "Elsewhere.").await;
    assert_eq!(other, Err(Blocked::OtherContract));

    let (refused, withdrawn) =
        (propose(&grace, rows(6), "Six.").await.unwrap(), propose(&grace, rows(7), "Seven.").await.unwrap());
    let refuse = |face: &SharedPortal, id: &Name, reason: &str| {
        let (face, id, reason) = (face.clone(), id.clone(), reason.to_owned());
        async move { face.refuse(at("acme"), id, reason).await.unwrap() }
    };
    assert_eq!(refuse(&grace, &refused, "Mine.").await, Err(Blocked::SamePerson));
    assert_eq!(refuse(&ada, &refused, "").await, Err(Blocked::NoReason));
    assert_eq!(refuse(&ada, &refused, "Too many.").await, Ok(()));
    assert_eq!(refuse(&ada, &refused, "Again.").await, Err(Blocked::Closed));
    assert_eq!(ada.withdraw(at("acme"), withdrawn.clone()).await.unwrap(), Err(Blocked::OtherPerson));
    assert_eq!(grace.withdraw(at("acme"), withdrawn.clone()).await.unwrap(), Ok(()));
    for id in [refused, withdrawn] {
        assert_eq!(ada.activate(at("acme"), id).await.unwrap(), Err(Blocked::Closed));
    }

    let (early, late) =
        (propose(&grace, rows(8), "Eight.").await.unwrap(), propose(&grace, rows(9), "Nine.").await.unwrap());
    let (stale, base) = changed(&grace, rows(10)).await;
    ada.activate(at("acme"), late).await.unwrap().unwrap();
    assert_eq!(ada.activate(at("acme"), early.clone()).await.unwrap(), Err(Blocked::Overtaken));
    assert!(ada.proposal(at("acme"), early).await.unwrap().is_open(), "somebody has to close it");
    let stale = grace.propose(at("acme"), stale, base, "Ten.".to_owned()).await.unwrap();
    assert_eq!(stale, Err(Blocked::Overtaken));
    assert_eq!(ada.versions(at("acme")).await.unwrap().len(), 2);

    world.erase("acme").await;
    let bench = grace.bench(at("acme")).await.unwrap();
    assert!(bench.erased);
    let (_, envelope) = bench.in_force.unwrap();
    let erased = grace.propose(at("acme"), envelope, None, "Late.".to_owned()).await;
    assert!(matches!(erased, Err(Refusal::Erased) | Ok(Err(_))), "{erased:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backtest_tells_what_would_be_and_ends_with_whoever_waits() {
    let world = World::new().await;
    let grace = world.face("grace").await;
    for record in ["c-1042", "c-1042", "c-1042"] {
        assert_eq!(world.propose(&update(record)).await.verdict().0, "ALLOW");
    }
    let foreign = but(update("c-1042"), &json!({"operation": "truncate"}));
    assert_eq!(world.propose(&foreign).await.verdict().0, "DENY");
    assert_eq!(check(&grace, |_| {}, false).await.backtest, None);
    let unchanged = check(&grace, |_| {}, true).await.backtest.unwrap();
    let unchanged = ended(&world, &grace, &unchanged).await;
    assert_eq!((unchanged.state, unchanged.done, unchanged.total), (BacktestState::Finished, 4, 4));
    assert_eq!((unchanged.tally.differences(), unchanged.examples), (0, Vec::new()));

    let never = |envelope: &mut Envelope| {
        envelope.rules[0].effect = Effect::Never;
        envelope.rules[0].max_rows = None;
    };
    let checked = check(&grace, never, true).await;
    assert_eq!((checked.problem, checked.diagnostics), (None, Vec::new()));
    assert!(checked.policies.contains("contact-care") && checked.schema.contains("contacts"));
    let begun = checked.backtest.unwrap();
    let told = ended(&world, &grace, &begun).await;
    assert_eq!((told.tally.of(Change::NewlyDenied), told.tally.differences()), (3, 3));
    let [(Change::NewlyDenied, few)] = told.examples.as_slice() else { panic!("{:?}", told.examples) };
    assert!(few.iter().all(|one| one.recorded.decision.verdict == Verdict::Allow));
    assert!(few.iter().all(|one| one.would.verdict == Verdict::Deny));
    let seqs: Vec<u64> = few.iter().map(|one| one.recorded.entry.seq).collect();
    let more = grace.examples(at("acme"), told.id.clone(), Change::NewlyDenied, Some(seqs[0])).await.unwrap();
    assert_eq!(more.iter().map(|one| one.recorded.entry.seq).collect::<Vec<_>>(), seqs[1..]);
    assert!(grace.examples(at("acme"), told.id.clone(), Change::Same, None).await.unwrap().is_empty());

    let (ada, stranger) = (world.face("ada").await, world.strange_face().await);
    // A colleague may look, and what has ended can't be cancelled any more.
    ada.cancel_backtest(at("acme"), begun.id.clone()).await.unwrap();
    grace.cancel_backtest(at("acme"), begun.id.clone()).await.unwrap();
    assert_eq!(ada.backtest(at("acme"), begun.id.clone()).await.unwrap(), told);
    let elsewhere = At { connector: named("books"), ..at("acme") };
    for (face, place) in [(&grace, at("globex")), (&grace, elsewhere), (&stranger, at("acme"))] {
        is_not_found(face.backtest(place.clone(), begun.id.clone())).await;
        is_not_found(face.cancel_backtest(place.clone(), begun.id.clone())).await;
        is_not_found(face.examples(place, begun.id.clone(), Change::NewlyDenied, None)).await;
    }
    is_not_found(grace.backtest(at("acme"), named("nothing"))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_by_hand_is_told_line_by_line() {
    let world = World::new().await;
    let grace = world.face("grace").await;
    let by_hand = |cedar: &str| {
        let cedar = Some(cedar.to_owned());
        |envelope: &mut Envelope| envelope.cedar = cedar
    };
    let good = "forbid (principal, action, resource)\nwhen { context.rows > 7 };";
    let checked = check(&grace, by_hand(good), true).await;
    assert_eq!((checked.problem, checked.diagnostics), (None, Vec::new()));
    assert!(checked.policies.ends_with(good), "{}", checked.policies);

    let bad = "permit (principal, action, resource)\nwhen { nonsense };\n\nforbid (principal, action, resource) when { resource.ssn == \"</script>\" };";
    let checked = check(&grace, by_hand(bad), true).await;
    assert_eq!(checked.problem.as_ref().map(|problem| problem.at.as_str()), Some("cedar"));
    assert!(!checked.diagnostics.is_empty() && checked.diagnostics[0].line == 2, "{:?}", checked.diagnostics);
    assert_eq!((checked.backtest, checked.policies.as_str()), (None, ""));
    // Also where the compilation has stopped before it.
    let both = |envelope: &mut Envelope| {
        envelope.rules[0].table = named("payroll");
        envelope.cedar = Some("forbid (principal, action, resource);\npermit (".to_owned());
    };
    let checked = check(&grace, both, false).await;
    assert_eq!(checked.problem.unwrap().at, "rules.contact-care.table");
    assert!(checked.diagnostics.iter().all(|one| one.line == 2) && !checked.diagnostics.is_empty());
    for hostile in
        ["(".repeat(10_000), "\u{202e}".repeat(10_000), "é\u{0}\"".repeat(5_000), "permit(\n".repeat(9_000)]
    {
        let checked = check(&grace, by_hand(&hostile), false).await;
        assert!(checked.problem.is_some() && (1..=50).contains(&checked.diagnostics.len()), "{hostile:.20}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_case_blocks_the_activation() {
    let world = World::new().await;
    let (grace, ada) = (world.face("grace").await, world.face("ada").await);
    world.propose(&update("c-1042")).await;
    let log = world.log("acme").await;
    let seq =
        log.iter().position(|one| matches!(one, evidence::receipt::Receipt::Decision(_))).unwrap() as u64;
    let (write, verdict) = grace.case_of(at("acme"), seq).await.unwrap().unwrap();
    assert_eq!((write.rows, verdict), (1, Verdict::Allow));
    assert_eq!(grace.case_of(at("acme"), 0).await.unwrap(), None);
    is_not_found(grace.case_of(at("acme"), 9_999)).await;
    let name = "</option><b>one contact";
    let saved = grace.save_case(at("acme"), named(name), write.clone(), verdict).await.unwrap();
    assert_eq!(saved, Ok(()));
    let taken = ada.save_case(at("acme"), named(name), write, verdict).await.unwrap();
    assert_eq!(taken, Err(Blocked::NameTaken));

    let never = |envelope: &mut Envelope| {
        envelope.rules[0].effect = Effect::Never;
        envelope.rules[0].max_rows = None;
    };
    let checked = check(&grace, never, false).await;
    assert!(!checked.cases[0].passes(), "{:?}", checked.cases);
    let id = propose(&grace, never, "Nobody touches contacts.").await.unwrap();
    let blocked = ada.activate(at("acme"), id.clone()).await.unwrap();
    assert_eq!(blocked, Err(Blocked::CasesFail(vec![named(name)])));

    let case = ada.bench(at("acme")).await.unwrap().cases[0].id.clone();
    let stranger = world.strange_face().await;
    // As if somebody else had removed it: nothing is said, and nothing is done.
    stranger.remove_case(at("acme"), case.clone()).await.unwrap();
    ada.remove_case(at("globex"), case.clone()).await.unwrap();
    assert_eq!(ada.bench(at("acme")).await.unwrap().cases.len(), 1);
    ada.remove_case(at("acme"), case.clone()).await.unwrap();
    ada.remove_case(at("acme"), case).await.unwrap();
    ada.activate(at("acme"), id).await.unwrap().unwrap();
    assert_eq!(world.propose(&update("c-1042")).await.verdict().0, "DENY");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_envelope_is_shown_as_other_tenants_would_have_it() {
    let world = World::new().await;
    let grace = world.face("grace").await;
    let copies = grace.copies(at("acme")).await.unwrap();
    let mine = world.envelope("acme").await;
    assert_eq!(copies.iter().map(|copy| copy.tenant.as_str()).collect::<Vec<_>>(), ["globex", "initech"]);
    for copy in &copies {
        let envelope = copy.envelope.as_ref().unwrap();
        assert_eq!((&envelope.tenant, &envelope.rules), (&copy.tenant, &mine.rules));
        assert_eq!(envelope.version, copy.in_force.as_ref().unwrap().1.version + 1);
        assert_eq!(copy.open, 0);
    }
    assert_eq!(copies[0].strangers, [named::<Name>("billing-agent")], "Globex has not let it in");
    assert!(copies[1].strangers.is_empty());
    let (digest, _) = copies[1].in_force.clone().unwrap();
    let copy = copies[1].envelope.clone().unwrap();
    let there = At { tenant: copies[1].tenant.clone(), ..at("initech") };
    grace.propose(there.clone(), copy, Some(digest), "As Acme has it.".to_owned()).await.unwrap().unwrap();
    assert_eq!(grace.copies(at("acme")).await.unwrap()[1].open, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_another_tenant_or_vendor_is_found() {
    let world = World::new().await;
    let (grace, ada, stranger) =
        (world.face("grace").await, world.face("ada").await, world.strange_face().await);
    let id = propose(&grace, rows(6), "Six.").await.unwrap();
    let elsewhere = At { connector: named("books"), ..at("acme") };
    let nobody = At { tenant: named("nobody"), ..at("acme") };
    for (face, place) in
        [(&ada, at("globex")), (&ada, elsewhere.clone()), (&ada, nobody.clone()), (&stranger, at("acme"))]
    {
        is_not_found(face.proposal(place.clone(), id.clone())).await;
        is_not_found(face.activate(place.clone(), id.clone())).await;
        is_not_found(face.refuse(place.clone(), id.clone(), "No.".to_owned())).await;
        is_not_found(face.withdraw(place.clone(), id.clone())).await;
    }
    let (envelope, base) = changed(&grace, rows(7)).await;
    for (face, place) in [(&ada, elsewhere), (&ada, nobody.clone()), (&stranger, at("globex"))] {
        is_not_found(face.bench(place.clone())).await;
        is_not_found(face.check(place.clone(), envelope.clone(), true)).await;
        is_not_found(face.propose(place.clone(), envelope.clone(), base, "Mine.".to_owned())).await;
        is_not_found(face.keep_draft(place.clone(), Vec::new(), base)).await;
        is_not_found(face.versions(place.clone())).await;
        is_not_found(face.case_of(place.clone(), 1)).await;
        is_not_found(face.copies(place)).await;
    }
    is_not_found(ada.envelopes(nobody.tenant)).await;
    // Their own tenant of the same name has nothing of this one.
    let theirs = stranger.bench(at("acme")).await.unwrap();
    assert!(theirs.contract.is_none() && theirs.in_force.is_none() && theirs.proposals.is_empty());
    for base in [base, None] {
        let none = stranger.propose(at("acme"), envelope.clone(), base, "Mine.".to_owned()).await.unwrap();
        assert_eq!(none, Err(Blocked::NoContract));
    }
    assert!(stranger.versions(at("acme")).await.unwrap().is_empty());
    is_not_found(stranger.copies(at("acme"))).await;
    assert!(grace.proposal(at("acme"), id).await.unwrap().is_open());
}
