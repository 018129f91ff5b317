-- name: look_up
select operator_id, name, email, password_hash, disabled_at from setright.operator_lookup(%(login)s)

-- name: list_operators
select operator_id, name, email, has_password, disabled_at, tenants, roles from setright.operator_list()

-- name: add
select setright.operator_add(%(operator_id)s, %(name)s, %(email)s, %(at)s)

-- name: set_password
select setright.operator_set_password(%(operator_id)s, %(password_hash)s)

-- name: rehash
select setright.operator_rehash(%(operator_id)s, %(old_hash)s, %(new_hash)s)

-- name: disable
select setright.operator_disable(%(operator_id)s, %(at)s)

-- name: memberships_of
select tenant, role, approves from setright.operator_memberships(%(operator_id)s)

-- name: list_members
select operator_id, name, email, role, approves, is_disabled from setright.members()

-- name: put_member
insert into setright.memberships (tenant, operator_id, role, approves, changed_at)
values (%(tenant)s, %(operator_id)s, %(role)s, %(approves)s, %(at)s)
on conflict (tenant, operator_id) do update
set role = excluded.role, approves = excluded.approves, changed_at = excluded.changed_at, removed_at = null

-- name: remove_member
update setright.memberships set removed_at = %(at)s
where tenant = %(tenant)s and operator_id = %(operator_id)s and removed_at is null
