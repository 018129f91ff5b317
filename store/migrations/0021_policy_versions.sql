-- Versions of policy and procedures that were published, which of them is current, and what past judgments went by.

-- A published text, as it was sent. Its number counts from 1 for each part; 0 is the workspace's file, which is no row.
create table setright.published_versions (
    tenant       text        not null,
    part         text        not null check (part ~ '^(policy|procedures/[a-z][a-z0-9_]{0,62})$'),
    number       integer     not null check (number > 0),
    version      text        not null check (version ~ '^[0-9a-f]{64}$'),  -- the text's digest
    yaml         text        not null check (octet_length(yaml) <= 262144),
    note         text        not null,
    published_by text        not null,
    at           timestamptz not null,
    primary key (tenant, part, number)
);
call setright.lock_down('setright.published_versions');
call setright.make_append_only('setright.published_versions');
grant select, insert on setright.published_versions to operator_scope;

-- What became current, and when. `seq` counts over all parts of a tenant: whoever remembers the newest one knows with
-- one look whether anything has changed.
create table setright.version_changes (
    tenant       text        not null,
    seq          bigint      not null check (seq > 0),
    part         text        not null,
    number       integer     not null check (number >= 0),                      -- 0: the workspace's file
    how          text        not null check (how in ('published', 'rolled_back')),
    file_version text        check (file_version ~ '^[0-9a-f]{64}$'),           -- of the file at that time, if there was one
    changed_by   text        not null,
    reason       text        not null,
    at           timestamptz not null,
    primary key (tenant, seq)
);
create index on setright.version_changes (tenant, part, seq desc);
call setright.lock_down('setright.version_changes');
call setright.make_append_only('setright.version_changes');
grant select, insert on setright.version_changes to operator_scope;

-- What a judgment went by: everything its conditions could name. The event of the judgment holds the digest, so a row
-- that an attempt left behind is never taken for another's.
create table setright.judged_facts (
    tenant      text        not null,
    ticket_id   text        not null,
    customer_id text        not null,
    sha256      text        not null check (sha256 ~ '^[0-9a-f]{64}$'),
    body        jsonb       not null,
    at          timestamptz not null,
    primary key (tenant, ticket_id, sha256),
    foreign key (tenant, ticket_id, customer_id) references setright.tickets (tenant, ticket_id, customer_id)
);
call setright.lock_down('setright.judged_facts');
grant select, insert on setright.judged_facts to operator_scope;

-- The newest judgments are looked for by time.
create index events_of_judgments on setright.events (tenant, at, ticket_id, seq) where kind = 'action_judged';

-- They are erased with the rest of what was known of a customer.
create policy erased_by_owner on setright.judged_facts to setright_owner
    using (tenant = setright.tenant()) with check (tenant = setright.tenant());

create function setright.erase_judged_facts() returns trigger
language plpgsql
as $$
declare
    gone bigint;
begin
    delete from setright.judged_facts where tenant = new.tenant and customer_id = new.customer_id;
    get diagnostics gone = row_count;
    new.counts := new.counts || jsonb_build_object('judged_facts', gone);
    return new;
end
$$;
create trigger erase_judged_facts before insert on setright.erasures
    for each row execute function setright.erase_judged_facts();
