-- What the knowledge base knew, and when: each version says from when until when it was known, besides when it is valid.

-- The owner is bound by row security like everybody; what follows is about the rows of all tenants.
alter table setright.articles no force row level security;
alter table setright.passages no force row level security;

alter table setright.articles rename column created_at to known_from;
alter table setright.articles
    add column known_until timestamptz check (known_until >= known_from),  -- replaced or withdrawn; null: known now
    add column source_id   text,                                           -- which source brought it
    add column url         text,
    add column audience    text[] not null default '{}',  -- who may find it; empty: everybody
    add column products    text[] not null default '{}',  -- what it is about; empty: everything
    add column fresh_until timestamptz;                   -- from then on it is stale until somebody confirms it
alter table setright.passages
    add column path        text[] not null default '{}',  -- the headings it stands under, from the article's title down
    -- What a search filters by stands beside the vector, or the index could not be scanned on until enough are found.
    add column audience    text[] not null default '{}',
    add column products    text[] not null default '{}',
    add column valid_from  timestamptz,
    add column valid_until timestamptz,
    add column known_from  timestamptz,
    add column known_until timestamptz;

-- A version was known until the next one came. When one went without a successor was not kept: it counts as gone since
-- the tenant's articles last changed.
update setright.articles as article
set known_until = coalesce(
    (
        select min(later.known_from)
        from setright.articles as later
        where later.tenant = article.tenant and later.slug = article.slug and later.version > article.version
    ),
    (select max(any_of.known_from) from setright.articles as any_of where any_of.tenant = article.tenant)
)
where not article.is_current;
update setright.passages as passage
set
    path = case when passage.section in ('', article.title) then array[article.title]
        else array[article.title, passage.section] end,
    valid_from = article.valid_from,
    valid_until = article.valid_until,
    known_from = article.known_from,
    known_until = article.known_until
from setright.articles as article
where article.tenant = passage.tenant and article.slug = passage.slug and article.version = passage.version;

alter table setright.passages alter column known_from set not null;
alter table setright.articles force row level security;
alter table setright.passages force row level security;

-- Whether a version is current is no second truth beside `known_until`.
alter table setright.articles drop column is_current;
alter table setright.passages drop column is_current, drop column words;
alter table setright.articles
    add column is_current boolean not null generated always as (known_until is null) stored;

-- Codes of a text ("BILL-4417", "WH-1000XM4", "100045"), in small letters and without what joins their parts: they are
-- found as they are, whatever the language, and in whichever of their spellings. "60-day" and "2026" are none.
create function setright.codes(of_text text) returns text
language sql immutable parallel safe
return (
    select coalesce(string_agg(distinct lower(regexp_replace(code[1], '[^[:alnum:]]', '', 'g')), ' '), '')
    from regexp_matches(of_text, '[[:alnum:]]+(?:[-_/#][[:alnum:]]+)*', 'g') as code
    where code[1] ~ '[0-9]{3}' and (code[1] ~ '[[:alpha:]]' or length(code[1]) >= 5)
);
create function setright.heading(path text[]) returns text  -- array_to_string is not immutable for every type; it is for text
language sql immutable parallel safe
return array_to_string(path, '. ');
revoke all on function setright.codes(text), setright.heading(text[]) from public;
grant execute on function setright.codes(text), setright.heading(text[]) to operator_scope, customer_scope;

alter table setright.passages
    add column is_current boolean not null generated always as (known_until is null) stored,
    add column words tsvector not null generated always as (
        to_tsvector(setright.text_config(language), setright.heading(path) || ' ' || text)
    ) stored,
    add column codes tsvector not null generated always as (
        to_tsvector('simple'::regconfig, setright.codes(setright.heading(path) || ' ' || text))
    ) stored,
    alter column embedding set storage plain;  -- exact search reads every vector: keep them out of the side table

create unique index one_current_version on setright.articles (tenant, slug) where is_current;
create index on setright.passages (tenant) where is_current;
create index on setright.passages using hnsw (embedding halfvec_cosine_ops) where is_current;

grant update (known_until, fresh_until) on setright.articles to operator_scope;
grant update (known_until) on setright.passages to operator_scope;

-- Which answers rest on articles is asked over a tenant's tickets.
create index on setright.drafts (tenant, created_at) where citations <> '{}';
