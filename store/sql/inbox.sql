-- name: read_repeat
-- what an earlier delivery of the same message became
select
    message.ticket_id,
    message.seq,
    message.text,
    array(
        select attachment.sha256
        from setright.attachments as attachment
        where attachment.tenant = message.tenant
            and attachment.ticket_id = message.ticket_id
            and attachment.seq = message.seq
        order by attachment.number
    ) as attachments
from setright.messages as message
where message.tenant = %(tenant)s
    and message.external_channel = %(channel)s
    and message.external_id = %(external_id)s

-- name: read_inbox
select seq, author, identity
from setright.messages
where tenant = %(tenant)s
    and ticket_id = %(ticket_id)s
    and seq > %(after)s
    and author in ('customer', 'operator')
    and audience <> '{}'
order by seq

-- name: is_newer
-- whether anything that the customer can read was written after a message, by whomever
select exists(
    select
    from setright.messages
    where tenant = %(tenant)s
        and ticket_id = %(ticket_id)s
        and seq > %(seen)s
        and audience <> '{}'
)
