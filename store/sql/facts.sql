-- name: insert_fact
insert into setright.facts (tenant, ticket_id, customer_id, turn, action_id, name, body, at)
values (%(tenant)s, %(ticket_id)s, %(customer_id)s, %(turn)s, %(action_id)s, %(name)s, %(body)s, %(at)s)
on conflict (tenant, action_id) do nothing
returning id

-- name: find_fact
select id from setright.facts where tenant = %(tenant)s and action_id = %(action_id)s

-- name: read_fact
select id, turn, action_id, name, body, at from setright.facts where tenant = %(tenant)s and id = %(id)s

-- name: read_facts
select id, turn, action_id, name, body, at
from setright.facts
where tenant = %(tenant)s and ticket_id = %(ticket_id)s and (%(turn)s::integer is null or turn = %(turn)s)
order by id
