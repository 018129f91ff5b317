-- name: list_waiting
select
    request.approval_id,
    request.ticket_id,
    request.customer_id,
    request.action,
    request.rendered_text,
    request.role,
    request.approvers,
    request.rules,
    request.policy_version,
    request.requested_at,
    request.expires_at,
    request.requested_by,
    null as settled,
    snoozed.until as snoozed_until,
    ticket.subject,
    seen.body as context,
    (
        select coalesce(
            jsonb_agg(
                jsonb_build_object(
                    'id', answer.id, 'approval_id', answer.approval_id, 'verdict', answer.verdict,
                    'args_sha256', answer.args_sha256, 'decided_by', answer.decided_by, 'reason', answer.reason,
                    'amended', answer.amended, 'at', answer.at, 'auth_method', answer.auth_method,
                    'key_kind', answer.key_kind, 'roles', to_jsonb(answer.roles)
                )
                order by answer.id
            ),
            '[]'
        )
        from setright.approval_decisions as answer
        where answer.tenant = request.tenant and answer.approval_id = request.approval_id
    ) as answers,
    (
        select coalesce(
            jsonb_agg(
                jsonb_build_object('seq', event.seq, 'kind', event.kind, 'at', event.at, 'body', event.body)
                order by event.seq
            ),
            '[]'
        )
        from setright.events as event
        where event.tenant = request.tenant
            and event.ticket_id = request.ticket_id
            and event.kind = 'action_judged'
            and event.body ->> 'action_id' = request.action ->> 'action_id'
    ) as judgments
from setright.approval_requests as request
join setright.tickets as ticket on ticket.tenant = request.tenant and ticket.ticket_id = request.ticket_id
left join lateral (
    select until
    from setright.approval_snoozes as snooze
    where snooze.tenant = request.tenant and snooze.approval_id = request.approval_id
    order by snooze.id desc
    limit 1
) as snoozed on true
left join lateral (
    select context.body
    from setright.contexts as context
    where context.tenant = request.tenant and context.ticket_id = request.ticket_id
    order by context.id desc
    limit 1
) as seen on true
where request.tenant = %(tenant)s
    and request.expires_at > %(now)s
    and not exists (
        select
        from setright.approval_settlements as settlement
        where settlement.tenant = request.tenant and settlement.approval_id = request.approval_id
    )
    and (coalesce(snoozed.until, '-infinity') > %(now)s) = %(snoozed)s
    and (%(role)s::text is null or request.role = %(role)s)
    and (%(action)s::text is null or request.action ->> 'name' = %(action)s)
    and (%(expires_before)s::timestamptz is null or request.expires_at <= %(expires_before)s)
    and (
        not %(for_me)s
        or (
            (request.role = any (%(roles)s::text[]) or '*' = any (%(roles)s::text[]))
            and %(operator_id)s not in (coalesce(request.requested_by, ''), request.customer_id)
            and not exists (
                select
                from setright.approval_decisions as mine
                where mine.tenant = request.tenant
                    and mine.approval_id = request.approval_id
                    and mine.decided_by = %(operator_id)s
            )
        )
    )
    and (
        %(like)s::text is null
        or request.ticket_id ilike %(like)s
        or request.customer_id ilike %(like)s
        or request.rendered_text ilike %(like)s
        or ticket.subject ilike %(like)s
        or seen.body ->> 'name' ilike %(like)s
    )
order by request.requested_at, request.approval_id
limit %(limit)s

-- name: count_waiting
select
    request.action ->> 'name' as action,
    request.role,
    coalesce(snoozed.until, '-infinity') > %(now)s as is_snoozed,
    count(*) as number,
    count(*) filter (
        where (request.role = any (%(roles)s::text[]) or '*' = any (%(roles)s::text[]))
            and %(operator_id)s not in (coalesce(request.requested_by, ''), request.customer_id)
            and not exists (
                select
                from setright.approval_decisions as mine
                where mine.tenant = request.tenant
                    and mine.approval_id = request.approval_id
                    and mine.decided_by = %(operator_id)s
            )
    ) as for_me,
    count(*) filter (where request.expires_at <= %(soon)s) as soon
from setright.approval_requests as request
left join lateral (
    select until
    from setright.approval_snoozes as snooze
    where snooze.tenant = request.tenant and snooze.approval_id = request.approval_id
    order by snooze.id desc
    limit 1
) as snoozed on true
where request.tenant = %(tenant)s
    and request.expires_at > %(now)s
    and not exists (
        select
        from setright.approval_settlements as settlement
        where settlement.tenant = request.tenant and settlement.approval_id = request.approval_id
    )
group by 1, 2, 3
order by 1, 2, 3

-- name: list_settled
select
    settlement.approval_id,
    settlement.ticket_id,
    settlement.customer_id,
    request.action ->> 'name' as action,
    request.rendered_text,
    settlement.how,
    settlement.at,
    decision.decided_by,
    decision.reason
from setright.approval_settlements as settlement
join setright.approval_requests as request
    on request.tenant = settlement.tenant and request.approval_id = settlement.approval_id
left join setright.approval_decisions as decision
    on decision.tenant = settlement.tenant and decision.id = settlement.decision_id
where settlement.tenant = %(tenant)s
order by settlement.at desc, settlement.approval_id
limit %(limit)s
