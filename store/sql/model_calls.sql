-- name: begin_call
insert into setright.model_calls (
    tenant, ticket_id, customer_id, purpose, workflow_id, run_id, activity_id, attempt, number, provider, model, begun_at
) values (
    %(tenant)s, %(ticket_id)s, %(customer_id)s, %(purpose)s, %(workflow_id)s, %(run_id)s, %(activity_id)s, %(attempt)s,
    %(number)s, %(provider)s, %(model)s, %(begun_at)s
)
returning id

-- name: end_call
update setright.model_calls
set outcome = %(outcome)s, input = %(input)s, cached_read = %(cached_read)s, cache_write = %(cache_write)s,
    output = %(output)s, reasoning = %(reasoning)s, microdollars = %(microdollars)s, price_source = %(price_source)s,
    latency_ms = %(latency_ms)s
where tenant = %(tenant)s and id = %(id)s

-- name: list_calls
select id, ticket_id, purpose, activity_id, attempt, number, provider, model, begun_at, outcome, input, cached_read,
    cache_write, output, reasoning, microdollars, price_source, latency_ms
from setright.model_calls
where tenant = %(tenant)s and ticket_id = %(ticket_id)s
order by id
limit %(limit)s

-- name: spent
select count(*)::integer as calls, sum(microdollars)::bigint as microdollars,
    count(*) filter (where microdollars is null)::integer as unpriced
from setright.model_calls
where tenant = %(tenant)s and ticket_id = %(ticket_id)s

-- name: last_outcomes
select outcome, begun_at
from setright.model_calls
where tenant = %(tenant)s and provider = %(provider)s and model = %(model)s and outcome <> 'begun'
order by id desc
limit %(most)s

-- name: totals
select purpose, provider, model, (begun_at at time zone 'UTC')::date as day,
    count(*)::integer as calls,
    count(*) filter (where outcome <> 'answered')::integer as failed,
    coalesce(sum(input), 0)::bigint as input,
    coalesce(sum(cached_read), 0)::bigint as cached_read,
    coalesce(sum(cache_write), 0)::bigint as cache_write,
    coalesce(sum(output), 0)::bigint as output,
    coalesce(sum(reasoning), 0)::bigint as reasoning,
    sum(microdollars)::bigint as microdollars,
    count(*) filter (where microdollars is null)::integer as unpriced
from setright.model_calls
where tenant = %(tenant)s and (%(ticket_id)s::text is null or ticket_id = %(ticket_id)s)
    and (%(since)s::date is null or (begun_at at time zone 'UTC')::date >= %(since)s)
group by purpose, provider, model, day
order by day, provider, model, purpose

-- name: show_draft
select pg_notify(%(channel)s, %(payload)s)
