//! Clients that send writes side by side, and what they were told.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use evidence::dsse::Signed;
use serde_json::Value as Json;
use tokio::sync::mpsc;

use crate::http::{Client, Keys, Reply};
use crate::writes::Write;

/// The writes that wait to be sent.
pub type Queue = Arc<Mutex<VecDeque<Write>>>;

/// What a client was told about a write; `None` if the connection broke first.
pub type Told = (Write, Option<Reply>);

/// An answer, as far as it is evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The action's id.
    pub id: String,
    pub verdict: String,
    /// The code of the first reason; empty if there is none.
    pub code: String,
    pub receipt: Signed,
    /// The status and the receipt of the outcome.
    pub outcome: Option<(String, Signed)>,
}

impl Answer {
    /// Reads the answer to a write, which must be a verdict.
    pub fn read(reply: &Reply) -> Self {
        assert_eq!(reply.status, 200, "{}", reply.text());
        Self::of(reply.json())
    }

    /// The same, of what a reply holds.
    pub fn of(mut answer: Json) -> Self {
        let outcome = answer["outcome"].take();
        let text = |value: &Json| value.as_str().unwrap().to_owned();
        let signed = |value: &mut Json| serde_json::from_value(value.take()).unwrap();
        Self {
            id: text(&answer["id"]),
            verdict: text(&answer["verdict"]),
            code: answer["reasons"][0]["code"].as_str().unwrap_or_default().to_owned(),
            receipt: signed(&mut answer["receipt"]),
            outcome: (!outcome.is_null()).then(|| {
                let mut outcome = outcome;
                (text(&outcome["status"]), signed(&mut outcome["receipt"]))
            }),
        }
    }
}

impl Answer {
    /// The same request got this as well: the same receipts, and nothing that was known is forgotten.
    pub fn is_repeated_by(&mut self, again: Self, name: &str) {
        assert_eq!(self.receipt, again.receipt, "{name} was decided twice");
        match (&self.outcome, again.outcome) {
            (Some(earlier), Some(later)) => assert_eq!(*earlier, later, "{name} ended twice"),
            (None, later) => self.outcome = later,
            (Some(_), None) => panic!("the outcome of {name} was forgotten"),
        }
    }
}

/// Sends what is in the queue with this many clients at once, until it is empty or the portal is gone.
pub fn send(
    address: SocketAddr,
    keys: &Keys,
    clients: usize,
    queue: &Queue,
) -> mpsc::UnboundedReceiver<Told> {
    let (tell, told) = mpsc::unbounded_channel();
    for _ in 0..clients {
        let (queue, tell, mut client) = (Arc::clone(queue), tell.clone(), Client::new(address, keys));
        tokio::spawn(async move {
            while let Some(write) = take(&queue) {
                let reply = client.send(&write).await.ok();
                let gone = reply.is_none();
                let _ = tell.send((write, reply));
                if gone {
                    return;
                }
            }
        });
    }
    told
}

fn take(queue: &Queue) -> Option<Write> {
    queue.lock().unwrap().pop_front()
}
