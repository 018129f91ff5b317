-- How far procedures are trusted, what was withheld under a level and what became of it; corrections that teach the
-- assistant; and the time that operators spend.

-- The newest line of a procedure counts; none: its file's own level.
create table setright.autonomy_levels (
    id        bigint      generated always as identity primary key,
    tenant    text        not null,
    procedure text        not null,
    level     text        not null check (level in ('shadow', 'suggest', 'approve', 'auto')),
    before    text        not null check (before in ('shadow', 'suggest', 'approve', 'auto')),
    reason    text        not null,
    set_by    text        not null,
    at        timestamptz not null
);
create index on setright.autonomy_levels (tenant, procedure, id desc);
call setright.lock_down('setright.autonomy_levels');
call setright.make_append_only('setright.autonomy_levels');
grant select, insert on setright.autonomy_levels to operator_scope;

-- A turn that was withheld: what would have been said and done, by ids.
create table setright.autonomy_cases (
    id          bigint      generated always as identity primary key,
    tenant      text        not null,
    ticket_id   text        not null,
    customer_id text        not null,
    turn        integer     not null,
    procedure   text        not null,
    level       text        not null check (level in ('shadow', 'suggest')),
    would       text        not null check (would in ('act', 'ask', 'answer', 'hand_off')),
    draft_id    bigint,
    context_id  bigint,               -- the customer's records as they were then
    actions     jsonb       not null, -- [{action_id, action, args_sha256}]
    after_seq   integer     not null, -- the last message that the turn had read
    at          timestamptz not null,
    unique (tenant, ticket_id, turn),
    foreign key (tenant, ticket_id, customer_id) references setright.tickets (tenant, ticket_id, customer_id)
);
create index on setright.autonomy_cases (tenant, procedure, id desc);
call setright.lock_down('setright.autonomy_cases');
call setright.make_append_only('setright.autonomy_cases');
grant select, insert on setright.autonomy_cases to operator_scope;

-- What the operator then did with it, once. Null: there was nothing to compare.
create table setright.autonomy_comparisons (
    tenant       text        not null,
    case_id      bigint      not null references setright.autonomy_cases (id),
    ticket_id    text        not null,
    customer_id  text        not null,
    did          text        not null check (did in ('act', 'ask', 'answer', 'nothing')),
    same_outcome boolean,
    same_action  boolean,
    reply        text        check (reply in ('as_is', 'edited', 'thrown_away')),
    edit_share   real        check (edit_share between 0 and 1), -- of the draft's words, how many had to change
    by           text        not null,
    at           timestamptz not null,
    primary key (tenant, case_id),
    foreign key (tenant, ticket_id, customer_id) references setright.tickets (tenant, ticket_id, customer_id)
);
call setright.lock_down('setright.autonomy_comparisons');
call setright.make_append_only('setright.autonomy_comparisons');
grant select, insert on setright.autonomy_comparisons to operator_scope;

-- Whose procedure asked for it; null for requests made before this was kept.
alter table setright.approval_requests add column procedure text;

-- What an operator says was wrong. `words` are masked before they are kept, and become '[erased]' with the customer.
create table setright.corrections (
    id          bigint      generated always as identity primary key,
    tenant      text        not null,
    ticket_id   text        not null,
    customer_id text        not null,
    seq         integer     not null,   -- the customer's message it is about
    kind        text        not null check (kind in ('intent', 'reply')),
    was         text,                   -- the intent that was read; null: none was
    intent      text        not null,   -- the intent that it is; 'out_of_scope': none that a procedure handles
    words       text        not null,
    note        text,
    corrected_by text       not null,
    at          timestamptz not null,
    foreign key (tenant, ticket_id, customer_id) references setright.tickets (tenant, ticket_id, customer_id)
);
create index on setright.corrections (tenant, id desc);
create index on setright.corrections (tenant, ticket_id);
call setright.lock_down('setright.corrections');
create trigger append_only before update or delete on setright.corrections
    for each row execute function setright.refuse_change_but_erasure('words', 'note');
grant select, insert on setright.corrections to operator_scope;
create policy erased_by_owner on setright.corrections to setright_owner
    using (tenant = setright.tenant()) with check (tenant = setright.tenant());

-- The newest review of a correction counts: an accepted one teaches, until it is rejected again.
create table setright.correction_reviews (
    id            bigint      generated always as identity primary key,
    tenant        text        not null,
    correction_id bigint      not null references setright.corrections (id),
    verdict       text        not null check (verdict in ('accepted', 'rejected')),
    reason        text,
    reviewed_by   text        not null,
    at            timestamptz not null
);
create index on setright.correction_reviews (tenant, correction_id, id desc);
call setright.lock_down('setright.correction_reviews');
call setright.make_append_only('setright.correction_reviews');
grant select, insert on setright.correction_reviews to operator_scope;

-- Time an operator had a ticket or an approval open, and was active on it: one row a heartbeat.
create table setright.handling (
    tenant      text        not null,
    ticket_id   text        not null,
    customer_id text        not null,
    approval_id text,
    operator_id text        not null,
    session_id  text        not null,
    seq         integer     not null check (seq > 0),
    open_ms     integer     not null check (open_ms >= 0),
    active_ms   integer     not null check (active_ms between 0 and open_ms),
    at          timestamptz not null,
    primary key (tenant, operator_id, session_id, seq),
    foreign key (tenant, ticket_id, customer_id) references setright.tickets (tenant, ticket_id, customer_id)
);
create index on setright.handling (tenant, ticket_id);
create index on setright.handling (tenant, at);
create index on setright.handling (tenant, operator_id, at desc);
call setright.lock_down('setright.handling');
call setright.make_append_only('setright.handling');
grant select, insert on setright.handling to operator_scope;

-- Forgetting a customer takes the words out of their corrections too, in the same transaction as the rest.
create function setright.erase_corrections() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    gone bigint;
begin
    with erased as (
        update setright.corrections set words = '[erased]', note = case when note is null then null else '[erased]' end
        where tenant = new.tenant and customer_id = new.customer_id and words <> '[erased]' returning 1
    )
    select count(*) into gone from erased;
    new.counts := new.counts || jsonb_build_object('corrections', gone);
    return new;
end
$$;
create trigger erase_corrections before insert on setright.erasures
    for each row execute function setright.erase_corrections();
