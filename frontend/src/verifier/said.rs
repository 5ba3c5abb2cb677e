//! The one way for text from a pack to reach the page: as text nodes, isolated from the direction of what surrounds
//! it, and with every character that could hide or reorder others made visible.

use leptos::prelude::*;

/// Longer texts are cut on the page; the JSON of a receipt shows much more.
const SHOWN: usize = 2_000;
const SHOWN_OF_JSON: usize = 200_000;

enum Piece {
    Plain(String),
    Hidden(char),
}

/// Text that somebody else wrote.
pub fn said(text: &str) -> AnyView {
    view! { <bdi>{shown(text, SHOWN, false)}</bdi> }.into_any()
}

/// JSON of many lines.
pub fn json(text: &str) -> AnyView {
    view! { <pre dir="ltr" tabindex="0"><code>{shown(text, SHOWN_OF_JSON, true)}</code></pre> }.into_any()
}

fn shown(text: &str, limit: usize, lines: bool) -> impl IntoView + use<> {
    let (kept, rest) = text.char_indices().nth(limit).map_or((text, 0), |(end, _)| {
        let (kept, rest) = text.split_at(end);
        (kept, rest.chars().count())
    });
    let cut = (rest > 0).then(|| view! { <span class="soft">{format!(" … {rest} more characters")}</span> });
    view! { {pieces(kept, lines).into_iter().map(piece).collect_view()} {cut} }
}

fn piece(piece: Piece) -> AnyView {
    match piece {
        Piece::Plain(text) => text.into_any(),
        Piece::Hidden(character) => {
            view! { <span class="invisible">{format!("U+{:04X}", u32::from(character))}</span> }.into_any()
        }
    }
}

fn pieces(text: &str, lines: bool) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    for character in text.chars() {
        if hides(character) && !(lines && character == '\n') {
            if !plain.is_empty() {
                pieces.push(Piece::Plain(std::mem::take(&mut plain)));
            }
            pieces.push(Piece::Hidden(character));
        } else {
            plain.push(character);
        }
    }
    if !plain.is_empty() {
        pieces.push(Piece::Plain(plain));
    }
    pieces
}

/// Controls, and characters that are invisible or change how others are read.
fn hides(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
                | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
        )
}
