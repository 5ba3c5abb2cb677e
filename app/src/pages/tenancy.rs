//! Tenants: who they are, what their agents may do, and the switches that stop them.

use leptos::prelude::*;

use self::stop::{StopSwitch, Stopped};
use crate::parts::{ButtonLink, Empty, ErrorSummary, Heading, Table, Time, Untrusted};
use crate::portal::{Deed, Refusal, TenantLine, TenantsPage};
use crate::text::{grouped, size, t, tf};
use crate::visit::{Rejected, Shown, Visit, show};

pub mod admit;
mod agents;
mod boundary;
pub mod desk;
pub mod stop;

/// `/tenants`
pub async fn tenants(visit: Visit) -> Shown {
    let page = visit.portal()?.tenants().await?;
    let rejected = visit.rejected().cloned();
    let stops = visit.path() == "/freeze";
    let may = |deed| super::connectors::may(&visit, deed);
    let (add, freeze, unfreeze) = (may(Deed::ManageTenants), may(Deed::Freeze), may(Deed::Unfreeze));
    show(move || {
        let TenantsPage { tenants, stopped } = page;
        let has_any = !tenants.is_empty();
        let is_stopped = stopped.is_some();
        // A form that asks for what is so already has no place in the page any more.
        let came_back = rejected.is_some();
        let overtaken = came_back && stops == is_stopped;
        let rejected = rejected.filter(|_| !overtaken);
        let switch = (has_any && if is_stopped { unfreeze } else { freeze }).then(|| {
            view! { <Everything is_stopped rejected=rejected.clone()/> }
        });
        // What can be corrected is told at its form; whatever else there is, at the head.
        let refusal = rejected.map(|rejected| rejected.refusal);
        let refusal = refusal.filter(|refusal| !matches!(refusal, Refusal::Invalid(_)));
        let refusal = refusal.or_else(|| overtaken.then(|| Refusal::Conflict("tenants.overtaken".into())));
        view! {
            <Heading title=t("tenants.title") lead=t("tenants.lead") came_back/>
            {refusal.map(|refusal| view! { <ErrorSummary refusal title=t("tenants.not_done")/> })}
            {stopped.map(|stop| view! { <Stopped stop title=t("tenants.everything_stopped") receipts=String::new()/> })}
            {if has_any { view! { <Lines tenants/> }.into_any() } else { view! { <Nobody/> }.into_any() }}
            {add.then(|| view! { <p><ButtonLink href="/new/tenant" label=t("tenants.add")/></p> })}
            {switch}
        }
        .into_any()
    })
}

#[component]
fn Nobody() -> impl IntoView {
    view! {
        <Empty title=t("tenants.none")>
            <p>{t("tenants.none_next")}</p>
        </Empty>
    }
    .into_any()
}

#[component]
fn Lines(tenants: Vec<TenantLine>) -> impl IntoView {
    let lines: Vec<_> = tenants.into_iter().map(|line| view! { <Line line/> }).collect();
    view! {
        <Table id="tenants" caption=t("tenants.title") caption_hidden=true>
            <thead>
                <tr>
                    <th scope="col">{t("tenants.tenant")}</th>
                    <th scope="col">{t("tenants.state")}</th>
                    <th scope="col">{t("tenants.agents")}</th>
                    <th scope="col" class="right">{t("tenants.receipts")}</th>
                    <th scope="col">{t("tenants.head")}</th>
                </tr>
            </thead>
            <tbody>{lines}</tbody>
        </Table>
    }
    .into_any()
}

#[component]
fn Line(line: TenantLine) -> impl IntoView {
    let TenantLine { name, title, stopped, erased, agents, head } = line;
    let state = match (erased, stopped.is_some()) {
        (true, _) => t("tenants.erased"),
        (false, true) => t("tenants.frozen"),
        (false, false) => t("tenants.active"),
    };
    let (active, suspended) = agents;
    let agents = if suspended == 0 {
        grouped(size(active))
    } else {
        tf("tenants.agents_count", &[("active", &active), ("suspended", &suspended)])
    };
    let receipts = head.as_ref().map_or(0, |head| head.size);
    let head = match head {
        Some(head) => view! { <Time at=head.time/> }.into_any(),
        None => t("tenants.no_head").into_any(),
    };
    view! {
        <tr>
            <th scope="row"><a href=format!("/tenants/{name}")><Untrusted text=title.to_string()/></a></th>
            <td>{state}</td>
            <td>{agents}</td>
            <td class="right">{grouped(receipts)}</td>
            <td>{head}</td>
        </tr>
    }
    .into_any()
}

/// The switch for all tenants at once.
#[component]
fn Everything(is_stopped: bool, rejected: Option<Rejected>) -> impl IntoView {
    let rejected = rejected.filter(|rejected| matches!(rejected.refusal, Refusal::Invalid(_)));
    view! {
        <section aria-labelledby="everything">
            <h2 id="everything">{t("tenants.everything")}</h2>
            <p>{if is_stopped { t("tenants.unfreeze_all_means") } else { t("tenants.freeze_all_means") }}</p>
            {if is_stopped {
                view! {
                    <StopSwitch
                        id="unfreeze-all" open=t("tenants.unfreeze_all_open") title=t("tenants.unfreeze_all_title")
                        action="/unfreeze" label=t("tenants.unfreeze_all") stops=false rejected
                    />
                }
                .into_any()
            } else {
                view! {
                    <StopSwitch
                        id="freeze-all" open=t("tenants.freeze_all_open") title=t("tenants.freeze_all_title")
                        action="/freeze" label=t("tenants.freeze_all") stops=true rejected
                    />
                }
                .into_any()
            }}
        </section>
    }
    .into_any()
}
