-- name: standing
-- what keeps a customer from being forgotten: tickets that are not closed, and effects that nobody has settled
select
    ticket.ticket_id,
    ticket.status,
    exists (
        select from setright.action_ledger as action
        where action.tenant = ticket.tenant and action.ticket_id = ticket.ticket_id
            and action.status in ('authorised', 'claimed', 'unknown')
    ) as is_acting,
    exists (
        select from setright.approval_requests as request
        where request.tenant = ticket.tenant and request.ticket_id = ticket.ticket_id
            and not exists (
                select from setright.approval_settlements as settled
                where settled.tenant = request.tenant and settled.approval_id = request.approval_id
            )
    ) as awaits_approval
from setright.tickets as ticket
where ticket.tenant = %(tenant)s and ticket.customer_id = %(customer_id)s
order by ticket.ticket_id

-- name: erase_words
select setright.erase_words(%(customer_id)s, %(asked_by)s, %(at)s)

-- name: newest_erasure
select id, tenant, customer_id, asked_by, at, counts
from setright.erasures
where tenant = %(tenant)s and customer_id = %(customer_id)s
order by id desc
limit 1

-- name: list_forgotten
select id, tenant, customer_id, at from setright.erasures where id > %(after)s order by id
