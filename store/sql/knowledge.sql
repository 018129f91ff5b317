-- name: lock_article
-- one writer of an article at a time, until the transaction ends
select pg_advisory_xact_lock(
    hashtextextended(jsonb_build_array('setright.articles', %(tenant)s::text, %(slug)s::text)::text, 2)
)

-- name: read_versions
select
    coalesce(max(version), 0) as newest,
    max(sha256) filter (where is_current) as sha256
from setright.articles
where tenant = %(tenant)s and slug = %(slug)s

-- name: retire_passages
-- Two writers read the clock before they wait for each other, so the later one's time may be the earlier: no version
-- ends before it began, and none begins before the one before it has ended.
update setright.passages set known_until = greatest(%(at)s, known_from)
where tenant = %(tenant)s and slug = %(slug)s and is_current

-- name: retire_article
update setright.articles set known_until = greatest(%(at)s, known_from)
where tenant = %(tenant)s and slug = %(slug)s and is_current

-- name: confirm_article
update setright.articles set fresh_until = %(fresh_until)s
where tenant = %(tenant)s and slug = %(slug)s and is_current and fresh_until is distinct from %(fresh_until)s

-- name: insert_article
insert into setright.articles (
    tenant, slug, version, title, language, audience, products, valid_from, valid_until, fresh_until, source, source_id,
    url, sha256, known_from
) values (
    %(tenant)s, %(slug)s, %(version)s, %(title)s, %(language)s, %(audience)s, %(products)s, %(valid_from)s,
    %(valid_until)s, %(fresh_until)s, %(source)s, %(source_id)s, %(url)s, %(sha256)s,
    greatest(
        %(at)s, (select max(known_until) from setright.articles where tenant = %(tenant)s and slug = %(slug)s)
    )
)

-- name: insert_passage
insert into setright.passages (
    tenant, slug, version, position, section, path, text, model, embedding,
    language, audience, products, valid_from, valid_until, known_from
)
select
    tenant, slug, version, %(position)s, %(section)s, %(path)s, %(text)s, %(model)s, %(embedding)s::halfvec,
    language, audience, products, valid_from, valid_until, known_from
from setright.articles
where tenant = %(tenant)s and slug = %(slug)s and version = %(version)s

-- name: list_current
-- what the workspace brought; a source's articles go when that source says so
select slug from setright.articles where tenant = %(tenant)s and is_current and source_id is null order by slug

-- name: read_passages
select * from setright.cited(%(tenant)s, %(ids)s, %(at)s, null)
