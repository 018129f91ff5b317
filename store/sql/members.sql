-- name: lock_admins
-- Two admins who take each other's role at once come one after another, and the second finds that they are the last.
select operator_id
from setright.memberships
where tenant = %(tenant)s and role = 'admin' and removed_at is null
order by operator_id
for update

-- name: note_change
insert into setright.member_changes (tenant, operator_id, role, approves, changed_by, at)
values (%(tenant)s, %(operator_id)s, %(role)s, %(approves)s, %(changed_by)s, %(at)s)

-- name: list_changes
select operator_id, role, approves, changed_by, at
from setright.member_changes
where tenant = %(tenant)s
order by id desc
limit %(limit)s

-- name: sign_ins
select operator_id, has_password, last_seen_at, method from setright.member_sign_ins()
