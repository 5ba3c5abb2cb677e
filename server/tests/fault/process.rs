//! The real portal, as a process that can be killed.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use server::step::Halt;
use tokio::sync::mpsc;

use crate::http::Client;
use crate::place::Place;

/// A running portal; dropping it kills it.
pub struct Process {
    child: Child,
    /// What it says on its standard output, line by line, until it has ended.
    said: mpsc::UnboundedReceiver<String>,
}

/// How a start ended.
#[derive(Debug)]
pub enum Start {
    /// It answers here.
    Listening(SocketAddr),
    /// It came to the step at which it was told to halt.
    Halted,
    /// It gave up.
    Ended,
}

impl Process {
    /// Starts a portal in `place`, which is told to stop for good at `halt`.
    pub fn start(place: &Place, halt: Option<Halt>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_portal"));
        Self::spawn(place.configure(&mut command), halt)
    }

    /// Starts what `command` says.
    pub fn spawn(command: &mut Command, halt: Option<Halt>) -> Self {
        if let Some(halt) = halt {
            command.env("PORTAL_HALT_AT", halt.to_string());
        }
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (say, said) = mpsc::unbounded_channel();
        std::thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| say.send(line)));
        Self { child, said }
    }

    /// Waits until it answers, or for the reason why it never will.
    pub async fn started(&mut self) -> Start {
        while let Some(line) = self.said.recv().await {
            if let Some(address) = line.strip_prefix("listening on http://") {
                return Start::Listening(address.parse().unwrap());
            }
            if line.starts_with("halted at ") {
                return Start::Halted;
            }
        }
        Start::Ended
    }

    /// Waits until it has halted; never comes back if it does not.
    pub async fn halted(&mut self) {
        while let Some(line) = self.said.recv().await {
            if line.starts_with("halted at ") {
                return;
            }
        }
        std::future::pending::<()>().await;
    }

    /// SIGKILL: it does nothing any more from here on.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Its id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// A client of a portal that must be there.
    pub async fn client(&mut self, place: &Place) -> Client {
        match self.started().await {
            Start::Listening(address) => Client::new(address, &place.keys),
            other => panic!("the portal did not start: {other:?}"),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
