-- name: insert_stub
insert into setright.tickets (
    tenant, ticket_id, customer_id, channel, identity, subject, follow_up_of, opened_at, updated_at
) values (
    %(tenant)s, %(ticket_id)s, %(customer_id)s, %(channel)s, %(identity)s, %(subject)s, %(follow_up_of)s, %(at)s, %(at)s
)
on conflict do nothing

-- name: lock_ticket
-- "no key update": rows that refer to the ticket are inserted meanwhile
select customer_id, status, last_message_seq
from setright.tickets
where tenant = %(tenant)s and ticket_id = %(ticket_id)s
for no key update

-- name: read_ticket
select
    ticket.*,
    coalesce(
        (
            select changed.level
            from setright.ticket_identities as changed
            where changed.tenant = ticket.tenant and changed.ticket_id = ticket.ticket_id
            order by changed.id desc
            limit 1
        ),
        ticket.identity
    ) as identity_now
from setright.tickets as ticket
where ticket.tenant = %(tenant)s and ticket.ticket_id = %(ticket_id)s

-- name: lock_projection
select status, last_event_seq
from setright.tickets
where tenant = %(tenant)s and ticket_id = %(ticket_id)s
for no key update

-- name: list_tickets
select
    ticket.*,
    coalesce(
        (
            select changed.level
            from setright.ticket_identities as changed
            where changed.tenant = ticket.tenant and changed.ticket_id = ticket.ticket_id
            order by changed.id desc
            limit 1
        ),
        ticket.identity
    ) as identity_now
from setright.tickets as ticket
where tenant = %(tenant)s
    and (%(customer_id)s::text is null or customer_id = %(customer_id)s)
    and (%(statuses)s::text[] is null or status = any (%(statuses)s))
    and (%(waiting_for)s::text is null or waiting_for = %(waiting_for)s)
    and (%(intent)s::text is null or intent = %(intent)s)
    and (%(queue)s::text is null or queue = %(queue)s)
    and (%(assigned_to)s::text is null or assigned_to = %(assigned_to)s)
    and (%(before_at)s::timestamptz is null or (opened_at, ticket_id) < (%(before_at)s, %(before_id)s))
order by opened_at desc, ticket_id desc
limit %(limit)s
