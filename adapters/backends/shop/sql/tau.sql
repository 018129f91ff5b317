-- name: users
select c.ref, c.first_name, c.last_name, c.email, a.line1, a.line2, a.city, a.region, a.postcode, a.country
from shop.customers c
join shop.addresses a on (a.tenant, a.ref) = (c.tenant, c.ref)
where c.tenant = %(tenant)s
order by c.ref

-- name: methods
select customer, ref, source, kind, brand, last4, label, status, balance, currency
from shop.payment_methods
where tenant = %(tenant)s

-- name: orders
select o.ref, o.customer, o.status, o.cancel_reason, a.line1, a.line2, a.city, a.region, a.postcode, a.country
from shop.orders o
join shop.addresses a on (a.tenant, a.ref) = (o.tenant, o.ref)
where o.tenant = %(tenant)s
order by o.placed_at, o.ref

-- name: lines
select customer, ref, order_ref, n, product, sku, title, options, price, currency, quantity, status
from shop.order_lines
where tenant = %(tenant)s
order by order_ref, n

-- name: entries
select e.order_ref, e.kind, e.amount, m.source
from (select tenant, order_ref, 'payment' as kind, amount, method_ref, seq from shop.payments where status = 'paid'
      union all
      select tenant, order_ref, 'refund', amount, method_ref, seq from shop.refunds
      where status in ('sending', 'errored', 'pending', 'succeeded')) e
join shop.payment_methods m on (m.tenant, m.ref) = (e.tenant, e.method_ref)
where e.tenant = %(tenant)s and e.order_ref is not null
order by e.seq

-- name: shipments
select customer, ref, order_ref, carrier, tracking_number, status, last_scan_at, expected_on, delivered_at, lines
from shop.shipments
where tenant = %(tenant)s
order by ref

-- name: claims
select customer, ref, order_ref, kind, lines, wanted, method_ref, difference, requested_at
from shop.claims
where tenant = %(tenant)s and kind <> 'replacement'
