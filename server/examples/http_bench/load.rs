//! Whoever asks: connections that stay open and requests that are made beforehand, so that asking costs little.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::portal::{OWN, Portal};

/// What is asked of `address`.
pub struct Load<'a> {
    pub address: SocketAddr,
    pub key: &'a str,
}

/// What becomes of the requests.
#[derive(Clone, Copy, PartialEq)]
pub enum Want {
    /// They are allowed, and whoever asked writes without us.
    Decided,
    /// A rule forbids them, after everything else was looked at.
    Denied,
    /// They take effect.
    CarriedOut,
}

/// How it went.
pub struct Measured {
    /// How long each answer took, ascending.
    pub times: Vec<Duration>,
    /// How many answers each of `times` stands for.
    pub each: usize,
    pub elapsed: Duration,
    /// How long the portal kept a core busy.
    pub cpu: Duration,
    /// The length of the last answer's body.
    pub bytes: usize,
}

impl Load<'_> {
    /// Asks from `clients` connections, each as soon as it has its answer.
    pub async fn run(&self, want: Want, clients: usize, long: Duration, portal: &Portal) -> Measured {
        let (begun, cpu) = (now(), portal.cpu());
        let mut work = JoinSet::new();
        for client in 0..clients {
            let request = Request::new(self.key, want, client);
            let stream = TcpStream::connect(self.address).await.expect("a connection");
            stream.set_nodelay(true).expect("a socket");
            work.spawn(async move { Client { stream, request, read: Vec::new() }.ask(begun, long).await });
        }
        let mut measured = Measured::new(1);
        for (times, bytes) in work.join_all().await {
            measured.times.extend(times);
            measured.bytes = bytes;
        }
        measured.elapsed = begun.elapsed();
        measured.cpu = portal.cpu().saturating_sub(cpu);
        measured.times.sort_unstable();
        measured
    }
}

impl Want {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Decided => "decided",
            Self::Denied => "denied",
            Self::CarriedOut => "carried out",
        }
    }

    /// What the answer says.
    const fn said(self) -> &'static [u8] {
        match self {
            Self::Decided => b"\"verdict\":\"ALLOW\"",
            Self::Denied => b"\"code\":\"POLICY_VIOLATION\"",
            Self::CarriedOut => b"\"outcome\":{\"status\":\"COMMITTED\"",
        }
    }
}

impl Measured {
    pub const fn new(each: usize) -> Self {
        Self { times: Vec::new(), each, elapsed: Duration::ZERO, cpu: Duration::ZERO, bytes: 0 }
    }

    #[expect(clippy::cast_precision_loss, reason = "counts here are far below 2^53")]
    pub fn count(&self) -> f64 {
        (self.times.len() * self.each) as f64
    }

    pub fn rate(&self) -> f64 {
        self.count() / self.elapsed.as_secs_f64()
    }

    pub fn percentile(&self, percent: usize) -> Duration {
        self.times.get(self.times.len() * percent / 100).copied().unwrap_or_default()
    }

    pub fn columns(&self) -> String {
        let millis = |percent| self.percentile(percent).as_secs_f64() * 1e3;
        format!("{:>9.0}{:>9.2}{:>9.2}", self.rate(), millis(50), millis(99))
    }
}

/// A request whose number can be changed in place: it is the idempotency key and the value that is set.
struct Request {
    bytes: Vec<u8>,
    places: Vec<usize>,
    number: u64,
    want: Want,
}

const NUMBER: &str = "0000000000000000";

impl Request {
    /// Each client writes a record of its own. The rule that forbids is about a record that the demo has on hold.
    fn new(key: &str, want: Want, client: usize) -> Self {
        let record = if want == Want::Denied { 1_040 } else { 1_001 + client + client / 39 };
        let connector = if want == Want::Decided { OWN } else { "crm" };
        let before = format!(
            "\"before\":[{{\"id\":\"c-{record}\",\"tenant_id\":\"acme\",\"company_id\":\"co-1001\",\"name\":\"Ada\",\
             \"email\":\"ada@example.com\",\"phone\":\"+44\",\"status\":\"active\",\"owner\":\"tom\",\"notes\":\"\"}}],"
        );
        let body = format!(
            "{{\"tenant\":\"acme\",\"agent\":\"support-agent\",\"connector\":\"{connector}\",\"operation\":\"update\",\
             \"table\":\"contacts\",\"records\":[{{\"id\":\"c-{record}\"}}],{}\"set\":{{\"phone\":\"{NUMBER}\"}},\
             \"reason\":\"caller asked\",\"idempotency_key\":\"{NUMBER}\"}}",
            if want == Want::Decided { &before } else { "" }
        );
        let head = format!(
            "POST /v1/actions HTTP/1.1\r\nhost: portal.bench\r\nauthorization: Bearer {key}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let text = head + &body;
        let places = text.match_indices(NUMBER).map(|(place, _)| place).collect();
        let seed = now_micros() * 1_000 + client as u64;
        Self { bytes: text.into_bytes(), places, number: seed, want }
    }

    fn next(&mut self) -> &[u8] {
        self.number += 1_000;
        let digits = format!("{:016x}", self.number);
        for place in &self.places {
            self.bytes[*place..*place + NUMBER.len()].copy_from_slice(digits.as_bytes());
        }
        &self.bytes
    }
}

struct Client {
    stream: TcpStream,
    request: Request,
    read: Vec<u8>,
}

impl Client {
    async fn ask(mut self, begun: Instant, long: Duration) -> (Vec<Duration>, usize) {
        let (mut times, mut bytes) = (Vec::new(), 0);
        while begun.elapsed() < long {
            let asked = now();
            send(&self.stream, self.request.next()).await;
            let body = self.receive().await;
            times.push(asked.elapsed());
            bytes = self.read.len() - body;
            // Looking at every answer would be a part of what is measured.
            if times.len() % 64 == 1 {
                self.expect();
            }
        }
        (times, bytes)
    }

    /// Reads one answer; says where its body begins.
    async fn receive(&mut self) -> usize {
        self.read.clear();
        loop {
            self.stream.readable().await.expect("a socket");
            self.read.reserve(32 * 1024);
            match self.stream.try_read_buf(&mut self.read) {
                Ok(0) => panic!("the portal hung up"),
                Ok(_) => {}
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => continue,
                Err(error) => panic!("{error}"),
            }
            if let Some((body, length)) = framed(&self.read)
                && self.read.len() >= body + length
            {
                return body;
            }
        }
    }

    fn expect(&self) {
        let said = self.request.want.said();
        let found = self.read.windows(said.len()).any(|window| window == said);
        assert!(found, "{}", String::from_utf8_lossy(&self.read));
    }
}

async fn send(stream: &TcpStream, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        stream.writable().await.expect("a socket");
        match stream.try_write(bytes) {
            Ok(written) => bytes = &bytes[written..],
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(error) => panic!("{error}"),
        }
    }
}

/// Where the body begins and how long it is, once the head is there.
fn framed(read: &[u8]) -> Option<(usize, usize)> {
    let head = &read[..read.len().min(2_048)];
    let body = head.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&read[..body]).ok()?;
    let (_, length) = head.split_once("content-length: ")?;
    Some((body, length.split_once('\r')?.0.parse().ok()?))
}

pub fn now() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
    Instant::now()
}

/// A number that no earlier run has used.
fn now_micros() -> u64 {
    let micros = server::clock::Clock::system().now().micros();
    u64::try_from(micros).unwrap_or_default()
}
