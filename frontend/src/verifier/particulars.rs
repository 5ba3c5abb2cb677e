//! What a record of this check needs: which file, which page, which checkpoint, and the command that says the same.

use evidence::verify::{Report, Signer};
use leptos::prelude::*;

use super::brought::Brought;
use super::check::Check;
use super::facts::{fact, grouped, hash};
use super::keep;
use super::said::said;

/// The facts, and what can be taken away.
pub fn particulars(check: Check, brought: Brought, report: &Report) -> AnyView {
    let command = command(check, brought, report);
    let pack = check.pack.get_untracked();
    let checkpoint = check.with_evidence(|evidence| evidence.checkpoint.clone()).flatten();
    let kept = checkpoint.clone().zip(report.about.clone());
    view! {
        <section class="particulars" aria-labelledby="particulars-title">
            <h3 id="particulars-title">"For your records"</h3>
            <dl class="facts">
                {pack.map(|pack| view! {
                    {fact("Pack", view! { {said(&pack.name)}{format!(", {} bytes", grouped(pack.size as u64))} })}
                    {pack.sha256.map(|hex| fact("Its SHA-256", hash(&hex)))}
                })}
                {checkpoint.map(|signed| {
                    let head = signed.checkpoint();
                    view! {
                        {fact("Log", said(head.origin()))}
                        {fact("Checkpoint", view! { {format!("{} receipts, root ", grouped(head.size()))}{hash(&evidence::digest::to_hex(&head.root().0))} })}
                    }
                })}
                {fact("Checked with", concat!("verifier.html, version ", env!("CARGO_PKG_VERSION")))}
                {fact("On the command line", view! { <code class="command">{command}</code> })}
            </dl>
            <p class="actions">
                {kept.map(|(signed, about)| view! {
                    <button type="button" class="button" on:click=move |_| keep::save(&signed, &about)>"Keep this checkpoint"</button>
                })}
                <button type="button" class="button" on:click=|_| keep::print()>"Print this result"</button>
            </p>
        </section>
    }
    .into_any()
}

/// The command that gives the same answer. The file's name is only in it if no shell could read anything into it.
fn command(check: Check, brought: Brought, report: &Report) -> String {
    let name =
        check.pack.with_untracked(|pack| pack.as_ref().map(|pack| pack.name.clone())).unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_');
    let is_plain = name.starts_with(plain) && name.chars().all(|c| plain(c) || c == '-');
    let file = if is_plain { name } else { "PACK.evidencepack".to_owned() };
    let since = if brought.kept.with_untracked(Option::is_some) { " --since KEPT.checkpoint" } else { "" };
    match report.signer {
        Signer::Confirmed { key } => format!("evidence verify {file} --key {key}{since}"),
        _ => format!("evidence verify {file} --key FINGERPRINT{since}"),
    }
}
