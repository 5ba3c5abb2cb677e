//! Names with their values, and hashes that can be compared by eye.

use leptos::prelude::*;

/// One row of a list of facts.
pub fn fact(name: &'static str, value: impl IntoView + 'static) -> AnyView {
    view! { <div class="fact"><dt>{name}</dt><dd>{value}</dd></div> }.into_any()
}

/// Hex in groups of four; the gaps are drawn, so that a copy is one piece.
pub fn hash(hex: &str) -> AnyView {
    let digits: Vec<char> = hex.chars().collect();
    let groups = digits.chunks(4).map(|group| view! { <span>{String::from_iter(group)}</span> });
    view! { <code class="hash" translate="no">{groups.collect_view()}</code> }.into_any()
}

/// `1 record`, `2 records`.
pub fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// `12,345`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A time as people read it; the exact one is in the JSON.
pub fn minute(time: evidence::timestamp::Timestamp) -> String {
    let text = time.to_string();
    let (date, clock) = text.split_once('T').unwrap_or((&text, ""));
    format!("{date} {}", clock.get(..8).unwrap_or(clock))
}

/// A length in whole numbers.
pub fn length(list: &[impl Sized]) -> u64 {
    u64::try_from(list.len()).unwrap_or(u64::MAX)
}

/// Seconds in the largest unit that they fill.
pub fn duration(seconds: u32) -> String {
    let units = [(86_400, "day", "days"), (3_600, "hour", "hours"), (60, "minute", "minutes")];
    let whole = units.into_iter().find(|(unit, ..)| seconds >= *unit && seconds.is_multiple_of(*unit));
    let (unit, one, many) = whole.unwrap_or((1, "second", "seconds"));
    count(u64::from(seconds / unit), one, many)
}
