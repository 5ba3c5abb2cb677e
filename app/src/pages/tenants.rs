//! The tenants and what there is of each.

use leptos::prelude::*;

use crate::parts::{Empty, Table, Time, Title, Untrusted};
use crate::portal::TenantDesk;
use crate::text::{self, t, tf};
use crate::visit::{Shown, Visit, show};

/// `/receipts`: whose?
pub async fn tenants(visit: Visit) -> Shown {
    let workspace = visit.portal()?.workspace().await?;
    show(move || {
        view! {
            <Title text=t("frame.receipts")/>
            <h1>{t("frame.receipts")}</h1>
            <p class="lead">{t("receipts.logs_lead")}</p>
            {if workspace.tenants.is_empty() {
                view! {
                    <Empty title=t("tenants.none")>
                        <p>{t("tenants.none_next")}" "<a href="/tenants">{t("frame.tenants")}</a></p>
                    </Empty>
                }
                .into_any()
            } else {
                view! { <TenantTable tenants=workspace.tenants/> }.into_any()
            }}
        }
        .into_any()
    })
}

/// One line a tenant.
#[component]
pub fn TenantTable(tenants: Vec<TenantDesk>) -> impl IntoView {
    view! {
        <Table id="tenants" caption=t("receipts.logs") caption_hidden=true>
            <thead>
                <tr>
                    <th scope="col">{t("tenants.tenant")}</th>
                    <th scope="col">{t("receipts.envelope_in_force")}</th>
                    <th scope="col" class="right">{t("frame.receipts")}</th>
                    <th scope="col">{t("tenants.head")}</th>
                    <th scope="col">{t("receipts.evidence")}</th>
                </tr>
            </thead>
            <tbody>{tenants.into_iter().map(|tenant| view! { <Line tenant/> }).collect_view()}</tbody>
        </Table>
    }
    .into_any()
}

#[component]
fn Line(tenant: TenantDesk) -> impl IntoView {
    let TenantDesk { name, title, envelope, head } = tenant;
    let envelope = envelope.map_or_else(
        || view! { <span class="soft">{t("receipts.no_envelope")}</span> }.into_any(),
        |version| tf("connectors.version", &[("version", &version)]).into_any(),
    );
    let size = head.as_ref().map_or(0, |head| head.size);
    let checkpoint = head.map_or_else(
        || view! { <span class="soft">{t("tenants.no_head")}</span> }.into_any(),
        |head| view! { <Time at=head.time/> }.into_any(),
    );
    view! {
        <tr>
            <th scope="row"><Untrusted text=title/></th>
            <td>{envelope}</td>
            <td class="right">{text::grouped(size)}</td>
            <td>{checkpoint}</td>
            <td>
                <ul role="list" class="inline">
                    <li><a href=format!("/tenants/{name}/receipts")>{t("frame.receipts")}</a></li>
                    <li><a href=format!("/tenants/{name}/pack") download="">{t("receipts.pack_word")}</a></li>
                </ul>
            </td>
        </tr>
    }
    .into_any()
}
