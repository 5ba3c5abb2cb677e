//! A question before something is done that can't be taken back.

use leptos::prelude::*;

use super::{Form, SubmitRow};
use crate::portal::Refusal;

/// A button that opens a question; the question holds a form, whose button does it. It is a popover, which a browser opens
/// without a script; one that doesn't know popovers shows the question at once. A form that came back stands in the page.
#[component]
pub fn Confirm(
    /// Unique in the page.
    #[prop(into)]
    id: String,
    /// What the button that opens it says, with an ellipsis: `Revoke…`
    #[prop(into)]
    open: String,
    /// The question: `Revoke the key “CI”?`
    #[prop(into)]
    title: String,
    /// Where the form is sent.
    #[prop(into)]
    action: String,
    /// What the button that does it says: `Revoke the key`.
    #[prop(into)]
    label: String,
    /// Whether it can't be taken back, or stops something.
    #[prop(default = true)]
    dangerous: bool,
    /// Why the form came back.
    #[prop(optional_no_strip)]
    refusal: Option<Refusal>,
    /// What follows from it, and the fields of the form.
    children: Children,
) -> impl IntoView {
    let heading = format!("{id}-title");
    let named = heading.clone();
    let came_back = refusal.is_some();
    let button = (!came_back).then(|| {
        view! { <button type="button" class="quiet" popovertarget=id.clone() aria-haspopup="dialog">{open}</button> }
    });
    view! {
        {button}
        <div class="dialog" id=id role="dialog" aria-labelledby=named popover=(!came_back).then_some("auto")>
            <h2 id=heading.clone() tabindex="-1" autofocus=true>{title}</h2>
            <Form action labelled_by=heading refusal>
                {children()}
                <SubmitRow label dangerous/>
            </Form>
        </div>
    }
    .into_any()
}
