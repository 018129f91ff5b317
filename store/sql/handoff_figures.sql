-- name: count_handoffs
-- One pass over the events of handed-off tickets' lives. What older events lack counts as not looked at.
select
    count(*) filter (where kind = 'handed_off') as handed_off,
    count(*) filter (where kind = 'handed_off' and body ? 'due_at') as promised,
    count(*) filter (where kind = 'sla_warning') as warned,
    count(*) filter (where kind = 'sla_breached' and body ->> 'target' = 'first_response') as late_answers,
    count(*) filter (where kind = 'sla_breached' and body ->> 'target' = 'resolution') as late_solutions,
    count(*) filter (where kind = 'reply_suggested' and body ? 'draft') as suggested,
    count(*) filter (where kind = 'operator_replied') as operator_messages,
    count(*) filter (where kind = 'operator_replied' and body ? 'questions') as operator_messages_read,
    coalesce(sum((body ->> 'questions')::bigint) filter (where kind = 'operator_replied'), 0) as operator_questions,
    coalesce(sum(jsonb_array_length(jsonb_path_query_array(body, '$.repeated[*]')))
        filter (where kind = 'operator_replied'), 0) as operator_repeated,
    count(*) filter (
        where kind = 'operator_replied' and jsonb_path_exists(body, '$.repeated[0]')
    ) as operator_messages_repeating,
    count(*) filter (where kind = 'question_asked') as assistant_questions,
    count(*) filter (where kind = 'question_asked' and body @> '{"repeated": true}') as assistant_repeated
from setright.events
where tenant = %(tenant)s
    and (%(ticket_id)s::text is null or ticket_id = %(ticket_id)s)
    and kind in (
        'handed_off', 'sla_warning', 'sla_breached', 'reply_suggested', 'operator_replied', 'question_asked'
    )

-- name: count_reasons
select body ->> 'reason' as reason, body ->> 'queue' as queue, count(*) as times
from setright.events
where tenant = %(tenant)s
    and (%(ticket_id)s::text is null or ticket_id = %(ticket_id)s)
    and kind = 'handed_off'
group by 1, 2
order by 3 desc, 1, 2

-- name: count_subjects
select subject.name as subject, count(*) as times
from setright.events as event
cross join lateral jsonb_array_elements_text(jsonb_path_query_array(event.body, '$.repeated[*]')) as subject (name)
where event.tenant = %(tenant)s
    and (%(ticket_id)s::text is null or event.ticket_id = %(ticket_id)s)
    and event.kind = 'operator_replied'
group by 1
order by 2 desc, 1
