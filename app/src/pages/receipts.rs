//! A tenant's log as a table. What is shown is in the address, so every view can be linked, printed and reloaded.

use evidence::decision::Verdict;
use leptos::prelude::*;

use self::filters::Filters;
use self::lines::Lines;
use crate::parts::{Empty, Time, Title};
use crate::portal::{Filter, Page};
use crate::text;
use crate::visit::{Shown, Visit, query, show};

mod filters;
mod lines;

/// `/tenants/{tenant}/receipts`
pub async fn receipts(visit: Visit) -> Shown {
    let tenant = visit.name("tenant")?;
    let filter = filter(|name| visit.query(name));
    let page = visit.portal()?.receipts(tenant.clone(), filter.clone()).await?;
    show(move || view! { <Log tenant=tenant.to_string() filter page/> }.into_any())
}

#[component]
fn Log(tenant: String, filter: Filter, page: Page) -> impl IntoView {
    let Page { title, rows, older, head, agents } = page;
    let narrows = filter.narrows();
    let first_page = filter.before.is_none();
    let coverage = head.map(|head| {
        let last = text::grouped(head.size.saturating_sub(1));
        view! {
            <p>
                {format!("Complete from #0 to #{last}. The last checkpoint, over {}, is of ", text::tn("count.receipts", head.size))}
                <Time at=head.time/>
                "."
            </p>
        }
    });
    let pager = view! { <Pager tenant=tenant.clone() filter=filter.clone() older/> };
    view! {
        <Title text=format!("Receipts of {title}")/>
        <h1>{format!("Receipts of {title}")}</h1>
        {coverage}
        <p>
            <a href=format!("/tenants/{tenant}/pack") download="">"Download the pack of this log"</a>
            " · "
            <a href="/receipts">"Other tenants"</a>
        </p>
        <Filters tenant=tenant.clone() filter agents/>
        {match (rows.is_empty(), narrows, first_page) {
            (false, ..) => view! { <Lines tenant rows/> }.into_any(),
            (true, true, _) => view! { <NothingMatches tenant/> }.into_any(),
            (true, false, true) => view! { <NothingYet/> }.into_any(),
            (true, false, false) => view! { <NothingOlder tenant/> }.into_any(),
        }}
        {pager}
    }
    .into_any()
}

#[component]
fn Pager(tenant: String, filter: Filter, older: Option<u64>) -> impl IntoView {
    let newest =
        filter.before.is_some().then(|| address(&tenant, &Filter { before: None, ..filter.clone() }));
    let older = older.map(|before| address(&tenant, &Filter { before: Some(before), ..filter }));
    (newest.is_some() || older.is_some()).then(|| {
        view! {
            <nav class="pager" aria-label="Pages of the log">
                <ul role="list" class="inline">
                    {newest.map(|href| view! { <li><a href=href>"Newest"</a></li> })}
                    {older.map(|href| view! { <li><a href=href rel="next">"Older"</a></li> })}
                </ul>
            </nav>
        }
    })
}

#[component]
fn NothingMatches(tenant: String) -> impl IntoView {
    view! {
        <Empty title="No receipt matches these filters.">
            <p>"Loosen a filter above, or "<a href=format!("/tenants/{tenant}/receipts")>"show all receipts"</a>"."</p>
        </Empty>
    }
    .into_any()
}

#[component]
fn NothingYet() -> impl IntoView {
    view! {
        <Empty title="This log is empty.">
            <p>"The first receipt appears when an envelope is put in force or a write is proposed. "<a href="/try">"Propose one"</a>"."</p>
        </Empty>
    }
    .into_any()
}

#[component]
fn NothingOlder(tenant: String) -> impl IntoView {
    view! {
        <Empty title="There is nothing older.">
            <p><a href=format!("/tenants/{tenant}/receipts")>"Go to the newest receipts"</a></p>
        </Empty>
    }
    .into_any()
}

/// What the address asks for. A word that means nothing is as good as none, as the form then shows.
fn filter<'a>(asked: impl Fn(&str) -> Option<&'a str>) -> Filter {
    let word = |name: &str| asked(name).map(str::to_owned);
    Filter {
        verdict: asked("verdict")
            .and_then(|text| Verdict::ALL.into_iter().find(|verdict| verdict.as_str() == text)),
        kind: word("kind"),
        agent: word("agent"),
        table: word("table"),
        code: word("code"),
        before: asked("before").and_then(|text| text.parse().ok()),
    }
}

/// The address of a view.
fn address(tenant: &str, filter: &Filter) -> String {
    let verdict = filter.verdict.map(|verdict| verdict.to_string());
    let before = filter.before.map(|before| before.to_string());
    let words = [
        ("verdict", &verdict),
        ("kind", &filter.kind),
        ("agent", &filter.agent),
        ("table", &filter.table),
        ("code", &filter.code),
        ("before", &before),
    ];
    let words = words.into_iter().filter_map(|(name, word)| word.as_deref().map(|word| (name, word)));
    query::address(&format!("/tenants/{tenant}/receipts"), words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_survives_its_address() {
        let asked = Filter {
            verdict: Some(Verdict::Deny),
            table: Some("a&b=c d".to_owned()),
            before: Some(7),
            ..Filter::default()
        };
        let address = address("acme", &asked);
        let (path, words) = address.split_once('?').unwrap();
        assert_eq!(path, "/tenants/acme/receipts");
        assert_eq!(words, "verdict=DENY&table=a%26b%3Dc+d&before=7");
    }

    #[test]
    fn words_that_mean_nothing_are_not_filters() {
        let words = [("verdict", "MAYBE"), ("before", "-1")];
        let asked = |name: &str| words.iter().find(|(known, _)| *known == name).map(|(_, word)| *word);
        assert_eq!(filter(asked), Filter::default());
    }
}
