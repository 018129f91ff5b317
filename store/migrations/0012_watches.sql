-- Effects that settle later, and providers that say so.

-- What took effect may turn out not to have lasted: a refund that comes back from a closed card, or one that was undone.
-- Only then is its intent free again, and the next attempt gets a new key.
insert into setright.action_transitions (before, after) values ('succeeded', 'failed'), ('reconciled', 'failed');

-- A provider says that something changed about an effect; what, is looked up. The id is what the outbox refers to.
create table setright.effect_changes (
    id          bigint      generated always as identity primary key,
    tenant      text        not null,
    ticket_id   text        not null,
    customer_id text        not null,
    action_id   text        not null,
    at          timestamptz not null,
    foreign key (tenant, action_id) references setright.action_ledger (tenant, action_id),
    foreign key (tenant, ticket_id, customer_id) references setright.tickets (tenant, ticket_id, customer_id)
);
call setright.lock_down('setright.effect_changes');
call setright.make_append_only('setright.effect_changes');
grant select, insert on setright.effect_changes to operator_scope;
-- Found by the provider's own id of an effect, or by the key it was sent under (which is unique already).
create index on setright.action_ledger (tenant, (outcome ->> 'ref')) where outcome ? 'ref';

-- Whether an operator's message solves the ticket: said in the row, so that whoever delivers it knows.
alter table setright.messages add column solves boolean not null default false;

alter table setright.outbox drop constraint outbox_kind_check;
alter table setright.outbox add constraint outbox_kind_check
    check (kind in ('message', 'decision', 'operator', 'code', 'resume', 'watch'));  -- of a watch, ref is the effect change
