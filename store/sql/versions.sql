-- name: newest_change
select coalesce(max(seq), 0) from setright.version_changes where tenant = %(tenant)s

-- name: lock_versions
-- whoever publishes or rolls back waits for whoever does so at the same moment, and then sees what they did
select pg_advisory_xact_lock(hashtextextended(%(tenant)s::text, 20))

-- name: read_standing
-- of each part what is current, if anybody ever published it; a number of 0 is the workspace's file
select distinct on (change.part)
    change.part, change.seq, change.number, change.how, change.file_version, change.changed_by, change.reason,
    change.at, published.version, published.yaml
from setright.version_changes as change
left join setright.published_versions as published using (tenant, part, number)
where change.tenant = %(tenant)s
order by change.part, change.seq desc

-- name: list_versions
select part, number, version, note, published_by, at
from setright.published_versions
where tenant = %(tenant)s and part = %(part)s
order by number desc

-- name: read_version
select part, number, version, note, published_by, at, yaml
from setright.published_versions
where tenant = %(tenant)s and part = %(part)s and number = %(number)s

-- name: list_changes
select part, seq, number, how, file_version, changed_by, reason, at
from setright.version_changes
where tenant = %(tenant)s and part = %(part)s
order by seq desc

-- name: insert_version
insert into setright.published_versions (tenant, part, number, version, yaml, note, published_by, at)
select
    %(tenant)s::text, %(part)s::text,
    coalesce(max(number), 0) + 1, %(version)s::text, %(yaml)s::text, %(note)s::text, %(published_by)s::text,
    %(at)s::timestamptz
from setright.published_versions
where tenant = %(tenant)s and part = %(part)s
returning number

-- name: insert_change
insert into setright.version_changes (tenant, seq, part, number, how, file_version, changed_by, reason, at)
select
    %(tenant)s::text, coalesce(max(seq), 0) + 1, %(part)s::text, %(number)s::integer, %(how)s::text,
    %(file_version)s::text, %(changed_by)s::text, %(reason)s::text, %(at)s::timestamptz
from setright.version_changes
where tenant = %(tenant)s
returning seq
