//! The receipts of the pack: searched, filtered, a hundred at a time.

use evidence::receipt::Receipt;
use evidence::verify::Evidence;
use leptos::prelude::*;

use super::check::{Check, Phase};
use super::facts::{grouped, length, minute};
use super::receipt::Open;
use super::said::said;
use super::sentence::sentence;
use super::sift::{self, KINDS};

/// How many rows a page of the list has.
const ROWS: usize = 100;

/// The list, or the receipt that was opened from it.
#[component]
pub fn Receipts(check: Check) -> impl IntoView {
    let kind = RwSignal::new(String::new());
    let words = RwSignal::new(String::new());
    let page = RwSignal::new(0_usize);
    let is_there = Memo::new(move |_| check.phase.with(|phase| *phase == Phase::Done));
    Effect::new(move || {
        if !is_there.get() {
            kind.set(String::new());
            words.set(String::new());
        }
    });
    let found = Memo::new(move |_| {
        let (kind, words) = (kind.get(), words.get());
        page.set(0);
        let sifted = check.with_evidence(|evidence| sift::sift(evidence, &kind, &words));
        sifted.filter(|_| is_there.get()).unwrap_or_default()
    });
    let has_any = Memo::new(move |_| {
        is_there.get() && check.with_evidence(|evidence| !evidence.items.is_empty()).unwrap_or(false)
    });
    move || {
        has_any.get().then(|| {
            view! {
                <section class="receipts" aria-labelledby="receipts-title">
                    <h2 id="receipts-title">"Receipts"</h2>
                    <Caution check/>
                    <Open check/>
                    <div hidden=move || check.open.with(Option::is_some)>
                        <Search check kind words/>
                        <Table check found page/>
                        <Pager found page/>
                    </div>
                </section>
            }
        })
    }
}

/// When not all steps held, the receipts are only what the pack says.
#[component]
fn Caution(check: Check) -> impl IntoView {
    move || {
        let stopped = check
            .report
            .with(|report| report.as_ref().and_then(|report| report.stopped_at().map(|step| step.name)));
        stopped.map(|name| view! {
            <p class="caution">{format!("The check stopped at “{name}”, so these are only what the pack says.")}</p>
        })
    }
}

#[component]
fn Search(check: Check, kind: RwSignal<String>, words: RwSignal<String>) -> impl IntoView {
    let counts = check.with_evidence(sift::counts).unwrap_or_default();
    let options = KINDS.iter().filter_map(|(value, words)| {
        let count = counts.get(value).copied().unwrap_or(0);
        (count > 0).then(|| view! { <option value=*value>{format!("{words} ({})", grouped(count))}</option> })
    });
    view! {
        <form class="search" role="search" aria-label="Receipts" on:submit=|event| event.prevent_default()>
            <p class="field">
                <label for="search">"Search"</label>
                <input id="search" type="search" autocomplete="off" spellcheck="false" prop:value=words
                    placeholder="agent, table, key, reason code, #12"
                    on:change=move |event| words.set(event_target_value(&event))/>
            </p>
            <p class="field">
                <label for="kind">"Show"</label>
                <select id="kind" on:change=move |event| kind.set(event_target_value(&event))>{options.collect_view()}</select>
            </p>
        </form>
    }
}

#[component]
fn Table(check: Check, found: Memo<Vec<u64>>, page: RwSignal<usize>) -> impl IntoView {
    let rows = move || {
        let start = page.get() * ROWS;
        let listed: Vec<u64> = found.with(|found| found.iter().skip(start).take(ROWS).copied().collect());
        check.with_evidence(|evidence| {
            listed.iter().filter_map(|seq| row(check, evidence, *seq)).collect_view()
        })
    };
    view! {
        <p class="soft" hidden=move || found.with(|found| !found.is_empty())>
            "No receipt is like that. Clear the search or show all receipts."
        </p>
        <div class="scroll" role="region" aria-label="List of receipts" tabindex="0" hidden=move || found.with(Vec::is_empty)>
            <table class="list">
                <thead>
                    <tr>
                        <th scope="col">"#"</th>
                        <th scope="col">"Time (UTC)"</th>
                        <th scope="col">"What"</th>
                        <th scope="col">"Says"</th>
                        <th scope="col">"Reason"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn row(check: Check, evidence: &Evidence, seq: u64) -> Option<AnyView> {
    let receipt = &sift::find(evidence, seq)?.receipt;
    let text = sentence(receipt);
    let cells = view! {
        <tr>
            <th scope="row">
                <button type="button" class="open" id=format!("row-{seq}") aria-label=format!("Open receipt {seq}")
                    on:click=move |_| check.open.set(Some(seq))>{format!("#{}", grouped(seq))}</button>
            </th>
            <td><time>{minute(receipt.entry().time)}</time></td>
            <td><span class="verdict" data-tone=sift::tone(receipt)>{sift::word(receipt)}</span></td>
            <td>{said(&text)}</td>
            <td class="codes">{codes(receipt)}</td>
        </tr>
    };
    Some(cells.into_any())
}

fn codes(receipt: &Receipt) -> String {
    match receipt {
        Receipt::Decision(decision) => {
            let codes: Vec<&str> =
                decision.decision.reasons.iter().map(|reason| reason.code.as_str()).collect();
            match codes.as_slice() {
                [first, rest @ ..] if !rest.is_empty() => format!("{first} and {} more", length(rest)),
                codes => codes.concat(),
            }
        }
        Receipt::Outcome(outcome) => outcome.code.map(|code| code.as_str().to_owned()).unwrap_or_default(),
        _ => String::new(),
    }
}

#[component]
fn Pager(found: Memo<Vec<u64>>, page: RwSignal<usize>) -> impl IntoView {
    let total = move || found.with(Vec::len);
    let words = move || {
        let (start, total) = (page.get() * ROWS, total());
        let end = total.min(start + ROWS);
        format!("{} to {} of {}", grouped(start as u64 + 1), grouped(end as u64), grouped(total as u64))
    };
    let is_last = move || (page.get() + 1) * ROWS >= total();
    view! {
        <nav class="pager" aria-label="Pages of receipts" hidden=move || total() == 0>
            <button type="button" class="button small" disabled=move || page.get() == 0
                on:click=move |_| page.update(|page| *page = page.saturating_sub(1))>"Earlier"</button>
            <span role="status">{words}</span>
            <button type="button" class="button small" disabled=is_last on:click=move |_| page.update(|page| *page += 1)>"Later"</button>
        </nav>
    }
}
