//! The model: what the portal must do, said in plain maps and without asking the portal or the law.

use std::collections::{BTreeMap, BTreeSet};

use evidence::contract::OperationKind;
use evidence::decision::Verdict;
use evidence::receipt::OutcomeStatus;

use crate::cast::{
    APPROVAL_SECONDS, MAX_ROWS, Person, RESTORE_SECONDS, Record, Row, TENANTS, Table, first_rows,
};
use crate::steps::{Reach, Set, Step, Write};
use crate::terms::{Terms, limit, terms};

/// For how long a permit is good, in seconds: where the portal writes, and where the vendor does.
const PERMIT: [u64; 2] = [120, 600];
/// After how many seconds an effect that its caller left is due.
const DUE: u64 = 10;

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
    now: u64,
    requests: BTreeMap<(usize, u8), (Request, usize)>,
    /// The requests that had a key, the latest last.
    pub sent: Vec<Write>,
    /// The order in which the tenants' logs stand, in which recovery goes through them.
    log_order: [usize; TENANTS.len()],
}

/// One tenant's standing.
#[derive(Clone, Debug, Default)]
pub struct Tenant {
    pub frozen: bool,
    pub suspended: bool,
    pub version: u32,
    pub tight: bool,
    /// What was allowed: when, where, and how many records.
    allowed: Vec<(u64, Table, u64)>,
}

/// One action, and all that was decided about it.
#[derive(Clone, Debug)]
pub struct Action {
    pub tenant: usize,
    pub kind: OperationKind,
    pub table: Table,
    pub changes: Vec<Change>,
    pub verdicts: Vec<Verdict>,
    pub state: State,
    pub undoes: Option<usize>,
    on_behalf_of: Option<Person>,
    undo: Undo,
}

/// One record of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    pub record: Record,
    pub before: Option<Row>,
    pub after: Option<Row>,
}

/// Where an action is on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    Denied,
    /// It waits for people.
    Waiting {
        quorum: u32,
        until: u64,
        version: u32,
        votes: Vec<(Person, bool)>,
    },
    /// It may take effect, but has not.
    Permitted {
        since: u64,
        place: usize,
    },
    Settled(OutcomeStatus),
}

/// How an action is undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Undo {
    Never,
    Restore { until: u64 },
    Compensate,
}

/// One committed write to one record.
#[derive(Clone, Copy, Debug)]
pub struct Written {
    pub action: usize,
    pub before: Option<Row>,
    pub after: Option<Row>,
}

/// A tenant's agent reached for another tenant's records.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Notice {
    pub to: usize,
    pub table: Table,
    pub kind: &'static str,
    pub records: BTreeSet<Record>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Request {
    Undo(usize),
    Write(Write),
}

impl Change {
    /// Whose the record was when it was looked at. A line's key says it even where there is no line.
    fn owner(&self) -> Option<usize> {
        let named = (self.record.table == Table::Lines).then_some(self.record.home);
        named.or(self.before.map(|row| row.owner))
    }
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
            Step::Stop(write) => self.write(write, false),
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
            Step::Meddle { record, to } => {
                self.put(*record, *to);
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

    fn attest(&mut self, tenant: usize, slot: u8, kind: OperationKind, set: &Set, reports: bool) -> Answer {
        let record = Record { table: Table::Parts, home: tenant, slot };
        let write = Write::one(tenant, kind, record, set.clone());
        let Answer::Decided { action, verdict, .. } = self.write(&write, false) else { return Answer::Done };
        if reports && verdict == Verdict::Allow {
            self.commit(action);
        }
        self.answer(action, true)
    }

    fn roll_back(&mut self, which: usize, by: Option<Person>, key: Option<u8>) -> Answer {
        let Some(original) = back(&self.observed(), which).copied() else { return Answer::Done };
        let was = self.actions[original].clone();
        if was.state != State::Settled(OutcomeStatus::Committed) {
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
            (Undo::Compensate, terms) => terms,
            (Undo::Restore { until }, _) if self.now >= until || !reverses(&was, &action) => Terms::No,
            // What was done under the envelope may be undone beyond it, if a person says so.
            (Undo::Restore { .. }, Terms::Unmatched) => Terms::Ask(1),
            (Undo::Restore { .. }, terms) => terms,
        };
        let verdict = if self.passes(&action) { verdict } else { Terms::No };
        let number = self.decided(action, verdict);
        if let Some(key) = key {
            self.requests.insert((was.tenant, key), (Request::Undo(original), number));
        }
        self.answer(number, true)
    }

    fn vote(&mut self, which: usize, by: Person, approve: bool) -> Answer {
        let Some(number) = back(&self.escalated(), which).copied() else { return Answer::Done };
        let now = self.now;
        let State::Waiting { until, votes, .. } = &mut self.actions[number].state else {
            return Answer::Over;
        };
        // A vote that comes too late counts for nothing.
        if now < *until || !approve {
            votes.push((by, approve));
        }
        match self.decide_again(number) {
            Some(_) => self.answer(number, true),
            None => Answer::Waits,
        }
    }

    /// What follows from the votes, or from there being none; `None` while it waits.
    fn decide_again(&mut self, number: usize) -> Option<Verdict> {
        let action = self.actions[number].clone();
        let State::Waiting { quorum, until, version, votes } = &action.state else { return None };
        let is_void = !self.passes(&action)
            || self.tenants[action.tenant].version != *version
            || action.undoes.is_some_and(|original| self.is_too_late_to_restore(original))
            || votes.iter().any(|(by, approve)| !approve || action.on_behalf_of == Some(*by));
        let approvers: BTreeSet<Person> = votes.iter().map(|(by, _)| *by).collect();
        if is_void {
            Some(self.permit(number, Verdict::Deny))
        } else if approvers.len() >= *quorum as usize {
            Some(self.permit(number, Verdict::Allow))
        } else {
            (self.now >= *until).then(|| self.permit(number, Verdict::Deny))
        }
    }

    /// Nobody is stopped, every record is the tenant's own and as the operation needs it, and there are not too many.
    fn passes(&self, action: &Action) -> bool {
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

    fn is_too_late_to_restore(&self, original: usize) -> bool {
        matches!(self.actions[original].undo, Undo::Restore { until } if self.now >= until)
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

    fn permit(&mut self, number: usize, verdict: Verdict) -> Verdict {
        let place = self.actions.iter().map(|action| action.verdicts.len()).sum();
        let action = &mut self.actions[number];
        action.verdicts.push(verdict);
        action.state = State::Denied;
        if verdict == Verdict::Allow {
            let allowed = (self.now, action.table, action.changes.len() as u64);
            self.tenants[action.tenant].allowed.push(allowed);
            action.state = State::Permitted { since: self.now, place };
            action.undo = match (action.table, action.kind) {
                (Table::Notes, _) | (Table::Lines, OperationKind::Update) => {
                    Undo::Restore { until: self.now + u64::from(RESTORE_SECONDS) }
                }
                (Table::Lines, OperationKind::Insert) => Undo::Compensate,
                _ => Undo::Never,
            };
            // A restore is not restored in turn.
            if let Some(original) = action.undoes
                && matches!(self.actions[original].undo, Undo::Restore { .. })
            {
                self.actions[number].undo = Undo::Never;
            }
        }
        verdict
    }

    /// The effect, if it may take place and has not yet.
    fn finish(&mut self, number: usize) {
        let action = &self.actions[number];
        let State::Permitted { since, .. } = action.state else { return };
        let is_attested = action.table == Table::Parts;
        let is_late = self.now >= since + PERMIT[usize::from(is_attested)];
        let moved = |change: &Change| self.rows.get(&change.record) != change.before.as_ref();
        if is_late || (!is_attested && action.changes.iter().any(moved)) {
            self.actions[number].state = State::Settled(OutcomeStatus::NotApplied);
        } else if !is_attested {
            self.commit(number);
        }
    }

    fn commit(&mut self, number: usize) {
        let Action { tenant, changes, .. } = self.actions[number].clone();
        for Change { record, before, after } in changes {
            self.put(record, after);
            let written = Written { action: number, before, after };
            self.writes.entry((tenant, record)).or_default().push(written);
        }
        self.actions[number].state = State::Settled(OutcomeStatus::Committed);
    }

    /// Finishes what is pending: all of it after a restart, what is due in a sweep.
    fn recover(&mut self, all: bool) {
        let mut pending = Vec::new();
        for (number, action) in self.actions.iter().enumerate() {
            if let State::Permitted { since, place } = action.state
                && (all || self.now >= since + DUE)
            {
                let log = self.log_order.iter().position(|tenant| *tenant == action.tenant);
                pending.push((log, place, number));
            }
        }
        pending.sort_unstable();
        pending.into_iter().for_each(|(.., number)| self.finish(number));
    }

    /// Silence is a denial.
    fn expire(&mut self) {
        for number in 0..self.actions.len() {
            if matches!(self.actions[number].state, State::Waiting { until, .. } if self.now >= until) {
                self.decide_again(number);
            }
        }
    }

    fn put(&mut self, record: Record, row: Option<Row>) {
        match row {
            Some(row) => self.rows.insert(record, row),
            None => self.rows.remove(&record),
        };
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

    fn answer(&mut self, number: usize, goes_on: bool) -> Answer {
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

/// Whether every record goes from the state that the original left to the one that it found, and any goes anywhere.
fn reverses(original: &Action, restore: &Action) -> bool {
    let pairs = || original.changes.iter().zip(&restore.changes);
    pairs().all(|(was, now)| now.before == was.after) && pairs().any(|(_, now)| now.before != now.after)
}

/// The one that is `which` places before the latest.
pub fn back<T>(items: &[T], which: usize) -> Option<&T> {
    let count = items.len();
    (count > 0).then(|| &items[count - 1 - which % count])
}
