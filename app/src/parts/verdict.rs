//! A verdict is always a word, a shape and a colour, so that losing any two of them loses nothing.

use evidence::decision::Verdict;
use leptos::prelude::*;

/// A verdict.
#[component]
pub fn Badge(verdict: Verdict) -> impl IntoView {
    let (class, shape) = match verdict {
        Verdict::Allow => ("verdict allow", "M8 2a6 6 0 1 1 0 12a6 6 0 1 1 0-12z"),
        Verdict::Deny => ("verdict deny", "M2.5 2.5h11v11h-11z"),
        Verdict::Escalate => ("verdict escalate", "M8 1.5L14.8 14H1.2z"),
    };
    view! {
        <strong class=class>
            <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true" focusable="false">
                <path d=shape fill="currentColor"></path>
            </svg>
            <span>{verdict.as_str()}</span>
        </strong>
    }
    .into_any()
}

/// A word for something that has no verdict: an outcome, an activation.
#[component]
pub fn Word(#[prop(into)] text: String) -> impl IntoView {
    view! { <span class="word">{text}</span> }
}

/// Whichever of the two there is.
#[component]
pub fn Standing(verdict: Option<Verdict>, status: Option<String>) -> impl IntoView {
    match (verdict, status) {
        (Some(verdict), _) => view! { <Badge verdict/> }.into_any(),
        (None, Some(status)) => view! { <Word text=status.replace('_', " ")/> }.into_any(),
        (None, None) => ().into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_is_a_word_a_shape_and_a_colour() {
        let shapes: Vec<String> = Verdict::ALL
            .into_iter()
            .map(|verdict| {
                let html = view! { <Badge verdict/> }.to_html();
                let word = verdict.as_str();
                assert!(html.contains(&format!("<span>{word}</span>")), "{html}");
                assert!(html.contains(&format!("verdict {}", word.to_lowercase())), "{html}");
                assert!(html.contains("aria-hidden=\"true\""), "the shape repeats the word: {html}");
                html.split(" d=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
            })
            .collect();
        assert!(shapes[0] != shapes[1] && shapes[1] != shapes[2] && shapes[0] != shapes[2]);
    }
}
