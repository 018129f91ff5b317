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

-- name: scan_settings
-- With rows of other tenants filtered out, the index must be scanned on until enough are found, wherever they are.
select
    set_config('hnsw.iterative_scan', 'relaxed_order', true),
    set_config('hnsw.ef_search', '100', true),
    set_config('hnsw.max_scan_tuples', '1000000', true)

-- name: search
-- Two rankings, by meaning and by words, fused by reciprocal rank (Cormack et al. 2009; 60 is theirs). The fused score
-- orders and says nothing of how sure the match is, so the similarity is returned as it is.
with by_meaning as (
    select id, row_number() over (order by distance, id) as place
    from (
        select id, embedding <=> %(embedding)s::halfvec as distance
        from setright.passages
        where tenant = %(tenant)s
            and is_current
            and model = %(model)s
            and (%(audiences)s::text[] is null or audience = '{}' or audience && %(audiences)s)
            and (%(products)s::text[] is null or products = '{}' or products && %(products)s)
            and (%(locales)s::text[] is null or array[language, split_part(language, '-', 1)] && %(locales)s)
            and (valid_from is null or valid_from <= %(at)s)
            and (valid_until is null or %(at)s < valid_until)
        order by embedding <=> %(embedding)s::halfvec  -- the parameter itself: joined to a row, no index would serve
        limit %(candidates)s
    ) as nearest
),

asked as (
    -- Any of the words may occur: a question's words never all stand in its answer.
    select
        replace(plainto_tsquery(setright.text_config(%(language)s), %(query_text)s)::text, '&', '|')::tsquery as words
),

by_words as (
    select id, row_number() over (order by rank desc, id) as place
    from (
        select passage.id, ts_rank(passage.words, asked.words) as rank
        from setright.passages as passage, asked
        where passage.tenant = %(tenant)s
            and passage.is_current
            and passage.model = %(model)s
            and (%(audiences)s::text[] is null or passage.audience = '{}' or passage.audience && %(audiences)s)
            and (%(products)s::text[] is null or passage.products = '{}' or passage.products && %(products)s)
            and (%(locales)s::text[] is null or array[passage.language, split_part(passage.language, '-', 1)] && %(locales)s)
            and (passage.valid_from is null or passage.valid_from <= %(at)s)
            and (passage.valid_until is null or %(at)s < passage.valid_until)
            and passage.words @@ asked.words
        order by rank desc
        limit %(candidates)s
    ) as ranked
),

best as (
    select
        id,
        by_words.place as keyword_rank,
        row_number() over (
            order by
                coalesce(1.0 / (60 + by_meaning.place), 0) + coalesce(1.0 / (60 + by_words.place), 0) desc,
                by_meaning.place,
                id
        ) as place
    from by_meaning
    full join by_words using (id)
    order by place
    limit %(limit)s
)

select
    passage.id as passage_id,
    passage.slug,
    passage.version,
    article.title,
    passage.section,
    passage.path,
    passage.text,
    passage.language,
    (1 - (passage.embedding <=> %(embedding)s::halfvec))::double precision as similarity,
    best.keyword_rank,
    true as is_valid,
    coalesce(article.fresh_until <= %(at)s, false) as is_stale
from best
join setright.passages as passage on passage.tenant = %(tenant)s and passage.id = best.id
join setright.articles as article
    on article.tenant = passage.tenant and article.slug = passage.slug and article.version = passage.version
order by best.place

-- name: other_models
select exists(
    select
    from setright.passages
    where tenant = %(tenant)s and is_current and model <> %(model)s
)

-- name: read_passages
select
    passage.id as passage_id,
    passage.slug,
    passage.version,
    article.title,
    passage.section,
    passage.path,
    passage.text,
    passage.language,
    passage.is_current
    and coalesce(article.valid_from <= %(at)s, true)
    and coalesce(%(at)s < article.valid_until, true) as is_valid,
    coalesce(article.fresh_until <= %(at)s, false) as is_stale
from setright.passages as passage
join setright.articles as article
    on article.tenant = passage.tenant and article.slug = passage.slug and article.version = passage.version
where passage.tenant = %(tenant)s and passage.id = any (%(ids)s)
