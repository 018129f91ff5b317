-- name: customer
select ref, first_name, last_name, email, tier, entitlements, language
from shop.customers
where tenant = %(tenant)s and ref = %(customer)s

-- name: addresses
select customer, ref, line1, line2, city, region, postcode, country, former, changes
from shop.addresses
where tenant = %(tenant)s and customer = %(customer)s

-- name: methods
select customer, ref, source, kind, brand, last4, label, status, balance, currency
from shop.payment_methods
where tenant = %(tenant)s and customer = %(customer)s
order by length(ref), ref

-- name: orders
select customer, ref, status, placed_at, delivered_at, total, currency, cancel_reason, hold
from shop.orders
where tenant = %(tenant)s and customer = %(customer)s
order by placed_at desc, ref

-- name: lines
select customer, ref, order_ref, n, product, sku, title, options, price, currency, quantity, status
from shop.order_lines
where tenant = %(tenant)s and customer = %(customer)s
order by order_ref, n

-- name: payments
select customer, ref, order_ref, invoice_ref, method_ref, amount, currency, status, charge, paid_at, duplicate_of,
       effect_key
from shop.payments
where tenant = %(tenant)s and customer = %(customer)s and status = 'paid'
order by seq

-- name: refunds
select customer, ref, payment_ref, order_ref, invoice_ref, line_ref, method_ref, amount, currency, reason, status,
       failure, provider_ref, created_at, expected_on, reissued_as, effect_key
from shop.refunds
where tenant = %(tenant)s and customer = %(customer)s
order by seq

-- name: shipments
select customer, ref, order_ref, carrier, tracking_number, status, last_scan_at, expected_on, delivered_at, lines
from shop.shipments
where tenant = %(tenant)s and customer = %(customer)s
order by length(ref), ref

-- name: subscriptions
select customer, ref, plan, interval, price, currency, status, started_at, cancelled_at, period_start, period_end, seats,
       changes
from shop.subscriptions
where tenant = %(tenant)s and customer = %(customer)s
order by started_at, ref

-- name: invoices
select customer, ref, subscription_ref, amount, currency, issued_at, period_start, period_end
from shop.invoices
where tenant = %(tenant)s and customer = %(customer)s
order by issued_at desc, ref

-- name: variants
select ref, product, options, price, currency, available
from shop.variants
where tenant = %(tenant)s and product in (
    select product from shop.order_lines where tenant = %(tenant)s and customer = %(customer)s
)
order by product, ref

-- name: refund_is_now
update shop.refunds
set status = %(status)s, failure = %(failure)s
where tenant = %(tenant)s and customer = %(customer)s and ref = %(ref)s and status <> %(status)s
