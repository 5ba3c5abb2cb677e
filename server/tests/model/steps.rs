//! What can happen: steps as plain data, so that a sequence that went wrong can be cut down to the part that matters.
//! Whatever a step points at is counted back from the latest, modulo what there is.

use std::collections::BTreeSet;

use evidence::contract::OperationKind;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::cast::{Content, Person, Record, Row, SECRETS, STATUSES, TENANTS, Table};

/// One thing that happens.
#[derive(Clone, Debug)]
pub enum Step {
    /// An agent proposes a write and takes it the whole way.
    Write(Write),
    /// An agent proposes a write, and everything stops after the verdict, or after the effect and before its outcome is
    /// recorded.
    Stop { write: Write, after_effect: bool },
    /// An earlier request that had an idempotency key comes again.
    Repeat(usize),
    /// A person answers what was escalated.
    Vote { which: usize, by: Person, approve: bool },
    /// A committed action, or one that isn't, is taken back.
    RollBack { which: usize, by: Option<Person>, key: Option<u8> },
    /// A vendor that writes by itself asks, and may report.
    Attest { tenant: usize, slot: u8, kind: OperationKind, set: Set, reports: bool },
    /// Time passes.
    Pass(u64),
    /// What is due is done.
    Sweep,
    /// Somebody is stopped or let go.
    Stand { reach: Reach, stop: bool },
    /// A record that was written changes behind the portal's back.
    Meddle { which: usize, to: Option<Row> },
    /// Another version of a tenant's envelope is put in force.
    Activate { tenant: usize, tight: bool },
    /// The portal is gone, and comes back.
    Reopen,
}

/// One proposed write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    pub tenant: usize,
    pub kind: OperationKind,
    pub table: Table,
    pub records: BTreeSet<Record>,
    pub set: Set,
    /// Sets the tenant column, too.
    pub moves_to: Option<usize>,
    pub key: Option<u8>,
    pub on_behalf_of: Option<Person>,
}

/// The columns that a write sets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Set {
    pub status: Option<Content>,
    pub secret: Option<Content>,
}

/// Who is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    Agent(usize),
    Portal,
    Tenant(usize),
}

/// What happens in one case.
pub fn steps() -> impl Strategy<Value = Vec<Step>> {
    vec(step(), 1..80)
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        24 => write().prop_map(Step::Write),
        6 => (write(), any::<bool>()).prop_map(|(write, after_effect)| Step::Stop { write, after_effect }),
        4 => (0..4_usize).prop_map(Step::Repeat),
        12 => (latest(), person(), prop::bool::weighted(0.8))
            .prop_map(|(which, by, approve)| Step::Vote { which, by, approve }),
        12 => (latest(), option::of(person()), option::weighted(0.2, 0..3_u8))
            .prop_map(|(which, by, key)| Step::RollBack { which, by, key }),
        3 => (tenant(), 0..3_u8, kind(), set(), any::<bool>())
            .prop_map(|(tenant, slot, kind, set, reports)| attest(tenant, slot, kind, set, reports)),
        6 => select(vec![5, 30, 200, 2_000, 4_000]).prop_map(Step::Pass),
        2 => Just(Step::Sweep),
        3 => (reach(), prop::bool::weighted(0.25)).prop_map(|(reach, stop)| Step::Stand { reach, stop }),
        8 => (latest(), option::weighted(0.8, row())).prop_map(|(which, to)| Step::Meddle { which, to }),
        2 => (tenant(), any::<bool>()).prop_map(|(tenant, tight)| Step::Activate { tenant, tight }),
        2 => Just(Step::Reopen),
    ]
}

fn write() -> impl Strategy<Value = Write> {
    let who = (tenant(), option::weighted(0.3, 0..3_u8), option::weighted(0.2, person()));
    let what = (table(), kind().prop_flat_map(|kind| (Just(kind), places(kind))), set());
    let moves_to = option::weighted(0.02, tenant());
    (who, what, moves_to).prop_map(|(who, (table, (kind, places), set), moves_to)| {
        let (tenant, key, on_behalf_of) = who;
        let record = |(offset, slot)| Record { table, home: (tenant + offset) % TENANTS.len(), slot };
        let records = places.into_iter().map(record).collect();
        let deletes = kind == OperationKind::Delete;
        let (set, moves_to) = if deletes { (Set::default(), None) } else { (set, moves_to) };
        Write { tenant, kind, table, records, set, moves_to, key, on_behalf_of }
    })
}

/// Mostly a few of the tenant's own records, that exist or don't as the operation needs it.
fn places(kind: OperationKind) -> impl Strategy<Value = BTreeSet<(usize, u8)>> {
    let offset = prop_oneof![30 => Just(0), 1 => 1..TENANTS.len()];
    let usual = if kind == OperationKind::Insert { 3..6_u8 } else { 0..3_u8 };
    let slot = prop_oneof![8 => usual, 1 => 0..6_u8];
    let many = prop_oneof![5 => Just(1_usize), 2 => Just(2), 2 => 3..=4_usize];
    (many, vec((offset, slot), 4)).prop_map(|(many, places)| places.into_iter().take(many).collect())
}

fn attest(tenant: usize, slot: u8, kind: OperationKind, set: Set, reports: bool) -> Step {
    let set = if kind == OperationKind::Delete { Set::default() } else { set };
    Step::Attest { tenant, slot, kind, set, reports }
}

fn row() -> impl Strategy<Value = Row> {
    let owner = prop_oneof![5 => Just(0), 1 => 1..TENANTS.len()];
    (owner, status(), secret()).prop_map(|(owner, status, secret)| Row { owner, status, secret })
}

fn set() -> impl Strategy<Value = Set> {
    let forbidden = prop_oneof![9 => status(), 1 => Just(Some("vip"))];
    prop_oneof![
        (forbidden, option::of(secret())).prop_map(|(status, secret)| Set { status: Some(status), secret }),
        secret().prop_map(|secret| Set { status: None, secret: Some(secret) }),
    ]
}

fn latest() -> impl Strategy<Value = usize> {
    prop_oneof![3 => Just(0), 2 => 1..3_usize, 2 => 3..12_usize]
}

fn table() -> impl Strategy<Value = Table> {
    prop_oneof![3 => Just(Table::Notes), 2 => Just(Table::Lines)]
}

fn kind() -> impl Strategy<Value = OperationKind> {
    prop_oneof![
        3 => Just(OperationKind::Update),
        2 => Just(OperationKind::Insert),
        2 => Just(OperationKind::Delete),
    ]
}

fn reach() -> impl Strategy<Value = Reach> {
    prop_oneof![tenant().prop_map(Reach::Agent), tenant().prop_map(Reach::Tenant), Just(Reach::Portal),]
}

/// Mostly the first, so that much happens to the same records.
fn tenant() -> impl Strategy<Value = usize> {
    prop_oneof![4 => Just(0), 2 => Just(1), 1 => Just(2)]
}

fn person() -> impl Strategy<Value = Person> {
    select(vec![Person::Dana, Person::Jo])
}

fn status() -> impl Strategy<Value = Content> {
    select(STATUSES.to_vec())
}

fn secret() -> impl Strategy<Value = Content> {
    select(SECRETS.to_vec())
}

impl Write {
    /// A write to one record.
    pub fn one(tenant: usize, kind: OperationKind, record: Record, set: Set) -> Self {
        let records = BTreeSet::from([record]);
        Self {
            tenant,
            kind,
            table: record.table,
            records,
            set,
            moves_to: None,
            key: None,
            on_behalf_of: None,
        }
    }
}
