-- An edited reply: what was suggested and what was sent, with marks in place of what is personal, of figures and links.

alter table setright.corrections
    add column suggested text,
    add column sent      text,
    add column draft_id  bigint,  -- the suggestion that an operator edited; null: somebody wrote the correction itself
    add column unfounded integer check (unfounded >= 0); -- findings in `sent` that its draft and passages do not carry

-- A suggestion is edited once, however often its reply is sent or said again.
create unique index on setright.corrections (tenant, draft_id) where draft_id is not null;

drop trigger append_only on setright.corrections;
create trigger append_only before update or delete on setright.corrections
    for each row execute function setright.refuse_change_but_erasure('words', 'note', 'suggested', 'sent');

create or replace function setright.erase_corrections() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    gone bigint;
begin
    with erased as (
        update setright.corrections set
            words = '[erased]',
            note = case when note is null then null else '[erased]' end,
            suggested = case when suggested is null then null else '[erased]' end,
            sent = case when sent is null then null else '[erased]' end
        where tenant = new.tenant and customer_id = new.customer_id and words <> '[erased]' returning 1
    )
    select count(*) into gone from erased;
    new.counts := new.counts || jsonb_build_object('corrections', gone);
    return new;
end
$$;
