-- Tickets, their messages, and the outbox that tells the ticket's workflow of what was accepted.

-- A projection, written by the ticket's own workflow; only the stub comes from whoever accepts the first message.
create table setright.tickets (
    tenant            text        not null,
    ticket_id         text        not null unique,
    customer_id       text        not null,
    channel           text        not null check (channel in ('api', 'web', 'email')),
    identity          text        not null check (identity in ('anonymous', 'claimed', 'proven')),
    subject           text,
    follow_up_of      text,
    opened_at         timestamptz not null,
    status            text        not null default 'new'
                      check (status in ('new', 'open', 'pending', 'on_hold', 'solved', 'closed')),
    waiting_for       text        not null default 'assistant'
                      check (waiting_for in ('assistant', 'customer', 'approver', 'operator', 'nobody')),
    updated_at        timestamptz not null,
    intent            text,
    language          text,
    procedure         text,
    procedure_version text,
    assigned_to       text,
    queue             text,
    is_urgent         boolean     not null default false,
    turns             integer     not null default 0 check (turns >= 0),
    reopens           integer     not null default 0 check (reopens >= 0),
    resolution        text        check (resolution in ('confirmed', 'assumed', 'by_operator')),
    resolved_at       timestamptz,
    durable_at        timestamptz,
    last_event_seq    integer     not null default 0 check (last_event_seq >= 0),
    last_message_seq  integer     not null default 0 check (last_message_seq >= 0),
    primary key (tenant, ticket_id),
    unique (tenant, ticket_id, customer_id),  -- what rows about a customer refer to, so that they cannot name another
    foreign key (tenant, follow_up_of) references setright.tickets (tenant, ticket_id),
    check ((resolution is null) = (resolved_at is null))
);
create index on setright.tickets (tenant, opened_at desc, ticket_id desc);
create index on setright.tickets (tenant, customer_id, opened_at desc);
call setright.lock_down('setright.tickets');
grant select, insert on setright.tickets to operator_scope, customer_scope;
-- Whose ticket it is was decided when it was opened; no role can change that.
grant update (
    status, waiting_for, updated_at, intent, language, procedure, procedure_version, assigned_to, queue, is_urgent, turns,
    reopens, resolution, resolved_at, durable_at, last_event_seq, last_message_seq
) on setright.tickets to operator_scope;
grant update (last_message_seq) on setright.tickets to customer_scope;

create table setright.messages (
    tenant             text        not null,
    ticket_id          text        not null,
    customer_id        text        not null,
    seq                integer     not null check (seq > 0),
    author             text        not null check (author in ('customer', 'assistant', 'operator', 'system')),
    author_id          text,
    audience           text[]      not null check (audience <@ array['customer']),  -- empty: a note among operators
    text               text        not null,
    at                 timestamptz not null,
    external_channel   text        not null,
    external_id        text,
    reply_to_watermark integer,
    draft_id           bigint,
    primary key (tenant, ticket_id, seq),
    unique (tenant, external_channel, external_id),
    unique (tenant, draft_id),
    foreign key (tenant, ticket_id, customer_id) references setright.tickets (tenant, ticket_id, customer_id)
);
call setright.lock_down('setright.messages');
create policy no_notes on setright.messages as restrictive for select to customer_scope
    using ('customer' = any (audience));
grant select, insert on setright.messages to operator_scope, customer_scope;

create table setright.attachments (
    tenant      text    not null,
    ticket_id   text    not null,
    customer_id text    not null,
    seq         integer not null,
    number      integer not null check (number > 0),
    name        text    not null,
    media_type  text    not null,
    size        integer not null check (size = octet_length(content)),
    sha256      text    not null,
    content     bytea   not null,
    primary key (tenant, ticket_id, seq, number),
    foreign key (tenant, ticket_id, seq) references setright.messages (tenant, ticket_id, seq),
    foreign key (tenant, ticket_id, customer_id) references setright.tickets (tenant, ticket_id, customer_id)
);
call setright.lock_down('setright.attachments');
grant select, insert on setright.attachments to operator_scope, customer_scope;

-- What a workflow must be told of. It carries all that a nudge needs and no words, so that the relay reads nothing else.
create table setright.outbox (
    id              bigint      generated always as identity primary key,
    tenant          text        not null,
    ticket_id       text        not null,
    customer_id     text        not null,
    channel         text        not null,
    identity        text        not null,
    kind            text        not null check (kind in ('message', 'decision', 'operator')),
    ref             bigint      not null,  -- the message's seq, or the decision's id
    created_at      timestamptz not null,
    delivered_at    timestamptz,
    attempts        integer     not null default 0,
    last_error_code text        check (last_error_code ~ '^[a-z][a-z0-9_]{0,62}$'),  -- a label, never an error's text
    unique (tenant, ticket_id, kind, ref),
    foreign key (tenant, ticket_id, customer_id) references setright.tickets (tenant, ticket_id, customer_id)
);
create index on setright.outbox (created_at, id) where delivered_at is null;
call setright.lock_down('setright.outbox');
create policy every_tenant on setright.outbox to relay using (true);
grant select, insert on setright.outbox to operator_scope, customer_scope;
grant update (delivered_at, attempts, last_error_code) on setright.outbox to operator_scope;
grant select, update (delivered_at, attempts, last_error_code) on setright.outbox to relay;

create function setright.announce_outbox() returns trigger
language plpgsql
as $$
begin
    perform pg_notify('setright_outbox', new.id::text);
    return null;
end
$$;
create trigger announce after insert on setright.outbox for each row execute function setright.announce_outbox();
