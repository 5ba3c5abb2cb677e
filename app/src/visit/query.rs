//! What stands behind the question mark of an address.

use form_urlencoded::Serializer;

/// The address of `path` with these words behind it.
pub fn address<'a>(path: &str, words: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let words = Serializer::new(String::new()).extend_pairs(words).finish();
    if words.is_empty() { path.to_owned() } else { format!("{path}?{words}") }
}

/// The words of a query or of a form's body. Bytes that are no UTF-8 become replacement characters.
pub fn pairs(text: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(text).into_owned().collect()
}
