-- name: nearest
-- The index is scanned on until enough rows pass the filters (hnsw.iterative_scan, set by the pools), or until it gives
-- up: then there are fewer than there should be, and the caller asks again for the exact answer.
select id
from (
    select id, embedding <=> %(embedding)s::halfvec as distance
    from setright.passages
    where tenant = %(tenant)s
        and is_current
        and model = %(model)s
        and (%(audiences)s::text[] is null or audience = '{}' or audience && %(audiences)s)
        and (%(products)s::text[] is null or products = '{}' or products && %(products)s)
        and (%(locales)s::text[] is null or array[language, split_part(language, '-', 1)] && %(locales)s)
        and (valid_from is null or valid_from <= %(valid_at)s)
        and (valid_until is null or valid_until > %(valid_at)s)
    order by embedding <=> %(embedding)s::halfvec  -- the parameter itself: joined to a row, no index would serve
    limit %(candidates)s
) as nearest
order by distance, id  -- the scan's own order is relaxed

-- name: nearest_exactly
-- The same without the index over vectors (`+ 0`), and at any time: of the past there is no such index.
select id
from setright.passages
where tenant = %(tenant)s
    and case
        when %(known_at)s::timestamptz is null then is_current
        else known_from <= %(known_at)s and (known_until is null or known_until > %(known_at)s)
    end
    and model = %(model)s
    and (%(audiences)s::text[] is null or audience = '{}' or audience && %(audiences)s)
    and (%(products)s::text[] is null or products = '{}' or products && %(products)s)
    and (%(locales)s::text[] is null or array[language, split_part(language, '-', 1)] && %(locales)s)
    and (valid_from is null or valid_from <= %(valid_at)s)
    and (valid_until is null or valid_until > %(valid_at)s)
order by (embedding <=> %(embedding)s::halfvec) + 0, id
limit %(candidates)s

-- name: worded
-- Any of the words may occur: a question's words never all stand in its answer.
select passage.id
from
    setright.passages as passage,
    (
        select
            replace(plainto_tsquery(setright.text_config(%(language)s), %(text)s)::text, '&', '|')::tsquery as words
    ) as asked
where passage.tenant = %(tenant)s
    and case
        when %(known_at)s::timestamptz is null then passage.is_current
        else passage.known_from <= %(known_at)s and (passage.known_until is null or passage.known_until > %(known_at)s)
    end
    and passage.model = %(model)s
    and passage.words @@ asked.words
    and (%(audiences)s::text[] is null or passage.audience = '{}' or passage.audience && %(audiences)s)
    and (%(products)s::text[] is null or passage.products = '{}' or passage.products && %(products)s)
    and (%(locales)s::text[] is null or array[passage.language, split_part(passage.language, '-', 1)] && %(locales)s)
    and (passage.valid_from is null or passage.valid_from <= %(valid_at)s)
    and (passage.valid_until is null or passage.valid_until > %(valid_at)s)
order by ts_rank(passage.words, asked.words) desc, passage.id
limit %(candidates)s

-- name: coded
-- Codes are words that no language changes; each of them counts.
select passage.id
from
    setright.passages as passage,
    (
        select replace(plainto_tsquery('simple', setright.codes(%(text)s))::text, '&', '|')::tsquery as codes
    ) as asked
where passage.tenant = %(tenant)s
    and case
        when %(known_at)s::timestamptz is null then passage.is_current
        else passage.known_from <= %(known_at)s and (passage.known_until is null or passage.known_until > %(known_at)s)
    end
    and passage.model = %(model)s
    and passage.codes @@ asked.codes
    and (%(audiences)s::text[] is null or passage.audience = '{}' or passage.audience && %(audiences)s)
    and (%(products)s::text[] is null or passage.products = '{}' or passage.products && %(products)s)
    and (%(locales)s::text[] is null or array[passage.language, split_part(passage.language, '-', 1)] && %(locales)s)
    and (passage.valid_from is null or passage.valid_from <= %(valid_at)s)
    and (passage.valid_until is null or passage.valid_until > %(valid_at)s)
order by ts_rank(passage.codes, asked.codes) desc, passage.id
limit %(candidates)s

-- name: read_hits
-- The fused order says nothing of how sure a match is, so the similarity is returned as it is: to what was asked, or to
-- the part of it that comes nearest.
select
    passage.id as passage_id,
    passage.slug,
    passage.version,
    article.title,
    passage.section,
    passage.path,
    passage.text,
    passage.language,
    chosen.keyword_rank,
    true as is_valid,
    coalesce(article.fresh_until <= %(valid_at)s, false) as is_stale,
    (
        select max(1 - (passage.embedding <=> asked::halfvec))::double precision
        from unnest(%(embeddings)s::text[]) as asked
    ) as similarity
from unnest(%(ids)s::bigint[], %(places)s::bigint[]) with ordinality as chosen (id, keyword_rank, place)
join setright.passages as passage on passage.tenant = %(tenant)s and passage.id = chosen.id
join setright.articles as article
    on article.tenant = passage.tenant and article.slug = passage.slug and article.version = passage.version
order by chosen.place

-- name: other_models
select exists(
    select
    from setright.passages
    where tenant = %(tenant)s and is_current and model <> %(model)s
)
