//! What the catalogue says, with code and quotations marked as such.

use leptos::prelude::*;

use super::Untrusted;
use crate::text::{Bit, Phrase, Piece, pieces, t};

/// What the catalogue has at `key`; its blanks are filled with pieces of the page: a time, a link, a badge.
#[component]
pub fn Says(
    /// The key.
    key: &'static str,
    /// The blanks' names and what belongs there.
    #[prop(optional)]
    with: Vec<(&'static str, AnyView)>,
) -> impl IntoView {
    let mut with = with;
    let mut said = Vec::new();
    for (place, text) in t(key).split('`').enumerate() {
        let is_code = place % 2 == 1;
        for piece in pieces(text) {
            match piece {
                Piece::Words(words) if is_code => said.push(code(words.to_owned())),
                Piece::Words(words) => said.push(words.to_owned().into_any()),
                Piece::Blank(blank) => {
                    let filled = with.iter().position(|(name, _)| *name == blank);
                    said.extend(filled.map(|place| with.swap_remove(place).1));
                }
            }
        }
    }
    said.collect_view().into_any()
}

/// A phrase, as one made by [`text::rule`](crate::text::rule).
#[component]
pub fn Sentence(
    /// What is said.
    phrase: Phrase,
) -> impl IntoView {
    let bits = phrase.0.into_iter().map(|bit| match bit {
        Bit::Words(text) => text.into_any(),
        Bit::Code(text) => code(text),
        Bit::Quoted(text) => view! { <q><Untrusted text/></q> }.into_any(),
    });
    view! { <span class="sentence">{bits.collect_view()}</span> }.into_any()
}

fn code(text: String) -> AnyView {
    view! { <code>{text}</code> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_stays_text() {
        let phrase = Phrase::series([Phrase::code("status"), Phrase::quoted("</q><script>`x`")], "=");
        let html = view! { <Sentence phrase/> }.to_html();
        assert!(html.contains("<code>status</code>"), "{html}");
        assert!(html.contains("&lt;/q&gt;&lt;script&gt;`x`"), "{html}");
        assert!(!html.contains("<script"), "{html}");
    }
}
