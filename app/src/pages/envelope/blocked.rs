//! Why nothing was proposed, put in force or saved.

use evidence::name::Text;

use crate::portal::envelopes::{Blocked, EnvelopeForm};
use crate::portal::{Fault, Refusal};
use crate::text::Said;

/// The refusal of a form that was blocked.
pub fn refusal(blocked: &Blocked, form: Option<&EnvelopeForm>) -> Refusal {
    let conflict = |key| Refusal::Conflict(Said::new(key));
    match blocked {
        Blocked::NoReason => Refusal::Invalid(vec![Fault::new("reason", "envelopes.blocked.no_reason")]),
        Blocked::NameTaken => Refusal::Invalid(vec![Fault::new("name", "envelopes.blocked.name_taken")]),
        Blocked::Unfit(error) => match form {
            Some(form) => Refusal::Invalid(vec![form.fault_of(error)]),
            None => Refusal::Conflict(Said::from(error.to_string())),
        },
        Blocked::Lints(lints) => {
            let told: Vec<String> = lints.iter().map(ToString::to_string).collect();
            Refusal::Conflict(Said::new("envelopes.blocked.lints").with("lints", told.join(" ")))
        }
        Blocked::CasesFail(names) => {
            let names: Vec<&str> = names.iter().map(Text::as_str).collect();
            Refusal::Conflict(Said::new("envelopes.blocked.cases").with("names", names.join(" · ")))
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
