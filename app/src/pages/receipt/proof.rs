//! Where a receipt stands, its exact bytes, and how to check it without this page.

use evidence::receipt::Receipt;
use leptos::prelude::*;

use crate::parts::{Command, Hash, Time};
use crate::portal::Detail;
use crate::text;

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
                    <a href=format!("/tenants/{tenant}/receipts/{seq}")>{format!("Receipt #{seq}")}</a>
                    {format!(" in the log of {}, ", detail.title)}
                    <Time at=entry.time/>
                </dd>
                <dt>"Digest"</dt>
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
            format!("covered by the checkpoint over {}", text::tn("count.receipts", head.size))
        }
        _ => "not yet covered by a checkpoint".to_owned(),
    };
    view! {
        <section aria-labelledby="check">
            <h2 id="check">"Check it yourself"</h2>
            <p>
                "This page only shows the receipt. The pack proves it: "
                <a href=format!("/tenants/{tenant}/pack") download="" rel="external">"download the pack"</a>
                ", then run the line below or "
                <a href="/verify" rel="external">"open the verifier"</a>
                "."
            </p>
            <Command text=format!("evidence verify {tenant}.evidencepack --key {}", signer.0)/>
            <dl class="facts">
                <dt>"Recorded"</dt>
                <dd><Time at=entry.time/>{format!(" by {}", entry.engine)}</dd>
                <dt>"Place"</dt>
                <dd>{format!("#{} of log ", entry.seq)}<code>{entry.log.to_string()}</code>", "{covered}</dd>
                <dt>"Digest"</dt>
                <dd><Hash text=digest.to_string()/></dd>
                <dt>"Signed by"</dt>
                <dd><Hash text=signer.0.to_string()/></dd>
            </dl>
            <details class="raw">
                <summary>"The exact bytes (DSSE)"</summary>
                <pre tabindex="0"><code>{dsse}</code></pre>
            </details>
        </section>
    }
    .into_any()
}
