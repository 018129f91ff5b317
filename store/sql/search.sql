-- name: measure
-- How many passages the tenant has, how many words they have on average, and about how many passages all tenants have.
-- Of the past nothing is kept in lists.
select
    count(*) as passages,
    coalesce(avg(length), 0)::double precision as average,
    (select greatest(reltuples, 0)::bigint from pg_class where oid = 'setright.passages'::regclass) as of_all
from (
    select length
    from setright.passage_words
    where %(known_at)s::timestamptz is null and tenant = %(tenant)s and word = ''
    union all
    select length
    from setright.passages cross join lateral setright.listed_words(words, codes)
    where %(known_at)s::timestamptz is not null and tenant = %(tenant)s and word = ''
        and known_from <= %(known_at)s and (known_until is null or known_until > %(known_at)s)
) as lengths

-- name: may_sort
-- Sorting is what Postgres would rather do than go through the index over vectors, even where that takes ten times as long:
-- it reckons with every row that the index might have to show, and not with how soon enough of them are found.
select set_config('enable_sort', %(may_sort)s, true)

-- name: nearest
-- The index is scanned on until enough rows pass the filters (hnsw.iterative_scan, set by the pools), or until it gives
-- up: then there are fewer than there should be, and the caller asks again for the exact answer.
select id, 1 - distance as similarity
from (
    select id, embedding <=> %(embedding)s::halfvec as distance
    from setright.passages
    where tenant = %(tenant)s
        and is_current  -- said here too, for the index holds nothing else
        and setright.may_find(
            passages, %(model)s, %(audiences)s, %(locales)s, %(products)s, %(valid_at)s, %(known_at)s
        )
    order by embedding <=> %(embedding)s::halfvec  -- the parameter itself: joined to a row, no index would serve
    limit %(candidates)s
) as nearest
order by distance, id  -- the scan's own order is relaxed

-- name: nearest_exactly
-- The same without the index over vectors (`+ 0`), and at any time: of the past there is no such index.
select id, 1 - distance as similarity
from (
    select id, (embedding <=> %(embedding)s::halfvec) + 0 as distance
    from setright.passages
    where tenant = %(tenant)s
        and (is_current or %(known_at)s::timestamptz is not null)
        and setright.may_find(
            passages, %(model)s, %(audiences)s, %(locales)s, %(products)s, %(valid_at)s, %(known_at)s
        )
) as passages
order by distance, id
limit %(candidates)s

-- name: worded
-- Okapi BM25 with its usual constants (k1 1.2, b 0.75): a word counts the more the fewer passages hold it, a second time
-- less than the first, and in a long passage less than in a short one. Any of the words may occur: a question's words
-- never all stand in its answer. Codes are asked for by themselves: they are words that no language changes.
with
asked as materialized (  -- once, and not for each row
    select setright.asked_words(%(language)s, %(text)s, %(are_codes)s) as words
),
listed as materialized (
    select word, passage_id, times, length
    from setright.passage_words
    where %(known_at)s::timestamptz is null and tenant = %(tenant)s and word = any ((select words from asked)::text[])
    union all
    select word, id, times, length
    from setright.passages cross join lateral setright.listed_words(words, codes)
    where %(known_at)s::timestamptz is not null and tenant = %(tenant)s
        and word = any ((select words from asked)::text[])
        and known_from <= %(known_at)s and (known_until is null or known_until > %(known_at)s)
),
rare as (
    select word, ln(1 + (greatest(%(passages)s - count(*), 0) + 0.5) / (count(*) + 0.5))::double precision as rarity
    from listed
    group by word
),
scored as (
    select
        passage_id,
        sum(rarity * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * length / %(average)s::double precision))) as score
    from listed join rare using (word)
    group by passage_id
    order by score desc, passage_id
    offset 0  -- so that passages are looked at from the best on, and no more of them than are wanted
)
select passage.id
from scored
join setright.passages as passage on passage.tenant = %(tenant)s and passage.id = scored.passage_id
where setright.may_find(passage, %(model)s, %(audiences)s, %(locales)s, %(products)s, %(valid_at)s, %(known_at)s)
order by scored.score desc, scored.passage_id
limit %(candidates)s

-- name: read_hits
-- The fused order says nothing of how sure a match is, so the similarity is returned as it is: to what was asked, or to
-- the part of it that comes nearest.
select
    cited.*,
    chosen.keyword_rank,
    (
        select max(1 - (passage.embedding <=> asked::halfvec))::double precision
        from unnest(%(embeddings)s::text[]) as asked
    ) as similarity
from unnest(%(ids)s::bigint[], %(places)s::bigint[]) with ordinality as chosen (id, keyword_rank, place)
join setright.cited(%(tenant)s, %(ids)s, %(valid_at)s, %(known_at)s) as cited on cited.passage_id = chosen.id
join setright.passages as passage on passage.tenant = %(tenant)s and passage.id = chosen.id
order by chosen.place

-- name: other_models
select exists(
    select
    from setright.passages
    where tenant = %(tenant)s and is_current and model <> %(model)s
)
