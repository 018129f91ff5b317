-- Words by how rare they are: which passages of a tenant hold a word, and how often, so that a search reads only those.

-- Current passages by word; codes stand with a "#". The empty word is in all of them: its list counts the tenant's
-- passages and knows how long they are. How many passages hold a word is counted when it is asked for: a figure kept for
-- each word would be a row that all writers of a tenant wait for, and a deadlock when two of them bring several articles
-- each. Row security lets an index serve `=` and not `@@`, which may tell of rows that are hidden: so this is no GIN index.
create table setright.passage_words (
    tenant     text    not null,
    word       text    not null,
    passage_id bigint  not null,  -- no foreign key: the triggers keep both in step, and it would be checked for each word
    times      integer not null check (times > 0),   -- that the word stands in the passage
    length     integer not null check (length >= 0), -- of the passage, in words
    primary key (tenant, word, passage_id) include (times, length)
);

-- The words of a passage as they are listed, those left out that say nothing.
create function setright.listed_words(words tsvector, codes tsvector)
returns table (word text, times integer, length integer)
language sql immutable parallel safe
begin atomic
    with long as (select coalesce(sum(cardinality(positions)), 0)::integer as length from unnest(words))
    select lexeme, cardinality(positions), long.length from long cross join unnest(words)
    union all
    select '#' || lexeme, cardinality(positions), long.length from long cross join unnest(codes)
    union all
    select '', 1, long.length from long;
end;

-- The words of a question: its codes, or all else.
create function setright.asked_words(language text, text text, are_codes boolean) returns text[]
language sql immutable parallel safe
return case
    when are_codes then (
        select array_agg('#' || lexeme) from unnest(to_tsvector('simple'::regconfig, setright.codes(text)))
    )
    else tsvector_to_array(to_tsvector(setright.text_config(language), text))
end;

revoke all on function setright.listed_words(tsvector, tsvector), setright.asked_words(text, text, boolean) from public;
grant execute on function setright.listed_words(tsvector, tsvector), setright.asked_words(text, text, boolean)
    to operator_scope, customer_scope;

-- As the owner: nobody else may change a list, or delete anything at all. It sees the rows that were written, and those
-- passed row security when they were.
create function setright.list_words() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op <> 'INSERT' then
        delete from setright.passage_words as listed
        using (select tenant, id, word from gone cross join lateral setright.listed_words(words, codes)) as was
        where listed.tenant = was.tenant and listed.word = was.word and listed.passage_id = was.id;
    end if;
    if tg_op <> 'DELETE' then
        insert into setright.passage_words (tenant, word, passage_id, times, length)
        select tenant, word, id, times, length
        from come cross join lateral setright.listed_words(words, codes)
        where is_current;
    end if;
    return null;
end
$$;

-- The owner is bound by row security like everybody; what follows is about the rows of all tenants.
alter table setright.passages no force row level security;
insert into setright.passage_words (tenant, word, passage_id, times, length)
select tenant, word, id, times, length
from setright.passages cross join lateral setright.listed_words(words, codes)
where is_current;
alter table setright.passages force row level security;

call setright.lock_down('setright.passage_words');
create policy one_tenant_read on setright.passage_words for select to customer_scope using (tenant = setright.tenant());
create policy kept_by_owner on setright.passage_words to setright_owner using (true) with check (true);
grant select on setright.passage_words to operator_scope, customer_scope;

create trigger list_words_of_new after insert on setright.passages
referencing new table as come for each statement execute function setright.list_words();
create trigger list_words_of_changed after update on setright.passages
referencing old table as gone new table as come for each statement execute function setright.list_words();
create trigger list_words_of_gone after delete on setright.passages
referencing old table as gone for each statement execute function setright.list_words();

-- What a search may find, said once for all of its statements (Postgres puts the expression in their place). A null
-- leaves nothing out, but for `known_at`: then it is what is known now.
create function setright.may_find(
    passage setright.passages, model text, audiences text[], locales text[], products text[], valid_at timestamptz,
    known_at timestamptz
) returns boolean
language sql stable parallel safe
return passage.model = may_find.model
    and case
        when known_at is null then passage.is_current
        else passage.known_from <= known_at and (passage.known_until is null or passage.known_until > known_at)
    end
    and (audiences is null or passage.audience = '{}' or passage.audience && audiences)
    and (products is null or passage.products = '{}' or passage.products && may_find.products)
    and (locales is null or array[passage.language, split_part(passage.language, '-', 1)] && locales)
    and (passage.valid_from is null or passage.valid_from <= valid_at)
    and (passage.valid_until is null or passage.valid_until > valid_at);

-- Passages as they are cited, and how they stand at a time.
create function setright.cited(of_tenant text, ids bigint[], at timestamptz, known_at timestamptz)
returns table (
    passage_id bigint, slug text, version integer, title text, section text, path text[], text text, language text,
    is_valid boolean, is_stale boolean
)
language sql stable parallel safe
begin atomic
    select
        passage.id, passage.slug, passage.version, article.title, passage.section, passage.path, passage.text,
        passage.language,
        case
            when cited.known_at is null then passage.is_current
            else passage.known_from <= cited.known_at
                and (passage.known_until is null or passage.known_until > cited.known_at)
        end
        and coalesce(article.valid_from <= cited.at, true)
        and coalesce(cited.at < article.valid_until, true),
        coalesce(article.fresh_until <= cited.at, false)
    from setright.passages as passage
    join setright.articles as article
        on article.tenant = passage.tenant and article.slug = passage.slug and article.version = passage.version
    where passage.tenant = cited.of_tenant and passage.id = any (cited.ids);
end;

revoke all on function setright.list_words() from public;
revoke all on function
    setright.may_find(setright.passages, text, text[], text[], text[], timestamptz, timestamptz),
    setright.cited(text, bigint[], timestamptz, timestamptz)
from public;
grant execute on function
    setright.may_find(setright.passages, text, text[], text[], text[], timestamptz, timestamptz),
    setright.cited(text, bigint[], timestamptz, timestamptz)
to operator_scope, customer_scope;
