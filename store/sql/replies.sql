-- name: read_posted
select seq from setright.messages where tenant = %(tenant)s and draft_id = %(draft_id)s

-- name: has_newer_words
select exists(
    select
    from setright.messages
    where tenant = %(tenant)s
        and ticket_id = %(ticket_id)s
        and seq > %(watermark)s
        and author in ('customer', 'operator')
        and audience <> '{}'
)
