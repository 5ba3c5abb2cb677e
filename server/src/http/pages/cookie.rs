//! The cookies: who is signed in, who is on the way to it, in which language they read, and what is said once. Each is for this host only and for
//! no script.

use app::text::Language;
use axum::http::{HeaderMap, HeaderValue, header};

const SESSION: &str = "__Host-session";
const DEPARTURE: &str = "__Host-departure";
const SAID: &str = "__Host-said";
const LANGUAGE: &str = "__Host-language";

/// The secret of the session that a request carries.
pub fn session_of(headers: &HeaderMap) -> Option<&str> {
    find(headers, SESSION)
}

/// The secret of whoever was sent to the provider of sign-ins.
pub fn departure_of(headers: &HeaderMap) -> Option<&str> {
    find(headers, DEPARTURE)
}

/// Keeps that secret for as long as one may stay there.
pub fn away(secret: &str) -> HeaderValue {
    set(DEPARTURE, secret, "; Max-Age=600")
}

/// Whoever was there is back.
pub fn back() -> HeaderValue {
    set(DEPARTURE, "", "; Max-Age=0")
}

/// What is to be said once.
pub fn said(headers: &HeaderMap) -> Option<String> {
    find(headers, SAID).map(str::to_owned)
}

/// The language that was chosen, or else the one that the browser asks for.
pub fn language(headers: &HeaderMap) -> Language {
    let chosen = find(headers, LANGUAGE).and_then(|tag| tag.parse().ok());
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    chosen.unwrap_or_else(|| Language::accepted(accepted.unwrap_or_default()))
}

/// Keeps the secret of a session until the browser ends.
pub fn session(secret: &str) -> HeaderValue {
    set(SESSION, secret, "")
}

/// Forgets it.
pub fn no_session() -> HeaderValue {
    set(SESSION, "", "; Max-Age=0")
}

/// Says something on the next page.
pub fn say(key: &str) -> HeaderValue {
    set(SAID, key, "; Max-Age=60")
}

/// It was said.
pub fn nothing_said() -> HeaderValue {
    set(SAID, "", "; Max-Age=0")
}

/// Keeps the language for a year.
pub fn choose(language: Language) -> HeaderValue {
    set(LANGUAGE, language.tag(), "; Max-Age=31536000")
}

/// Values are secrets, keys and tags of our own, which need no quotes.
fn set(name: &str, value: &str, age: &str) -> HeaderValue {
    let cookie = format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax{age}");
    HeaderValue::try_from(cookie).unwrap_or_else(|_| HeaderValue::from_static(""))
}

fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(known, _)| *known == name).map(|(_, value)| value)
}
