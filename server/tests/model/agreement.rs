//! Whether what the packs say is what the model says.

use std::collections::{BTreeMap, BTreeSet};

use evidence::commitment::{Cell, Key, Place, state_hash};
use evidence::name::{Name, Text};
use evidence::value::Value;
use evidence::verify::{Expectations, FindingKind, State as Answer};
use proptest::test_runner::TestCaseError;
use proptest::{prop_assert, prop_assert_eq};
use server::registry::Tenant;

use crate::action::{Action, State};
use crate::cast::{Record, Row, SECRETS, TENANTS, named};
use crate::model::Model;
use crate::reading::{Picture, Reading, Told, Written};
use crate::world::World;

/// Compares everything that the pack of each tenant says with the model.
pub async fn agree(model: &Model, world: &World) -> Result<(), TestCaseError> {
    for (tenant, name) in TENANTS.iter().enumerate() {
        let expectations = Expectations {
            fingerprints: vec![world.portal.signer.public_key().id().into()],
            ..Expectations::default()
        };
        let reading = Reading::of(world.pack(tenant).await, expectations);
        let stopped = reading.report.stopped_at();
        prop_assert_eq!(reading.report.state, Answer::Verified, "{}: {:?}", name, stopped);
        Agreement { tenant, model, world, reading: &reading }.check()?;
    }
    Ok(())
}

struct Agreement<'a> {
    tenant: usize,
    model: &'a Model,
    world: &'a World,
    reading: &'a Reading,
}

impl Agreement<'_> {
    fn check(&self) -> Result<(), TestCaseError> {
        let name = TENANTS[self.tenant];
        self.check_actions()?;
        prop_assert_eq!(self.records(), self.reading.records.clone(), "{}'s records", name);
        prop_assert_eq!(self.findings(), self.found(), "what the verifier finds at {}", name);
        prop_assert_eq!(self.notices(), self.told_notices(), "the notices for {}", name);
        prop_assert_eq!(self.stopped(), self.reading.stopped.clone(), "who is stopped at {}", name);
        let envelope = self.world.envelope(self.tenant, &self.model.tenants[self.tenant]);
        prop_assert_eq!(self.reading.envelopes.get("crm"), Some(&envelope), "{}'s envelope", name);
        self.check_silence()
    }

    /// Each action has the verdicts that it must have, and an outcome exactly if one was allowed.
    fn check_actions(&self) -> Result<(), TestCaseError> {
        let mut expected = BTreeMap::new();
        for (number, action) in self.model.actions.iter().enumerate() {
            if action.tenant == self.tenant {
                expected.insert(self.world.ids[number].clone(), self.told(action));
            }
        }
        let told = self.reading.actions.clone().into_iter().map(|(id, told)| (id, without_places(told)));
        prop_assert_eq!(expected, told.collect::<BTreeMap<_, _>>(), "{}'s actions", TENANTS[self.tenant]);
        Ok(())
    }

    fn told(&self, action: &Action) -> Told {
        let outcomes = match action.state {
            State::Settled(status) => vec![(status, 0)],
            State::Denied | State::Waiting { .. } | State::Permitted { .. } => Vec::new(),
        };
        let undoes = action.undoes.map(|original| self.world.ids[original].clone());
        Told { verdicts: action.verdicts.clone(), outcomes, undoes }
    }

    /// Each record that was written, as each write found and left it.
    fn records(&self) -> BTreeMap<(Text, Key), BTreeMap<Name, Written>> {
        let own = self.model.writes.iter().filter(|((tenant, _), _)| *tenant == self.tenant);
        let records = own.map(|((_, record), writes)| {
            let picture =
                |row: Option<Row>| row.map(|row| picture(&self.world.tenants[self.tenant], record, &row));
            let written = writes.iter().map(|write| {
                let before = picture(write.before).map(|before| before.hash);
                (self.world.ids[write.action].clone(), Written { before, after: picture(write.after) })
            });
            ((named(record.table.name()), key(record)), written.collect())
        });
        records.collect()
    }

    /// Where a record did not go on from where its last write left it, and what the vendor still has to report.
    fn findings(&self) -> BTreeSet<(FindingKind, Vec<u64>)> {
        let own = self.model.writes.iter().filter(|((tenant, _), _)| *tenant == self.tenant);
        let pairs = own.flat_map(|(_, writes)| writes.windows(2));
        let breaks = pairs.filter(|pair| pair[0].after != pair[1].before);
        let breaks = breaks.map(|pair| {
            let mut between: Vec<u64> = pair.iter().map(|write| self.outcome(write.action)).collect();
            between.sort_unstable();
            (FindingKind::Continuity, between)
        });
        let pending = self.model.actions.iter().enumerate().filter(|(_, action)| {
            action.tenant == self.tenant && matches!(action.state, State::Permitted { .. })
        });
        let pending = pending.map(|(number, _)| (FindingKind::Pending, vec![self.decision(number)]));
        breaks.chain(pending).collect()
    }

    fn found(&self) -> BTreeSet<(FindingKind, Vec<u64>)> {
        let findings = self.reading.report.findings.iter();
        findings.map(|finding| (finding.kind, finding.receipts.clone())).collect()
    }

    fn outcome(&self, action: usize) -> u64 {
        self.reading.actions[&self.world.ids[action]].outcomes[0].1
    }

    fn decision(&self, action: usize) -> u64 {
        self.reading.latest(&self.world.ids[action])
    }

    fn notices(&self) -> Vec<(Text, Text, BTreeSet<Key>)> {
        let own = self.model.notices.iter().filter(|notice| notice.to == self.tenant);
        let mut notices: Vec<_> = own
            .map(|notice| {
                let keys = notice.records.iter().map(key).collect();
                (named(notice.table.name()), named(notice.kind), keys)
            })
            .collect();
        notices.sort();
        notices
    }

    fn told_notices(&self) -> Vec<(Text, Text, BTreeSet<Key>)> {
        let mut notices = self.reading.notices.clone();
        notices.sort();
        notices
    }

    fn stopped(&self) -> BTreeSet<String> {
        let tenant = &self.model.tenants[self.tenant];
        let all = [
            (tenant.suspended, "clerk"),
            (tenant.frozen, "the tenant"),
            (self.model.portal_stopped, "the portal"),
        ];
        all.into_iter().filter(|(stopped, _)| *stopped).map(|(_, who)| who.to_owned()).collect()
    }

    /// No receipt names another tenant or shows what is sealed.
    fn check_silence(&self) -> Result<(), TestCaseError> {
        let others = TENANTS.iter().filter(|name| **name != TENANTS[self.tenant]);
        for word in others.chain(SECRETS.iter().flatten()) {
            prop_assert!(!self.reading.text.contains(word), "{word} in the log of {}", TENANTS[self.tenant]);
        }
        Ok(())
    }
}

/// Which receipt an outcome is in is not for the model to say.
fn without_places(mut told: Told) -> Told {
    told.outcomes.iter_mut().for_each(|(_, place)| *place = 0);
    told
}

fn key(record: &Record) -> Key {
    cells(&record.key())
}

fn cells(cells: &serde_json::Map<String, serde_json::Value>) -> BTreeMap<Text, Value> {
    let cell = |(column, value): (&String, &serde_json::Value)| {
        (named(column), serde_json::from_value(value.clone()).unwrap())
    };
    cells.iter().map(cell).collect()
}

/// The record as its tenant's secret commits to it.
fn picture(tenant: &Tenant, record: &Record, row: &Row) -> Picture {
    let (connector, table): (Name, Text) = (named(record.table.connector()), named(record.table.name()));
    let key = key(record);
    let place = Place { connector: &connector, key: &key, table: &table };
    let mut open = cells(&record.cells(row));
    let sealed: BTreeMap<Text, Cell> = open
        .iter()
        .map(|(column, value)| {
            let disclosure = tenant.secret().unwrap().disclose(&place, column, value).unwrap();
            (column.clone(), Cell::Sealed(disclosure.digest().unwrap()))
        })
        .collect();
    open.remove(&named::<Text>("secret"));
    Picture { hash: state_hash(&sealed).unwrap(), open }
}
