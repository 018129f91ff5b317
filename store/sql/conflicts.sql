-- name: save_conflict
-- Found again: a dismissed one stays dismissed, a resolved one is open again; the passages are the newest that say it.
insert into setright.knowledge_conflicts as kept (
    tenant, conflict_id, kind, passage_a, passage_b, said_a, said_b, found_at, found_by
) values (
    %(tenant)s, %(conflict_id)s, %(kind)s, %(passage_a)s, %(passage_b)s, %(said_a)s, %(said_b)s, %(found_at)s, %(found_by)s
)
on conflict (tenant, conflict_id) do update set
    passage_a = excluded.passage_a,
    passage_b = excluded.passage_b,
    found_at = case when kept.status = 'resolved' then excluded.found_at else kept.found_at end,
    found_by = case when kept.status = 'resolved' then excluded.found_by else kept.found_by end,
    times_opened = kept.times_opened + (kept.status = 'resolved')::integer,
    status = case when kept.status = 'resolved' then 'open' else kept.status end,
    decided_at = case when kept.status = 'resolved' then null else kept.decided_at end,
    decided_by = case when kept.status = 'resolved' then null else kept.decided_by end,
    note = case when kept.status = 'resolved' then null else kept.note end
where kept.status = 'resolved'
    or (kept.passage_a, kept.passage_b) is distinct from (excluded.passage_a, excluded.passage_b)
returning status = 'open' and found_at = %(found_at)s as is_new

-- name: list_conflicts
select conflict.*, a.slug as article_a, b.slug as article_b
from setright.knowledge_conflicts as conflict
join setright.passages as a on a.tenant = conflict.tenant and a.id = conflict.passage_a
join setright.passages as b on b.tenant = conflict.tenant and b.id = conflict.passage_b
where conflict.tenant = %(tenant)s
    and (%(conflict_id)s::text is null or conflict.conflict_id = %(conflict_id)s)
    and (%(status)s::text is null or conflict.status = %(status)s)
order by conflict.found_at desc, conflict.conflict_id
limit %(limit)s

-- name: touching
-- What is known of pairs that hold one of these passages: open ones hold a reply back, dismissed ones are no longer looked
-- for. A conflict with a passage that does not hold at that time holds nothing back, whether it was closed yet or not.
select conflict.conflict_id, conflict.kind, conflict.passage_a, conflict.passage_b, conflict.status
from setright.knowledge_conflicts as conflict
where conflict.tenant = %(tenant)s
    and conflict.status <> 'resolved'
    and (conflict.passage_a = any (%(passages)s) or conflict.passage_b = any (%(passages)s))
    and not exists (
        select
        from setright.passages as passage
        where passage.tenant = conflict.tenant and passage.id in (conflict.passage_a, conflict.passage_b)
            and not (
                passage.is_current
                and coalesce(passage.valid_from <= %(at)s, true)
                and coalesce(%(at)s < passage.valid_until, true)
            )
    )
order by conflict.conflict_id

-- name: decide
update setright.knowledge_conflicts
set status = %(status)s, decided_at = %(at)s, decided_by = %(by)s, note = %(note)s
where tenant = %(tenant)s and conflict_id = %(conflict_id)s and status = 'open'

-- name: close_ended
-- One of the two was corrected, removed, or is over: nothing is left to decide.
update setright.knowledge_conflicts as conflict
set status = 'resolved', decided_at = %(at)s, decided_by = 'setright', note = 'One of the passages no longer holds.'
where conflict.tenant = %(tenant)s and conflict.status = 'open'
    and exists (
        select
        from setright.passages as passage
        where passage.tenant = conflict.tenant and passage.id in (conflict.passage_a, conflict.passage_b)
            and (not passage.is_current or passage.valid_until <= %(at)s)
    )

-- name: passages_of
select id from setright.passages where tenant = %(tenant)s and is_current and slug = any (%(slugs)s) order by id

-- name: compared
select passage.id as passage_id, passage.slug, article.title, passage.section, passage.text, passage.language,
    passage.products, passage.audience
from setright.passages as passage
join setright.articles as article using (tenant, slug, version)
where passage.tenant = %(tenant)s and passage.id = any (%(ids)s)
order by passage.id

-- name: neighbours
-- The nearest current passages that somebody may be shown together with this one: in its language, for an audience and a
-- product of its, valid at some time when it is valid too.
select near.id
from setright.passages as mine
cross join lateral (
    select other.id, other.embedding <=> mine.embedding as distance
    from setright.passages as other
    where other.tenant = mine.tenant and other.is_current and other.model = mine.model
        and other.language = mine.language and other.id <> mine.id
        and (other.audience = '{}' or mine.audience = '{}' or other.audience && mine.audience)
        and (other.products = '{}' or mine.products = '{}' or other.products && mine.products)
        and coalesce(other.valid_from < mine.valid_until, true)
        and coalesce(mine.valid_from < other.valid_until, true)
    order by other.embedding <=> mine.embedding
    limit %(limit)s
) as near
where mine.tenant = %(tenant)s and mine.id = %(passage)s and near.distance <= %(farthest)s
order by near.distance, near.id
