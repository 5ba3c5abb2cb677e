//! Why somebody does something that is signed: no form that changes a log goes without.

use evidence::name::Text;
use leptos::prelude::*;

use crate::parts::LongText;
use crate::portal::{Fault, Refusal};
use crate::text::{Said, t};
use crate::visit::Form;

/// The most characters of a reason.
const MOST: usize = 400;

/// The reason in a form.
pub fn reason(form: &Form) -> Result<Text, Refusal> {
    let typed = form.text("reason").trim();
    let fault = |said| Refusal::Invalid(vec![Fault::new("reason", said)]);
    if typed.is_empty() {
        return Err(fault(Said::new("tenants.reason_missing")));
    }
    if typed.chars().count() > MOST {
        return Err(fault(Said::new("tenants.reason_long").with("most", MOST)));
    }
    typed.parse().map_err(|_| fault(Said::new("tenants.reason_long").with("most", MOST)))
}

/// The field for it. `place` tells several in one page apart.
#[component]
pub fn Reason(
    /// What was typed, if the form came back.
    #[prop(optional, into)]
    text: String,
    /// What is wrong with the form.
    #[prop(optional)]
    faults: Vec<Fault>,
) -> impl IntoView {
    view! { <LongText id="reason" label=t("tenants.reason") hint=t("tenants.reason_hint") text faults rows=2/> }
        .into_any()
}
