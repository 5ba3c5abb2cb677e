//! A new API key: what it is called, and how little it is good for.

use evidence::name::{Name, Text};
use leptos::prelude::*;

use crate::parts::{
    Checkboxes, Choice, Command, Copy, Form, Group, Heading, Link, LongText, Notice, Radios, Select,
    SubmitRow, TextInput, Tone,
};
use crate::portal::{Fault, KeyOrder, KeysPage, MadeKey, Refusal};
use crate::text::{Said, t, tn};
use crate::visit::{self, Done, Onward, Shown, View, Visit, show};

/// The most characters of a label.
const MOST: usize = 100;
/// Up to so many things are all in sight; of more, one types the names.
const IN_SIGHT: usize = 24;
/// For how many days a key may be good; the first is what the form proposes.
const DAYS: [u32; 4] = [90, 30, 180, 365];

/// `/new/api-key`
pub async fn create(visit: Visit) -> Shown {
    let page = visit.portal()?.api_keys().await?;
    let rejected = visit.rejected().cloned();
    show(move || {
        let refusal = rejected.as_ref().map(|rejected| rejected.refusal.clone());
        let typed = rejected.map(|rejected| rejected.form);
        view! {
            <Heading
                title=t("api_keys.make_title") lead=t("api_keys.make_lead")
                trail=vec![Link::new("/api-keys", t("api_keys.title"))] came_back=refusal.is_some()
            />
            <Fields page typed refusal/>
        }
        .into_any()
    })
}

/// `POST /new/api-key`: the key is in the answer, and nowhere else ever again.
pub async fn send(visit: Visit, form: visit::Form) -> Done {
    let order = order(&form).map_err(Refusal::Invalid)?;
    let label = order.label.to_string();
    let made = visit.portal()?.make_key(order).await?;
    Ok(Onward::Show(View::Page(Box::new(move || view! { <Made label made/> }.into_any()))))
}

/// What a form says, or everything that is wrong with it.
fn order(form: &visit::Form) -> Result<KeyOrder, Vec<Fault>> {
    let mut faults = Vec::new();
    let label = label(form.text("label"));
    if label.is_none() {
        faults.push(Fault::new("label", Said::new("api_keys.label_wrong").with("most", MOST)));
    }
    let tenants = reach(form, "tenants", "api_keys.tenants_missing", "api_keys.tenant_unknown", &mut faults);
    let agents = reach(form, "agents", "api_keys.agents_missing", "api_keys.agent_unknown", &mut faults);
    let days = match form.text("days") {
        "never" => None,
        typed => match typed.parse() {
            Ok(days) if DAYS.contains(&days) => Some(days),
            _ => {
                faults.push(Fault::new("days", Said::new("api_keys.days_wrong")));
                None
            }
        },
    };
    match label {
        Some(label) if faults.is_empty() => Ok(KeyOrder { label, tenants, agents, days }),
        _ => Err(faults),
    }
}

fn label(typed: &str) -> Option<Text> {
    let typed = typed.trim();
    let fits = !typed.is_empty() && typed.chars().count() <= MOST && !typed.chars().any(char::is_control);
    if fits { typed.parse().ok() } else { None }
}

/// Everything, if the form says so; else the names that it has, of which there must be some.
fn reach(
    form: &visit::Form,
    field: &str,
    missing: &'static str,
    unknown: &'static str,
    faults: &mut Vec<Fault>,
) -> Option<Vec<Name>> {
    match form.text(&format!("every_{field}")) {
        "yes" => return None,
        "no" => {}
        _ => {
            faults.push(Fault::new(&format!("every_{field}"), Said::new("api_keys.reach_missing")));
            return None;
        }
    }
    let mut names: Vec<Name> = Vec::new();
    let typed =
        form.all(field).flat_map(|text| text.split(|letter: char| letter == ',' || letter.is_whitespace()));
    for typed in typed.filter(|typed| !typed.is_empty()) {
        match typed.parse() {
            Ok(name) if !names.contains(&name) => names.push(name),
            Ok(_) => {}
            Err(_) => {
                let typed: String = typed.chars().take(64).collect();
                faults.push(Fault::new(field, Said::new(unknown).with("name", typed)));
            }
        }
    }
    if names.is_empty() {
        faults.push(Fault::new(field, Said::new(missing)));
    }
    Some(names)
}

#[component]
fn Fields(page: KeysPage, typed: Option<visit::Form>, refusal: Option<Refusal>) -> impl IntoView {
    let faults = match &refusal {
        Some(Refusal::Invalid(faults)) => faults.clone(),
        _ => Vec::new(),
    };
    let tenants = page.tenants.into_iter().map(|(name, title)| {
        let label =
            if *title.as_str() == *name.as_str() { name.to_string() } else { format!("{title} ({name})") };
        Choice::new(name.to_string(), label)
    });
    let agents = page.agents.into_iter().map(Choice::plain);
    let (label, days) = match &typed {
        Some(form) => (form.text("label").to_owned(), form.text("days").to_owned()),
        None => (String::new(), DAYS[0].to_string()),
    };
    let mut lengths: Vec<u32> = DAYS.to_vec();
    lengths.sort_unstable();
    let lengths =
        lengths.into_iter().map(|days| Choice::new(days.to_string(), tn("api_keys.days", days.into())));
    let lengths = lengths.chain([Choice::new("never", t("api_keys.days_never"))]);
    view! {
        <Form action="/new/api-key" labelled_by="form-title" refusal refused=t("api_keys.not_made")>
            <h2 id="form-title">{t("api_keys.form")}</h2>
            <TextInput id="label" label=t("api_keys.label") hint=t("api_keys.label_hint") value=label faults=faults.clone()/>
            <Reach
                field="tenants" legend=t("api_keys.tenants") every=t("api_keys.every_tenant_choice")
                some=t("api_keys.some_tenants_choice") hint=t("api_keys.tenants_hint")
                choices=tenants.collect() typed=typed.clone() faults=faults.clone()
            />
            <Reach
                field="agents" legend=t("api_keys.agents") every=t("api_keys.every_agent_choice")
                some=t("api_keys.some_agents_choice") hint=t("api_keys.agents_hint")
                choices=agents.collect() typed=typed faults=faults.clone()
            />
            <Select
                id="days" label=t("api_keys.expires") hint=t("api_keys.days_hint") options=lengths.collect() chosen=days faults
            />
            <SubmitRow label=t("api_keys.make") back="/api-keys"/>
        </Form>
    }
    .into_any()
}

/// Everything, or some of it. The narrow answer is the one that is proposed.
#[component]
fn Reach(
    field: &'static str,
    legend: &'static str,
    every: &'static str,
    some: &'static str,
    hint: &'static str,
    choices: Vec<Choice>,
    typed: Option<visit::Form>,
    faults: Vec<Fault>,
) -> impl IntoView {
    let whole = format!("every_{field}");
    let chosen = typed.as_ref().map_or("no", |form| form.text(&whole)).to_owned();
    let names: Vec<String> = typed.iter().flat_map(|form| form.all(field)).map(str::to_owned).collect();
    let options = vec![Choice::new("no", some), Choice::new("yes", every)];
    let which = if choices.is_empty() || choices.len() > IN_SIGHT {
        let text = names.join("\n");
        view! { <LongText id=field label=some hint text faults=faults.clone() optional=true/> }.into_any()
    } else {
        // Of one there is nothing to choose.
        let names =
            if choices.len() == 1 && typed.is_none() { vec![choices[0].value.clone()] } else { names };
        view! { <Checkboxes id=field legend=some options=choices chosen=names faults=faults.clone()/> }
            .into_any()
    };
    view! {
        <Group legend>
            <Radios id=whole legend=t("api_keys.reach") options chosen faults/>
            {which}
        </Group>
    }
    .into_any()
}

/// The secret, once.
#[component]
fn Made(label: String, made: MadeKey) -> impl IntoView {
    let MadeKey { secret, address } = made;
    let example = format!(
        "curl {address}/v1/actions -H \"Authorization: Bearer $HELM_API_KEY\" -H 'Content-Type: application/json' -d @action.json"
    );
    view! {
        <Heading
            title=t("api_keys.made_title") trail=vec![Link::new("/api-keys", t("api_keys.title"))]
        >
            <p class="lead"><crate::parts::Untrusted text=label/></p>
        </Heading>
        <Notice title=t("api_keys.once") tone=Tone::Warning>
            <p>{t("api_keys.once_next")}</p>
        </Notice>
        <div class="command secret">
            <pre tabindex="0" aria-label=t("api_keys.secret")><code>{secret.clone()}</code></pre>
            <Copy text=secret/>
        </div>
        <section aria-labelledby="use">
            <h2 id="use">{t("api_keys.use")}</h2>
            <p>{t("api_keys.use_means")}</p>
            <Command text=example/>
        </section>
        <p><a href="/api-keys">{t("api_keys.kept")}</a></p>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> visit::Form {
        visit::Form::new(pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())))
    }

    #[test]
    fn nothing_is_taken_for_everything() {
        let faults = order(&form(&[("label", "CI"), ("days", "90")])).unwrap_err();
        let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["every_tenants", "every_agents"]);
        let none = [("label", "CI"), ("days", "7"), ("every_tenants", "no"), ("every_agents", "no")];
        let faults = order(&form(&none)).unwrap_err();
        let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["tenants", "agents", "days"]);
    }

    #[test]
    fn names_are_chosen_or_typed() {
        let some = [
            ("label", " CI "),
            ("days", "never"),
            ("every_tenants", "no"),
            ("tenants", "b, a"),
            ("tenants", "b"),
            ("every_agents", "yes"),
            ("agents", "left-over"),
        ];
        let order = order(&form(&some)).unwrap();
        let tenants: Vec<String> = order.tenants.unwrap().iter().map(ToString::to_string).collect();
        assert_eq!((order.label.as_str(), tenants.join(" ").as_str()), ("CI", "b a"));
        assert_eq!((order.agents, order.days), (None, None));
    }
}
