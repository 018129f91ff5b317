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
update setright.passages set is_current = false
where tenant = %(tenant)s and slug = %(slug)s and is_current

-- name: retire_article
update setright.articles set is_current = false
where tenant = %(tenant)s and slug = %(slug)s and is_current

-- name: insert_article
insert into setright.articles (
    tenant, slug, version, title, language, valid_from, valid_until, source, sha256, is_current, created_at
) values (
    %(tenant)s, %(slug)s, %(version)s, %(title)s, %(language)s, %(valid_from)s, %(valid_until)s, %(source)s, %(sha256)s,
    true, %(at)s
)

-- name: insert_passage
insert into setright.passages (
    tenant, slug, version, position, section, text, language, model, embedding, is_current
) values (
    %(tenant)s, %(slug)s, %(version)s, %(position)s, %(section)s, %(text)s, %(language)s, %(model)s,
    %(embedding)s::halfvec, true
)

-- name: list_current
select slug from setright.articles where tenant = %(tenant)s and is_current order by slug

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
        where tenant = %(tenant)s and is_current and model = %(model)s
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
    passage.text,
    passage.language,
    (1 - (passage.embedding <=> %(embedding)s::halfvec))::double precision as similarity,
    best.keyword_rank,
    coalesce(article.valid_from <= %(at)s, true) and coalesce(%(at)s < article.valid_until, true) as is_valid
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
    passage.text,
    passage.language,
    passage.is_current
    and coalesce(article.valid_from <= %(at)s, true)
    and coalesce(%(at)s < article.valid_until, true) as is_valid
from setright.passages as passage
join setright.articles as article
    on article.tenant = passage.tenant and article.slug = passage.slug and article.version = passage.version
where passage.tenant = %(tenant)s and passage.id = any (%(ids)s)
