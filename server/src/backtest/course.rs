//! The course of a backtest: one task reads the log, one thread follows it, and both can be told to stop.

use std::sync::Arc;
use std::thread;

use evidence::replay::{Change, Replay, Tally};
use tokio::sync::{Semaphore, mpsc};
use tokio::task;

use super::chunk::{Answered, Asked, CHUNK, Part, Unreadable, ask};
use super::run::{Run, State};
use super::shelf::Shelf;
use crate::ledger::{Ledger, LedgerError};

/// How many pieces are read ahead of the one that is worked on.
const AHEAD: usize = 2;

/// Goes from the beginning to the end, or until it is stopped.
pub(super) async fn follow(run: Arc<Run>, ledger: Ledger, shelf: Arc<Shelf>, slots: Arc<Semaphore>) {
    let slot = tokio::select! {
        () = run.stopped() => None,
        slot = slots.acquire_owned() => slot.ok(),
    };
    let ended = match slot {
        None => State::Cancelled,
        Some(_slot) => {
            run.enter(State::Running);
            work(&run, &ledger, &shelf).await
        }
    };
    run.enter(ended);
}

async fn work(run: &Arc<Run>, ledger: &Ledger, shelf: &Arc<Shelf>) -> State {
    let (parts, inbox) = mpsc::channel(AHEAD);
    let (worker, its_shelf) = (Arc::clone(run), Arc::clone(shelf));
    let following = task::spawn_blocking(move || replay(&worker, &its_shelf, inbox));
    let read = read(run, ledger, shelf, parts).await;
    let followed = following.await.unwrap_or_else(|error| Err(error.to_string()));
    if let Err(fault) = &followed {
        tracing::error!(log = %run.tenant.log(), %fault, "a backtest broke off");
    }
    match (read, followed) {
        _ if run.is_stopped() => State::Cancelled,
        (Ok(()), Ok(())) => State::Finished,
        _ => State::Failed,
    }
}

/// Hands on one piece after the other, until nobody takes them any more.
async fn read(
    run: &Run,
    ledger: &Ledger,
    shelf: &Shelf,
    parts: mpsc::Sender<Part>,
) -> Result<(), LedgerError> {
    let (tenant, end) = (&run.tenant, run.plan.end);
    let mut place = run.plan.warm / CHUNK;
    while place * CHUNK < end && !run.is_stopped() {
        let next = end.min((place + 1) * CHUNK);
        let part = if let Some(chunk) = shelf.find(tenant.log(), place, end) {
            Part::Kept(chunk)
        } else {
            let bodies = ledger.decisions(tenant, &(place * CHUNK..next)).await?;
            Part::Read { place, next, bodies }
        };
        if parts.send(part).await.is_err() {
            break;
        }
        place += 1;
    }
    Ok(())
}

/// Asks about each piece on all cores, and settles the answers in the log's order.
fn replay(run: &Run, shelf: &Shelf, mut inbox: mpsc::Receiver<Part>) -> Result<(), Unreadable> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut replay = Replay::new(&run.candidate);
    let mut tally = Tally::default();
    while let Some(part) = inbox.blocking_recv() {
        if run.is_stopped() {
            break;
        }
        let Answered { asked, new } = ask(&part, &run.candidate, &run.plan, cores)?;
        let read = asked.len() as u64;
        settle(run, &mut replay, &mut tally, asked);
        if let Some((place, chunk)) = new {
            shelf.keep(run.tenant.log(), place, chunk);
        }
        run.advance(read, &tally);
    }
    Ok(())
}

fn settle(run: &Run, replay: &mut Replay<'_>, tally: &mut Tally, asked: Vec<Asked>) {
    let mut differences = run.differences();
    for Asked { past, unspent } in asked {
        if past.seq < run.plan.from {
            replay.before(&past);
            continue;
        }
        let Some(would) = unspent.and_then(|unspent| replay.settle(&past, unspent)) else { continue };
        let change = tally.count(&run.candidate, &past, &would);
        if change != Change::Same {
            differences.push(change, past.seq, would);
        }
    }
}
