//! The tenants and what there is of each.

use leptos::prelude::*;

use super::home::NoTenants;
use crate::parts::{Table, Time, Title, Untrusted};
use crate::portal::TenantDesk;
use crate::text;
use crate::visit::{Shown, Visit, show};

/// `/receipts`: whose?
pub async fn tenants(visit: Visit) -> Shown {
    let workspace = visit.portal()?.workspace().await?;
    show(move || {
        view! {
            <Title text="Receipts"/>
            <h1>"Receipts"</h1>
            <p class="lead">"Each tenant has its own log. A log never shows anything of another tenant."</p>
            {if workspace.tenants.is_empty() {
                view! { <NoTenants/> }.into_any()
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
        <Table id="tenants" caption="Tenants, their envelopes and logs" caption_hidden=true>
            <thead>
                <tr>
                    <th scope="col">"Tenant"</th>
                    <th scope="col">"Envelope in force"</th>
                    <th scope="col" class="right">"Receipts"</th>
                    <th scope="col">"Last checkpoint"</th>
                    <th scope="col">"Evidence"</th>
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
        || view! { <span class="soft">"none: every write is refused"</span> }.into_any(),
        |version| format!("version {version}").into_any(),
    );
    let size = head.as_ref().map_or(0, |head| head.size);
    let checkpoint = head.map_or_else(
        || view! { <span class="soft">"none yet"</span> }.into_any(),
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
                    <li><a href=format!("/tenants/{name}/receipts")>"Receipts"</a></li>
                    <li><a href=format!("/tenants/{name}/pack") download="">"Pack"</a></li>
                </ul>
            </td>
        </tr>
    }
    .into_any()
}
