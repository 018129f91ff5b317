-- What the knowledge base does not agree on, and what it does not know.

-- Two passages that cannot both be right. The id is made of what they say, so that an article indexed again neither
-- doubles a conflict nor forgets that a person has dismissed it.
create table setright.knowledge_conflicts (
    tenant      text        not null,
    conflict_id text        not null check (conflict_id ~ '^C-[0-9A-F]{10}$'),
    kind        text        not null check (kind in ('amount', 'duration', 'date', 'number', 'negation', 'eligibility')),
    passage_a   bigint      not null references setright.passages (id),
    passage_b   bigint      not null references setright.passages (id) check (passage_a <> passage_b),
    said_a      text        not null,  -- the team's own words: a statement of each passage
    said_b      text        not null,
    found_at    timestamptz not null,
    found_by    text        not null,  -- 'ingestion', or the ticket that was about to rest on them
    status      text        not null default 'open' check (status in ('open', 'resolved', 'dismissed')),
    decided_at  timestamptz check ((decided_at is null) = (status = 'open')),
    decided_by  text        check ((decided_by is null) = (decided_at is null)),
    note        text        check (note <> '' and (note is not null or status <> 'dismissed')),
    primary key (tenant, conflict_id)
);
create index on setright.knowledge_conflicts (tenant, passage_a) where status = 'open';
create index on setright.knowledge_conflicts (tenant, passage_b) where status = 'open';
call setright.lock_down('setright.knowledge_conflicts');
grant select, insert on setright.knowledge_conflicts to operator_scope;
grant update (passage_a, passage_b, said_a, said_b, found_at, found_by, status, decided_at, decided_by, note)
    on setright.knowledge_conflicts to operator_scope;

-- An outbound hook may be told of a conflict too: its id stands where a ticket's does, and `seq` counts how often it was
-- opened. What a call refers to is looked up when it is sent; a call whose subject is gone is never sent.
alter table setright.knowledge_conflicts add column times_opened integer not null default 1 check (times_opened > 0);
grant update (times_opened) on setright.knowledge_conflicts to operator_scope;
alter table setright.hook_calls drop constraint hook_calls_tenant_ticket_id_seq_fkey;

-- Questions that went to a person because nothing answered them. The words stay in the messages; a vector made of them
-- is as personal as they are, and goes with them.
create table setright.knowledge_questions (
    id          bigint       generated always as identity primary key,
    tenant      text         not null,
    ticket_id   text         not null,
    customer_id text         not null,
    turn        integer      not null,
    seqs        integer[]    not null check (cardinality(seqs) > 0),  -- the messages that ask it
    language    text         not null,
    model       text         not null,
    embedding   halfvec(384) not null,
    asked_at    timestamptz  not null,
    answered_at timestamptz,
    answered_by text         check ((answered_by is null) = (answered_at is null)),  -- the article's slug
    unique (tenant, ticket_id, turn),
    foreign key (tenant, ticket_id, customer_id) references setright.tickets (tenant, ticket_id, customer_id)
);
create index on setright.knowledge_questions (tenant, asked_at) where answered_at is null;
create index on setright.knowledge_questions (tenant, customer_id);  -- for whoever erases a customer
call setright.lock_down('setright.knowledge_questions');
grant select, insert on setright.knowledge_questions to operator_scope;
grant update (answered_at, answered_by) on setright.knowledge_questions to operator_scope;
create policy erased_by_owner on setright.knowledge_questions to setright_owner
    using (tenant = setright.tenant()) with check (tenant = setright.tenant());

-- Erasing a customer writes one row of what went, as the owner; their questions go in the same moment, and are counted.
create function setright.erase_questions() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
    gone bigint;
begin
    delete from setright.knowledge_questions where tenant = new.tenant and customer_id = new.customer_id;
    get diagnostics gone = row_count;
    new.counts := new.counts || jsonb_build_object('questions', gone);
    return new;
end
$$;
create trigger questions_go_too before insert on setright.erasures
    for each row execute function setright.erase_questions();
