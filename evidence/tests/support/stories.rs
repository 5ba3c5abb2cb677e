//! What happens in the world: the stories that tests and vectors tell.

use evidence::action::Citation;
use evidence::receipt::{StandingState, StandingSubject};
use evidence::value::Value;

use super::documents::envelope_json;
use super::{AGENT, Log, Set, named};

/// A new phone number.
pub const PHONE: &str = "+49 30 5550100";

/// One write: receipts #4 and #5.
pub fn one_write() -> Log {
    let mut log = Log::acme();
    change_phone(&mut log, "c-1", PHONE);
    log
}

/// One write to another tenant's record, denied: receipt #4.
pub fn wrong_tenant() -> Log {
    let mut log = Log::acme();
    log.decide(log.update("contacts", &["c-7"], &[("phone", PHONE.into())]));
    log
}

/// The same attempt as the other tenant's log has it: receipt #4.
pub fn noticed() -> Log {
    let mut log = Log::opened("globex", 2);
    log.notice("contacts", "c-7");
    log
}

/// A write that waited for a person: asked in #4, approved in #5, allowed in #6, committed in #7.
pub fn approved() -> Log {
    let mut log = Log::acme();
    let asked = ask_for_tier(&mut log);
    log.vote(&asked, "lee@northwind.example", true);
    let allowed = log.resume(&asked);
    log.commit(&allowed);
    log
}

/// A write that a person rejected: asked in #4, rejected in #5, denied in #6.
pub fn rejected() -> Log {
    let mut log = Log::acme();
    let asked = ask_for_tier(&mut log);
    log.vote(&asked, "lee@northwind.example", false);
    log.resume(&asked);
    log
}

/// An irreversible delete that the envelope allows and the contract asks about: #4 to #7.
pub fn irreversible() -> Log {
    let mut log = Log::acme();
    let asked = log.decide(log.delete("invoices", &["i-1"]));
    log.vote(&asked, "kim@northwind.example", true);
    let allowed = log.resume(&asked);
    log.commit(&allowed);
    log
}

/// A write and its rollback: #4 to #7.
pub fn rolled_back() -> Log {
    let mut log = Log::acme();
    let first = change_phone(&mut log, "c-1", PHONE);
    log.write(log.undo(&first));
    log
}

/// A record that somebody changed without asking: writes #4, #5 and #6, #7, and a change between #5 and #7.
pub fn changed_outside() -> Log {
    let mut log = one_write();
    log.rows.put(
        "contacts",
        "c-1",
        "acme",
        &[
            ("email", Value::Null),
            ("phone", "0".into()),
            ("status", "active".into()),
            ("tier", Value::Integer(1)),
        ],
    );
    change_phone(&mut log, "c-1", "+49 30 5550199");
    log
}

/// An allowed write whose outcome is not recorded yet: #4.
pub fn pending() -> Log {
    let mut log = Log::acme();
    log.decide(log.update("contacts", &["c-1"], &[("phone", PHONE.into())]));
    log
}

/// The tenant was frozen in #4, a write denied in #5; unfrozen in #6, a write allowed in #7.
pub fn frozen() -> Log {
    let mut log = Log::acme();
    log.stand(StandingSubject::Tenant, StandingState::Stopped);
    log.decide(log.update("contacts", &["c-1"], &[("phone", PHONE.into())]));
    log.stand(StandingSubject::Tenant, StandingState::Active);
    change_phone(&mut log, "c-1", PHONE);
    log
}

/// A write before and after the signing key was rotated in #6.
pub fn rotated() -> Log {
    let mut log = one_write();
    log.rotate(11);
    change_phone(&mut log, "c-2", PHONE);
    log
}

/// Eight of eight rows written within the hour, in #4 to #11; the ninth is denied in #12.
pub fn spent() -> Log {
    let mut log = Log::acme();
    for status in ["a", "b", "c", "d"] {
        let action = log.update("contacts", &["c-1", "c-2"], &[("status", status.into())]);
        log.write(action);
    }
    log.decide(log.update("contacts", &["c-1"], &[("status", "e".into())]));
    log
}

/// A second envelope replaced the first in #6, under which phones may not be changed.
pub fn tightened() -> Log {
    let mut log = one_write();
    let mut second = envelope_json("acme", 2);
    second["rules"][0]["columns"] = serde_json::json!(["status"]);
    log.activate_envelope(serde_json::from_value(second).unwrap());
    log.decide(log.update("contacts", &["c-1"], &[("phone", "1".into())]));
    log
}

/// Texts that try to be more than texts.
pub fn hostile_texts() -> Log {
    let mut log = Log::acme();
    let mut action = log.update("contacts", &["c-1"], &[("__proto__", "x".into())]);
    action.reason =
        named("\u{202e}evil\u{202c} </script><b>\u{0}\u{7f} \u{1f469}\u{200d}\u{1f52c} constructor");
    action.on_behalf_of = Some(named("\u{2066}admin\u{2069}"));
    log.decide(action);
    let mut action = log.update("contacts\"; drop table x; --", &["c-1"], &[("toString", Value::Null)]);
    action.operation = named("../../etc/passwd\n");
    log.decide(action);
    log
}

/// Something of everything.
pub fn busy() -> Log {
    let mut log = rotated();
    log.decide(log.update("contacts", &["c-7"], &[("phone", PHONE.into())]));
    log.decide(log.update("contacts", &["c-3"], &[("phone", PHONE.into())]));
    log.write(log.insert(
        "contacts",
        "c-9",
        &[
            ("email", "new@example.com".into()),
            ("phone", Value::Null),
            ("status", "new".into()),
            ("tier", Value::Integer(0)),
        ],
    ));
    let asked = ask_for_tier(&mut log);
    log.vote(&asked, "lee@northwind.example", true);
    let allowed = log.resume(&asked);
    log.commit(&allowed);
    let write = change_phone(&mut log, "c-2", "+49 30 5550123");
    log.write(log.undo(&write));
    log.stand(StandingSubject::Agent(named(AGENT)), StandingState::Stopped);
    log.decide(log.update("tickets", &["t-1"], &[("state", "closed".into())]));
    log.stand(StandingSubject::Agent(named(AGENT)), StandingState::Active);
    log.write(log.update("tickets", &["t-1", "t-2"], &[("state", "closed".into())]));
    log.notice("contacts", "c-1");
    log
}

/// A write that is allowed and committed.
pub fn change_phone(log: &mut Log, id: &str, phone: &str) -> Citation {
    let set: Set<'_> = &[("phone", phone.into())];
    let action = log.update("contacts", &[id], set);
    log.write(action)
}

/// A write that has to wait for a person.
pub fn ask_for_tier(log: &mut Log) -> Citation {
    log.decide(log.update("contacts", &["c-2"], &[("tier", Value::Integer(3))]))
}
