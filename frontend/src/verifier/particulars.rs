//! What a record of this check needs: which file, which page, which checkpoint, and the command that says the same.

use evidence::verify::{Report, Signer};
use leptos::prelude::*;

use super::brought::Brought;
use super::check::Check;
use super::facts::{Fact, Hash, grouped};
use super::keep;
use super::said::Said;

/// The facts, and what can be taken away.
#[component]
pub fn Particulars(check: Check, brought: Brought, report: Report) -> impl IntoView {
    let command = command(check, brought, &report);
    let pack = check.pack.get_untracked();
    let checkpoint = check.with_evidence(|evidence| evidence.checkpoint.clone()).flatten();
    let kept = checkpoint.clone().zip(report.about.clone());
    view! {
        <section class="particulars" aria-labelledby="particulars-title">
            <h3 id="particulars-title">"For your records"</h3>
            <dl class="facts">
                {pack.map(|pack| view! {
                    <Fact name="Pack"><Said text=pack.name/>{format!(", {} bytes", grouped(pack.size as u64))}</Fact>
                    {pack.sha256.map(|hex| view! { <Fact name="Its SHA-256"><Hash hex/></Fact> })}
                })}
                {checkpoint.map(|signed| {
                    let head = signed.checkpoint();
                    view! {
                        <Fact name="Log"><Said text=head.origin().to_owned()/></Fact>
                        <Fact name="Checkpoint">{format!("{} receipts, root ", grouped(head.size()))}<Hash hex=evidence::digest::to_hex(&head.root().0)/></Fact>
                    }
                })}
                <Fact name="Checked with">{concat!("verifier.html, version ", env!("CARGO_PKG_VERSION"))}</Fact>
                <Fact name="On the command line"><code class="command">{command}</code></Fact>
            </dl>
            <p class="actions">
                {kept.map(|(signed, about)| view! {
                    <button type="button" class="button" on:click=move |_| keep::save(&signed, &about)>"Keep this checkpoint"</button>
                })}
                <button type="button" class="button" on:click=|_| keep::print()>"Print this result"</button>
            </p>
        </section>
    }
}

/// The command that gives the same answer. The file's name is only in it if no shell could read anything into it.
fn command(check: Check, brought: Brought, report: &Report) -> String {
    let name =
        check.pack.with_untracked(|pack| pack.as_ref().map(|pack| pack.name.clone())).unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_');
    let is_plain = name.starts_with(plain) && name.chars().all(|c| plain(c) || c == '-');
    let file = if is_plain { name } else { "PACK.evidencepack".to_owned() };
    let since = brought
        .kept
        .with_untracked(Option::is_some)
        .then_some(" --since KEPT.checkpoint")
        .unwrap_or_default();
    match report.signer {
        Signer::Confirmed { key } => format!("evidence verify {file} --key {key}{since}"),
        _ => format!("evidence verify {file} --key FINGERPRINT{since}"),
    }
}
