//! Proposals: one person, another person, once.

use app::portal::envelopes::Stage;
use evidence::receipt::Receipt;
use server::envelopes::Refusal;
use server::ledger::{Document, LedgerError};
use tokio::task::JoinSet;

use crate::house::{House, ada, envelope, grace, morning, named};
use crate::place::Place as Home;

pub async fn one_proposes_and_another_activates(home: Home) {
    let house = House::open(&home).await;
    let acme = house.acme().await;
    let first = house.put_in_force(&acme, envelope(5)).await;
    let base = Some(first);
    let proposal = house.envelopes.propose(&acme, &grace(), envelope(50), base, " Agreed. ").await.unwrap();
    assert_eq!((proposal.envelope.version, proposal.reason.as_str()), (2, "Agreed."));
    assert_eq!(house.in_force(&acme).await, Some(first), "a proposal is not in force");

    let mine = house.envelopes.activate(&acme, &grace(), proposal.id.as_str()).await;
    assert_eq!(mine.unwrap_err(), Refusal::SamePerson);
    let done = house.envelopes.activate(&acme, &ada(), proposal.id.as_str()).await.unwrap();
    let Stage::Activated(outcome) = &done.stage else { panic!("{done:?}") };
    assert_eq!(house.in_force(&acme).await, Some(proposal.digest));

    let recorded = house.ledger.receipt(&acme.tenant, outcome.receipt.unwrap()).await.unwrap().unwrap();
    let Receipt::Activation(receipt) = recorded.receipt() else { panic!() };
    assert_eq!(receipt.by.as_str(), "Ada Lovelace");
    assert_eq!(receipt.proposed_by.as_ref().unwrap().as_str(), "Grace Hopper");
    assert_eq!(receipt.reason.as_str(), "Agreed.");
    let changes: Vec<&str> = receipt.changes.iter().map(evidence::name::Text::as_str).collect();
    assert_eq!(
        changes,
        ["Changed contact-care: Any agent may update records of contacts, at most 5 records a call. \
          It now says: Any agent may update records of contacts, at most 50 records a call."]
    );

    let history = house.envelopes.history(&acme).await.unwrap();
    assert_eq!(history.iter().map(|version| version.envelope.version).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(history[0].previous, Some(first));
    assert_eq!(history[0].seq, outcome.receipt.unwrap());
}

pub async fn asked_twice_it_is_in_force_once(home: Home) {
    let house = House::open(&home).await;
    let acme = house.acme().await;
    let proposal = house.envelopes.propose(&acme, &grace(), envelope(5), None, "First.").await.unwrap();
    let asked: JoinSet<_> = (0..8)
        .map(|_| {
            let (envelopes, acme, id) = (house.envelopes.clone(), acme.clone(), proposal.id.clone());
            async move { envelopes.activate(&acme, &ada(), id.as_str()).await }
        })
        .collect();
    let answers = asked.join_all().await;
    let fine = |answer: &Result<_, Refusal>| matches!(answer, Ok(_) | Err(Refusal::Overtaken(_)));
    assert!(answers.iter().all(fine), "{answers:?}");
    assert!(answers.iter().any(Result::is_ok), "{answers:?}");
    assert_eq!(house.envelopes.history(&acme).await.unwrap().len(), 1);
    let again = house.envelopes.activate(&acme, &ada(), proposal.id.as_str()).await.unwrap();
    assert!(matches!(again.stage, Stage::Activated(_)));
    assert_eq!(house.envelopes.history(&acme).await.unwrap().len(), 1);
}

pub async fn what_was_overtaken_is_not_activated(home: Home) {
    let house = House::open(&home).await;
    let acme = house.acme().await;
    let early = house.envelopes.propose(&acme, &grace(), envelope(5), None, "Early.").await.unwrap();
    let late = house.envelopes.propose(&acme, &ada(), envelope(7), None, "Late.").await.unwrap();
    house.envelopes.activate(&acme, &grace(), late.id.as_str()).await.unwrap();
    let overtaken = house.envelopes.activate(&acme, &ada(), early.id.as_str()).await;
    assert_eq!(overtaken.unwrap_err(), Refusal::Overtaken(Some(late.digest)));
    let stale = house.envelopes.propose(&acme, &grace(), envelope(9), None, "Stale.").await;
    assert_eq!(stale.unwrap_err(), Refusal::Overtaken(Some(late.digest)));
    assert!(house.envelopes.proposal(&acme, early.id.as_str()).await.unwrap().unwrap().is_open());

    let known = house.ledger.in_force(&acme.tenant, &acme.connector).await.unwrap();
    let mut contract = known.contract.unwrap().1.as_ref().clone();
    contract.version = 2;
    let waiting =
        house.envelopes.propose(&acme, &grace(), envelope(9), Some(late.digest), "Soon.").await.unwrap();
    house.activate(&acme, Document::Contract(Box::new(contract))).await;
    let refused = house.envelopes.activate(&acme, &ada(), waiting.id.as_str()).await;
    assert_eq!(refused.unwrap_err(), Refusal::OtherContract);
}

pub async fn only_one_of_many_at_once_is_activated(home: Home) {
    let house = House::open(&home).await;
    let acme = house.acme().await;
    let mut proposals = Vec::new();
    for rows in 1..=6 {
        let proposed = house.envelopes.propose(&acme, &grace(), envelope(rows), None, "One of many.").await;
        proposals.push(proposed.unwrap());
    }
    // Another server, with its own writer, on the same database.
    let other = House::open(&home).await;
    let elsewhere = other.acme().await;
    let asked: JoinSet<_> = proposals
        .iter()
        .enumerate()
        .map(|(place, proposal)| {
            let (house, acme) = if place % 2 == 0 { (&house, &acme) } else { (&other, &elsewhere) };
            let (envelopes, acme, id) = (house.envelopes.clone(), acme.clone(), proposal.id.clone());
            async move { envelopes.activate(&acme, &ada(), id.as_str()).await }
        })
        .collect();
    let answers = asked.join_all().await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
    let history = other.envelopes.history(&elsewhere).await.unwrap();
    assert_eq!(history.len(), 1);
    let open = house.envelopes.proposals(&acme).await.unwrap();
    assert_eq!(open.iter().filter(|proposal| proposal.is_open()).count(), 5);
}

pub async fn what_ended_in_between_is_looked_up_in_the_log(home: Home) {
    let house = House::open(&home).await;
    let acme = house.acme().await;
    let proposal = house.envelopes.propose(&acme, &grace(), envelope(5), None, "First.").await.unwrap();
    house.envelopes.activate(&acme, &ada(), proposal.id.as_str()).await.unwrap();
    // As if the server had ended after the log, and before it wrote down what had become of the proposal.
    let changed = home.meddle("update envelope_proposals set state = 'activating', receipt = null").await;
    assert_eq!(changed, 1);
    let found = house.envelopes.proposal(&acme, proposal.id.as_str()).await.unwrap().unwrap();
    let Stage::Activated(outcome) = found.stage else { panic!("{found:?}") };
    assert_eq!(outcome.by, "Ada Lovelace");
    assert_eq!(outcome.receipt, Some(house.envelopes.history(&acme).await.unwrap()[0].seq));

    // And as if it had ended before the log.
    let next =
        house.envelopes.propose(&acme, &grace(), envelope(6), Some(proposal.digest), "Next.").await.unwrap();
    home.meddle("update envelope_proposals set state = 'activating', closed_at = 0 where state = 'open'")
        .await;
    let found = house.envelopes.proposal(&acme, next.id.as_str()).await.unwrap().unwrap();
    assert!(found.is_open());
    house.envelopes.activate(&acme, &ada(), next.id.as_str()).await.unwrap();
    assert_eq!(house.in_force(&acme).await, Some(next.digest));
}

pub async fn refused_and_taken_back(home: Home) {
    let house = House::open(&home).await;
    let acme = house.acme().await;
    let propose = async |rows| {
        house.envelopes.propose(&acme, &grace(), envelope(rows), None, "Try.").await.unwrap().id.to_string()
    };
    let (refused, withdrawn) = (propose(5).await, propose(6).await);
    let envelopes = &house.envelopes;
    assert_eq!(envelopes.refuse(&acme, &grace(), &refused, "No.").await, Err(Refusal::SamePerson));
    assert_eq!(envelopes.refuse(&acme, &ada(), &refused, "  ").await, Err(Refusal::NoReason));
    assert_eq!(envelopes.refuse(&acme, &ada(), &refused, "Too much.").await, Ok(()));
    assert_eq!(envelopes.refuse(&acme, &ada(), &refused, "Again.").await, Err(Refusal::Closed));
    assert_eq!(envelopes.withdraw(&acme, &ada(), &withdrawn, "").await, Err(Refusal::OtherPerson));
    assert_eq!(envelopes.withdraw(&acme, &grace(), &withdrawn, "").await, Ok(()));
    for id in [&refused, &withdrawn] {
        assert_eq!(envelopes.activate(&acme, &ada(), id).await.unwrap_err(), Refusal::Closed);
    }
    let found = envelopes.proposal(&acme, &refused).await.unwrap().unwrap();
    let Stage::Refused(outcome) = found.stage else { panic!("{found:?}") };
    assert_eq!((outcome.by.as_str(), outcome.reason.as_deref()), ("Ada Lovelace", Some("Too much.")));
    assert_eq!(envelopes.activate(&acme, &ada(), "nothing").await.unwrap_err(), Refusal::Unknown);
}

pub async fn what_does_not_fit_is_not_proposed(home: Home) {
    let house = House::open(&home).await;
    let acme = house.acme().await;
    let refused = async |envelope, reason: &str| {
        house.envelopes.propose(&acme, &grace(), envelope, None, reason).await.unwrap_err()
    };
    assert_eq!(refused(envelope(5), "\n").await, Refusal::NoReason);
    let mut unknown = envelope(5);
    unknown.rules[0].table = named("payroll");
    let Refusal::Unfit(error) = refused(unknown, "Pay.").await else { panic!() };
    assert_eq!(error.at, "rules.contact-care.table");
    let mut by_hand = envelope(5);
    by_hand.cedar = Some("permit (principal, action, resource)\nwhen { nonsense };".to_owned());
    let Refusal::Unfit(error) = refused(by_hand, "Cedar.").await else { panic!() };
    assert!(error.at == "cedar" && error.fault.contains("line 2"), "{error}");
    let mut stray = envelope(5);
    stray.tenant = named("globex");
    assert_eq!(refused(stray, "Theirs.").await, Refusal::OtherContract);
    let first = house.put_in_force(&acme, envelope(5)).await;
    let same = house.envelopes.propose(&acme, &grace(), envelope(5), Some(first), "Same.").await;
    assert_eq!(same.unwrap_err(), Refusal::Unchanged);
    assert_eq!(house.envelopes.proposals(&acme).await.unwrap().len(), 1);
}

pub async fn a_draft_is_its_writers_own(home: Home) {
    let house = House::open(&home).await;
    let acme = house.acme().await;
    let form = vec![("reason".to_owned(), "</textarea>\0\u{202e}".to_owned())];
    let envelopes = &house.envelopes;
    envelopes.keep_draft(&acme, &grace(), form.clone(), None).await.unwrap();
    let base = house.put_in_force(&acme, envelope(5)).await;
    let kept = envelopes.draft(&acme, &grace()).await.unwrap().unwrap();
    assert_eq!((kept.base, kept.at), (None, morning()));
    assert_eq!(kept.form, form);
    assert_eq!(envelopes.draft(&acme, &ada()).await.unwrap(), None);
    envelopes.keep_draft(&acme, &grace(), Vec::new(), Some(base)).await.unwrap();
    let kept = envelopes.draft(&acme, &grace()).await.unwrap().unwrap();
    assert_eq!((kept.base, kept.form.len()), (Some(base), 0));
    envelopes.discard_draft(&acme, &grace()).await.unwrap();
    assert_eq!(envelopes.draft(&acme, &grace()).await.unwrap(), None);
}

pub async fn an_erased_tenant_gets_no_new_envelope(home: Home) {
    let house = House::open(&home).await;
    let acme = house.acme().await;
    let proposal = house.envelopes.propose(&acme, &grace(), envelope(5), None, "First.").await.unwrap();
    home.meddle("update tenants set secret = ''").await;
    let current = house.registry.current(&acme.tenant).await.unwrap();
    assert!(current.is_erased());
    let acme = server::envelopes::Place { tenant: current, ..acme };
    let refused = house.envelopes.activate(&acme, &ada(), proposal.id.as_str()).await;
    assert_eq!(refused.unwrap_err(), Refusal::Ledger(LedgerError::Erased));
    assert!(house.envelopes.history(&acme).await.unwrap().is_empty());
}
