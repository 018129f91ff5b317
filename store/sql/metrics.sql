-- name: observations
-- One row for everything that a figure counts or measures; numbers and lists of tickets are both made of these rows,
-- so they cannot differ. `counts`: true in the numerator, false in the denominator alone, null not yet known. `at`
-- places it in the period, `value` is in seconds or microdollars.
with ticket as (
    select ticket_id, channel, opened_at, resolution, resolved_at, durable_at, status = 'closed' as is_closed,
        -- Success is known after the window only; a failure that shows earlier waits as long, or recent days look bad.
        status = 'closed' or durable_at is not null as is_over,
        opened_at <= %(settled_before)s as is_old
    from setright.tickets as ticket
    where tenant = %(tenant)s and opened_at < %(until)s
        and (
            updated_at >= %(since)s
            or exists (  -- a rating may come when the ticket has ended
                select from setright.ratings as rating
                where rating.tenant = ticket.tenant and rating.ticket_id = ticket.ticket_id and rating.at >= %(since)s
            )
        )
),

event as (
    select event.ticket_id, event.seq, event.kind, event.at, event.body
    from setright.events as event
    inner join ticket on ticket.ticket_id = event.ticket_id
    where event.tenant = %(tenant)s
),

message as (
    select message.ticket_id, message.at, message.author, message.audience
    from setright.messages as message
    inner join ticket on ticket.ticket_id = message.ticket_id
    where message.tenant = %(tenant)s
),

life as (
    select
        ticket_id,
        bool_or(
            kind in (
                'operator_replied', 'handed_off', 'handoff_accepted', 'handed_back', 'approval_requested', 'undo_asked'
            )
            or (kind = 'closed' and body ->> 'by' <> 'system')
        ) as is_touched,
        bool_or(kind = 'resolved') as is_solved,
        bool_or(kind = 'reopened') as is_reopened,
        bool_or(
            kind = 'evidence_found'
            and (not jsonb_path_exists(body, '$.passages[0]') or body @> '{"contradicts": true}')
        ) as acted_before,
        bool_or(
            (kind = 'question_asked' and body ->> 'asks' = 'intent')
            or (
                kind = 'classified' and jsonb_path_exists(body, '$.wishes[*][0] ? (@.intent == "out_of_scope")')
            )
            or (kind = 'handed_off' and body ->> 'reason' = any(%(unsure)s))
        ) as acted_during,
        bool_or(kind = 'reply_checked' and jsonb_path_exists(body, '$.findings[0]')) as acted_after
    from event
    group by ticket_id
),

-- Messages after the first reply that are neither an answer to a confirmation nor thanks: the events of one turn are
-- recorded with one time, a question with the reply that asks it, thanks with the resolution that they confirm.
turn as (
    select ticket_id, kind, at,
        max(at) filter (where kind in ('reply_sent', 'operator_replied')) over before as replied_at
    from event
    where kind in ('message_received', 'reply_sent', 'operator_replied')
    window before as (partition by ticket_id order by seq rows between unbounded preceding and 1 preceding)
),

further as (
    select distinct ticket_id
    from turn
    where kind = 'message_received' and replied_at is not null
        and not exists (
            select from event as asked
            where asked.ticket_id = turn.ticket_id and asked.at = turn.replied_at
                and asked.kind = 'question_asked' and asked.body ->> 'asks' = 'confirmation'
        )
        and not exists (
            select from event as thanked
            where thanked.ticket_id = turn.ticket_id and thanked.at = turn.at
                and thanked.kind = 'resolved' and thanked.body ->> 'kind' = 'confirmed'
        )
),

spent as (
    select call.ticket_id, sum(call.microdollars) as microdollars
    from setright.model_calls as call
    inner join ticket on ticket.ticket_id = call.ticket_id
    where call.tenant = %(tenant)s
    group by call.ticket_id
),

known as (
    select ticket.*, coalesce(life.is_solved, false) as is_solved, coalesce(life.is_reopened, false) as is_reopened,
        coalesce(life.is_touched, false)
        or exists (
            select from message where message.ticket_id = ticket.ticket_id and message.author = 'operator'
        ) as is_touched,
        coalesce(life.acted_before, false) as acted_before,
        coalesce(life.acted_during, false) as acted_during,
        coalesce(life.acted_after, false) as acted_after,
        coalesce(spent.microdollars, 0) as microdollars
    from ticket
    left join life on life.ticket_id = ticket.ticket_id
    left join spent on spent.ticket_id = ticket.ticket_id
),

-- Whom a ticket waits for, from moment to moment: what its status says, and the assistant once the customer has written.
moment as (
    select ticket_id, opened_at as at, 0 as seq, 'assistant' as status_says, false as is_said from ticket
    union all
    select ticket_id, at, seq, body ->> 'waiting_for', false from event where kind = 'status_changed'
    union all
    select ticket_id, at, seq, null, false from event where kind in ('reply_sent', 'reminder_sent')
    union all
    select ticket_id, at, 0, null, true from message where author = 'customer'
),

numbered as (
    select *, count(status_says) over (partition by ticket_id order by at, seq, is_said) as number from moment
),

standing as (
    select ticket_id, at, seq, is_said, max(status_says) over (partition by ticket_id, number) as says from numbered
),

change as (
    select ticket_id, at, seq, is_said,
        case when is_said and says = 'customer' then 'assistant' else says end as waits_for
    from standing
),

fresh as (
    select *, waits_for is distinct from
        lag(waits_for) over (partition by ticket_id order by at, seq, is_said) as is_new
    from (
        -- Of what happens at one moment, only how it ends is a wait.
        select distinct on (ticket_id, at) * from change order by ticket_id, at, seq desc, is_said desc
    ) as last_of_moment
),

wait as (
    select ticket_id, at, waits_for, lead(at) over (partition by ticket_id order by at) as ended_at
    from fresh
    where is_new
),

observation (figure, ticket_id, at, label, counts, value) as (
    select 'opened', ticket_id, opened_at, channel, true, null::double precision from ticket
    union all
    select 'resolved', ticket_id, at, body ->> 'kind', true, null from event where kind = 'resolved'
    union all
    select 'durable_resolutions', ticket_id, durable_at, resolution, true, null from ticket where durable_at is not null
    union all
    select 'autonomous_resolution', ticket_id, opened_at, null,
        case when is_over or (is_old and is_touched) then durable_at is not null and not is_touched end, null
    from known
    union all
    select 'first_contact_resolution', ticket_id, opened_at,
        case when is_touched then 'with a person' else 'assistant alone' end,
        case when durable_at is not null then not exists (
            select from further where further.ticket_id = known.ticket_id
        ) end,
        null
    from known
    where durable_at is not null or (is_solved and not is_closed)
    union all
    select 'reopened', ticket_id, opened_at, null, case when is_over or (is_old and is_reopened) then is_reopened end, null
    from known
    where is_solved
    union all
    select 'handed_off', ticket_id, at, body ->> 'reason', true, null from event where kind = 'handed_off'
    union all
    select 'handed_off_by_queue', ticket_id, at, body ->> 'queue', true, null from event where kind = 'handed_off'
    union all
    select 'first_response_time', ticket.ticket_id, opened_at, null,
        case when answered.at is not null then true end, extract(epoch from answered.at - opened_at)
    from ticket
    left join (
        select ticket_id, min(at) as at from message
        where author in ('assistant', 'operator') and 'customer' = any (audience)
        group by ticket_id
    ) as answered on answered.ticket_id = ticket.ticket_id
    where answered.at is not null or not is_closed
    union all
    select 'time_to_resolution', ticket_id, opened_at, null, case when resolved_at is not null then true end,
        extract(epoch from resolved_at - opened_at)
    from ticket
    where resolved_at is not null or not is_closed
    union all
    select 'waiting_time', ticket_id, at, waits_for, case when ended_at is not null then true end,
        extract(epoch from ended_at - at)
    from wait
    where waits_for <> 'nobody'
    union all
    select 'approval_latency', request.ticket_id, requested_at, how, case when how is not null then true end,
        extract(epoch from settled.at - requested_at)
    from setright.approval_requests as request
    left join setright.approval_settlements as settled
        on settled.tenant = request.tenant and settled.approval_id = request.approval_id
    where request.tenant = %(tenant)s and (how is null or how in ('approved', 'declined', 'amended'))
    union all
    select 'approval_expiry', request.ticket_id, requested_at, null, how = 'expired', null
    from setright.approval_requests as request
    left join setright.approval_settlements as settled
        on settled.tenant = request.tenant and settled.approval_id = request.approval_id
    where request.tenant = %(tenant)s and how is distinct from 'withdrawn'
    union all
    select 'csat', rating.ticket_id, rating.at, rating.score::text, rating.score >= 4, null
    from setright.ratings as rating
    inner join known on known.ticket_id = rating.ticket_id
    where rating.tenant = %(tenant)s and not is_touched
    union all
    -- The human side, when it is known, is added to what the ticket cost, so that a resolution is counted once.
    select 'cost_per_resolution', ticket_id, opened_at, null,
        case when is_over or (is_old and is_touched) then durable_at is not null end, microdollars
    from known
    union all
    select 'unpriced_calls', ticket.ticket_id, opened_at, call.provider || ':' || call.model, true, null
    from setright.model_calls as call
    inner join ticket on ticket.ticket_id = call.ticket_id
    where call.tenant = %(tenant)s and call.microdollars is null
    union all
    select 'guardrail_acted', ticket_id, opened_at, null, acted_before or acted_during or acted_after, null from known
    union all
    select 'guardrail_layers', ticket_id, opened_at, layer, true, null
    from known
    cross join lateral (values ('before', acted_before), ('during', acted_during), ('after', acted_after))
        as seen (layer, has_acted)
    where has_acted
)

-- name: tallies
-- Placed in buckets by their edges, which know of time zones and changed clocks; a null label or bucket means all.
select
    figure,
    label,
    width_bucket(at, %(edges)s::timestamptz[]) as bucket,
    grouping(label) = 1 as is_every_label,
    grouping(width_bucket(at, %(edges)s::timestamptz[])) = 1 as is_every_bucket,
    count(*) filter (where counts) as numerator,
    count(counts) as denominator,
    count(*) filter (where counts is null) as not_yet_known,
    percentile_disc(0.5) within group (order by value) filter (where counts) as p50,
    percentile_disc(0.9) within group (order by value) filter (where counts) as p90,
    sum(value) filter (where counts is not null) as total
from observation
where at >= %(since)s and at < %(until)s
group by figure, grouping sets (
    (), (label), (width_bucket(at, %(edges)s::timestamptz[])), (label, width_bucket(at, %(edges)s::timestamptz[]))
)

-- name: behind
select
    observation.at, observation.label, observation.counts, observation.value,
    ticket.ticket_id, ticket.subject, ticket.status, ticket.waiting_for, ticket.intent, ticket.opened_at,
    ticket.resolution, ticket.durable_at
from observation
inner join setright.tickets as ticket
    on ticket.tenant = %(tenant)s and ticket.ticket_id = observation.ticket_id
where observation.figure = %(figure)s
    and observation.at >= %(since)s and observation.at < %(until)s
    and (%(label)s::text is null or observation.label = %(label)s)
    and (
        %(outcome)s::text is null
        or case observation.counts when true then 'counted' when false then 'not_counted' else 'not_yet_known' end
        = %(outcome)s
    )
order by observation.at desc, ticket.ticket_id desc, observation.label, observation.value
limit %(limit)s offset %(offset)s
