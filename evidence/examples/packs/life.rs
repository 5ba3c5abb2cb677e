//! A log that comes about by chance: what agents, people and the vendor do one after the other.

use evidence::action::{Action, Citation, LiveSchema, Source};
use evidence::decision::Verdict;
use evidence::reason::Code;
use evidence::receipt::{OutcomeStatus, StandingState, StandingSubject};
use evidence::value::Value;

use crate::chance::Chance;
use crate::documents;
use crate::world::{AGENT, Log, contract, named};

const PEOPLE: [&str; 4] =
    ["lee@northwind.example", "kim@northwind.example", "dana@northwind.example", "max@northwind.example"];

/// A log, and what is open in it.
struct Life {
    log: Log,
    asked: Vec<Citation>,
    written: Vec<Citation>,
    rotations: u8,
    versions: u32,
}

/// A log that comes about by chance.
pub fn log(chance: &mut Chance) -> Log {
    let mut log = Log::with_key("acme", 1);
    if !chance.once_in(12) {
        log.stand(StandingSubject::Agent(named(AGENT)), StandingState::Active);
    }
    if !chance.once_in(16) {
        log.activate_contract(contract());
        if !chance.once_in(12) {
            log.activate_envelope(documents::envelope(chance, 1));
        }
    }
    let mut life = Life { log, asked: Vec::new(), written: Vec::new(), rotations: 0, versions: 1 };
    for _ in 0..4 + chance.below(14) {
        life.go_on(chance);
    }
    life.log
}

impl Life {
    fn go_on(&mut self, chance: &mut Chance) {
        match chance.below(20) {
            9..=11 if !self.asked.is_empty() => self.answer(chance),
            12..=14 if !self.written.is_empty() => self.undo(chance),
            15 => self.stand(chance),
            16 => self.log.wait(*chance.one_of(&[1, 9, 61, 3_500])),
            17 => self.change_outside(chance),
            18 => drop(self.log.notice("contacts", "c-1")),
            19 => self.renew(chance),
            _ => self.act(chance),
        }
    }

    fn act(&mut self, chance: &mut Chance) {
        let action = oddities(proposed(&self.log, chance), chance);
        self.decide(action, chance);
    }

    fn decide(&mut self, action: Action, chance: &mut Chance) {
        let decision = self.log.decide(action);
        self.follow(&decision, chance);
    }

    fn follow(&mut self, decision: &Citation, chance: &mut Chance) {
        match self.log.decision(decision).decision.verdict {
            Verdict::Allow => self.effect(decision, chance),
            Verdict::Escalate => self.asked.push(decision.clone()),
            Verdict::Deny => {}
        }
    }

    fn effect(&mut self, decision: &Citation, chance: &mut Chance) {
        match chance.below(12) {
            0 => drop(self.log.outcome(decision, OutcomeStatus::NotApplied, Some(Code::PreconditionFailed))),
            1 => drop(self.log.outcome(decision, OutcomeStatus::Failed, Some(Code::ProviderError))),
            2 if chance.once_in(3) => {}
            _ => {
                self.log.commit(decision);
                self.written.push(decision.clone());
            }
        }
    }

    fn answer(&mut self, chance: &mut Chance) {
        let place = chance.below(self.asked.len());
        let asked = self.asked[place].clone();
        for _ in 0..=chance.below(2) {
            self.log.vote(&asked, chance.word_of(&PEOPLE), !chance.once_in(5));
        }
        if chance.once_in(10) {
            self.log.wait(3_700);
        }
        if !chance.once_in(6) {
            self.asked.remove(place);
        }
        let resumed = self.log.resume(&asked);
        self.follow(&resumed, chance);
    }

    fn undo(&mut self, chance: &mut Chance) {
        let written = chance.one_of(&self.written).clone();
        let mut action = self.log.undo(&written);
        if chance.once_in(8) {
            action.records.pop();
        }
        if chance.once_in(8) {
            action.operation = named("update");
        }
        self.decide(action, chance);
    }

    fn stand(&mut self, chance: &mut Chance) {
        let subject = match chance.below(4) {
            0 => StandingSubject::Tenant,
            1 => StandingSubject::Portal,
            _ => StandingSubject::Agent(named(AGENT)),
        };
        self.log.stand(subject.clone(), StandingState::Stopped);
        self.act(chance);
        if !chance.once_in(3) {
            self.log.stand(subject, StandingState::Active);
        }
    }

    fn change_outside(&mut self, chance: &mut Chance) {
        let place = ("contacts".to_owned(), (*chance.one_of(&["c-1", "c-2"])).to_owned());
        if let Some(row) = self.log.rows.0.get_mut(&place) {
            row.insert(named("phone"), value(chance));
        }
    }

    fn renew(&mut self, chance: &mut Chance) {
        if chance.once_in(2) && self.rotations < 3 {
            self.rotations += 1;
            self.log.rotate(1 + self.rotations);
        } else if !self.log.contracts.is_empty() {
            self.versions += 1;
            self.log.activate_envelope(documents::envelope(chance, self.versions));
        }
    }
}

fn proposed(log: &Log, chance: &mut Chance) -> Action {
    match chance.below(10) {
        0..=5 => update(log, chance),
        6 | 7 => {
            let id = *chance.one_of(&["c-8", "c-9", "c-1"]);
            let full = [
                ("status", "new".into()),
                ("tier", Value::Integer(1)),
                ("phone", value(chance)),
                ("email", Value::Null),
            ];
            log.insert("contacts", id, &full[..2 + chance.below(3)])
        }
        8 => log.delete("contacts", &chance.some_of(&["c-1", "c-2", "c-8"])),
        _ => log.delete(chance.word_of(&["invoices", "tickets"]), &[chance.word_of(&["i-1", "i-2", "t-1"])]),
    }
}

fn update(log: &Log, chance: &mut Chance) -> Action {
    if chance.once_in(4) {
        return log.update("tickets", &chance.some_of(&["t-1", "t-2", "t-3"]), &[("state", value(chance))]);
    }
    let mut ids = chance.some_of(&["c-1", "c-2", "c-3"]);
    if chance.once_in(10) {
        ids.push(*chance.one_of(&["c-7", "c-99"]));
    }
    let mut set = Vec::new();
    for column in chance.some_of(&["phone", "status", "tier", "email"]) {
        let fits = if column == "tier" { number(chance) } else { value(chance) };
        set.push((column, if chance.once_in(15) { Value::Bool(true) } else { fits }));
    }
    if chance.once_in(15) {
        set.push((*chance.one_of(&["id", "tenant_id", "nonsense"]), "globex".into()));
    }
    log.update("contacts", &ids, &set)
}

fn value(chance: &mut Chance) -> Value {
    (*chance.one_of(&["active", "new", "+49 30 1", "", "\u{202e}x", "closed"])).into()
}

fn number(chance: &mut Chance) -> Value {
    match chance.below(8) {
        0 => Value::Null,
        1 => "9223372036854775807".into(),
        _ => Value::Integer(i64::try_from(chance.below(12)).unwrap()),
    }
}

/// What an action has once in a while.
fn oddities(mut action: Action, chance: &mut Chance) -> Action {
    if chance.once_in(30) {
        action.schema = LiveSchema::Drifted;
    }
    if chance.once_in(20) {
        action.source = Source::Attested;
    }
    if chance.once_in(20) {
        action.agent = named("another-agent");
    }
    if chance.once_in(10) {
        action.on_behalf_of = None;
    }
    if chance.once_in(40) {
        action.operation = named("truncate");
    }
    if chance.once_in(40) {
        action.records.clear();
    }
    action
}
