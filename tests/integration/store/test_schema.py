"""Facts of the schema: every table is locked, owned by a role that cannot log in, and granted sparingly."""

import psycopg
import pytest

APP_ROLES = ("operator_scope", "customer_scope", "relay", "auth", "migrator")
OUR_ROLES = (*APP_ROLES, "setright_owner")

#: Tables without row-level security, and why that is no hole.
UNLOCKED = {
    "migrations": "which files were applied; no role but the owner may read it",
    "action_transitions": "which status may follow which; the same for everybody",
}
#: What no role of the product may do to these: they are written once.
WRITTEN_ONCE = {
    "events",
    "tenant_heads",
    "approval_requests",
    "approval_decisions",
    "approval_settlements",
    "procedure_versions",
    "effect_changes",
    "pauses",
    "pause_ends",
    "held_actions",
    "approval_snoozes",
    "ticket_snoozes",
    "erasures",
    "ticket_identities",
    "published_versions",
    "version_changes",
    "member_changes",
}


async def column(conn: psycopg.AsyncConnection, query: str) -> list[str]:
    """The first column of what a query finds."""
    return [row[0] for row in await (await conn.execute(query.encode())).fetchall()]


async def test_every_table_has_forced_row_security_or_a_reason(superuser: psycopg.AsyncConnection) -> None:
    """A new table without a lock fails here until somebody writes down why."""
    unlocked = await column(
        superuser,
        "select relname from pg_class where relnamespace = 'setright'::regnamespace and relkind in ('r', 'p')"
        " and not (relrowsecurity and relforcerowsecurity)",
    )
    assert set(unlocked) == set(UNLOCKED)


async def test_every_locked_table_names_the_tenant(superuser: psycopg.AsyncConnection) -> None:
    """What may be seen is what may be written, by the same few policies; none is a table's own invention."""
    policies = set(
        await column(
            superuser,
            "select format('%s to %s: %s', policyname, array_to_string(roles, ','), qual) from pg_policies"
            " where schemaname = 'setright' and coalesce(with_check, qual) = qual",
        )
    )
    assert policies == {
        "one_tenant to operator_scope: (tenant = setright.tenant())",
        "one_customer to customer_scope: ((tenant = setright.tenant()) AND (customer_id = setright.customer()))",
        "one_tenant_read to customer_scope: (tenant = setright.tenant())",
        "no_notes to customer_scope: ('customer'::text = ANY (audience))",
        "every_tenant to relay: true",
        "kept_by_owner to setright_owner: true",
        "every_tenant_read to relay: true",
        "looked_up_by_digest to setright_owner: true",
        "looked_up_by_operator to setright_owner: true",
        "by_functions_only to setright_owner: true",
        "erased_by_owner to setright_owner: (tenant = setright.tenant())",
    }
    assert await column(superuser, "select policyname::text from pg_policies where with_check <> qual") == []
    exceptions = set(
        await column(
            superuser,
            "select tablename || ' ' || policyname from pg_policies where schemaname = 'setright'"
            " and policyname not in ('one_tenant', 'one_customer', 'erased_by_owner')",
        )
    )
    assert exceptions == {
        "articles one_tenant_read",
        "passages one_tenant_read",
        "passage_words one_tenant_read",
        "passage_words kept_by_owner",
        "messages no_notes",
        "outbox every_tenant",
        "tenant_heads every_tenant_read",
        "erasures every_tenant_read",
        "hooks every_tenant",
        "api_keys looked_up_by_digest",
        "memberships looked_up_by_operator",
        "operators by_functions_only",
        "sessions by_functions_only",
        "sign_in_failures by_functions_only",
        "sign_in_links by_functions_only",
    }


async def test_our_roles_have_no_power_over_the_server(superuser: psycopg.AsyncConnection) -> None:
    """None is superuser, passes by row security, makes roles or databases, or inherits another's rights."""
    powerful = await column(
        superuser,
        "select rolname from pg_roles where rolname = any ('{" + ",".join(OUR_ROLES) + "}')"
        " and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication or rolinherit)",
    )
    assert powerful == []
    can_log_in = await column(superuser, "select rolname from pg_roles where rolcanlogin and rolname like 'setright%'")
    assert can_log_in == []
    members = await column(
        superuser,
        "select member::regrole || ' of ' || roleid::regrole from pg_auth_members"
        " where member::regrole::text = any ('{" + ",".join(OUR_ROLES) + "}')",
    )
    assert members == ["migrator of setright_owner"]


async def test_everything_belongs_to_the_owner(superuser: psycopg.AsyncConnection) -> None:
    """No table, function or the schema itself belongs to a superuser or to a role that somebody logs in as."""
    owners = await column(
        superuser,
        "select distinct owner::regrole::text from ("
        " select relowner as owner from pg_class where relnamespace = 'setright'::regnamespace"
        " union all select proowner from pg_proc where pronamespace = 'setright'::regnamespace"
        " union all select nspowner from pg_namespace where nspname = 'setright') as things",
    )
    assert owners == ["setright_owner"]


async def test_no_role_may_create_anything(superuser: psycopg.AsyncConnection) -> None:
    """No CREATE on any schema or on the database, for any role that the product connects as."""
    may_create = await column(
        superuser,
        "select rolname || ' in ' || nspname from pg_roles, pg_namespace where rolname = any ('{"
        + ",".join(APP_ROLES)
        + "}') and nspname !~ '^pg_(temp|toast)' and has_schema_privilege(rolname, nspname, 'create')"
        " union all select rolname || ' in the database' from pg_roles where rolname = any ('{"
        + ",".join(APP_ROLES)
        + "}') and has_database_privilege(rolname, current_database(), 'create')",
    )
    assert may_create == []


async def test_nobody_deletes_and_what_is_written_once_is_not_updated(superuser: psycopg.AsyncConnection) -> None:
    """No role of the product has DELETE or TRUNCATE anywhere, nor UPDATE on any column of the record."""
    deleting = await column(
        superuser,
        "select distinct grantee || ' ' || table_name from information_schema.role_table_grants"
        " where table_schema = 'setright' and grantee <> 'setright_owner'"
        " and privilege_type not in ('SELECT', 'INSERT', 'UPDATE')",
    )
    assert deleting == []
    whole_rows = await column(
        superuser,
        "select distinct table_name from information_schema.role_table_grants"
        " where table_schema = 'setright' and grantee <> 'setright_owner' and privilege_type = 'UPDATE'",
    )
    assert whole_rows == []  # every UPDATE is granted column by column
    updatable = await column(
        superuser,
        "select distinct table_name from information_schema.column_privileges"
        " where table_schema = 'setright' and grantee <> 'setright_owner' and privilege_type = 'UPDATE'",
    )
    assert not WRITTEN_ONCE & set(updatable)
    identities = await column(
        superuser,
        "select distinct table_name || '.' || column_name from information_schema.column_privileges"
        " where table_schema = 'setright' and grantee <> 'setright_owner' and privilege_type = 'UPDATE'"
        " and column_name in ('tenant', 'ticket_id', 'customer_id', 'identity', 'id', 'action_id', 'text', 'args')",
    )
    assert identities == []


async def test_public_gets_nothing(superuser: psycopg.AsyncConnection) -> None:
    """A role that the product does not know cannot use the schema, a table or a function in it."""
    open_to_all = await column(
        superuser,
        "select relname from pg_class, aclexplode(relacl) as acl where relnamespace = 'setright'::regnamespace"
        " and acl.grantee = 0"
        " union all select proname from pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner))) as acl"
        " where pronamespace = 'setright'::regnamespace and acl.grantee = 0"
        " union all select nspname from pg_namespace, aclexplode(nspacl) as acl where nspname = 'setright'"
        " and acl.grantee = 0",
    )
    assert open_to_all == []


@pytest.mark.parametrize("table", sorted(WRITTEN_ONCE))
async def test_not_even_the_owner_rewrites_the_record(superuser: psycopg.AsyncConnection, table: str) -> None:
    """A migration that meant well is stopped by the table itself."""
    await superuser.execute("set role setright_owner")
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
        await superuser.execute(f"truncate setright.{table} cascade".encode())
    kinds = await column(
        superuser,
        "select tgname::text from pg_trigger where not tgisinternal and tgenabled = 'O'"
        f" and tgrelid = 'setright.{table}'::regclass and tgname in ('append_only', 'never_truncated')",
    )
    assert sorted(kinds) == ["append_only", "never_truncated"]


async def test_views_and_definers_are_few_and_known(superuser: psycopg.AsyncConnection) -> None:
    """A view shows what its reader may see; few functions run with their owner's rights, on a fixed path."""
    views = await column(
        superuser,
        "select relname from pg_class where relnamespace = 'setright'::regnamespace and relkind in ('v', 'm')"
        " and not coalesce('security_invoker=true' = any (reloptions), false)",
    )
    assert views == []
    definers = await column(
        superuser,
        "select format('%s %s', proname, array_to_string(proconfig, ',')) from pg_proc"
        " where pronamespace = 'setright'::regnamespace and prosecdef",
    )
    assert sorted(definers) == [
        "auth_lookup search_path=pg_catalog, pg_temp",
        "erase_corrections search_path=pg_catalog, pg_temp",
        "erase_words search_path=pg_catalog, pg_temp",
        "link_make search_path=pg_catalog, pg_temp",
        "link_use search_path=pg_catalog, pg_temp",
        "list_words search_path=pg_catalog, pg_temp",
        "member_sign_ins search_path=pg_catalog, pg_temp",
        "members search_path=pg_catalog, pg_temp",
        "operator_add search_path=pg_catalog, pg_temp",
        "operator_disable search_path=pg_catalog, pg_temp",
        "operator_list search_path=pg_catalog, pg_temp",
        "operator_lookup search_path=pg_catalog, pg_temp",
        "operator_memberships search_path=pg_catalog, pg_temp",
        "operator_rehash search_path=pg_catalog, pg_temp",
        "operator_set_password search_path=pg_catalog, pg_temp",
        "session_begin search_path=pg_catalog, pg_temp",
        "session_end search_path=pg_catalog, pg_temp",
        "session_lookup search_path=pg_catalog, pg_temp",
        "session_seen search_path=pg_catalog, pg_temp",
        "sessions_end search_path=pg_catalog, pg_temp",
        "sign_in_failed search_path=pg_catalog, pg_temp",
        "sign_in_tokens search_path=pg_catalog, pg_temp",
    ]
    for role, may_run in (("auth", 17), ("operator_scope", 3), ("customer_scope", 0), ("relay", 0)):
        runs = await column(
            superuser,
            "select proname::text from pg_proc where pronamespace = 'setright'::regnamespace and prosecdef"
            f" and has_function_privilege('{role}', oid, 'execute')",
        )
        assert len(runs) == may_run, (role, runs)
    callers = await column(
        superuser,
        "select rolname from pg_roles where has_function_privilege(rolname, 'setright.auth_lookup(bytea)', 'execute')"
        " and not rolsuper order by rolname",
    )
    assert callers == ["auth", "setright_owner"]
    erasers = await column(
        superuser,
        "select rolname from pg_roles where not rolsuper and"
        " has_function_privilege(rolname, 'setright.erase_words(text, text, timestamptz)', 'execute') order by rolname",
    )
    assert erasers == ["operator_scope", "setright_owner"]
