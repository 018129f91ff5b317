-- What is asked of chat models: one row per call, failed ones too. Tokens, money and times; never words.

-- A call is written down before it is made, so that one which a dying worker made counts as well. Temporal's own names
-- of the attempt and the call's number within it are the key: a retry adds rows and never hides one.
create table setright.model_calls (
    id           bigint      generated always as identity primary key,
    tenant       text        not null,
    ticket_id    text        not null,
    customer_id  text        not null,
    purpose      text        not null check (purpose in ('understand', 'plan', 'draft')),
    workflow_id  text        not null,
    run_id       text        not null,
    activity_id  text        not null,
    attempt      integer     not null check (attempt > 0),
    number       integer     not null check (number > 0),
    provider     text        not null,
    model        text        not null,
    begun_at     timestamptz not null,
    outcome      text        not null default 'begun' check (outcome in (
        'begun', 'answered', 'unusable', 'refused', 'rate_limited', 'timed_out', 'unavailable', 'rejected'
    )),
    input        integer     check (input >= 0),        -- tokens, the cached ones among them; null: not told
    cached_read  integer     check (cached_read >= 0),
    cache_write  integer     check (cache_write >= 0),
    output       integer     check (output >= 0),       -- tokens, those of reasoning among them
    reasoning    integer     check (reasoning >= 0),
    microdollars bigint      check (microdollars >= 0), -- null: nobody knows, which is not the same as nothing
    price_source text        not null default 'unknown',
    latency_ms   integer     check (latency_ms >= 0),
    unique (tenant, ticket_id, workflow_id, run_id, activity_id, attempt, number),
    check (price_source <> 'unknown' or microdollars is null),
    foreign key (tenant, ticket_id, customer_id) references setright.tickets (tenant, ticket_id, customer_id)
);
create index on setright.model_calls (tenant, ticket_id, id);
create index on setright.model_calls (tenant, provider, model, id);
call setright.lock_down('setright.model_calls');
grant select, insert on setright.model_calls to operator_scope;
grant update (outcome, input, cached_read, cache_write, output, reasoning, microdollars, price_source, latency_ms)
    on setright.model_calls to operator_scope;
