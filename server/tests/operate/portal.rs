//! The real program, and somebody who talks to it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use evidence::key::Fingerprint;
use evidence::verify::{Expectations, Report, State, verify};
use serde_json::{Value as Json, json};
use server::config::Home;

use crate::place::Place;

/// What a command said, and how it ended.
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// Runs `portal` to its end.
pub fn run(place: &Place, arguments: &[&str]) -> Said {
    let output = command(place, arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

/// Runs `portal`, which must do what it was told.
pub fn done(place: &Place, arguments: &[&str]) -> String {
    let said = run(place, arguments);
    assert_eq!(said.code, 0, "{arguments:?}: {} {}", said.out, said.err);
    said.out
}

/// Where a portal of this place keeps everything.
pub fn home(place: &Place) -> Home {
    Home {
        data: place.folder().to_owned(),
        database: place.url().map(Into::into),
        log: String::new(),
        signing_key: None,
        next_signing_key: None,
    }
}

pub fn command(place: &Place, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_portal"));
    command.args(arguments).arg("--data").arg(place.folder()).env_remove("PORTAL_SIGNING_KEY");
    if let Some(url) = place.url() {
        command.env("PORTAL_DATABASE", url);
    }
    command
}

/// A portal that serves the demo.
pub struct Served {
    pub address: String,
    pub metrics: Option<String>,
    pub key: String,
    pub log: Arc<Mutex<String>>,
    child: Child,
    readers: Vec<JoinHandle<()>>,
}

impl Served {
    pub fn start(place: &Place) -> Self {
        Self::start_with(place, &[])
    }

    /// Returns once it says that it listens.
    pub fn start_with(place: &Place, arguments: &[&str]) -> Self {
        let mut command =
            command(place, &["serve", "--demo", "--listen", "127.0.0.1:0", "--site", "nowhere"]);
        let mut child =
            command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let (written, mut err) = (Arc::clone(&log), BufReader::new(child.stderr.take().unwrap()));
        let mut readers = vec![std::thread::spawn(move || {
            let mut line = String::new();
            while err.read_line(&mut line).unwrap() > 0 {
                written.lock().unwrap().push_str(&line);
                line.clear();
            }
        })];
        let mut out = BufReader::new(child.stdout.take().unwrap()).lines();
        let (mut address, mut metrics, mut seen) = (None, None, String::new());
        while address.is_none() || (metrics.is_none() && arguments.contains(&"--metrics")) {
            let Some(Ok(line)) = out.next() else { panic!("{seen}{}", log.lock().unwrap()) };
            address = address.or(line.strip_prefix("listening on http://").map(str::to_owned));
            let told = line.strip_prefix("metrics on http://").and_then(|rest| rest.strip_suffix("/metrics"));
            metrics = metrics.or(told.map(str::to_owned));
            seen.push_str(&line);
        }
        readers.push(std::thread::spawn(move || out.for_each(drop)));
        let card: Json =
            serde_json::from_slice(&std::fs::read(place.folder().join("demo.json")).unwrap()).unwrap();
        let key = card["api_key"].as_str().unwrap().to_owned();
        Self { address: address.unwrap(), metrics, key, log, child, readers }
    }

    pub fn get(&self, path: &str) -> (u16, Vec<u8>) {
        ask(&self.address, &self.request("GET", path, ""))
    }

    pub fn post(&self, body: &Json) -> (u16, Json) {
        let (status, bytes) = ask(&self.address, &self.request("POST", "/v1/actions", &body.to_string()));
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    pub fn request(&self, method: &str, path: &str, body: &str) -> String {
        format!(
            "{method} {path} HTTP/1.1\r\nhost: portal\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n{body}",
            self.key,
            body.len()
        )
    }

    pub fn pack(&self, tenant: &str) -> Vec<u8> {
        let (status, bytes) = self.get(&format!("/v1/tenants/{tenant}/pack"));
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&bytes));
        bytes
    }

    pub fn tell_to_stop(&self) {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(told.success());
    }

    /// Waits for its end, and gives its exit code and everything it logged.
    pub fn ended(mut self) -> (Option<i32>, String) {
        let code = self.child.wait().unwrap().code();
        for reader in std::mem::take(&mut self.readers) {
            reader.join().unwrap();
        }
        let log = self.log.lock().unwrap().clone();
        (code, log)
    }

    pub fn stop(self) -> String {
        self.tell_to_stop();
        let (code, log) = self.ended();
        assert_eq!(code, Some(0), "{log}");
        log
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a request as it is, and reads the answer to its end.
pub fn ask(address: &str, request: &str) -> (u16, Vec<u8>) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    answer(stream)
}

pub fn answer(mut stream: TcpStream) -> (u16, Vec<u8>) {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let head = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let status = String::from_utf8_lossy(&bytes[9..12]).parse().unwrap();
    (status, bytes[head + 4..].to_vec())
}

/// A write that Acme's envelope allows at once.
pub fn update(phone: &str) -> Json {
    json!({
        "tenant": "acme", "agent": "support-agent", "connector": "crm", "operation": "update", "table": "contacts",
        "records": [{"id": "c-1042"}], "set": {"phone": phone}, "reason": "caller asked",
    })
}

/// A write to a record that Acme does not have, by a tenant that is not Acme.
pub fn reach(record: &str) -> Json {
    json!({
        "tenant": "globex", "agent": "support-agent", "connector": "crm", "operation": "update", "table": "contacts",
        "records": [{"id": record}], "set": {"phone": "1"}, "reason": "a mistake",
    })
}

/// The fingerprint of the key that signs, as the demo's card has it.
pub fn fingerprint(place: &Place) -> Fingerprint {
    let card: Json =
        serde_json::from_slice(&std::fs::read(place.folder().join("demo.json")).unwrap()).unwrap();
    card["fingerprint"].as_str().unwrap().parse().unwrap()
}

/// What a reader who named this key sees.
pub fn read(pack: Vec<u8>, key: &Fingerprint) -> Report {
    verify(pack, Expectations { fingerprints: vec![key.clone()], ..Expectations::default() })
}

pub fn verified(pack: Vec<u8>, key: &Fingerprint) -> bool {
    let report = read(pack, key);
    assert!(report.state == State::Verified, "{:?}", report.state);
    true
}

pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    std::fs::set_permissions(to, std::fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
