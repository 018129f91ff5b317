-- name: list_recorded
-- every ticket that has events, or of which the tenant's chain says so
select ticket_id from setright.tenant_heads where tenant = %(tenant)s
union
select ticket_id from setright.events where tenant = %(tenant)s
order by ticket_id

-- name: read_chain
select seq, kind, at, body, prev_hash, hash
from setright.events
where tenant = %(tenant)s and ticket_id = %(ticket_id)s
order by seq

-- name: read_newest_head
select ticket_seq, ticket_hash
from setright.tenant_heads
where tenant = %(tenant)s and ticket_id = %(ticket_id)s
order by number desc
limit 1

-- name: read_heads
select tenant, number, ticket_id, ticket_seq, ticket_hash, prev_hash, hash
from setright.tenant_heads
where tenant = %(tenant)s and number > %(after)s
order by number
limit %(limit)s
