//! Where a receipt stands, its exact bytes, and how to check it without this page.

use evidence::receipt::Receipt;
use leptos::prelude::*;

use crate::parts::{Command, Hash, Time};
use crate::portal::Detail;
use crate::text::{self, t, tf, tn};

/// One line of what was recorded, with a link.
#[component]
pub fn Recorded(tenant: String, detail: Detail) -> impl IntoView {
    super::read(&detail).ok().map(|said| {
        let entry = said.entry();
        let seq = entry.seq;
        view! {
            <dl class="facts">
                <dt>{text::kind(said.kind())}</dt>
                <dd>
                    <a href=format!("/tenants/{tenant}/receipts/{seq}")>{tf("receipts.receipt", &[("seq", &seq)])}</a>
                    " "{tf("receipts.in_log", &[("tenant", &detail.title)])}" "
                    <Time at=entry.time/>
                </dd>
                <dt>{t("receipts.digest")}</dt>
                <dd><Hash text=detail.digest.to_string()/></dd>
            </dl>
        }
    })
}

/// The foot of a receipt's page.
#[component]
pub fn Proof(tenant: String, detail: Detail, said: Receipt) -> impl IntoView {
    let entry = said.entry().clone();
    let Detail { dsse, digest, head, signer, .. } = detail;
    let covered = match &head {
        Some(head) if entry.seq < head.size => {
            tf("receipts.covered", &[("receipts", &tn("count.receipts", head.size))])
        }
        _ => t("receipts.uncovered").to_owned(),
    };
    view! {
        <section aria-labelledby="check">
            <h2 id="check">{t("receipts.check")}</h2>
            <p>
                {t("receipts.check.how")}
                " "
                <a href=format!("/tenants/{tenant}/pack") download="" rel="external">{t("receipts.pack")}</a>
                " · "
                <a href="/verify" rel="external">{t("receipts.check.verifier")}</a>
            </p>
            <Command text=format!("evidence verify {tenant}.evidencepack --key {}", signer.0)/>
            <dl class="facts">
                <dt>{t("receipts.recorded")}</dt>
                <dd><Time at=entry.time/>" "{tf("receipts.engine", &[("engine", &entry.engine)])}</dd>
                <dt>{t("receipts.place")}</dt>
                <dd>{tf("receipts.place.in", &[("seq", &entry.seq)])}" "<code>{entry.log.to_string()}</code>", "{covered}</dd>
                <dt>{t("receipts.digest")}</dt>
                <dd><Hash text=digest.to_string()/></dd>
                <dt>{t("receipts.signed_by")}</dt>
                <dd><Hash text=signer.0.to_string()/></dd>
            </dl>
            <details class="raw">
                <summary>{t("receipts.bytes")}</summary>
                <pre tabindex="0"><code>{dsse}</code></pre>
            </details>
        </section>
    }
    .into_any()
}
