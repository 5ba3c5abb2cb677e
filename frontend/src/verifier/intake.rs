//! What goes in: the pack, the vendor's key by name, and the checkpoint from last time.

use leptos::ev::{Event, SubmitEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{File, HtmlInputElement};

use super::brought::{Brought, WAYS};
use super::check::Check;
use super::facts::grouped;
use super::page::{begin, focus};
use super::said::said;

/// The form.
#[component]
pub fn Intake(check: Check, brought: Brought) -> impl IntoView {
    let missing = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        missing.set(!check.has_file());
        if check.has_file() {
            begin(check, brought, None);
        } else {
            focus("pack");
        }
    };
    view! {
        <form class="intake" novalidate on:submit=submit aria-label="What to check">
            <PackField check brought missing/>
            <FingerprintField brought/>
            <KeptField brought/>
            <p class="actions">
                <button type="submit" class="button primary">
                    {move || if check.report.with(Option::is_some) { "Check again" } else { "Check" }}
                </button>
                <button type="button" class="button" hidden=move || !check.is_running() on:click=move |_| check.stop()>
                    "Stop"
                </button>
            </p>
        </form>
    }
}

#[component]
fn PackField(check: Check, brought: Brought, missing: RwSignal<bool>) -> impl IntoView {
    let chosen = move |event: Event| {
        if let Some(file) = first_file(&event) {
            missing.set(false);
            begin(check, brought, Some(file));
        }
    };
    let at_hand = move || {
        check.pack.get().map(|pack| {
            let size = grouped(u64::try_from(pack.size).unwrap_or(u64::MAX));
            view! { <p class="chosen">"At hand: "{said(&pack.name)}{format!(", {size} bytes")}</p> }
        })
    };
    view! {
        <div class="field drop">
            <label for="pack">"EvidencePack"</label>
            <input id="pack" type="file" accept=".evidencepack" aria-describedby="pack-hint pack-fault" on:change=chosen/>
            <p id="pack-hint" class="hint">
                "Choose the file that ends in .evidencepack, or drop it anywhere on this page. It stays on your machine."
            </p>
            <p id="pack-fault" class="fault">{move || missing.get().then_some("Choose a pack first.")}</p>
            {at_hand}
        </div>
    }
}

#[component]
fn FingerprintField(brought: Brought) -> impl IntoView {
    let typed = move |event: Event| {
        brought.fingerprint.set(event_target_value(&event));
        brought.fingerprint_fault.set(None);
    };
    view! {
        <div class="field">
            <label for="fingerprint">"Fingerprint of the vendor’s key"</label>
            <input id="fingerprint" type="text" autocomplete="off" autocapitalize="off" spellcheck="false"
                aria-describedby="fingerprint-hint fingerprint-fault"
                aria-invalid=move || brought.fingerprint_fault.with(Option::is_some).to_string()
                prop:value=brought.fingerprint on:input=typed/>
            <p id="fingerprint-hint" class="hint">
                "64 hex digits or 16 words. Without it the page can tell that a pack is intact, but not who signed it."
            </p>
            <p id="fingerprint-fault" class="fault">{move || brought.fingerprint_fault.get()}</p>
        </div>
        <div class="field">
            <label for="way">"Where did you get the fingerprint?"</label>
            <select id="way" on:change=move |event| brought.way.set(event_target_value(&event))>
                <option value="">"Not said"</option>
                {WAYS.map(|(value, words)| view! { <option value=value>{words}</option> })}
            </select>
            <label for="remark" class="visually-hidden">"From whom or where exactly"</label>
            <input id="remark" type="text" autocomplete="off" placeholder="From whom or where exactly (optional)"
                prop:value=brought.remark on:input=move |event| brought.remark.set(event_target_value(&event))/>
            <p class="caution" hidden=move || brought.way.get() != "pack">
                "Whoever could change the pack on its way could change this fingerprint too. Ask the vendor by another way."
            </p>
        </div>
    }
}

#[component]
fn KeptField(brought: Brought) -> impl IntoView {
    let chosen = move |event: Event| match first_file(&event) {
        Some(file) => leptos::task::spawn_local(brought.keep(file)),
        None => brought.forget_kept(),
    };
    let at_hand = move || {
        brought.kept.get().map(|kept| {
            let size = grouped(kept.checkpoint.checkpoint().size());
            view! { <p class="chosen">"At hand: "{said(&kept.name)}{format!(", of a log of {size} receipts")}</p> }
        })
    };
    let clear = move |_| {
        brought.forget_kept();
        if let Some(input) =
            document().get_element_by_id("kept").and_then(|one| one.dyn_into::<HtmlInputElement>().ok())
        {
            input.set_value("");
        }
    };
    let is_any = move || brought.kept.with(Option::is_some) || brought.kept_fault.with(Option::is_some);
    view! {
        <div class="field">
            <label for="kept">"Checkpoint that you kept last time (optional)"</label>
            <input id="kept" type="file" aria-describedby="kept-hint kept-fault" on:change=chosen/>
            <p id="kept-hint" class="hint">"Shows that the log continues the one you saw then."</p>
            <p id="kept-fault" class="fault">{move || brought.kept_fault.get()}</p>
            {at_hand}
            <button type="button" class="button small" hidden=move || !is_any() on:click=clear>"Clear the checkpoint"</button>
        </div>
    }
}

fn first_file(event: &Event) -> Option<File> {
    let input = event.target()?.dyn_into::<HtmlInputElement>().ok()?;
    input.files()?.get(0)
}
