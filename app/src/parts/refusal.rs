//! When there is no answer: why, and what to do next.

use leptos::prelude::*;

use super::Title;
use crate::portal::Refusal;
use crate::text::t;

/// The page in place of the one that could not be shown.
#[component]
pub fn Refused(refusal: Refusal) -> impl IntoView {
    let title = match refusal {
        Refusal::NotFound => t("refusal.not_found_title"),
        Refusal::Forbidden => t("refusal.forbidden_title"),
        Refusal::Unavailable => t("refusal.unavailable_title"),
        _ => t("refusal.title"),
    };
    view! {
        <Title text=title/>
        <h1>{title}</h1>
        <p class="lead">{refusal.said().to_string()}</p>
        <p><a href="/">{t("refusal.to_overview")}</a></p>
    }
    .into_any()
}
