//! Forms and their parts, empty, filled and refused.

use leptos::prelude::*;

use super::{Part, samples};
use crate::parts::{
    Button, ButtonLink, Checkbox, Checkboxes, Choice, Confirm, Form, Group, Hidden, LongText, Look, Radios,
    Select, SubmitRow, TextInput,
};
use crate::text::t;

#[component]
pub fn Forms() -> impl IntoView {
    view! {
        <section aria-labelledby="forms" class="guide">
            <h2 id="forms">{t("style.forms")}</h2>
            <Part name="Form" key="style.form"><Invitation/></Part>
            <Part name="Radios" key="style.choices"><Choosing/></Part>
            <Part name="Button" key="style.button">
                <form method="get" action="/style" class="actions" aria-label=t("style.sample")>
                    <Button label=t("style.do_main")/>
                    <Button label=t("style.do_quiet") look=Look::Quiet/>
                    <Button label=t("style.do_danger") look=Look::Danger/>
                    <ButtonLink href="/style" label=t("style.go") look=Look::Quiet/>
                </form>
            </Part>
            <Part name="Confirm" key="style.confirm">
                <Confirm id="guide-revoke" open=t("style.revoke_open") title=t("style.revoke_title")
                    action="/style" label=t("style.revoke")>
                    <p>{t("style.revoke_means")}</p>
                    <LongText id="guide-why" label=t("style.reason") rows=2/>
                </Confirm>
            </Part>
        </section>
    }
    .into_any()
}

/// A form that came back.
#[component]
fn Invitation() -> impl IntoView {
    let faults = samples::faults();
    let roles = ["Approver", "Auditor", "Author", "Owner", "Sales"].map(Choice::plain);
    view! {
        <h4 id="guide-invite">{t("style.invite")}</h4>
        <Form action="/style" labelled_by="guide-invite" refusal=Some(samples::refusal()) refused=t("style.not_invited")>
            <Hidden name="attempt" value="1"/>
            <Group legend=t("style.who") in_row=true>
                <TextInput id="guide-email" label=t("style.email") hint=t("style.email_hint") value="anna@"
                    kind="email" faults=faults.clone()/>
                <Select id="guide-role" label=t("style.role") options=roles.to_vec() faults/>
            </Group>
            <TextInput id="guide-key" label=t("style.key") value="crm-contacts" exact=true optional=true/>
            <LongText id="guide-reason" label=t("style.reason") hint=t("style.reason_hint") text="Covers for Max."/>
            <SubmitRow label=t("style.invite") back="/style"/>
        </Form>
    }
    .into_any()
}

#[component]
fn Choosing() -> impl IntoView {
    let effects = [
        Choice::new("allow", t("style.allow")).hint(t("style.allow_hint")),
        Choice::new("ask", t("style.ask")).hint(t("style.ask_hint")),
        Choice::new("never", t("style.never")),
    ];
    let columns = ["email", "phone", "status"].map(Choice::plain);
    view! {
        <form method="get" action="/style" class="form" aria-label=t("style.sample")>
            <Radios id="guide-effect" legend=t("style.effect") options=effects.to_vec() chosen="ask"/>
            <Checkboxes id="guide-columns" legend=t("style.columns") hint=t("style.columns_hint")
                options=columns.to_vec() chosen=vec!["email".to_owned(), "phone".to_owned()]/>
            <Checkbox id="guide-frozen" label=t("style.frozen") hint=t("style.frozen_hint")/>
        </form>
    }
    .into_any()
}
