//! Bad weather: no room on the disk, a database that is away, slow or read-only, a clock that goes back. Whoever asks is
//! told that nothing was decided, nothing that was said is lost, and when the weather is better the service goes on.

use std::process::Command;

use evidence::receipt::Receipt;
use evidence::timestamp::Timestamp;
use server::clock::Clock;
use server::http::{Pages, Tls, router};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use tokio::net::TcpListener;

use crate::audit::{Audit, continued};
use crate::cast::TENANTS;
use crate::cluster::Cluster;
use crate::dice::Dice;
use crate::http::{Client, Reply};
use crate::load::{Answer, Queue, send};
use crate::place::Place;
use crate::process::Process;
use crate::writes::{Write, contested, lay_out};

const CLIENTS: usize = 8;

/// A place under load, whatever the weather.
struct Weather {
    place: Place,
    audit: Audit,
    dice: Dice,
    queue: Queue,
    laid_out: usize,
}

/// How many writes got their verdict, and how many were told to come again.
#[derive(Debug, Default)]
struct Heard {
    answered: usize,
    refused: usize,
}

impl Weather {
    async fn new(place: Place) -> Self {
        place.lay_out(&TENANTS.map(|tenant| (contested(tenant), tenant))).await;
        let (audit, queue) = (Audit::default(), Queue::default());
        Self { place, audit, dice: Dice::new(0), queue, laid_out: 0 }
    }

    async fn lay_out(&mut self, count: usize) {
        self.laid_out += 1;
        for write in lay_out(&self.place, &mut self.dice, self.laid_out, count).await {
            self.audit.writes.insert(write.name.clone(), write.clone());
            self.queue.lock().unwrap().push_back(write);
        }
    }

    /// Sends everything that waits, until `enough` has heard enough. What was refused waits for the next time.
    async fn send(&mut self, client: &Client, enough: impl Fn(&Heard) -> bool) -> Heard {
        let mut told = send(client.address(), &self.place.keys, CLIENTS, &self.queue);
        let (mut heard, mut refused) = (Heard::default(), Vec::new());
        while let Some((write, reply)) = told.recv().await {
            let reply = reply.expect("the portal does not fall over");
            if reply.status == 200 {
                self.audit.told(&write, Answer::read(&reply));
                heard.answered += 1;
            } else {
                is_a_clear_refusal(&reply);
                refused.push(write);
                heard.refused += 1;
            }
            if enough(&heard) {
                refused.extend(self.queue.lock().unwrap().drain(..));
            }
        }
        self.queue.lock().unwrap().extend(refused);
        heard
    }

    /// Sends everything that was ever sent once more. Now everything gets its verdict, and whoever had one gets the same.
    async fn clear_up(&mut self, client: &mut Client) {
        let everything = self.audit.writes.values().cloned().collect::<Vec<_>>();
        let count = everything.len();
        self.queue.lock().unwrap().clear();
        self.queue.lock().unwrap().extend(everything);
        let heard = self.send(client, |_| false).await;
        assert_eq!((heard.answered, heard.refused), (count, 0));
        self.audit.check(client, &self.place).await;
        println!("{:?}", self.audit.conclude(client, &self.place).await);
    }
}

fn is_a_clear_refusal(reply: &Reply) {
    assert_eq!(reply.status, 503, "{}", reply.text());
    assert_eq!(reply.json()["code"], "LEDGER_UNAVAILABLE", "{}", reply.text());
}

/// No file may grow beyond some size, and then it may.
pub async fn full_disk() {
    if Command::new("prlimit").arg("--version").output().is_err() {
        eprintln!("there is no prlimit to make a disk full with: not told");
        return;
    }
    let mut weather = Weather::new(Place::new(None, 1_000_000).await).await;
    let mut limited = Command::new("sh");
    // A process that outgrows its limit is killed, unless it would rather be told.
    limited.args([
        "-c",
        "trap '' XFSZ; exec prlimit --fsize=1200000: \"$0\" \"$@\"",
        env!("CARGO_BIN_EXE_portal"),
    ]);
    let mut portal = Process::spawn(weather.place.configure(&mut limited), None);
    let mut client = portal.client(&weather.place).await;
    weather.lay_out(400).await;
    let heard = weather.send(&client, |heard| heard.refused >= 20).await;
    assert!(heard.answered > 0 && heard.refused >= 20, "{heard:?}");
    let lifted =
        Command::new("prlimit").args(["--fsize=unlimited:", "--pid", &portal.id().to_string()]).status();
    assert!(lifted.unwrap().success());
    weather.clear_up(&mut client).await;
}

/// The database goes away in the middle of everything and comes back; then it can only be read for a while.
pub async fn away() {
    let Some(cluster) = Cluster::start() else {
        eprintln!("PostgreSQL is not installed: not told");
        return;
    };
    let mut weather = Weather::new(Place::new(Some(&cluster.url()), 1_000_000).await).await;
    let mut portal = Process::start(&weather.place, None);
    let mut client = portal.client(&weather.place).await;
    for _ in 0..3 {
        weather.lay_out(80).await;
        let stop = std::cell::Cell::new(true);
        let heard = weather
            .send(&client, |heard| {
                if heard.answered >= 20 && stop.take() {
                    cluster.stop();
                }
                heard.refused >= 8
            })
            .await;
        assert!(heard.answered >= 20 && heard.refused >= 8, "{heard:?}");
        cluster.go_on();
        weather.clear_up(&mut client).await;
    }
    read_only(&mut weather, &mut client).await;
    drop(portal);
}

async fn read_only(weather: &mut Weather, client: &mut Client) {
    weather.lay_out(8).await;
    let mut ledger = weather.place.ledger().await;
    // Otherwise nobody would want to note that the key is used.
    ledger.execute("update api_keys set last_used_at = null").await.unwrap();
    for (setting, refuses) in [("on", true), ("off", false)] {
        let text = format!("alter system set default_transaction_read_only = {setting}");
        ledger.execute(AssertSqlSafe(text)).await.unwrap();
        ledger.execute("select pg_reload_conf()").await.unwrap();
        let heard = weather.send(client, |_| false).await;
        assert_eq!(heard.answered == 0, refuses, "{heard:?}");
        assert!(continued(client, &weather.place, TENANTS[0], 0, None).await.is_some());
    }
    ledger.close().await.unwrap();
    weather.clear_up(client).await;
}

/// Connections to the system of record are lost again and again. That is no reason to deny anything.
pub async fn lost_connections(cluster: &str) {
    let mut weather = Weather::new(Place::new(Some(cluster), 1_000_000).await).await;
    let mut portal = Process::start(&weather.place, None);
    let mut client = portal.client(&weather.place).await;
    for _ in 0..8 {
        weather.lay_out(24).await;
        let heard = weather.send(&client, |_| false).await;
        assert_eq!((heard.answered, heard.refused), (24, 0));
        weather.place.cut_off().await;
    }
    weather.clear_up(&mut client).await;
}

/// Somebody holds the ledger for longer than anyone waits.
pub async fn slow(cluster: Option<&str>) {
    let mut weather = Weather::new(Place::new(cluster, 1_000_000).await).await;
    let mut portal = Process::start(&weather.place, None);
    let mut client = portal.client(&weather.place).await;
    weather.lay_out(4).await;
    assert_eq!(weather.send(&client, |_| false).await.refused, 0);
    let mut holder = weather.place.ledger().await;
    let hold = match cluster {
        Some(_) => "begin; lock table receipts in access exclusive mode",
        None => "begin immediate",
    };
    sqlx::raw_sql(hold).execute(&mut holder).await.unwrap();
    weather.lay_out(4).await;
    let heard = weather.send(&client, |_| false).await;
    assert_eq!((heard.answered, heard.refused), (0, 4));
    sqlx::raw_sql("rollback").execute(&mut holder).await.unwrap();
    weather.clear_up(&mut client).await;
}

/// Time goes back, but not in a log.
pub async fn clock_set_back() {
    let place = Place::new(None, 1_000_000).await;
    let writes: Vec<Write> = (0..9).map(|n| Write::simple(format!("t-{n}"), TENANTS[0])).collect();
    place.lay_out(&writes.iter().flat_map(Write::needs).collect::<Vec<_>>()).await;
    let now = Clock::system().now();
    let hours = |hours: u64| now.saturating_plus_seconds(hours * 3_600);
    let clock = Clock::fixed(hours(0));
    let mut client = in_process(&place, clock.clone()).await;
    for (write, time) in writes.iter().zip([0, 2, 1, 0, 48, 24, 0, 49, 0].map(hours)) {
        clock.set(time);
        let answer = Answer::read(&client.send(write).await.unwrap());
        assert_eq!(answer.outcome.unwrap().0, "COMMITTED");
    }
    // A portal that starts with its clock set back goes on where the log is.
    let mut client = in_process(&place, Clock::fixed(now)).await;
    let again = Answer::read(&client.send(&writes[4]).await.unwrap());
    let whole = continued(&mut client, &place, TENANTS[0], 0, None).await.unwrap();
    let times: Vec<Timestamp> = whole.evidence().items.iter().map(|item| item.receipt.entry().time).collect();
    assert!(times.is_sorted());
    assert_eq!(times.last(), Some(&hours(49)));
    let decisions = whole.evidence().items.iter().filter(|item| matches!(item.receipt, Receipt::Decision(_)));
    let digests: Vec<_> = decisions.map(|item| item.digest).collect();
    assert_eq!(digests.len(), writes.len());
    assert_eq!(digests[4], again.receipt.digest());
}

/// The portal of `place` in this process, because only there its clock can be set.
async fn in_process(place: &Place, clock: Clock) -> Client {
    let portal = place.portal(clock).await;
    let pages = Pages::new(portal.clone(), String::new(), Vec::new(), None);
    let router = router(portal, &pages, Tls(false));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async { axum::serve(listener, router).await });
    Client::new(address, &place.keys)
}
