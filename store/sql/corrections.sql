-- name: insert_correction
insert into setright.corrections (
    tenant, ticket_id, customer_id, seq, kind, was, intent, words, note, corrected_by, at
) values (
    %(tenant)s, %(ticket_id)s, %(customer_id)s, %(seq)s, %(kind)s, %(was)s, %(intent)s, %(words)s, %(note)s,
    %(corrected_by)s, %(at)s
)
returning id

-- name: list_corrections
select correction.id, correction.ticket_id, correction.seq, correction.kind, correction.was, correction.intent,
    correction.words, correction.note, correction.corrected_by, correction.at,
    review.verdict, review.reason as review_reason, review.reviewed_by, review.at as reviewed_at
from setright.corrections as correction
left join lateral (
    select verdict, reason, reviewed_by, at
    from setright.correction_reviews as reviews
    where reviews.tenant = correction.tenant and reviews.correction_id = correction.id
    order by reviews.id desc
    limit 1
) as review on true
where correction.tenant = %(tenant)s
    and (%(id)s::bigint is null or correction.id = %(id)s)
    and (%(ticket_id)s::text is null or correction.ticket_id = %(ticket_id)s)
    and (not %(open_only)s or review.verdict is null)
order by correction.id desc
limit %(limit)s

-- name: insert_review
insert into setright.correction_reviews (tenant, correction_id, verdict, reason, reviewed_by, at)
values (%(tenant)s, %(correction_id)s, %(verdict)s, %(reason)s, %(reviewed_by)s, %(at)s)

-- name: examples
-- what accepted corrections teach; words that were erased teach nothing any more
select distinct correction.words as text, correction.intent
from setright.corrections as correction
join lateral (
    select verdict
    from setright.correction_reviews as reviews
    where reviews.tenant = correction.tenant and reviews.correction_id = correction.id
    order by reviews.id desc
    limit 1
) as review on review.verdict = 'accepted'
where correction.tenant = %(tenant)s and correction.words <> '[erased]'
order by correction.intent, text
limit 5000
