-- name: payments_of_effect
select p.ref, p.method_ref, p.amount, p.currency, p.status, p.charge, m.kind
from shop.payments p
join shop.payment_methods m on (m.tenant, m.ref) = (p.tenant, p.method_ref)
where p.tenant = %(tenant)s and p.customer = %(customer)s and p.effect_key = %(key)s
order by p.seq

-- name: refunds_of_effect
select r.ref, r.payment_ref, p.charge, p.method_ref as paid_with, r.method_ref, r.amount, r.currency, r.reason, r.status,
       r.failure, r.provider_ref, r.expected_on, m.kind, m.label
from shop.refunds r
join shop.payments p on (p.tenant, p.ref) = (r.tenant, r.payment_ref)
join shop.payment_methods m on (m.tenant, m.ref) = (r.tenant, r.method_ref)
where r.tenant = %(tenant)s and r.customer = %(customer)s and r.effect_key = %(key)s
order by r.seq

-- name: lock_payment
select amount, currency
from shop.payments
where tenant = %(tenant)s and customer = %(customer)s and ref = %(ref)s and status = 'paid'
for update

-- name: lock_method
select customer, ref, source, kind, brand, last4, label, status, balance, currency
from shop.payment_methods
where tenant = %(tenant)s and customer = %(customer)s and ref = %(ref)s
for update

-- name: change_balance
update shop.payment_methods
set balance = balance + %(change)s
where tenant = %(tenant)s and customer = %(customer)s and ref = %(ref)s

-- name: counts
select (select count(*) from shop.payments
        where tenant = %(tenant)s and customer = %(customer)s
          and coalesce(order_ref, invoice_ref) = %(parent)s) as payments,
       (select count(*) from shop.refunds
        where tenant = %(tenant)s and customer = %(customer)s
          and coalesce(order_ref, invoice_ref) = %(parent)s) as refunds

-- name: given_back
select coalesce(sum(amount), 0)::bigint as amount
from shop.refunds
where tenant = %(tenant)s and customer = %(customer)s and payment_ref = %(payment)s
  and status not in ('failed', 'cancelled')

-- name: add_payment
insert into shop.payments (tenant, customer, ref, order_ref, invoice_ref, method_ref, amount, currency, status, paid_at,
                           effect_key)
values (%(tenant)s, %(customer)s, %(ref)s, %(order)s, %(invoice)s, %(method)s, %(amount)s, %(currency)s, %(status)s,
        %(at)s, %(key)s)

-- name: add_refund
insert into shop.refunds (tenant, customer, ref, payment_ref, order_ref, invoice_ref, line_ref, method_ref, amount,
                          currency, reason, status, created_at, effect_key)
values (%(tenant)s, %(customer)s, %(ref)s, %(payment)s, %(order)s, %(invoice)s, %(line)s, %(method)s, %(amount)s,
        %(currency)s, %(reason)s, 'sending', %(at)s, %(key)s)

-- name: refund_reissued
update shop.refunds
set reissued_as = %(new)s
where tenant = %(tenant)s and customer = %(customer)s and ref = %(old)s and status = 'failed' and reissued_as is null

-- name: recall
update shop.refunds
set recall_key = %(key)s
where tenant = %(tenant)s and customer = %(customer)s and ref = %(ref)s and status = 'pending'
  and provider_ref is not null

-- name: recalls_of_effect
select ref, provider_ref, amount, currency, status
from shop.refunds
where tenant = %(tenant)s and customer = %(customer)s and recall_key = %(key)s
order by seq

-- name: recall_answered
update shop.refunds
set status = %(status)s, failure = %(failure)s
where tenant = %(tenant)s and customer = %(customer)s and ref = %(ref)s

-- name: payment_answered
update shop.payments
set status = %(status)s, charge = %(charge)s
where tenant = %(tenant)s and customer = %(customer)s and ref = %(ref)s

-- name: refund_answered
update shop.refunds
set status = %(status)s, failure = %(failure)s, provider_ref = %(provider_ref)s, expected_on = %(expected_on)s
where tenant = %(tenant)s and customer = %(customer)s and ref = %(ref)s
