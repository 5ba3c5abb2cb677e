-- Escalated decisions that wait for people. `body` and `image` are kept, encrypted, as for a decision that was allowed. The
-- row goes when the action is decided again, or when nobody answered in time.
create table parked (
    log text not null references tenants (log),
    decision bigint not null,
    action text not null,
    receipt text not null,
    expires_at bigint not null,
    body text,
    image text,
    primary key (log, decision)
);

create index parked_by_expiry on parked (expires_at);

-- Before-images: the records as they were before an allowed write, encrypted under the tenant's secret, for as long as the
-- contract promises to restore them.
create table images (
    log text not null references tenants (log),
    decision bigint not null,
    body text not null,
    kept_until bigint not null,
    primary key (log, decision)
);

create index images_by_end on images (kept_until);

-- A key may be a person's: then it votes for these groups (a JSON array), freezes and lets go, and never proposes a write.
alter table api_keys add column person text;
alter table api_keys add column approves text;

-- Whether all tenants of a vendor are frozen, for tenants that are added in the meantime. What counts is in the logs.
alter table vendors add column frozen bigint not null default 0;

-- An action is asked for by its id alone.
create index actions_by_id on actions (id);

-- From when on somebody else than its own caller looks after an effect.
alter table effects add column due bigint not null default 0;
