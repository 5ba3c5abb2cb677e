//! Reads Rust just well enough to tell code from comments and string literals.

/// One file, taken apart.
pub struct Reading {
    /// The code with comments and the insides of literals blanked; line numbers stay true.
    pub code: String,
    /// Every string literal and the line on which it starts.
    pub strings: Vec<(usize, String)>,
}

impl Reading {
    pub fn of(text: &str) -> Self {
        let mut reading = Self { code: String::with_capacity(text.len()), strings: Vec::new() };
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let length = match first {
                '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
                '/' if rest.starts_with("/*") => comment(rest),
                '"' => reading.string(rest, 1, quoted(&rest[1..])),
                'r' | 'b' | 'c' if !reading.inside_name() && is_raw(rest) => {
                    let hashes = rest.split('"').next().map_or(0, |prefix| prefix.matches('#').count());
                    let opening = rest.find('"').map_or(rest.len(), |at| at + 1);
                    reading.string(rest, opening, raw(&rest[opening..], hashes))
                }
                '\'' => character(rest),
                _ => {
                    reading.code.push(first);
                    rest = &rest[first.len_utf8()..];
                    continue;
                }
            };
            let (skipped, after) = rest.split_at(length);
            reading.code.extend(skipped.chars().map(|character| if character == '\n' { '\n' } else { ' ' }));
            rest = after;
        }
        reading
    }

    /// Notes a literal whose inside starts at `opening` and has this length; gives its whole length.
    fn string(&mut self, rest: &str, opening: usize, (inside, closing): (usize, usize)) -> usize {
        let line = self.code.matches('\n').count() + 1;
        self.strings.push((line, rest[opening..opening + inside].to_owned()));
        opening + inside + closing
    }

    fn inside_name(&self) -> bool {
        self.code.chars().next_back().is_some_and(|before| before.is_alphanumeric() || before == '_')
    }
}

/// Length of a block comment; they nest.
fn comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < rest.len() {
        match &rest.as_bytes()[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

/// Lengths of an ordinary literal's inside and of what closes it.
fn quoted(inside: &str) -> (usize, usize) {
    let mut escaped = false;
    for (at, character) in inside.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return (at, 1),
            _ => {}
        }
    }
    (inside.len(), 0)
}

fn raw(inside: &str, hashes: usize) -> (usize, usize) {
    let closing = format!("\"{}", "#".repeat(hashes));
    inside.find(&closing).map_or((inside.len(), 0), |at| (at, closing.len()))
}

/// `r"`, `r#"`, `br"`, `cr#"` and so on; an `r` that only starts a name is not one.
fn is_raw(rest: &str) -> bool {
    let marked = rest.trim_start_matches(['b', 'c']);
    rest.len() - marked.len() <= 1
        && marked.strip_prefix('r').is_some_and(|hashes| hashes.trim_start_matches('#').starts_with('"'))
}

/// Length of a character literal, or of a lifetime's apostrophe.
fn character(rest: &str) -> usize {
    let mut inside = rest.char_indices().skip(1);
    match (inside.next(), inside.next()) {
        (Some((_, '\\')), _) => {
            rest[2..].char_indices().skip(1).find(|(_, c)| *c == '\'').map_or(1, |(at, _)| at + 3)
        }
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::Reading;

    #[test]
    fn strings_comments_and_code_are_told_apart() {
        let text = "let a = \"one \\\" two\"; // \"three\"\n/* /* */ \"four\" */ b('\"', '\\'', 'x');\nfn c<'a>(d: &'a str) { br#\"five \" six\"# }";
        let reading = Reading::of(text);
        let strings: Vec<_> = reading.strings.iter().map(|(line, text)| (*line, text.as_str())).collect();
        assert_eq!(strings, [(1, "one \\\" two"), (3, "five \" six")]);
        assert_eq!(reading.code.lines().count(), 3);
        assert!(reading.code.contains("fn c<"), "{}", reading.code);
        assert!(!reading.code.contains("three") && !reading.code.contains("four"), "{}", reading.code);
    }
}
