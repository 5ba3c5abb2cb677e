//! How much time is left, and how much is done: as text first.

use evidence::timestamp::Timestamp;
use leptos::prelude::*;

use crate::text::{grouped, t, tf};

/// The time left until `until`, as of `now`. A script counts on where there is one.
#[component]
pub fn Countdown(
    /// When the time is up.
    until: Timestamp,
    /// What time it is, by the server's clock.
    now: Timestamp,
) -> impl IntoView {
    let left = until.micros().saturating_sub(now.micros()) / 1_000_000;
    let exact = until.to_string();
    let words = [t("parts.left"), t("parts.expired"), t("parts.units")].join("|");
    view! { <time class="countdown" datetime=exact data-left=left.to_string() data-words=words>{left_in_words(left)}</time> }
        .into_any()
}

/// `3 h 12 min left`, or that the time is up.
pub fn left_in_words(seconds: i64) -> String {
    if seconds <= 0 {
        return t("parts.expired").to_owned();
    }
    let units: Vec<&str> = t("parts.units").split(' ').collect();
    tf("parts.left", &[("time", &remaining(seconds, &units))])
}

/// The two largest units that are not nothing; `units` are the words for days, hours, minutes and seconds.
fn remaining(seconds: i64, units: &[&str]) -> String {
    let sizes = [86_400, 3_600, 60, 1];
    let mut rest = seconds;
    let counts = sizes.map(|size| {
        let count = rest / size;
        rest %= size;
        count
    });
    let parts = counts.into_iter().zip(units).skip_while(|(count, _)| *count == 0).take(2);
    let parts: Vec<String> =
        parts.filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count} {unit}")).collect();
    parts.join(" ")
}

/// How much is done of something that takes a while.
#[component]
pub fn Progress(
    /// Unique in the page.
    #[prop(into)]
    id: String,
    /// What is being done.
    #[prop(into)]
    label: String,
    /// How much is done.
    done: u64,
    /// How much there is.
    total: u64,
) -> impl IntoView {
    let so_far = tf("parts.progress", &[("done", &grouped(done)), ("total", &grouped(total))]);
    view! {
        <div class="progress">
            <label for=id.clone()>{label}</label>
            <progress id=id max=total.max(1).to_string() value=done.to_string()></progress>
            <p class="so-far">{so_far}</p>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_largest_units_are_said() {
        for (seconds, said) in [
            (-1, "Expired"),
            (0, "Expired"),
            (9, "9 s left"),
            (61, "1 min 1 s left"),
            (3_600, "1 h left"),
            (3_609, "1 h left"),
            (11_520, "3 h 12 min left"),
            (187_200, "2 d 4 h left"),
        ] {
            assert_eq!(left_in_words(seconds), said);
        }
    }
}
