//! Saved cases: writes with the verdict that every envelope must give them before it is put in force.

use evidence::decision::Verdict;
use evidence::name::Text;
use leptos::prelude::*;

use super::write::Written;
use super::{at, blocked, may, path, trail};
use crate::parts::{
    Badge, Card, Choice, Confirm, Empty, ErrorSummary, Form as FormOf, Heading, Hidden, Radios, SubmitRow,
    TextInput, Time, Untrusted,
};
use crate::portal::envelopes::{At, Bench, Case, Tried, Write};
use crate::portal::{Deed, Fault, Refusal};
use crate::text::{Said, t, tf};
use crate::visit::{Done, Form, Rejected, Shown, Visit, say, show};

/// The most characters of a case's name.
const MOST: usize = 100;

/// Where a write is taken from.
#[derive(Clone)]
enum From {
    /// Nobody has said.
    Nowhere,
    /// A number that is no decision which an envelope decides.
    Nothing(String),
    /// A decision: its number, its write and its verdict.
    Decision(u64, Write, Verdict),
}

/// `/tenants/{tenant}/envelope/{connector}/cases`
pub async fn cases(visit: Visit) -> Shown {
    let at = at(&visit)?;
    let bench = visit.portal()?.bench(at.clone()).await?;
    let rejected = visit.rejected().cloned();
    let asked = match &rejected {
        Some(rejected) => Some(rejected.form.text("from").to_owned()),
        None => visit.query("from").map(str::to_owned),
    };
    let from = match asked {
        None => From::Nowhere,
        Some(asked) => from(&visit, &at, asked).await?,
    };
    let may = may(&visit, Deed::WriteEnvelopes);
    show(move || view! { <Page bench from rejected may/> }.into_any())
}

/// `POST /tenants/{tenant}/envelope/{connector}/cases`
pub async fn save(visit: Visit, form: Form) -> Done {
    let at = at(&visit)?;
    let fault = |field: &str, said| Refusal::Invalid(vec![Fault::new(field, said)]);
    let missing = || fault("from", Said::new("envelopes.cases.no_decision"));
    let seq = number(form.text("from")).ok_or_else(missing)?;
    let typed = form.text("name").trim();
    let long = || fault("name", Said::new("envelopes.cases.name_wrong").with("most", MOST));
    if typed.is_empty() || typed.chars().count() > MOST {
        return Err(long());
    }
    let name: Text = typed.parse().map_err(|_| long())?;
    let expected = Verdict::ALL.into_iter().find(|verdict| verdict.as_str() == form.text("expected"));
    let expected = expected.ok_or_else(|| fault("expected", Said::new("envelopes.fault.choose")))?;
    let (write, _) = visit.portal()?.case_of(at.clone(), seq).await?.ok_or_else(missing)?;
    match visit.portal()?.save_case(at.clone(), name, write, expected).await? {
        Ok(()) => say("envelopes.said.case_saved", path(&at, "/cases")),
        Err(why) => Err(blocked::refusal(&why, None)),
    }
}

/// `POST /tenants/{tenant}/envelope/{connector}/cases/{id}/remove`
pub async fn remove(visit: Visit, _: Form) -> Done {
    let at = at(&visit)?;
    visit.portal()?.remove_case(at.clone(), visit.name("id")?).await?;
    say("envelopes.said.case_removed", path(&at, "/cases"))
}

async fn from(visit: &Visit, at: &At, asked: String) -> Result<From, Refusal> {
    let Some(seq) = number(&asked) else { return Ok(From::Nothing(asked)) };
    match visit.portal()?.case_of(at.clone(), seq).await {
        Ok(Some((write, verdict))) => Ok(From::Decision(seq, write, verdict)),
        Ok(None) | Err(Refusal::NotFound) => Ok(From::Nothing(asked)),
        Err(refusal) => Err(refusal),
    }
}

fn number(text: &str) -> Option<u64> {
    text.trim().trim_start_matches('#').parse().ok()
}

#[component]
fn Page(bench: Bench, from: From, rejected: Option<Rejected>, may: bool) -> impl IntoView {
    let at = bench.at.clone();
    let nothing = bench.cases.is_empty().then(|| {
        view! { <Empty title=t("envelopes.cases.none")><p>{t("envelopes.cases.none_means")}</p></Empty> }
    });
    let cards = bench.cases.into_iter().map(|case| view! { <OneCase at=at.clone() case may/> });
    let cards: Vec<_> = cards.collect();
    let came_back = rejected.is_some();
    view! {
        <Heading title=tf("envelopes.cases.title_of", &[("connector", &at.connector)]) lead=t("envelopes.cases.lead")
            trail=trail(&at) came_back/>
        {may.then(|| view! { <New at=at.clone() from rejected/> })}
        <section aria-labelledby="cases" class="inbox">
            <h2 id="cases">{t("envelopes.cases.title")}</h2>
            {nothing}
            {cards}
        </section>
    }
    .into_any()
}

#[component]
fn OneCase(at: At, case: Case, may: bool) -> impl IntoView {
    let id = format!("case-{}", case.id);
    let remove = may.then(|| {
        view! {
            <Confirm id=format!("remove-{}", case.id) open=t("envelopes.cases.remove_open")
                title=tf("envelopes.cases.remove_title", &[("name", &case.name)])
                action=path(&at, &format!("/cases/{}/remove", case.id)) label=t("envelopes.cases.remove")>
                <p>{t("envelopes.cases.remove_means")}</p>
            </Confirm>
        }
    });
    view! {
        <Card id title=case.name.to_string()>
            <p>{t("envelopes.cases.must")}" "<Badge verdict=case.expected/></p>
            <Written write=case.write/>
            <p class="hint">{t("envelopes.by")}" "<Untrusted text=case.by/>", "<Time at=case.at/></p>
            {remove}
        </Card>
    }
    .into_any()
}

/// A new case: first the decision, then what it must be.
#[component]
fn New(at: At, from: From, rejected: Option<Rejected>) -> impl IntoView {
    let here = path(&at, "/cases");
    let (asked, found) = match &from {
        From::Nowhere => (String::new(), None),
        From::Nothing(asked) => (asked.clone(), None),
        From::Decision(seq, write, verdict) => (seq.to_string(), Some((*seq, write.clone(), *verdict))),
    };
    let missing = match &from {
        From::Nothing(_) => vec![Fault::new("from", "envelopes.cases.no_decision")],
        _ => Vec::new(),
    };
    // Without a decision there is no form yet that could say what was wrong with it.
    let failed = rejected.as_ref().filter(|_| found.is_none()).map(|rejected| rejected.refusal.clone());
    let failed = failed.map(|refusal| view! { <ErrorSummary refusal title=t("envelopes.cases.not_saved")/> });
    let naming = found.map(|(seq, write, verdict)| view! { <Naming at seq write verdict rejected/> });
    view! {
        <section aria-labelledby="new-case">
            <h2 id="new-case">{t("envelopes.cases.new")}</h2>
            {failed}
            <form method="get" action=here class="form" aria-labelledby="new-case">
                <TextInput id="from" label=t("envelopes.cases.from") hint=t("envelopes.cases.from_hint") value=asked faults=missing/>
                <div class="actions"><button type="submit" class="quiet">{t("envelopes.cases.find")}</button></div>
            </form>
            {naming}
        </section>
    }
    .into_any()
}

#[component]
fn Naming(at: At, seq: u64, write: Write, verdict: Verdict, rejected: Option<Rejected>) -> impl IntoView {
    let faults = rejected.as_ref().map(Rejected::faults).unwrap_or_default();
    let typed = |name: &str| rejected.as_ref().map(|rejected| rejected.form.text(name).to_owned());
    let chosen = typed("expected").unwrap_or_else(|| verdict.as_str().to_owned());
    let called = typed("name").unwrap_or_default();
    let options = Verdict::ALL.map(|verdict| Choice::plain(verdict.as_str()));
    let refusal = rejected.as_ref().map(|rejected| rejected.refusal.clone());
    view! {
        <FormOf action=path(&at, "/cases") labelled_by="naming" refusal refused=t("envelopes.cases.not_saved")>
            <h3 id="naming">{tf("envelopes.cases.decision", &[("seq", &seq)])}</h3>
            <Written write/>
            <Hidden name="from" value=seq.to_string()/>
            <TextInput id="name" label=t("envelopes.cases.name") hint=t("envelopes.cases.name_hint")
                value=called faults=faults.clone()/>
            <Radios id="expected" legend=t("envelopes.cases.must") hint=t("envelopes.cases.must_hint")
                options=options.to_vec() chosen faults/>
            <SubmitRow label=t("envelopes.cases.save") back=path(&at, "/cases")/>
        </FormOf>
    }
    .into_any()
}

/// What an envelope makes of the saved cases, those that fail first.
#[component]
pub fn Results(at: At, results: Vec<Tried>) -> impl IntoView {
    let here = path(&at, "/cases");
    if results.is_empty() {
        return view! { <p>{t("envelopes.cases.none")}" "<a href=here>{t("envelopes.cases.to_new")}</a></p> }
            .into_any();
    }
    let (passed, failed): (Vec<_>, Vec<_>) = results.into_iter().partition(Tried::passes);
    let summary = tf("envelopes.cases.summary", &[("passed", &passed.len()), ("failed", &failed.len())]);
    let lines = failed.into_iter().chain(passed).map(|tried| view! { <Result at=at.clone() tried/> });
    let lines: Vec<_> = lines.collect();
    view! {
        <p>{summary}</p>
        <ul role="list" class="lines">{lines}</ul>
    }
    .into_any()
}

#[component]
fn Result(at: At, tried: Tried) -> impl IntoView {
    let passes = tried.passes();
    let (class, word) =
        if passes { ("good", t("envelopes.cases.passes")) } else { ("bad", t("envelopes.cases.fails")) };
    let href = path(&at, &format!("/cases#case-{}", tried.case.id));
    let why = (!passes).then(|| {
        let reasons = tried.reasons.iter().map(|reason| view! { <li lang="en">{reason.code.sentence()}</li> });
        let reasons: Vec<_> = reasons.collect();
        let rules: Vec<_> = tried.rules.iter().map(|rule| view! { <li><code>{rule.to_string()}</code></li> }).collect();
        view! {
            <p>{t("envelopes.cases.gets")}" "<Badge verdict=tried.verdict/>", "{t("envelopes.cases.instead_of")}" "<Badge verdict=tried.case.expected/></p>
            <ul role="list" class="why">{reasons}{rules}</ul>
        }
    });
    view! {
        <li class=class>
            <p class="line-name"><span class="word">{word}</span>" "<a href=href><Untrusted text=tried.case.name.to_string()/></a></p>
            {why}
        </li>
    }
    .into_any()
}
