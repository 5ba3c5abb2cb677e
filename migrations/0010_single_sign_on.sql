-- Whom a provider of sign-ins knows as whom. A subject stays one person's, whatever becomes of the e-mail address, and a
-- member has one at each provider.
create table identities (
    issuer text not null,
    subject text not null,
    member text not null references members (id),
    linked_at bigint not null,
    primary key (issuer, subject),
    unique (issuer, member)
);

-- Who has been sent to the provider and is not back yet. Only the hash of the secret in the browser's cookie is kept;
-- everything else that ties the answer to the question is derived from that secret.
create table departures (
    hash text primary key,
    onward text not null,
    begun_at bigint not null
);
