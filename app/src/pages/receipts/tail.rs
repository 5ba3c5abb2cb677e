//! New receipts as they are recorded: a line that `wake` keeps open, or else a link that looks again.

use leptos::prelude::*;

use crate::portal::Filter;
use crate::text::t;
use crate::visit::query;

/// The controls above the table. `next` is the first receipt that the table does not have.
#[component]
pub fn Tail(tenant: String, filter: Filter, next: u64) -> impl IntoView {
    let place = super::place(&tenant);
    let here = filter.address(&place);
    let stream = Filter { before: None, from: None, ..filter }.address(&format!("{place}/stream"));
    let (path, words) = stream.split_once('?').unwrap_or((&stream, ""));
    let mut pairs = query::pairs(words.as_bytes());
    pairs.push(("next".to_owned(), next.to_string()));
    let stream = query::address(path, pairs.iter().map(|(name, word)| (name.as_str(), word.as_str())));
    view! {
        <div
            class="tail"
            data-tail=stream
            data-live=t("receipts.live")
            data-paused=t("receipts.paused")
            data-waiting=t("receipts.waiting")
            data-ended=t("receipts.ended")
            data-one=t("receipts.new.one")
            data-other=t("receipts.new.other")
            data-pause=t("receipts.pause")
            data-resume=t("receipts.resume")
        >
            <p class="tail-state" data-tail-state=""></p>
            <p class="tail-news" role="status" aria-live="polite" data-tail-news=""></p>
            <button type="button" class="quiet" data-tail-pause="" hidden>{t("receipts.pause")}</button>
            <a href=here data-tail-link="">{t("receipts.look_again")}</a>
        </div>
    }
    .into_any()
}
