//! The check finds what is wrong in a database that somebody else has changed.

use crate::place::Place;
use crate::portal::{Served, copy, done, reach, run, update};

/// Acme's log, which the damages call LOG.
const ACME: &str = "(select log from tenants where name = 'acme')";

/// What is done to the database, and what the check says then.
const DAMAGES: [(&str, &str); 21] = [
    (
        "update receipts set body = replace(body, '\"sig\":\"', '\"sig\":\"A') where log = LOG and seq = 5",
        "#5: can't be read",
    ),
    (
        "update receipts set body = (select body from receipts where log = LOG and seq = 6) where log = LOG and seq = 5",
        "#5: says of itself that it is #6",
    ),
    ("delete from receipts where log = LOG and seq = 7", "#8: follows #7 at once; receipts are missing"),
    (
        "delete from receipts where log = LOG and seq = (select max(seq) from receipts where log = LOG)",
        "checkpoints of more than its",
    ),
    (
        "update receipts set leaf_hash = (select leaf_hash from receipts where log = LOG and seq = 3) where log = LOG and \
         seq = 4",
        "#4: is not the receipt that its leaf hash was made of",
    ),
    (
        "update receipts set time = time + 1 where log = LOG and seq = 4",
        "#4: its row says another time or kind",
    ),
    (
        "update receipts set verdict = 'ALLOW' where log = LOG and verdict = 'DENY'",
        "its row's summary says other things",
    ),
    (
        "update receipts set agent = 'somebody' where log = LOG and kind = 'outcome'",
        "its row's summary says other things",
    ),
    (
        "update checkpoints set note = (select note from checkpoints where log = LOG order by size limit 1) where log = LOG \
         and size = (select max(size) from checkpoints where log = LOG)",
        "checkpoint of",
    ),
    (
        "delete from checkpoints where log = LOG and size = (select max(size) from checkpoints where log = LOG)",
        "its last checkpoint is of",
    ),
    (
        "update tiles set root = (select leaf_hash from receipts where seq = 0 limit 1)",
        "tile 0 of level 0: holds other hashes",
    ),
    ("delete from tiles", "tile 0 of level 0: is missing"),
    ("update documents set body = replace(body, '\"version\":1', '\"version\":2')", "its digest is"),
    ("delete from documents where kind = 'envelope'", "activates a document that can't be used"),
    (
        "delete from actions where decision = (select max(decision) from actions where log = LOG) and log = LOG",
        "does not know its action",
    ),
    ("update actions set decision = decision + 1000 where log = LOG", "names a later decision about"),
    (
        "update actions set idempotency = 'other' where log = LOG and idempotency like '%/%' and decision = (select max(decision) from actions where idempotency is not null and log = LOG)",
        "by another idempotency key",
    ),
    ("delete from outcomes where log = LOG", "the table outcomes does not know it"),
    (
        "insert into effects (log, decision, action, receipt, permit) values (LOG, 1, 'a', 'b', 'c')",
        "#1: an effect is pending that was not allowed",
    ),
    ("update signing_keys set valid_from = 1", "its record says another beginning"),
    (
        "update tenants set secret = (select secret from tenants where name = 'globex') where name = 'acme'",
        "its log can't be checked",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn whatever_was_changed_is_named() {
    let whole = Place::sqlite();
    let portal = Served::start(&whole);
    assert_eq!(portal.post(&update("1")).0, 200);
    for _ in 0..260 {
        assert_eq!(portal.post(&reach("c-1042")).0, 200);
    }
    portal.stop();
    let said = done(&whole, &["ledger", "check"]);
    assert!(said.contains("3 logs: everything is as it must be"), "{said}");
    for (damage, expected) in DAMAGES {
        let place = Place::sqlite();
        copy(whole.folder(), place.folder());
        // The logs' ids are drawn by lot.
        let changed = place.meddle(&damage.replace("LOG", ACME)).await;
        assert!(changed > 0, "{damage}");
        let said = run(&place, &["ledger", "check"]);
        assert_eq!(said.code, 1, "{damage}: {}", said.out);
        assert!(said.out.contains(expected), "{damage}\nexpected {expected}\n{}", said.out);
        assert!(said.out.contains("findings"), "{}", said.out);
    }
}
