//! One receipt, in words first and in its exact bytes last.

use evidence::dsse::{DsseError, Signed};
use evidence::receipt::Receipt as Said;
use leptos::prelude::*;

pub use self::changes::Changes;
pub use self::proof::Recorded;
pub use self::reasons::Reasons;
use crate::parts::{Standing, Title, Untrusted};
use crate::portal::{Detail, Mention, Refusal};
use crate::text;
use crate::visit::{Shown, Visit, show};

mod changes;
mod decision;
mod other;
mod proof;
mod reasons;

/// `/tenants/{tenant}/receipts/{seq}`
pub async fn receipt(visit: Visit) -> Shown {
    let tenant = visit.name("tenant")?;
    let seq = visit.part("seq")?.parse().map_err(|_| Refusal::NotFound)?;
    let detail = visit.portal()?.receipt(tenant.clone(), seq).await?;
    let said = read(&detail).map_err(|_| Refusal::Broken)?;
    show(move || view! { <Page tenant=tenant.to_string() detail said/> }.into_any())
}

/// What the exact bytes say.
pub fn read(detail: &Detail) -> Result<Said, DsseError> {
    Said::read(&Signed::parse(detail.dsse.as_bytes())?)
}

#[component]
fn Page(tenant: String, detail: Detail, said: Said) -> impl IntoView {
    let seq = said.entry().seq;
    let title = format!("Receipt #{seq} of {}", detail.title);
    let row = crate::portal::Row::of(&said, detail.envelope);
    let versions = (detail.contract, detail.envelope);
    let body = match said.clone() {
        Said::Decision(receipt) => view! { <decision::Decision receipt versions/> }.into_any(),
        other => view! { <other::Other receipt=other/> }.into_any(),
    };
    view! {
        <Title text=title.clone()/>
        <nav aria-label="Where you are" class="trail">
            <a href=format!("/tenants/{tenant}/receipts")>{format!("Receipts of {}", detail.title)}</a>
        </nav>
        <header class="result">
            <h1>{title}</h1>
            <p class="answer"><Standing verdict=row.verdict status=row.status/></p>
            <p class="lead"><Untrusted text=text::summary(&said)/></p>
        </header>
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
                    <crate::parts::Time at=time/>
                </li>
            }
        });
        view! {
            <section aria-labelledby="mentions">
                <h2 id="mentions">"What belongs to it"</h2>
                <ul>{items.collect_view()}</ul>
            </section>
        }
    })
}
