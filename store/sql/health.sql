-- name: overlaps
-- Passages of two articles that say nearly the same: whoever corrects one must know of the other. The newest are looked at.
select distinct on (article, other) article, other, similarity
from (
    select mine.slug as article, near.slug as other, (1 - near.distance)::double precision as similarity
    from (
        select slug, embedding, model, language from setright.passages
        where tenant = %(tenant)s and is_current
        order by known_from desc, id desc limit %(passages)s
    ) as mine
    cross join lateral (
        select passage.slug, passage.embedding <=> mine.embedding as distance
        from setright.passages as passage
        where passage.tenant = %(tenant)s and passage.is_current and passage.model = mine.model
            and passage.language = mine.language and passage.slug <> mine.slug
        order by passage.embedding <=> mine.embedding
        limit 1
    ) as near
    where near.distance <= %(farthest)s and mine.slug < near.slug
) as pairs
order by article, other, similarity desc
limit %(limit)s

-- name: unfindable
-- Current articles that no search of today returns: over, not yet begun, or embedded by a model that is not asked any more.
select slug as article,
    case
        when valid_until <= %(at)s then 'no_longer_valid'
        when valid_from > %(at)s then 'not_yet_valid'
        else 'other_model'
    end as reason
from setright.articles as article
where tenant = %(tenant)s and is_current
    and (
        valid_until <= %(at)s
        or valid_from > %(at)s
        or not exists (
            select from setright.passages as passage
            where passage.tenant = article.tenant and passage.slug = article.slug and passage.version = article.version
                and passage.model = (
                    select model from setright.passages
                    where tenant = %(tenant)s and is_current order by known_from desc, id desc limit 1
                )
        )
    )
order by slug
limit %(limit)s
