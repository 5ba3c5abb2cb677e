//! The receipts that are not verdicts.

use evidence::action::Source;
use evidence::receipt::{
    ActivationReceipt, ApprovalReceipt, KeyReceipt, NoticeReceipt, OutcomeReceipt, Receipt, StandingReceipt,
};
use leptos::prelude::*;

use crate::parts::{Hash, Table, Untrusted};
use crate::portal::key_text;
use crate::text::{self, t, tf};

/// What the receipt says.
#[component]
pub fn Other(receipt: Receipt) -> impl IntoView {
    match receipt {
        Receipt::Decision(_) => ().into_any(),
        Receipt::Outcome(outcome) => view! { <Outcome outcome/> }.into_any(),
        Receipt::Activation(activation) => view! { <Activation activation/> }.into_any(),
        Receipt::Approval(approval) => view! { <Approval approval/> }.into_any(),
        Receipt::Notice(notice) => view! { <Notice notice/> }.into_any(),
        Receipt::Key(key) => view! { <Key key_receipt=key/> }.into_any(),
        Receipt::Standing(standing) => view! { <Standing standing/> }.into_any(),
    }
}

#[component]
fn Outcome(outcome: OutcomeReceipt) -> impl IntoView {
    let meaning = text::outcome(&outcome);
    let code = outcome.code.map(|code| view! { <p>{code.sentence()}" "<code>{code.as_str()}</code></p> });
    let rows = outcome.records.into_iter().map(|effect| {
        let hash = |digest: Option<evidence::digest::Digest>| match digest {
            Some(digest) => view! { <Hash text=digest.to_string()/> }.into_any(),
            None => view! { <span class="soft">{t("receipts.no_record")}</span> }.into_any(),
        };
        let same = effect.before == effect.after;
        view! {
            <tr>
                <th scope="row"><Untrusted text=key_text(&effect.key)/></th>
                <td>{hash(effect.before)}</td>
                <td>{hash(effect.after)}</td>
                <td>{if same { t("receipts.same") } else { t("receipts.changed") }}</td>
            </tr>
        }
    });
    let rows: Vec<_> = rows.collect();
    let caption = match outcome.source {
        Source::Attested => t("receipts.hashes.attested"),
        Source::Observed => t("receipts.hashes.observed"),
    };
    view! {
        <section aria-labelledby="effect">
            <h2 id="effect">{t("receipts.effect")}</h2>
            <p>{meaning}</p>
            {(outcome.source == Source::Attested).then(|| view! { <p><strong>{text::source(outcome.source)}</strong></p> })}
            {code}
            {if rows.is_empty() {
                view! { <p class="soft">{t("receipts.effect.none")}</p> }.into_any()
            } else {
                view! {
                    <Table id="effects" caption=caption>
                        <thead>
                            <tr>
                                <th scope="col">{t("receipts.record")}</th>
                                <th scope="col">{t("receipts.before")}</th>
                                <th scope="col">{t("receipts.after")}</th>
                                <th scope="col">{t("receipts.change")}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </Table>
                }
                .into_any()
            }}
            <dl class="facts">
                <dt>{t("receipts.permit.used")}</dt>
                <dd><code>{outcome.permit.to_string()}</code></dd>
                <dt>{t("receipts.decision")}</dt>
                <dd><Hash text=outcome.decision.receipt.to_string()/></dd>
            </dl>
        </section>
    }
    .into_any()
}

#[component]
fn Activation(activation: ActivationReceipt) -> impl IntoView {
    let changes =
        activation.changes.into_iter().map(|change| view! { <li><Untrusted text=change.to_string()/></li> });
    let changes: Vec<_> = changes.collect();
    view! {
        <section aria-labelledby="activation">
            <h2 id="activation">{t("receipts.what_changed")}</h2>
            {(!changes.is_empty()).then(|| view! { <ul>{changes}</ul> })}
            <dl class="facts">
                <dt>{t("receipts.by")}</dt>
                <dd><Untrusted text=activation.by.to_string()/></dd>
                {activation.proposed_by.map(|by| view! { <dt>{t("receipts.proposed_by")}</dt><dd><Untrusted text=by.to_string()/></dd> })}
                <dt>{t("receipts.reason")}</dt>
                <dd><Untrusted text=activation.reason.to_string()/></dd>
                <dt>{t("receipts.document")}</dt>
                <dd><Hash text=activation.digest.to_string()/></dd>
                {activation.previous.map(|digest| view! { <dt>{t("receipts.replaces")}</dt><dd><Hash text=digest.to_string()/></dd> })}
            </dl>
        </section>
    }
    .into_any()
}

#[component]
fn Approval(approval: ApprovalReceipt) -> impl IntoView {
    view! {
        <section aria-labelledby="vote">
            <h2 id="vote">{t("receipts.vote")}</h2>
            <dl class="facts">
                <dt>{t("receipts.by")}</dt>
                <dd><Untrusted text=approval.approver.to_string()/>{tf("receipts.member_of", &[("group", &approval.group)])}</dd>
                <dt>{t("receipts.reason")}</dt>
                <dd><Untrusted text=approval.reason.to_string()/></dd>
                <dt>{t("receipts.decision")}</dt>
                <dd><Hash text=approval.decision.receipt.to_string()/></dd>
            </dl>
        </section>
    }
    .into_any()
}

#[component]
fn Notice(notice: NoticeReceipt) -> impl IntoView {
    let records = notice.records.iter().map(|key| view! { <li><Untrusted text=key_text(key)/></li> });
    view! {
        <section aria-labelledby="notice">
            <h2 id="notice">{t("receipts.notice")}</h2>
            <p>{t("receipts.notice.blind")}</p>
            <dl class="facts">
                <dt>{t("receipts.operation")}</dt>
                <dd><Untrusted text=notice.operation.to_string()/>" "<Untrusted text=notice.table.to_string()/></dd>
                <dt>{t("receipts.records.some")}</dt>
                <dd><ul role="list">{records.collect_view()}</ul></dd>
                <dt>{t("receipts.notice.actor")}</dt>
                <dd><Hash text=notice.actor.to_string()/></dd>
            </dl>
        </section>
    }
    .into_any()
}

#[component]
fn Key(key_receipt: KeyReceipt) -> impl IntoView {
    let key = key_receipt.key;
    view! {
        <section aria-labelledby="key">
            <h2 id="key">{t("receipts.key")}</h2>
            <dl class="facts">
                <dt>{t("receipts.key.fingerprint")}</dt>
                <dd><Hash text=key.keyid.0.to_string()/></dd>
                <dt>{t("receipts.key.words")}</dt>
                <dd class="words">{key.keyid.words()}</dd>
                <dt>{t("receipts.reason")}</dt>
                <dd><Untrusted text=key_receipt.reason.to_string()/></dd>
            </dl>
        </section>
    }
    .into_any()
}

#[component]
fn Standing(standing: StandingReceipt) -> impl IntoView {
    view! {
        <section aria-labelledby="stands">
            <h2 id="stands">{t("receipts.what_changed")}</h2>
            <dl class="facts">
                <dt>{t("receipts.standing.whose")}</dt>
                <dd>{text::subject(&standing.subject)}</dd>
                <dt>{t("receipts.by")}</dt>
                <dd><Untrusted text=standing.by.to_string()/></dd>
                <dt>{t("receipts.reason")}</dt>
                <dd><Untrusted text=standing.reason.to_string()/></dd>
            </dl>
        </section>
    }
    .into_any()
}
