//! How the write is undone: what would be written back, until when, and the form that proposes it.

use evidence::receipt::DecisionReceipt;
use leptos::prelude::*;

use super::changes::Back;
use crate::parts::{LongText, Time};
use crate::portal::Undo;
use crate::text::{self, t};
use crate::visit::Rejected;

/// What the page knows of it.
#[derive(Clone)]
pub struct Undoable {
    /// Whose log it is in.
    pub tenant: String,
    /// How it can be taken back from here, if it can.
    pub undo: Option<Undo>,
    /// Whether the visitor may.
    pub may_undo: bool,
    /// The form that came back.
    pub rejected: Option<Rejected>,
}

/// The section.
#[component]
pub fn Undoing(receipt: DecisionReceipt, undoable: Undoable) -> impl IntoView {
    let how = text::rollback(receipt.decision.rollback.as_ref(), receipt.standing.undoes.as_ref());
    let Undoable { tenant, undo, may_undo, rejected } = undoable;
    let seq = receipt.entry.seq;
    let form = undo.map(|undo| match (undo.is_over, may_undo) {
        (true, _) => view! { <p>{t("receipts.undo.over")}" "<Time at=undo.until/></p> }.into_any(),
        (false, false) => {
            view! { <p>{t("receipts.undo.until")}" "<Time at=undo.until/>". "{t("receipts.undo.not_yours")}</p> }.into_any()
        }
        (false, true) => view! {
            <p>{t("receipts.undo.until")}" "<Time at=undo.until/>". "{t("receipts.undo.governed")}</p>
            <Back action=receipt.action.clone()/>
            <Propose action=format!("/tenants/{tenant}/receipts/{seq}/rollback") attempt=undo.attempt rejected/>
        }
        .into_any(),
    });
    view! {
        <section aria-labelledby="undo">
            <h2 id="undo">{t("receipts.undo.title")}</h2>
            <p>{how}</p>
            {form}
        </section>
    }
    .into_any()
}

#[component]
fn Propose(action: String, attempt: String, rejected: Option<Rejected>) -> impl IntoView {
    let typed = rejected.as_ref().map(|rejected| rejected.form.text("reason").to_owned());
    // The same form, so that sending it again is still one wish.
    let attempt = rejected.as_ref().map_or(attempt, |rejected| rejected.form.text("attempt").to_owned());
    let faults = rejected.map(|rejected| rejected.faults()).unwrap_or_default();
    view! {
        <form method="post" action=action class="undo">
            <input type="hidden" name="attempt" value=attempt/>
            <LongText id="reason" label=t("receipts.undo.reason") hint=t("receipts.undo.reason.hint") text=typed.unwrap_or_default() faults rows=2/>
            <div class="actions"><button type="submit">{t("receipts.undo.do")}</button></div>
        </form>
    }
    .into_any()
}
