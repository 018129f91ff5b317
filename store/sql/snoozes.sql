-- name: insert_snooze
insert into setright.ticket_snoozes (tenant, ticket_id, customer_id, operator_id, until, at)
values (%(tenant)s, %(ticket_id)s, %(customer_id)s, %(operator_id)s, %(until)s, %(at)s)

-- name: list_snoozed
select newest.ticket_id, newest.until
from (
    select distinct on (ticket_id) ticket_id, until
    from setright.ticket_snoozes
    where tenant = %(tenant)s and operator_id = %(operator_id)s
    order by ticket_id, id desc
) as newest
where newest.until > %(at)s
order by newest.until, newest.ticket_id
