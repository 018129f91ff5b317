-- What a turn leaves behind: replies drafted, what was known of the customer, answers read, handoffs; and ratings.

create table setright.drafts (
    id          bigint      generated always as identity primary key,
    tenant      text        not null,
    ticket_id   text        not null,
    customer_id text        not null,
    turn        integer     not null,
    attempt     integer     not null,
    text        text        not null,
    sha256      text        not null,
    parts       jsonb       not null,
    citations   bigint[]    not null,  -- passage ids
    findings    jsonb,                 -- null until it was checked
    created_at  timestamptz not null,
    unique (tenant, ticket_id, turn, attempt, sha256),
    foreign key (tenant, ticket_id, customer_id) references setright.tickets (tenant, ticket_id, customer_id)
);
call setright.lock_down('setright.drafts');
grant select, insert, update (findings) on setright.drafts to operator_scope, customer_scope;

-- The customer context of a turn, as it was. `key` is given by the workflow, so that a retried activity finds its row.
create table setright.contexts (
    id          bigint      generated always as identity primary key,
    tenant      text        not null,
    ticket_id   text        not null,
    customer_id text        not null,
    turn        integer     not null,
    key         text        not null,
    body        jsonb       not null,
    at          timestamptz not null,
    unique (tenant, ticket_id, key),
    foreign key (tenant, ticket_id, customer_id) references setright.tickets (tenant, ticket_id, customer_id)
);
call setright.lock_down('setright.contexts');
grant select, insert on setright.contexts to operator_scope, customer_scope;

-- The answers of read actions.
create table setright.facts (
    id          bigint      generated always as identity primary key,
    tenant      text        not null,
    ticket_id   text        not null,
    customer_id text        not null,
    turn        integer     not null,
    action_id   text        not null,
    name        text        not null,
    body        jsonb       not null,
    at          timestamptz not null,
    unique (tenant, action_id),
    foreign key (tenant, ticket_id, customer_id) references setright.tickets (tenant, ticket_id, customer_id)
);
create index on setright.facts (tenant, ticket_id, id);
call setright.lock_down('setright.facts');
grant select, insert on setright.facts to operator_scope, customer_scope;

create table setright.handoffs (
    id          bigint      generated always as identity primary key,
    tenant      text        not null,
    ticket_id   text        not null,
    customer_id text        not null,
    turn        integer     not null,
    reason      text        not null,
    queue       text        not null,
    is_urgent   boolean     not null,
    packet      jsonb       not null,
    created_at  timestamptz not null,
    accepted_by text,
    accepted_at timestamptz,
    unique (tenant, ticket_id, turn),
    check ((accepted_by is null) = (accepted_at is null)),
    foreign key (tenant, ticket_id, customer_id) references setright.tickets (tenant, ticket_id, customer_id)
);
create index on setright.handoffs (tenant, created_at) where accepted_at is null;
call setright.lock_down('setright.handoffs');
grant select, insert, update (accepted_by, accepted_at) on setright.handoffs to operator_scope;

create table setright.ratings (
    tenant      text        not null,
    ticket_id   text        not null,
    customer_id text        not null,
    score       integer     not null check (score between 1 and 5),
    comment     text,
    rated_by    text        not null,
    at          timestamptz not null,
    primary key (tenant, ticket_id),
    foreign key (tenant, ticket_id, customer_id) references setright.tickets (tenant, ticket_id, customer_id)
);
call setright.lock_down('setright.ratings');
grant select, insert, update (score, comment, rated_by, at) on setright.ratings to operator_scope, customer_scope;

-- Every version of a procedure that a ticket may have been started under.
create table setright.procedure_versions (
    tenant   text        not null,
    name     text        not null,
    version  text        not null,
    body     jsonb       not null,
    saved_at timestamptz not null,
    primary key (tenant, name, version)
);
call setright.lock_down('setright.procedure_versions');
call setright.make_append_only('setright.procedure_versions');
grant select, insert on setright.procedure_versions to operator_scope;
