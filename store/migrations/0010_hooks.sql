-- Hooks: outbound ones tell other systems what happens on tickets, inbound ones take what other systems tell us.

-- Secrets are derived from the installation's secret, a hook's id and the version below: none is stored.
create table setright.hooks (
    tenant           text        not null,
    hook_id          text        not null unique check (hook_id ~ '^H-[0-9A-HJKMNP-TV-Z]{8}$'),
    direction        text        not null check (direction in ('outbound', 'inbound')),
    url              text        check (length(url) <= 2000),
    events           text[]      not null default '{}',
    told_up_to       bigint      not null default 0,  -- the tenant's head up to which events have become calls
    source           text        check (source ~ '^[a-z][a-z0-9_]{0,62}$'),
    asserts_identity boolean     not null default false,
    version          integer     not null default 1 check (version > 0),
    rotated_at       timestamptz check ((rotated_at is not null) = (version > 1)),
    failing_since    timestamptz,
    disabled_at      timestamptz,
    created_at       timestamptz not null,
    created_by       text        not null,
    removed_at       timestamptz,
    primary key (tenant, hook_id),
    check ((url is not null) = (direction = 'outbound')),
    check ((source is not null) = (direction = 'inbound')),
    check ((cardinality(events) > 0) = (direction = 'outbound'))
);
call setright.lock_down('setright.hooks');
create unique index one_hook_per_source on setright.hooks (tenant, source) where removed_at is null;
create policy every_tenant on setright.hooks to relay using (true);
grant select, insert on setright.hooks to operator_scope;
grant update (told_up_to, version, rotated_at, failing_since, disabled_at, removed_at) on setright.hooks
    to operator_scope;
grant select (tenant, direction, disabled_at, removed_at) on setright.hooks to relay;  -- whose hooks to look after

-- What must be told to whom. It names an event and holds none of it: the body is made when it is sent.
create table setright.hook_calls (
    tenant          text        not null,
    hook_id         text        not null,
    ticket_id       text        not null,
    seq             integer     not null,
    due_at          timestamptz not null,
    created_at      timestamptz not null,
    attempts        integer     not null default 0,
    last_status     integer,
    last_error_code text        check (last_error_code ~ '^[a-z][a-z0-9_]{0,62}$'),  -- a label, never an error's text
    ended_at        timestamptz,
    is_delivered    boolean     not null default false check (not is_delivered or ended_at is not null),
    primary key (tenant, hook_id, ticket_id, seq),
    foreign key (tenant, hook_id) references setright.hooks (tenant, hook_id),
    foreign key (tenant, ticket_id, seq) references setright.events (tenant, ticket_id, seq)
);
create index on setright.hook_calls (tenant, due_at) where ended_at is null;
call setright.lock_down('setright.hook_calls');
grant select, insert on setright.hook_calls to operator_scope;
grant update (due_at, attempts, last_status, last_error_code, ended_at, is_delivered) on setright.hook_calls
    to operator_scope;

-- Which deliveries of other systems were taken, for ever: a second one changes nothing, however late it comes.
create table setright.hook_deliveries (
    tenant      text        not null,
    source      text        not null check (source ~ '^[a-z][a-z0-9_]{0,62}$'),
    delivery_id text        not null check (length(delivery_id) between 1 and 255),
    at          timestamptz not null,
    primary key (tenant, source, delivery_id)
);
call setright.lock_down('setright.hook_deliveries');
grant select, insert on setright.hook_deliveries to operator_scope;

-- On which ticket a conversation of another system goes on: the newest row counts.
create table setright.hook_conversations (
    number          bigint  generated always as identity primary key,
    tenant          text    not null,
    source          text    not null,
    conversation_id text    not null check (length(conversation_id) between 1 and 255),
    ticket_id       text    not null,
    customer_id     text    not null,
    foreign key (tenant, ticket_id, customer_id) references setright.tickets (tenant, ticket_id, customer_id)
);
create index on setright.hook_conversations (tenant, source, conversation_id, number desc);
create index on setright.hook_conversations (tenant, customer_id);  -- for whoever erases a customer
call setright.lock_down('setright.hook_conversations');
grant select, insert on setright.hook_conversations to operator_scope;
