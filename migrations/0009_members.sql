-- Whoever has left frees the e-mail address and keeps the name, because receipts say it: who has which name is for the
-- accounts to say. Everybody signs in anew, once.
drop table sessions;

alter table members rename to members_before;

create table members (
    id text primary key,
    vendor text not null references vendors (name),
    email text not null,
    name text not null,
    role text not null,
    approves text not null,
    password text,
    created_at bigint not null,
    signed_in_at bigint,
    ended_at bigint
);

insert into members (id, vendor, email, name, role, approves, password, created_at, ended_at)
select id, vendor, email, name, role, approves, password, created_at, ended_at from members_before;

drop table members_before;

create unique index members_by_email on members (email) where ended_at is null;

create unique index members_by_name on members (vendor, name) where ended_at is null;

-- As before, with what browser it was begun by.
create table sessions (
    hash text primary key,
    member text not null references members (id),
    begun_at bigint not null,
    seen_at bigint not null,
    browser text not null default ''
);

create index sessions_by_member on sessions (member);

-- Links that are good once, at most one of a kind: to set up a portal.
drop table links;

create table links (
    kind text primary key,
    hash text not null,
    created_at bigint not null
);

-- Who may become a member, by a link of which only the hash is kept. One that was used or withdrawn is gone.
create table invitations (
    id text primary key,
    hash text not null unique,
    vendor text not null references vendors (name),
    email text not null,
    name text not null,
    role text not null,
    approves text not null,
    invited_by text not null,
    created_at bigint not null,
    unique (vendor, email)
);

-- Links by which a member chooses a new password, at most one each; `made_by` is empty if the operator made it.
create table resets (
    member text primary key references members (id),
    hash text not null unique,
    made_by text not null,
    created_at bigint not null
);
