//! Points in time, as every document writes them.
//!
//! RFC 3339 permits many spellings of the same instant. Signed bytes need exactly one, so that the bytes of
//! a document follow from its contents. This module knows that one spelling and refuses all others.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text;

const MICROS_PER_SECOND: i64 = 1_000_000;
const SECONDS_PER_DAY: i64 = 86_400;
const MICROS_PER_DAY: i64 = SECONDS_PER_DAY * MICROS_PER_SECOND;
/// Days from 0000-03-01 to 1970-01-01.
const DAYS_TO_EPOCH: i64 = 719_468;
/// Days in 400 Gregorian years, after which the calendar repeats.
const DAYS_PER_ERA: i64 = 146_097;

/// An instant in UTC, to the microsecond, from the year 1 to the year 9999.
///
/// Its only text form is `YYYY-MM-DDTHH:MM:SS.ffffffZ` (RFC 3339 §5.6, always six digits of fraction, always
/// `T` and `Z`). Two timestamps are equal exactly when their texts are, and ordered as their texts are. Days
/// have 86,400 seconds: a leap second (`:60`) has no timestamp, as in Unix time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(i64);

/// A text that is not a [`Timestamp`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a time must be an existing instant written YYYY-MM-DDTHH:MM:SS.ffffffZ, found {found:?}")]
pub struct TimestampError {
    /// The beginning of the text that was refused.
    pub found: String,
}

impl Timestamp {
    /// The first instant that can be written, `0001-01-01T00:00:00.000000Z`.
    pub const MIN: Self = Self(-62_135_596_800_000_000);
    /// The last instant that can be written, `9999-12-31T23:59:59.999999Z`.
    pub const MAX: Self = Self(253_402_300_799_999_999);

    /// The instant `micros` microseconds after 1970-01-01T00:00:00Z; none outside [`MIN`](Self::MIN)`..=`[`MAX`](Self::MAX).
    pub const fn from_micros(micros: i64) -> Option<Self> {
        if Self::MIN.0 <= micros && micros <= Self::MAX.0 { Some(Self(micros)) } else { None }
    }

    /// Microseconds since 1970-01-01T00:00:00Z; negative before it.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The instant `seconds` later; none after [`MAX`](Self::MAX).
    pub fn plus_seconds(self, seconds: u64) -> Option<Self> {
        let micros = i64::try_from(seconds).ok()?.checked_mul(MICROS_PER_SECOND)?;
        Self::from_micros(self.0.checked_add(micros)?)
    }

    /// The instant `seconds` earlier; none before [`MIN`](Self::MIN).
    pub fn minus_seconds(self, seconds: u64) -> Option<Self> {
        let micros = i64::try_from(seconds).ok()?.checked_mul(MICROS_PER_SECOND)?;
        Self::from_micros(self.0.checked_sub(micros)?)
    }

    /// The instant `seconds` later, or [`MAX`](Self::MAX).
    #[must_use]
    pub fn saturating_plus_seconds(self, seconds: u64) -> Self {
        self.plus_seconds(seconds).unwrap_or(Self::MAX)
    }

    /// The instant `seconds` earlier, or [`MIN`](Self::MIN).
    #[must_use]
    pub fn saturating_minus_seconds(self, seconds: u64) -> Self {
        self.minus_seconds(seconds).unwrap_or(Self::MIN)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = date(self.0.div_euclid(MICROS_PER_DAY));
        let of_day = self.0.rem_euclid(MICROS_PER_DAY);
        let (second_of_day, fraction) = (of_day / MICROS_PER_SECOND, of_day % MICROS_PER_SECOND);
        let (hour, minute, second) = (second_of_day / 3600, second_of_day / 60 % 60, second_of_day % 60);
        write!(formatter, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{fraction:06}Z")
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        parse(text).ok_or_else(|| TimestampError { found: text.chars().take(64).collect() })
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text::parsed(deserializer)
    }
}

fn parse(text: &str) -> Option<Timestamp> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let (year, month_and_day) = date.split_once('-')?;
    let (month, day) = month_and_day.split_once('-')?;
    let (time, fraction) = time.split_once('.')?;
    let (hour, minute_and_second) = time.split_once(':')?;
    let (minute, second) = minute_and_second.split_once(':')?;

    let (year, month) = (number(year, 4, 1..=9999)?, number(month, 2, 1..=12)?);
    let day = number(day, 2, 1..=days_in_month(year, month))?;
    let (hour, minute) = (number(hour, 2, 0..=23)?, number(minute, 2, 0..=59)?);
    let (second, fraction) = (number(second, 2, 0..=59)?, number(fraction, 6, 0..=999_999)?);

    let seconds = days(year, month, day) * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second;
    Timestamp::from_micros(seconds * MICROS_PER_SECOND + fraction)
}

/// Exactly `width` decimal digits; `str::parse` alone would let a sign through.
fn number(digits: &str, width: usize, within: std::ops::RangeInclusive<i64>) -> Option<i64> {
    let plain = digits.len() == width && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|value| plain && within.contains(value))
}

fn days_in_month(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar. Years are counted from March, which
/// puts the leap day last, as in Howard Hinnant's `days_from_civil`.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * DAYS_PER_ERA + day_of_era - DAYS_TO_EPOCH
}

/// The year, month and day that [`days`] maps to `days_from_epoch`.
fn date(days_from_epoch: i64) -> (i64, i64, i64) {
    let shifted = days_from_epoch + DAYS_TO_EPOCH;
    let (era, day_of_era) = (shifted.div_euclid(DAYS_PER_ERA), shifted.rem_euclid(DAYS_PER_ERA));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_instants() {
        for (micros, text) in [
            (0, "1970-01-01T00:00:00.000000Z"),
            (-1, "1969-12-31T23:59:59.999999Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
            (1_000_000_000_000_001, "2001-09-09T01:46:40.000001Z"),
            (4_107_542_399_999_999, "2100-02-28T23:59:59.999999Z"),
            (4_107_542_400_000_000, "2100-03-01T00:00:00.000000Z"),
            (Timestamp::MIN.micros(), "0001-01-01T00:00:00.000000Z"),
            (Timestamp::MAX.micros(), "9999-12-31T23:59:59.999999Z"),
        ] {
            let timestamp = Timestamp::from_micros(micros).unwrap();
            assert_eq!(timestamp.to_string(), text);
            assert_eq!(text.parse(), Ok(timestamp));
        }
    }

    #[test]
    fn every_day_follows_the_one_before() {
        let (first, last) = (days(1, 1, 1), days(9999, 12, 31));
        let mut expected = (1, 1, 1);
        for day in first..=last {
            assert_eq!(date(day), expected);
            assert_eq!(days(expected.0, expected.1, expected.2), day);
            expected = match expected {
                (year, 12, 31) => (year + 1, 1, 1),
                (year, month, day) if day == days_in_month(year, month) => (year, month + 1, 1),
                (year, month, day) => (year, month, day + 1),
            };
        }
        assert_eq!(expected, (10_000, 1, 1));
    }

    #[test]
    fn every_other_spelling_is_refused() {
        for bad in [
            "",
            "2026-11-23",
            "2026-11-23T05:00:00Z",
            "2026-11-23T05:00:00.00000Z",
            "2026-11-23T05:00:00.0000000Z",
            "2026-11-23T05:00:00.000000",
            "2026-11-23T05:00:00.000000z",
            "2026-11-23t05:00:00.000000Z",
            "2026-11-23 05:00:00.000000Z",
            "2026-11-23T05:00:00,000000Z",
            "2026-11-23T05:00:00.000000+00:00",
            "2026-11-23T05:00:00.000000Z\n",
            " 2026-11-23T05:00:00.000000Z",
            "+026-11-23T05:00:00.000000Z",
            "2026-+1-23T05:00:00.000000Z",
            "2026-11-23T05:00:00.+00000Z",
            "-2026-11-23T05:00:00.000000Z",
            "02026-11-23T05:00:00.000000Z",
            "2026-11-23T05:00:00.000000ZZ",
            "２026-11-23T05:00:00.000000Z",
            "0000-12-31T23:59:59.999999Z",
            "2026-00-01T00:00:00.000000Z",
            "2026-13-01T00:00:00.000000Z",
            "2026-01-00T00:00:00.000000Z",
            "2026-04-31T00:00:00.000000Z",
            "2026-02-29T00:00:00.000000Z",
            "2100-02-29T00:00:00.000000Z",
            "2026-01-01T24:00:00.000000Z",
            "2026-01-01T00:60:00.000000Z",
            "2016-12-31T23:59:60.000000Z",
        ] {
            assert!(bad.parse::<Timestamp>().is_err(), "{bad:?}");
        }
        assert!("2000-02-29T00:00:00.000000Z".parse::<Timestamp>().is_ok());
    }

    #[test]
    fn arithmetic_stops_at_the_ends() {
        let epoch = Timestamp::from_micros(0).unwrap();
        assert_eq!(epoch.plus_seconds(2).map(Timestamp::micros), Some(2_000_000));
        assert_eq!(epoch.minus_seconds(2).map(Timestamp::micros), Some(-2_000_000));
        assert_eq!(Timestamp::MAX.plus_seconds(0), Some(Timestamp::MAX));
        assert_eq!(Timestamp::MAX.plus_seconds(1), None);
        assert_eq!(Timestamp::MIN.minus_seconds(1), None);
        assert_eq!(epoch.plus_seconds(u64::MAX), None);
        assert_eq!(epoch.saturating_plus_seconds(u64::MAX), Timestamp::MAX);
        assert_eq!(epoch.saturating_minus_seconds(u64::MAX), Timestamp::MIN);
        assert_eq!(Timestamp::from_micros(Timestamp::MAX.micros() + 1), None);
        assert_eq!(Timestamp::from_micros(i64::MIN), None);
    }

    #[test]
    fn json_is_the_text() {
        let text = "\"2026-11-23T05:00:00.000000Z\"";
        let timestamp: Timestamp = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&timestamp).unwrap(), text);
        assert!(serde_json::from_str::<Timestamp>("0").is_err());
        assert!(serde_json::from_str::<Timestamp>("\"2026-11-23\"").is_err());
    }

    fn timestamps() -> impl Strategy<Value = Timestamp> {
        (Timestamp::MIN.micros()..=Timestamp::MAX.micros())
            .prop_map(|micros| Timestamp::from_micros(micros).unwrap())
    }

    proptest! {
        #[test]
        fn text_round_trips(timestamp in timestamps()) {
            prop_assert_eq!(timestamp.to_string().parse(), Ok(timestamp));
        }

        #[test]
        fn order_is_that_of_the_text(left in timestamps(), right in timestamps()) {
            prop_assert_eq!(left.cmp(&right), left.to_string().cmp(&right.to_string()));
        }

        #[test]
        fn what_parses_is_what_would_be_written(text in "[0-9+-]{3,5}-[0-9]{2}-[0-9]{2}T[0-2][0-9]:[0-9]{2}:[0-9]{2}\\.[0-9]{5,7}Z") {
            if let Ok(timestamp) = text.parse::<Timestamp>() {
                prop_assert_eq!(timestamp.to_string(), text);
            }
        }
    }
}
