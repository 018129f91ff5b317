-- name: read_said
select
    message.seq,
    message.author,
    message.author_id,
    message.text,
    message.at,
    array(
        select attachment.name
        from setright.attachments as attachment
        where attachment.tenant = message.tenant
            and attachment.ticket_id = message.ticket_id
            and attachment.seq = message.seq
        order by attachment.number
    ) as files
from setright.messages as message
where message.tenant = %(tenant)s
    and message.ticket_id = %(ticket_id)s
    and message.seq > %(after)s
    and message.audience <> '{}'
order by message.seq

-- name: read_last
-- The parts of its draft tell what the assistant's last message asks.
select message.seq, message.author, message.text, draft.parts
from setright.messages as message
left join setright.drafts as draft on draft.tenant = message.tenant and draft.id = message.draft_id
where message.tenant = %(tenant)s and message.ticket_id = %(ticket_id)s and message.audience <> '{}'
order by message.seq desc
limit 1

-- name: read_newest_context
select body
from setright.contexts
where tenant = %(tenant)s and ticket_id = %(ticket_id)s
order by id desc
limit 1

-- name: list_visits
select
    ticket.ticket_id,
    ticket.status,
    ticket.opened_at,
    (
        select left(message.text, 120)
        from setright.messages as message
        where message.tenant = ticket.tenant and message.ticket_id = ticket.ticket_id and message.audience <> '{}'
        order by message.seq
        limit 1
    ) as words
from setright.tickets as ticket
where ticket.tenant = %(tenant)s
    and ticket.customer_id = %(customer_id)s
    and (
        not %(only_proven)s
        or coalesce(
            (
                select changed.level
                from setright.ticket_identities as changed
                where changed.tenant = ticket.tenant and changed.ticket_id = ticket.ticket_id
                order by changed.id desc
                limit 1
            ),
            ticket.identity
        ) = 'proven'
    )
order by ticket.opened_at desc, ticket.ticket_id desc
limit %(limit)s

-- name: read_claimed
-- The account of a ticket that goes on from one of the visitor's own: only a claim makes such a pair.
select claimed.customer_id
from setright.tickets as claimed
join setright.tickets as origin on origin.tenant = claimed.tenant and origin.ticket_id = claimed.follow_up_of
where claimed.tenant = %(tenant)s and claimed.ticket_id = %(ticket_id)s and origin.customer_id = %(visitor)s
