-- The people of a vendor. Each signs in with an e-mail address, has one role and votes for some groups (a JSON array).
-- Whoever has left keeps the row, because receipts say the name; `ended_at` is when.
create table members (
    id text primary key,
    vendor text not null references vendors (name),
    email text not null unique,
    name text not null,
    role text not null,
    approves text not null,
    password text,
    created_at bigint not null,
    ended_at bigint,
    unique (vendor, name)
);

-- Who is signed in. Only the SHA-256 of a session's secret is kept, as with API keys.
create table sessions (
    hash text primary key,
    member text not null references members (id),
    begun_at bigint not null,
    seen_at bigint not null
);

create index sessions_by_member on sessions (member);

-- Links that are good once: to set up a portal. Only the hash of the link's secret is kept.
create table links (
    hash text primary key,
    kind text not null,
    created_at bigint not null,
    used_at bigint
);

-- How often signing in has failed lately, and from when on it may be tried again.
create table failures (
    subject text primary key,
    count bigint not null,
    until bigint not null
);
