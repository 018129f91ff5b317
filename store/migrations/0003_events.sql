-- The audit trail: what happened on each ticket, hash-chained, and a chain per tenant over the tickets' newest links.

create table setright.events (
    tenant    text        not null,
    ticket_id text        not null,
    seq       integer     not null check (seq > 0),
    kind      text        not null,
    at        timestamptz not null,
    body      jsonb       not null,
    prev_hash text        not null check (prev_hash ~ '^[0-9a-f]{64}$'),
    hash      text        not null check (hash ~ '^[0-9a-f]{64}$'),
    primary key (tenant, ticket_id, seq),
    foreign key (tenant, ticket_id) references setright.tickets (tenant, ticket_id)
);
call setright.lock_down('setright.events');
call setright.make_append_only('setright.events');
grant select, insert on setright.events to operator_scope;

create function setright.announce_event() returns trigger
language plpgsql
as $$
begin
    perform pg_notify('setright_events', new.tenant || '|' || new.ticket_id || '|' || new.seq);
    return null;
end
$$;
create trigger announce after insert on setright.events for each row execute function setright.announce_event();

-- One row per batch of events that was recorded: with it, an event cut off a ticket's end is missed too.
create table setright.tenant_heads (
    tenant      text        not null,
    number      bigint      not null check (number > 0),
    ticket_id   text        not null,
    ticket_seq  integer     not null,
    ticket_hash text        not null,
    prev_hash   text        not null check (prev_hash ~ '^[0-9a-f]{64}$'),
    hash        text        not null check (hash ~ '^[0-9a-f]{64}$'),
    primary key (tenant, number)
);
create index on setright.tenant_heads (tenant, ticket_id, number desc);
call setright.lock_down('setright.tenant_heads');
call setright.make_append_only('setright.tenant_heads');
grant select, insert on setright.tenant_heads to operator_scope;
