//! Walks JSON once, without building anything, and checks what serde alone would let pass.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::{CanonicalError, MAX_DEPTH, MAX_INTEGER, short_escape, utf16_order};

/// What is admitted.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Form {
    /// The one encoding.
    Canonical,
    /// Any encoding of admissible content.
    Any,
}

/// The text of `bytes`, if all of it is one admissible document.
pub(super) fn scan(bytes: &[u8], form: Form) -> Result<&str, CanonicalError> {
    let text = utf8(bytes)?;
    let mut scanner = Scanner { text, bytes, at: 0, form };
    scanner.space()?;
    scanner.value(0)?;
    scanner.space()?;
    if scanner.at == bytes.len() { Ok(text) } else { Err(CanonicalError::Syntax(scanner.at)) }
}

/// Where the canonical value ends that begins `at` there.
pub(super) fn value_at(bytes: &[u8], at: usize) -> Result<usize, CanonicalError> {
    let mut scanner = Scanner { text: utf8(bytes)?, bytes, at, form: Form::Canonical };
    scanner.value(0)?;
    Ok(scanner.at)
}

fn utf8(bytes: &[u8]) -> Result<&str, CanonicalError> {
    std::str::from_utf8(bytes).map_err(|error| CanonicalError::Syntax(error.valid_up_to()))
}

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    form: Form,
}

impl<'a> Scanner<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, expected: u8) -> Result<(), CanonicalError> {
        if self.peek() != Some(expected) {
            return Err(CanonicalError::Syntax(self.at));
        }
        self.at += 1;
        Ok(())
    }

    fn space(&mut self) -> Result<(), CanonicalError> {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            if self.form == Form::Canonical {
                return Err(CanonicalError::Form(self.at));
            }
            self.at += 1;
        }
        Ok(())
    }

    fn value(&mut self, depth: usize) -> Result<(), CanonicalError> {
        match self.peek() {
            Some(b'{') => self.object(self.deeper(depth)?),
            Some(b'[') => self.array(self.deeper(depth)?),
            Some(b'"') => self.string().map(drop),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word(b"true"),
            Some(b'f') => self.word(b"false"),
            Some(b'n') => self.word(b"null"),
            _ => Err(CanonicalError::Syntax(self.at)),
        }
    }

    fn deeper(&self, depth: usize) -> Result<usize, CanonicalError> {
        if depth < MAX_DEPTH { Ok(depth + 1) } else { Err(CanonicalError::Depth(self.at)) }
    }

    fn word(&mut self, word: &[u8]) -> Result<(), CanonicalError> {
        word.iter().try_for_each(|letter| self.take(*letter))
    }

    fn array(&mut self, depth: usize) -> Result<(), CanonicalError> {
        self.take(b'[')?;
        self.space()?;
        if self.peek() == Some(b']') {
            return self.take(b']');
        }
        loop {
            self.space()?;
            self.value(depth)?;
            self.space()?;
            if self.peek() != Some(b',') {
                return self.take(b']');
            }
            self.take(b',')?;
        }
    }

    fn object(&mut self, depth: usize) -> Result<(), CanonicalError> {
        self.take(b'{')?;
        self.space()?;
        if self.peek() == Some(b'}') {
            return self.take(b'}');
        }
        let mut keys = Keys::default();
        loop {
            self.space()?;
            let start = self.at;
            let key = self.key()?;
            keys.admit(key, self.form, start)?;
            self.space()?;
            self.take(b':')?;
            self.space()?;
            self.value(depth)?;
            self.space()?;
            if self.peek() != Some(b',') {
                return self.take(b'}');
            }
            self.take(b',')?;
        }
    }

    /// RFC 8785 numbers that are also whole and exact: `0` or `-?[1-9][0-9]*` up to 2^53−1.
    fn number(&mut self) -> Result<(), CanonicalError> {
        let start = self.at;
        while matches!(self.peek(), Some(b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')) {
            self.at += 1;
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        let number = text.parse::<i64>().ok().filter(|_| is_spelled_shortest(text));
        match number {
            Some(number) if number.unsigned_abs() <= MAX_INTEGER.unsigned_abs() => Ok(()),
            _ => Err(CanonicalError::Number(start)),
        }
    }

    /// Returns the key's text with its escapes resolved, borrowed where there are none.
    fn key(&mut self) -> Result<Cow<'a, str>, CanonicalError> {
        let start = self.at;
        let plain = self.string()?;
        let quoted = self.text.get(start..self.at).unwrap_or_default();
        if plain {
            return Ok(Cow::Borrowed(quoted.trim_matches('"')));
        }
        let text = serde_json::from_str::<String>(quoted).map_err(|_| CanonicalError::Surrogate(start))?;
        Ok(Cow::Owned(text))
    }

    /// Passes a string; says whether it has no escapes.
    fn string(&mut self) -> Result<bool, CanonicalError> {
        self.take(b'"')?;
        let mut plain = true;
        loop {
            self.at += plain_bytes(self.bytes.get(self.at..).unwrap_or_default());
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    plain = false;
                    self.escape()?;
                }
                _ => return Err(CanonicalError::Syntax(self.at)),
            }
        }
        self.at += 1;
        Ok(plain)
    }

    fn escape(&mut self) -> Result<(), CanonicalError> {
        let start = self.at;
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'/') if self.form == Form::Any => self.at += 1,
            Some(b'u') => {
                let code = self.hex4()?;
                self.check_unicode_escape(code, start)?;
            }
            _ => return Err(CanonicalError::Syntax(start)),
        }
        Ok(())
    }

    fn check_unicode_escape(&mut self, code: u16, start: usize) -> Result<(), CanonicalError> {
        if self.form == Form::Canonical {
            let expected =
                u8::try_from(code).ok().filter(|byte| *byte < 0x20 && short_escape(*byte).is_none());
            let written = self.bytes.get(start..self.at).unwrap_or_default();
            let canonical = expected.is_some_and(|byte| format!("\\u{byte:04x}").as_bytes() == written);
            return if canonical { Ok(()) } else { Err(CanonicalError::Form(start)) };
        }
        match code {
            0xd800..=0xdbff if self.peek() == Some(b'\\') => {
                self.at += 1;
                let low = self.hex4().map_err(|_| CanonicalError::Surrogate(start))?;
                if (0xdc00..=0xdfff).contains(&low) { Ok(()) } else { Err(CanonicalError::Surrogate(start)) }
            }
            0xd800..=0xdfff => Err(CanonicalError::Surrogate(start)),
            _ => Ok(()),
        }
    }

    /// Reads `uXXXX`.
    fn hex4(&mut self) -> Result<u16, CanonicalError> {
        self.take(b'u')?;
        let digits = self.bytes.get(self.at..self.at + 4).ok_or(CanonicalError::Syntax(self.at))?;
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(CanonicalError::Syntax(self.at));
        }
        let code = std::str::from_utf8(digits).ok().and_then(|digits| u16::from_str_radix(digits, 16).ok());
        self.at += 4;
        code.ok_or(CanonicalError::Syntax(self.at))
    }
}

fn is_spelled_shortest(number: &str) -> bool {
    let digits = number.strip_prefix('-').unwrap_or(number).as_bytes();
    match digits {
        [b'0'] => number == "0",
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

/// How many bytes there are before a quotation mark, a backslash or a control character, looked at eight at a time.
fn plain_bytes(bytes: &[u8]) -> usize {
    let (chunks, rest) = bytes.as_chunks::<8>();
    for (place, chunk) in chunks.iter().enumerate() {
        let found = special(u64::from_le_bytes(*chunk));
        if found != 0 {
            return place * 8 + (found.trailing_zeros() / 8) as usize;
        }
    }
    let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
    chunks.len() * 8 + rest.iter().position(is_special).unwrap_or(rest.len())
}

/// Zero if no byte of `word` is special; otherwise its lowest bit is in the lowest byte that is. (A borrow may mark bytes
/// above that one, too.)
const fn special(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = ONES << 7;
    let quote = word ^ (ONES * b'"' as u64);
    let backslash = word ^ (ONES * b'\\' as u64);
    let is_quote = quote.wrapping_sub(ONES) & !quote;
    let is_backslash = backslash.wrapping_sub(ONES) & !backslash;
    let is_control = word.wrapping_sub(ONES * 0x20) & !word;
    (is_quote | is_backslash | is_control) & HIGH
}

/// The keys of one object, as far as they have been read.
#[derive(Default)]
struct Keys<'a> {
    last: Option<Cow<'a, str>>,
    seen: BTreeSet<Cow<'a, str>>,
}

impl<'a> Keys<'a> {
    fn admit(&mut self, key: Cow<'a, str>, form: Form, at: usize) -> Result<(), CanonicalError> {
        if form == Form::Any {
            return if self.seen.insert(key) { Ok(()) } else { Err(CanonicalError::DuplicateKey(at)) };
        }
        match self.last.as_deref().map(|last| utf16_order(last, &key)) {
            Some(std::cmp::Ordering::Equal) => return Err(CanonicalError::DuplicateKey(at)),
            Some(std::cmp::Ordering::Greater) => return Err(CanonicalError::Form(at)),
            _ => {}
        }
        self.last = Some(key);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn eight_bytes_at_a_time_find_what_one_at_a_time_finds(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let one_by_one = bytes.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20));
            prop_assert_eq!(plain_bytes(&bytes), one_by_one.unwrap_or(bytes.len()));
        }

        #[test]
        fn a_long_run_ends_where_it_should(length in 0..100_usize, end in prop::sample::select(b"\"\\\x00\x1f".as_slice())) {
            let mut bytes = vec![b'\x7f'; length];
            bytes.extend([end, b'"']);
            prop_assert_eq!(plain_bytes(&bytes), length);
        }
    }
}
