-- name: lock_operator
select pg_advisory_xact_lock(hashtextextended('setright.handling ' || %(tenant)s || ' ' || %(operator_id)s, 0))

-- name: is_known
select exists (
    select from setright.handling
    where tenant = %(tenant)s and operator_id = %(operator_id)s and session_id = %(session_id)s and seq = %(seq)s
)

-- name: last_beat
select max(at) filter (where session_id = %(session_id)s) as of_session, max(at) filter (where active_ms > 0) as of_operator
from setright.handling
where tenant = %(tenant)s and operator_id = %(operator_id)s and at > %(since)s

-- name: insert_beat
insert into setright.handling (
    tenant, ticket_id, customer_id, approval_id, operator_id, session_id, seq, open_ms, active_ms, at
) values (
    %(tenant)s, %(ticket_id)s, %(customer_id)s, %(approval_id)s, %(operator_id)s, %(session_id)s, %(seq)s, %(open_ms)s,
    %(active_ms)s, %(at)s
)
on conflict (tenant, operator_id, session_id, seq) do nothing

-- name: of_ticket
select coalesce(sum(open_ms), 0)::bigint as open_ms, coalesce(sum(active_ms), 0)::bigint as active_ms,
    coalesce(sum(active_ms) filter (where approval_id is not null), 0)::bigint as approval_ms,
    count(distinct operator_id)::integer as operators
from setright.handling
where tenant = %(tenant)s and ticket_id = %(ticket_id)s

-- name: totals
select ticket.intent as procedure, (beat.at at time zone 'UTC')::date as day,
    count(distinct beat.ticket_id)::integer as tickets,
    count(distinct beat.approval_id)::integer as approvals,
    sum(beat.open_ms)::bigint as open_ms,
    sum(beat.active_ms)::bigint as active_ms,
    coalesce(sum(beat.active_ms) filter (where beat.approval_id is not null), 0)::bigint as approval_ms
from setright.handling as beat
join setright.tickets as ticket on ticket.tenant = beat.tenant and ticket.ticket_id = beat.ticket_id
where beat.tenant = %(tenant)s and (%(ticket_id)s::text is null or beat.ticket_id = %(ticket_id)s)
    and (%(since)s::date is null or (beat.at at time zone 'UTC')::date >= %(since)s)
group by ticket.intent, day
order by day, procedure nulls last
