//! The overview: what this is for, and where to go.

use leptos::prelude::*;

use super::tenants::TenantTable;
use crate::parts::{Command, Empty, Hash, Title};
use crate::portal::Workspace;
use crate::visit::{Shown, Visit, show};

/// `/`
pub async fn home(visit: Visit) -> Shown {
    let workspace = visit.portal()?.workspace().await?;
    show(move || view! { <Overview workspace/> }.into_any())
}

#[component]
fn Overview(workspace: Workspace) -> impl IntoView {
    let vendor = workspace.vendor.clone();
    let signer = workspace.signer;
    view! {
        <Title text="Overview"/>
        <h1>{format!("The boundary of {vendor}’s agents")}</h1>
        <p class="lead">
            "Every write that an agent proposes is decided before it runs. Every decision, refusals included, leaves a "
            "signed receipt in the log of the tenant whose data it is about."
        </p>
        <section aria-labelledby="try">
            <h2 id="try">"See it refuse a write"</h2>
            <p>
                "Send a write to another tenant’s record through the real path, and look at the record before and after."
            </p>
            <p><a class="button" href="/try">"Try the boundary"</a></p>
        </section>
        <section aria-labelledby="tenants-title">
            <h2 id="tenants-title">"Tenants"</h2>
            {if workspace.tenants.is_empty() {
                view! { <NoTenants/> }.into_any()
            } else {
                view! { <TenantTable tenants=workspace.tenants/> }.into_any()
            }}
        </section>
        <section aria-labelledby="check">
            <h2 id="check">"How a customer checks it"</h2>
            <p>
                "A customer needs the pack of its log and this fingerprint, which you give it by another way than the pack. "
                "Nothing else has to be trusted, this portal included."
            </p>
            <dl class="facts">
                <dt>"Signing key"</dt>
                <dd><Hash text=signer.0.to_string()/></dd>
                <dt>"In words"</dt>
                <dd class="words">{signer.words()}</dd>
            </dl>
            <Command text=format!("evidence verify FILE.evidencepack --key {}", signer.0)/>
            <p><a href="/verify">"Check a pack in the browser"</a></p>
        </section>
    }
    .into_any()
}

/// Nothing to show yet.
#[component]
pub fn NoTenants() -> impl IntoView {
    view! {
        <Empty title="There are no tenants yet.">
            <p>"A tenant’s log begins with its first envelope. Start the server with "<code>"--demo"</code>" to look around with data."</p>
        </Empty>
    }
    .into_any()
}
