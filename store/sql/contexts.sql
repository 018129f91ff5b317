-- name: insert_context
insert into setright.contexts (tenant, ticket_id, customer_id, turn, key, body, at)
values (%(tenant)s, %(ticket_id)s, %(customer_id)s, %(turn)s, %(key)s, %(body)s, %(at)s)
on conflict (tenant, ticket_id, key) do nothing
returning id

-- name: find_context
select id from setright.contexts where tenant = %(tenant)s and ticket_id = %(ticket_id)s and key = %(key)s

-- name: read_context
select body from setright.contexts where tenant = %(tenant)s and id = %(id)s

-- name: read_newest_context
select body
from setright.contexts
where tenant = %(tenant)s and ticket_id = %(ticket_id)s
order by id desc
limit 1
