//! Text from a pack is somebody else's: it may hold characters that move the cursor, recolour the screen or turn the
//! reading direction round. On the way out each of them becomes its number, so that what is read is what is there.

/// `text` with every control, direction and invisible character written as `\u{…}`.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if acts(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// JSON with the same characters written as JSON escapes, which leaves its meaning as it is. Line feeds between its
/// parts stay.
pub fn visible_json(json: &str) -> String {
    let mut shown = String::with_capacity(json.len());
    for character in json.chars() {
        if acts(character) && character != '\n' {
            let mut units = [0; 2];
            let escaped = character.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}"));
            shown.extend(escaped);
        } else {
            shown.push(character);
        }
    }
    shown
}

/// The beginning of `text`, for a line of a list.
pub fn shortened(text: &str, most: usize) -> String {
    let mut characters = text.chars();
    let mut beginning: String = characters.by_ref().take(most).collect();
    if characters.next().is_some() {
        beginning.pop();
        beginning.push('…');
    }
    beginning
}

/// Whether a character does something other than show a sign.
fn acts(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_shown_as_its_number() {
        assert_eq!(visible("a\u{1b}[31m\u{202e}b\u{9b}é\n"), "a\\u{1b}[31m\\u{202e}b\\u{9b}é\\u{a}");
        assert_eq!(visible("日本 ✓ — ok"), "日本 ✓ — ok");
    }

    #[test]
    fn json_keeps_its_meaning() {
        let json = serde_json::to_string_pretty(&["a\u{1b}\u{202e}\u{e0041}\"\\"]).unwrap();
        let shown = visible_json(&json);
        assert!(shown.is_ascii());
        assert_eq!(
            serde_json::from_str::<Vec<String>>(&shown).unwrap(),
            serde_json::from_str::<Vec<String>>(&json).unwrap()
        );
    }

    #[test]
    fn long_texts_end_in_an_ellipsis() {
        assert_eq!(shortened("abc", 3), "abc");
        assert_eq!(shortened("abcd", 3), "ab…");
    }
}
