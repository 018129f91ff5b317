-- name: save_rating
insert into setright.ratings (tenant, ticket_id, customer_id, score, comment, rated_by, at)
values (%(tenant)s, %(ticket_id)s, %(customer_id)s, %(score)s, %(comment)s, %(rated_by)s, %(at)s)
on conflict (tenant, ticket_id) do update
set score = excluded.score, comment = excluded.comment, rated_by = excluded.rated_by, at = excluded.at

-- name: read_rating
select score, comment, rated_by, at from setright.ratings where tenant = %(tenant)s and ticket_id = %(ticket_id)s
