-- name: lock_hooks
-- one writer at a time per tenant, until the transaction ends
select pg_advisory_xact_lock(hashtextextended('setright.hooks ' || %(tenant)s, 0))

-- name: count_hooks
select count(*) from setright.hooks where tenant = %(tenant)s and removed_at is null

-- name: insert_hook
insert into setright.hooks (
    tenant, hook_id, direction, url, events, told_up_to, source, asserts_identity, created_at, created_by
)
values (
    %(tenant)s, %(hook_id)s, %(direction)s, %(url)s, %(events)s,
    coalesce((select max(number) from setright.tenant_heads where tenant = %(tenant)s), 0),
    %(source)s, %(asserts_identity)s, %(at)s, %(created_by)s
)
on conflict (tenant, source) where removed_at is null do nothing

-- name: list_hooks
select hook.*, calls.waiting, latest.attempts, latest.last_status, latest.last_error_code
from setright.hooks as hook
cross join lateral (
    select count(*) as waiting from setright.hook_calls as call
    where call.tenant = hook.tenant and call.hook_id = hook.hook_id and call.ended_at is null
) as calls
left join lateral (
    select call.attempts, call.last_status, call.last_error_code from setright.hook_calls as call
    where call.tenant = hook.tenant and call.hook_id = hook.hook_id and call.attempts > 0
    order by call.created_at desc, call.ticket_id, call.seq desc limit 1
) as latest on true
where hook.tenant = %(tenant)s and hook.removed_at is null
    and (%(hook_id)s::text is null or hook.hook_id = %(hook_id)s)
order by hook.created_at, hook.hook_id

-- name: read_inbound
select * from setright.hooks where tenant = %(tenant)s and source = %(source)s and removed_at is null

-- name: rotate
update setright.hooks set version = version + 1, rotated_at = %(at)s
where tenant = %(tenant)s and hook_id = %(hook_id)s and removed_at is null

-- name: remove
update setright.hooks set removed_at = %(at)s
where tenant = %(tenant)s and hook_id = %(hook_id)s and removed_at is null

-- name: insert_delivery
insert into setright.hook_deliveries (tenant, source, delivery_id, at)
values (%(tenant)s, %(source)s, %(delivery_id)s, %(at)s)
on conflict do nothing
