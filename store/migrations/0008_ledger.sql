-- Caps and budgets of the ledger, pauses, and what makes an approval count.

-- What an action is summed up under (`order:10042/EUR`: never more than was paid), and the procedure it belongs to.
alter table setright.action_ledger add column subject text, add column procedure text;
create index on setright.action_ledger (tenant, subject) where subject is not null;
create index on setright.action_ledger (tenant, currency, claimed_at) where amount is not null;
-- Whoever sees one customer's rows alone cannot sum up a tenant's day nor know who approved: such a scope claims nothing.
revoke insert on setright.action_ledger from customer_scope;
revoke update (status, generation, idempotency_key, approval_id, code, outcome, attempts, claimed_at, settled_at)
    on setright.action_ledger from customer_scope;

create table setright.pauses (
    id        bigint      generated always as identity primary key,
    tenant    text        not null,
    scope     text        not null check (scope in ('all', 'action', 'procedure')),
    name      text        check ((name is null) = (scope = 'all')),
    paused_by text        not null,
    reason    text        not null,
    at        timestamptz not null,
    unique (tenant, id)
);
call setright.lock_down('setright.pauses');
call setright.make_append_only('setright.pauses');
grant select, insert on setright.pauses to operator_scope;

create table setright.pause_ends (
    tenant    text        not null,
    pause_id  bigint      not null,
    lifted_by text        not null,
    at        timestamptz not null,
    primary key (tenant, pause_id),
    foreign key (tenant, pause_id) references setright.pauses (tenant, id)
);
call setright.lock_down('setright.pause_ends');
call setright.make_append_only('setright.pause_ends');
grant select, insert on setright.pause_ends to operator_scope;

-- The actions that a pause holds back: whose tickets are to be told when it ends.
create table setright.held_actions (
    tenant      text        not null,
    pause_id    bigint      not null,
    action_id   text        not null,
    ticket_id   text        not null,
    customer_id text        not null,
    at          timestamptz not null,
    primary key (tenant, pause_id, action_id),
    foreign key (tenant, pause_id) references setright.pauses (tenant, id),
    foreign key (tenant, ticket_id, customer_id) references setright.tickets (tenant, ticket_id, customer_id)
);
call setright.lock_down('setright.held_actions');
call setright.make_append_only('setright.held_actions');
grant select, insert on setright.held_actions to operator_scope;

alter table setright.outbox drop constraint outbox_kind_check;
alter table setright.outbox add constraint outbox_kind_check
    check (kind in ('message', 'decision', 'operator', 'resume'));  -- of a resume, ref is the pause that has ended

-- Whom an operator's key lets approve: the tenant's roles, or '*' for all. Keys made before roles were kept approve what
-- they could approve then.
alter table setright.api_keys add column roles text[] not null default '{*}';
alter table setright.api_keys alter column roles set default '{}';
drop function setright.auth_lookup(bytea);
create function setright.auth_lookup(key_sha256 bytea)
returns table (id bigint, tenant text, scopes text[], operator_id text, roles text[])
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select found.id, found.tenant, found.scopes, found.operator_id, found.roles
    from setright.api_keys as found
    where found.sha256 = key_sha256 and found.revoked_at is null
$$;
grant execute on function setright.auth_lookup(bytea) to auth;

-- Who asked, where a person did: nobody approves their own request. And the amount that approvers are shown: where it is
-- no argument but follows from the records, it may have grown by the time the action is carried out.
alter table setright.approval_requests
    add column requested_by text,
    add column amount bigint check (amount between 0 and 1000000000000),
    add column currency text check (currency ~ '^[A-Z]{3}$'),
    add check ((amount is null) = (currency is null));
-- The roles of whoever decided, as they were then, and whether the key was a person's own.
alter table setright.approval_decisions
    add column roles text[] not null default '{*}',
    add column key_kind text not null default 'operator' check (key_kind in ('operator', 'service'));
alter table setright.approval_decisions alter column roles drop default, alter column key_kind drop default;

-- Not now: hides a request from the list of what waits, and changes nothing else about it. The newest row counts.
create table setright.approval_snoozes (
    id          bigint      generated always as identity primary key,
    tenant      text        not null,
    approval_id text        not null,
    ticket_id   text        not null,
    customer_id text        not null,
    snoozed_by  text        not null,
    until       timestamptz not null,
    at          timestamptz not null,
    foreign key (tenant, approval_id) references setright.approval_requests (tenant, approval_id),
    foreign key (tenant, ticket_id, customer_id) references setright.tickets (tenant, ticket_id, customer_id)
);
create index on setright.approval_snoozes (tenant, approval_id, id);
call setright.lock_down('setright.approval_snoozes');
call setright.make_append_only('setright.approval_snoozes');
grant select, insert on setright.approval_snoozes to operator_scope;
