//! What the guide's building blocks are filled with.

use std::fmt::Debug;
use std::str::FromStr;

use evidence::contract::{Consequence, Operation, OperationKind, Rollback};
use evidence::envelope::{Approval, Comparison, Condition, Effect, Limit, Rule, Side};
use evidence::timestamp::Timestamp;

use crate::portal::{Day, Fault, Refusal, Tally};

/// A digest of nothing in particular.
pub const DIGEST: &str = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/// A moment some seconds after another.
pub fn at(seconds: u64) -> Timestamp {
    name::<Timestamp>("2026-11-23T05:35:48.000000Z").saturating_plus_seconds(seconds)
}

/// Days with many, few and no decisions.
pub fn days() -> Vec<Day> {
    let tally = |place: u64| match place % 7 {
        5 | 6 => Tally::default(),
        rest => Tally { allow: 40 + 17 * rest + place, deny: rest, escalate: (place * 5) % 11 },
    };
    (1..=30).map(|place| Day { date: format!("2026-11-{place:02}"), tally: tally(place) }).collect()
}

/// A form that came back.
pub fn refusal() -> Refusal {
    Refusal::Invalid(faults())
}

/// What is wrong with it.
pub fn faults() -> Vec<Fault> {
    vec![
        Fault::new("guide-email", "Enter an e-mail address, as anna@northwind.example."),
        Fault::new("guide-role", "Choose a role."),
    ]
}

/// One rule of each kind.
pub fn rules() -> Vec<Rule> {
    let rule = |id: &str, effect| Rule {
        id: name(id),
        effect,
        agents: Some(vec![name("support-agent")]),
        table: name("contacts"),
        operations: Some(vec![OperationKind::Update]),
        columns: Some(vec![name("email"), name("phone")]),
        max_rows: Some(50),
        when: Vec::new(),
        approval: None,
    };
    let closed = Condition {
        of: Side::Set,
        column: name("status"),
        is: Comparison::OneOf(vec!["closed".into(), "spam".into()]),
    };
    vec![
        rule("r1", Effect::Allow),
        Rule {
            operations: Some(vec![OperationKind::Delete]),
            columns: None,
            max_rows: None,
            when: vec![closed],
            approval: Some(approval()),
            ..rule("r2", Effect::Ask)
        },
        Rule {
            agents: None,
            table: name("invoices"),
            operations: None,
            columns: None,
            max_rows: None,
            ..rule("r3", Effect::Never)
        },
    ]
}

/// A limit.
pub fn limit() -> Limit {
    Limit {
        id: name("hourly"),
        agents: Some(vec![name("support-agent")]),
        table: Some(name("contacts")),
        operations: None,
        max_rows: 500,
        window_seconds: 3_600,
    }
}

/// What a contract offers.
pub fn offered() -> Operation {
    Operation {
        columns: vec![name("email"), name("phone")],
        max_rows: 100,
        consequence: Consequence::Low,
        rollback: Rollback::Restore { window_seconds: 30 * 86_400 },
    }
}

fn approval() -> Approval {
    Approval { expires_seconds: 14_400, group: name("success-managers"), quorum: 2 }
}

fn name<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().expect("a sample is well-formed")
}
