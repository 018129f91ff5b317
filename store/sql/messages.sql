-- name: insert_message
insert into setright.messages (
    tenant, ticket_id, customer_id, seq, author, author_id, audience, text, at, external_channel, external_id,
    reply_to_watermark, draft_id, identity, solves
) values (
    %(tenant)s, %(ticket_id)s, %(customer_id)s, %(seq)s, %(author)s, %(author_id)s, %(audience)s, %(text)s, %(at)s,
    %(channel)s, %(external_id)s, %(reply_to_watermark)s, %(draft_id)s, %(identity)s, %(solves)s
)

-- name: count_message
update setright.tickets set last_message_seq = %(seq)s where tenant = %(tenant)s and ticket_id = %(ticket_id)s

-- name: insert_attachment
insert into setright.attachments (
    tenant, ticket_id, customer_id, seq, number, name, media_type, size, sha256, content
) values (
    %(tenant)s, %(ticket_id)s, %(customer_id)s, %(seq)s, %(number)s, %(name)s, %(media_type)s, %(size)s, %(sha256)s,
    %(content)s
)

-- name: read_messages
select
    message.seq,
    message.author,
    message.text,
    message.at,
    (
        select coalesce(
            jsonb_agg(
                jsonb_build_object('name', attachment.name, 'media_type', attachment.media_type, 'size', attachment.size)
                order by attachment.number
            ),
            '[]'
        )
        from setright.attachments as attachment
        where attachment.tenant = message.tenant
            and attachment.ticket_id = message.ticket_id
            and attachment.seq = message.seq
    ) as attachments
from setright.messages as message
where message.tenant = %(tenant)s
    and message.ticket_id = %(ticket_id)s
    and message.seq > %(after)s
    and (%(upto)s::integer is null or message.seq <= %(upto)s)
    and (%(notes)s or message.audience <> '{}')
order by message.seq

-- name: read_attachment
select name, media_type, content
from setright.attachments
where tenant = %(tenant)s and ticket_id = %(ticket_id)s and seq = %(seq)s and number = %(number)s

-- name: read_operators_word
select author_id as by, solves
from setright.messages
where tenant = %(tenant)s and ticket_id = %(ticket_id)s and seq = %(seq)s and author = 'operator'
