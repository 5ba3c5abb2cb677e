//! Canonical JSON: RFC 8785 with strict admission.
//!
//! A document has exactly one encoding. [`from_slice`] refuses every other one, so the bytes that were signed are
//! the bytes that are read, and no two readers can disagree about a duplicate key or a rounded number.
//! [`admit`] is the gate for requests, whose spacing and key order are free but whose content is not.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

mod scan;

use scan::{Form, scan, value_at};

/// The largest magnitude of a JSON number here: 2^53−1. Anything larger travels as text.
pub const MAX_INTEGER: i64 = 9_007_199_254_740_991;

/// The deepest nesting of arrays and objects.
pub const MAX_DEPTH: usize = 32;

/// Why bytes are not an admissible document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CanonicalError {
    /// The bytes are not JSON.
    #[error("not JSON at byte {0}")]
    Syntax(usize),
    /// Arrays and objects are nested too deeply.
    #[error("nested deeper than {MAX_DEPTH} levels at byte {0}")]
    Depth(usize),
    /// A number is not a whole number with |n| ≤ 2^53−1.
    #[error("a number at byte {0} is not a whole number up to 2^53-1; write it as text")]
    Number(usize),
    /// A string contains an unpaired surrogate.
    #[error("a lone surrogate at byte {0}")]
    Surrogate(usize),
    /// An object has the same key twice.
    #[error("a duplicate key at byte {0}")]
    DuplicateKey(usize),
    /// JSON, but not in its canonical encoding.
    #[error("not in canonical form at byte {0}")]
    Form(usize),
    /// The right form, but not the right shape.
    #[error("{0}")]
    Shape(String),
}

/// The canonical bytes of `value`.
///
/// # Errors
/// [`CanonicalError::Shape`] or [`CanonicalError::Number`] if `value` has no canonical form (a float, say).
pub fn to_vec<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, CanonicalError> {
    let shape = |error: serde_json::Error| CanonicalError::Shape(error.to_string());
    let mut as_declared = Vec::with_capacity(1024);
    serde_json::to_writer(&mut as_declared, value).map_err(shape)?;
    // Receipts declare their members in order, so most documents are canonical as they come.
    if scan(&as_declared, Form::Canonical).is_ok() {
        return Ok(as_declared);
    }
    let tree = serde_json::to_value(value).map_err(shape)?;
    let mut bytes = Vec::with_capacity(1024);
    write(&tree, &mut bytes)?;
    Ok(bytes)
}

/// Reads a document from its canonical bytes and from no others: what is read would be written as it was. So a member
/// that may be null can't be left out either, and the members of a set have one order.
pub fn from_slice<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Result<T, CanonicalError> {
    let document = read(scan(bytes, Form::Canonical)?)?;
    let mut as_declared = Vec::with_capacity(bytes.len());
    if serde_json::to_writer(&mut as_declared, &document).is_ok() && as_declared == bytes {
        return Ok(document);
    }
    let again = to_vec(&document)?;
    if again == bytes {
        return Ok(document);
    }
    let same = again.iter().zip(bytes).take_while(|(left, right)| left == right).count();
    Err(CanonicalError::Form(same))
}

/// Reads a request: admissible content in any spacing and order of keys.
pub fn admit<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CanonicalError> {
    read(scan(bytes, Form::Any)?)
}

/// The bytes of the member `name`, if `bytes` begin with an object in canonical form whose first member it is.
pub(crate) fn first_member<'a>(bytes: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let from = name.len().checked_add(4)?;
    let head = bytes.get(..from)?;
    let named = head.strip_prefix(b"{\"")?.strip_suffix(b"\":")? == name.as_bytes();
    bytes.get(from..value_at(bytes, from).ok().filter(|_| named)?)
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, CanonicalError> {
    serde_json::from_str(text).map_err(|error| CanonicalError::Shape(error.to_string()))
}

fn write(tree: &Json, out: &mut Vec<u8>) -> Result<(), CanonicalError> {
    match tree {
        Json::Null => out.extend(b"null"),
        Json::Bool(truth) => out.extend(if *truth { &b"true"[..] } else { b"false" }),
        Json::Number(number) => match number.as_i64() {
            Some(integer) if integer.unsigned_abs() <= MAX_INTEGER.unsigned_abs() => {
                out.extend(integer.to_string().bytes());
            }
            _ => return Err(CanonicalError::Number(out.len())),
        },
        Json::String(text) => write_string(text, out),
        Json::Array(items) => {
            out.push(b'[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push(b',');
                }
                write(item, out)?;
            }
            out.push(b']');
        }
        Json::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by(|left, right| utf16_order(left.0, right.0));
            out.push(b'{');
            for (place, (key, item)) in members.into_iter().enumerate() {
                if place > 0 {
                    out.push(b',');
                }
                write_string(key, out);
                out.push(b':');
                write(item, out)?;
            }
            out.push(b'}');
        }
    }
    Ok(())
}

/// RFC 8785 §3.2.3: members are sorted by the UTF-16 code units of their keys.
fn utf16_order(left: &str, right: &str) -> std::cmp::Ordering {
    // In ASCII both orders are that of the bytes.
    if left.is_ascii() && right.is_ascii() {
        return left.cmp(right);
    }
    left.encode_utf16().cmp(right.encode_utf16())
}

/// RFC 8785 §3.2.2.2: the shortest escapes, and no escape where none is needed.
fn write_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for byte in text.bytes() {
        match short_escape(byte) {
            Some(letter) => out.extend([b'\\', letter]),
            None if byte < 0x20 => out.extend(format!("\\u{byte:04x}").bytes()),
            None => out.push(byte),
        }
    }
    out.push(b'"');
}

const fn short_escape(byte: u8) -> Option<u8> {
    match byte {
        b'"' | b'\\' => Some(byte),
        0x08 => Some(b'b'),
        0x09 => Some(b't'),
        0x0a => Some(b'n'),
        0x0c => Some(b'f'),
        0x0d => Some(b'r'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn canonical(text: &str) -> Result<Json, CanonicalError> {
        from_slice(text.as_bytes())
    }

    #[test]
    fn keys_are_sorted_by_utf16() {
        let tree =
            json!({"\u{20ac}": 1, "\r": 2, "\u{fb33}": 3, "1": 4, "\u{1f600}": 5, "\u{80}": 6, "\u{f6}": 7});
        let text = String::from_utf8(to_vec(&tree).unwrap()).unwrap();
        assert_eq!(
            text,
            "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"\u{f6}\":7,\"\u{20ac}\":1,\"\u{1f600}\":5,\"\u{fb33}\":3}"
        );
        assert_eq!(canonical(&text).unwrap(), tree);
    }

    #[test]
    fn only_the_canonical_encoding_is_read() {
        for (text, error) in [
            ("{\"a\":1, \"b\":2}", CanonicalError::Form(7)),
            ("{\"b\":1,\"a\":2}", CanonicalError::Form(7)),
            ("{\"a\":1,\"a\":2}", CanonicalError::DuplicateKey(7)),
            ("{\"a\":1,\"\\u0061\":2}", CanonicalError::Form(8)),
            ("\"\\u000A\"", CanonicalError::Form(1)),
            ("\"\\/\"", CanonicalError::Syntax(1)),
            ("1.0", CanonicalError::Number(0)),
            ("-0", CanonicalError::Number(0)),
            ("01", CanonicalError::Number(0)),
            ("9007199254740992", CanonicalError::Number(0)),
            ("[1]x", CanonicalError::Syntax(3)),
            ("", CanonicalError::Syntax(0)),
            ("\"\\ud800\"", CanonicalError::Form(1)),
        ] {
            assert_eq!(canonical(text).unwrap_err(), error, "{text}");
        }
    }

    #[test]
    fn requests_may_be_spaced_but_not_ambiguous() {
        assert!(admit::<Json>(b" { \"b\" : [ 1 , 2 ] , \"a\" : \"\\u00e9\\/\\ud83d\\ude00\" } ").is_ok());
        assert_eq!(admit::<Json>(b"{\"a\":1,\"\\u0061\":2}"), Err(CanonicalError::DuplicateKey(7)));
        assert_eq!(admit::<Json>(b"\"\\ud83d\""), Err(CanonicalError::Surrogate(1)));
        assert_eq!(admit::<Json>(b"1e2"), Err(CanonicalError::Number(0)));
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(canonical(&nested(MAX_DEPTH)).is_ok());
        assert_eq!(canonical(&nested(MAX_DEPTH + 1)), Err(CanonicalError::Depth(MAX_DEPTH)));
        assert!(canonical(&nested(5_000)).is_err());
    }

    fn tree() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::from),
            (-MAX_INTEGER..=MAX_INTEGER).prop_map(Json::from),
            any::<String>().prop_map(Json::from),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Json::from),
                prop::collection::btree_map(any::<String>(), inner, 0..6)
                    .prop_map(|members| Json::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn every_tree_has_one_encoding_and_is_read_back(tree in tree()) {
            let bytes = to_vec(&tree).unwrap();
            prop_assert_eq!(from_slice::<Json>(&bytes).unwrap(), tree);
        }

        #[test]
        fn what_is_read_is_written_again_to_the_byte(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            if let Ok(tree) = from_slice::<Json>(&bytes) {
                prop_assert_eq!(to_vec(&tree).unwrap(), bytes);
            }
        }
    }
}
