//! How deep a Cedar text nests, found without recursion.
//!
//! A bracket is a level, an operator of a chain is a level (Cedar nests `a && b && c` and `a[b][c]` from the left), and
//! a condition of a policy is one too. Cedar writes some operators out as two, so a syntax tree is at most twice as
//! deep as this measure says, whatever the text turns out to mean.

/// The depth of the deepest expression in `text`.
pub(super) fn depth(text: &str) -> usize {
    let mut enclosing: Vec<Level> = Vec::new();
    let mut level = Level::default();
    let mut rest = text;
    while let Some((token, after)) = next_token(rest) {
        rest = after;
        match token {
            Token::Open => {
                level.operators = level.operators.saturating_add(1);
                enclosing.push(std::mem::take(&mut level));
            }
            Token::Close => level = enclosing.pop().unwrap_or_default().around(&level),
            Token::Separator => level = level.separated(),
            Token::Link => level = level.linked(),
            Token::Operator => level.operators = level.operators.saturating_add(1),
            Token::Other => {}
        }
    }
    enclosing.into_iter().rev().fold(level, |inner, outer| outer.around(&inner)).depth()
}

/// Where `symbol` first stands in `text` outside of strings and comments.
pub(super) fn find(text: &str, symbol: char) -> Option<usize> {
    let mut rest = text;
    loop {
        if rest.starts_with(symbol) {
            return text.len().checked_sub(rest.len());
        }
        (_, rest) = next_token(rest)?;
    }
}

/// What was seen so far between two brackets.
#[derive(Default)]
struct Level {
    /// The deepest item before the last separator.
    deepest_item: usize,
    /// The links of this item's chain.
    links: usize,
    /// The deepest operand of the chain, but for the last one.
    deepest_operand: usize,
    /// The operators and brackets of the last operand.
    operators: usize,
    /// The depth within the deepest of those brackets.
    brackets: usize,
}

impl Level {
    fn operand(&self) -> usize {
        self.deepest_operand.max(self.operators.saturating_add(self.brackets))
    }

    fn depth(&self) -> usize {
        self.deepest_item.max(self.links.saturating_add(self.operand()))
    }

    fn linked(self) -> Self {
        let (links, deepest_operand) = (self.links.saturating_add(1), self.operand());
        Self { links, deepest_operand, operators: 0, brackets: 0, ..self }
    }

    fn separated(self) -> Self {
        Self { deepest_item: self.depth(), ..Self::default() }
    }

    fn around(self, inner: &Self) -> Self {
        Self { brackets: self.brackets.max(inner.depth()), ..self }
    }
}

enum Token {
    Open,
    Close,
    /// It begins another item, which is as deep as if the one before were not there.
    Separator,
    /// It makes a chain longer, the parts of which lie side by side.
    Link,
    Operator,
    Other,
}

const SYMBOLS: [(&str, Token); 24] = [
    ("(", Token::Open),
    ("[", Token::Open),
    ("{", Token::Open),
    (")", Token::Close),
    ("]", Token::Close),
    ("}", Token::Close),
    (",", Token::Separator),
    (";", Token::Separator),
    ("&&", Token::Link),
    ("||", Token::Link),
    ("==", Token::Operator),
    ("!=", Token::Operator),
    ("<=", Token::Operator),
    (">=", Token::Operator),
    ("<", Token::Operator),
    (">", Token::Operator),
    ("!", Token::Operator),
    ("+", Token::Operator),
    ("-", Token::Operator),
    ("*", Token::Operator),
    ("/", Token::Operator),
    ("%", Token::Operator),
    (".", Token::Operator),
    ("=", Token::Operator),
];

/// The first token of `text`, and what comes after it.
fn next_token(text: &str) -> Option<(Token, &str)> {
    let first = text.chars().next()?;
    if let Some(comment) = text.strip_prefix("//") {
        return Some((
            Token::Other,
            comment.trim_start_matches(|character| character != '\n' && character != '\r'),
        ));
    }
    if let Some(string) = text.strip_prefix('"') {
        return Some((Token::Other, after_string(string)));
    }
    if is_word(first) {
        let after = text.trim_start_matches(is_word);
        let word = text.strip_suffix(after).unwrap_or_default();
        return Some((word_token(word), after));
    }
    let symbol = SYMBOLS.into_iter().find_map(|(symbol, token)| Some((token, text.strip_prefix(symbol)?)));
    symbol.or_else(|| Some((Token::Other, text.strip_prefix(first)?)))
}

fn after_string(text: &str) -> &str {
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => break,
            '\\' => _ = characters.next(),
            _ => {}
        }
    }
    characters.as_str()
}

const fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

fn word_token(word: &str) -> Token {
    match word {
        "if" | "unless" | "when" => Token::Link,
        "has" | "in" | "is" | "like" => Token::Operator,
        _ => Token::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_and_chains_are_levels() {
        for (text, expected) in [
            ("", 0),
            ("permit(principal, action, resource);", 1),
            ("((a))", 2),
            ("[(a), ((b)), c]", 3),
            ("a[b][c][d]", 3),
            ("a && b && c", 2),
            ("a.b == c && d.e == f && g", 4),
            ("a && (b || c) || d", 2 + 2),
            ("if a then b else if c then d else e", 2),
            ("when { a } unless { b }", 2 + 1),
            ("a; b && c; d", 1),
            ("f(a.b.c).d", 2 + 2),
        ] {
            assert_eq!(depth(text), expected, "{text}");
        }
    }

    #[test]
    fn strings_and_comments_nest_nothing() {
        assert_eq!(
            depth(
                r#""((((" // ((((
            "\"((" "#
            ),
            0
        );
        assert_eq!(depth("a // (\r + b"), 1, "a comment ends with its line");
    }

    #[test]
    fn symbols_are_found_where_they_mean_something() {
        assert_eq!(find("a \"?\" // ?\n é ?b", '?'), Some(15));
        assert_eq!(find("\"?\" // ?", '?'), None);
        assert_eq!(find("\"?", '?'), None);
    }

    #[test]
    fn what_is_never_closed_counts() {
        assert_eq!(depth(&"(".repeat(10_000)), 10_000);
        assert_eq!(depth(&")".repeat(10_000)), 0);
        assert_eq!(depth("(((\""), 3);
    }
}
