//! Ways to go on from a page: between the parts of one thing, and through a long list.

use leptos::prelude::*;

use super::Count;
use crate::document::Here;
use crate::text::t;

/// One way to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The address.
    pub href: String,
    /// What is there.
    pub label: String,
    /// How many things wait there; nothing is shown of none.
    pub count: u64,
}

impl Link {
    /// A way to go.
    pub fn new(href: impl Into<String>, label: impl Into<String>) -> Self {
        Self { href: href.into(), label: label.into(), count: 0 }
    }

    /// The same with how many things wait there.
    #[must_use]
    pub fn count(mut self, count: u64) -> Self {
        self.count = count;
        self
    }
}

/// The parts of one thing, each a page; the one that is shown is marked.
#[component]
pub fn Subnav(
    /// What they are parts of.
    #[prop(into)]
    label: String,
    /// The parts.
    links: Vec<Link>,
) -> impl IntoView {
    let path = use_context::<Here>().map(|here| here.path).unwrap_or_default();
    let links = links.into_iter().map(|link| {
        let Link { href, label, count } = link;
        let current = (href.split('?').next() == Some(path.as_str())).then_some("page");
        view! { <li><a href=href aria-current=current>{label}<Count number=count/></a></li> }
    });
    view! {
        <nav class="subnav" aria-label=label>
            <ul role="list">{links.collect_view()}</ul>
        </nav>
    }
    .into_any()
}

/// The ways through a long list, newest first.
#[component]
pub fn Pager(
    /// What the list is.
    #[prop(into)]
    label: String,
    /// The address of the newest, unless they are shown.
    #[prop(optional_no_strip)]
    newest: Option<String>,
    /// The address of the next older ones, if there are any.
    #[prop(optional_no_strip)]
    older: Option<String>,
) -> impl IntoView {
    (newest.is_some() || older.is_some()).then(|| {
        view! {
            <nav class="pager" aria-label=label>
                <ul role="list" class="inline">
                    {newest.map(|href| view! { <li><a href=href>{t("parts.newest")}</a></li> })}
                    {older.map(|href| view! { <li><a href=href rel="next">{t("parts.older")}</a></li> })}
                </ul>
            </nav>
        }
    })
}
