//! Buttons, and the row in which a form ends.

use leptos::prelude::*;

use crate::text::t;

/// How much a button invites.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// What one came for: one a form.
    #[default]
    Main,
    /// What else there is.
    Quiet,
    /// What can't be taken back, or stops something.
    Danger,
}

impl Look {
    const fn class(self) -> &'static str {
        match self {
            Self::Main => "primary",
            Self::Quiet => "quiet",
            Self::Danger => "danger",
        }
    }
}

/// A button that sends its form.
#[component]
pub fn Button(
    /// What it does, beginning with a verb.
    #[prop(into)]
    label: String,
    /// How much it invites.
    #[prop(optional)]
    look: Look,
    /// The name under which the form says that it was this button.
    #[prop(optional)]
    name: Option<&'static str>,
    /// What the form says there.
    #[prop(optional, into)]
    value: Option<String>,
    /// Where the form is sent instead.
    #[prop(optional, into)]
    to: Option<String>,
) -> impl IntoView {
    view! { <button type="submit" class=look.class() name=name value=value formaction=to>{label}</button> }
        .into_any()
}

/// The last row of a form: the button that sends it, other buttons, and the way back.
#[component]
pub fn SubmitRow(
    /// What sending does, beginning with a verb.
    #[prop(into)]
    label: String,
    /// Whether it can't be taken back, or stops something.
    #[prop(optional)]
    dangerous: bool,
    /// Where one goes who doesn't want to; no way back is shown if it is nothing.
    #[prop(optional, into)]
    back: String,
    /// Other buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let look = if dangerous { Look::Danger } else { Look::Main };
    let back = (!back.is_empty()).then(|| view! { <a href=back>{t("parts.cancel")}</a> });
    view! {
        <div class="actions">
            <Button label look/>
            {children.map(|children| children())}
            {back}
        </div>
    }
    .into_any()
}

/// A link that looks like a button, for what one goes to next.
#[component]
pub fn ButtonLink(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// What is there, beginning with a verb.
    #[prop(into)]
    label: String,
    /// How much it invites.
    #[prop(optional)]
    look: Look,
) -> impl IntoView {
    view! { <a class=format!("button {}", look.class()) href=href>{label}</a> }.into_any()
}
