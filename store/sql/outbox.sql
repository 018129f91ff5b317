-- name: insert_row
insert into setright.outbox (tenant, ticket_id, customer_id, channel, identity, kind, ref, created_at)
values (
    %(tenant)s, %(ticket_id)s, %(customer_id)s, %(channel)s, %(identity)s, %(kind)s, %(ref)s, %(at)s
)

-- name: undelivered
-- a code is the relay's alone, so it is not left a while to whoever asked for it
select id, tenant, ticket_id, customer_id, channel, identity, kind, ref, created_at, attempts
from setright.outbox
where delivered_at is null and (created_at <= %(older_than)s or kind = 'code')
order by created_at, id
limit %(limit)s

-- name: mark_delivered
update setright.outbox
set delivered_at = coalesce(delivered_at, %(at)s), attempts = attempts + 1
where tenant = %(tenant)s and ticket_id = %(ticket_id)s and kind = %(kind)s and ref = %(ref)s

-- name: mark_failed
update setright.outbox
set attempts = attempts + 1, last_error_code = %(code)s
where tenant = %(tenant)s and ticket_id = %(ticket_id)s and kind = %(kind)s and ref = %(ref)s
