-- name: begin
select setright.session_begin(
    %(sha256)s, %(operator_id)s, %(tenant)s, %(method)s, %(csrf)s, %(at)s, %(expires_at)s
)

-- name: look_up
select operator_id, name, chosen_tenant, method, csrf, last_seen_at, expires_at,
    (
        select coalesce(jsonb_agg(to_jsonb(membership) order by membership.tenant), '[]')
        from setright.operator_memberships(operator_id) as membership
    ) as memberships
from setright.session_lookup(%(sha256)s, %(at)s, %(seen_after)s)

-- name: seen
select setright.session_seen(%(sha256)s, %(at)s)

-- name: end_one
select setright.session_end(%(sha256)s)

-- name: end_all
select setright.sessions_end(%(operator_id)s)

-- name: make_link
select setright.link_make(%(sha256)s, %(operator_id)s, %(at)s, %(expires_at)s)

-- name: use_link
select setright.link_use(%(sha256)s, %(at)s)
