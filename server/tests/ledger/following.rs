//! Following a log: whoever follows it sees each receipt once and in its order, whoever wrote it and however often the line
//! broke.

use evidence::digest::Digest;
use server::clock::Clock;
use server::ledger::{Follower, Ledger, Row};
use server::registry::Tenant;

use crate::all;
use crate::cast::{House, morning, proposal};
use crate::place::Place;

/// The next `count` receipts, and what came with the last of them.
async fn next(follower: &mut Follower, count: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    while rows.len() < count {
        rows.extend(follower.next().await.unwrap().rows);
    }
    rows
}

/// What the log itself says.
async fn written(ledger: &Ledger, tenant: &Tenant) -> Vec<Digest> {
    let range = ledger.range(tenant, 0, None).await.unwrap().unwrap();
    range.receipts.iter().map(|bytes| Digest::of(bytes)).collect()
}

pub async fn a_log_is_followed_without_a_gap_and_without_a_repetition_however_often_the_line_breaks(
    place: Place,
) {
    let house = House::open(&place, &Clock::fixed(morning())).await;
    let acme = house.tenant("acme", 1_000).await;
    let globex = house.tenant("globex", 1_000).await;
    let begun = house.ledger.size(&acme).await.unwrap();
    let (ledger, both) = (house.ledger.clone(), [acme.clone(), globex]);
    let writing = tokio::spawn(async move {
        for round in 0..6 {
            let asked = (0..80).map(|n| proposal(&both[n % 2], &format!("a-{round}-{n}")));
            all(&ledger, asked).await;
        }
    });
    let mut seen: Vec<Row> = Vec::new();
    while (seen.len() as u64) < begun + 240 {
        let from = seen.last().map_or(0, |row| row.seq + 1);
        let mut follower = house.ledger.follow(&acme, from);
        // Each line breaks after a few receipts, some of them in the middle of what was read.
        let rows = next(&mut follower, 1).await;
        let kept = rows.len().div_ceil(2);
        seen.extend(rows.into_iter().take(kept));
    }
    writing.await.unwrap();
    let numbers: Vec<u64> = seen.iter().map(|row| row.seq).collect();
    assert_eq!(numbers, (0..begun + 240).collect::<Vec<_>>());
    let digests: Vec<Digest> = seen.iter().map(|row| Digest::of(row.bytes.as_bytes())).collect();
    assert_eq!(digests, written(&house.ledger, &acme).await);
}

pub async fn what_another_server_writes_is_followed_too(place: Place) {
    let clock = Clock::fixed(morning());
    let (here, there) = (House::open(&place, &clock).await, House::open(&place, &clock).await);
    let acme = here.tenant("acme", 1_000).await;
    let same = there.tenant("acme", 1_000).await;
    let from = here.ledger.size(&acme).await.unwrap();
    let mut follower = here.ledger.follow(&acme, from);
    assert!(follower.next().await.unwrap().rows.is_empty());
    for round in 0..3 {
        all(&there.ledger, (0..5).map(|n| proposal(&same, &format!("there-{round}-{n}")))).await;
        all(&here.ledger, (0..5).map(|n| proposal(&acme, &format!("here-{round}-{n}")))).await;
        let rows = next(&mut follower, 10).await;
        let first = from + round * 10;
        let numbers: Vec<u64> = rows.iter().map(|row| row.seq).collect();
        assert_eq!(numbers, (first..first + 10).collect::<Vec<_>>());
    }
}

pub async fn whoever_follows_is_told_that_nothing_more_will_come(place: Place) {
    let house = House::open(&place, &Clock::fixed(morning())).await;
    let acme = house.tenant("acme", 1_000).await;
    let mut follower = house.ledger.follow(&acme, 0);
    let before = house.ledger.size(&acme).await.unwrap();
    assert_eq!(next(&mut follower, usize::try_from(before).unwrap()).await.len() as u64, before);
    assert!(!follower.next().await.unwrap().is_over);
    all(&house.ledger, (0..3).map(|n| proposal(&acme, &format!("a-{n}")))).await;
    assert_eq!(house.ledger.pending_of(&acme).await.unwrap(), 3);
    let globex = house.tenant("globex", 1_000).await;
    let mut other = house.ledger.follow(&globex, 0);
    assert_eq!(house.ledger.erase(&globex).await.unwrap(), 0);
    // What there was is handed out first.
    let told = other.next().await.unwrap();
    assert_eq!((told.rows.len(), told.is_over), (4, true));
    assert_eq!(next(&mut follower, 3).await.len(), 3);
    assert!(!follower.next().await.unwrap().is_over);
}
