-- name: email
select email
from shop.customers
where tenant = %(tenant)s and ref = %(customer)s

-- name: name_account
select set_config('app.named', %(named)s, true)

-- name: named_account
select ref as customer_id
from shop.customers
where tenant = %(tenant)s and lower(email) = %(named)s
union
select customer as customer_id
from shop.orders
where tenant = %(tenant)s and lower(ltrim(ref, '#')) = %(named)s
limit 2
