//! What was decided lately.

use evidence::reason::Code;
use leptos::prelude::*;

use super::effect::effect;
use super::settled::headline;
use crate::parts::{Badge, Table, Time, Untrusted};
use crate::portal::Settled;
use crate::text::t;

/// The table.
#[component]
pub fn History(settled: Vec<Settled>) -> impl IntoView {
    if settled.is_empty() {
        return view! { <p class="soft">{t("inbox.lately.none")}</p> }.into_any();
    }
    view! {
        <Table id="settled" caption=t("inbox.lately.caption") class="settled" caption_hidden=true>
            <thead>
                <tr>
                    <th scope="col">{t("inbox.when")}</th>
                    <th scope="col">{t("inbox.what")}</th>
                    <th scope="col">{t("inbox.answered_by")}</th>
                    <th scope="col">{t("inbox.result")}</th>
                </tr>
            </thead>
            <tbody>{settled.into_iter().map(|settled| view! { <Line settled/> }).collect_view()}</tbody>
        </Table>
    }
    .into_any()
}

#[component]
fn Line(settled: Settled) -> impl IntoView {
    let sentence = effect(&settled.decision.action, &settled.title);
    let verdict = settled.decision.decision.verdict;
    let became = headline(verdict, settled.outcome.as_ref());
    let is_silence = settled.decision.decision.has(Code::ApprovalTimeout);
    let votes = settled.asked().map(|asked| asked.votes.clone()).unwrap_or_default();
    let votes = votes.into_iter().map(|vote| {
        let word = if vote.approve { t("inbox.approved_by") } else { t("inbox.denied_by") };
        view! { <li>{word}" "<Untrusted text=vote.approver.to_string()/></li> }
    });
    view! {
        <tr data-item="">
            <td><Time at=settled.decision.entry.time/></td>
            <th scope="row">
                <a href=format!("/approvals/{}", settled.decision.action.id) data-open=""><Untrusted text=sentence/></a>
            </th>
            <td>
                <ul role="list">
                    {votes.collect_view()}
                    {is_silence.then(|| view! { <li>{t("inbox.nobody")}</li> })}
                </ul>
            </td>
            <td><Badge verdict/><span class="second">{became}</span></td>
        </tr>
    }
    .into_any()
}
