//! The derivation on the page: decided again here and now, wall by wall, and held against what was recorded.

use evidence::decision::Decision;
use evidence::receipt::DecisionReceipt;
use leptos::prelude::*;

use super::check::Check;
use super::mark::Mark;
use super::said::{json, said};
use super::walls::{Derivation, Ending, Wall, derive};

/// How the verdict follows from its inputs.
pub fn rederived(check: Check, receipt: &DecisionReceipt) -> impl IntoView + use<> {
    let derivation = check.with_evidence(|evidence| derive(evidence, receipt));
    derivation.map(|Derivation { again, walls, cedar }| {
        let is_same = again == receipt.decision;
        view! {
            <section class="derivation" data-rederived=if is_same { "same" } else { "different" }>
                <h4>"Decided again, here"</h4>
                {compared(&again, &receipt.decision)}
                <ol role="list" class="walls">{walls.iter().map(wall).collect_view()}</ol>
                {cedar.map(|text| view! {
                    <details><summary>"The envelope in Cedar"</summary>{json(&text)}</details>
                })}
            </section>
        }
    })
}

fn compared(again: &Decision, recorded: &Decision) -> AnyView {
    if again == recorded {
        return view! {
            <p class="same"><Mark slug="held"/>" Re-derived: same. "{format!("{} follows from the inputs in this receipt.", again.verdict)}</p>
        }
        .into_any();
    }
    view! {
        <div class="different">
            <p><Mark slug="failed"/>" Re-derived: different."</p>
            <dl class="failure">
                <dt>"Recorded"</dt><dd>{said(&explained(recorded))}</dd>
                <dt>"Decided again"</dt><dd>{said(&explained(again))}</dd>
            </dl>
        </div>
    }
    .into_any()
}

fn explained(decision: &Decision) -> String {
    let reasons: Vec<String> =
        decision.reasons.iter().map(|reason| format!("{} {}", reason.code, reason.message())).collect();
    let rules: Vec<&str> = decision.rules.iter().map(evidence::name::Text::as_str).collect();
    format!("{} [{}] rules: {}", decision.verdict, reasons.join("; "), rules.join(", "))
}

fn wall(wall: &Wall) -> impl IntoView + use<> {
    let (slug, word) = match wall.ending {
        Ending::Passed => ("held", "passed".to_owned()),
        Ending::Spoke(verdict) => ("failed", format!("{verdict} here")),
        Ending::NotReached => ("not-reached", "not reached".to_owned()),
    };
    let slug_of_word = if matches!(wall.ending, Ending::Spoke(_)) { "spoke" } else { slug };
    view! {
        <li data-wall=wall.number.to_string() data-ending=slug_of_word>
            <p class="word"><Mark slug=if slug == "failed" { "could-not-check" } else { slug }/>{word}</p>
            <p><strong>{wall.title}</strong></p>
            <p class="soft">{said(&wall.input)}</p>
        </li>
    }
}
