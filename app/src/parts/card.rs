//! Things that stand for themselves: a card for one thing among others, a notice for what one must not miss.

use leptos::prelude::*;

/// One thing among others of its kind.
#[component]
pub fn Card(
    /// Unique in the page; the heading's id.
    #[prop(into)]
    id: String,
    /// What it is.
    #[prop(into)]
    title: String,
    /// Where more about it is; the title becomes a link.
    #[prop(optional, into)]
    href: String,
    children: Children,
) -> impl IntoView {
    let title =
        if href.is_empty() { title.into_any() } else { view! { <a href=href>{title}</a> }.into_any() };
    let named = id.clone();
    view! {
        <article class="card" aria-labelledby=named>
            <h3 id=id>{title}</h3>
            {children()}
        </article>
    }
    .into_any()
}

/// What a [`Notice`] is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Something to know.
    #[default]
    Plain,
    /// Something that went well.
    Good,
    /// Something to look at soon.
    Warning,
    /// Something that is wrong.
    Bad,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Plain => "notice",
            Self::Good => "notice good",
            Self::Warning => "notice warning",
            Self::Bad => "notice bad",
        }
    }
}

/// What one must not miss. The title says it all; the tone only repeats it.
#[component]
pub fn Notice(
    /// What it is, as a sentence.
    #[prop(into)]
    title: String,
    /// What it is about.
    #[prop(optional)]
    tone: Tone,
    /// What to do.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class=tone.class()>
            <p class="says"><strong>{title}</strong></p>
            {children.map(|children| children())}
        </div>
    }
    .into_any()
}
