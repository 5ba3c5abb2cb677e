//! Things: what stands for itself, facts about it, and how one gets around in it.

use evidence::value::Value;
use leptos::prelude::*;

use super::{Part, samples};
use crate::parts::{
    Card, Cell, Diff, DiffRow, Empty, Fact, Facts, Flash, Hash, Link, Notice, Pager, Says, Step, StepState,
    Steps, Subnav, Table, Time, Tone,
};
use crate::text::t;

#[component]
pub fn Things() -> impl IntoView {
    view! {
        <section aria-labelledby="things" class="guide">
            <h2 id="things">{t("style.things")}</h2>
            <Part name="Card" key="style.card"><Cards/></Part>
            <Part name="Facts" key="style.facts">
                <Facts>
                    <Fact name=t("style.in_force")><Time at=samples::at(0)/></Fact>
                    <Fact name=t("style.digest")><Hash text=samples::DIGEST/></Fact>
                </Facts>
            </Part>
            <Part name="Table" key="style.table"><Rows/></Part>
            <Part name="Diff" key="style.diff"><Changed/></Part>
            <Part name="Notice" key="style.notice"><Notices/></Part>
            <Part name="Flash" key="style.flash"><Flash said="said.language"/></Part>
            <Part name="Empty" key="style.empty">
                <Empty title=t("style.nothing")><p><a href="/style">{t("style.go")}</a></p></Empty>
            </Part>
            <Part name="Subnav" key="style.subnav">
                <Subnav label=t("style.parts_of_acme") links=vec![
                    Link::new("/style", t("style.boundary")),
                    Link::new("/receipts", t("frame.receipts")).count(12),
                    Link::new("/try", t("frame.try")),
                ]/>
            </Part>
            <Part name="Steps" key="style.steps"><Way/></Part>
            <Part name="Pager" key="style.pager">
                <Pager label=t("frame.receipts") newest=Some("/style".to_owned()) older=Some("/style".to_owned())/>
            </Part>
        </section>
    }
    .into_any()
}

#[component]
fn Cards() -> impl IntoView {
    view! {
        <div class="cards">
            <Card id="guide-acme" title="Acme Ltd" href="/style"><p>{t("style.card_says")}</p></Card>
            <Card id="guide-birch" title="Birch & Co"><p>{t("style.card_says")}</p></Card>
        </div>
    }
    .into_any()
}

#[component]
fn Rows() -> impl IntoView {
    let row = |key: &'static str, count: &'static str| {
        view! { <tr><th scope="row"><code>{key}</code></th><td class="right">{count}</td></tr> }
    };
    view! {
        <Table id="guide-rows" caption=t("style.table_caption")>
            <thead><tr><th scope="col">{t("style.table_name")}</th><th scope="col" class="right">{t("style.table_rows")}</th></tr></thead>
            <tbody>{row("contacts", "1,204")}{row("invoices", "88")}</tbody>
        </Table>
    }
    .into_any()
}

#[component]
fn Changed() -> impl IntoView {
    let text = |text: &str| Cell::Open(Value::from(text));
    let row = |column: &str, before, after| DiffRow { column: column.to_owned(), before, after };
    let rows = vec![
        row("email", text("anna@acme.example"), text("anna@acme.example")),
        row("phone", Cell::Open(Value::Null), text("+49 30 1234")),
        row("status", text("open"), text("closed")),
    ];
    view! { <Diff id="guide-diff" caption=t("style.diff_caption") rows/> }.into_any()
}

#[component]
fn Notices() -> impl IntoView {
    let each = [
        (Tone::Plain, t("style.notice_plain")),
        (Tone::Good, t("style.notice_good")),
        (Tone::Warning, t("style.notice_warning")),
        (Tone::Bad, t("style.notice_bad")),
    ];
    let each =
        each.map(|(tone, title)| view! { <Notice title tone><p><Says key="style.notice_do"/></p></Notice> });
    view! { <div class="stack">{each.collect_view()}</div> }.into_any()
}

#[component]
fn Way() -> impl IntoView {
    let step = |key: &'static str, href: Option<&str>, state| Step {
        label: t(key).to_owned(),
        href: href.map(str::to_owned),
        state,
    };
    let steps = vec![
        step("style.step_database", Some("/style"), StepState::Done),
        step("style.step_contract", None, StepState::Here),
        step("style.step_envelope", None, StepState::Later),
    ];
    view! { <Steps label=t("style.steps_to") steps/> }.into_any()
}
