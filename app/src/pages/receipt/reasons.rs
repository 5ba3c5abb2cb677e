//! Why: each reason as a sentence, with its code, its rule, and the smallest change that would pass.

use evidence::decision::Verdict;
use evidence::reason::Reason;
use leptos::prelude::*;

use crate::parts::Untrusted;
use crate::text::{self, t};

/// The reasons of a verdict.
#[component]
pub fn Reasons(reasons: Vec<Reason>, verdict: Verdict) -> impl IntoView {
    let alone = reasons.is_empty();
    view! {
        <section aria-labelledby="why">
            <h2 id="why">{t("receipts.why")}</h2>
            <p>{text::verdict(verdict)}</p>
            {alone.then(|| view! { <p>{t("receipts.why.allowed")}</p> })}
            {(!alone).then(|| view! {
                <ol role="list" class="reasons">
                    {reasons.into_iter().map(|reason| view! { <One reason/> }).collect_view()}
                </ol>
            })}
        </section>
    }
    .into_any()
}

#[component]
fn One(reason: Reason) -> impl IntoView {
    let Reason { allowed, at, code, found, rule } = reason;
    let facts = [
        (t("receipts.why.where"), at),
        (t("receipts.why.found"), found),
        (t("receipts.why.would_pass"), allowed),
        (t("receipts.why.rule"), rule),
    ];
    let facts = facts.into_iter().filter_map(|(name, fact)| {
        fact.map(|fact| view! { <div><dt>{name}</dt><dd><Untrusted text=fact.to_string()/></dd></div> })
    });
    view! {
        <li>
            <p><strong>{code.sentence()}</strong>" "<code>{code.as_str()}</code></p>
            <dl class="inline-facts">{facts.collect_view()}</dl>
        </li>
    }
    .into_any()
}
