//! A link that was made, told once.

use leptos::prelude::*;

use crate::parts::{Command, Heading, Link, Notice};
use crate::portal::HandedOut;
use crate::text::{t, tf};

/// The page of an invitation's link.
#[component]
pub fn InvitationLink(handed_out: HandedOut) -> impl IntoView {
    let title = tf("members.invited_title", &[("name", &handed_out.name)]);
    view! { <Page title lead=t("members.invited_lead") link=handed_out.link/> }.into_any()
}

/// The page of a reset link.
#[component]
pub fn ResetLink(handed_out: HandedOut) -> impl IntoView {
    let title = tf("members.reset_made_title", &[("name", &handed_out.name)]);
    view! { <Page title lead=t("members.reset_made_lead") link=handed_out.link/> }.into_any()
}

#[component]
fn Page(title: String, #[prop(into)] lead: String, link: String) -> impl IntoView {
    view! {
        <Heading title lead trail=vec![Link::new("/members", t("members.title"))]/>
        <Command text=link/>
        <Notice title=t("members.once")>
            <p>{t("members.once_means")}</p>
        </Notice>
        <p><a href="/members">{t("members.back")}</a></p>
    }
    .into_any()
}
