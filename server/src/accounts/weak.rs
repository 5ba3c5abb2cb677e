//! Passwords that whoever guesses tries first: what is made of well-known words, of one's own names, or of little at all.
//!
//! As NIST SP 800-63B-4 (3.1.1.2) has it, the whole of a password is compared, not words that it happens to hold: it is weak
//! if next to nothing remains when all that anybody would try is taken out of it.

use std::collections::BTreeSet;

use super::Member;

/// What passwords are most often made of, from the lists of leaked ones, in lower case; longer ones first.
const WELL_KNOWN: [&str; 64] = [
    "qwertyuiopasdfghjklzxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
    "correcthorsebatterystaple",
    "qwertzuiopasdfghjkl",
    "1q2w3e4r5t6y7u8i9o0p",
    "qwertyuiop",
    "qwertzuiop",
    "asdfghjkl",
    "1234567890",
    "0987654321",
    "1qaz2wsx3edc",
    "123456789",
    "changeme",
    "password",
    "passwort",
    "passw0rd",
    "p@ssw0rd",
    "p@ssword",
    "kennwort",
    "iloveyou",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "superman",
    "whatever",
    "trustno1",
    "starwars",
    "1q2w3e4r",
    "1qaz2wsx",
    "12345678",
    "87654321",
    "qwerty",
    "qwertz",
    "azerty",
    "letmein",
    "welcome",
    "willkommen",
    "default",
    "charlie",
    "michael",
    "jessica",
    "computer",
    "internet",
    "evidence",
    "schatz",
    "hallo",
    "hello",
    "monkey",
    "dragon",
    "shadow",
    "master",
    "secret",
    "geheim",
    "freedom",
    "summer",
    "winter",
    "sommer",
    "abc123",
    "654321",
    "123456",
    "portal",
    "admin",
    "helm",
];

/// How many different characters must remain.
const ENOUGH: usize = 4;

/// Whose password it is to be.
pub(super) struct About<'a> {
    pub email: &'a str,
    pub name: &'a str,
    pub vendor: &'a str,
    pub title: &'a str,
}

/// Whether this is among the first guesses of somebody who knows whose password it is.
pub(super) fn is_weak(password: &str, about: &About<'_>) -> bool {
    let mut rest: String = password.to_lowercase().split_whitespace().collect();
    let mut words = about.words();
    words.extend(WELL_KNOWN.map(str::to_owned));
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    for word in words {
        rest = rest.replace(&word, " ");
    }
    // Digits and signs at the end are what people are told to add, and so what is tried.
    let all: BTreeSet<char> = rest.chars().filter(|letter| *letter != ' ').collect();
    let letters = all.iter().filter(|letter| letter.is_alphabetic());
    letters.count() < ENOUGH && all.len() < 2 * ENOUGH
}

impl<'a> About<'a> {
    /// A member's.
    pub fn of(member: &'a Member) -> Self {
        let Member { email, name, vendor, vendor_title, .. } = member;
        Self { email, name: name.as_str(), vendor: vendor.as_str(), title: vendor_title.as_str() }
    }

    /// The words that one is known by. Of two letters there is nothing to learn.
    fn words(&self) -> Vec<String> {
        let text = [self.email, self.name, self.vendor, self.title].join(" ").to_lowercase();
        let words = text.split(|letter: char| !letter.is_alphanumeric());
        words.filter(|word| word.chars().count() > 2).map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DANA: About<'_> = About {
        email: "dana.whitfield@northwind.example",
        name: "Dana Whitfield",
        vendor: "northwind",
        title: "Northwind CRM",
    };

    #[test]
    fn what_is_tried_first_is_weak() {
        for weak in [
            "passwordpassword",
            "Password123456789",
            "aaaaaaaaaaaaaaaaaaaa",
            "abcabcabcabcabcabc",
            "Northwind2026!Northwind",
            "dana.whitfield@northwind.example",
            "DanaWhitfield2026",
            "correct horse battery staple",
            "correcthorsebatterystaple",
            "qwertyuiop1234567890",
            "               ",
        ] {
            assert!(is_weak(weak, &DANA), "{weak}");
        }
    }

    #[test]
    fn a_word_within_others_is_none_of_it() {
        for strong in [
            "seven quiet herons",
            "dana likes seven herons",
            "password of the quiet heron",
            "8f$2kQ9!xw3Lm0z",
            "чёрная кошка и дождь",
        ] {
            assert!(!is_weak(strong, &DANA), "{strong}");
        }
    }
}
