-- How well a writer is known, as it rises and lapses; and the one-time codes that prove it.

-- How well the writer of each message was known when it was accepted; null for those who are no customers, and for what
-- is older than this column: there the ticket's own level counts.
alter table setright.messages
    add column identity text check (identity in ('anonymous', 'claimed', 'proven'));

-- Every change of a ticket's level after it was opened; the newest row counts. `tickets.identity` stays what it was opened
-- with: no role can change that.
create table setright.ticket_identities (
    id          bigint      generated always as identity primary key,
    tenant      text        not null,
    ticket_id   text        not null,
    customer_id text        not null,
    seq         integer     not null,  -- the message that it came with
    level       text        not null check (level in ('anonymous', 'claimed', 'proven')),
    by          text        not null check (by in ('assertion', 'token', 'code', 'lapse')),
    at          timestamptz not null,
    foreign key (tenant, ticket_id, customer_id) references setright.tickets (tenant, ticket_id, customer_id),
    foreign key (tenant, ticket_id, seq) references setright.messages (tenant, ticket_id, seq)
);
create index on setright.ticket_identities (tenant, ticket_id, id desc);
create index on setright.ticket_identities (tenant, customer_id);  -- for whoever erases a customer
call setright.lock_down('setright.ticket_identities');
call setright.make_append_only('setright.ticket_identities');
grant select, insert on setright.ticket_identities to operator_scope;
grant select on setright.ticket_identities to customer_scope;

-- One-time codes: asked for by a row, made and sent later, kept as a keyed hash with a salt of their own. Where a code
-- goes is not kept here: it is looked up in the tenant's records when it is sent. A code for somebody whom the records do
-- not know is made all the same and sent nowhere, so that nothing tells the two apart.
create table setright.identity_codes (
    id          bigint      generated always as identity primary key,
    tenant      text        not null,
    ticket_id   text        not null,
    customer_id text        not null,
    asked_at    timestamptz not null,
    salt        bytea       check (octet_length(salt) = 16),
    digest      bytea       check (octet_length(digest) = 32),
    expires_at  timestamptz,
    tries       integer     not null default 0 check (tries between 0 and 5),
    used_at     timestamptz,
    check ((salt is null) = (digest is null) and (digest is null) = (expires_at is null)),
    check (used_at is null or digest is not null),
    foreign key (tenant, ticket_id, customer_id) references setright.tickets (tenant, ticket_id, customer_id)
);
create index on setright.identity_codes (tenant, ticket_id, id desc);
create index on setright.identity_codes (tenant, customer_id, asked_at);
call setright.lock_down('setright.identity_codes');
grant select, insert on setright.identity_codes to operator_scope;
grant update (salt, digest, expires_at, tries, used_at) on setright.identity_codes to operator_scope;

-- A code that is asked for is announced like everything else that must not be lost; the relay makes and sends it.
alter table setright.outbox drop constraint outbox_kind_check;
alter table setright.outbox
    add constraint outbox_kind_check check (kind in ('message', 'decision', 'operator', 'code'));
