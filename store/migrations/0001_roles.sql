-- The roles, the schema and its owner. This file runs as whoever connects (a superuser, or the database's owner with
-- CREATEROLE); every later one runs as setright_owner, and nobody needs a superuser again.

do $$
declare
    wanted constant text[] := array['setright_owner', 'operator_scope', 'customer_scope', 'relay', 'auth', 'migrator'];
    role_name text;
begin
    foreach role_name in array wanted loop
        begin
            execute format(
                'create role %I nologin noinherit nosuperuser nobypassrls nocreatedb nocreaterole noreplication', role_name
            );
        exception when duplicate_object or unique_violation then
            null;  -- roles belong to the whole server: another database of ours has made it, perhaps just now
        end;
    end loop;
    if exists (
        select from pg_roles where rolname = any (wanted) and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)
    ) then
        raise exception 'a role that row-level security must bind has SUPERUSER, BYPASSRLS, CREATEROLE or CREATEDB'
            using hint = 'take these attributes from ' || array_to_string(wanted, ', ');
    end if;
    if not (select rolsuper from pg_roles where rolname = current_user) then
        execute format('grant setright_owner to %I', current_user);  -- to become it below
    end if;
end
$$;

grant setright_owner to migrator;  -- which inherits nothing: it must say SET ROLE

create extension if not exists vector;
revoke create on schema public from public;  -- open to everybody in databases that began before PostgreSQL 15

create schema setright authorization setright_owner;
revoke all on schema setright from public;

set local role setright_owner;

grant usage on schema setright to operator_scope, customer_scope, relay, auth;
alter default privileges revoke execute on functions from public;

create table setright.migrations (
    number     integer     primary key check (number > 0),
    name       text        not null,
    sha256     text        not null,
    applied_at timestamptz not null default now()
);
revoke all on setright.migrations from public;

-- Whose data the transaction may see. A setting that was once set locally reads '' afterwards, hence nullif; without one
-- the comparison yields null, and no row is seen.
create function setright.tenant() returns text
language sql stable parallel safe
return nullif(current_setting('app.tenant', true), '');

create function setright.customer() returns text
language sql stable parallel safe
return nullif(current_setting('app.customer', true), '');

grant execute on function setright.tenant(), setright.customer() to operator_scope, customer_scope;

-- The one way to lock a table: rows are seen by tenant in the operator's scope, and by tenant and customer in the
-- customer's. A table without a customer column is closed to the customer's scope, whatever is granted.
create procedure setright.lock_down(locked regclass)
language plpgsql
as $$
begin
    execute format('alter table %s enable row level security', locked);
    execute format('alter table %s force row level security', locked);
    execute format('revoke all on table %s from public', locked);
    execute format(
        'create policy one_tenant on %s to operator_scope'
        ' using (tenant = setright.tenant()) with check (tenant = setright.tenant())', locked
    );
    if exists (
        select from pg_attribute where attrelid = locked and attname = 'customer_id' and not attisdropped
    ) then
        execute format(
            'create policy one_customer on %s to customer_scope'
            ' using (tenant = setright.tenant() and customer_id = setright.customer())'
            ' with check (tenant = setright.tenant() and customer_id = setright.customer())', locked
        );
    end if;
end
$$;

-- For what is written once: not even the owner changes it by mistake.
create function setright.refuse_change() returns trigger
language plpgsql
as $$
begin
    raise exception 'rows of % are never changed', tg_table_name using errcode = 'integrity_constraint_violation';
end
$$;

create procedure setright.make_append_only(kept regclass)
language plpgsql
as $$
begin
    execute format(
        'create trigger append_only before update or delete on %s for each row execute function setright.refuse_change()',
        kept
    );
    execute format(
        'create trigger never_truncated before truncate on %s execute function setright.refuse_change()', kept
    );
end
$$;
