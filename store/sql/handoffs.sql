-- name: insert_handoff
insert into setright.handoffs (
    tenant, ticket_id, customer_id, turn, reason, queue, is_urgent, packet, created_at
) values (
    %(tenant)s, %(ticket_id)s, %(customer_id)s, %(turn)s, %(reason)s, %(queue)s, %(is_urgent)s, %(packet)s,
    %(created_at)s
)
on conflict (tenant, ticket_id, turn) do nothing
returning id

-- name: find_handoff
select id from setright.handoffs where tenant = %(tenant)s and ticket_id = %(ticket_id)s and turn = %(turn)s

-- name: accept_handoff
update setright.handoffs
set accepted_by = %(operator_id)s, accepted_at = %(at)s
where tenant = %(tenant)s and id = %(id)s and accepted_by is null

-- name: read_handoff
select * from setright.handoffs where tenant = %(tenant)s and id = %(id)s

-- name: list_handoffs
select *
from setright.handoffs
where tenant = %(tenant)s
    and (%(ticket_id)s::text is null or ticket_id = %(ticket_id)s)
    and (%(queue)s::text is null or queue = %(queue)s)
    and (not %(waiting)s or accepted_at is null)
order by is_urgent desc, created_at, id
limit %(limit)s
