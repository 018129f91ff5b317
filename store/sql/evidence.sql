-- name: list_cited
-- What replies that were sent rest on: the passages as they were, and how they stand now. A newer version in which the
-- same words stand under the same heading changes nothing for who was told them.
select *
from (
    select
        message.ticket_id,
        message.seq,
        message.at as answered_at,
        cited.place,
        passage.id as passage_id,
        passage.slug,
        passage.version,
        article.title,
        passage.section,
        passage.path,
        passage.text,
        article.url,
        article.known_from,
        article.known_until,
        current.version as current_version,
        case
            when current.version is null then 'withdrawn'
            when current.version <> passage.version and not exists (
                select
                from setright.passages as same
                where same.tenant = passage.tenant
                    and same.slug = passage.slug
                    and same.version = current.version
                    and same.section = passage.section
                    and same.text = passage.text
            ) then 'changed'
            when current.valid_from > %(at)s or current.valid_until <= %(at)s then 'expired'
            when current.fresh_until <= %(at)s then 'stale'
            else 'holds'
        end as standing
    from setright.drafts as draft
    join setright.messages as message on message.tenant = draft.tenant and message.draft_id = draft.id
    cross join lateral unnest(draft.citations) with ordinality as cited (passage_id, place)
    join setright.passages as passage on passage.tenant = draft.tenant and passage.id = cited.passage_id
    join setright.articles as article
        on article.tenant = passage.tenant and article.slug = passage.slug and article.version = passage.version
    left join setright.articles as current
        on current.tenant = passage.tenant and current.slug = passage.slug and current.is_current
    where draft.tenant = %(tenant)s
        and draft.citations <> '{}'
        and (%(ticket_id)s::text is null or draft.ticket_id = %(ticket_id)s)
        and (%(since)s::timestamptz is null or draft.created_at >= %(since)s)
) as cited
where not %(doubtful)s
    or standing <> 'holds'
    and not exists (
        select
        from setright.answer_reviews as review
        where review.tenant = %(tenant)s
            and review.ticket_id = cited.ticket_id
            and review.seq = cited.seq
            and review.passage_id = cited.passage_id
            and review.standing = cited.standing
    )
order by
    case when %(doubtful)s then answered_at end desc,
    ticket_id,
    seq,
    place
limit %(limit)s

-- name: review
insert into setright.answer_reviews (
    tenant, ticket_id, customer_id, seq, passage_id, standing, reviewed_by, reviewed_at
) values (
    %(tenant)s, %(ticket_id)s, %(customer_id)s, %(seq)s, %(passage_id)s, %(standing)s, %(by)s, %(at)s
)
on conflict do nothing
