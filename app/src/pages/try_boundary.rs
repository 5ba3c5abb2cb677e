//! Try the boundary: compose a write, or take a ready-made one, and send it through the real path.

use leptos::prelude::*;

use super::compose::Compose;
use crate::parts::{Badge, Command, Empty, ErrorSummary, Title};
use crate::portal::{Draft, Refusal, Sample, Workspace};
use crate::visit::{self, Done, Shown, Visit, see, show};

/// `/try`
pub async fn try_boundary(visit: Visit) -> Shown {
    let workspace = visit.portal()?.workspace().await?;
    let form = form(&visit, workspace)?;
    show(move || view! { <Page form/> }.into_any())
}

/// `POST /try`: sends the form's write through the real path.
pub async fn send(visit: Visit, form: visit::Form) -> Done {
    let portal = visit.portal()?;
    let workspace = portal.workspace().await?;
    let proposal = Draft::of_form(&form).proposal(&workspace).map_err(Refusal::Invalid)?;
    // An unknown tenant has no log, so there would be nowhere to record the denial.
    let tenant = workspace.tenant(&proposal.tenant).ok_or(Refusal::NotFound)?.name.clone();
    let action = portal.try_action(proposal).await?;
    see(format!("/try/{tenant}/{action}"))
}

/// Everything the page shows.
struct Form {
    workspace: Workspace,
    draft: Draft,
    chosen: Option<String>,
    refusal: Option<Refusal>,
}

/// A form that came back, the sample that was asked for, or the first.
fn form(visit: &Visit, workspace: Workspace) -> Result<Form, Refusal> {
    if let Some(rejected) = visit.rejected() {
        let (draft, refusal) = (Draft::of_form(&rejected.form), Some(rejected.refusal.clone()));
        return Ok(Form { workspace, draft, chosen: None, refusal });
    }
    let sample = match visit.query("sample") {
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
        {refusal.map(|refusal| view! { <ErrorSummary refusal title="The write was not sent"/> })}
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
