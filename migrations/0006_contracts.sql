-- Contracts as people edit them, before they are put in force: what is no contract yet can be kept, too. `revision` counts up
-- with each change, so that two people who edit at the same time notice each other.
create table contract_drafts (
    vendor text not null references vendors (name),
    connector text not null,
    revision bigint not null,
    body text not null,
    changed_by text not null,
    changed_at bigint not null,
    primary key (vendor, connector)
);

-- The versions of each connector's contract. The newest is the one that a new tenant gets. It goes into the log of one tenant
-- after the other; `changes`, a JSON array of sentences, and `reason` stand in each.
create table contract_versions (
    vendor text not null references vendors (name),
    connector text not null,
    version bigint not null,
    digest text not null,
    body text not null,
    activated_by text not null,
    drafted_by text,
    reason text not null,
    changes text not null,
    activated_at bigint not null,
    primary key (vendor, connector, version)
);
