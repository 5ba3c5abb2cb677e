//! Numbers, spans of time and lists, as each language writes them.

use super::{Language, language, t, tn};

/// A length as a number to say.
pub fn size(length: usize) -> u64 {
    length.try_into().unwrap_or(u64::MAX)
}

/// A number in groups of three digits.
pub fn grouped(number: u64) -> String {
    language().grouped(number)
}

/// A whole number of the largest unit that fits: `30 days`, `90 seconds`.
pub fn duration(seconds: u32) -> String {
    let units = [(86_400, "count.days"), (3_600, "count.hours"), (60, "count.minutes")];
    let fits = |(length, _): &(u32, &str)| seconds >= *length && seconds.is_multiple_of(*length);
    let (length, key) = units.into_iter().find(fits).unwrap_or((1, "count.seconds"));
    tn(key, (seconds / length).into())
}

/// `a`, `a and b`, `a, b and c`; of nothing, a word for that.
pub fn listed<Word: AsRef<str>>(words: &[Word]) -> String {
    series(words, t("count.and"))
}

/// `a`, `a or b`, `a, b or c`.
pub(super) fn series<Word: AsRef<str>>(words: &[Word], before_last: &str) -> String {
    match words {
        [] => t("count.nothing").to_owned(),
        [one] => one.as_ref().to_owned(),
        [rest @ .., last] => {
            let rest: Vec<&str> = rest.iter().map(AsRef::as_ref).collect();
            format!("{} {before_last} {}", rest.join(", "), last.as_ref())
        }
    }
}

impl Language {
    /// A number in groups of three digits.
    pub fn grouped(self, number: u64) -> String {
        let mark = match self {
            Self::De => '.',
            Self::En => ',',
        };
        let digits = number.to_string();
        let mut text = String::new();
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                text.push(mark);
            }
            text.push(digit);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_durations_read_well() {
        assert_eq!(grouped(1_204_000), "1,204,000");
        assert_eq!(Language::De.grouped(1_204_000), "1.204.000");
        assert_eq!(duration(30 * 86_400), "30 days");
        assert_eq!(duration(3_600), "1 hour");
        assert_eq!(duration(90), "90 seconds");
        assert_eq!(listed(&["a", "b", "c"]), "a, b and c");
        assert_eq!(listed::<&str>(&[]), "nothing");
    }
}
