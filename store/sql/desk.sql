-- name: wanted
-- filters, each with a name; what is null does not matter
jsonb_to_recordset(%(wanted)s::jsonb) as wanted (
    name text,
    statuses text[],
    waiting_for text[],
    intent text,
    queue text,
    channel text,
    customer_id text,
    assigned_to text,
    is_urgent boolean,
    is_reopened boolean,
    is_breached boolean,
    due_before timestamptz,
    is_snoozed boolean,
    updated_before timestamptz,
    updated_after timestamptz,
    words text
)

-- name: matching
-- the tickets that one of them finds
setright.tickets as ticket
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
    and (wanted.statuses is null or ticket.status = any (wanted.statuses))
    and (wanted.waiting_for is null or ticket.waiting_for = any (wanted.waiting_for))
    and (wanted.intent is null or ticket.intent = wanted.intent)
    and (wanted.queue is null or ticket.queue = wanted.queue)
    and (wanted.channel is null or ticket.channel = wanted.channel)
    and (wanted.customer_id is null or ticket.customer_id = wanted.customer_id)
    and (wanted.assigned_to is null or coalesce(ticket.assigned_to, '') = wanted.assigned_to)
    and (wanted.is_urgent is null or ticket.is_urgent = wanted.is_urgent)
    and (wanted.is_reopened is null or (ticket.reopens > 0) = wanted.is_reopened)
    and (wanted.is_breached is null or (ticket.sla_breached_at is not null) = wanted.is_breached)
    and (wanted.due_before is null or ticket.sla_due_at <= wanted.due_before)
    and (wanted.is_snoozed is null or (coalesce(snoozed.until, '-infinity') > %(now)s) = wanted.is_snoozed)
    and (wanted.updated_before is null or ticket.updated_at <= wanted.updated_before)
    and (wanted.updated_after is null or ticket.updated_at >= wanted.updated_after)
    and (
        wanted.words is null
        or ticket.ticket_id ilike wanted.words
        or ticket.customer_id ilike wanted.words
        or ticket.subject ilike wanted.words
        or exists (
            select
            from setright.contexts as context
            where context.tenant = ticket.tenant
                and context.ticket_id = ticket.ticket_id
                and context.name ilike wanted.words
        )
        or exists (
            select
            from setright.messages as message
            where message.tenant = ticket.tenant
                and message.ticket_id = ticket.ticket_id
                and message.text ilike wanted.words
        )
    )

-- name: list
select
    ticket.ticket_id,
    ticket.customer_id,
    (
        select context.name
        from setright.contexts as context
        where context.tenant = ticket.tenant and context.ticket_id = ticket.ticket_id
        order by context.id desc
        limit 1
    ) as customer_name,
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
    (
        select left(message.text, 160)
        from setright.messages as message
        where message.tenant = ticket.tenant and message.ticket_id = ticket.ticket_id and message.author = 'customer'
        order by message.seq desc
        limit 1
    ) as last_words
from -- include: wanted
cross join -- include: matching
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
select wanted.name, counted.tickets
from -- include: wanted
cross join lateral (
    select count(*) as tickets
    from (
        select
        from -- include: matching
        limit %(most)s
    ) as found
) as counted
