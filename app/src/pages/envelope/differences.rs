//! What is different between two envelopes, sentence by sentence and word by word; and an envelope as it stands.

use evidence::envelope::Envelope;
use leptos::prelude::*;

use crate::parts::{Sentence, WordDiff};
use crate::portal::envelopes::{Difference, compare};
use crate::text::envelope::{Line, lines};
use crate::text::{size, t, tn};

/// Everything that an envelope says.
#[component]
pub fn Says(envelope: Envelope) -> impl IntoView {
    let no_rules = envelope.rules.is_empty();
    let lines: Vec<_> = lines(&envelope).into_iter().map(|line| view! { <li>{said(line)}</li> }).collect();
    view! {
        {no_rules.then(|| view! { <p>{t("envelopes.no_rules")}</p> })}
        <ol role="list" class="lines">{lines}</ol>
        <p class="hint">{t("envelopes.otherwise_denied")}</p>
    }
    .into_any()
}

/// What `after` changes of `before`; what stays is folded away.
#[component]
pub fn Differences(#[prop(optional_no_strip)] before: Option<Envelope>, after: Envelope) -> impl IntoView {
    let (same, other): (Vec<_>, Vec<_>) = compare(before.as_ref(), &after)
        .into_iter()
        .partition(|difference| matches!(difference, Difference::Same(_)));
    let nothing = other.is_empty().then(|| view! { <p>{t("envelopes.diff.nothing")}</p> });
    let other: Vec<_> = other.into_iter().map(one).collect();
    let count = size(same.len());
    let same = same.into_iter().filter_map(|difference| match difference {
        Difference::Same(line) => Some(view! { <li>{said(line)}</li> }),
        _ => None,
    });
    let same: Vec<_> = same.collect();
    let same = (count > 0).then(|| {
        view! {
            <details data-fold="same">
                <summary>{tn("envelopes.diff.same", count)}</summary>
                <ol role="list" class="lines">{same}</ol>
            </details>
        }
    });
    view! {
        {nothing}
        {(!other.is_empty()).then(|| view! { <ol role="list" class="lines changes">{other}</ol> })}
        {same}
    }
    .into_any()
}

fn one(difference: Difference) -> AnyView {
    let (class, word, name, content) = match difference {
        Difference::Added(line) => ("added", t("envelopes.diff.added"), line.name.clone(), alone(line, true)),
        Difference::Removed(line) => {
            ("removed", t("envelopes.diff.removed"), line.name.clone(), alone(line, false))
        }
        Difference::Moved(line) => ("moved", t("envelopes.diff.moved"), line.name, sentence(line.says)),
        Difference::Changed { before, after } => {
            let (before, now) = (before.says.to_string(), after.says.to_string());
            let words = view! { <WordDiff before after=now/> }.into_any();
            ("changed", t("envelopes.diff.changed"), after.name, words)
        }
        Difference::Same(line) => ("same", t("envelopes.diff.unchanged"), line.name, sentence(line.says)),
    };
    view! { <li class=class><p class="line-name"><span class="word">{word}</span>" "{name.map(code)}</p>{content}</li> }
        .into_any()
}

/// A whole sentence that is new or gone.
fn alone(line: Line, is_new: bool) -> AnyView {
    let said = sentence(line.says);
    if is_new {
        view! { <ins class="whole">{said}</ins> }.into_any()
    } else {
        view! { <del class="whole">{said}</del> }.into_any()
    }
}

fn said(line: Line) -> AnyView {
    let is_cedar = line.key == "cedar";
    let name = line.name.map(|name| view! { <p class="line-name">{code(name)}</p> });
    let text = if is_cedar {
        view! { <pre tabindex="0">{line.says.to_string()}</pre> }.into_any()
    } else {
        sentence(line.says)
    };
    view! { {name}{text} }.into_any()
}

fn sentence(phrase: crate::text::Phrase) -> AnyView {
    view! { <Sentence phrase/> }.into_any()
}

fn code(name: String) -> AnyView {
    view! { <code>{name}</code> }.into_any()
}
