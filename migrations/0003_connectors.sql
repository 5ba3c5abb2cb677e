-- Where the vendors' systems of record are. `place` is a URL or a path, encrypted under the vault's master key: it holds
-- the credentials.
create table connectors (
    vendor text not null references vendors (name),
    name text not null,
    kind text not null,
    place text not null,
    primary key (vendor, name)
);
