//! The style guide of a demo: every building block in every state, with a line on when to use it. Pages are made of nothing
//! else.

use leptos::prelude::*;

use crate::parts::{Heading, Link, Says, Subnav};
use crate::portal::Refusal;
use crate::text::t;
use crate::visit::{Shown, Visit, show};

mod forms;
mod samples;
mod things;
mod time;
mod words;

/// `/style`
pub async fn style(visit: Visit) -> Shown {
    if !visit.me().is_some_and(|me| me.demo) {
        return Err(Refusal::NotFound);
    }
    show(|| view! { <Guide/> }.into_any())
}

#[component]
fn Guide() -> impl IntoView {
    let parts = [
        ("#words", t("style.words")),
        ("#forms", t("style.forms")),
        ("#things", t("style.things")),
        ("#time", t("style.time")),
    ];
    let parts = parts.map(|(href, label)| Link::new(href, label));
    view! {
        <Heading title=t("style.title") lead=t("style.lead") trail=vec![Link::new("/", t("frame.overview"))]/>
        <Subnav label=t("style.title") links=parts.to_vec()/>
        <words::Words/>
        <forms::Forms/>
        <things::Things/>
        <time::Times/>
    }
    .into_any()
}

/// One building block.
#[component]
fn Part(
    /// Its name in code.
    name: &'static str,
    /// When to use it, as a key of the catalogue.
    key: &'static str,
    children: Children,
) -> impl IntoView {
    view! {
        <section class="part-of-guide" aria-labelledby=format!("part-{name}")>
            <h3 id=format!("part-{name}")><code>{name}</code></h3>
            <p class="soft"><Says key/></p>
            <div class="shown">{children()}</div>
        </section>
    }
    .into_any()
}
