//! The log's table.

use leptos::prelude::*;

use crate::parts::{Standing, Table, Time, Untrusted};
use crate::portal::Row;
use crate::text::{self, t, tf};

/// The rows.
#[component]
pub fn Lines(tenant: String, rows: Vec<Row>) -> impl IntoView {
    view! {
        <Table id="receipts" caption=t("receipts.caption") class="receipts" caption_hidden=true>
            <thead>
                <tr>
                    <th scope="col">{t("receipts.time")}</th>
                    <th scope="col">{t("receipts.agent_for")}</th>
                    <th scope="col">{t("receipts.action")}</th>
                    <th scope="col">{t("receipts.target")}</th>
                    <th scope="col">{t("receipts.verdict_and_reason")}</th>
                    <th scope="col" class="right">{t("receipts.envelope")}</th>
                    <th scope="col" class="right">"#"</th>
                </tr>
            </thead>
            <tbody data-tail-rows="">
                {rows.into_iter().map(|row| view! { <Line tenant=tenant.clone() row/> }).collect_view()}
            </tbody>
        </Table>
    }
    .into_any()
}

/// One of them.
#[component]
pub fn Line(tenant: String, row: Row) -> impl IntoView {
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
        <tr id=format!("receipt-{seq}") data-item="" data-seq=seq.to_string()>
            <td><Time at=time bare=true/></td>
            <td><Untrusted text=actor/>{person}</td>
            <td><Untrusted text=operation/>{place}{kind}</td>
            <td><Untrusted text=target/></td>
            <td><Standing verdict status/>{code}</td>
            <td class="right">{envelope.map(|version| format!("v{version}"))}</td>
            <th scope="row" class="right">
                <a
                    href=format!("/tenants/{tenant}/receipts/{seq}")
                    aria-label=tf("receipts.receipt", &[("seq", &seq)])
                    data-open=""
                >
                    {format!("#{seq}")}
                </a>
            </th>
        </tr>
    }
    .into_any()
}
