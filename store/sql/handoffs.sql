-- name: insert_handoff
insert into setright.handoffs (
    tenant, ticket_id, customer_id, turn, reason, queue, is_urgent, packet, created_at
) values (
    %(tenant)s, %(ticket_id)s, %(customer_id)s, %(turn)s, %(reason)s, %(queue)s, %(is_urgent)s, %(packet)s,
    %(created_at)s
)
on conflict (tenant, ticket_id, turn) do nothing
returning id

-- name: find_handoff
select id from setright.handoffs where tenant = %(tenant)s and ticket_id = %(ticket_id)s and turn = %(turn)s

-- name: accept_handoff
update setright.handoffs
set accepted_by = %(operator_id)s, accepted_at = %(at)s
where tenant = %(tenant)s and id = %(id)s and accepted_by is null

-- name: list_handoffs
select handoff.*, newest.suggestion
from setright.handoffs as handoff
left join lateral (
    select jsonb_build_object(
        'draft_id', draft.id, 'seq', (event.body ->> 'seq')::integer, 'text', draft.text,
        'citations', to_jsonb(draft.citations), 'at', event.at
    ) as suggestion
    from setright.events as event
    join setright.drafts as draft
        on draft.tenant = event.tenant and draft.id = (event.body ->> 'draft')::bigint
    where event.tenant = handoff.tenant
        and event.ticket_id = handoff.ticket_id
        and event.kind = 'reply_suggested'
        and event.at >= handoff.created_at
        and not exists (
            select
            from setright.events as later
            where later.tenant = event.tenant
                and later.ticket_id = event.ticket_id
                and later.seq > event.seq
                and later.kind in ('operator_replied', 'handed_back', 'closed', 'message_received')
        )
    order by event.seq desc
    limit 1
) as newest on true
where handoff.tenant = %(tenant)s
    and (%(id)s::bigint is null or handoff.id = %(id)s)
    and (%(ticket_id)s::text is null or handoff.ticket_id = %(ticket_id)s)
    and (%(queue)s::text is null or handoff.queue = %(queue)s)
    and (not %(waiting)s or handoff.accepted_at is null)
order by handoff.is_urgent desc, handoff.created_at, handoff.id
limit %(limit)s
