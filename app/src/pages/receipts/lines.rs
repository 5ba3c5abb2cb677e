//! The log's table.

use leptos::prelude::*;

use crate::parts::{Standing, Table, Time, Untrusted};
use crate::portal::Row;
use crate::text;

/// The rows.
#[component]
pub fn Lines(tenant: String, rows: Vec<Row>) -> impl IntoView {
    view! {
        <Table id="receipts" caption="Receipts, newest first" class="receipts" caption_hidden=true>
            <thead>
                <tr>
                    <th scope="col">"Time (UTC)"</th>
                    <th scope="col">"Agent, on behalf of"</th>
                    <th scope="col">"Action"</th>
                    <th scope="col">"Target"</th>
                    <th scope="col">"Verdict and reason"</th>
                    <th scope="col" class="right">"Envelope"</th>
                    <th scope="col" class="right">"#"</th>
                </tr>
            </thead>
            <tbody>{rows.into_iter().map(|row| view! { <Line tenant=tenant.clone() row/> }).collect_view()}</tbody>
        </Table>
    }
    .into_any()
}

#[component]
fn Line(tenant: String, row: Row) -> impl IntoView {
    let Row {
        seq,
        time,
        kind,
        actor,
        on_behalf_of,
        operation,
        table,
        target,
        verdict,
        status,
        code,
        envelope,
    } = row;
    let person = on_behalf_of.map(|person| view! { <span class="second"><Untrusted text=person/></span> });
    let place = table.map(|table| view! { " "<Untrusted text=table/> });
    // An outcome says that it is one already.
    let named = kind == "decision" || kind == operation;
    let kind = (!named).then(|| view! { <span class="second">{text::kind(&kind)}</span> });
    let code = code.map(|code| view! { <code class="second">{code}</code> });
    view! {
        <tr>
            <td><Time at=time bare=true/></td>
            <td><Untrusted text=actor/>{person}</td>
            <td><Untrusted text=operation/>{place}{kind}</td>
            <td><Untrusted text=target/></td>
            <td><Standing verdict status/>{code}</td>
            <td class="right">{envelope.map(|version| format!("v{version}"))}</td>
            <th scope="row" class="right">
                <a href=format!("/tenants/{tenant}/receipts/{seq}") aria-label=format!("Receipt {seq}")>{format!("#{seq}")}</a>
            </th>
        </tr>
    }
    .into_any()
}
