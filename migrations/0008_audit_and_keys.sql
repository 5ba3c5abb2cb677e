-- What people have changed in the portal: an append-only account of it, with no secrets. `id` begins with the time, so it is
-- also the order. `member` is by what members are told apart, and empty where nobody was signed in; `name` is what they were
-- called then. `what` is from a closed list, `about` whom or what it was done to, `detail` a JSON object of texts.
create table audit (
    id text primary key,
    vendor text not null references vendors (name),
    at bigint not null,
    member text not null,
    name text not null,
    what text not null,
    about text not null,
    detail text not null
);

create index audit_by_vendor on audit (vendor, id);
create index audit_by_member on audit (vendor, member, id);

-- Who made a key, and from when on it is good no more.
alter table api_keys add column created_by text;
alter table api_keys add column expires_at bigint;
