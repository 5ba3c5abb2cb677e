//! Why nothing was proposed, put in force or saved, in the visitor's language.

use evidence::lint::Lint;
use leptos::prelude::*;

use crate::portal::envelopes::{Blocked, EnvelopeForm};
use crate::portal::{Fault, Refusal};
use crate::text::{t, tf};

/// The refusal of a form that was blocked. It is to be made in the visitor's language.
pub fn refusal(blocked: &Blocked, form: Option<&EnvelopeForm>) -> Refusal {
    match blocked {
        Blocked::NoReason => Refusal::Invalid(vec![Fault::new("reason", t("envelopes.blocked.no_reason"))]),
        Blocked::NameTaken => Refusal::Invalid(vec![Fault::new("name", t("envelopes.blocked.name_taken"))]),
        Blocked::Unfit(error) => match form {
            Some(form) => Refusal::Invalid(vec![form.fault_of(error)]),
            None => Refusal::Conflict(error.to_string()),
        },
        Blocked::Lints(lints) => Refusal::Conflict(sentences(lints)),
        Blocked::CasesFail(names) => {
            let names: Vec<&str> = names.iter().map(evidence::name::Text::as_str).collect();
            Refusal::Conflict(tf("envelopes.blocked.cases", &[("names", &names.join(" · "))]))
        }
        Blocked::NoContract => conflict("envelopes.blocked.no_contract"),
        Blocked::OtherContract => conflict("envelopes.blocked.other_contract"),
        Blocked::Unchanged => conflict("envelopes.blocked.unchanged"),
        Blocked::Closed => conflict("envelopes.blocked.closed"),
        Blocked::SamePerson => conflict("envelopes.blocked.same_person"),
        Blocked::OtherPerson => conflict("envelopes.blocked.other_person"),
        Blocked::Overtaken => conflict("envelopes.blocked.overtaken"),
    }
}

fn conflict(key: &str) -> Refusal {
    Refusal::Conflict(t(key).to_owned())
}

fn sentences(lints: &[Lint]) -> String {
    lints.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// At the head of a page whose form came back: why, with a link to each field.
#[component]
pub fn Trouble(
    /// What was not done, as a heading.
    #[prop(into)]
    title: String,
    /// Why.
    refusal: Refusal,
) -> impl IntoView {
    let (sentence, faults) = match refusal {
        Refusal::Invalid(faults) => (t("envelopes.blocked.invalid").to_owned(), faults),
        other => (other.to_string(), Vec::new()),
    };
    let faults = faults.into_iter().map(|fault| {
        view! { <li><a href=format!("#{}", fault.field)>{fault.message}</a></li> }
    });
    let faults: Vec<_> = faults.collect();
    let list = (!faults.is_empty()).then(|| view! { <ul>{faults}</ul> });
    view! {
        <div class="error-summary" role="alert" aria-labelledby="error-title" tabindex="-1" id="error-summary">
            <h2 id="error-title">{title}</h2>
            <p>{sentence}</p>
            {list}
        </div>
    }
    .into_any()
}
