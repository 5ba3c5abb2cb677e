//! Canonical JSON, times and fingerprints.

use super::Case;
use crate::world::{key, public};

pub fn cases() -> Vec<Case> {
    [canonical(), timestamps(), fingerprints()].into_iter().flatten().collect()
}

fn canonical() -> Vec<Case> {
    let deep = |levels: usize| [b"[".repeat(levels), b"]".repeat(levels)].concat();
    let accepted: [(&str, &str, Vec<u8>); 8] = [
        (
            "ok-all",
            "every kind of value",
            br#"{"a":[1,-2,0],"b":{},"c":"","d":null,"e":true,"f":false}"#.into(),
        ),
        (
            "ok-order",
            "keys in the order of UTF-16: U+1F600 before U+FB33",
            "{\"\r\":1,\"1\":2,\"\u{20ac}\":3,\"\u{1f600}\":4,\"\u{fb33}\":5}".replace('\r', "\\r").into(),
        ),
        (
            "ok-escapes",
            "the short escapes and a control character",
            br#""\b\t\n\f\r\"\\\u0000\u001f""#.into(),
        ),
        ("ok-largest", "2^53-1", b"9007199254740991".to_vec()),
        ("ok-smallest", "-(2^53-1)", b"-9007199254740991".to_vec()),
        (
            "ok-proto",
            "__proto__ is a key like any other",
            br#"{"__proto__":{"admin":true},"constructor":1}"#.into(),
        ),
        ("ok-bidi", "bidi controls are data", "\"\u{202e}\u{2066}\u{7f}\"".into()),
        ("ok-deep", "32 levels", deep(32)),
    ];
    let refused: [(&str, &str, Vec<u8>); 36] = [
        ("empty", "nothing", Vec::new()),
        ("space", "a space between members", br#"{"a": 1}"#.into()),
        ("leading-space", "a space before", b" 1".to_vec()),
        ("trailing-line-feed", "a line feed after", b"1\n".to_vec()),
        ("two-values", "two values", b"1 2".to_vec()),
        ("order", "keys out of order", br#"{"b":1,"a":2}"#.into()),
        (
            "order-utf8",
            "keys in the order of UTF-8, which is another",
            "{\"\u{fb33}\":1,\"\u{1f600}\":2}".into(),
        ),
        ("duplicate", "a key twice", br#"{"a":1,"a":1}"#.into()),
        ("duplicate-escaped", "a key twice, once with an escape", br#"{"a":1,"\u0061":2}"#.into()),
        ("duplicate-proto", "__proto__ twice", br#"{"__proto__":1,"__proto__":2}"#.into()),
        ("fraction", "a fraction", b"1.5".to_vec()),
        ("whole-fraction", "a whole number with a fraction", b"1.0".to_vec()),
        ("exponent", "an exponent", b"1e3".to_vec()),
        ("negative-zero", "minus zero", b"-0".to_vec()),
        ("leading-zero", "a leading zero", b"01".to_vec()),
        ("plus", "a plus sign", b"+1".to_vec()),
        ("hexadecimal", "a hexadecimal number", b"0x1".to_vec()),
        ("nan", "NaN", b"NaN".to_vec()),
        ("infinity", "a number beyond all", b"1e999".to_vec()),
        ("two-to-the-53", "2^53", b"9007199254740992".to_vec()),
        ("minus-two-to-the-53", "-2^53", b"-9007199254740992".to_vec()),
        ("two-to-the-64", "2^64", b"18446744073709551616".to_vec()),
        ("lone-surrogate", "half of a surrogate pair", br#""\ud83d""#.into()),
        ("low-surrogate-first", "a surrogate pair the wrong way round", br#""\ude00\ud83d""#.into()),
        ("escaped-pair", "an escaped surrogate pair, where none is needed", br#""\ud83d\ude00""#.into()),
        ("escaped-slash", "an escaped slash", br#""\/""#.into()),
        ("escape-upper-case", "an escape in upper case", br#""\u001F""#.into()),
        ("escaped-letter", "an escaped letter", br#""\u0061""#.into()),
        ("raw-control", "a control character as it is", b"\"\x01\"".to_vec()),
        ("not-utf8", "bytes that are not UTF-8", b"\"\xff\"".to_vec()),
        ("overlong", "an overlong encoding of a slash", b"\"\xc0\xaf\"".to_vec()),
        ("encoded-surrogate", "a surrogate in UTF-8", b"\"\xed\xa0\x80\"".to_vec()),
        ("byte-order-mark", "a byte order mark", b"\xef\xbb\xbf1".to_vec()),
        ("trailing-comma", "a comma too many", b"[1,]".to_vec()),
        ("comment", "a comment", b"[1/*x*/]".to_vec()),
        ("deep", "33 levels", deep(33)),
    ];
    let accepted = accepted.map(|(name, why, bytes)| Case::accepted("canonical", name, why, bytes));
    let refused = refused.map(|(name, why, bytes)| Case::refused("canonical", name, why, bytes));
    let bottomless = Case::refused("canonical", "bottomless", "10,000 levels", deep(10_000));
    accepted.into_iter().chain(refused).chain([bottomless]).collect()
}

fn timestamps() -> Vec<Case> {
    let accepted = [
        ("ok", "a time", "2026-03-02T09:00:00.000000Z"),
        ("ok-leap-day", "a leap day", "2024-02-29T23:59:59.999999Z"),
        ("ok-last", "the last time", "9999-12-31T23:59:59.999999Z"),
    ];
    let refused = [
        ("no-fraction", "no fraction", "2026-03-02T09:00:00Z"),
        ("milliseconds", "three digits of fraction", "2026-03-02T09:00:00.000Z"),
        ("nanoseconds", "nine digits of fraction", "2026-03-02T09:00:00.000000000Z"),
        ("offset", "an offset", "2026-03-02T09:00:00.000000+00:00"),
        ("lower-case", "lower case", "2026-03-02t09:00:00.000000z"),
        ("space", "a space in place of T", "2026-03-02 09:00:00.000000Z"),
        ("leap-second", "a leap second", "2016-12-31T23:59:60.000000Z"),
        ("no-such-day", "a day that does not exist", "2026-02-29T00:00:00.000000Z"),
        ("midnight-24", "24 o'clock", "2026-03-02T24:00:00.000000Z"),
        ("year-0", "the year 0", "0000-01-01T00:00:00.000000Z"),
        ("year-10000", "the year 10000", "10000-01-01T00:00:00.000000Z"),
        ("arabic-digits", "digits of another script", "\u{662}\u{660}26-03-02T09:00:00.000000Z"),
    ];
    let accepted = accepted.map(|(name, why, text)| Case::accepted("timestamp", name, why, text));
    accepted
        .into_iter()
        .chain(refused.map(|(name, why, text)| Case::refused("timestamp", name, why, text)))
        .collect()
}

fn fingerprints() -> Vec<Case> {
    let (id, other) = (public(&key(1)).id(), public(&key(66)).id());
    let words = id.words();
    let missing = words.rsplit_once(' ').unwrap().0.to_owned();
    let swapped = {
        let mut words: Vec<&str> = words.split(' ').collect();
        words.swap(3, 4);
        words.join(" ")
    };
    let accepted = [
        ("ok-hex", "hex digits", id.to_string()),
        ("ok-groups", "hex digits in groups", id.groups()),
        ("ok-words", "words", words.clone()),
        ("ok-shouted", "words in upper case with line feeds", words.to_uppercase().replace(' ', "\n")),
        ("ok-prefix", "a digest", format!("sha256:{id}")),
    ];
    let refused = [
        ("another", "another key's", other.to_string()),
        ("another-words", "another key's words", other.words()),
        ("short", "63 digits", id.to_string()[..63].to_owned()),
        ("prefix-only", "the first 16 digits", id.to_string()[..16].to_owned()),
        ("missing-word", "a word is missing", missing),
        ("swapped-words", "two words changed places", swapped),
        ("empty", "nothing", String::new()),
    ];
    let accepted = accepted.map(|(name, why, text)| Case::accepted("fingerprint", name, why, text));
    let refused = refused.map(|(name, why, text)| Case::refused("fingerprint", name, why, text));
    accepted.into_iter().chain(refused).map(|case| case.with("id", id.to_string())).collect()
}
