-- name: read_standing
-- how well the ticket's writer is known, and since when
select coalesce(raised.level, ticket.identity) as level, coalesce(raised.at, ticket.opened_at) as since
from setright.tickets as ticket
left join lateral (
    select changed.level, changed.at
    from setright.ticket_identities as changed
    where changed.tenant = ticket.tenant and changed.ticket_id = ticket.ticket_id
    order by changed.id desc
    limit 1
) as raised on true
where ticket.tenant = %(tenant)s and ticket.ticket_id = %(ticket_id)s

-- name: insert_standing
insert into setright.ticket_identities (tenant, ticket_id, customer_id, seq, level, by, at)
values (%(tenant)s, %(ticket_id)s, %(customer_id)s, %(seq)s, %(level)s, %(by)s, %(at)s)
