//! Choosing the language, from the foot of any page.

use crate::portal::Refusal;
use crate::text::Language;
use crate::visit::{Done, Form, Onward, See, Session, Shown, Visit, local};

/// `POST /language`: back to where one was, in this language.
pub async fn choose(_: Visit, form: Form) -> Done {
    let language: Language = form.text("language").parse().map_err(|_| Refusal::NotFound)?;
    Ok(Onward::See(See {
        location: local(form.text("back")).to_owned(),
        said: Some("said.language"),
        session: Session::Stays,
        language: Some(language),
    }))
}

/// There is nothing to look at: the buttons are on every page.
pub async fn nothing(_: Visit) -> Shown {
    Err(Refusal::NotFound)
}
