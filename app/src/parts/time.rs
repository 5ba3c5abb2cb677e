//! Times are UTC, the same on the server, in every browser and on paper.

use evidence::timestamp::Timestamp;
use leptos::prelude::*;

/// An instant to the second; the machine-readable form keeps the microseconds.
#[component]
pub fn Time(at: Timestamp, #[prop(optional)] bare: bool) -> impl IntoView {
    let exact = at.to_string();
    let mut shown: String = exact.chars().take(19).collect::<String>().replace('T', " ");
    if !bare {
        shown.push_str(" UTC");
    }
    view! { <time datetime=exact>{shown}</time> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_utc_and_exact() {
        let at = "2026-11-23T05:35:48.120000Z".parse().unwrap();
        assert_eq!(
            view! { <Time at/> }.to_html(),
            "<time datetime=\"2026-11-23T05:35:48.120000Z\">2026-11-23 05:35:48 UTC</time>"
        );
    }
}
