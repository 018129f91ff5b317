-- Operators who sign in to the console: people above tenants, with a role in each tenant that they serve.

create table setright.operators (
    operator_id   text        primary key check (operator_id ~ '^[a-z0-9][a-z0-9_.-]{0,62}$'),
    name          text        not null check (length(name) between 1 and 128),
    email         text        unique check (email = lower(email) and length(email) between 3 and 254),
    password_hash text        check (password_hash like '$argon2id$%'),
    created_at    timestamptz not null,
    disabled_at   timestamptz
);

-- What an operator is in a tenant. `approves` are the tenant's approval roles, or '*' for all of them.
create table setright.memberships (
    tenant      text        not null,
    operator_id text        not null references setright.operators (operator_id),
    role        text        not null check (role in ('viewer', 'operator', 'approver', 'admin')),
    approves    text[]      not null default '{}',
    changed_at  timestamptz not null,
    removed_at  timestamptz,
    primary key (tenant, operator_id)
);
create index on setright.memberships (operator_id);
-- An admin of a tenant sees and changes the members of their own tenant.
call setright.lock_down('setright.memberships');
grant select, insert, update (role, approves, changed_at, removed_at) on setright.memberships to operator_scope;

-- A session is known by the digest of the 32 random bytes in its cookie; `csrf` is what the tokens of its forms are made of.
create table setright.sessions (
    sha256        bytea       primary key check (octet_length(sha256) = 32),
    operator_id   text        not null references setright.operators (operator_id),
    chosen_tenant text        not null,
    method        text        not null check (method in ('password', 'link', 'header', 'oidc')),
    csrf          bytea       not null check (octet_length(csrf) = 32),
    created_at    timestamptz not null,
    last_seen_at  timestamptz not null,
    expires_at    timestamptz not null
);
create index on setright.sessions (operator_id);

create table setright.sign_in_links (
    sha256      bytea       primary key check (octet_length(sha256) = 32),
    operator_id text        not null references setright.operators (operator_id),
    expires_at  timestamptz not null,
    used_at     timestamptz
);
create index on setright.sign_in_links (operator_id);

-- Three of these tables are above tenants: no role of the product reads or writes them but through the functions below,
-- which run as the owner. Of the memberships the owner needs one operator's, whatever the tenant.
do $$
declare
    above text;
begin
    foreach above in array array['operators', 'sessions', 'sign_in_links'] loop
        execute format('alter table setright.%I enable row level security', above);
        execute format('alter table setright.%I force row level security', above);
        execute format('revoke all on table setright.%I from public', above);
        execute format('create policy by_functions_only on setright.%I to setright_owner using (true)', above);
    end loop;
end
$$;
create policy looked_up_by_operator on setright.memberships for select to setright_owner using (true);

-- The members of the scope's own tenant with their names, for its admin.
create function setright.members()
returns table (operator_id text, name text, email text, role text, approves text[], is_disabled boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select member.operator_id, person.name, person.email, member.role, member.approves,
           person.disabled_at is not null
    from setright.memberships as member
    join setright.operators as person using (operator_id)
    where member.tenant = setright.tenant() and member.removed_at is null
    order by member.operator_id
$$;
grant execute on function setright.members() to operator_scope;

-- By id or e-mail. Whoever asks has yet to show a password, so this is for the role `auth` alone.
create function setright.operator_lookup(login text)
returns table (operator_id text, name text, email text, password_hash text, disabled_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select found.operator_id, found.name, found.email, found.password_hash, found.disabled_at
    from setright.operators as found
    where found.operator_id = lower(login) or found.email = lower(login)
    order by found.operator_id = lower(login) desc
    limit 1
$$;

create function setright.operator_list()
returns table (
    operator_id text, name text, email text, has_password boolean, disabled_at timestamptz, tenants text[], roles text[]
)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select person.operator_id, person.name, person.email, person.password_hash is not null,
           person.disabled_at,
           coalesce(array_agg(member.tenant order by member.tenant) filter (where member.tenant is not null), '{}'),
           coalesce(array_agg(member.role order by member.tenant) filter (where member.tenant is not null), '{}')
    from setright.operators as person
    left join setright.memberships as member
        on member.operator_id = person.operator_id and member.removed_at is null
    group by person.operator_id
    order by person.operator_id
$$;

create function setright.operator_add(new_id text, new_name text, new_email text, at timestamptz) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp
as $$
    with added as (
        insert into setright.operators (operator_id, name, email, created_at)
        values (new_id, new_name, lower(new_email), at)
        on conflict do nothing
        returning 1
    )
    select exists (select from added)
$$;

create function setright.operator_memberships(who text)
returns table (tenant text, role text, approves text[])
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select found.tenant, found.role, found.approves
    from setright.memberships as found
    where found.operator_id = who and found.removed_at is null
    order by found.tenant
$$;

create function setright.sessions_end(who text) returns bigint
language sql security definer set search_path = pg_catalog, pg_temp
as $$
    with ended as (delete from setright.sessions where operator_id = who returning 1),
         unused as (delete from setright.sign_in_links where operator_id = who)
    select count(*) from ended
$$;

-- A new password, or none, ends every session and link: whoever had the old one is out.
create function setright.operator_set_password(who text, new_hash text) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp
as $$
    select setright.sessions_end(who);
    with changed as (update setright.operators set password_hash = new_hash where operator_id = who returning 1)
    select exists (select from changed)
$$;

-- The same password under newer parameters; only if it is still the one that was shown.
create function setright.operator_rehash(who text, old_hash text, new_hash text) returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $$
    update setright.operators set password_hash = new_hash where operator_id = who and password_hash = old_hash
$$;

-- With a time, no way in any more, from that moment; with null, the way is open again.
create function setright.operator_disable(who text, at timestamptz) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp
as $$
    select setright.sessions_end(who);
    with changed as (update setright.operators set disabled_at = at where operator_id = who returning 1)
    select exists (select from changed)
$$;

create function setright.session_begin(
    new_sha256 bytea, who text, tenant text, how text, new_csrf bytea, at timestamptz, expires timestamptz
) returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $$
    delete from setright.sessions where operator_id = who and expires_at <= at;
    insert into setright.sessions
        (sha256, operator_id, chosen_tenant, method, csrf, created_at, last_seen_at, expires_at)
    values (new_sha256, who, tenant, how, new_csrf, at, at, expires)
$$;

create function setright.session_lookup(session_sha256 bytea, at timestamptz, seen_after timestamptz)
returns table (
    operator_id text, name text, chosen_tenant text, method text, csrf bytea, last_seen_at timestamptz,
    expires_at timestamptz
)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select found.operator_id, person.name, found.chosen_tenant, found.method, found.csrf, found.last_seen_at,
           found.expires_at
    from setright.sessions as found
    join setright.operators as person using (operator_id)
    where found.sha256 = session_sha256
        and found.expires_at > at and found.last_seen_at > seen_after and person.disabled_at is null
$$;

create function setright.session_seen(session_sha256 bytea, at timestamptz) returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $$
    update setright.sessions set last_seen_at = greatest(last_seen_at, at) where sha256 = session_sha256
$$;

create function setright.session_end(session_sha256 bytea) returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $$
    delete from setright.sessions where sha256 = session_sha256
$$;

create function setright.link_make(new_sha256 bytea, who text, at timestamptz, expires timestamptz) returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $$
    delete from setright.sign_in_links where operator_id = who and (expires_at <= at or used_at is not null);
    insert into setright.sign_in_links (sha256, operator_id, expires_at) values (new_sha256, who, expires)
$$;

-- Takes the link: of two who use it at once, one gets in.
create function setright.link_use(link_sha256 bytea, at timestamptz) returns text
language sql security definer set search_path = pg_catalog, pg_temp
as $$
    update setright.sign_in_links as link set used_at = at
    from setright.operators as person
    where link.sha256 = link_sha256 and link.used_at is null and link.expires_at > at
        and person.operator_id = link.operator_id and person.disabled_at is null
    returning link.operator_id
$$;

grant execute on function
    setright.operator_lookup(text), setright.operator_list(),
    setright.operator_add(text, text, text, timestamptz), setright.operator_memberships(text),
    setright.sessions_end(text), setright.operator_set_password(text, text),
    setright.operator_rehash(text, text, text), setright.operator_disable(text, timestamptz),
    setright.session_begin(bytea, text, text, text, bytea, timestamptz, timestamptz),
    setright.session_lookup(bytea, timestamptz, timestamptz), setright.session_seen(bytea, timestamptz),
    setright.session_end(bytea), setright.link_make(bytea, text, timestamptz, timestamptz),
    setright.link_use(bytea, timestamptz)
to auth;
