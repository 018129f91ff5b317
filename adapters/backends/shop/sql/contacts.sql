-- name: email
select email
from shop.customers
where tenant = %(tenant)s and ref = %(customer)s
