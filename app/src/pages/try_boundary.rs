//! Try the boundary: compose a write, or take a ready-made one, and send it through the real path.

use leptos::prelude::*;

use super::compose::Compose;
use crate::parts::{Badge, Command, Empty, ErrorSummary, Says, Title};
use crate::portal::{Draft, Refusal, Sample, Workspace};
use crate::text::t;
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
    view! {
        <Title text=t("frame.try") came_back=refusal.is_some()/>
        <h1>{t("frame.try")}</h1>
        <p class="lead">
            {t("try.lead")}
        </p>
        {refusal.map(|refusal| view! { <ErrorSummary refusal title=t("try.not_sent")/> })}
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
                <Empty title=t("try.nothing")>
                    <p>{t("try.nothing_next")}" "<a href="/connectors">{t("frame.connectors")}</a>" · "<a href="/tenants">{t("frame.tenants")}</a></p>
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
                    <span class="expected">{t("try.should")}" "<Badge verdict=sample.expected/></span>
                </a>
            </li>
        }
    });
    view! {
        <nav class="samples" aria-labelledby="samples-title">
            <h2 id="samples-title">{t("try.start")}</h2>
            <ul role="list">
                {items.collect_view()}
                <li>
                    <a href="/try?sample=none" aria-current=blank.then_some("true")><span>{t("try.empty")}</span></a>
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
            <summary>{t("try.terminal")}</summary>
            <p><Says key="try.terminal_hint"/></p>
            <Command text=curl/>
        </details>
    }
    .into_any()
}
