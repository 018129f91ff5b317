-- name: list_waiting
select
    ticket.ticket_id,
    ticket.customer_id,
    seen.name as customer_name,
    ticket.subject,
    ticket.intent,
    ticket.queue,
    ticket.assigned_to,
    ticket.is_urgent,
    coalesce(handoff.created_at, ticket.updated_at) as waits_since,
    ticket.sla_due_at,
    ticket.sla_breached_at,
    snoozed.until as snoozed_until,
    handoff.reason,
    handoff.packet
from setright.tickets as ticket
left join lateral (
    select one.reason, one.packet, one.created_at
    from setright.handoffs as one
    where one.tenant = ticket.tenant and one.ticket_id = ticket.ticket_id
    order by one.id desc
    limit 1
) as handoff on true
left join lateral (
    select until
    from setright.ticket_snoozes as snooze
    where snooze.tenant = ticket.tenant
        and snooze.operator_id = %(viewer)s
        and snooze.ticket_id = ticket.ticket_id
    order by snooze.id desc
    limit 1
) as snoozed on true
left join lateral (
    select context.name
    from setright.contexts as context
    where context.tenant = ticket.tenant and context.ticket_id = ticket.ticket_id
    order by context.id desc
    limit 1
) as seen on true
where ticket.tenant = %(tenant)s
    and ticket.waiting_for = 'operator'
    and ticket.status <> 'closed'
    and (%(queue)s::text is null or ticket.queue = %(queue)s)
    and (%(assigned_to)s::text is null or coalesce(ticket.assigned_to, '') = %(assigned_to)s)
    and (%(is_urgent)s::boolean is null or ticket.is_urgent = %(is_urgent)s)
    and (
        %(is_late)s::boolean is null
        or (ticket.sla_breached_at is not null or coalesce(ticket.sla_due_at <= %(now)s, false)) = %(is_late)s
    )
    and (%(due_before)s::timestamptz is null or ticket.sla_due_at <= %(due_before)s)
    and (%(is_snoozed)s::boolean is null or (coalesce(snoozed.until, '-infinity') > %(now)s) = %(is_snoozed)s)
    and (
        %(like)s::text is null
        or ticket.ticket_id ilike %(like)s
        or ticket.customer_id ilike %(like)s
        or ticket.subject ilike %(like)s
        or seen.name ilike %(like)s
    )
order by
    ticket.sla_breached_at is not null or coalesce(ticket.sla_due_at <= %(now)s, false) desc,
    ticket.is_urgent desc,
    ticket.sla_due_at nulls last,
    waits_since,
    ticket.ticket_id
limit %(limit)s

-- name: count_queues
select
    ticket.queue,
    coalesce(snoozed.until, '-infinity') > %(now)s as is_snoozed,
    count(*) as number,
    count(*) filter (where ticket.assigned_to = %(viewer)s) as mine,
    count(*) filter (where ticket.assigned_to is null) as nobodys,
    count(*) filter (where ticket.sla_breached_at is not null or ticket.sla_due_at <= %(now)s) as late,
    count(*) filter (where ticket.sla_due_at <= %(soon)s) as soon
from setright.tickets as ticket
left join lateral (
    select until
    from setright.ticket_snoozes as snooze
    where snooze.tenant = ticket.tenant
        and snooze.operator_id = %(viewer)s
        and snooze.ticket_id = ticket.ticket_id
    order by snooze.id desc
    limit 1
) as snoozed on true
where ticket.tenant = %(tenant)s and ticket.waiting_for = 'operator' and ticket.status <> 'closed'
group by 1, 2
order by 1, 2
