-- name: insert_request
insert into setright.approval_requests (
    tenant, approval_id, ticket_id, customer_id, action, args_sha256, rendered_text, role, approvers, rules,
    policy_version, requested_at, expires_at, requested_by, amount, currency, procedure
) values (
    %(tenant)s, %(approval_id)s, %(ticket_id)s, %(customer_id)s, %(action)s, %(args_sha256)s, %(rendered_text)s, %(role)s,
    %(approvers)s, %(rules)s, %(policy_version)s, %(requested_at)s, %(expires_at)s, %(requested_by)s,
    %(amount)s, %(currency)s, %(procedure)s
)
on conflict (tenant, approval_id) do nothing

-- name: read_request
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
    settlement.how as settled,
    snoozed.until as snoozed_until
from setright.approval_requests as request
left join setright.approval_settlements as settlement using (tenant, approval_id)
left join lateral (
    select until
    from setright.approval_snoozes as snooze
    where snooze.tenant = request.tenant and snooze.approval_id = request.approval_id
    order by snooze.id desc
    limit 1
) as snoozed on true
where request.tenant = %(tenant)s and request.approval_id = %(approval_id)s

-- name: list_requests
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
    settlement.how as settled,
    snoozed.until as snoozed_until
from setright.approval_requests as request
left join setright.approval_settlements as settlement using (tenant, approval_id)
left join lateral (
    select until
    from setright.approval_snoozes as snooze
    where snooze.tenant = request.tenant and snooze.approval_id = request.approval_id
    order by snooze.id desc
    limit 1
) as snoozed on true
where request.tenant = %(tenant)s
    and (%(ticket_id)s::text is null or request.ticket_id = %(ticket_id)s)
    and (not %(open_only)s or settlement.how is null)
    and (%(awake_at)s::timestamptz is null or snoozed.until is null or snoozed.until <= %(awake_at)s)
order by request.requested_at, request.approval_id
limit %(limit)s

-- name: insert_decision
insert into setright.approval_decisions (
    tenant, approval_id, ticket_id, customer_id, verdict, args_sha256, decided_by, reason, amended, amended_amount,
    amended_currency, at, auth_method, key_kind, roles
) values (
    %(tenant)s, %(approval_id)s, %(ticket_id)s, %(customer_id)s, %(verdict)s, %(args_sha256)s, %(decided_by)s,
    %(reason)s, %(amended)s, %(amended_amount)s, %(amended_currency)s, %(at)s, %(auth_method)s, %(key_kind)s, %(roles)s
)
on conflict (tenant, approval_id, decided_by) do nothing
returning id

-- name: read_decision_of
select id, approval_id, verdict, args_sha256, decided_by, reason, amended, at, auth_method, key_kind, roles
from setright.approval_decisions
where tenant = %(tenant)s and approval_id = %(approval_id)s and decided_by = %(decided_by)s

-- name: read_decision
select id, approval_id, verdict, args_sha256, decided_by, reason, amended, at, auth_method, key_kind, roles
from setright.approval_decisions
where tenant = %(tenant)s and id = %(id)s

-- name: insert_settlement
insert into setright.approval_settlements (tenant, approval_id, ticket_id, customer_id, how, decision_id, at)
values (%(tenant)s, %(approval_id)s, %(ticket_id)s, %(customer_id)s, %(how)s, %(decision_id)s, %(at)s)
on conflict (tenant, approval_id) do nothing

-- name: read_settlement
select approval_id, how, decision_id, at
from setright.approval_settlements
where tenant = %(tenant)s and approval_id = %(approval_id)s

-- name: insert_snooze
insert into setright.approval_snoozes (tenant, approval_id, ticket_id, customer_id, snoozed_by, until, at)
values (%(tenant)s, %(approval_id)s, %(ticket_id)s, %(customer_id)s, %(snoozed_by)s, %(until)s, %(at)s)
