-- name: read_links
select number, ticket_id, ticket_seq, ticket_hash, prev_hash, hash
from setright.tenant_heads
where tenant = %(tenant)s
order by number

-- name: read_recorded
select ticket_id, seq, kind, at, body, prev_hash, hash
from setright.events
where tenant = %(tenant)s
order by ticket_id, seq

-- name: newest_heads
-- one step through the index per tenant, however long their chains are
with recursive served as (
    (select tenant from setright.tenant_heads order by tenant limit 1)
    union all
    select (
        select later.tenant from setright.tenant_heads as later
        where later.tenant > served.tenant order by later.tenant limit 1
    )
    from served
    where served.tenant is not null
)
select served.tenant, newest.number, newest.hash
from served
cross join lateral (
    select number, hash from setright.tenant_heads as link
    where link.tenant = served.tenant order by number desc limit 1
) as newest
order by served.tenant
