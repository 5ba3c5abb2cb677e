//! Lives: logs in which anything happens in any order.

use evidence::action::Citation;
use evidence::contract::Contract;
use evidence::decision::Verdict;
use evidence::envelope::Envelope;
use evidence::receipt::{StandingState, StandingSubject};
use evidence::value::Value;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::changed;
use super::world::documents::contract;
use super::world::{AGENT, Log, named};

/// What may happen.
#[derive(Clone, Debug)]
pub enum Event {
    Update(Vec<&'static str>, &'static str),
    Tier(&'static str),
    Delete(&'static str),
    Invoice,
    Tickets(u8),
    Undo(Index),
    Vote(Index, &'static str, bool),
    Resume(Index),
    Stop(bool, bool),
    Wait(u64),
    Envelope(usize),
    Contract(u32),
}

/// The envelopes that come into force.
pub const ENVELOPES: usize = 4;

/// One of them, for the contract of this version.
pub fn envelope(which: usize, version: u32) -> Envelope {
    let mut envelope = changed(u32::try_from(which).unwrap() + 1, |json| match which {
        0 => {}
        1 => json["limits"][0]["max_rows"] = 4.into(),
        2 => {
            json["rules"][0]["columns"] = serde_json::json!(["status"]);
            json["limits"][0]["window_seconds"] = 600.into();
            json["limits"][0]["max_rows"] = 3.into();
        }
        _ => {
            json["rules"][2] = json["rules"][0].clone();
            json["rules"][2]["id"] = "contact-tier".into();
            json["rules"][2]["columns"] = serde_json::json!(["tier"]);
            json["limits"][0]["table"] = serde_json::Value::Null;
        }
    });
    envelope.contract = of_version(version).digest().unwrap();
    envelope
}

pub fn of_version(version: u32) -> Contract {
    Contract { version, ..contract() }
}

pub fn event() -> impl Strategy<Value = Event> {
    let contacts = || select(vec![vec!["c-1"], vec!["c-2"], vec!["c-1", "c-2"], vec!["c-3"], vec!["c-7"]]);
    prop_oneof![
        8 => (contacts(), select(vec!["status", "phone"])).prop_map(|(ids, column)| Event::Update(ids, column)),
        3 => select(vec!["c-1", "c-2"]).prop_map(Event::Tier),
        1 => select(vec!["c-1", "c-2"]).prop_map(Event::Delete),
        1 => Just(Event::Invoice),
        2 => (1..4_u8).prop_map(Event::Tickets),
        2 => any::<Index>().prop_map(Event::Undo),
        4 => (any::<Index>(), select(vec!["lee", "kim", "dana@northwind.example"]), prop::bool::weighted(0.8))
            .prop_map(|(which, who, yes)| Event::Vote(which, who, yes)),
        4 => any::<Index>().prop_map(Event::Resume),
        1 => (any::<bool>(), any::<bool>()).prop_map(|(tenant, stop)| Event::Stop(tenant, stop)),
        3 => select(vec![30, 400, 1_800, 4_000]).prop_map(Event::Wait),
        2 => (0..ENVELOPES).prop_map(Event::Envelope),
        1 => (1..3_u32).prop_map(Event::Contract),
    ]
}

/// A log in which these things happened.
pub fn lived(events: &[Event]) -> Log {
    let mut life = Life::begin();
    for event in events {
        life.live(event);
    }
    life.log
}

pub fn lives() -> impl Strategy<Value = Vec<Event>> {
    vec(event(), 1..50)
}

struct Life {
    log: Log,
    version: u32,
    asked: Vec<Citation>,
    written: Vec<Citation>,
}

impl Life {
    fn begin() -> Self {
        let mut log = Log::with_key("acme", 1);
        log.stand(StandingSubject::Agent(named(AGENT)), StandingState::Active);
        log.activate_contract(of_version(1));
        log.activate_envelope(envelope(0, 1));
        Self { log, version: 1, asked: Vec::new(), written: Vec::new() }
    }

    fn live(&mut self, event: &Event) {
        let log = &self.log;
        let action = match event {
            Event::Update(ids, column) => log.update("contacts", ids, &[(column, "x".into())]),
            Event::Tier(id) => log.update("contacts", &[id], &[("tier", Value::Integer(3))]),
            Event::Delete(id) => log.delete("contacts", &[id]),
            Event::Invoice => log.delete("invoices", &["i-1"]),
            Event::Tickets(many) => {
                let ids: Vec<String> = (1..=*many).map(|one| format!("t-{one}")).collect();
                let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
                log.update("tickets", &ids, &[("state", "closed".into())])
            }
            Event::Undo(_) if self.written.is_empty() => return,
            Event::Undo(which) => log.undo(which.get(&self.written)),
            other => return self.turn(other),
        };
        let decided = self.log.decide(action);
        match self.log.decision(&decided).decision.verdict {
            Verdict::Allow => self.carry_out(&decided),
            Verdict::Escalate => self.asked.push(decided),
            Verdict::Deny => {}
        }
    }

    fn turn(&mut self, event: &Event) {
        match event {
            Event::Vote(which, who, yes) if !self.asked.is_empty() => {
                let asked = which.get(&self.asked).clone();
                self.log.vote(&asked, who, *yes);
            }
            Event::Resume(which) if !self.asked.is_empty() => {
                let asked = which.index(self.asked.len());
                let resumed = self.log.resume(&self.asked[asked].clone());
                let verdict = self.log.decision(&resumed).decision.verdict;
                if verdict != Verdict::Escalate {
                    self.asked.remove(asked);
                }
                if verdict == Verdict::Allow {
                    self.carry_out(&resumed);
                }
            }
            Event::Stop(tenant, stop) => {
                let subject =
                    if *tenant { StandingSubject::Tenant } else { StandingSubject::Agent(named(AGENT)) };
                let state = if *stop { StandingState::Stopped } else { StandingState::Active };
                self.log.stand(subject, state);
            }
            Event::Wait(seconds) => self.log.wait(*seconds),
            Event::Envelope(which) => drop(self.log.activate_envelope(envelope(*which, self.version))),
            Event::Contract(version) => {
                self.version = *version;
                self.log.activate_contract(of_version(*version));
            }
            _ => {}
        }
    }

    /// What a later write may undo.
    fn carry_out(&mut self, decision: &Citation) {
        self.log.commit(decision);
        self.written.push(decision.clone());
    }
}
