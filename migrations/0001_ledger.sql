-- What the portal remembers. One dialect for SQLite and PostgreSQL: text and bigint columns only.
-- Times are microseconds since 1970 in UTC. Migrations only ever go forward.

-- The companies whose agents write to their customers' data.
create table vendors (
    name text primary key,
    title text not null
);

-- Their customers. `secret` is the tenant's commitment secret, encrypted under the vault's master key: erasing it makes
-- every commitment in the tenant's log unlinkable for good, while every signature still verifies.
-- `origin` is signed in every checkpoint, so it is fixed when the log begins.
create table tenants (
    log text primary key,
    vendor text not null references vendors (name),
    name text not null,
    title text not null,
    origin text not null,
    secret text not null,
    created_at bigint not null,
    unique (vendor, name)
);

-- Who may propose writes. Whether an agent may act at the moment is for the log to say, not for this table.
create table agents (
    log text not null references tenants (log),
    name text not null,
    title text not null,
    primary key (log, name)
);

-- API keys. Only the SHA-256 of a key is kept, so the table is of no use to whoever steals it; a 256-bit random key needs
-- no slow hash. A null scope means everything of the vendor's; otherwise it is a JSON array of names.
create table api_keys (
    id text primary key,
    hash text not null unique,
    vendor text not null references vendors (name),
    label text not null,
    tenants text,
    agents text,
    created_at bigint not null,
    last_used_at bigint,
    revoked_at bigint
);

-- The public halves of the signing keys, and the statements by which one key followed another. The secret halves are
-- never here.
create table signing_keys (
    keyid text primary key,
    valid_from bigint not null,
    body text not null
);

create table rotations (
    place bigint primary key,
    body text not null
);

-- Contracts and envelopes by digest: the canonical bytes that receipts cite.
create table documents (
    digest text primary key,
    kind text not null,
    body text not null
);

-- The logs. `body` is the exact signed receipt; the columns beside it only make it findable. A row is written once and
-- then never touched: the primary key is also what stops two servers from writing two different pasts.
create table receipts (
    log text not null references tenants (log),
    seq bigint not null,
    kind text not null,
    time bigint not null,
    leaf_hash text not null,
    body text not null,
    action text,
    verdict text,
    code text,
    agent text,
    target text,
    operation text,
    records bigint,
    primary key (log, seq)
);

create index receipts_by_kind on receipts (log, kind, seq);
create index receipts_by_verdict on receipts (log, verdict, seq);
create index receipts_by_agent on receipts (log, agent, seq);

-- The signed head of a log after each batch of receipts.
create table checkpoints (
    log text not null references tenants (log),
    size bigint not null,
    note text not null,
    primary key (log, size)
);

-- Full tiles of the Merkle tree: 256 neighbouring hashes of tree level 8 x `level`, and the root over them. With these, any
-- proof takes a few rows, however long the log is.
create table tiles (
    log text not null references tenants (log),
    level bigint not null,
    place bigint not null,
    root text not null,
    hashes text not null,
    primary key (log, level, place)
);

-- Actions by id, with the latest decision about each. `idempotency` is the log's id and the digest of the caller's key: the
-- same request sent twice is decided once.
create table actions (
    id text not null,
    log text not null references tenants (log),
    decision bigint not null,
    idempotency text unique,
    request text,
    primary key (log, id)
);

-- Which receipt is the outcome of which decision. The primary key is what makes a second outcome impossible.
create table outcomes (
    log text not null references tenants (log),
    decision bigint not null,
    outcome bigint not null,
    primary key (log, decision)
);

-- Allowed decisions without an outcome yet: what has to be finished after a crash. `body`, encrypted under the tenant's
-- secret, is what the effect needs and the receipt may not show. The row goes when the outcome comes.
create table effects (
    log text not null references tenants (log),
    decision bigint not null,
    action text not null,
    receipt text not null,
    permit text not null,
    body text,
    primary key (log, decision)
);
