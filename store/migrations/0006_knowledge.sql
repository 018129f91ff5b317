-- The knowledge base: articles in versions, cut into passages that are found by meaning and by words.

-- The text search configuration of a language; numbers and codes are words in every one of them.
create function setright.text_config(language text) returns regconfig
language sql immutable parallel safe
return case split_part(lower(language), '-', 1)
    when 'da' then 'danish'::regconfig
    when 'de' then 'german'::regconfig
    when 'en' then 'english'::regconfig
    when 'es' then 'spanish'::regconfig
    when 'fi' then 'finnish'::regconfig
    when 'fr' then 'french'::regconfig
    when 'it' then 'italian'::regconfig
    when 'nl' then 'dutch'::regconfig
    when 'no' then 'norwegian'::regconfig
    when 'pt' then 'portuguese'::regconfig
    when 'sv' then 'swedish'::regconfig
    else 'simple'::regconfig
end;
grant execute on function setright.text_config(text) to operator_scope, customer_scope;

create table setright.articles (
    tenant      text        not null,
    slug        text        not null,
    version     integer     not null check (version > 0),
    title       text        not null,
    language    text        not null,
    valid_from  timestamptz,
    valid_until timestamptz check (valid_until > valid_from),
    source      text        not null,
    sha256      text        not null,  -- of content and model: the same again makes no new version
    is_current  boolean     not null,
    created_at  timestamptz not null,
    primary key (tenant, slug, version)
);
create unique index one_current_version on setright.articles (tenant, slug) where is_current;
call setright.lock_down('setright.articles');
create policy one_tenant_read on setright.articles for select to customer_scope using (tenant = setright.tenant());
grant select, insert, update (is_current) on setright.articles to operator_scope;
grant select on setright.articles to customer_scope;

-- Passages outlive their version, because answers that were given cite them.
create table setright.passages (
    id         bigint       generated always as identity primary key,
    tenant     text         not null,
    slug       text         not null,
    version    integer      not null,
    position   integer      not null,
    section    text         not null,
    text       text         not null,
    language   text         not null,
    model      text         not null,  -- vectors of two models must not be compared
    embedding  halfvec(384) not null,
    words      tsvector     not null generated always as (
                   to_tsvector(setright.text_config(language), section || ' ' || text)
               ) stored,
    is_current boolean      not null,
    unique (tenant, slug, version, position),
    foreign key (tenant, slug, version) references setright.articles (tenant, slug, version)
);
-- A small tenant is searched exactly, over the first index; a large one by the second, which must then scan on until it
-- has found enough of the tenant's own (hnsw.iterative_scan): without that it silently finds nothing.
create index on setright.passages (tenant) where is_current;
create index on setright.passages using hnsw (embedding halfvec_cosine_ops) where is_current;
call setright.lock_down('setright.passages');
create policy one_tenant_read on setright.passages for select to customer_scope using (tenant = setright.tenant());
grant select, insert, update (is_current) on setright.passages to operator_scope;
grant select on setright.passages to customer_scope;
