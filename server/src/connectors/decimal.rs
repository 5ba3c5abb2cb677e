//! Decimal numbers as text: whether two texts are the same number.

/// Whether `one` and `other` are the same number, however each is written. What is no number is the same as nothing.
pub fn same(one: &str, other: &str) -> bool {
    matches!((parts(one), parts(other)), (Some(one), Some(other)) if one == other)
}

/// Whether it is below zero, its digits without zeros around them, and the power of ten that its last digit stands for.
fn parts(text: &str) -> Option<(bool, String, i64)> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let length = digits.len();
    digits.truncate(digits.trim_end_matches('0').len());
    let power = exponent.parse::<i32>().ok().map(i64::from)? - i64::try_from(fraction.len()).ok()?
        + i64::try_from(length - digits.len()).ok()?;
    let digits = digits.trim_start_matches('0').to_owned();
    if digits.is_empty() { Some((false, digits, 0)) } else { Some((negative, digits, power)) }
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn the_same_number_may_be_written_in_many_ways() {
        for (one, other) in
            [("1.50", "1.5"), ("-0.0", "0"), ("1e3", "1000"), ("12.5e-1", "+1.25"), ("007", "7")]
        {
            assert!(same(one, other), "{one} {other}");
        }
        for (one, other) in [("1", "-1"), ("1.555", "1.56"), ("1e3", "1e4"), ("x", "x"), ("", "0")] {
            assert!(!same(one, other), "{one} {other}");
        }
    }
}
