//! Kills the portal at every step of the path of a write and at any moment under load, and starts it again on the same
//! data: nothing acknowledged is lost, nothing happens without evidence, and nothing happens twice.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use server::step::{Halt, Step};

use crate::audit::Audit;
use crate::cast::TENANTS;
use crate::dice::Dice;
use crate::http::{Client, Reply};
use crate::load::{Answer, Queue, Told, send};
use crate::place::Place;
use crate::process::{Process, Start};
use crate::tell;
use crate::writes::{Kind, Write, contested, lay_out};

/// How many writes join those that wait, each time the portal is started.
const WRITES: usize = 24;
const CLIENTS: usize = 8;
/// How many times out of a hundred the portal is killed at a step; otherwise at some moment.
const AT_STEPS: usize = 65;

/// One story: a place, what was seen there, and how often the portal was killed where.
struct Story {
    place: Place,
    dice: Dice,
    audit: Audit,
    queue: Queue,
    kills: BTreeMap<String, usize>,
}

/// Kills as often as `FAULT_KILLS` says, from the seed `FAULT_SEED`; if they are not given, 200 times from any seed.
pub async fn story(cluster: Option<&str>) {
    let seed = given("FAULT_SEED").unwrap_or_else(|| {
        let mut seed = [0; 8];
        getrandom::fill(&mut seed).unwrap();
        u64::from_le_bytes(seed)
    });
    let kills = given("FAULT_KILLS").unwrap_or(200);
    tell(&format!("FAULT_SEED={seed} FAULT_KILLS={kills}"));
    let place = Place::new(cluster, 1_000_000).await;
    place.lay_out(&TENANTS.map(|tenant| (contested(tenant), tenant))).await;
    let mut story = Story {
        place,
        dice: Dice::new(seed),
        audit: Audit::default(),
        queue: Queue::default(),
        kills: BTreeMap::new(),
    };
    for round in 0..usize::try_from(kills).unwrap() {
        story.round(round).await;
    }
    story.end().await;
}

impl Story {
    /// Starts the portal, checks what it made of the last crash, loads it and kills it.
    async fn round(&mut self, round: usize) {
        let halt = self.halt(round);
        let writes = lay_out(&self.place, &mut self.dice, round, WRITES).await;
        self.enqueue(writes);
        let mut process = Process::start(&self.place, halt);
        match process.started().await {
            Start::Listening(address) => self.load(&mut process, address, halt).await,
            Start::Halted => self.count(halt, "in recovery"),
            Start::Ended => panic!("the portal did not start"),
        }
    }

    /// Some writes are sent twice, as a caller does who lost patience.
    fn enqueue(&mut self, writes: Vec<Write>) {
        let mut queue = self.queue.lock().unwrap();
        for write in writes {
            self.audit.writes.insert(write.name.clone(), write.clone());
            if self.dice.chance(10) {
                queue.push_back(write.clone());
            }
            queue.push_back(write);
        }
    }

    async fn load(&mut self, process: &mut Process, address: SocketAddr, halt: Option<Halt>) {
        let mut client = Client::new(address, &self.place.keys);
        self.audit.check(&mut client, &self.place).await;
        let mut told = send(address, &self.place.keys, CLIENTS, &self.queue);
        let mut left = if halt.is_some() { usize::MAX } else { self.dice.below(WRITES) };
        let moment = loop {
            tokio::select! {
                () = process.halted() => break (halt, "under load"),
                next = told.recv() => match next {
                    Some(next) => {
                        self.hear(next);
                        if left == 0 { break (None, "under load") }
                    }
                    None => break (None, "at rest"),
                },
            }
            left -= 1;
        };
        process.kill();
        self.count(moment.0, moment.1);
        while let Some(next) = told.recv().await {
            self.hear(next);
        }
    }

    /// An answer is remembered, and some are asked for again or followed up. Without one, the write has to be sent again.
    fn hear(&mut self, (write, reply): Told) {
        let Some(reply) = reply else { return self.again(write) };
        if write.kind == Kind::Vote {
            return self.hear_vote(&write, &reply);
        }
        let answer = Answer::read(&reply);
        let sequel = write.sequel(&answer).filter(|_| write.kind == Kind::Asking || self.dice.chance(20));
        self.audit.told(&write, answer);
        if let Some(sequel) = sequel
            && !self.audit.writes.contains_key(&sequel.name)
        {
            self.audit.writes.insert(sequel.name.clone(), sequel.clone());
            self.again(sequel);
        }
        if self.dice.chance(10) {
            self.again(write);
        }
    }

    /// Whoever asked learns what people said by asking again.
    fn hear_vote(&mut self, vote: &Write, reply: &Reply) {
        self.audit.voted(vote, reply);
        let asked = self.audit.writes[vote.about.as_ref().unwrap()].clone();
        self.again(asked);
    }

    fn again(&self, write: Write) {
        self.queue.lock().unwrap().push_back(write);
    }

    /// Each step gets its turn.
    fn halt(&mut self, round: usize) -> Option<Halt> {
        let step = Step::ALL[round % Step::ALL.len()];
        let time = 1 + self.dice.below(WRITES / 2);
        self.dice.chance(AT_STEPS).then(|| format!("{step}:{time}").parse().unwrap())
    }

    fn count(&mut self, halt: Option<Halt>, when: &str) {
        let step = halt.map(|halt| halt.to_string());
        let step = step.as_deref().and_then(|step| step.split(':').next()).unwrap_or("anywhere");
        *self.kills.entry(format!("{step}, {when}")).or_default() += 1;
    }

    /// Starts it a last time and lets it answer everything.
    async fn end(mut self) {
        let mut process = Process::start(&self.place, None);
        let mut client = process.client(&self.place).await;
        self.audit.check(&mut client, &self.place).await;
        while !self.queue.lock().unwrap().is_empty() {
            let mut told = send(client.address(), &self.place.keys, CLIENTS, &self.queue);
            while let Some(next) = told.recv().await {
                self.hear(next);
            }
        }
        self.audit.check(&mut client, &self.place).await;
        let counts = self.audit.conclude(&mut client, &self.place).await;
        tell(&format!("kills: {:?}", self.kills));
        let Audit { writes, repeats, votes, .. } = &self.audit;
        let back = writes.values().filter(|write| write.kind == Kind::Rollback).count();
        let writes = writes.len();
        tell(&format!("writes: {writes}, votes: {votes}, rollbacks: {back}, answered again: {repeats}"));
        tell(&format!("{counts:?}"));
        let rounds = self.kills.values().sum::<usize>();
        // Fewer rounds may miss a step by chance.
        for step in Step::ALL.iter().filter(|_| rounds >= 200) {
            assert!(self.kills.keys().any(|place| place.starts_with(step.name())), "never killed at {step}");
        }
    }
}

fn given(name: &str) -> Option<u64> {
    #[expect(clippy::disallowed_methods, reason = "how long and from where, nobody else can tell a test")]
    let value = std::env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{name} must be a number")))
}
