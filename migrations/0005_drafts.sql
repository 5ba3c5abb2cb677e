-- What people have before them while they change an envelope: none of it is in force, and no verdict depends on it.

-- One member's unfinished work: the form as it was typed, a JSON array of pairs, and the envelope in force when it was begun.
create table envelope_drafts (
    log text not null references tenants (log),
    connector text not null,
    member text not null,
    form text not null,
    base text,
    saved_at bigint not null,
    primary key (log, connector, member)
);

-- Envelopes that one person proposed and another one may put in force: exactly these bytes, in place of exactly `base`.
-- `state` is open, activating, activated, withdrawn or refused; `closed_…` say who ended it, when and why, and `receipt` is the
-- number of its activation in the log.
create table envelope_proposals (
    id text primary key,
    log text not null references tenants (log),
    connector text not null,
    body text not null,
    digest text not null,
    base text,
    reason text not null,
    member text not null,
    name text not null,
    proposed_at bigint not null,
    state text not null,
    closed_member text,
    closed_name text,
    closed_at bigint,
    closed_reason text,
    receipt bigint
);

create index envelope_proposals_by_log on envelope_proposals (log, connector, proposed_at);

-- Writes whose verdict somebody has written down; an envelope that decides one of them otherwise is not put in force.
create table envelope_cases (
    id text primary key,
    log text not null references tenants (log),
    connector text not null,
    name text not null,
    body text not null,
    expected text not null,
    member text not null,
    saved_by text not null,
    saved_at bigint not null,
    unique (log, connector, name)
);
