-- name: insert_key
insert into setright.api_keys (tenant, name, prefix, sha256, scopes, operator_id, roles, created_at)
values (%(tenant)s, %(name)s, %(prefix)s, %(sha256)s, %(scopes)s, %(operator_id)s, %(roles)s, %(at)s)
returning id

-- name: revoke_key
update setright.api_keys
set revoked_at = coalesce(revoked_at, %(at)s)
where tenant = %(tenant)s and id = %(id)s

-- name: list_keys
select id, name, prefix, scopes, operator_id, roles, created_at, revoked_at
from setright.api_keys
where tenant = %(tenant)s
order by id

-- name: look_up
select id, tenant, scopes, operator_id, roles from setright.auth_lookup(%(sha256)s)
