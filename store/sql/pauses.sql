-- name: lock_for_claim
-- claims hold the lock together; whoever pauses waits for those under way, so that nothing is claimed afterwards
select pg_advisory_xact_lock_shared(hashtextextended(%(tenant)s::text, 4))

-- name: lock_for_change
select pg_advisory_xact_lock(hashtextextended(%(tenant)s::text, 4))

-- name: first_in_force
select pause.id, pause.scope, pause.name
from setright.pauses as pause
where pause.tenant = %(tenant)s
    and (
        pause.scope = 'all'
        or (pause.scope = 'action' and pause.name = %(action)s)
        or (pause.scope = 'procedure' and pause.name = %(procedure)s)
    )
    and not exists (
        select from setright.pause_ends as ended where (ended.tenant, ended.pause_id) = (pause.tenant, pause.id)
    )
order by pause.id
limit 1

-- name: insert_pause
insert into setright.pauses (tenant, scope, name, paused_by, reason, at)
values (%(tenant)s, %(scope)s, %(name)s, %(paused_by)s, %(reason)s, %(at)s)
returning id

-- name: read_pause
select
    pause.id, pause.scope, pause.name, pause.paused_by, pause.reason, pause.at, ended.lifted_by, ended.at as lifted_at,
    (select count(*) from setright.held_actions as held where (held.tenant, held.pause_id) = (pause.tenant, pause.id)) as held
from setright.pauses as pause
left join setright.pause_ends as ended on (ended.tenant, ended.pause_id) = (pause.tenant, pause.id)
where pause.tenant = %(tenant)s and pause.id = %(id)s

-- name: list_pauses
select
    pause.id, pause.scope, pause.name, pause.paused_by, pause.reason, pause.at, ended.lifted_by, ended.at as lifted_at,
    (select count(*) from setright.held_actions as held where (held.tenant, held.pause_id) = (pause.tenant, pause.id)) as held
from setright.pauses as pause
left join setright.pause_ends as ended on (ended.tenant, ended.pause_id) = (pause.tenant, pause.id)
where pause.tenant = %(tenant)s and (not %(in_force_only)s or ended.at is null)
order by pause.id desc
limit %(limit)s

-- name: insert_end
insert into setright.pause_ends (tenant, pause_id, lifted_by, at)
values (%(tenant)s, %(id)s, %(lifted_by)s, %(at)s)
on conflict (tenant, pause_id) do nothing

-- name: insert_held
insert into setright.held_actions (tenant, pause_id, action_id, ticket_id, customer_id, at)
values (%(tenant)s, %(id)s, %(action_id)s, %(ticket_id)s, %(customer_id)s, %(at)s)
on conflict (tenant, pause_id, action_id) do nothing

-- name: announce_end
-- one row a ticket, however many of its actions were held
insert into setright.outbox (tenant, ticket_id, customer_id, channel, identity, kind, ref, created_at)
select distinct ticket.tenant, ticket.ticket_id, ticket.customer_id, ticket.channel, ticket.identity, 'resume', %(id)s::bigint, %(at)s::timestamptz
from setright.held_actions as held
join setright.tickets as ticket using (tenant, ticket_id)
where held.tenant = %(tenant)s and held.pause_id = %(id)s
on conflict (tenant, ticket_id, kind, ref) do nothing
