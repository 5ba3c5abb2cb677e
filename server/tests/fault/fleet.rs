//! Several portals on one database are one portal: one log for each tenant, one limit, one outcome for each write.

use std::time::Duration;

use server::step::Step;
use sqlx::postgres::PgListener;
use sqlx::{AnyConnection, Connection as _, Executor as _, Row as _};

use crate::audit::{Audit, continued};
use crate::cast::TENANTS;
use crate::dice::Dice;
use crate::http::Client;
use crate::load::{Answer, Queue, Told, send};
use crate::place::Place;
use crate::process::Process;
use crate::tell;
use crate::writes::{Write, contested, lay_out};

/// The rows that the envelope permits in an hour, and how many are asked for.
const LIMIT: u64 = 500;
const ASKED: usize = 640;
/// At each portal.
const CLIENTS: usize = 16;
/// How many writes each round of a fleet is given.
const WRITES: usize = 60;
/// The longest that anybody waits for a survivor to do its duty.
const PATIENCE: Duration = Duration::from_mins(1);

/// Thirty-two clients at two portals are after one tenant's limit.
pub async fn one_limit(cluster: &str) {
    let place = Place::new(Some(cluster), LIMIT).await;
    let writes: Vec<Write> = (0..ASKED).map(|n| Write::simple(format!("hot-{n}"), TENANTS[0])).collect();
    place.lay_out(&writes.iter().flat_map(Write::needs).collect::<Vec<_>>()).await;
    let mut portals = [Process::start(&place, None), Process::start(&place, None)];
    let [first, second] = &mut portals;
    let mut clients = [first.client(&place).await, second.client(&place).await];
    let before = continued(&mut clients[0], &place, TENANTS[0], 0, None).await.unwrap();
    let kept = before.evidence().checkpoint.clone();

    let queue = Queue::default();
    queue.lock().unwrap().extend(writes.iter().cloned());
    let told = clients.each_ref().map(|client| send(client.address(), &place.keys, CLIENTS, &queue));
    let mut allowed = Vec::new();
    for mut told in told {
        let mut served = 0;
        while let Some((write, reply)) = told.recv().await {
            let answer = Answer::read(&reply.unwrap());
            served += 1;
            match answer.verdict.as_str() {
                "ALLOW" => allowed.push((write, answer.outcome.unwrap().0)),
                _ => assert_eq!(answer.code, "BUDGET_EXCEEDED"),
            }
        }
        assert!(served > 0, "one portal did nothing");
        tell(&format!("served by one of two portals: {served}"));
    }
    assert_eq!(allowed.len() as u64, LIMIT);
    assert!(allowed.iter().all(|(_, outcome)| outcome == "COMMITTED"));
    let ids = writes.iter().flat_map(|write| write.records.clone()).collect::<Vec<_>>();
    let rows = place.rows(&ids).await;
    let done = writes.iter().filter(|write| write.took_place(&rows)).count();
    assert_eq!(done as u64, LIMIT);

    for client in &mut clients {
        let whole = continued(client, &place, TENANTS[0], 0, kept.clone()).await.unwrap();
        assert_eq!(whole.report().findings, Vec::new());
        let grown = whole.evidence().items.len() - before.evidence().items.len();
        assert_eq!(grown, ASKED + allowed.len());
    }
}

/// One of two portals is killed again and again while both serve, and started again while the other sweeps.
pub async fn survivors(cluster: &str) {
    let place = Place::new(Some(cluster), 1_000_000).await;
    place.lay_out(&TENANTS.map(|tenant| (contested(tenant), tenant))).await;
    let (audit, dice, queue) = (Audit::default(), Dice::new(0), Queue::default());
    let mut fleet = Fleet { audit, dice, queue, lost: Vec::new(), place };
    let mut survivor = Process::start(&fleet.place, None);
    let mut client = survivor.client(&fleet.place).await;

    fleet.lose_one(0, Step::Permitted, &client).await;
    fleet.finished_by_the_survivor().await;
    fleet.audit.check(&mut client, &fleet.place).await;
    for (round, step) in Step::ALL.iter().enumerate() {
        fleet.lose_one(round + 1, *step, &client).await;
        let mut successor = Process::start(&fleet.place, None);
        let mut client = successor.client(&fleet.place).await;
        fleet.audit.check(&mut client, &fleet.place).await;
        fleet.answer(&client).await;
    }
    fleet.audit.check(&mut client, &fleet.place).await;
    let counts = fleet.audit.conclude(&mut client, &fleet.place).await;
    tell(&format!("one of two portals killed {} times: {counts:?}", Step::ALL.len() + 1));
}

struct Fleet {
    audit: Audit,
    dice: Dice,
    queue: Queue,
    /// What nobody answered, because the portal was killed.
    lost: Vec<Write>,
    place: Place,
}

impl Fleet {
    /// Starts a second portal, loads both, and kills the second one at `step`.
    async fn lose_one(&mut self, round: usize, step: Step, survivor: &Client) {
        let halt = format!("{step}:{}", 1 + self.dice.below(8)).parse().unwrap();
        for write in lay_out(&self.place, &mut self.dice, round, WRITES).await {
            self.audit.writes.insert(write.name.clone(), write.clone());
            self.queue.lock().unwrap().push_back(write);
        }
        let mut victim = Process::start(&self.place, Some(halt));
        let mut told =
            send(victim.client(&self.place).await.address(), &self.place.keys, CLIENTS, &self.queue);
        let mut elsewhere = send(survivor.address(), &self.place.keys, 2, &self.queue);
        loop {
            tokio::select! {
                () = victim.halted() => break,
                next = told.recv() => match next {
                    Some(next) => self.hear(next),
                    None => break,
                },
            }
        }
        victim.kill();
        for told in [&mut told, &mut elsewhere] {
            while let Some(next) = told.recv().await {
                self.hear(next);
            }
        }
    }

    fn hear(&mut self, (write, reply): Told) {
        match reply {
            Some(reply) => self.audit.told(&write, Answer::read(&reply)),
            None => self.lost.push(write),
        }
    }

    /// Has everything answered that is still waiting.
    async fn answer(&mut self, portal: &Client) {
        self.queue.lock().unwrap().extend(self.lost.drain(..));
        let mut told = send(portal.address(), &self.place.keys, CLIENTS, &self.queue);
        while let Some((write, reply)) = told.recv().await {
            self.audit.told(&write, Answer::read(&reply.expect("nobody kills this one")));
        }
    }

    /// Waits until no allowed write is without an outcome. No caller asks again, and no portal starts.
    async fn finished_by_the_survivor(&self) {
        let mut ledger = self.place.ledger().await;
        for statement in NOTIFYING {
            ledger.execute(statement).await.unwrap();
        }
        let mut outcomes = PgListener::connect(self.place.ledger_url().unwrap()).await.unwrap();
        outcomes.listen("outcomes").await.unwrap();
        let open = async |ledger: &mut AnyConnection| {
            ledger.fetch_one("select count(*) from effects").await.unwrap().get::<i64, _>(0)
        };
        assert!(open(&mut ledger).await > 0, "nothing was left behind");
        let finished = async {
            while open(&mut ledger).await > 0 {
                outcomes.recv().await.unwrap();
            }
        };
        tokio::time::timeout(PATIENCE, finished).await.expect("the survivor finishes what is left");
        ledger.close().await.unwrap();
    }
}

/// Lets the database say when an outcome is recorded.
const NOTIFYING: [&str; 2] = [
    "create function tell_outcome() returns trigger language plpgsql as 'begin notify outcomes; return null; end'",
    "create trigger tell_outcome after insert on outcomes execute function tell_outcome()",
];
