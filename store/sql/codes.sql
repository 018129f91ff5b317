-- name: lock_customer
-- asked for one after the other, so that the count below is right
select pg_advisory_xact_lock(hashtextextended('code ' || %(tenant)s || ' ' || %(customer_id)s, 0))

-- name: count_asked
-- over all tickets of the customer, and so over each
select count(*)
from setright.identity_codes
where tenant = %(tenant)s and customer_id = %(customer_id)s and asked_at > %(since)s

-- name: has_live
-- one that is on its way counts as live
select exists(
    select
    from setright.identity_codes
    where tenant = %(tenant)s
        and ticket_id = %(ticket_id)s
        and asked_at > %(since)s
        and used_at is null
        and tries < %(most)s
        and (expires_at is null or expires_at > %(now)s)
)

-- name: insert_asked
insert into setright.identity_codes (tenant, ticket_id, customer_id, asked_at)
values (%(tenant)s, %(ticket_id)s, %(customer_id)s, %(at)s)
returning id

-- name: set_code
update setright.identity_codes
set salt = %(salt)s, digest = %(digest)s, expires_at = %(expires_at)s
where tenant = %(tenant)s
    and id = %(id)s
    and used_at is null
    and asked_at > %(since)s

-- name: take_try
-- of the newest code alone: asking for another makes an older one worthless; counted before anything is compared
update setright.identity_codes
set tries = tries + 1
where tenant = %(tenant)s
    and id = (
        select id
        from setright.identity_codes
        where tenant = %(tenant)s and ticket_id = %(ticket_id)s and digest is not null
        order by id desc
        limit 1
    )
    and used_at is null
    and expires_at > %(now)s
    and tries < %(most)s
returning id, salt, digest

-- name: mark_used
update setright.identity_codes
set used_at = %(at)s
where tenant = %(tenant)s and id = %(id)s and used_at is null

-- name: read_digests
select id, salt, digest
from setright.identity_codes
where tenant = %(tenant)s and ticket_id = %(ticket_id)s and digest is not null
order by id
