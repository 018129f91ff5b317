-- name: lock_sources
-- one writer of a tenant's list of sources at a time, until the transaction ends
select pg_advisory_xact_lock(hashtextextended('setright.knowledge_sources ' || %(tenant)s, 0))

-- name: count_sources
select count(*) from setright.knowledge_sources where tenant = %(tenant)s and removed_at is null

-- name: source_at
select source_id from setright.knowledge_sources
where tenant = %(tenant)s and kind = %(kind)s and location = %(location)s and removed_at is null

-- name: insert_source
-- A name that was removed may be used again; its old runs stay.
insert into setright.knowledge_sources as source (
    tenant, source_id, kind, location, language, audience, products, fresh_days, sync_every, created_at,
    created_by
)
values (
    %(tenant)s, %(source_id)s, %(kind)s, %(location)s, %(language)s, %(audience)s, %(products)s, %(fresh_days)s,
    %(sync_every)s, %(at)s, %(created_by)s
)
on conflict (tenant, source_id) do update set
    kind = excluded.kind, location = excluded.location, language = excluded.language, audience = excluded.audience,
    products = excluded.products, fresh_days = excluded.fresh_days, sync_every = excluded.sync_every, created_at = excluded.created_at,
    created_by = excluded.created_by, removed_at = null
where source.removed_at is not null

-- name: read_sources
-- Runs are numbered without holes, so those after the last good one have failed, or the latest is still at it.
select source.*, good.run as good_run, good.ended_at as synced_at,
    run.run, run.state, run.started_at, run.ended_at, run.version, run.stored, run.retired,
    run.problems as list_problems, run.error_code,
    items.found, items.done, items.bad, items.articles
from setright.knowledge_sources as source
left join lateral (
    select * from setright.knowledge_runs as run
    where run.tenant = source.tenant and run.source_id = source.source_id
    order by run.run desc limit 1
) as run on true
left join lateral (
    select run.run, run.ended_at from setright.knowledge_runs as run
    where run.tenant = source.tenant and run.source_id = source.source_id and run.state = 'done'
    order by run.run desc limit 1
) as good on true
cross join lateral (
    select
        count(*) filter (where item.listed_run = run.run) as found,
        count(*) filter (where item.listed_run = run.run and item.read_run = run.run) as done,
        count(*) filter (where item.problems <> '[]' and not item.is_gone) as bad,
        coalesce(sum(cardinality(item.slugs)) filter (where not item.is_gone), 0)::integer as articles
    from setright.knowledge_items as item
    where item.tenant = source.tenant and item.source_id = source.source_id
) as items
where source.tenant = %(tenant)s and source.removed_at is null
    and (%(source_id)s::text is null or source.source_id = %(source_id)s)
order by source.created_at, source.source_id

-- name: read_problems
select item.item, (problem.value ->> 'line')::integer as line, problem.value ->> 'text' as text
from setright.knowledge_items as item
cross join lateral jsonb_array_elements(item.problems) as problem(value)
where item.tenant = %(tenant)s and item.source_id = %(source_id)s and not item.is_gone
order by item.item, line
limit %(limit)s

-- name: set_sync_every
update setright.knowledge_sources set sync_every = %(every)s
where tenant = %(tenant)s and source_id = %(source_id)s and removed_at is null

-- name: remove_source
update setright.knowledge_sources set removed_at = %(at)s
where tenant = %(tenant)s and source_id = %(source_id)s and removed_at is null

-- name: drop_items
-- what a removed source gave; its rows stay, so that a second life of the source reads everything again
update setright.knowledge_items set is_gone = true, digest = null, etag = null, modified = null, slugs = '{}'
where tenant = %(tenant)s and source_id = %(source_id)s and not is_gone

-- name: live_slugs
select distinct slug
from setright.knowledge_items as item
cross join lateral unnest(item.slugs) as slug
where item.tenant = %(tenant)s and item.source_id = %(source_id)s and not item.is_gone
order by slug

-- name: last_run
select coalesce(max(run), 0) from setright.knowledge_runs where tenant = %(tenant)s and source_id = %(source_id)s

-- name: begin_run
insert into setright.knowledge_runs (tenant, source_id, run, state, started_at)
values (%(tenant)s, %(source_id)s, %(run)s, 'reading', %(at)s)
on conflict do nothing

-- name: list_items
-- An item whose content is as it was at its last reading, under the same settings, is done with that.
insert into setright.knowledge_items as item (tenant, source_id, item, listed_run, listed_digest)
select %(tenant)s, %(source_id)s, listed.name, %(run)s, listed.digest
from unnest(%(names)s::text[], %(digests)s::text[]) as listed(name, digest)
on conflict (tenant, source_id, item) do update set
    listed_run = excluded.listed_run,
    listed_digest = excluded.listed_digest,
    is_gone = false,
    read_run = case
        when item.digest = excluded.listed_digest and item.read_as = %(read_as)s and not item.is_gone
            then excluded.listed_run
        else item.read_run
    end

-- name: gone_items
with gone as (
    select item, slugs from setright.knowledge_items
    where tenant = %(tenant)s and source_id = %(source_id)s and listed_run < %(run)s and not is_gone
    for update
)
update setright.knowledge_items as item
set is_gone = true, digest = null, etag = null, modified = null, slugs = '{}', problems = '[]'
from gone
where item.tenant = %(tenant)s and item.source_id = %(source_id)s and item.item = gone.item
returning gone.slugs

-- name: note_listing
update setright.knowledge_runs
set version = %(version)s, problems = %(problems)s
where tenant = %(tenant)s and source_id = %(source_id)s and run = %(run)s

-- name: count_changes
update setright.knowledge_runs set stored = stored + %(stored)s, retired = retired + %(retired)s
where tenant = %(tenant)s and source_id = %(source_id)s and run = %(run)s

-- name: run_progress
select count(*) as found, count(*) filter (where read_run = %(run)s) as done
from setright.knowledge_items
where tenant = %(tenant)s and source_id = %(source_id)s and listed_run = %(run)s

-- name: run_version
select version from setright.knowledge_runs
where tenant = %(tenant)s and source_id = %(source_id)s and run = %(run)s

-- name: next_items
select item, digest, read_as, etag, modified, slugs, problems
from setright.knowledge_items
where tenant = %(tenant)s and source_id = %(source_id)s and listed_run = %(run)s and read_run < %(run)s
order by item
limit %(limit)s

-- name: finish_item
-- nothing when the run has it done already: a step that was given up may still be at work
update setright.knowledge_items
set read_run = %(run)s, digest = %(digest)s, read_as = %(read_as)s, etag = %(etag)s, modified = %(modified)s,
    slugs = %(slugs)s, problems = %(problems)s, is_gone = %(is_gone)s
where tenant = %(tenant)s and source_id = %(source_id)s and item = %(item)s and read_run < %(run)s

-- name: hold_source
select true from setright.knowledge_sources
where tenant = %(tenant)s and source_id = %(source_id)s and removed_at is null
for share

-- name: owner_of
select coalesce(source_id, 'workspace') from setright.articles
where tenant = %(tenant)s and slug = %(slug)s and is_current

-- name: item_of_slug
select item from setright.knowledge_items
where tenant = %(tenant)s and source_id = %(source_id)s and slugs @> array[%(slug)s] and item <> %(item)s and not is_gone
limit 1

-- name: end_run
update setright.knowledge_runs
set state = %(state)s, ended_at = %(at)s, error_code = %(error_code)s
where tenant = %(tenant)s and source_id = %(source_id)s and run = %(run)s and state = 'reading'
