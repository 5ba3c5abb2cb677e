//! On every page of a tenant that is stopped: that it is, by whom, and why.

use evidence::receipt::{StandingReceipt, StandingSubject};
use leptos::prelude::*;

use super::{Notice, Time, Tone, Untrusted};
use crate::text::t;

/// Nothing, if nothing is stopped.
#[component]
pub fn Stopped(
    /// The receipts by which it is.
    stopped: Vec<StandingReceipt>,
) -> impl IntoView {
    let notices = stopped.into_iter().map(|standing| {
        let what = match standing.subject {
            StandingSubject::Portal => t("receipts.stopped.portal"),
            StandingSubject::Tenant | StandingSubject::Agent(_) => t("receipts.stopped.tenant"),
        };
        view! {
            <Notice title=what tone=Tone::Bad>
                <p>{t("receipts.stopped.means")}</p>
                <p>
                    {t("receipts.stopped.by")}" "<Untrusted text=standing.by.to_string()/>", "
                    <Time at=standing.entry.time/>": "<Untrusted text=standing.reason.to_string()/>
                </p>
            </Notice>
        }
    });
    notices.collect_view().into_any()
}
