-- API keys, of which only digests are kept, and the answers remembered under idempotency keys.

create table setright.api_keys (
    id          bigint      generated always as identity primary key,
    tenant      text        not null,
    name        text        not null,
    prefix      text        not null,  -- enough of the key to recognise it by
    sha256      bytea       not null unique check (octet_length(sha256) = 32),
    scopes      text[]      not null,
    operator_id text,
    created_at  timestamptz not null,
    revoked_at  timestamptz
);
create index on setright.api_keys (tenant);
call setright.lock_down('setright.api_keys');
-- For auth_lookup below, which runs as the owner: who calls does not know the tenant yet.
create policy looked_up_by_digest on setright.api_keys for select to setright_owner using (true);
grant select, insert, update (revoked_at) on setright.api_keys to operator_scope;

-- The only function that runs with its owner's rights. Its argument is the digest of 32 random bytes: whoever has it has
-- the key, and a guess finds nothing.
create function setright.auth_lookup(key_sha256 bytea)
returns table (id bigint, tenant text, scopes text[], operator_id text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select found.id, found.tenant, found.scopes, found.operator_id
    from setright.api_keys as found
    where found.sha256 = key_sha256 and found.revoked_at is null
$$;
grant execute on function setright.auth_lookup(bytea) to auth;

create table setright.idempotency (
    tenant         text        not null,
    key            text        not null check (length(key) between 1 and 255),
    route          text        not null,
    request_sha256 text        not null,
    status         integer     not null,
    response       jsonb       not null,
    created_at     timestamptz not null,
    primary key (tenant, key)
);
call setright.lock_down('setright.idempotency');
grant select, insert on setright.idempotency to operator_scope;
