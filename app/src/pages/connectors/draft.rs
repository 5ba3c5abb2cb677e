//! A draft: its tables, and what is wrong with them.

use evidence::name::Name;
use leptos::prelude::*;

use super::may;
use crate::parts::{
    Button, ButtonLink, Confirm, ErrorSummary, Form, Heading, Link, Look, Notice, Table, Time, Tone,
    Untrusted,
};
use crate::portal::{Deed, DraftDesk, DraftFault, Refusal, TableDraft};
use crate::text::{self, Phrase, size, t, tf, tn};
use crate::visit::{self, Done, Shown, Visit, say, show};

/// `/connectors/{connector}/draft`
pub async fn draft(visit: Visit) -> Shown {
    let name = visit.name("connector")?;
    let desk = visit.portal()?.contract_draft(name.clone()).await?;
    let refusal = visit.rejected().map(|rejected| rejected.refusal.clone());
    let may = may(&visit, Deed::ManageConnectors);
    show(move || view! { <Page name desk refusal may/> }.into_any())
}

/// `POST /connectors/{connector}/draft`: makes a draft, or brings it up to date.
pub async fn introspect(visit: Visit, form: visit::Form) -> Done {
    let name = visit.name("connector")?;
    let column = Some(form.text("tenant_column").trim().to_owned()).filter(|column| !column.is_empty());
    visit.portal()?.introspect(name.clone(), column).await?;
    say("said.draft_made", format!("/connectors/{name}/draft"))
}

/// `POST /connectors/{connector}/discard`
pub async fn discard(visit: Visit, _: visit::Form) -> Done {
    let name = visit.name("connector")?;
    visit.portal()?.discard_draft(name.clone()).await?;
    say("said.draft_discarded", format!("/connectors/{name}"))
}

#[component]
fn Page(name: Name, desk: DraftDesk, refusal: Option<Refusal>, may: bool) -> impl IntoView {
    let DraftDesk { draft, changed_by, changed_at, faults, .. } = desk;
    let trail = vec![
        Link::new("/connectors", t("connectors.title")),
        Link::new(format!("/connectors/{name}"), name.to_string()),
    ];
    let review = faults.is_empty().then(|| {
        view! { <ButtonLink href=format!("/connectors/{name}/review") label=t("connectors.review")/> }
    });
    let lines = draft.tables.iter().map(|(table, draft)| {
        let faults = faults.iter().filter(|fault| fault.table.as_ref() == Some(table)).count();
        let (name, table, draft) = (name.clone(), table.clone(), draft.clone());
        view! { <Line name table draft faults may/> }
    });
    let lines: Vec<_> = lines.collect();
    view! {
        <Heading title=tf("connectors.draft_of", &[("name", &name)]) lead=t("connectors.draft_lead") trail/>
        {refusal.map(|refusal| view! { <ErrorSummary refusal title=t("connectors.not_done")/> })}
        <p>
            {t("connectors.draft_by")}" "<Untrusted text=changed_by.to_string()/>", "<Time at=changed_at/>"."
        </p>
        <Faults name=name.clone() faults may/>
        <Table id="tables" caption=t("connectors.tables")>
            <thead>
                <tr>
                    <th scope="col">{t("connectors.table")}</th>
                    <th scope="col">{t("connectors.in_contract")}</th>
                    <th scope="col">{t("connectors.operations")}</th>
                    <th scope="col" class="right">{t("connectors.columns")}</th>
                    <th scope="col">{t("connectors.wrong")}</th>
                </tr>
            </thead>
            <tbody>{lines}</tbody>
        </Table>
        <div class="actions">{review}</div>
        {may.then(|| view! { <Other name/> })}
    }
    .into_any()
}

#[component]
fn Line(name: Name, table: String, draft: TableDraft, faults: usize, may: bool) -> impl IntoView {
    let included = match (&draft.obstacle, draft.included) {
        (Some(_), _) => t("connectors.impossible"),
        (None, true) => t("connectors.included"),
        (None, false) => t("connectors.left_out"),
    };
    let offered = draft.operations.iter().filter(|(_, operation)| operation.offered);
    let offered = Phrase::series(offered.map(|(kind, _)| Phrase::words(text::verb(*kind))), t("count.and"));
    let wrong = match &draft.obstacle {
        Some(obstacle) => obstacle.said().to_string(),
        None if faults == 0 => String::new(),
        None => tn("connectors.faults", size(faults)),
    };
    let link = if may && draft.obstacle.is_none() {
        let href = format!("/connectors/{name}/draft/{table}");
        view! { <a href=href><code><Untrusted text=table/></code></a> }.into_any()
    } else {
        view! { <code><Untrusted text=table/></code> }.into_any()
    };
    view! {
        <tr>
            <th scope="row">{link}</th>
            <td>{included}</td>
            <td>{if draft.included { offered.to_string() } else { String::new() }}</td>
            <td class="right">{text::grouped(size(draft.columns.len()))}</td>
            <td><Untrusted text=wrong/></td>
        </tr>
    }
    .into_any()
}

/// What is wrong, each with the way to its field.
#[component]
pub fn Faults(name: Name, faults: Vec<DraftFault>, may: bool) -> impl IntoView {
    if faults.is_empty() {
        return ().into_any();
    }
    let title = tn("connectors.draft_faults", size(faults.len()));
    let lines = faults.into_iter().map(|fault| {
        let said = fault.said.to_string();
        match fault.table {
            Some(table) if may => {
                let href = format!("/connectors/{name}/draft/{table}#{}", fault.field);
                view! { <li><a href=href><code><Untrusted text=table/></code></a>": "<Untrusted text=said/></li> }.into_any()
            }
            Some(table) => view! { <li><code><Untrusted text=table/></code>": "<Untrusted text=said/></li> }.into_any(),
            None => view! { <li><Untrusted text=said/></li> }.into_any(),
        }
    });
    let lines: Vec<_> = lines.collect();
    view! { <Notice title tone=Tone::Warning><ul>{lines}</ul></Notice> }.into_any()
}

#[component]
fn Other(name: Name) -> impl IntoView {
    view! {
        <section aria-labelledby="other">
            <h2 id="other">{t("connectors.draft_other")}</h2>
            <Form action=format!("/connectors/{name}/draft") labelled_by="other">
                <p>{t("connectors.refresh_means")}</p>
                <div class="actions"><Button label=t("connectors.refresh") look=Look::Quiet/></div>
            </Form>
            <Confirm
                id="discard" open=t("connectors.discard_open") title=t("connectors.discard_title")
                action=format!("/connectors/{name}/discard") label=t("connectors.discard")
            >
                <p>{t("connectors.discard_means")}</p>
            </Confirm>
        </section>
    }
    .into_any()
}
