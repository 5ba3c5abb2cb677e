//! Cedar: what an envelope is compiled to, and what is wrong with what was written by hand.

use evidence::compile::Diagnostic;
use leptos::prelude::*;

use crate::parts::Untrusted;
use crate::text::{t, tf};

/// The policies and their schema, to read.
#[component]
pub fn Compiled(policies: String, schema: String) -> impl IntoView {
    view! {
        <details class="compiled" data-fold="cedar">
            <summary>{t("envelopes.cedar.compiled")}</summary>
            <p class="hint">{t("envelopes.cedar.compiled_hint")}</p>
            <pre tabindex="0" lang="en"><code>{policies}</code></pre>
            <details data-fold="schema">
                <summary>{t("envelopes.cedar.schema")}</summary>
                <pre tabindex="0" lang="en"><code>{schema}</code></pre>
            </details>
        </details>
    }
    .into_any()
}

/// A text written by hand, its lines numbered, with what is wrong beside each. Nothing, if nothing is.
#[component]
pub fn ByHand(cedar: String, found: Vec<Diagnostic>) -> impl IntoView {
    if found.is_empty() {
        return ().into_any();
    }
    let faults = found.iter().map(|one| {
        let place = tf("envelopes.cedar.place", &[("line", &one.line), ("column", &one.column)]);
        let help = one.help.clone().map(|help| view! { <p class="hint"><Untrusted text=help/></p> });
        view! {
            <li>
                <p class="line-name">{place}</p>
                <p><Untrusted text=one.message.clone()/></p>
                {help}
            </li>
        }
    });
    let faults: Vec<_> = faults.collect();
    let lines = cedar.lines().enumerate().map(|(place, text)| {
        let wrong = found.iter().any(|one| one.line == place + 1);
        view! { <li class:wrong=wrong><code>{text.to_owned()}</code></li> }
    });
    let lines: Vec<_> = lines.collect();
    view! {
        <section aria-labelledby="by-hand-faults" lang="en">
            <h3 id="by-hand-faults">{t("envelopes.cedar.faults")}</h3>
            <ul role="list" class="lines">{faults}</ul>
            <ol class="numbered">{lines}</ol>
        </section>
    }
    .into_any()
}
