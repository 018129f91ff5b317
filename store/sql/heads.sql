-- name: lock_chain
-- one writer at a time per tenant, until the transaction ends
select pg_advisory_xact_lock(hashtextextended('setright.tenant_heads ' || %(tenant)s, 0))

-- name: read_head
select number, hash from setright.tenant_heads where tenant = %(tenant)s order by number desc limit 1

-- name: insert_head
insert into setright.tenant_heads (tenant, number, ticket_id, ticket_seq, ticket_hash, prev_hash, hash)
values (%(tenant)s, %(number)s, %(ticket_id)s, %(ticket_seq)s, %(ticket_hash)s, %(prev_hash)s, %(hash)s)
