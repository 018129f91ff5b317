-- name: flush_with_next
-- the events that name these facts are committed later, and that commit writes this one to disk first
select set_config('synchronous_commit', 'off', true)

-- name: keep_judged
insert into setright.judged_facts (tenant, ticket_id, customer_id, sha256, body, at)
values (%(tenant)s, %(ticket_id)s, %(customer_id)s, %(sha256)s, %(body)s, %(at)s)
on conflict (tenant, ticket_id, sha256) do nothing

-- name: read_judged
-- what the newest judgment of an action went by, as far as that is kept
select facts.body
from setright.events as event
inner join setright.judged_facts as facts
    on facts.tenant = event.tenant and facts.ticket_id = event.ticket_id and facts.sha256 = event.body ->> 'judged_on'
where event.tenant = %(tenant)s and event.ticket_id = %(ticket_id)s and event.kind = 'action_judged'
    and event.body ->> 'action_id' = %(action_id)s
order by event.seq desc
limit 1

-- name: list_judgments
-- the newest first, each with what it went by, as far as that is kept; as text, which is read where there is time
select
    event.ticket_id, event.seq, event.at, facts.body::text as kept,
    event.body ->> 'action_id' as action_id, event.body ->> 'action' as action, event.body ->> 'verdict' as verdict,
    event.body -> 'rules' as rules, event.body ->> 'policy' as policy_version, event.body ->> 'judged_on' as judged_on
from setright.events as event
left join setright.judged_facts as facts
    on facts.tenant = event.tenant and facts.ticket_id = event.ticket_id and facts.sha256 = event.body ->> 'judged_on'
where event.tenant = %(tenant)s and event.kind = 'action_judged'
    and event.body ? 'action_id'  -- a rule that hands a ticket off is recorded under the same kind, and judges no action
    and (
        %(before_at)s::timestamptz is null
        or (event.at, event.ticket_id, event.seq) < (%(before_at)s, %(before_ticket)s::text, %(before_seq)s::integer)
    )
order by event.at desc, event.ticket_id desc, event.seq desc
limit %(limit)s
