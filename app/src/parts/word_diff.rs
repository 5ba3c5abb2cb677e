//! Two versions of a text, word by word.

use leptos::prelude::*;
use similar::{ChangeTag, TextDiff};

use crate::text::t;

/// What was removed and what was added, in one text.
#[component]
pub fn WordDiff(
    /// The text before.
    #[prop(into)]
    before: String,
    /// The text after.
    #[prop(into)]
    after: String,
) -> impl IntoView {
    let pieces = pieces(&before, &after).into_iter().map(|(tag, text)| match tag {
        ChangeTag::Equal => text.into_any(),
        ChangeTag::Delete => view! {
            <del><span class="visually-hidden">{t("parts.removed")}" "</span>{text}</del>
        }
        .into_any(),
        ChangeTag::Insert => view! {
            <ins><span class="visually-hidden">{t("parts.added")}" "</span>{text}</ins>
        }
        .into_any(),
    });
    view! { <span class="word-diff">{pieces.collect_view()}</span> }.into_any()
}

/// The pieces in their order, neighbours of a kind joined.
fn pieces(before: &str, after: &str) -> Vec<(ChangeTag, String)> {
    let mut pieces: Vec<(ChangeTag, String)> = Vec::new();
    for change in TextDiff::from_words(before, after).iter_all_changes() {
        match pieces.last_mut() {
            Some((tag, text)) if *tag == change.tag() => text.push_str(change.value()),
            _ => pieces.push((change.tag(), change.value().to_owned())),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changed_is_marked() {
        let html = view! { <WordDiff before="at most 50 rows" after="at most 500 <b> rows"/> }.to_html();
        assert!(html.contains("<del>"), "{html}");
        assert!(html.contains("50</del>"), "{html}");
        assert!(html.contains("500 &lt;b&gt;</ins>"), "{html}");
        assert_eq!(pieces("same words", "same words").len(), 1);
    }
}
