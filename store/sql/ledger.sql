-- name: insert_proposal
insert into setright.action_ledger (
    tenant, action_id, ticket_id, customer_id, action, business_key, proposal, args_sha256, args, amount, currency, subject,
    procedure, status, policy_version, rules, proposed_at
) values (
    %(tenant)s, %(action_id)s, %(ticket_id)s, %(customer_id)s, %(action)s, %(business_key)s, %(proposal)s, %(args_sha256)s,
    %(args)s, %(amount)s, %(currency)s, %(subject)s, %(procedure)s, 'proposed', %(policy_version)s, %(rules)s, %(at)s
)
on conflict (tenant, action_id) do nothing

-- name: lock_action
select * from setright.action_ledger where tenant = %(tenant)s and action_id = %(action_id)s for no key update

-- name: read_action
select * from setright.action_ledger where tenant = %(tenant)s and action_id = %(action_id)s

-- name: settle
update setright.action_ledger
set status = %(status)s, code = %(code)s, outcome = %(outcome)s, settled_at = %(settled_at)s
where tenant = %(tenant)s and action_id = %(action_id)s
returning *

-- name: ticket_actions
select *
from setright.action_ledger
where tenant = %(tenant)s and ticket_id = %(ticket_id)s
order by proposed_at, action_id
