//! What a new vendor does first, one step after the other, until the first write was decided.

use leptos::prelude::*;

use crate::portal::{Deed, Guide, Role};
use crate::text::{t, tf};

/// One step of the way.
struct FirstStep {
    done: bool,
    title: &'static str,
    means: &'static str,
    /// Where it is done, and what one must be allowed to do there.
    way: (&'static str, Deed),
}

/// The way, with what is done ticked.
#[component]
pub fn FirstSteps(guide: Guide, role: Role) -> impl IntoView {
    let steps = steps(guide);
    let (done, all) = (steps.iter().filter(|step| step.done).count(), steps.len());
    let next = steps.iter().position(|step| !step.done);
    let steps = steps.into_iter().enumerate().map(|(place, step)| {
        view! { <OneStep step is_next=Some(place) == next role/> }
    });
    let steps: Vec<_> = steps.collect();
    view! {
        <section class="first-steps" aria-labelledby="first-steps">
            <h2 id="first-steps">{t("overview.first")}</h2>
            <p>{tf("overview.first_done", &[("done", &done), ("all", &all)])}</p>
            <ol role="list">{steps}</ol>
        </section>
    }
    .into_any()
}

fn steps(guide: Guide) -> [FirstStep; 6] {
    let step = |done, title, means, way| FirstStep { done, title, means, way };
    [
        step(
            guide.connector,
            t("overview.first.connector"),
            t("overview.first.connector_means"),
            ("/new/connector", Deed::ManageConnectors),
        ),
        step(
            guide.contract,
            t("overview.first.contract"),
            t("overview.first.contract_means"),
            ("/connectors", Deed::ManageConnectors),
        ),
        step(
            guide.tenant,
            t("overview.first.tenant"),
            t("overview.first.tenant_means"),
            ("/new/tenant", Deed::ManageTenants),
        ),
        step(
            guide.envelope,
            t("overview.first.envelope"),
            t("overview.first.envelope_means"),
            ("/tenants", Deed::WriteEnvelopes),
        ),
        step(
            guide.key,
            t("overview.first.key"),
            t("overview.first.key_means"),
            ("/new/api-key", Deed::ManageApiKeys),
        ),
        step(guide.write, t("overview.first.write"), t("overview.first.write_means"), ("/try", Deed::Try)),
    ]
}

#[component]
fn OneStep(step: FirstStep, is_next: bool, role: Role) -> impl IntoView {
    let FirstStep { done, title, means, way: (href, deed) } = step;
    let (class, word) = match (done, is_next) {
        (true, _) => ("done", t("parts.step_done")),
        (false, true) => ("here", t("overview.first.next")),
        (false, false) => ("later", t("parts.step_later")),
    };
    let current = is_next.then_some("step");
    let title = if role.may(deed) && !done {
        view! { <a href=href>{title}</a> }.into_any()
    } else {
        title.into_any()
    };
    let means = (!done).then(|| view! { <p>{means}</p> });
    view! {
        <li class=class aria-current=current>
            <h3>{title}</h3>
            <span class="state">{word}</span>
            {means}
        </li>
    }
    .into_any()
}
