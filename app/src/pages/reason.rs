//! Why somebody does something that is signed: no form that changes a log goes without.

use evidence::name::Text;
use leptos::prelude::*;

use crate::parts::LongText;
use crate::portal::{Fault, Refusal};
use crate::text::{Said, t};
use crate::visit::{Form, Rejected};

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

/// The field for it. Several forms of a page may ask for one; only that of a form that came back is what its faults name.
#[component]
pub fn Reason(
    /// The form, by a name that is unique in the page.
    #[prop(into)]
    place: String,
    /// What was typed, and why the form came back, if it did.
    #[prop(optional_no_strip)]
    rejected: Option<Rejected>,
) -> impl IntoView {
    let id = if rejected.is_some() { "reason".to_owned() } else { format!("{place}-reason") };
    let text = rejected.as_ref().map(|rejected| rejected.form.text("reason").to_owned()).unwrap_or_default();
    let faults = rejected.map(|rejected| rejected.faults()).unwrap_or_default();
    view! {
        <LongText id name="reason" label=t("tenants.reason") hint=t("tenants.reason_hint") text faults rows=2/>
    }
    .into_any()
}
