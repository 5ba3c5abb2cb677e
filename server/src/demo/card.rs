//! The demo's card: what somebody needs to try it, in `demo.json` and on the terminal.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use app::portal::Login;
use evidence::key::KeyId;
use serde::{Deserialize, Serialize};

use super::cast::{AGENTS, CONNECTOR, TENANTS, VENDOR};
use super::people::Member;
use super::samples::Samples;
use crate::portal::StartError;

/// What somebody needs to try the demo.
#[derive(Serialize)]
pub struct Card {
    vendor: &'static str,
    tenants: Vec<&'static str>,
    agents: [&'static str; 2],
    connector: &'static str,
    /// The API key, which opens every tenant of the demo vendor.
    pub api_key: String,
    /// The people who answer what agents ask.
    people: Vec<Member>,
    fingerprint: String,
    #[serde(skip)]
    fingerprint_groups: String,
    fingerprint_words: String,
    samples: Samples,
}

/// The part of a card that can't be made again.
#[derive(Deserialize)]
struct Kept {
    api_key: String,
    people: Vec<Member>,
}

impl Card {
    /// The card with this API key and those of these people.
    pub fn new(api_key: String, people: Vec<Member>, signer: &KeyId) -> Self {
        Self {
            vendor: VENDOR.0,
            tenants: TENANTS.iter().map(|tenant| tenant.name).collect(),
            agents: AGENTS,
            connector: CONNECTOR,
            api_key,
            people,
            fingerprint: signer.0.hex(),
            fingerprint_groups: signer.groups(),
            fingerprint_words: signer.words(),
            samples: Samples::all(),
        }
    }

    /// The card that an earlier start left at `path`.
    pub fn read(path: &Path, signer: &KeyId) -> Result<Option<Self>, StartError> {
        match std::fs::read(path) {
            Ok(bytes) => {
                let Kept { api_key, people } = serde_json::from_slice(&bytes).map_err(|error| {
                    let file = path.display();
                    format!(
                        "{file} is not this demo's card ({error}); move its folder away to begin a new demo"
                    )
                })?;
                Ok(Some(Self::new(api_key, people, signer)))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Leaves the card at `path`, whole or not at all, for this user only.
    pub fn write(&self, path: &Path) -> Result<(), StartError> {
        let unfinished = path.with_extension("unfinished");
        let mut options = OpenOptions::new();
        let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
        file.write_all((serde_json::to_string_pretty(self)? + "\n").as_bytes())?;
        file.sync_all()?;
        Ok(std::fs::rename(unfinished, path)?)
    }

    /// As whom one signs in.
    pub fn logins(&self) -> Vec<Login> {
        let login = |person: &Member| Login {
            email: person.email.clone(),
            password: person.password.clone(),
            name: person.name.clone(),
            role: person.role,
        };
        self.people.iter().map(login).collect()
    }

    /// A line for each of them.
    fn log_ins(&self) -> String {
        let line =
            |person: &Member| format!("                {:<25} {}\n", person.email, person.role.title());
        self.people.iter().map(line).collect()
    }

    /// What the terminal shows.
    pub fn invitation(&self, address: SocketAddr) -> String {
        let Self { api_key, people, fingerprint_groups, fingerprint_words, samples, .. } = self;
        let approver = people.iter().find_map(|person| person.api_key.as_deref()).unwrap_or_default();
        let password = people.first().map_or("", |person| person.password.as_str());
        let people = self.log_ins();
        let sample = samples.0.first().map(|sample| sample.body.to_string()).unwrap_or_default();
        format!(
            "
{vendor}: a demo vendor with three tenants and their data

  open          http://{address}/
  password      {password}   for each of
{people}  verifier      http://{address}/verify
  API key       {api_key}
  approver      {approver}
  fingerprint   {fingerprint_groups}
                {fingerprint_words}

Acme's agent reaches for a contact of another tenant:

curl -s http://{address}/v1/actions -H 'Authorization: Bearer {api_key}' -H 'Content-Type: application/json' -d '{sample}'
",
            vendor = VENDOR.1
        )
    }
}
