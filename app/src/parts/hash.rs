//! Hashes: whole, in groups of four, because people compare them.

use leptos::prelude::*;

use super::Copy;

/// A hash or key id. Copying gives it without the gaps.
#[component]
pub fn Hash(#[prop(into)] text: String) -> impl IntoView {
    let (prefix, digits) =
        text.split_once(':').map_or(("", text.as_str()), |(prefix, digits)| (prefix, digits));
    let groups: Vec<String> =
        digits.chars().collect::<Vec<_>>().chunks(4).map(|group| group.iter().collect()).collect();
    let prefix =
        (!prefix.is_empty()).then(|| view! { <span class="algorithm">{format!("{prefix}:")}</span> });
    view! {
        <span class="hash">
            <code>
                {prefix}
                {groups.into_iter().map(|group| view! { <span class="group">{group}</span> }).collect_view()}
            </code>
            <Copy text=text/>
        </span>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_whole_and_in_groups() {
        let html = Owner::new().with(|| view! { <Hash text="sha256:0123456789"/> }.to_html());
        for group in ["sha256:", ">0123<", ">4567<", ">89<"] {
            assert!(html.contains(group), "{html}");
        }
    }
}
