//! One receipt, in words first and in its exact bytes last.

use evidence::dsse::{DsseError, Signed};
use evidence::name::Text;
use evidence::receipt::Receipt as Said;
use leptos::prelude::*;

pub use self::changes::{Changes, One};
pub use self::proof::Recorded;
pub use self::reasons::Reasons;
use crate::parts::{ErrorSummary, Standing, Stopped, Time, Title, Untrusted};
use crate::portal::{Detail, Fault, Mention, Refusal, Undoing};
use crate::text::{self, t, tf};
use crate::visit::{Done, Form, Rejected, Shown, Visit, say, show};

mod changes;
mod decision;
mod other;
mod proof;
mod reasons;
mod undo;

/// `/tenants/{tenant}/receipts/{seq}`
pub async fn receipt(visit: Visit) -> Shown {
    let tenant = visit.name("tenant")?;
    let seq = visit.part("seq")?.parse().map_err(|_| Refusal::NotFound)?;
    let detail = visit.portal()?.receipt(tenant.clone(), seq).await?;
    let said = read(&detail).map_err(|_| Refusal::Broken)?;
    let may_undo = visit.me().is_some_and(|me| me.role.may(crate::portal::Deed::RollBack));
    let rejected = visit.rejected().cloned();
    show(move || view! { <Page tenant=tenant.to_string() detail said may_undo rejected/> }.into_any())
}

/// `POST /tenants/{tenant}/receipts/{seq}/rollback`
pub async fn roll_back(visit: Visit, form: Form) -> Done {
    let tenant = visit.name("tenant")?;
    let seq = visit.part("seq")?.parse().map_err(|_| Refusal::NotFound)?;
    // Only a receipt that can be taken back gives its form an attempt.
    let attempt = form.text("attempt").to_owned();
    if attempt.is_empty() || attempt.len() > 64 {
        return Err(Refusal::NotFound);
    }
    let reason = form.text("reason").trim();
    if reason.is_empty() {
        return Err(Refusal::Invalid(vec![Fault::new("reason", "receipts.undo.reason_missing")]));
    }
    let reason: Text = reason
        .parse()
        .map_err(|_| Refusal::Invalid(vec![Fault::new("reason", "receipts.undo.reason_long")]))?;
    let log = format!("/tenants/{tenant}/receipts");
    let undone = visit.portal()?.roll_back(Undoing { tenant, seq, reason, attempt }).await?;
    let said = match undone.verdict {
        evidence::decision::Verdict::Allow if undone.is_done => "receipts.undo.said.done",
        evidence::decision::Verdict::Allow => "receipts.undo.said.allowed",
        evidence::decision::Verdict::Deny => "receipts.undo.said.refused",
        evidence::decision::Verdict::Escalate => "receipts.undo.said.waits",
    };
    say(said, format!("{log}/{}", undone.seq))
}

/// What the exact bytes say.
pub fn read(detail: &Detail) -> Result<Said, DsseError> {
    Said::read(&Signed::parse(detail.dsse.as_bytes())?)
}

#[component]
fn Page(
    tenant: String,
    detail: Detail,
    said: Said,
    may_undo: bool,
    rejected: Option<Rejected>,
) -> impl IntoView {
    let seq = said.entry().seq;
    let title = tf("receipts.receipt_of", &[("seq", &seq), ("tenant", &detail.title)]);
    let row = crate::portal::Row::of(&said, detail.envelope);
    let versions = (detail.contract, detail.envelope);
    let body = match said.clone() {
        Said::Decision(receipt) => {
            let undo = undo::Undoable {
                tenant: tenant.clone(),
                undo: detail.undo.clone(),
                may_undo,
                rejected: rejected.clone(),
            };
            view! { <decision::Decision receipt versions undo/> }.into_any()
        }
        other => view! { <other::Other receipt=other/> }.into_any(),
    };
    view! {
        <Title text=title.clone() came_back=rejected.is_some()/>
        <nav aria-label=t("receipts.where") class="trail">
            <a href=format!("/tenants/{tenant}/receipts")><Untrusted text=tf("receipts.of", &[("tenant", &detail.title)])/></a>
        </nav>
        {rejected.map(|rejected| view! { <ErrorSummary refusal=rejected.refusal title=t("receipts.undo.not_proposed")/> })}
        <header class="result">
            <h1><Untrusted text=title/></h1>
            <p class="answer"><Standing verdict=row.verdict status=row.status/></p>
            <p class="lead"><Untrusted text=text::summary(&said)/></p>
        </header>
        <Stopped stopped=detail.stopped.clone()/>
        {body}
        <Mentions tenant=tenant.clone() mentions=detail.mentions.clone()/>
        <proof::Proof tenant detail said/>
    }
    .into_any()
}

#[component]
fn Mentions(tenant: String, mentions: Vec<Mention>) -> impl IntoView {
    (!mentions.is_empty()).then(|| {
        let items = mentions.into_iter().map(|mention| {
            let Mention { seq, time, kind, word } = mention;
            view! {
                <li>
                    <a href=format!("/tenants/{tenant}/receipts/{seq}")>{format!("{} #{seq}", text::kind(&kind))}</a>
                    ": "
                    <Untrusted text=word.replace('_', " ")/>
                    ", "
                    <Time at=time/>
                </li>
            }
        });
        view! {
            <section aria-labelledby="mentions">
                <h2 id="mentions">{t("receipts.belongs")}</h2>
                <ul>{items.collect_view()}</ul>
            </section>
        }
    })
}
