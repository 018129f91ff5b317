-- Approvals, and the ledger that makes an action happen once.

create table setright.approval_requests (
    tenant         text        not null,
    approval_id    text        not null,  -- the id of the action it is about
    ticket_id      text        not null,
    customer_id    text        not null,
    action         jsonb       not null,  -- the proposal, whose canonical form the digest is of
    args_sha256    text        not null check (args_sha256 ~ '^[0-9a-f]{64}$'),
    rendered_text  text        not null,
    role           text        not null,
    approvers      integer     not null check (approvers between 1 and 3),
    rules          text[]      not null,
    policy_version text        not null,
    requested_at   timestamptz not null,
    expires_at     timestamptz not null check (expires_at > requested_at),
    primary key (tenant, approval_id),
    foreign key (tenant, ticket_id, customer_id) references setright.tickets (tenant, ticket_id, customer_id)
);
create index on setright.approval_requests (tenant, ticket_id);
call setright.lock_down('setright.approval_requests');
call setright.make_append_only('setright.approval_requests');
grant select, insert on setright.approval_requests to operator_scope;
grant select on setright.approval_requests to customer_scope;

create table setright.approval_decisions (
    id          bigint      generated always as identity primary key,
    tenant      text        not null,
    approval_id text        not null,
    ticket_id   text        not null,
    customer_id text        not null,
    verdict     text        not null check (verdict in ('approved', 'declined', 'amended')),
    args_sha256 text        not null check (args_sha256 ~ '^[0-9a-f]{64}$'),
    decided_by  text        not null,
    reason      text,
    amended     jsonb       check ((amended is not null) = (verdict = 'amended')),
    at          timestamptz not null,
    auth_method text        not null,
    unique (tenant, approval_id, decided_by),
    unique (tenant, approval_id, id),
    foreign key (tenant, approval_id) references setright.approval_requests (tenant, approval_id),
    foreign key (tenant, ticket_id, customer_id) references setright.tickets (tenant, ticket_id, customer_id)
);
call setright.lock_down('setright.approval_decisions');
call setright.make_append_only('setright.approval_decisions');
grant select, insert on setright.approval_decisions to operator_scope;
-- Where an action is carried out, what was decided must be known, but not the operator's words.
grant select (id, tenant, approval_id, ticket_id, customer_id, verdict, args_sha256, amended, at)
    on setright.approval_decisions to customer_scope;

-- The one slot of an approval: the first valid answer, expiry or withdrawal takes it.
create table setright.approval_settlements (
    tenant      text        not null,
    approval_id text        not null,
    ticket_id   text        not null,
    customer_id text        not null,
    how         text        not null check (how in ('approved', 'declined', 'amended', 'expired', 'withdrawn')),
    decision_id bigint      check ((decision_id is not null) = (how in ('approved', 'declined', 'amended'))),
    at          timestamptz not null,
    primary key (tenant, approval_id),
    foreign key (tenant, approval_id) references setright.approval_requests (tenant, approval_id),
    foreign key (tenant, approval_id, decision_id) references setright.approval_decisions (tenant, approval_id, id),
    foreign key (tenant, ticket_id, customer_id) references setright.tickets (tenant, ticket_id, customer_id)
);
call setright.lock_down('setright.approval_settlements');
call setright.make_append_only('setright.approval_settlements');
grant select, insert on setright.approval_settlements to operator_scope;
grant select on setright.approval_settlements to customer_scope;

-- Which status may follow which. A proposal may wait for approval without holding the business key; from `authorised` on
-- it holds it, until the system of record has refused it for good.
create table setright.action_transitions (
    before text not null,
    after  text not null,
    primary key (before, after)
);
insert into setright.action_transitions (before, after) values
    ('none', 'proposed'),
    ('proposed', 'authorised'),
    ('proposed', 'failed'),      -- declined, expired, withdrawn, or somebody else carries it out
    ('authorised', 'claimed'),
    ('claimed', 'claimed'),      -- another attempt under the same key
    ('claimed', 'succeeded'),
    ('claimed', 'failed'),
    ('claimed', 'unknown'),
    ('unknown', 'reconciled'),   -- a look-up or a person found that it took effect
    ('unknown', 'failed');       -- … or that it certainly did not
revoke all on setright.action_transitions from public;
grant select on setright.action_transitions to operator_scope, customer_scope;

create table setright.action_ledger (
    tenant          text        not null,
    action_id       text        not null,
    ticket_id       text        not null,
    customer_id     text        not null,
    action          text        not null,
    business_key    text        not null,
    generation      integer     check (generation > 0),
    idempotency_key text,
    proposal        jsonb       not null,  -- as it was judged and approved: the digest is of this
    args_sha256     text        not null check (args_sha256 ~ '^[0-9a-f]{64}$'),
    args            jsonb       not null,  -- as it is sent to the system of record
    amount          bigint      check (amount between 0 and 1000000000000),
    currency        text        check (currency ~ '^[A-Z]{3}$'),
    status          text        not null,
    approval_id     text,
    policy_version  text        not null,
    rules           text[]      not null,
    code            text,
    outcome         jsonb,
    attempts        integer     not null default 0,
    proposed_at     timestamptz not null,
    claimed_at      timestamptz,
    settled_at      timestamptz,
    primary key (tenant, action_id),
    unique (tenant, idempotency_key),
    foreign key (tenant, ticket_id, customer_id) references setright.tickets (tenant, ticket_id, customer_id),
    foreign key (tenant, approval_id) references setright.approval_requests (tenant, approval_id),
    check ((amount is null) = (currency is null)),
    check ((generation is null) = (idempotency_key is null)),
    check (idempotency_key is not null or status in ('proposed', 'failed')),
    check ((claimed_at is not null) or status in ('proposed', 'authorised', 'failed')),
    check ((settled_at is not null) = (status in ('succeeded', 'failed', 'reconciled')))
);
-- The lock on doing the same thing twice: one live row for one intent, over all tickets and for ever.
create unique index one_live_row_per_intent on setright.action_ledger (tenant, action, business_key)
    where status not in ('proposed', 'failed');
create unique index one_row_per_generation on setright.action_ledger (tenant, action, business_key, generation);
create index on setright.action_ledger (tenant, ticket_id);
call setright.lock_down('setright.action_ledger');
grant select, insert on setright.action_ledger to operator_scope, customer_scope;
-- What was asked for is never changed, only how far it came.
grant update (status, generation, idempotency_key, approval_id, code, outcome, attempts, claimed_at, settled_at)
    on setright.action_ledger to operator_scope, customer_scope;

create function setright.check_action_transition() returns trigger
language plpgsql
as $$
declare
    previous constant text := case when tg_op = 'INSERT' then 'none' else old.status end;
begin
    if not exists (
        select from setright.action_transitions as legal where legal.before = previous and legal.after = new.status
    ) then
        raise exception 'an action that is % cannot become %', previous, new.status
            using errcode = 'check_violation', constraint = 'action_transitions';
    end if;
    return new;
end
$$;
create trigger legal_transition before insert or update on setright.action_ledger
    for each row execute function setright.check_action_transition();
