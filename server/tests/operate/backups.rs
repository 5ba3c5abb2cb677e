//! A backup, and a portal that begins with it.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::on_postgres;
use crate::place::Place;
use crate::portal::{Served, done, fingerprint, run, update, verified};

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_portal_goes_on_where_the_backup_ends() {
    goes_on(Place::sqlite(), &Place::sqlite());
    if let (Some(place), Some(other)) = (on_postgres().await, on_postgres().await) {
        goes_on(place, &other);
    }
}

fn goes_on(place: Place, other: &Place) {
    let portal = Served::start(&place);
    let backup = place.folder().join("backup");
    let backup = backup.to_str().unwrap();
    done(&place, &["backup", backup]);
    assert_eq!(portal.post(&update("1")).0, 200);
    portal.stop();
    let key = fingerprint(&place);
    for file in ["manifest.json", "keys/signing.key", "keys/master.key"] {
        let mode = std::fs::metadata(Path::new(backup).join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    let again = run(&place, &["backup", backup]);
    assert_eq!(again.code, 1);
    assert!(again.err.contains("is not empty"), "{}", again.err);
    assert!(run(&place, &["restore", backup]).err.contains("restore into an empty"));

    let said = done(other, &["restore", backup]);
    assert!(said.contains("everything is as it must be"), "{said}");
    std::fs::copy(place.folder().join("crm.db"), other.folder().join("crm.db")).unwrap();
    std::fs::copy(place.folder().join("demo.json"), other.folder().join("demo.json")).unwrap();
    drop(place);
    let portal = Served::start(other);
    assert_eq!(portal.post(&update("2")).0, 200);
    assert!(verified(portal.pack("acme"), &key));
    portal.stop();
    done(other, &["ledger", "check"]);
}

#[test]
fn a_backup_that_is_not_what_was_written_restores_nothing() {
    let place = Place::sqlite();
    Served::start(&place).stop();
    let backup = place.folder().join("backup");
    done(&place, &["backup", backup.to_str().unwrap()]);
    let refusals: [(&str, &[u8], &str); 3] = [
        ("ledger.db", b"", "is not the one that was written"),
        ("manifest.json", b"{}", "is not one that this program reads"),
        ("manifest.json", b"", "is not one that this program reads"),
    ];
    for (file, bytes, expected) in refusals {
        let kept = std::fs::read(backup.join(file)).unwrap();
        std::fs::write(backup.join(file), bytes).unwrap();
        let other = Place::sqlite();
        let refused = run(&other, &["restore", backup.to_str().unwrap()]);
        assert_eq!(refused.code, 1);
        assert!(refused.err.contains(expected), "{}", refused.err);
        assert_eq!(std::fs::read_dir(other.folder()).unwrap().count(), 0);
        std::fs::write(backup.join(file), kept).unwrap();
    }
    std::fs::remove_file(backup.join("manifest.json")).unwrap();
    assert!(run(&Place::sqlite(), &["restore", backup.to_str().unwrap()]).err.contains("no complete backup"));
}

#[test]
fn the_tables_are_brought_up_to_date_once() {
    let place = Place::sqlite();
    assert!(run(&place, &["ledger", "check"]).err.contains("there is no ledger.db"));
    assert!(done(&place, &["migrate"]).contains("step 1: ledger"));
    assert!(done(&place, &["migrate"]).contains("were already up to date"));
}
