-- name: claim
insert into shop.effects (tenant, customer, idempotency_key, action, args_sha256, started_at)
values (%(tenant)s, %(customer)s, %(key)s, %(action)s, %(args_sha256)s, %(at)s)
on conflict do nothing

-- name: effect
select action, args_sha256, started_at, outcome
from shop.effects
where tenant = %(tenant)s and customer = %(customer)s and idempotency_key = %(key)s
for update

-- name: conclude
update shop.effects
set outcome = %(outcome)s
where tenant = %(tenant)s and customer = %(customer)s and idempotency_key = %(key)s

-- name: hold
update shop.orders
set hold = %(key)s
where tenant = %(tenant)s and customer = %(customer)s and ref = %(order)s

-- name: release
update shop.orders
set hold = null
where tenant = %(tenant)s and customer = %(customer)s and hold = %(key)s
