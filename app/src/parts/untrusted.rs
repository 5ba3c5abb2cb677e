//! Text that an agent, a record or another person wrote. It is shown as text, in its own direction, and whatever could
//! hide or reorder what is read is made visible.

use leptos::prelude::*;

use crate::text::t;

/// Hostile text, harmless.
#[component]
pub fn Untrusted(#[prop(into)] text: String) -> impl IntoView {
    let pieces = pieces(&text);
    view! {
        <bdi class="untrusted">
            {pieces
                .into_iter()
                .map(|piece| match piece {
                    Piece::Plain(text) => text.into_any(),
                    Piece::Invisible(point) => {
                        let name = format!("U+{:04X}", u32::from(point));
                        view! { <span class="invisible" title=t("parts.invisible")>{name}</span> }
                            .into_any()
                    }
                })
                .collect_view()}
        </bdi>
    }
    .into_any()
}

/// The same where no markup can stand, as in an `<option>`.
pub fn legible(text: &str) -> String {
    let pieces = pieces(text).into_iter().map(|piece| match piece {
        Piece::Plain(text) => text,
        Piece::Invisible(point) => format!("[U+{:04X}]", u32::from(point)),
    });
    pieces.collect()
}

#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Plain(String),
    Invisible(char),
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    for character in text.chars() {
        if is_invisible(character) {
            if !plain.is_empty() {
                pieces.push(Piece::Plain(std::mem::take(&mut plain)));
            }
            pieces.push(Piece::Invisible(character));
        } else {
            plain.push(character);
        }
    }
    if !plain.is_empty() {
        pieces.push(Piece::Plain(plain));
    }
    pieces
}

/// Controls, marks that change the direction of what follows, and characters without width.
pub(super) const fn is_invisible(character: char) -> bool {
    matches!(character,
        '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(text: &str) -> String {
        view! { <Untrusted text=text.to_owned()/> }.to_html()
    }

    #[test]
    fn markup_is_text() {
        let html = html("<script>alert(1)</script>\"'&");
        assert!(!html.contains("<script"), "{html}");
        assert!(html.contains("&lt;script&gt;"), "{html}");
    }

    #[test]
    fn what_can_not_be_seen_is_shown() {
        let html = html("user\u{202e}gpj.exe\0\u{200b}\r");
        for point in ["U+202E", "U+0000", "U+200B", "U+000D"] {
            assert!(html.contains(point), "{html}");
        }
        for raw in ['\u{202e}', '\0', '\u{200b}', '\r'] {
            assert!(!html.contains(raw), "{html:?}");
        }
        assert!(html.starts_with("<bdi class=\"untrusted\">"), "{html}");
        assert_eq!(legible("user\u{202e}gpj.exe"), "user[U+202E]gpj.exe");
    }

    #[test]
    fn ordinary_text_stays_in_one_piece() {
        assert_eq!(pieces("Ünïcode\nתוכן"), [Piece::Plain("Ünïcode\nתוכן".to_owned())]);
        assert_eq!(pieces(""), []);
    }
}
