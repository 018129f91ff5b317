-- name: lock_intent
-- claims of one intent go one after another; the unique index is what holds if this is ever forgotten
select pg_advisory_xact_lock(
    hashtextextended(jsonb_build_array(%(tenant)s::text, %(action)s::text, %(business_key)s::text)::text, 1)
)

-- name: read_holder
-- whoever carries out the same intent, or has carried it out
select ticket_id, customer_id, status
from setright.action_ledger
where tenant = %(tenant)s
    and action = %(action)s
    and business_key = %(business_key)s
    and status not in ('proposed', 'failed')

-- name: last_generation
select coalesce(max(generation), 0)
from setright.action_ledger
where tenant = %(tenant)s and action = %(action)s and business_key = %(business_key)s

-- name: read_permission
-- what an approval permits: read inside the transaction that claims the action
select
    request.action,
    request.role,
    request.approvers,
    request.amount,
    request.currency,
    settlement.how,
    decision.args_sha256,
    decision.amended,
    decision.amended_amount,
    decision.amended_currency,
    decision.at < request.expires_at as is_in_time,
    -- a yes is good for as long as the question would have been open
    %(at)s < decision.at + (request.expires_at - request.requested_at) as is_fresh
from setright.approval_requests as request
left join setright.approval_settlements as settlement using (tenant, approval_id)
left join setright.approval_decisions as decision
    on decision.tenant = settlement.tenant and decision.id = settlement.decision_id
where request.tenant = %(tenant)s and request.approval_id = %(approval_id)s

-- name: read_votes
-- what people said in time who are neither the one who asked nor the customer; of each person there is one decision
select decision.args_sha256, decision.amended, decision.roles
from setright.approval_decisions as decision
join setright.approval_requests as request using (tenant, approval_id)
where decision.tenant = %(tenant)s
    and decision.approval_id = %(approval_id)s
    and decision.verdict in ('approved', 'amended')
    and decision.at < request.expires_at
    and decision.key_kind = 'operator'
    and decision.decided_by is distinct from request.requested_by
    and decision.decided_by <> request.customer_id

-- name: authorise
update setright.action_ledger
set status = 'authorised', approval_id = %(approval_id)s, generation = %(generation)s, idempotency_key = %(idempotency_key)s
where tenant = %(tenant)s and action_id = %(action_id)s

-- name: claim
update setright.action_ledger
set status = 'claimed', claimed_at = coalesce(claimed_at, %(at)s), attempts = attempts + 1
where tenant = %(tenant)s and action_id = %(action_id)s
returning *
