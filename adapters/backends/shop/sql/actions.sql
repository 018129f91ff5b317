-- name: lock_order
select customer, ref, status, placed_at, delivered_at, total, currency, cancel_reason, hold
from shop.orders
where tenant = %(tenant)s and customer = %(customer)s and ref = %(order)s
for update

-- name: order
select customer, ref, status, placed_at, delivered_at, total, currency, cancel_reason, hold
from shop.orders
where tenant = %(tenant)s and customer = %(customer)s and ref = %(order)s

-- name: lines
select customer, ref, order_ref, n, product, sku, title, options, price, currency, quantity, status
from shop.order_lines
where tenant = %(tenant)s and customer = %(customer)s and ref = any(%(lines)s)
order by n

-- name: what_is_left
select p.ref as payment, p.method_ref as method, p.currency,
       p.amount - coalesce((select sum(r.amount) from shop.refunds r
                            where r.tenant = p.tenant and r.customer = p.customer and r.payment_ref = p.ref
                              and r.status not in ('failed', 'cancelled')), 0)::bigint as amount
from shop.payments p
where p.tenant = %(tenant)s and p.customer = %(customer)s and p.order_ref = %(order)s and p.status = 'paid'
order by p.seq

-- name: variant
select ref, product, options, price, currency, available
from shop.variants
where tenant = %(tenant)s and ref = %(sku)s

-- name: cancel
update shop.orders
set status = 'cancelled', cancel_reason = %(reason)s
where tenant = %(tenant)s and customer = %(customer)s and ref = %(order)s

-- name: cancel_lines
update shop.order_lines
set status = 'cancelled'
where tenant = %(tenant)s and customer = %(customer)s and order_ref = %(order)s

-- name: set_status
update shop.orders
set status = %(status)s
where tenant = %(tenant)s and customer = %(customer)s and ref = %(order)s

-- name: set_line_status
update shop.order_lines
set status = %(status)s
where tenant = %(tenant)s and customer = %(customer)s and ref = any(%(lines)s)

-- name: modify
update shop.orders
set status = 'modified', total = total + %(difference)s
where tenant = %(tenant)s and customer = %(customer)s and ref = %(order)s

-- name: modify_line
update shop.order_lines
set sku = v.ref, options = v.options, price = v.price
from shop.variants v
where order_lines.tenant = %(tenant)s and order_lines.customer = %(customer)s and order_lines.ref = %(line)s
  and v.tenant = order_lines.tenant and v.ref = %(sku)s

-- name: add_claim
insert into shop.claims (tenant, customer, ref, order_ref, kind, lines, wanted, method_ref, difference, requested_at)
select %(tenant)s, %(customer)s, %(order)s || '/' || (count(*) + 1), %(order)s, %(kind)s, %(lines)s, %(wanted)s,
       %(method)s, %(difference)s, %(at)s
from shop.claims
where tenant = %(tenant)s and customer = %(customer)s and order_ref = %(order)s

-- name: claims
select customer, ref, order_ref, kind, lines, wanted, method_ref, difference, requested_at
from shop.claims
where tenant = %(tenant)s and customer = %(customer)s and order_ref = %(order)s
order by length(ref), ref

-- name: set_address
update shop.addresses
set line1 = %(line1)s, line2 = %(line2)s, city = %(city)s, region = %(region)s, postcode = %(postcode)s,
    country = %(country)s, changes = changes + 1,
    former = jsonb_build_object('line1', line1, 'line2', line2, 'city', city, 'region', region, 'postcode', postcode,
                                'country', country)
where tenant = %(tenant)s and customer = %(customer)s and ref = %(ref)s

-- name: address
select customer, ref, line1, line2, city, region, postcode, country, former, changes
from shop.addresses
where tenant = %(tenant)s and customer = %(customer)s and ref = %(ref)s

-- name: shipments
select customer, ref, order_ref, carrier, tracking_number, status, last_scan_at, expected_on, delivered_at, lines
from shop.shipments
where tenant = %(tenant)s and customer = %(customer)s and order_ref = %(order)s
order by length(ref), ref

-- name: add_shipment
insert into shop.shipments (tenant, customer, ref, order_ref, carrier, tracking_number, status, expected_on, lines)
values (%(tenant)s, %(customer)s, %(ref)s, %(order)s, %(carrier)s, %(tracking_number)s, 'label_created',
        %(expected_on)s, %(lines)s)

-- name: open_trace
insert into shop.traces (tenant, customer, ref, shipment_ref, status, opened_at)
select %(tenant)s, %(customer)s, %(shipment)s || '/' || (count(*) + 1), %(shipment)s, 'open', %(at)s
from shop.traces
where tenant = %(tenant)s and customer = %(customer)s and shipment_ref = %(shipment)s
on conflict do nothing

-- name: traces
select ref, status
from shop.traces
where tenant = %(tenant)s and customer = %(customer)s and shipment_ref = %(shipment)s
order by opened_at

-- name: refund
select customer, ref, payment_ref, order_ref, invoice_ref, line_ref, method_ref, amount, currency, reason, status,
       failure, provider_ref, created_at, expected_on, reissued_as, effect_key
from shop.refunds
where tenant = %(tenant)s and customer = %(customer)s and ref = %(refund)s

-- name: payment
select customer, ref, order_ref, invoice_ref, method_ref, amount, currency, status, charge, paid_at, duplicate_of,
       effect_key
from shop.payments
where tenant = %(tenant)s and customer = %(customer)s and ref = %(payment)s

-- name: method
select customer, ref, source, kind, brand, last4, label, status, balance, currency
from shop.payment_methods
where tenant = %(tenant)s and customer = %(customer)s and ref = %(method)s

-- name: lock_subscription
select customer, ref, plan, interval, price, currency, status, started_at, cancelled_at, period_start, period_end, seats
from shop.subscriptions
where tenant = %(tenant)s and customer = %(customer)s and ref = %(subscription)s
for update

-- name: cancel_subscription
update shop.subscriptions
set status = %(status)s, cancelled_at = %(at)s, changes = changes + 1
where tenant = %(tenant)s and customer = %(customer)s and ref = %(subscription)s

-- name: lock_payments_of_invoice
select customer, ref, order_ref, invoice_ref, method_ref, amount, currency, status, charge, paid_at, duplicate_of,
       effect_key
from shop.payments
where tenant = %(tenant)s and customer = %(customer)s and invoice_ref = %(invoice)s and status = 'paid'
order by seq
for update
