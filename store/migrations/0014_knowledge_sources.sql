-- Sources of knowledge: where articles come from, each reading of them, and what each file or page gave.

create table setright.knowledge_sources (
    tenant     text        not null,
    source_id  text        not null check (source_id ~ '^[a-z][a-z0-9-]{0,62}$'),
    kind       text        not null check (kind in ('folder', 'git', 'sitemap', 'page')),
    location   text        not null check (length(location) between 1 and 2000),
    language   text        not null,                 -- the defaults of articles that say nothing themselves
    audience   text[]      not null default '{}',
    products   text[]      not null default '{}',
    fresh_days integer     check (fresh_days between 1 and 3650),
    created_at timestamptz not null,
    created_by text        not null,
    removed_at timestamptz,
    primary key (tenant, source_id)
);
call setright.lock_down('setright.knowledge_sources');
create unique index one_source_per_place on setright.knowledge_sources (tenant, kind, location) where removed_at is null;
grant select, insert on setright.knowledge_sources to operator_scope;
grant update (kind, location, language, audience, products, fresh_days, created_at, created_by, removed_at)
    on setright.knowledge_sources to operator_scope;

create table setright.knowledge_runs (
    tenant     text        not null,
    source_id  text        not null,
    run        integer     not null check (run > 0),
    state      text        not null check (state in ('reading', 'done', 'failed')),
    started_at timestamptz not null,
    ended_at   timestamptz check ((ended_at is null) = (state = 'reading')),
    version    text,                                 -- the commit that was read, where there is one
    stored     integer     not null default 0,       -- article versions that became current
    retired    integer     not null default 0,       -- articles that are found no more
    problems   jsonb       not null default '[]',    -- what was wrong with the list itself
    error_code text        check (error_code ~ '^[a-z][a-z0-9_]{0,62}$'),
    primary key (tenant, source_id, run),
    foreign key (tenant, source_id) references setright.knowledge_sources (tenant, source_id)
);
call setright.lock_down('setright.knowledge_runs');
grant select, insert on setright.knowledge_runs to operator_scope;
grant update (state, ended_at, version, stored, retired, problems, error_code) on setright.knowledge_runs
    to operator_scope;

-- A file or a page. It is done in a run when `read_run` is that run; what was stored before a crash is not read again.
create table setright.knowledge_items (
    tenant        text    not null,
    source_id     text    not null,
    item          text    not null check (length(item) between 1 and 4096),
    listed_run    integer not null,
    listed_digest text,                              -- of its content as it was listed, where that was known then
    read_run      integer not null default 0,
    digest        text,                              -- of its content as it was last read
    read_as       text,                              -- of the settings it was read under
    etag          text,
    modified      text,
    slugs         text[]  not null default '{}',     -- the articles it gave
    problems      jsonb   not null default '[]',
    is_gone       boolean not null default false,
    primary key (tenant, source_id, item),
    foreign key (tenant, source_id) references setright.knowledge_sources (tenant, source_id)
);
call setright.lock_down('setright.knowledge_items');
create index on setright.knowledge_items using gin (slugs);
grant select, insert on setright.knowledge_items to operator_scope;
grant update (listed_run, listed_digest, read_run, digest, read_as, etag, modified, slugs, problems, is_gone)
    on setright.knowledge_items to operator_scope;
