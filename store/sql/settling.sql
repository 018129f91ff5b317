-- name: keep_who_settled
update setright.action_ledger
set settled_by = %(by)s, settled_because = %(because)s
where tenant = %(tenant)s and action_id = %(action_id)s
returning *
