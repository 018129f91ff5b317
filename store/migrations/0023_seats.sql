-- What every API process must know of seats at the console: which of them have just changed, and who has failed to sign in.

-- Payload: an operator's id. Sessions end by deletion; what an operator is, and whether they are shut out, by an update.
create function setright.announce_seat() returns trigger
language plpgsql
as $$
begin
    perform pg_notify('setright_seats', coalesce(new.operator_id, old.operator_id));
    return null;
end
$$;
create trigger announce_end after delete on setright.sessions for each row execute function setright.announce_seat();
create trigger announce_change after update on setright.memberships
    for each row execute function setright.announce_seat();
create trigger announce_disabled after update of disabled_at on setright.operators
    for each row execute function setright.announce_seat();

-- Token buckets of those who failed, by a digest of the name or address: what is left, and at what time it was so much.
-- Names and addresses themselves are not kept, and a row is deleted some minutes after its bucket is full again.
create table setright.sign_in_failures (
    sha256 bytea            primary key check (octet_length(sha256) = 32),
    tokens double precision not null check (tokens >= 0),
    at     timestamptz      not null
);
create index on setright.sign_in_failures (at);
alter table setright.sign_in_failures enable row level security;
alter table setright.sign_in_failures force row level security;
revoke all on table setright.sign_in_failures from public;
create policy by_functions_only on setright.sign_in_failures to setright_owner using (true);

-- What is left in a bucket that refills by `per_second` up to `burst`.
create function setright.sign_in_tokens(who bytea, per_second double precision, burst integer, now_at timestamptz)
returns double precision
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select coalesce((
        select least(burst, kept.tokens + greatest(0, extract(epoch from now_at - kept.at)) * per_second)
        from setright.sign_in_failures as kept
        where kept.sha256 = who
    ), burst)
$$;

-- Takes one, if there is one; those who fail at once each take theirs.
create function setright.sign_in_failed(who bytea, per_second double precision, burst integer, now_at timestamptz)
returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $$
    delete from setright.sign_in_failures where at < now_at - interval '10 minutes';
    insert into setright.sign_in_failures as kept (sha256, tokens, at) values (who, burst - 1, now_at)
    on conflict (sha256) do update
    set tokens = greatest(
            0, least(burst, kept.tokens + greatest(0, extract(epoch from now_at - kept.at)) * per_second) - 1
        ),
        at = greatest(kept.at, now_at)
$$;

grant execute on function
    setright.sign_in_tokens(bytea, double precision, integer, timestamptz),
    setright.sign_in_failed(bytea, double precision, integer, timestamptz)
to auth;

-- How the members of the scope's own tenant come in, and when they were last here: of sessions that have not ended.
create function setright.member_sign_ins()
returns table (operator_id text, has_password boolean, last_seen_at timestamptz, method text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select member.operator_id, person.password_hash is not null, latest.last_seen_at, latest.method
    from setright.memberships as member
    join setright.operators as person using (operator_id)
    left join lateral (
        select found.last_seen_at, found.method
        from setright.sessions as found
        where found.operator_id = member.operator_id
        order by found.last_seen_at desc
        limit 1
    ) as latest on true
    where member.tenant = setright.tenant() and member.removed_at is null
$$;
grant execute on function setright.member_sign_ins() to operator_scope;

-- Who made whom what in a tenant, for ever. Without a role: no member any more; without `changed_by`: from the command
-- line, where nobody is signed in.
create table setright.member_changes (
    id          bigint      generated always as identity primary key,
    tenant      text        not null,
    operator_id text        not null references setright.operators (operator_id),
    role        text        check (role in ('viewer', 'operator', 'approver', 'admin')),
    approves    text[]      not null default '{}',
    changed_by  text,
    at          timestamptz not null
);
create index on setright.member_changes (tenant, id);
call setright.lock_down('setright.member_changes');
call setright.make_append_only('setright.member_changes');
grant select, insert on setright.member_changes to operator_scope;
