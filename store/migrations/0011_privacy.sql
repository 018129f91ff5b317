-- Keeping the heads of the audit chain outside the database, and erasing a customer's words.

-- Whoever keeps the heads sees the newest links of all tenants: numbers and digests.
create policy every_tenant_read on setright.tenant_heads for select to relay using (true);
grant select (tenant, number, hash) on setright.tenant_heads to relay;

-- Which customers were forgotten, when, who asked, and how many rows lost their words. The words are gone; that they
-- were erased is on record.
create table setright.erasures (
    id          bigint      generated always as identity primary key,
    tenant      text        not null,
    customer_id text        not null,
    asked_by    text        not null,
    at          timestamptz not null,
    counts      jsonb       not null
);
create index on setright.erasures (tenant, customer_id);
call setright.lock_down('setright.erasures');
call setright.make_append_only('setright.erasures');
grant select on setright.erasures to operator_scope;  -- rows come from erase_words alone
create policy every_tenant_read on setright.erasures for select to relay using (true);
grant select (id, tenant, customer_id, at) on setright.erasures to relay;

alter table setright.tickets add column erased_at timestamptz;

-- What is written once stays as it was written, but for words that are erased: by the function below, which runs as the
-- owner, and only into the mark that says so.
create function setright.refuse_change_but_erasure() returns trigger
language plpgsql
as $$
begin
    if tg_op = 'UPDATE'
        and current_user = 'setright_owner'
        and to_jsonb(new) - tg_argv = to_jsonb(old) - tg_argv
        and not exists (
            select from jsonb_each_text(to_jsonb(new)) as field
            where field.key = any (tg_argv) and field.value <> '[erased]'
        )
    then
        return new;
    end if;
    raise exception 'rows of % are never changed', tg_table_name using errcode = 'integrity_constraint_violation';
end
$$;
drop trigger append_only on setright.approval_requests;
create trigger append_only before update or delete on setright.approval_requests
    for each row execute function setright.refuse_change_but_erasure('rendered_text');
drop trigger append_only on setright.approval_decisions;
create trigger append_only before update or delete on setright.approval_decisions
    for each row execute function setright.refuse_change_but_erasure('reason');

-- An erased action keeps its status; only a statement that sets one moves it.
drop trigger legal_transition on setright.action_ledger;
create trigger legal_transition before insert or update of status on setright.action_ledger
    for each row execute function setright.check_action_transition();

do $$
declare
    locked text;
begin
    foreach locked in array array[
        'tickets', 'messages', 'attachments', 'drafts', 'contexts', 'facts', 'handoffs', 'ratings', 'approval_requests',
        'approval_decisions', 'action_ledger', 'idempotency', 'hook_conversations', 'erasures'
    ] loop
        execute format(
            'create policy erased_by_owner on setright.%I to setright_owner'
            ' using (tenant = setright.tenant()) with check (tenant = setright.tenant())', locked
        );
    end loop;
end
$$;

-- Erases one customer's words in the caller's tenant, and returns the tickets that lost theirs now. Amounts, ids,
-- digests, labels and times stay, and with them the ledger, the events and the chain. A column that will hold words is
-- one more line here (tests/integration/store/test_erasure.py knows of every column).
create function setright.erase_words(whose text, asker text, erased_when timestamptz) returns text[]
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    here constant text := setright.tenant();
    mark constant text := '[erased]';
    theirs text[];
    lost text[];
    counted jsonb;
begin
    -- Locked, so that nothing is written to them meanwhile; an open one would be worked on without its words.
    perform from setright.tickets where tenant = here and customer_id = whose for update;
    select
        coalesce(array_agg(ticket_id), '{}'), coalesce(array_agg(ticket_id) filter (where erased_at is null), '{}')
    into theirs, lost
    from setright.tickets where tenant = here and customer_id = whose;
    if exists (
        select from setright.tickets where tenant = here and ticket_id = any (theirs) and status <> 'closed'
    ) or exists (
        select from setright.action_ledger
        where tenant = here and ticket_id = any (theirs) and status in ('authorised', 'claimed', 'unknown')
    ) then
        raise exception 'a ticket is not closed, or an action not settled'
            using errcode = 'check_violation', constraint = 'only_what_is_settled_is_erased';
    end if;
    with gone_messages as (
        update setright.messages set text = mark, external_id = null
        where tenant = here and customer_id = whose and text <> mark returning 1
    ), gone_attachments as (
        delete from setright.attachments where tenant = here and customer_id = whose returning 1
    ), gone_drafts as (
        update setright.drafts set text = mark where tenant = here and customer_id = whose and text <> mark returning 1
    ), gone_contexts as (
        delete from setright.contexts where tenant = here and customer_id = whose returning 1
    ), gone_facts as (
        delete from setright.facts where tenant = here and customer_id = whose returning 1
    ), gone_packets as (
        update setright.handoffs
        set packet = packet || jsonb_build_object(
            'summary', mark, 'slots', '{}'::jsonb, 'known', '{}'::jsonb, 'attachments', '[]'::jsonb,
            'told_customer', mark, 'open_question', mark, 'suggested_next_step', mark
        )
        where tenant = here and customer_id = whose and packet ->> 'summary' <> mark returning 1
    ), gone_comments as (
        update setright.ratings set comment = null
        where tenant = here and customer_id = whose and comment is not null returning 1
    ), gone_requests as (
        update setright.approval_requests set rendered_text = mark
        where tenant = here and customer_id = whose and rendered_text <> mark returning 1
    ), gone_reasons as (
        update setright.approval_decisions set reason = mark
        where tenant = here and customer_id = whose and reason <> mark returning 1
    ), gone_arguments as (
        update setright.action_ledger
        set args = '{}', outcome = case when outcome ? 'facts' then outcome || '{"facts": {}}' else outcome end
        where tenant = here and customer_id = whose and args <> '{}' returning 1
    ), gone_answers as (  -- kept as keys, so that the request is not carried out again
        update setright.idempotency set status = 410, response = 'null'
        where tenant = here and status <> 410
            and (response ->> 'ticket_id' = any (theirs) or substring(route from 'T-[0-9A-Z]{8}') = any (theirs))
        returning 1
    ), gone_conversations as (
        delete from setright.hook_conversations where tenant = here and customer_id = whose returning 1
    ), gone_tickets as (
        update setright.tickets set subject = null, erased_at = erased_when
        where tenant = here and ticket_id = any (lost) returning 1
    )
    select jsonb_build_object(
        'tickets', (select count(*) from gone_tickets),
        'messages', (select count(*) from gone_messages),
        'attachments', (select count(*) from gone_attachments),
        'drafts', (select count(*) from gone_drafts),
        'contexts', (select count(*) from gone_contexts),
        'facts', (select count(*) from gone_facts),
        'handoffs', (select count(*) from gone_packets),
        'ratings', (select count(*) from gone_comments),
        'approval_requests', (select count(*) from gone_requests),
        'approval_decisions', (select count(*) from gone_reasons),
        'actions', (select count(*) from gone_arguments),
        'answers', (select count(*) from gone_answers),
        'conversations', (select count(*) from gone_conversations)
    ) into counted;
    insert into setright.erasures (tenant, customer_id, asked_by, at, counts)
    values (here, whose, asker, erased_when, counted);
    return lost;
end
$$;
grant execute on function setright.erase_words(text, text, timestamptz) to operator_scope;
