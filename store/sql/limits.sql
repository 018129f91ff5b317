-- name: lock_subject
-- claims about one subject go one after another, whichever action and ticket they belong to
select pg_advisory_xact_lock(hashtextextended(jsonb_build_array(%(tenant)s::text, %(subject)s::text)::text, 2))

-- name: lock_budgets
select pg_advisory_xact_lock(hashtextextended(%(tenant)s::text, 3))

-- name: given_back
select coalesce(sum(amount), 0)::bigint
from setright.action_ledger
where tenant = %(tenant)s
    and subject = %(subject)s
    and currency = %(currency)s
    and status not in ('proposed', 'failed')

-- name: spent
-- one currency, by ticket over its whole life and by day
with counted as (
    select amount, ticket_id, customer_id, claimed_at >= %(day)s and claimed_at < %(next_day)s as is_of_the_day
    from setright.action_ledger
    where tenant = %(tenant)s
        and currency = %(currency)s
        and status not in ('proposed', 'failed')
        and (ticket_id = %(ticket_id)s or (claimed_at >= %(day)s and claimed_at < %(next_day)s))
)
select
    coalesce(sum(amount) filter (where ticket_id = %(ticket_id)s), 0)::bigint as per_ticket,
    coalesce(sum(amount) filter (where is_of_the_day and customer_id = %(customer_id)s), 0)::bigint as per_customer_day,
    coalesce(sum(amount) filter (where is_of_the_day), 0)::bigint as per_tenant_day
from counted
