//! Keys & trust: by what evidence is signed, and how somebody who trusts nobody here compares it.

use evidence::trust::{KeyRecord, Purpose};
use leptos::prelude::*;

use crate::parts::{Fact, Facts, Hash, Heading, Says, Table, Time, Untrusted};
use crate::portal::{Handover, TrustPage};
use crate::text::{Phrase, t};
use crate::visit::{Shown, Visit, show};

/// `/trust`
pub async fn trust(visit: Visit) -> Shown {
    let page = visit.portal()?.trust().await?;
    show(move || view! { <Page page/> }.into_any())
}

#[component]
fn Page(page: TrustPage) -> impl IntoView {
    let TrustPage { signer, keys, handovers, document, origins, .. } = page;
    let (file, named) = (document.clone(), document.clone());
    view! {
        <Heading title=t("trust.title") lead=t("trust.lead")/>
        <section aria-labelledby="signer">
            <h2 id="signer">{t("trust.signer")}</h2>
            <Facts>
                <Fact name=t("trust.fingerprint")><Hash text=signer.to_string()/></Fact>
                <Fact name=t("trust.words")><Spoken words=signer.words()/></Fact>
            </Facts>
        </section>
        <Compare document/>
        <Keys keys/>
        <Handovers handovers/>
        <section aria-labelledby="document">
            <h2 id="document">{t("trust.document")}</h2>
            <p>{t("trust.document_means")}</p>
            <p><a href=file><code>{named}</code></a></p>
        </section>
        <Origins origins/>
        <section aria-labelledby="rotate">
            <h2 id="rotate">{t("trust.rotate")}</h2>
            <p><Says key="trust.rotate_means"/></p>
            <p><Says key="trust.rotate_after"/></p>
        </section>
    }
    .into_any()
}

/// Four words a line, to be read aloud.
#[component]
fn Spoken(words: String) -> impl IntoView {
    let words: Vec<&str> = words.split(' ').collect();
    let lines: Vec<_> = words.chunks(4).map(|line| view! { <li>{line.join(" ")}</li> }).collect();
    view! { <ol class="spoken" lang="en">{lines}</ol> }.into_any()
}

#[component]
fn Compare(document: String) -> impl IntoView {
    view! {
        <section aria-labelledby="compare">
            <h2 id="compare">{t("trust.compare")}</h2>
            <p>{t("trust.compare_why")}</p>
            <ol>
                <li>{t("trust.compare_call")}</li>
                <li>{t("trust.compare_read")}</li>
                <li>{t("trust.compare_enter")}" "<a href="/verify">{t("frame.check")}</a></li>
                <li>{t("trust.compare_keep")}</li>
            </ol>
            <p><Says key="trust.compare_not" with=vec![("address", view! { <code>{document}</code> }.into_any())]/></p>
        </section>
    }
    .into_any()
}

#[component]
fn Keys(keys: Vec<KeyRecord>) -> impl IntoView {
    let lines = keys.into_iter().map(|key| {
        let until = match key.valid_until {
            Some(until) => view! { <Time at=until/> }.into_any(),
            None => t("trust.no_end").into_any(),
        };
        let purposes = key.purposes.iter().map(|purpose| {
            Phrase::words(match purpose {
                Purpose::Checkpoint => t("trust.checkpoints"),
                Purpose::Pack => t("trust.packs"),
                Purpose::Receipt => t("trust.receipts"),
            })
        });
        let purposes = Phrase::series(purposes, t("count.and")).to_string();
        view! {
            <tr>
                <th scope="row"><Hash text=key.keyid.to_string()/></th>
                <td lang="en">{key.keyid.words()}</td>
                <td>{purposes}</td>
                <td><Time at=key.valid_from/></td>
                <td>{until}</td>
            </tr>
        }
    });
    let lines: Vec<_> = lines.collect();
    view! {
        <section>
            <h2>{t("trust.keys")}</h2>
            <Table id="keys" caption=t("trust.keys") caption_hidden=true>
                <thead>
                    <tr>
                        <th scope="col">{t("trust.fingerprint")}</th>
                        <th scope="col">{t("trust.words")}</th>
                        <th scope="col">{t("trust.signs")}</th>
                        <th scope="col">{t("trust.from")}</th>
                        <th scope="col">{t("trust.until")}</th>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </Table>
        </section>
    }
    .into_any()
}

#[component]
fn Handovers(handovers: Vec<Handover>) -> impl IntoView {
    let is_empty = handovers.is_empty();
    let lines = handovers.into_iter().map(|handover| {
        view! {
            <li>
                <Time at=handover.at/>
                <Facts>
                    <Fact name=t("trust.handed_from")><Hash text=handover.from.to_string()/></Fact>
                    <Fact name=t("trust.handed_to")><Hash text=handover.to.to_string()/></Fact>
                </Facts>
            </li>
        }
    });
    let lines: Vec<_> = lines.collect();
    view! {
        <section aria-labelledby="handovers">
            <h2 id="handovers">{t("trust.handovers")}</h2>
            <p>{if is_empty { t("trust.no_handover") } else { t("trust.handovers_mean") }}</p>
            {(!is_empty).then(|| view! { <ol role="list">{lines}</ol> })}
        </section>
    }
    .into_any()
}

#[component]
fn Origins(origins: Vec<(evidence::name::Text, String)>) -> impl IntoView {
    if origins.is_empty() {
        return ().into_any();
    }
    let lines = origins.into_iter().map(|(title, origin)| {
        view! {
            <tr>
                <th scope="row"><Untrusted text=title.to_string()/></th>
                <td><code>{origin}</code></td>
            </tr>
        }
    });
    let lines: Vec<_> = lines.collect();
    view! {
        <section>
            <h2>{t("trust.origins")}</h2>
            <p>{t("trust.origins_mean")}</p>
            <Table id="origins" caption=t("trust.origins") caption_hidden=true>
                <thead>
                    <tr>
                        <th scope="col">{t("tenants.tenant")}</th>
                        <th scope="col">{t("trust.origin")}</th>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </Table>
        </section>
    }
    .into_any()
}
