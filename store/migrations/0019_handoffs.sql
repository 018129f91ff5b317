-- Promises of queues: the clock that runs on a ticket, notes that a workflow hears of, and tickets put off by an operator.

-- A projection like the rest of the row; `sla` is the clock as the workflow has it (domain/sla.py).
alter table setright.tickets add column sla jsonb;
alter table setright.tickets add column sla_due_at timestamptz;       -- the next promise; null: none runs
alter table setright.tickets add column sla_breached_at timestamptz;  -- when the first one was broken, since it was handed off
create index on setright.tickets (tenant, sla_due_at) where sla_due_at is not null;
grant update (sla, sla_due_at, sla_breached_at) on setright.tickets to operator_scope;

-- An operator's own view of what waits: no workflow hears of it, nothing else changes by it.
create table setright.ticket_snoozes (
    id          bigint      generated always as identity primary key,
    tenant      text        not null,
    ticket_id   text        not null,
    customer_id text        not null,
    operator_id text        not null,
    until       timestamptz not null,
    at          timestamptz not null,
    foreign key (tenant, ticket_id, customer_id) references setright.tickets (tenant, ticket_id, customer_id)
);
create index on setright.ticket_snoozes (tenant, operator_id, ticket_id, id desc);
call setright.lock_down('setright.ticket_snoozes');
call setright.make_append_only('setright.ticket_snoozes');
grant select, insert on setright.ticket_snoozes to operator_scope;

alter table setright.outbox drop constraint outbox_kind_check;
alter table setright.outbox add constraint outbox_kind_check
    check (kind in ('message', 'decision', 'operator', 'code', 'resume', 'watch', 'note'));  -- of a note, ref is its seq

-- Packets of version 2 hold a few more words; whoever erases one erases those too.
create function setright.erase_whole_packet() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    if new.packet ->> 'summary' = '[erased]' then
        new.packet := (new.packet || '{"known_from": {}, "waiting": []}'::jsonb) - 'customer';
    end if;
    return new;
end
$$;
create trigger whole_packet_goes before update on setright.handoffs
    for each row execute function setright.erase_whole_packet();
