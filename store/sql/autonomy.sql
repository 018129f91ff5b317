-- name: read_level
select level
from setright.autonomy_levels
where tenant = %(tenant)s and procedure = %(procedure)s and at <= %(at)s
order by id desc
limit 1

-- name: lock_level
select pg_advisory_xact_lock(hashtextextended('setright.autonomy ' || %(tenant)s || ' ' || %(procedure)s, 0))

-- name: set_level
insert into setright.autonomy_levels (tenant, procedure, level, before, reason, set_by, at)
values (%(tenant)s, %(procedure)s, %(level)s, %(before)s, %(reason)s, %(set_by)s, %(at)s)
returning id, procedure, level, before, reason, set_by, at

-- name: list_levels
select id, procedure, level, before, reason, set_by, at
from setright.autonomy_levels
where tenant = %(tenant)s and (%(procedure)s::text is null or procedure = %(procedure)s)
order by id desc
limit %(limit)s

-- name: insert_case
insert into setright.autonomy_cases (
    tenant, ticket_id, customer_id, turn, procedure, level, would, draft_id, context_id, actions, after_seq, at
) values (
    %(tenant)s, %(ticket_id)s, %(customer_id)s, %(turn)s, %(procedure)s, %(level)s, %(would)s, %(draft_id)s,
    %(context_id)s, %(actions)s, %(after_seq)s, %(at)s
)
on conflict (tenant, ticket_id, turn) do nothing

-- name: open_cases
-- withheld turns of a ticket that nothing was compared with yet, the oldest first
select cases.id, cases.ticket_id, cases.turn, cases.procedure, cases.level, cases.would, cases.draft_id, cases.context_id,
    cases.actions, cases.after_seq, cases.at, drafts.text as draft
from setright.autonomy_cases as cases
left join setright.drafts as drafts on drafts.tenant = cases.tenant and drafts.id = cases.draft_id
where cases.tenant = %(tenant)s and cases.ticket_id = %(ticket_id)s
    and not exists (
        select from setright.autonomy_comparisons as compared
        where compared.tenant = cases.tenant and compared.case_id = cases.id
    )
order by cases.id

-- name: insert_comparison
insert into setright.autonomy_comparisons (
    tenant, case_id, ticket_id, customer_id, did, same_outcome, same_action, reply, edit_share, by, at
) values (
    %(tenant)s, %(case_id)s, %(ticket_id)s, %(customer_id)s, %(did)s, %(same_outcome)s, %(same_action)s, %(reply)s,
    %(edit_share)s, %(by)s, %(at)s
)
on conflict (tenant, case_id) do nothing

-- name: withheld
-- each withheld turn since a moment, with what became of it
select cases.procedure, cases.level, cases.would,
    compared.case_id is not null as is_compared,
    compared.same_outcome, compared.same_action, compared.reply, compared.edit_share,
    array(
        select settled.how
        from jsonb_array_elements(cases.actions) as proposed
        join setright.approval_settlements as settled
            on settled.tenant = cases.tenant and settled.approval_id = proposed ->> 'action_id'
    ) as settled,
    exists (
        select from setright.corrections as corrected
        where corrected.tenant = cases.tenant and corrected.ticket_id = cases.ticket_id
            and corrected.was is distinct from corrected.intent and corrected.was = cases.procedure
    ) as is_corrected
from setright.autonomy_cases as cases
left join setright.autonomy_comparisons as compared
    on compared.tenant = cases.tenant and compared.case_id = cases.id
where cases.tenant = %(tenant)s and cases.at >= %(since)s

-- name: approvals
-- what approvers made of each procedure's requests since a moment, but for operators' own and those of withheld turns
select request.procedure, coalesce(settled.how, 'open') as how, count(*)::integer as number
from setright.approval_requests as request
left join setright.approval_settlements as settled using (tenant, approval_id)
where request.tenant = %(tenant)s and request.procedure is not null and request.requested_by is null
    and request.requested_at >= %(since)s
    and not exists (
        select from setright.autonomy_cases as cases
        where cases.tenant = request.tenant and cases.ticket_id = request.ticket_id
            and cases.actions @> jsonb_build_array(jsonb_build_object('action_id', request.approval_id))
    )
group by request.procedure, coalesce(settled.how, 'open')

-- name: resolved
-- tickets of each procedure that were resolved since a moment: how many came back, how many alone, how many corrected
select ticket.intent as procedure,
    count(*)::integer as resolved,
    count(*) filter (where ticket.reopens > 0)::integer as reopened,
    count(*) filter (where alone.yes)::integer as alone,
    count(*) filter (where alone.yes and (ticket.reopens > 0 or wrong.yes))::integer as regretted,
    count(*) filter (where wrong.yes)::integer as corrected
from setright.tickets as ticket
cross join lateral (
    select exists (
        select from setright.corrections as corrected
        where corrected.tenant = ticket.tenant and corrected.ticket_id = ticket.ticket_id
            and corrected.was is distinct from corrected.intent and corrected.was = ticket.intent
    ) as yes
) as wrong
cross join lateral (
    select not exists (
        select from setright.handoffs as handoff
        where handoff.tenant = ticket.tenant and handoff.ticket_id = ticket.ticket_id
    ) and not exists (
        select from setright.approval_requests as request
        where request.tenant = ticket.tenant and request.ticket_id = ticket.ticket_id
    ) as yes
) as alone
where ticket.tenant = %(tenant)s and ticket.intent is not null
    and (ticket.resolved_at >= %(since)s or (ticket.reopens > 0 and ticket.updated_at >= %(since)s))
group by ticket.intent
