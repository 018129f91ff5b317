-- name: effects_of
select action_id, ticket_id
from setright.action_ledger
where tenant = %(tenant)s
    and (idempotency_key = %(ref)s or (outcome ? 'ref' and outcome ->> 'ref' = %(ref)s))
    and status in ('claimed', 'succeeded', 'unknown', 'reconciled')
order by action_id

-- name: insert_change
insert into setright.effect_changes (tenant, ticket_id, customer_id, action_id, at)
values (%(tenant)s, %(ticket_id)s, %(customer_id)s, %(action_id)s, %(at)s)
returning id

-- name: read_change
select action_id from setright.effect_changes where tenant = %(tenant)s and id = %(id)s

-- name: end_failed
update setright.action_ledger
set status = 'failed', code = %(code)s, settled_at = %(at)s
where tenant = %(tenant)s and action_id = %(action_id)s and status in ('succeeded', 'reconciled')
returning *
