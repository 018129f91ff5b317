-- name: take_fault
update provider.faults
set remaining = remaining - 1
where (tenant, id) = (
    select tenant, id
    from provider.faults
    where tenant = %(tenant)s and operation = %(operation)s and remaining > 0
    order by id
    limit 1
    for update skip locked
)
returning kind, delay_ms

-- name: add_fault
insert into provider.faults (tenant, operation, kind, remaining, delay_ms)
values (%(tenant)s, %(operation)s, %(kind)s, %(remaining)s, %(delay_ms)s)

-- name: clear_faults
update provider.faults set remaining = 0 where tenant = %(tenant)s and remaining > 0

-- name: log_call
insert into provider.calls (tenant, operation, key, result, effect)
values (%(tenant)s, %(operation)s, %(key)s, %(result)s, %(effect)s)

-- name: effects_by_key
select key, count(*) filter (where result = 'executed') as effects
from provider.calls
where tenant = %(tenant)s and key is not null
group by key

-- name: take_key
select pg_try_advisory_xact_lock(hashtextextended(%(tenant)s || ':' || %(key)s, 0)) as is_free

-- name: saved_answer
select params_sha256, status, body from provider.requests where tenant = %(tenant)s and key = %(key)s

-- name: save_answer
insert into provider.requests (tenant, key, operation, params_sha256, status, body, at)
values (%(tenant)s, %(key)s, %(operation)s, %(params_sha256)s, %(status)s, %(body)s, %(at)s)

-- name: prune_keys
delete from provider.requests where tenant = %(tenant)s and at < %(before)s

-- name: method
select ref, kind, state from provider.methods where tenant = %(tenant)s and ref = %(ref)s

-- name: lock_charge
select ref, method, amount, currency, status, metadata, created_at
from provider.charges
where tenant = %(tenant)s and ref = %(ref)s
for update

-- name: refunded
select coalesce(sum(amount), 0)::bigint as amount
from provider.refunds
where tenant = %(tenant)s and charge = %(charge)s and status in ('pending', 'succeeded')

-- name: add_charge
insert into provider.charges (tenant, ref, method, amount, currency, status, metadata, created_at)
values (%(tenant)s, %(ref)s, %(method)s, %(amount)s, %(currency)s, %(status)s, %(metadata)s, %(created_at)s)

-- name: add_refund
insert into provider.refunds (tenant, ref, charge, method, amount, currency, status, failure, metadata, created_at,
                              expected_on)
values (%(tenant)s, %(ref)s, %(charge)s, %(method)s, %(amount)s, %(currency)s, %(status)s, %(failure)s, %(metadata)s,
        %(created_at)s, %(expected_on)s)

-- name: refund
select ref, charge, method, amount, currency, status, failure, metadata, created_at, expected_on
from provider.refunds
where tenant = %(tenant)s and ref = %(ref)s

-- name: refunds_and_credits
select ref, charge, method, amount, currency, status, failure, metadata, created_at, expected_on
from provider.refunds
where tenant = %(tenant)s
  and (charge = any(%(charges)s) or (charge is null and method = any(%(methods)s)))
order by created_at, ref

-- name: charges_by_metadata
select ref, method, amount, currency, status, metadata, created_at
from provider.charges
where tenant = %(tenant)s and metadata @> %(metadata)s
order by created_at, ref

-- name: settle_refund
update provider.refunds
set status = %(status)s, failure = %(failure)s
where tenant = %(tenant)s and ref = %(ref)s and status = 'pending'

-- name: cancel_refund
update provider.refunds
set status = 'cancelled'
where tenant = %(tenant)s and ref = %(ref)s and status = 'pending'
returning ref, charge, method, amount, currency, status, failure, metadata, created_at, expected_on
