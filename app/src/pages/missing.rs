//! The page at an address that has none.

use leptos::prelude::*;

use crate::parts::Refused;
use crate::portal::Refusal;

/// Not found.
#[component]
pub fn Missing() -> impl IntoView {
    view! { <Refused refusal=Refusal::NotFound/> }.into_any()
}
