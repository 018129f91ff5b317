-- name: tenants_with_hooks
select distinct tenant from setright.hooks
where direction = 'outbound' and disabled_at is null and removed_at is null
order by tenant

-- name: hooks_behind
select hook_id, events, told_up_to from setright.hooks
where tenant = %(tenant)s and direction = 'outbound' and disabled_at is null and removed_at is null
    and told_up_to < (select coalesce(max(number), 0) from setright.tenant_heads where tenant = %(tenant)s)
order by hook_id
for update skip locked

-- name: insert_calls
-- A head tells up to which event a ticket had come; what is new with it came after the ticket's head before.
insert into setright.hook_calls (tenant, hook_id, ticket_id, seq, due_at, created_at)
select event.tenant, %(hook_id)s, event.ticket_id, event.seq, %(at)s, %(at)s
from setright.tenant_heads as head
join setright.events as event
    on event.tenant = head.tenant and event.ticket_id = head.ticket_id and event.seq <= head.ticket_seq
    and event.seq > coalesce((
        select max(before.ticket_seq) from setright.tenant_heads as before
        where before.tenant = head.tenant and before.ticket_id = head.ticket_id and before.number < head.number
    ), 0)
where head.tenant = %(tenant)s and head.number > %(after)s and head.number <= %(upto)s
    and event.kind = any (%(kinds)s)
on conflict do nothing

-- name: told_up_to
update setright.hooks
set told_up_to = least(%(upto)s, (select max(number) from setright.tenant_heads where tenant = %(tenant)s))
where tenant = %(tenant)s and hook_id = %(hook_id)s

-- name: insert_conflict_calls
-- A conflict is no ticket's: it is told once each time it is opened, to the hooks that want to hear of it.
insert into setright.hook_calls (tenant, hook_id, ticket_id, seq, due_at, created_at)
select conflict.tenant, hook.hook_id, conflict.conflict_id, conflict.times_opened, %(at)s, %(at)s
from setright.hooks as hook
join setright.knowledge_conflicts as conflict
    on conflict.tenant = hook.tenant and conflict.found_at >= hook.created_at and conflict.status = 'open'
where hook.tenant = %(tenant)s and hook.direction = 'outbound' and hook.disabled_at is null and hook.removed_at is null
    and %(event)s = any (hook.events)
on conflict do nothing

-- name: claim_due
-- The lease keeps others away while it is sent; whoever is killed in between lets it run out.
with claimed as (
    update setright.hook_calls as call
    set due_at = %(leased_until)s, attempts = call.attempts + 1
    where call.tenant = %(tenant)s
        and (call.hook_id, call.ticket_id, call.seq) in (
            select due.hook_id, due.ticket_id, due.seq
            from setright.hook_calls as due join setright.hooks as live
                on live.tenant = due.tenant and live.hook_id = due.hook_id
            where due.tenant = %(tenant)s and due.ended_at is null and due.due_at <= %(at)s
                and live.disabled_at is null and live.removed_at is null
            order by due.due_at, due.ticket_id, due.seq
            limit %(limit)s
            for update of due skip locked
        )
    returning call.tenant, call.hook_id, call.ticket_id, call.seq, call.attempts, call.created_at
)

select claimed.tenant, claimed.hook_id, hook.url, hook.version, hook.rotated_at, claimed.ticket_id, claimed.seq,
    coalesce(event.kind, 'conflict_found') as kind, coalesce(event.at, conflict.found_at) as at,
    coalesce(event.body, jsonb_build_object(
        'conflict_id', conflict.conflict_id, 'kind', conflict.kind,
        'articles', jsonb_build_array(a.slug, b.slug), 'passages', jsonb_build_array(conflict.passage_a, conflict.passage_b)
    )) as body,
    claimed.attempts, claimed.created_at
from claimed
join setright.hooks as hook on hook.tenant = claimed.tenant and hook.hook_id = claimed.hook_id
left join setright.events as event
    on event.tenant = claimed.tenant and event.ticket_id = claimed.ticket_id and event.seq = claimed.seq
left join setright.knowledge_conflicts as conflict
    on conflict.tenant = claimed.tenant and conflict.conflict_id = claimed.ticket_id
left join setright.passages as a on a.tenant = conflict.tenant and a.id = conflict.passage_a
left join setright.passages as b on b.tenant = conflict.tenant and b.id = conflict.passage_b
where event.ticket_id is not null or conflict.conflict_id is not null

-- name: note_call
update setright.hook_calls
set last_status = %(status)s, last_error_code = %(code)s, due_at = coalesce(%(due_at)s, due_at), ended_at = %(ended_at)s,
    is_delivered = %(is_delivered)s
where tenant = %(tenant)s and hook_id = %(hook_id)s and ticket_id = %(ticket_id)s and seq = %(seq)s
    and ended_at is null

-- name: note_health
update setright.hooks
set failing_since = case when %(is_well)s then null else coalesce(failing_since, %(at)s) end,
    disabled_at = case
        when %(is_well)s then disabled_at
        when %(is_gone)s or coalesce(failing_since, %(at)s) <= %(given_up_before)s then coalesce(disabled_at, %(at)s)
        else disabled_at
    end
where tenant = %(tenant)s and hook_id = %(hook_id)s
