//! Words for fingerprints, because people compare keys by voice and by eye, and confuse hexadecimal digits.
//!
//! Each byte is a word of the PGP word list: of two syllables at even offsets, of three at odd ones. A word
//! left out, said twice or swapped with its neighbour is therefore noticed where it happens.

mod list;

/// Why words do not stand for bytes. Places count words from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WordError {
    /// A word that is on neither list.
    #[error("word {place}, {word:?}, is not a word of the list")]
    Unknown {
        /// Which word.
        place: usize,
        /// The word, or its beginning.
        word: String,
    },
    /// A word that belongs at an odd place but is at an even one, or the other way round.
    #[error("word {place}, {word:?}, is out of place: a word before it is missing, doubled or swapped")]
    OutOfPlace {
        /// Which word.
        place: usize,
        /// The word.
        word: String,
    },
}

/// The words for `bytes`, one a byte, in lower case.
pub fn encode(bytes: &[u8]) -> Vec<&'static str> {
    lists().zip(bytes).filter_map(|(list, byte)| words(list).nth(usize::from(*byte))).collect()
}

/// The bytes that `words` stand for, whatever their case.
///
/// # Errors
/// [`WordError`] for the first word that is unknown or out of place. A word missing at the end cannot be noticed:
/// compare the length with what you expect.
pub fn decode<Word: AsRef<str>>(words: impl IntoIterator<Item = Word>) -> Result<Vec<u8>, WordError> {
    let places = (1..).zip(lists().zip(words));
    places.map(|(place, (list, word))| byte(list, word.as_ref(), place)).collect()
}

fn byte(list: &str, word: &str, place: usize) -> Result<u8, WordError> {
    let on = |list| words(list).position(|known| known.eq_ignore_ascii_case(word));
    let known = [list::EVEN, list::ODD].into_iter().any(|list| on(list).is_some());
    on(list).and_then(|position| u8::try_from(position).ok()).ok_or_else(|| {
        let word = word.chars().take(64).collect();
        if known { WordError::OutOfPlace { place, word } } else { WordError::Unknown { place, word } }
    })
}

/// The lists for the first byte, the second, and so on.
fn lists() -> impl Iterator<Item = &'static str> {
    [list::EVEN, list::ODD].into_iter().cycle()
}

fn words(list: &str) -> impl Iterator<Item = &str> {
    list.split_ascii_whitespace()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_lists_are_whole() {
        for (list, first, last) in [(list::EVEN, "aardvark", "zulu"), (list::ODD, "adroitness", "yucatan")] {
            let words: Vec<_> = words(list).collect();
            assert_eq!(words.len(), 256);
            assert_eq!((words[0], words[255]), (first, last));
            assert!(words.iter().all(|word| word.bytes().all(|byte| byte.is_ascii_lowercase())));
            // The published list has one pair out of alphabetical order.
            let descents: Vec<_> = words.windows(2).filter(|pair| pair[0] >= pair[1]).collect();
            assert!(descents.iter().all(|pair| **pair == ["applicant", "apollo"]), "{descents:?}");
        }
        let all: BTreeSet<_> = words(list::EVEN).chain(words(list::ODD)).collect();
        assert_eq!(all.len(), 512);
    }

    /// A fingerprint and its words, as published with the list.
    #[test]
    fn published_example() {
        let bytes = [
            0xE5, 0x82, 0x94, 0xF2, 0xE9, 0xA2, 0x27, 0x48, 0x6E, 0x8B, 0x06, 0x1B, 0x31, 0xCC, 0x52, 0x8F,
            0xD7, 0xFA, 0x3F, 0x19,
        ];
        let words = "topmost Istanbul Pluto vagabond treadmill Pacific brackish dictator goldfish Medusa \
            afflict bravado chatter revolver Dupont midsummer stopwatch whimsical cowbell bottomless";
        assert_eq!(decode(words.split(' ')), Ok(bytes.to_vec()));
        assert_eq!(encode(&bytes).join(" "), words.to_lowercase());
    }

    #[test]
    fn says_which_word_is_wrong() {
        assert_eq!(
            decode(["topmost", "istanbull"]),
            Err(WordError::Unknown { place: 2, word: "istanbull".into() })
        );
        let missing = Err(WordError::OutOfPlace { place: 2, word: "pluto".into() });
        assert_eq!(decode(["topmost", "pluto", "vagabond"]), missing);
        assert_eq!(
            decode(["istanbul", "topmost"]),
            Err(WordError::OutOfPlace { place: 1, word: "istanbul".into() })
        );
        assert_eq!(decode([""]), Err(WordError::Unknown { place: 1, word: String::new() }));
        assert_eq!(decode::<&str>([]), Ok(Vec::new()));
    }

    proptest! {
        #[test]
        fn round_trip(bytes: Vec<u8>) {
            prop_assert_eq!(decode(encode(&bytes)), Ok(bytes.clone()));
            let shouted: Vec<_> = encode(&bytes).into_iter().map(str::to_uppercase).collect();
            prop_assert_eq!(decode(shouted), Ok(bytes));
        }

        #[test]
        fn a_missing_or_doubled_word_is_noticed(bytes in prop::collection::vec(any::<u8>(), 2..40), place: prop::sample::Index) {
            let mut words = encode(&bytes);
            let place = place.index(words.len() - 1);
            let word = words.remove(place);
            prop_assert!(decode(&words).is_err());
            words.insert(place, word);
            words.insert(place, word);
            prop_assert!(decode(&words).is_err());
        }
    }
}
