//! Changes as comma-separated values, RFC 4180, for another program.

use app::portal::Change;

/// The first line: what the columns are.
pub const HEAD: &str = "time,id,person,person_id,change,about,detail\r\n";

/// One change, as a line.
pub fn line(change: &Change) -> String {
    let detail: Vec<String> = change.detail.iter().map(|(name, text)| format!("{name}: {text}")).collect();
    let cells = [
        change.at.to_string(),
        change.id.clone(),
        change.name.clone(),
        change.member.clone(),
        change.what.as_str().to_owned(),
        change.about.clone(),
        detail.join("; "),
    ];
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    format!("{}\r\n", cells.join(","))
}

/// Spreadsheets take for a formula what begins like one, wherever it came from; behind an apostrophe it is text.
fn cell(text: &str) -> String {
    let is_formula = text
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    let mark = if is_formula { "'" } else { "" };
    format!("\"{mark}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn a_cell_is_text_whatever_stands_in_it() {
        assert_eq!(cell("acme"), "\"acme\"");
        assert_eq!(cell("a \"b\", c\nd"), "\"a \"\"b\"\", c\nd\"");
        for formula in ["=1+1", "+1", "-1", "@sum(a1)", "\t=1", "\r=1"] {
            assert_eq!(cell(formula), format!("\"'{formula}\""));
        }
    }
}
