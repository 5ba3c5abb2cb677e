//! The model: what the portal must do, said in plain maps and without asking the portal or the law.

use std::collections::{BTreeMap, BTreeSet};

use evidence::contract::OperationKind;
use evidence::decision::Verdict;
use evidence::receipt::OutcomeStatus;

use crate::action::{Action, Change, Notice, State, Undo, Written, reverses};
use crate::cast::{APPROVAL_SECONDS, MAX_ROWS, Person, Record, Row, TENANTS, Table, first_rows};
use crate::steps::{Reach, Set, Step, Write};
use crate::terms::{Terms, limit, terms};

/// What came of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Nothing to say.
    Done,
    /// The action with this number has this verdict, and this came of it. Asked again, it has the receipt it had.
    Decided { action: usize, verdict: Verdict, outcome: Option<OutcomeStatus>, same: bool },
    /// A vote, and it still waits.
    Waits,
    /// The idempotency key was used for something else.
    Conflict,
    /// There is nothing to take back.
    NothingToUndo,
    /// It waits no more.
    Over,
}

/// Everything that is so.
#[derive(Clone, Debug)]
pub struct Model {
    /// The records of the system of record, and those that the vendor writes by itself.
    pub rows: BTreeMap<Record, Row>,
    pub actions: Vec<Action>,
    pub tenants: [Tenant; TENANTS.len()],
    pub portal_stopped: bool,
    /// The committed writes of each tenant to each record, in the order in which they took place.
    pub writes: BTreeMap<(usize, Record), Vec<Written>>,
    /// The actions with which a tenant's agent reached for another's records: whose, and which of them.
    pub notices: Vec<Notice>,
    pub now: u64,
    requests: BTreeMap<(usize, u8), (Request, usize)>,
    /// The requests that had a key, the latest last.
    pub sent: Vec<Write>,
    /// The order in which the tenants' logs stand, in which recovery goes through them.
    pub log_order: [usize; TENANTS.len()],
}

/// One tenant's standing.
#[derive(Clone, Debug, Default)]
pub struct Tenant {
    pub frozen: bool,
    pub suspended: bool,
    pub version: u32,
    pub tight: bool,
    /// What was allowed: when, where, and how many records.
    pub allowed: Vec<(u64, Table, u64)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Request {
    Undo(usize),
    Write(Write),
}

impl Model {
    pub fn new(log_order: [usize; TENANTS.len()]) -> Self {
        let tenant = Tenant { version: 1, ..Tenant::default() };
        Self {
            rows: first_rows(),
            actions: Vec::new(),
            tenants: [tenant.clone(), tenant.clone(), tenant],
            portal_stopped: false,
            writes: BTreeMap::new(),
            notices: Vec::new(),
            now: 0,
            requests: BTreeMap::new(),
            sent: Vec::new(),
            log_order,
        }
    }

    /// Does what the portal must do.
    pub fn take(&mut self, step: &Step) -> Answer {
        match step {
            Step::Write(write) => self.write(write, true),
            Step::Stop { write, after_effect } => self.stop(write, *after_effect),
            Step::Repeat(which) => match back(&self.sent, *which).cloned() {
                Some(write) => self.write(&write, true),
                None => Answer::Done,
            },
            Step::Vote { which, by, approve } => self.vote(*which, *by, *approve),
            Step::RollBack { which, by, key } => self.roll_back(*which, *by, *key),
            Step::Attest { tenant, slot, kind, set, reports } => {
                self.attest(*tenant, *slot, *kind, set, *reports)
            }
            Step::Pass(seconds) => {
                self.now += seconds;
                Answer::Done
            }
            Step::Sweep => {
                self.expire();
                self.recover(false);
                Answer::Done
            }
            Step::Stand { reach, stop } => {
                match reach {
                    Reach::Agent(tenant) => self.tenants[*tenant].suspended = *stop,
                    Reach::Portal => self.portal_stopped = *stop,
                    Reach::Tenant(tenant) => self.tenants[*tenant].frozen = *stop,
                }
                Answer::Done
            }
            Step::Meddle { which, to } => {
                if let Some((record, row)) = self.meddled(*which, *to) {
                    self.put(record, row);
                }
                Answer::Done
            }
            Step::Activate { tenant, tight } => {
                let tenant = &mut self.tenants[*tenant];
                (tenant.version, tenant.tight) = (tenant.version + 1, *tight);
                Answer::Done
            }
            Step::Reopen => {
                self.recover(true);
                Answer::Done
            }
        }
    }

    /// The actions that were ever escalated, in order.
    pub fn escalated(&self) -> Vec<usize> {
        let asked = |action: &Action| action.verdicts.first() == Some(&Verdict::Escalate);
        (0..self.actions.len()).filter(|number| asked(&self.actions[*number])).collect()
    }

    /// The actions whose effects are the portal's to carry out, and to take back.
    pub fn observed(&self) -> Vec<usize> {
        (0..self.actions.len()).filter(|number| self.actions[*number].table != Table::Parts).collect()
    }

    /// What becomes of which written record if somebody meddles. `to` counts its owner from where the record began; a
    /// line's key says whose it is for ever.
    pub fn meddled(&self, which: usize, to: Option<Row>) -> Option<(Record, Option<Row>)> {
        let written: Vec<usize> =
            self.observed().into_iter().filter(|number| self.is_committed(*number)).collect();
        let record = self.actions[*back(&written, which)?].changes[0].record;
        let is_line = record.table == Table::Lines;
        let owner = |offset| if is_line { record.home } else { (record.home + offset) % TENANTS.len() };
        Some((record, to.map(|row| Row { owner: owner(row.owner), ..row })))
    }

    fn is_committed(&self, number: usize) -> bool {
        self.actions[number].state == State::Settled(OutcomeStatus::Committed)
    }

    fn write(&mut self, write: &Write, goes_on: bool) -> Answer {
        if write.key.is_some() {
            self.sent.push(write.clone());
        }
        if let Some(answer) = self.repeated(write.tenant, write.key, &Request::Write(write.clone()), goes_on)
        {
            return answer;
        }
        let changes = write.records.iter().map(|record| self.planned(write, *record)).collect();
        let vip = write.set.status == Some(Some("vip"));
        let action = Action {
            tenant: write.tenant,
            kind: write.kind,
            table: write.table,
            changes,
            verdicts: Vec::new(),
            state: State::Denied,
            undoes: None,
            on_behalf_of: write.on_behalf_of,
            undo: Undo::Never,
        };
        self.notice(&action, write.moves_to.filter(|to| *to != write.tenant));
        let terms =
            terms(self.tenants[write.tenant].tight, write.table, write.kind, action.changes.len(), vip);
        let verdict = if write.moves_to.is_none() && self.passes(&action) { terms } else { Terms::No };
        let number = self.decided(action, verdict);
        if let Some(key) = write.key {
            self.requests.insert((write.tenant, key), (Request::Write(write.clone()), number));
        }
        self.answer(number, goes_on)
    }

    fn stop(&mut self, write: &Write, after_effect: bool) -> Answer {
        let answer = self.write(write, false);
        if let (true, Answer::Decided { action, .. }) = (after_effect, answer) {
            self.apply(action);
        }
        answer
    }

    fn attest(&mut self, tenant: usize, slot: u8, kind: OperationKind, set: &Set, reports: bool) -> Answer {
        let record = Record { table: Table::Parts, home: tenant, slot };
        let write = Write::one(tenant, kind, record, set.clone());
        let Answer::Decided { action, verdict, .. } = self.write(&write, false) else { return Answer::Done };
        if reports && verdict == Verdict::Allow {
            self.apply(action);
            self.record(action);
        }
        self.answer(action, true)
    }

    fn roll_back(&mut self, which: usize, by: Option<Person>, key: Option<u8>) -> Answer {
        let Some(original) = back(&self.observed(), which).copied() else { return Answer::Done };
        let was = self.actions[original].clone();
        if !self.is_committed(original) {
            return Answer::NothingToUndo;
        }
        if let Some(answer) = self.repeated(was.tenant, key, &Request::Undo(original), true) {
            return answer;
        }
        let compensates = was.undo == Undo::Compensate;
        let change = |change: &Change| Change {
            record: change.record,
            before: self.rows.get(&change.record).copied(),
            after: if compensates { None } else { change.before },
        };
        let kind = was.kind.inverse();
        let action = Action {
            kind,
            changes: was.changes.iter().map(change).collect(),
            verdicts: Vec::new(),
            state: State::Denied,
            undoes: Some(original),
            on_behalf_of: by,
            undo: Undo::Never,
            ..was.clone()
        };
        self.notice(&action, None);
        let terms = terms(self.tenants[was.tenant].tight, was.table, kind, action.changes.len(), false);
        let verdict = match (was.undo, terms) {
            (Undo::Never, _) => Terms::No,
            (Undo::Restore { until }, _) if self.now >= until || !reverses(&was, &action) => Terms::No,
            // What was done under the envelope may be undone beyond it, if a person says so.
            (Undo::Restore { .. }, Terms::Unmatched) => Terms::Ask(1),
            (_, terms) => terms,
        };
        let verdict = if self.passes(&action) { verdict } else { Terms::No };
        let number = self.decided(action, verdict);
        if let Some(key) = key {
            self.requests.insert((was.tenant, key), (Request::Undo(original), number));
        }
        self.answer(number, true)
    }

    /// Nobody is stopped, every record is the tenant's own and as the operation needs it, and there are not too many.
    pub fn passes(&self, action: &Action) -> bool {
        let tenant = &self.tenants[action.tenant];
        let rows = action.changes.len() as u64;
        let needs_none = action.kind == OperationKind::Insert;
        let is_sound = |change: &Change| {
            change.owner().is_none_or(|owner| owner == action.tenant) && change.before.is_none() == needs_none
        };
        !(self.portal_stopped || tenant.frozen || tenant.suspended)
            && action.changes.iter().all(is_sound)
            && rows <= MAX_ROWS.into()
            && self.spent(action).is_none_or(|(spent, most)| spent + rows <= most)
    }

    /// How much of the limit is spent that counts this action, and how much there is.
    fn spent(&self, action: &Action) -> Option<(u64, u64)> {
        let tenant = &self.tenants[action.tenant];
        let limit = limit(tenant.tight, action.table)?;
        let counts = |(at, table, _): &&(u64, Table, u64)| {
            limit.tables.contains(table) && self.now - at < limit.window_seconds
        };
        Some((tenant.allowed.iter().filter(counts).map(|(_, _, rows)| rows).sum(), limit.max_rows))
    }

    fn planned(&self, write: &Write, record: Record) -> Change {
        let before = self.rows.get(&record).copied();
        let blank = Row { owner: write.tenant, status: None, secret: None };
        let row = match write.kind {
            OperationKind::Delete => None,
            OperationKind::Insert => Some(blank),
            OperationKind::Update => before,
        };
        let after = row.map(|row| Row {
            owner: row.owner,
            status: write.set.status.unwrap_or(row.status),
            secret: write.set.secret.unwrap_or(row.secret),
        });
        Change { record, before, after }
    }

    /// Enters a new action with its first verdict.
    fn decided(&mut self, action: Action, terms: Terms) -> usize {
        let number = self.actions.len();
        let version = self.tenants[action.tenant].version;
        self.actions.push(action);
        match terms {
            Terms::Now => {
                self.permit(number, Verdict::Allow);
            }
            Terms::Ask(quorum) => {
                let action = &mut self.actions[number];
                action.verdicts.push(Verdict::Escalate);
                let until = self.now + u64::from(APPROVAL_SECONDS);
                action.state = State::Waiting { quorum, until, version, votes: Vec::new() };
            }
            Terms::No | Terms::Unmatched => {
                self.permit(number, Verdict::Deny);
            }
        }
        number
    }

    /// Whoever's records are reached for is told which, and whoever would be given some.
    fn notice(&mut self, action: &Action, endowed: Option<usize>) {
        let mut reached: BTreeMap<usize, BTreeSet<Record>> =
            endowed.map(|to| (to, BTreeSet::new())).into_iter().collect();
        for change in &action.changes {
            if let Some(owner) = change.owner().filter(|owner| *owner != action.tenant) {
                reached.entry(owner).or_default().insert(change.record);
            }
        }
        let (table, kind) = (action.table, action.kind.as_str());
        self.notices.extend(reached.into_iter().map(|(to, records)| Notice { to, table, kind, records }));
    }

    fn repeated(
        &mut self,
        tenant: usize,
        key: Option<u8>,
        request: &Request,
        goes_on: bool,
    ) -> Option<Answer> {
        let (earlier, number) = self.requests.get(&(tenant, key?))?;
        if earlier != request {
            return Some(Answer::Conflict);
        }
        let number = *number;
        Some(self.answer(number, goes_on))
    }

    pub fn answer(&mut self, number: usize, goes_on: bool) -> Answer {
        if goes_on {
            self.finish(number);
        }
        let action = &self.actions[number];
        let outcome = match action.state {
            State::Settled(status) if goes_on => Some(status),
            _ => None,
        };
        let verdict = *action.verdicts.last().unwrap();
        Answer::Decided { action: number, verdict, outcome, same: true }
    }
}

/// The one that is `which` places before the latest.
pub fn back<T>(items: &[T], which: usize) -> Option<&T> {
    let count = items.len();
    (count > 0).then(|| &items[count - 1 - which % count])
}
