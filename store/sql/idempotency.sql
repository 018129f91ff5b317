-- name: try_lock
select pg_try_advisory_xact_lock(
    hashtextextended(jsonb_build_array('setright.idempotency', %(tenant)s::text, %(key)s::text)::text, 3)
)

-- name: read_answer
select route, request_sha256, status, response
from setright.idempotency
where tenant = %(tenant)s and key = %(key)s

-- name: insert_answer
insert into setright.idempotency (tenant, key, route, request_sha256, status, response, created_at)
values (%(tenant)s, %(key)s, %(route)s, %(request_sha256)s, %(status)s, %(response)s, %(at)s)
