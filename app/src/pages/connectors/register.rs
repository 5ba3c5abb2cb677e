//! A database is registered, or its address replaced. The password has a field of its own and is never shown again.

use evidence::name::Name;
use leptos::prelude::*;

use crate::parts::{Form, Group, Heading, Link, Says, SubmitRow, TextInput};
use crate::portal::{Fault, Refusal};
use crate::text::{Said, t, tf};
use crate::visit::{self, Done, Shown, Visit, say, show};

/// `/new/connector`
pub async fn register(visit: Visit) -> Shown {
    visit.portal()?;
    let typed = Typed::of(&visit, String::new());
    show(move || {
        view! {
            <Heading
                title=t("connectors.register_title") lead=t("connectors.register_lead")
                trail=vec![Link::new("/connectors", t("connectors.title"))]
                came_back=typed.refusal.is_some()
            />
            <Body action="/new/connector" typed named=true label=t("connectors.register")/>
        }
        .into_any()
    })
}

/// `POST /new/connector`
pub async fn send(visit: Visit, form: visit::Form) -> Done {
    let name = form.text("name").trim();
    let name: Name = name.parse().map_err(|_| fault("name", "connectors.name_wrong"))?;
    visit.portal()?.connect(name.clone(), address_of(&form)?).await?;
    say("said.connector_registered", format!("/connectors/{name}"))
}

/// `/connectors/{connector}/address`
pub async fn address(visit: Visit) -> Shown {
    let name = visit.name("connector")?;
    let line = visit.portal()?.connector(name.clone()).await?.line;
    let typed = Typed::of(&visit, line.address);
    show(move || {
        let title = tf("connectors.move_title", &[("name", &name)]);
        let trail = vec![
            Link::new("/connectors", t("connectors.title")),
            Link::new(format!("/connectors/{name}"), name.to_string()),
        ];
        view! {
            <Heading title lead=t("connectors.move_lead") trail came_back=typed.refusal.is_some()/>
            <Body action=format!("/connectors/{name}/address") typed named=false label=t("connectors.move")/>
        }
        .into_any()
    })
}

/// `POST /connectors/{connector}/address`
pub async fn move_it(visit: Visit, form: visit::Form) -> Done {
    let name = visit.name("connector")?;
    visit.portal()?.move_connector(name.clone(), address_of(&form)?).await?;
    say("said.connector_moved", format!("/connectors/{name}"))
}

/// What was typed, but for the password.
struct Typed {
    name: String,
    address: String,
    refusal: Option<Refusal>,
}

impl Typed {
    fn of(visit: &Visit, address: String) -> Self {
        match visit.rejected() {
            None => Self { name: String::new(), address, refusal: None },
            Some(rejected) => Self {
                name: rejected.form.text("name").to_owned(),
                address: without_password(rejected.form.text("address")),
                refusal: Some(rejected.refusal.clone()),
            },
        }
    }
}

#[component]
fn Body(
    #[prop(into)] action: String,
    typed: Typed,
    named: bool,
    #[prop(into)] label: String,
) -> impl IntoView {
    let Typed { name, address, refusal } = typed;
    let faults: Vec<Fault> = match &refusal {
        Some(Refusal::Invalid(faults)) => faults.clone(),
        _ => Vec::new(),
    };
    let of_address = faults.clone();
    let name = named.then(|| {
        view! {
            <TextInput id="name" label=t("connectors.name") hint=t("connectors.name_hint") value=name faults exact=true/>
        }
    });
    view! {
        <Form action labelled_by="form-title" refusal refused=t("connectors.not_registered")>
            <h2 id="form-title">{t("connectors.where")}</h2>
            {name}
            <TextInput
                id="address" label=t("connectors.address") hint=t("connectors.address_hint") value=address faults=of_address
                exact=true
            />
            <TextInput
                id="password" label=t("connectors.password") hint=t("connectors.password_hint") kind="password"
                autocomplete="off" optional=true
            />
            <Group legend=t("connectors.needs")>
                <p><Says key="connectors.needs_role"/></p>
                <p><Says key="connectors.needs_outbox"/></p>
                <p><Says key="connectors.needs_file"/></p>
            </Group>
            <SubmitRow label back="/connectors"/>
        </Form>
    }
    .into_any()
}

/// The address with the password in it.
fn address_of(form: &visit::Form) -> Result<String, Refusal> {
    let address = form.text("address").trim();
    if address.is_empty() {
        return Err(fault("address", "connectors.address_missing"));
    }
    Ok(with_password(address, form.text("password")))
}

fn fault(field: &str, key: &'static str) -> Refusal {
    Refusal::Invalid(vec![Fault::new(field, Said::new(key))])
}

/// The parts of `scheme://user:password@rest`: everything before the password, the password, everything behind it.
fn parts(address: &str) -> Option<(&str, Option<&str>, &str)> {
    let begin = address.find("://")? + 3;
    let end = address.get(begin..)?.find(['/', '?']).map_or(address.len(), |at| begin + at);
    let at = begin + address.get(begin..end)?.rfind('@')?;
    let (user, rest) = (address.get(begin..at)?, address.get(at..)?);
    match user.find(':') {
        Some(colon) => Some((address.get(..begin + colon)?, address.get(begin + colon + 1..at), rest)),
        None => Some((address.get(..at)?, None, rest)),
    }
}

/// A password that stands in the address itself is kept.
fn with_password(address: &str, password: &str) -> String {
    match parts(address) {
        Some((user, None | Some(""), rest)) if !password.is_empty() => {
            format!("{user}:{}{rest}", encoded(password))
        }
        _ => address.to_owned(),
    }
}

fn without_password(address: &str) -> String {
    match parts(address) {
        Some((user, Some(_), rest)) => format!("{user}{rest}"),
        _ => address.to_owned(),
    }
}

fn encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_put_in_and_taken_out() {
        let bare = "postgres://ada@db.example:5432/crm?sslmode=require";
        let full = "postgres://ada:a%40b%2Fc@db.example:5432/crm?sslmode=require";
        assert_eq!(with_password(bare, "a@b/c"), full);
        assert_eq!(with_password(full, "other"), full);
        assert_eq!(without_password(full), bare);
        assert_eq!(without_password("postgres://ada:p:q@r@db/crm"), "postgres://ada@db/crm");
        for plain in ["crm.db", "postgres://db/crm", "postgres://", ""] {
            assert_eq!(without_password(plain), plain);
            assert_eq!(with_password(plain, "x"), plain);
        }
    }
}
