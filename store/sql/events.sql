-- name: insert_event
insert into setright.events (tenant, ticket_id, seq, kind, at, body, prev_hash, hash)
values (%(tenant)s, %(ticket_id)s, %(seq)s, %(kind)s, %(at)s, %(body)s, %(prev_hash)s, %(hash)s)
on conflict (tenant, ticket_id, seq) do nothing

-- name: read_links
select seq, hash
from setright.events
where tenant = %(tenant)s and ticket_id = %(ticket_id)s and seq between %(first)s and %(last)s
order by seq

-- name: read_events
select seq, kind, at, body
from setright.events
where tenant = %(tenant)s and ticket_id = %(ticket_id)s and seq > %(after)s
order by seq
