//! The editor: an envelope as sentences on one side, what it would mean on the other. Without scripts each button sends
//! the form and the page comes back; with them the other side follows what is typed.

use evidence::digest::Digest;
use leptos::prelude::*;

use super::assess::{Assessed, assess, envelope};
use super::blocked;
use super::builder::{Desk, builder, columns};
use super::consequences::{Consequences, Course};
use super::{Stops, at, path, trail};
use crate::parts::{Button, Empty, ErrorSummary, Heading, LongText, Look, Notice, Time, Tone};
use crate::portal::envelopes::{Bench, EnvelopeForm};
use crate::portal::{Fault, Refusal};
use crate::text::{Said, t, tf};
use crate::visit::{Done, Form, Onward, Shown, Visit, fragment, say, see, show};

/// `/tenants/{tenant}/envelope/{connector}/edit`
pub async fn edit(visit: Visit) -> Shown {
    let bench = visit.portal()?.bench(at(&visit)?).await?;
    let (form, base) = begun(&visit, &bench);
    let refusal = visit.rejected().map(|rejected| rejected.refusal.clone());
    let is_blank = form == EnvelopeForm::default();
    let assessed = if is_blank || bench.contract.is_none() {
        None
    } else {
        Some(assess(&visit, &bench, &form, visit.query("backtest") != Some("no")).await?)
    };
    show(move || view! { <Page bench form base assessed refusal/> }.into_any())
}

/// `POST /tenants/{tenant}/envelope/{connector}/edit`: one of its buttons.
pub async fn send(visit: Visit, sent: Form) -> Done {
    let at = at(&visit)?;
    let bench = visit.portal()?.bench(at.clone()).await?;
    let Some((_, contract)) = &bench.contract else {
        return Err(Refusal::Conflict(Said::new("envelopes.blocked.no_contract")));
    };
    let (mut form, mut base) = (EnvelopeForm::read(&sent), base(&sent));
    let here = path(&at, "/edit");
    let place = match sent.text("do") {
        "propose" => return propose(&visit, &bench, &form, base).await,
        "discard" => {
            visit.portal()?.clear_draft(at.clone()).await?;
            return say("envelopes.said.discarded", path(&at, ""));
        }
        "rebase" => {
            base = bench.in_force.as_ref().map(|(digest, _)| *digest);
            "consequences".to_owned()
        }
        pressed => match pressed.split_once('.') {
            Some(("template", name)) => {
                let known = bench.templates.iter().find(|(known, _)| *known == name);
                let template =
                    known.map(|(_, envelope)| EnvelopeForm::of(envelope)).ok_or(Refusal::NotFound)?;
                form = EnvelopeForm { reason: form.reason, valid_from: String::new(), ..template };
                "rules".to_owned()
            }
            Some(("cancel", id)) => {
                let id = id.parse().map_err(|_| Refusal::NotFound)?;
                visit.portal()?.cancel_backtest(at.clone(), id).await?;
                visit.portal()?.keep_draft(at.clone(), form.pairs(), base).await?;
                return see(format!("{here}?backtest=no#consequences"));
            }
            _ => form.press(pressed, contract).unwrap_or_else(|| "consequences".to_owned()),
        },
    };
    visit.portal()?.keep_draft(at, form.pairs(), base).await?;
    see(format!("{here}#{place}"))
}

/// `POST /tenants/{tenant}/envelope/{connector}/assess`: what the form would mean, for a page that is open.
pub async fn follow(visit: Visit, sent: Form) -> Done {
    let at = at(&visit)?;
    let bench = visit.portal()?.bench(at.clone()).await?;
    let form = EnvelopeForm::read(&sent);
    visit.portal()?.keep_draft(at, form.pairs(), base(&sent)).await?;
    let assessed = assess(&visit, &bench, &form, true).await?;
    let shown: Vec<String> =
        (0..form.rules.len()).map(|place| sent.text(&format!("rule.{place}.shown")).to_owned()).collect();
    let piece = fragment(move || view! { <Piece bench form assessed shown/> }.into_any())?;
    Ok(Onward::Show(piece))
}

async fn propose(visit: &Visit, bench: &Bench, form: &EnvelopeForm, base: Option<Digest>) -> Done {
    let envelope = envelope(bench, form).map_err(|mut faults| {
        faults.extend(no_reason(form));
        Refusal::Invalid(faults)
    })?;
    let at = bench.at.clone();
    visit.portal()?.keep_draft(at.clone(), form.pairs(), base).await?;
    match visit.portal()?.propose(at.clone(), envelope, base, form.reason.trim().to_owned()).await? {
        Ok(id) => say("envelopes.said.proposed", path(&at, &format!("/proposals/{id}"))),
        Err(why) => Err(blocked::refusal(&why, Some(form))),
    }
}

fn no_reason(form: &EnvelopeForm) -> Option<Fault> {
    form.reason.trim().is_empty().then(|| Fault::new("reason", "envelopes.blocked.no_reason"))
}

/// What the form shows at first: what came back, what was kept, or what is in force.
fn begun(visit: &Visit, bench: &Bench) -> (EnvelopeForm, Option<Digest>) {
    if let Some(rejected) = visit.rejected() {
        return (EnvelopeForm::read(&rejected.form), base(&rejected.form));
    }
    if let Some(draft) = &bench.draft {
        return (EnvelopeForm::read(&Form::new(draft.form.clone())), draft.base);
    }
    match &bench.in_force {
        Some((digest, envelope)) => (EnvelopeForm::of(envelope), Some(*digest)),
        None => (EnvelopeForm::default(), None),
    }
}

/// The envelope in force when the form was begun, as it says.
fn base(form: &Form) -> Option<Digest> {
    form.text("base").parse().ok()
}

#[component]
fn Page(
    bench: Bench,
    form: EnvelopeForm,
    base: Option<Digest>,
    assessed: Option<Assessed>,
    refusal: Option<Refusal>,
) -> impl IntoView {
    let title = tf("envelopes.edit.title", &[("tenant", &bench.title), ("connector", &bench.at.connector)]);
    let came_back = refusal.is_some();
    let (home, trail) = (path(&bench.at, ""), trail(&bench.at));
    let content = if bench.contract.is_none() || bench.erased {
        view! {
            <Empty title=t("envelopes.edit.impossible")>
                <p><a href=home>{t("envelopes.edit.back")}</a></p>
            </Empty>
        }
        .into_any()
    } else {
        view! { <Workbench bench=bench.clone() form base assessed refusal/> }.into_any()
    };
    view! {
        <Heading title lead=t("envelopes.edit.lead") trail came_back/>
        <Stops bench/>
        {content}
    }
    .into_any()
}

#[component]
fn Workbench(
    bench: Bench,
    form: EnvelopeForm,
    base: Option<Digest>,
    assessed: Option<Assessed>,
    refusal: Option<Refusal>,
) -> impl IntoView {
    let action = path(&bench.at, "/edit");
    let overtaken = base != bench.in_force.as_ref().map(|(digest, _)| *digest);
    let faults = faults(refusal.as_ref(), assessed.as_ref());
    let desk = Desk { bench: &bench, faults: &faults };
    let builder = builder(desk, &form);
    let is_blank = assessed.is_none();
    let reason = form.reason.clone();
    let consequences = assessed.map(|assessed| {
        view! { <Consequences bench=bench.clone() assessed course=Course::InForm/> }
    });
    view! {
        {refusal.map(|refusal| view! { <ErrorSummary refusal title=t("envelopes.edit.not_proposed")/> })}
        <Drafted bench=bench.clone()/>
        <form method="post" action=action class="envelope-editor" id="envelope" aria-labelledby="rules"
            data-assess=path(&bench.at, "/assess")
            data-checking=t("envelopes.live.checking") data-checked=t("envelopes.live.checked")
            data-failed=t("envelopes.live.failed")>
            // What Enter presses, wherever one types: it changes nothing.
            <button type="submit" name="do" value="check" class="visually-hidden" tabindex="-1">{t("envelopes.edit.check")}</button>
            <input type="hidden" name="base" value=base.map(|base| base.to_string()).unwrap_or_default()/>
            <div class="building">
                {overtaken.then(|| view! { <Overtaken/> })}
                {builder}
            </div>
            <aside class="meaning" id="consequences" tabindex="-1" aria-labelledby="meaning">
                <div class="meaning-head">
                    <h2 id="meaning">{t("envelopes.meaning")}</h2>
                    <button type="submit" class="quiet small" name="do" value="check">{t("envelopes.edit.check")}</button>
                </div>
                <p class="live visually-hidden" role="status" data-live=""></p>
                <div data-consequences="">
                    {is_blank.then(|| view! { <p>{t("envelopes.edit.blank")}</p> })}
                    {consequences}
                </div>
            </aside>
            <section class="proposing" aria-labelledby="proposing">
                <h2 id="proposing">{t("envelopes.edit.propose_title")}</h2>
                <p class="hint">{t("envelopes.edit.propose_means")}</p>
                <LongText id="reason" label=t("envelopes.reason") hint=t("envelopes.edit.reason_hint") text=reason faults/>
                <div class="actions">
                    <Button label=t("envelopes.edit.propose") name="do" value="propose"/>
                    <Button label=t("envelopes.edit.keep") look=Look::Quiet name="do" value="check"/>
                </div>
            </section>
        </form>
    }
    .into_any()
}

/// What is wrong, wherever it was found.
fn faults(refusal: Option<&Refusal>, assessed: Option<&Assessed>) -> Vec<Fault> {
    let mut faults = match refusal {
        Some(Refusal::Invalid(faults)) => faults.clone(),
        _ => Vec::new(),
    };
    for fault in assessed.into_iter().flat_map(|assessed| &assessed.faults) {
        if !faults.contains(fault) {
            faults.push(fault.clone());
        }
    }
    faults
}

/// Since when something is kept that was not proposed yet, and how it is thrown away.
#[component]
fn Drafted(bench: Bench) -> impl IntoView {
    let action = path(&bench.at, "/edit");
    bench
        .draft
        .map(|draft| {
            view! {
                <div class="drafted">
                    <p>{t("envelopes.edit.drafted")}" "<Time at=draft.at/></p>
                    // Not a dialog: one comes to this page at a place within it, and a dialog would ask for the focus.
                    <details>
                        <summary>{t("envelopes.edit.discard_open")}</summary>
                        <form method="post" action=action>
                            <p>{t("envelopes.edit.discard_means")}</p>
                            <Button label=t("envelopes.edit.discard") look=Look::Danger name="do" value="discard"/>
                        </form>
                    </details>
                </div>
            }
        })
        .into_any()
}

/// Another envelope has come into force since this one was begun.
#[component]
fn Overtaken() -> impl IntoView {
    view! {
        <Notice title=t("envelopes.edit.overtaken") tone=Tone::Warning>
            <p>{t("envelopes.edit.overtaken_means")}</p>
            <Button label=t("envelopes.edit.rebase") look=Look::Quiet name="do" value="rebase"/>
        </Notice>
    }
    .into_any()
}

/// What a page that is open takes in: what the form would mean, and the columns of tables that were chosen anew.
#[component]
fn Piece(bench: Bench, form: EnvelopeForm, assessed: Assessed, shown: Vec<String>) -> impl IntoView {
    let faults = assessed.faults.clone();
    let desk = Desk { bench: &bench, faults: &faults };
    let other = form.rules.iter().enumerate().filter(|(place, rule)| shown.get(*place) != Some(&rule.table));
    let other = other.map(|(place, rule)| {
        let columns = columns(desk, place, rule);
        let conditions = super::builder::conditions(desk, place, rule);
        view! {
            <template data-for=format!("rule-{place}-columns-of")>{columns}</template>
            <template data-for=format!("rule-{place}-conditions")>{conditions}</template>
        }
    });
    let other: Vec<_> = other.collect();
    view! {
        <Consequences bench=bench.clone() assessed course=Course::InForm/>
        {other}
    }
    .into_any()
}
