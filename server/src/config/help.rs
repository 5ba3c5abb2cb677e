//! What `--help` says below the flags: what a command needs, what it leaves behind, and how it ends.

/// `portal serve`.
pub(super) const SERVE: &str = "\
It needs a folder it may write to. It leaves the keys and, without --database, the ledger there.

Told to stop (SIGTERM, SIGINT), it takes no new connections, answers what it has begun to answer for at most 30 seconds, \
waits until the ledger has put everything down, and ends. Ended in any other way, it loses nothing that was answered: the \
next start finishes what was left open.

PORTAL_SIGNING_KEY holds the signing key as 64 hex digits, where keys come from a secret store.

Exit codes: 0 it was told to stop; 1 it could not start or not go on.";

/// `portal migrate`.
pub(super) const MIGRATE: &str = "\
`serve` does the same at its start. This command is for those who want to see it happen first, or whose server may not \
change tables. Migrations only go forward: take a backup before. A database that is up to date is left as it is.

Exit codes: 0 the tables are up to date; 1 they are not; steps that were done before the one that failed stay done, and the next run goes on there.";

/// `portal keys rotate`.
pub(super) const ROTATE: &str = "\
It makes a new key in DIR/keys, states the handover in the vendors' trust documents, signed by both keys, and has the old \
key sign its last receipt in every log: that the new one follows. Then the old key is gone, and its record says until when \
it signed. Packs of before and after verify, also for those who know only the old fingerprint; tell them the new one, which is \
printed.

It can be ended at any moment: the next start, or the next `keys rotate`, finishes what was begun. Portals that serve \
meanwhile from the same DIR go on with the new key by themselves. A portal with a DIR of its own answers 503 for logs that \
have moved on, until it gets the new DIR/keys/signing.key.

If the key comes from PORTAL_SIGNING_KEY, put the new one into PORTAL_NEXT_SIGNING_KEY for this command; afterwards give it to \
every server as PORTAL_SIGNING_KEY and start them again. Until then they write nothing, because a log that has moved on \
takes no receipt of the old key.

Exit codes: 0 every log is signed by the new key; 1 not yet: run it again.";

/// `portal tenants erase`.
pub(super) const ERASE: &str = "\
It records in the tenant's log that the secret is erased, by whom and why, which also stops every agent; then it erases the \
secret. From then on nobody, the operator included, can link a commitment in the log to a value, read what was kept to undo \
writes, or open a disclosure again. Disclosures that were handed out before stay open.

The log, its packs and its checkpoint stay readable and verify. Writes for the tenant are refused for good. Portals that \
serve meanwhile forget the secret within seconds.

It can't be undone, and it can't reach copies: backups made earlier, and the database's own archives, still hold the \
secret, encrypted under DIR/keys/master.key. Erase them too, or let them expire.

It waits for no one: while effects of the tenant are pending it erases nothing; run it again when a portal has settled them.

Exit codes: 0 the secret is erased; 1 it is not.";

/// `portal ledger check`.
pub(super) const CHECK: &str = "\
Of every log: that each receipt can be read, is signed by the key that signs at that position, that numbers are dense and time \
does not run backwards, that every verdict follows from its inputs, that tree and checkpoints are those of the receipts. Of the \
tables beside them: that summaries, actions, outcomes, pending effects and documents say what the receipts say. It \
changes nothing, and can run while the portal serves: it looks at the database as it is at one moment.

A log of a million receipts takes minutes; how far it is goes to the standard error output. Each finding is one line: where, and \
what is wrong there.

Exit codes: 0 everything is as it must be; 1 something is not, or the database could not be read to its end.";

/// `portal backup`.
pub(super) const BACKUP: &str = "\
BACKUP must not exist yet or be empty. It gets the ledger as it is at one moment, the keys, and a manifest \
with the digest of each; files 0600, the folder 0700. Whoever has the folder can sign in this portal's name and read what lies \
encrypted in its database: keep it like the keys.

Not in it: the systems of record, and a signing key given by PORTAL_SIGNING_KEY.

Exit codes: 0 the backup is complete; 1 it is not: the folder has no manifest then, and restores nothing.";

/// `portal restore`.
pub(super) const RESTORE: &str = "\
It needs an empty DIR, or with --database an empty database, and a backup of the same kind of database. It checks every \
digest before it writes, and the whole ledger afterwards, as `ledger check` does.

The restored portal continues each log where the backup ends. If receipts were handed out after the backup was made, that is \
a fork: the same numbers get other receipts, and whoever kept a later checkpoint sees that the log was cut off. No restore \
can undo what others hold; tell them. Effects that later receipts speak of stay in the systems of record.

Exit codes: 0 restored, and everything is as it must be; 1 not restored, or restored with findings, which are listed.";

pub(super) const ADD: &str = "\
It opens the database first, and makes the outbox there: the table helm_outbox, in which each write leaves what became of it. A \
role that may not make tables is told the statement that the database's owner has to run. Then the address is kept in the \
portal's own database, encrypted under DIR/keys/master.key, because it holds the password.

The role needs no more than the contract uses: see README for the grants. `options[search_path]=…` in the URL says in which \
schemas its tables are, `options[lock_timeout]=…` and `options[statement_timeout]=…` for how long it waits.

Running it again replaces the address. Portals that serve meanwhile find a new connector by themselves; for a changed address \
they have to be started again.

Exit codes: 0 it could be opened and is remembered; 1 it could not, and nothing has changed.";

pub(super) const DRAFT: &str = "\
Every table with a primary key and a tenant column is in the draft, every column of them, and each operation: key and tenant \
column open, everything else sealed, nothing writable that the database numbers or works out by itself. What was left out, and \
why, goes to the standard error output. Nothing is put in force.

Exit codes: 0 the contract is on the standard output; 1 the database could not be read.";

pub(super) const COMPARE: &str = "\
Each difference is a sentence on the standard output. While a table differs from the contract, its writes are denied with \
ERR_CONNECTOR_CONTRACT_DRIFT; other tables' go on.

Exit codes: 0 every contract in force fits; 1 one does not, or the database could not be read.";

pub(super) const SET_UP: &str = "\
The link is good once and for a day, and any printed before it is not good any more. It makes the vendor and its owner. Whoever \
sees it first can use it: keep it to yourself. A portal that has anybody is set up; `members reset` is for people who have lost \
their password.

It can run while the portal serves.

Exit codes: 0 the link is on the standard output; 1 there is none.";

pub(super) const RESET: &str = "\
The link is good once and for a day, and any made before it for the same member is not good any more. The member's sessions end \
at once; the password stays until the link is used. In the portal, owners do the same for their own people; this is for an owner \
whom nobody else can help.

It can run while the portal serves.

Exit codes: 0 the link is on the standard output; 1 there is none.";
