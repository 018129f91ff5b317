-- name: count_layers
-- One pass over the events; a null ticket means all of the tenant's. What older events lack counts as nothing.
select
    count(distinct ticket_id) as tickets,
    jsonb_build_object(
        'searches', count(*) filter (where kind = 'evidence_found'),
        'found', count(*) filter (where kind = 'evidence_found' and jsonb_path_exists(body, '$.passages[0]')),
        'nothing_found',
        count(*) filter (where kind = 'evidence_found' and not jsonb_path_exists(body, '$.passages[0]')),
        'refused', coalesce(sum((body ->> 'refused')::bigint) filter (where kind = 'evidence_found'), 0),
        'stale', coalesce(sum((body ->> 'stale')::bigint) filter (where kind = 'evidence_found'), 0),
        'contradicting', count(*) filter (where kind = 'evidence_found' and body @> '{"contradicts": true}')
    ) as before,
    jsonb_build_object(
        'clarified', count(*) filter (where kind = 'question_asked' and body ->> 'asks' = 'intent'),
        'abstained',
        count(*) filter (
            where kind = 'classified' and jsonb_path_exists(body, '$.wishes[*][0] ? (@.intent == "out_of_scope")')
        ),
        'handed_off', count(*) filter (where kind = 'handed_off' and body ->> 'reason' = any(%(unsure)s))
    ) as during,
    jsonb_build_object(
        'checked', count(*) filter (where kind = 'reply_checked'),
        'claims',
        coalesce(
            sum(jsonb_array_length(jsonb_path_query_array(body, '$.claims[*]')))
                filter (where kind = 'reply_checked'),
            0
        ),
        'unsupported',
        coalesce(
            sum(jsonb_array_length(jsonb_path_query_array(body, '$.claims[*] ? (!exists(@.supported_by))')))
                filter (where kind = 'reply_checked'),
            0
        ),
        'stale', count(*) filter (where kind = 'reply_checked' and jsonb_path_exists(body, '$.stale[0]')),
        'redrafts', count(*) filter (where kind = 'reply_checked' and (body ->> 'attempt')::int > 1),
        'refused',
        count(*) filter (
            where kind = 'reply_checked' and (body ->> 'attempt')::int > 1 and jsonb_path_exists(body, '$.findings[0]')
        )
    ) as after
from setright.events
where tenant = %(tenant)s
    and (%(ticket_id)s::text is null or ticket_id = %(ticket_id)s)
    and kind in ('evidence_found', 'classified', 'question_asked', 'reply_checked', 'handed_off')

-- name: count_findings
select found.name as check, count(*) as times
from setright.events as event
cross join lateral jsonb_array_elements_text(jsonb_path_query_array(event.body, '$.findings[*]')) as found (name)
where event.tenant = %(tenant)s
    and (%(ticket_id)s::text is null or event.ticket_id = %(ticket_id)s)
    and event.kind = 'reply_checked'
group by found.name
order by count(*) desc, found.name
