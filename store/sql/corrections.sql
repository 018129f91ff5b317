-- name: insert_correction
-- an edit of a suggestion that is kept already is not kept again
insert into setright.corrections (
    tenant, ticket_id, customer_id, seq, kind, was, intent, words, note, corrected_by, at, suggested, sent, draft_id,
    unfounded
) values (
    %(tenant)s, %(ticket_id)s, %(customer_id)s, %(seq)s, %(kind)s, %(was)s, %(intent)s, %(words)s, %(note)s,
    %(corrected_by)s, %(at)s, %(suggested)s, %(sent)s, %(draft_id)s, %(unfounded)s
)
on conflict (tenant, draft_id) where draft_id is not null do nothing
returning id

-- name: list_corrections
select correction.id, correction.ticket_id, correction.seq, correction.kind, correction.was, correction.intent,
    correction.words, correction.note, correction.corrected_by, correction.at, correction.suggested, correction.sent,
    correction.draft_id, correction.unfounded,
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

-- name: wordings
-- edited replies that nobody has rejected, the newest first; with `accepted` those alone that somebody has accepted
select correction.id, correction.ticket_id, correction.intent, correction.words as question, correction.suggested, correction.sent,
    coalesce(review.verdict = 'accepted', false) as is_accepted
from setright.corrections as correction
left join lateral (
    select verdict
    from setright.correction_reviews as reviews
    where reviews.tenant = correction.tenant and reviews.correction_id = correction.id
    order by reviews.id desc
    limit 1
) as review on true
where correction.tenant = %(tenant)s and correction.kind = 'reply'
    and correction.sent is not null and correction.sent <> '[erased]'
    and review.verdict is distinct from 'rejected'
    and (not %(accepted)s or review.verdict = 'accepted')
order by correction.id desc
limit %(limit)s
