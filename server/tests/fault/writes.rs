//! The mix of writes: each has records of its own and a value that stands nowhere else, so whether it took place can be
//! seen in the system of record.

use std::collections::BTreeMap;

use evidence::decision::Verdict;
use serde_json::{Value as Json, json};

use crate::cast::{ASKING, BEFORE, TENANTS, TRUSTED};
use crate::dice::Dice;
use crate::load::Answer;
use crate::place::{Place, Row};

/// How many records each write that needs some is given.
const RECORDS: usize = 3;

/// What a write does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Changes one record.
    Update,
    /// Changes all of its records, or none.
    Many,
    /// Makes a record.
    Insert,
    /// Removes a record.
    Delete,
    /// Changes one record that many writes are after.
    Contested,
    /// Reaches for another tenant's record.
    Foreign,
    /// Sets a column that no contract knows.
    Unknown,
    /// Is proposed by an agent that has to ask.
    Asking,
    /// Is a person's answer to one that asked.
    Vote,
    /// Takes another write back.
    Rollback,
}

/// A write, and everything to tell what became of it.
#[derive(Clone, Debug)]
pub struct Write {
    /// Its idempotency key, its reason and the value that it writes.
    pub name: String,
    pub tenant: &'static str,
    pub kind: Kind,
    /// The records that it names.
    pub records: Vec<String>,
    /// The write that it answers or takes back.
    pub about: Option<String>,
    /// Where it is sent.
    pub path: String,
    /// What is sent.
    pub body: Json,
}

impl Write {
    fn new(name: String, tenant: &'static str, kind: Kind) -> Self {
        let other = TENANTS.into_iter().find(|other| *other != tenant).unwrap();
        let records: Vec<String> = match kind {
            Kind::Many => (0..RECORDS).map(|place| format!("{name}-{place}")).collect(),
            Kind::Insert => vec![format!("{name}-new")],
            Kind::Contested => vec![contested(tenant)],
            Kind::Foreign => vec![contested(other)],
            _ => vec![format!("{name}-0")],
        };
        let operation = match kind {
            Kind::Insert => "insert",
            Kind::Delete => "delete",
            _ => "update",
        };
        let set = match kind {
            Kind::Delete => json!({}),
            Kind::Unknown => json!({"colour": name}),
            _ => json!({"body": name, "phone": name}),
        };
        let body = json!({
            "tenant": tenant,
            "agent": if kind == Kind::Asking { ASKING } else { TRUSTED },
            "connector": "crm",
            "operation": operation,
            "table": "notes",
            "records": records.iter().map(|id| json!({"id": id})).collect::<Vec<_>>(),
            "set": set,
            "reason": name,
            "idempotency_key": name,
        });
        Self { name, tenant, kind, records, about: None, path: "/v1/actions".to_owned(), body }
    }

    /// What may follow from an answer: somebody lets it happen, or takes it back.
    pub fn sequel(&self, answer: &Answer) -> Option<Self> {
        let committed = answer.outcome.as_ref().is_some_and(|(status, _)| status == "COMMITTED");
        let (kind, path, body) = match (self.kind, answer.verdict.as_str()) {
            (Kind::Asking, "ESCALATE") => {
                let body = json!({"decision": answer.receipt.digest(), "reason": "fine"});
                (Kind::Vote, format!("/v1/approvals/{}/approve", answer.id), body)
            }
            (Kind::Update | Kind::Many | Kind::Delete, _) if committed => {
                let name = format!("{}-back", self.name);
                let body = json!({"reason": name, "idempotency_key": name});
                (Kind::Rollback, format!("/v1/actions/{}/rollback", answer.id), body)
            }
            _ => return None,
        };
        let (name, about) = (format!("{}-back", self.name), Some(self.name.clone()));
        Some(Self { name, tenant: self.tenant, kind, records: Vec::new(), about, path, body })
    }

    /// A write of one record of its own.
    pub fn simple(name: String, tenant: &'static str) -> Self {
        Self::new(name, tenant, Kind::Update)
    }

    /// The only verdict that it may get, in the end.
    pub const fn verdict(&self) -> Verdict {
        match self.kind {
            Kind::Foreign | Kind::Unknown => Verdict::Deny,
            _ => Verdict::Allow,
        }
    }

    /// Whether nobody else is after its records.
    pub const fn has_its_own(&self) -> bool {
        !matches!(self.kind, Kind::Contested | Kind::Foreign | Kind::Vote | Kind::Rollback)
    }

    /// Whether it took place, judged by the records alone. One that took place in part fails the test.
    pub fn took_place(&self, rows: &BTreeMap<String, Row>) -> bool {
        let untouched = self.records.iter().all(|id| match self.kind {
            Kind::Insert => !rows.contains_key(id),
            _ => rows.get(id) == Some(&row(BEFORE)),
        });
        let done = self.records.iter().all(|id| match self.kind {
            Kind::Delete => !rows.contains_key(id),
            _ => rows.get(id) == Some(&row(&self.name)),
        });
        assert!(untouched != done, "{} took place in part: {rows:?}", self.name);
        done
    }

    /// The records that must be there before it is sent.
    pub fn needs(&self) -> Vec<(String, &'static str)> {
        let needed = self.has_its_own() && self.kind != Kind::Insert;
        self.records.iter().filter(|_| needed).map(|id| (id.clone(), self.tenant)).collect()
    }
}

/// New writes, with the records that they need.
pub async fn lay_out(place: &Place, dice: &mut Dice, round: usize, count: usize) -> Vec<Write> {
    let writes: Vec<Write> = (0..count)
        .map(|number| {
            let tenant = TENANTS[dice.below(TENANTS.len())];
            Write::new(format!("w{round}-{number}"), tenant, kind(dice))
        })
        .collect();
    place.lay_out(&writes.iter().flat_map(Write::needs).collect::<Vec<_>>()).await;
    writes
}

/// The record of `tenant` that many are after.
pub fn contested(tenant: &str) -> String {
    format!("contested-{tenant}")
}

/// How a record looks after the write called `name`.
pub fn row(name: &str) -> Row {
    (Some(name.to_owned()), Some(name.to_owned()))
}

fn kind(dice: &mut Dice) -> Kind {
    match dice.below(100) {
        0..30 => Kind::Update,
        30..45 => Kind::Many,
        45..60 => Kind::Insert,
        60..70 => Kind::Delete,
        70..80 => Kind::Contested,
        80..85 => Kind::Foreign,
        85..88 => Kind::Unknown,
        _ => Kind::Asking,
    }
}
