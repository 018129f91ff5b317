-- name: list
select
    ticket.ticket_id,
    ticket.customer_id,
    ticket.channel,
    ticket.subject,
    ticket.status,
    ticket.waiting_for,
    ticket.intent,
    ticket.queue,
    ticket.assigned_to,
    ticket.is_urgent,
    ticket.reopens,
    ticket.opened_at,
    ticket.updated_at,
    ticket.sla_due_at,
    ticket.sla_breached_at,
    snoozed.until as snoozed_until,
    said.words as last_words
from setright.tickets as ticket
left join lateral (
    select left(message.text, 160) as words
    from setright.messages as message
    where message.tenant = ticket.tenant and message.ticket_id = ticket.ticket_id and message.author = 'customer'
    order by message.seq desc
    limit 1
) as said on true
left join lateral (
    select until
    from setright.ticket_snoozes as snooze
    where snooze.tenant = ticket.tenant
        and snooze.operator_id = %(viewer)s
        and snooze.ticket_id = ticket.ticket_id
    order by snooze.id desc
    limit 1
) as snoozed on true
where ticket.tenant = %(tenant)s
    and (%(statuses)s::text[] is null or ticket.status = any (%(statuses)s))
    and (%(waiting_for)s::text[] is null or ticket.waiting_for = any (%(waiting_for)s))
    and (%(intent)s::text is null or ticket.intent = %(intent)s)
    and (%(queue)s::text is null or ticket.queue = %(queue)s)
    and (%(channel)s::text is null or ticket.channel = %(channel)s)
    and (%(customer_id)s::text is null or ticket.customer_id = %(customer_id)s)
    and (%(assigned_to)s::text is null or coalesce(ticket.assigned_to, '') = %(assigned_to)s)
    and (%(is_urgent)s::boolean is null or ticket.is_urgent = %(is_urgent)s)
    and (%(is_reopened)s::boolean is null or (ticket.reopens > 0) = %(is_reopened)s)
    and (%(is_breached)s::boolean is null or (ticket.sla_breached_at is not null) = %(is_breached)s)
    and (%(due_before)s::timestamptz is null or ticket.sla_due_at <= %(due_before)s)
    and (%(is_snoozed)s::boolean is null or (coalesce(snoozed.until, '-infinity') > %(now)s) = %(is_snoozed)s)
    and (%(updated_before)s::timestamptz is null or ticket.updated_at <= %(updated_before)s)
    and (%(updated_after)s::timestamptz is null or ticket.updated_at >= %(updated_after)s)
    and (
        %(words)s::text is null
        or ticket.ticket_id ilike %(like)s
        or ticket.customer_id ilike %(like)s
        or ticket.subject ilike %(like)s
        or exists (
            select
            from setright.messages as message
            where message.tenant = ticket.tenant and message.ticket_id = ticket.ticket_id and message.text ilike %(like)s
        )
    )
    and (
        %(from_at)s::timestamptz is null
        or case
            when %(oldest_first)s then (ticket.updated_at, ticket.ticket_id) > (%(from_at)s, %(from_id)s)
            else (ticket.updated_at, ticket.ticket_id) < (%(from_at)s, %(from_id)s)
        end
    )
order by
    case when %(oldest_first)s then ticket.updated_at end,
    case when %(oldest_first)s then ticket.ticket_id end,
    ticket.updated_at desc,
    ticket.ticket_id desc
limit %(limit)s

-- name: count
-- No further than it is shown: beyond "1,000 or more" the number says nothing to anybody.
select count(*)
from (
    select
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
    where ticket.tenant = %(tenant)s
        and (%(statuses)s::text[] is null or ticket.status = any (%(statuses)s))
        and (%(waiting_for)s::text[] is null or ticket.waiting_for = any (%(waiting_for)s))
        and (%(intent)s::text is null or ticket.intent = %(intent)s)
        and (%(queue)s::text is null or ticket.queue = %(queue)s)
        and (%(channel)s::text is null or ticket.channel = %(channel)s)
        and (%(customer_id)s::text is null or ticket.customer_id = %(customer_id)s)
        and (%(assigned_to)s::text is null or coalesce(ticket.assigned_to, '') = %(assigned_to)s)
        and (%(is_urgent)s::boolean is null or ticket.is_urgent = %(is_urgent)s)
        and (%(is_reopened)s::boolean is null or (ticket.reopens > 0) = %(is_reopened)s)
        and (%(is_breached)s::boolean is null or (ticket.sla_breached_at is not null) = %(is_breached)s)
        and (%(due_before)s::timestamptz is null or ticket.sla_due_at <= %(due_before)s)
        and (%(is_snoozed)s::boolean is null or (coalesce(snoozed.until, '-infinity') > %(now)s) = %(is_snoozed)s)
        and (%(updated_before)s::timestamptz is null or ticket.updated_at <= %(updated_before)s)
        and (%(updated_after)s::timestamptz is null or ticket.updated_at >= %(updated_after)s)
        and (
            %(words)s::text is null
            or ticket.ticket_id ilike %(like)s
            or ticket.customer_id ilike %(like)s
            or ticket.subject ilike %(like)s
            or exists (
                select
                from setright.messages as message
                where message.tenant = ticket.tenant and message.ticket_id = ticket.ticket_id and message.text ilike %(like)s
            )
        )
    limit %(most)s
) as counted
