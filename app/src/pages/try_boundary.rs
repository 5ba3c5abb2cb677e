//! Try the boundary: compose a write, or take a ready-made one, and send it through the real path.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};

use super::compose::Compose;
use crate::parts::{Badge, Command, Empty, ErrorSummary, loaded};
use crate::portal::{Draft, Refusal, Sample, Workspace};

/// The page.
#[component]
pub fn Try() -> impl IntoView {
    let query = use_query_map();
    let sample = move || query.read().get("sample");
    let form = Resource::new(sample, form);
    loaded(form, |form| view! { <Page form/> }.into_any())
}

/// Everything the page shows.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Form {
    workspace: Workspace,
    draft: Draft,
    chosen: Option<String>,
    refusal: Option<Refusal>,
}

/// A form that came back, the sample that was asked for, or the first.
async fn form(sample: Option<String>) -> Result<Form, Refusal> {
    let rejected = rejected();
    let workspace = crate::portal::ask::workspace().await?;
    if let Some((draft, refusal)) = rejected {
        return Ok(Form { workspace, draft, chosen: None, refusal: Some(refusal) });
    }
    let sample = match sample.as_deref() {
        None => workspace.samples.first(),
        Some("none") => None,
        Some(name) => Some(workspace.sample(name).ok_or(Refusal::NotFound)?),
    };
    let chosen = sample.map(|sample| sample.name.clone());
    let draft = match sample {
        Some(sample) => Draft::of(&sample.proposal, &workspace.attempt),
        None => Draft { attempt: workspace.attempt.clone(), ..Draft::default() },
    };
    Ok(Form { workspace, draft, chosen, refusal: None })
}

fn rejected() -> Option<(Draft, Refusal)> {
    use_context::<crate::try_form::Rejected>().map(|rejected| (rejected.draft, rejected.refusal))
}

#[component]
fn Page(form: Form) -> impl IntoView {
    let Form { workspace, draft, chosen, refusal } = form;
    let faults = match &refusal {
        Some(Refusal::Invalid(faults)) => faults.clone(),
        _ => Vec::new(),
    };
    let curl = draft.proposal(&workspace).ok().map(|proposal| proposal.curl(&workspace.address));
    let ready = !workspace.tenants.is_empty() && !workspace.connectors.is_empty();
    let title = if refusal.is_some() { "Not sent: Try the boundary" } else { "Try the boundary" };
    view! {
        <Title text=title/>
        <h1>"Try the boundary"</h1>
        <p class="lead">
            "Propose a write as one of your agents would. It goes the same way as any other: decided before it runs, "
            "recorded, and only then applied, if it is permitted."
        </p>
        {refusal.map(|refusal| view! { <ErrorSummary refusal/> })}
        {if ready {
            view! {
                <div class="try">
                    <Samples samples=workspace.samples.clone() chosen/>
                    <Compose workspace draft faults/>
                </div>
                {curl.map(|curl| view! { <Terminal curl/> })}
            }
            .into_any()
        } else {
            view! {
                <Empty title="There is nothing to write to yet.">
                    <p>"Register a connector and put its contract in force first. The server’s "<code>"--demo"</code>" does both, with data to look at."</p>
                </Empty>
            }
            .into_any()
        }}
    }
    .into_any()
}

#[component]
fn Samples(samples: Vec<Sample>, chosen: Option<String>) -> impl IntoView {
    let blank = chosen.is_none();
    let items = samples.into_iter().map(|sample| {
        let current = (chosen.as_ref() == Some(&sample.name)).then_some("true");
        view! {
            <li>
                <a href=format!("/try?sample={}", sample.name) aria-current=current>
                    <span>{sample.title}</span>
                    <span class="expected">"should get "<Badge verdict=sample.expected/></span>
                </a>
            </li>
        }
    });
    view! {
        <nav class="samples" aria-labelledby="samples-title">
            <h2 id="samples-title">"Start from"</h2>
            <ul role="list">
                {items.collect_view()}
                <li>
                    <a href="/try?sample=none" aria-current=blank.then_some("true")><span>"An empty form"</span></a>
                </li>
            </ul>
        </nav>
    }
    .into_any()
}

#[component]
fn Terminal(curl: String) -> impl IntoView {
    view! {
        <details>
            <summary>"The same write from a terminal"</summary>
            <p>"As the form was when this page was loaded. Put one of your API keys into "<code>"HELM_API_KEY"</code>"."</p>
            <Command text=curl/>
        </details>
    }
    .into_any()
}
