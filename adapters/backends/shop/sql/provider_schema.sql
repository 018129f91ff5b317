-- The payment provider: another company's books. It shares a server with the shop only because it is a fake; no role of
-- the shop may look into it.

create schema if not exists provider;

create table if not exists provider.methods (
    tenant text not null,
    ref    text not null,
    kind   text not null check (kind in ('card', 'paypal', 'bank')),
    state  text not null check (state in ('active', 'expired_card', 'card_closed', 'account_closed')),
    primary key (tenant, ref)
);

create table if not exists provider.charges (
    tenant     text not null,
    ref        text not null,
    method     text not null,
    amount     bigint not null check (amount > 0),
    currency   text not null,
    status     text not null check (status in ('succeeded', 'failed')),
    metadata   jsonb not null,
    created_at timestamptz not null,
    primary key (tenant, ref),
    foreign key (tenant, method) references provider.methods (tenant, ref)
);
create index if not exists charges_by_metadata on provider.charges using gin (metadata jsonb_path_ops);

create table if not exists provider.refunds (
    tenant      text not null,
    ref         text not null,
    charge      text, -- null for a credit: money given without a charge to take it from
    method      text not null, -- where the money goes
    amount      bigint not null check (amount > 0),
    currency    text not null,
    status      text not null check (status in ('pending', 'succeeded', 'failed', 'cancelled')),
    failure     text check (failure in ('transient', 'card_closed', 'account_closed', 'expired_card', 'unknown')),
    metadata    jsonb not null,
    created_at  timestamptz not null,
    expected_on date,
    primary key (tenant, ref),
    foreign key (tenant, charge) references provider.charges (tenant, ref),
    foreign key (tenant, method) references provider.methods (tenant, ref),
    check ((status = 'failed') = (failure is not null))
);
create index if not exists refunds_of_charge on provider.refunds (tenant, charge);
create index if not exists credits_to_method on provider.refunds (tenant, method) where charge is null;

-- The first answer per idempotency key, kept once execution has begun, errors of the provider's own included.
create table if not exists provider.requests (
    tenant        text not null,
    key           text not null,
    operation     text not null,
    params_sha256 text not null,
    status        integer not null,
    body          jsonb not null,
    at            timestamptz not null,
    primary key (tenant, key)
);

-- Faults to inject, from any process: the next `remaining` calls of `operation` meet them.
create table if not exists provider.faults (
    tenant    text not null,
    id        bigint generated always as identity,
    operation text not null,
    kind      text not null check (kind in ('fail_before', 'timeout_after_commit', 'answer_500_forever', 'slow',
                                            'refuse_card_closed', 'pending', 'fail_transient')),
    remaining integer not null check (remaining >= 0),
    delay_ms  integer not null default 0 check (delay_ms >= 0),
    primary key (tenant, id)
);

-- Every call, and what it did: counting 'executed' per key proves that nothing was done twice.
create table if not exists provider.calls (
    tenant    text not null,
    id        bigint generated always as identity,
    operation text not null,
    key       text,
    result    text not null check (result in ('executed', 'replayed', 'refused', 'errored', 'read', 'unreached')),
    effect    text, -- the ref of the charge or refund it made
    at        timestamptz not null default clock_timestamp(), -- for people; nothing decides by it
    primary key (tenant, id)
);
create index if not exists calls_by_key on provider.calls (tenant, key);

do $$
begin
    create role payment_provider nologin noinherit nosuperuser nobypassrls nocreatedb nocreaterole noreplication;
exception when duplicate_object or unique_violation then
    null; -- roles belong to the whole server: it was there before, or another database of it has just made it
end
$$;

grant usage on schema provider to payment_provider;
grant select on all tables in schema provider to payment_provider;
grant insert on provider.charges, provider.refunds, provider.requests, provider.faults, provider.calls
    to payment_provider;
grant update (status) on provider.charges to payment_provider; -- a row lock asks for it
grant update (status, failure) on provider.refunds to payment_provider;
grant update (remaining) on provider.faults to payment_provider;
grant delete on provider.requests to payment_provider;
