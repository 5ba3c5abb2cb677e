//! The inbox: what agents asked for and a person has to answer, and how it was answered.

use evidence::digest::Digest;
use evidence::name::Text;
use leptos::prelude::*;

use self::card::Brief;
use self::history::History;
use crate::parts::{Empty, Keyboard, Title, legible};
use crate::portal::{Asked, Ballot, Fault, Inbox, May, Narrowed, Refusal, Voted};
use crate::text::{t, tf, tn};
use crate::visit::{Done, Form, Shown, Visit, say, show};

mod card;
pub(super) mod effect;
mod history;
mod settled;
mod whole;

/// `/approvals`
pub async fn inbox(visit: Visit) -> Shown {
    let word = |name: &str| visit.query(name).and_then(|word| word.parse().ok());
    let narrowed = Narrowed { tenant: word("tenant"), group: word("group") };
    let inbox = visit.portal()?.inbox(narrowed.clone()).await?;
    show(move || view! { <Page inbox narrowed/> }.into_any())
}

/// `/approvals/{id}`
pub async fn asked(visit: Visit) -> Shown {
    let asked = visit.portal()?.asked(visit.name("id")?).await?;
    let rejected = visit.rejected().cloned();
    show(move || match asked {
        Asked::Waits(card) => view! { <whole::Whole card rejected/> }.into_any(),
        Asked::Settled(settled) => view! { <settled::Page settled rejected/> }.into_any(),
    })
}

/// `POST /approvals/{id}`
pub async fn vote(visit: Visit, form: Form) -> Done {
    let ballot = ballot(&visit, &form)?;
    let here = format!("/approvals/{}", ballot.action);
    let said = match visit.portal()?.vote(ballot).await? {
        Voted::Counted => "inbox.said.counted",
        Voted::Ran => "inbox.said.ran",
        Voted::Allowed => "inbox.said.allowed",
        Voted::Rejected => "inbox.said.rejected",
        Voted::Refused => "inbox.said.refused",
        Voted::TooLate => "inbox.said.too_late",
        Voted::Overtaken => return Err(Refusal::Conflict("inbox.overtaken".into())),
        Voted::MayNot(May::Requester) => return Err(Refusal::Conflict("inbox.may.requester".into())),
        Voted::MayNot(May::Voted) => return Err(Refusal::Conflict("inbox.may.voted".into())),
        Voted::MayNot(_) => return Err(Refusal::Forbidden),
    };
    say(said, here)
}

/// What the form says. Whoever says no says why; whoever says yes may.
fn ballot(visit: &Visit, form: &Form) -> Result<Ballot, Refusal> {
    let approve = match form.text("vote") {
        "approve" => true,
        "deny" => false,
        _ => return Err(Refusal::Invalid(vec![Fault::new("approve", "inbox.vote_missing")])),
    };
    // A page that was sent with another digest than it was shown with is not one of ours.
    let decision: Digest = form.text("decision").parse().map_err(|_| Refusal::NotFound)?;
    let reason = form.text("reason").trim();
    if reason.is_empty() && !approve {
        return Err(Refusal::Invalid(vec![Fault::new("reason", "inbox.reason_missing")]));
    }
    let reason: Text =
        reason.parse().map_err(|_| Refusal::Invalid(vec![Fault::new("reason", "inbox.reason_long")]))?;
    Ok(Ballot { action: visit.name("id")?, decision, approve, reason })
}

#[component]
fn Page(inbox: Inbox, narrowed: Narrowed) -> impl IntoView {
    let Inbox { cards, others, settled, tenants, groups } = inbox;
    let is_narrowed = narrowed != Narrowed::default();
    let count = crate::text::size(cards.len());
    let nothing = match (cards.is_empty(), is_narrowed && others > 0) {
        (false, _) => None,
        (true, true) => Some(view! { <NothingHere others/> }.into_any()),
        (true, false) => Some(view! { <Nothing/> }.into_any()),
    };
    view! {
        <Title text=t("inbox.title")/>
        <h1>{t("inbox.title")}</h1>
        <p class="lead">{t("inbox.lead")}</p>
        <Narrow tenants groups narrowed/>
        <section aria-labelledby="waiting" class="inbox">
            <h2 id="waiting">{if count == 0 { t("inbox.waiting.none").to_owned() } else { tn("inbox.waiting", count) }}</h2>
            {nothing}
            {cards.into_iter().map(|card| view! { <Brief card/> }).collect_view()}
        </section>
        <section aria-labelledby="lately">
            <h2 id="lately">{t("inbox.lately")}</h2>
            <History settled/>
        </section>
        <Keyboard/>
    }
    .into_any()
}

/// The filters, which are in the address.
#[component]
fn Narrow(
    tenants: Vec<(evidence::name::Name, String)>,
    groups: Vec<evidence::name::Name>,
    narrowed: Narrowed,
) -> impl IntoView {
    let is_narrowed = narrowed != Narrowed::default();
    let tenants = tenants.into_iter().map(|(name, title)| {
        let selected = narrowed.tenant.as_ref() == Some(&name);
        view! { <option value=name.to_string() selected=selected>{legible(&title)}</option> }
    });
    let groups = groups.into_iter().map(|group| {
        let selected = narrowed.group.as_ref() == Some(&group);
        view! { <option value=group.to_string() selected=selected>{group.to_string()}</option> }
    });
    view! {
        <form method="get" action="/approvals" class="filters" role="search" aria-label=t("inbox.filter")>
            <div class="field">
                <label for="tenant">{t("inbox.tenant")}</label>
                <select id="tenant" name="tenant" data-filter="">
                    <option value="">{t("inbox.any")}</option>
                    {tenants.collect_view()}
                </select>
            </div>
            <div class="field">
                <label for="group">{t("inbox.group")}</label>
                <select id="group" name="group">
                    <option value="">{t("inbox.any")}</option>
                    {groups.collect_view()}
                </select>
            </div>
            <div class="actions">
                <button type="submit" class="quiet">{t("inbox.show")}</button>
                {is_narrowed.then(|| view! { <a href="/approvals">{t("inbox.all")}</a> })}
            </div>
        </form>
    }
    .into_any()
}

#[component]
fn Nothing() -> impl IntoView {
    view! {
        <Empty title=t("inbox.nothing")>
            <p>{t("inbox.nothing.next")}" "<a href="/try">{t("inbox.nothing.try")}</a></p>
        </Empty>
    }
    .into_any()
}

#[component]
fn NothingHere(others: usize) -> impl IntoView {
    let others = tf("inbox.nothing_here.next", &[("count", &others)]);
    view! {
        <Empty title=t("inbox.nothing_here")>
            <p>{others}" "<a href="/approvals">{t("inbox.all")}</a></p>
        </Empty>
    }
    .into_any()
}
