//! One receipt, opened: what it says, how its verdict follows, and the exact document.

use evidence::canonical;
use evidence::digest::Digest;
use evidence::key::KeyId;
use evidence::receipt::{
    ActivationReceipt, ApprovalReceipt, KeyReceipt, NoticeReceipt, Receipt, StandingReceipt, StandingState,
};
use evidence::verify::Item;
use leptos::prelude::*;

use super::cells::{Effects, key_of};
use super::check::Check;
use super::decided::Decided;
use super::facts::{fact, grouped, hash};
use super::page::focus;
use super::rederived::rederived;
use super::said::{json, said};
use super::sentence::{document, sentence, subject};
use super::sift;

/// A button that opens a receipt.
#[component]
pub fn Opener(check: Check, seq: u64) -> impl IntoView {
    view! { <button type="button" class="open" on:click=move |_| check.open.set(Some(seq))>{format!("#{}", grouped(seq))}</button> }
}

/// The receipt that is open, if one is. The keyboard moves to its heading, and back to its row.
#[component]
pub fn Open(check: Check) -> impl IntoView {
    Effect::new(move || {
        if check.open.with(Option::is_some) {
            focus("open-title");
        }
    });
    move || {
        let seq = check.open.get()?;
        let copy = check.with_evidence(|evidence| sift::find(evidence, seq).map(Copy::of)).flatten();
        Some(match copy {
            Some(copy) => view! { <Opened check copy/> }.into_any(),
            None => view! {
                <h3 id="open-title" tabindex="-1">{format!("Receipt #{}", grouped(seq))}</h3>
                <p>"This receipt is not in the pack."</p>
                <Back check seq/>
            }
            .into_any(),
        })
    }
}

/// An item of the evidence, to be shown.
#[derive(Clone)]
struct Copy {
    receipt: Receipt,
    digest: Digest,
    leaf: String,
    signer: KeyId,
}

impl Copy {
    fn of(item: &Item) -> Self {
        let leaf = evidence::digest::to_hex(&item.leaf.0);
        Self { receipt: item.receipt.clone(), digest: item.digest, leaf, signer: item.signer }
    }
}

#[component]
fn Opened(check: Check, copy: Copy) -> impl IntoView {
    let Copy { receipt, digest, leaf, signer } = copy;
    let entry = receipt.entry().clone();
    let text = pretty(&receipt);
    let word = sift::word(&receipt);
    view! {
        <article class="receipt" aria-labelledby="open-title">
            <Back check seq=entry.seq/>
            <h3 id="open-title" tabindex="-1">
                {format!("Receipt #{}, {} ", grouped(entry.seq), receipt.kind())}
                <span class="verdict" data-tone=sift::tone(&receipt)>{word}</span>
            </h3>
            <p class="lead">{said(&sentence(&receipt))}</p>
            {body(check, &receipt)}
            <h4>"Where it stands"</h4>
            <dl class="facts">
                {fact("Recorded", entry.time.to_string())}
                {fact("Position", format!("#{} of log {}", grouped(entry.seq), entry.log))}
                {fact("Tenant", entry.tenant.to_string())}
                {fact("Written by", said(entry.engine.as_str()))}
                {fact("Digest", hash(&digest.hex()))}
                {fact("Leaf of the log", hash(&leaf))}
                {fact("Signed by key", hash(&signer.to_string()))}
            </dl>
            <details>
                <summary>"What was signed, as JSON"</summary>
                {json(&text)}
            </details>
        </article>
    }
}

#[component]
fn Back(check: Check, seq: u64) -> impl IntoView {
    let back = move |_| {
        check.open.set(None);
        request_animation_frame(move || {
            let row = document_element(&format!("row-{seq}")).or_else(|| document_element("search"));
            if let Some(row) = row {
                let _ = row.focus();
            }
        });
    };
    view! { <p><button type="button" class="button small" on:click=back>"Back to the list"</button></p> }
}

fn document_element(id: &str) -> Option<web_sys::HtmlElement> {
    use wasm_bindgen::JsCast as _;
    leptos::prelude::document().get_element_by_id(id)?.dyn_into().ok()
}

/// By way of a plain value: a second way to write every type would only make the page larger.
fn pretty(receipt: &Receipt) -> String {
    let bytes = match receipt {
        Receipt::Activation(one) => canonical::to_vec(one),
        Receipt::Approval(one) => canonical::to_vec(one),
        Receipt::Decision(one) => canonical::to_vec(one),
        Receipt::Key(one) => canonical::to_vec(one),
        Receipt::Notice(one) => canonical::to_vec(one),
        Receipt::Outcome(one) => canonical::to_vec(one),
        Receipt::Standing(one) => canonical::to_vec(one),
    };
    let value = bytes.ok().and_then(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok());
    value.map_or_else(String::new, |value| format!("{value:#}"))
}

fn body(check: Check, receipt: &Receipt) -> AnyView {
    match receipt {
        Receipt::Decision(one) => {
            view! { <Decided check receipt=one.clone()/>{rederived(check, one)} }.into_any()
        }
        Receipt::Outcome(one) => {
            let (seq, code, source) = (one.decision.seq, one.code, one.source);
            let effects = one.records.clone();
            view! {
                <dl class="facts">
                    {fact("Decision", view! { <Opener check seq/> })}
                    {code.map(|code| fact("Why", format!("{code}: {}", code.sentence())))}
                    {fact("Who says so", super::decided::source(source))}
                </dl>
                <Effects effects/>
            }
            .into_any()
        }
        Receipt::Approval(one) => approval(check, one).into_any(),
        Receipt::Activation(one) => activation(one).into_any(),
        Receipt::Key(one) => key(one).into_any(),
        Receipt::Notice(one) => notice(one).into_any(),
        Receipt::Standing(one) => standing(one).into_any(),
    }
}

fn approval(check: Check, one: &ApprovalReceipt) -> impl IntoView + use<> {
    view! {
        <dl class="facts">
            {fact("Decision", view! { <Opener check seq=one.decision.seq/> })}
            {fact("Vote", if one.approve { "For" } else { "Against" })}
            {fact("By", said(one.approver.as_str()))}
            {fact("As a member of", one.group.to_string())}
            {fact("Reason", said(one.reason.as_str()))}
        </dl>
    }
}

fn activation(one: &ActivationReceipt) -> impl IntoView + use<> {
    let changes = one.changes.iter().map(|change| view! { <li>{said(change.as_str())}</li> }).collect_view();
    view! {
        <dl class="facts">
            {fact("Document", document(one.document))}
            {fact("Its digest", hash(&one.digest.hex()))}
            {one.previous.map(|previous| fact("Replaces", hash(&previous.hex())))}
            {fact("Connector", one.connector.to_string())}
            {one.proposed_by.as_ref().map(|by| fact("Proposed by", said(by.as_str())))}
            {fact("Put in force by", said(one.by.as_str()))}
            {fact("Reason", said(one.reason.as_str()))}
        </dl>
        <h4>"What changed"</h4>
        <ul>{changes}</ul>
    }
}

fn key(one: &KeyReceipt) -> impl IntoView + use<> {
    let purposes: Vec<String> =
        one.key.purposes.iter().map(|purpose| format!("{purpose:?}").to_lowercase()).collect();
    let until = one.key.valid_until.map_or_else(|| "no end set".to_owned(), |end| end.to_string());
    view! {
        <dl class="facts">
            {fact("Key", hash(&one.key.keyid.to_string()))}
            {fact("In words", one.key.keyid.words())}
            {fact("May sign", purposes.join(", "))}
            {fact("From", one.key.valid_from.to_string())}
            {fact("Until", until)}
            {fact("Reason", said(one.reason.as_str()))}
        </dl>
    }
}

fn notice(one: &NoticeReceipt) -> impl IntoView + use<> {
    let keys = one.records.iter().map(|key| view! { <li>{key_of(key)}</li> }).collect_view();
    view! {
        <dl class="facts">
            {fact("Acting tenant, blinded", hash(&one.actor.hex()))}
            {fact("Connector", one.connector.to_string())}
            {fact("Operation", said(one.operation.as_str()))}
            {fact("Table", said(one.table.as_str()))}
        </dl>
        <h4>"Records of this tenant that were named; none changed"</h4>
        <ul>{keys}</ul>
    }
}

fn standing(one: &StandingReceipt) -> impl IntoView + use<> {
    let state = if one.state == StandingState::Stopped { "May not act" } else { "May act" };
    view! {
        <dl class="facts">
            {fact("Whose", subject(&one.subject))}
            {fact("Now", state)}
            {fact("By", said(one.by.as_str()))}
            {fact("Reason", said(one.reason.as_str()))}
        </dl>
    }
}
