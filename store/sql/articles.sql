-- name: list_articles
select slug, version, title, language, valid_from, valid_until, known_from, known_until, fresh_until, audience, products,
    coalesce(source_id, 'workspace') as source_id, source as item, url
from setright.articles
where tenant = %(tenant)s and is_current
    and (%(source_id)s::text is null or coalesce(source_id, 'workspace') = %(source_id)s)
    and (%(stale_at)s::timestamptz is null or fresh_until <= %(stale_at)s)
    and (%(after)s::text is null or slug > %(after)s)
order by slug
limit %(limit)s

-- name: read_article
-- the version that was known at the time asked for, or the current one
select slug, version, title, language, valid_from, valid_until, known_from, known_until, fresh_until, audience, products,
    coalesce(source_id, 'workspace') as source_id, source as item, url
from setright.articles
where tenant = %(tenant)s and slug = %(slug)s
    and case
        when %(at)s::timestamptz is null then is_current
        else known_from <= %(at)s and coalesce(%(at)s < known_until, true)
    end
order by version desc
limit 1

-- name: list_versions
select slug, version, title, language, valid_from, valid_until, known_from, known_until, fresh_until, audience, products,
    coalesce(source_id, 'workspace') as source_id, source as item, url
from setright.articles
where tenant = %(tenant)s and slug = %(slug)s
order by version desc
limit %(limit)s

-- name: list_passages
select id as passage_id, path, text
from setright.passages
where tenant = %(tenant)s and slug = %(slug)s and version = %(version)s
order by position

-- name: set_fresh_until
update setright.articles set fresh_until = %(fresh_until)s
where tenant = %(tenant)s and slug = %(slug)s and is_current and fresh_until is distinct from %(fresh_until)s
