//! API keys: with which a vendor's programs put their agents' writes before the boundary.

use leptos::prelude::*;

use crate::parts::{
    ButtonLink, Confirm, Empty, ErrorSummary, Fact, Facts, Heading, Says, Table, Time, Untrusted,
};
use crate::portal::{Deed, KeyLine, KeysPage, Refusal};
use crate::text::{t, tf};
use crate::visit::{Done, Form, Shown, Visit, say, show};

pub mod create;

/// `/api-keys`
pub async fn api_keys(visit: Visit) -> Shown {
    let page = visit.portal()?.api_keys().await?;
    let refusal = visit.rejected().map(|rejected| rejected.refusal.clone());
    let may_manage = super::connectors::may(&visit, Deed::ManageApiKeys);
    show(move || view! { <Page page may_manage refusal/> }.into_any())
}

/// `POST /api-keys/{key}/revoke`
pub async fn revoke(visit: Visit, _: Form) -> Done {
    visit.portal()?.end_key(visit.name("key")?).await?;
    say("said.key_revoked", "/api-keys")
}

#[component]
fn Page(page: KeysPage, may_manage: bool, refusal: Option<Refusal>) -> impl IntoView {
    let (good, ended): (Vec<_>, Vec<_>) = page.keys.into_iter().partition(KeyLine::is_good);
    let has_good = !good.is_empty();
    let make = may_manage.then(|| {
        view! { <p><ButtonLink href="/new/api-key" label=t("api_keys.make")/></p> }
    });
    let cards: Vec<_> = good.into_iter().map(|key| view! { <Good key may_manage/> }).collect();
    let ended = (!ended.is_empty()).then(|| view! { <Ended keys=ended/> });
    view! {
        <Heading title=t("api_keys.title") lead=t("api_keys.lead")/>
        {refusal.map(|refusal| view! { <ErrorSummary refusal title=t("api_keys.not_done")/> })}
        {make}
        {if has_good {
            view! { <div class="keys">{cards}</div> }.into_any()
        } else {
            view! { <Empty title=t("api_keys.none")><p>{t("api_keys.none_next")}</p></Empty> }.into_any()
        }}
        {ended}
    }
    .into_any()
}

/// A key that opens something, and the button that ends it.
#[component]
fn Good(key: KeyLine, may_manage: bool) -> impl IntoView {
    let (id, label) = (key.id.to_string(), key.label.to_string());
    let heading = format!("key-{id}");
    let named = heading.clone();
    let revoke = may_manage.then(|| {
        view! {
            <Confirm
                id=format!("revoke-{id}") open=t("api_keys.revoke_open") title=tf("api_keys.revoke_title", &[("label", &label)])
                action=format!("/api-keys/{id}/revoke") label=t("api_keys.revoke")
            >
                <p>{t("api_keys.revoke_means")}</p>
            </Confirm>
        }
    });
    let expires = match key.expires_at {
        Some(at) => view! { <Time at/> }.into_any(),
        None => t("api_keys.never_expires").into_any(),
    };
    let scope = view! { <Scope key=key.clone()/> };
    let made = view! { <Made key=key.clone()/> };
    view! {
        <article class="card key" aria-labelledby=named>
            <h2 id=heading><Untrusted text=label/></h2>
            <Facts>
                <Fact name=t("api_keys.good_for")>{scope}</Fact>
                <Fact name=t("api_keys.made")>{made}</Fact>
                <Fact name=t("api_keys.last_used")><LastUsed key/></Fact>
                <Fact name=t("api_keys.expires")>{expires}</Fact>
                <Fact name=t("api_keys.id")><code>{id}</code></Fact>
            </Facts>
            {revoke}
        </article>
    }
    .into_any()
}

/// What it is good for, as a sentence each.
#[component]
fn Scope(key: KeyLine) -> impl IntoView {
    let series = |names: Vec<evidence::name::Name>| {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        view! { <code class="names">{names.join(", ")}</code> }.into_any()
    };
    let tenants = match key.tenants {
        None => view! { <li>{t("api_keys.every_tenant")}</li> }.into_any(),
        Some(names) => {
            view! { <li><Says key="api_keys.some_tenants" with=vec![("names", series(names))]/></li> }
                .into_any()
        }
    };
    let acts = match (key.person, key.agents) {
        (Some((name, groups)), _) => {
            let name = view! { <Untrusted text=name.to_string()/> }.into_any();
            if groups.is_empty() {
                view! { <li><Says key="api_keys.person" with=vec![("name", name)]/></li> }.into_any()
            } else {
                let with = vec![("name", name), ("groups", series(groups))];
                view! { <li><Says key="api_keys.person_votes" with/></li> }.into_any()
            }
        }
        (None, None) => view! { <li>{t("api_keys.every_agent")}</li> }.into_any(),
        (None, Some(names)) => {
            view! { <li><Says key="api_keys.some_agents" with=vec![("names", series(names))]/></li> }
                .into_any()
        }
    };
    view! { <ul class="plain">{tenants}{acts}</ul> }.into_any()
}

#[component]
fn Made(key: KeyLine) -> impl IntoView {
    let at = view! { <Time at=key.created_at/> }.into_any();
    match key.created_by {
        Some(name) => {
            let name = view! { <Untrusted text=name/> }.into_any();
            view! { <Says key="api_keys.made_by" with=vec![("name", name), ("time", at)]/> }.into_any()
        }
        None => view! { <Says key="api_keys.made_here" with=vec![("time", at)]/> }.into_any(),
    }
}

#[component]
fn LastUsed(key: KeyLine) -> impl IntoView {
    match key.last_used_at {
        Some(at) => view! { <Time at/> }.into_any(),
        None => t("api_keys.never_used").into_any(),
    }
}

/// Keys that open nothing any more. Receipts and the audit still name them.
#[component]
fn Ended(keys: Vec<KeyLine>) -> impl IntoView {
    let lines = keys.into_iter().map(|key| {
        let (said, at) = match key.revoked_at {
            Some(at) => ("api_keys.revoked_at", at),
            None => ("api_keys.expired_at", key.expires_at.unwrap_or(key.created_at)),
        };
        let time = view! { <Time at/> }.into_any();
        let ended = view! { <Says key=said with=vec![("time", time)]/> };
        view! {
            <tr>
                <th scope="row"><Untrusted text=key.label.to_string()/></th>
                <td><code>{key.id.to_string()}</code></td>
                <td><Made key=key.clone()/></td>
                <td><LastUsed key/></td>
                <td>{ended}</td>
            </tr>
        }
    });
    view! {
        <section aria-labelledby="ended-title">
            <h2 id="ended-title">{t("api_keys.ended")}</h2>
            <Table id="ended" caption=t("api_keys.ended") caption_hidden=true>
                <thead>
                    <tr>
                        <th scope="col">{t("api_keys.label")}</th>
                        <th scope="col">{t("api_keys.id")}</th>
                        <th scope="col">{t("api_keys.made")}</th>
                        <th scope="col">{t("api_keys.last_used")}</th>
                        <th scope="col">{t("api_keys.end")}</th>
                    </tr>
                </thead>
                <tbody>{lines.collect_view()}</tbody>
            </Table>
        </section>
    }
    .into_any()
}
