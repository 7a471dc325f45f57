"""The privilege matrix: that the document is what the database does."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest
from calls import Connection
from conftest import CLIENT_ROLES, GATEWAY_ROLE, OWNER
from gateway import Function, Request, Response, ask, functions
from rpcs import Caller, Tenant, World, arguments

DOCUMENT = Path(__file__).parents[1] / "sql" / "PRIVILEGES.md"

ROLES = (*CLIENT_ROLES, GATEWAY_ROLE)
PUBLIC = "public"
NEVER = "\N{EN DASH}"

_DOCUMENT = """\
# Who may do what

Written by `make privileges` from a running database, and compared with it by the tests: this is
what the database does, not what it ought to do.

## What a caller may do with a function

Each function of the schema `schnittwerk` was called by each kind of caller with things of their
salon. **all**: with whatever there is in the salon; **own**: with their own (a customer's
appointment, a member of staff's time off, a user's idempotency key, an admin's salon), while
somebody else's is refused or not found; **{never}**: not at all. A stranger is signed in and has no
profile in the salon, as is everybody in a salon that is not theirs. What a read shows of a thing,
and which rules a write waives, depends on the caller too.

{functions}

## What a database role may do in the database

Privileges on the functions and on every table, view and sequence, by role. A member of a role has
the same; the owner of the database and superusers have all, `schnittwerk_gateway` only says whose
claims are believed.

{objects}
"""

# Of PostgreSQL 17 on there is one more, and nobody has it either.
_PRIVILEGES_ON_TABLES = """
    select
      format('%%I.%%I', n.nspname, c.relname),
      r.role,
      coalesce(string_agg(p.privilege || coalesce(' (' || s.columns || ')', ''), ', ' order by p.n)
        filter (where t.is_granted or s.columns is not null), 'none')
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    cross join unnest(%(roles)s::text[]) with ordinality r (role, n)
    cross join unnest(case
      when c.relkind = 'S' then '{select,update,usage}'::text[]
      else '{select,insert,update,delete,truncate,references,trigger}' || case
        when current_setting('server_version_num')::int >= 170000 then '{maintain}'::text[] end
    end) with ordinality p (privilege, n)
    cross join lateral (
      select case c.relkind
        when 'S' then has_sequence_privilege(r.role, c.oid, p.privilege)
        else has_table_privilege(r.role, c.oid, p.privilege)
      end as is_granted
    ) t
    cross join lateral (
      select string_agg(quote_ident(a.attname), ', ' order by a.attnum) as columns
      from pg_attribute a
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        and c.relkind <> 'S' and not t.is_granted
        and p.privilege in ('select', 'insert', 'update', 'references')
        and has_column_privilege(r.role, c.oid, a.attnum, p.privilege)
    ) s
    where n.nspname in ('schnittwerk', 'schnittwerk_core', 'schnittwerk_migrations')
      and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    group by n.nspname, c.relname, r.role, r.n
    order by n.nspname, c.relname, r.n
"""
_PRIVILEGES_ON_FUNCTIONS = """
    select
      r.role,
      case
        when bool_and(g.is_granted) then 'execute'
        when not bool_or(g.is_granted) then 'none'
        else 'execute on some'
      end
    from pg_proc p
    cross join unnest(%(roles)s::text[]) with ordinality r (role, n)
    cross join lateral (
      select has_function_privilege(r.role, p.oid, 'execute') as is_granted
    ) g
    where p.pronamespace = 'schnittwerk'::regnamespace
    group by r.role, r.n
    order by r.n
"""
# Executable by whom: null stands for the default, the owner and everybody.
_GRANTEES = """
    select p.oid::regprocedure::text, array_agg(
      case a.grantee when 0 then 'public' else pg_get_userbyid(a.grantee)::text end order by 1)
    from pg_proc p
    cross join aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
    where p.pronamespace = 'schnittwerk'::regnamespace
    group by p.oid
"""


def document(connection: Connection, salon: Tenant) -> str:
    """The whole document, found out on a connection of the gateway's."""
    callers, roles = salon.callers, (*ROLES, PUBLIC)
    called = [
        [f"`{function.name}`", *(may(connection, salon, function, caller) for caller in callers)]
        for function in functions(connection).values()
    ]
    granted = [
        [name, *by_role.values()]
        for name, by_role in privileges(connection).items()
        if set(by_role.values()) != {"none"}
    ]
    rest = ["every other table, view and sequence", *("none" for _ in roles)]
    return _DOCUMENT.format(
        never=NEVER,
        functions=_table([["function", *(caller.name for caller in callers)], *called]),
        objects=_table([["on", *(f"`{role}`" for role in roles)], *granted, rest]),
    )


def may(connection: Connection, salon: Tenant, function: Function, caller: Caller) -> str:
    """What a caller may do with a function: `all`, `own` or NEVER."""
    own, others = (
        ask(connection, Request(function, arguments(function.name, salon, things), caller))
        for things in (salon.own, salon.others)
    )
    if own.http_status in (401, 403):
        assert others.http_status == own.http_status, (function.name, caller, others)
        return NEVER
    assert own.http_status in (200, 201), (function.name, caller, own)
    if others.http_status in (403, 404) or is_empty(others) > is_empty(own):
        return "own"
    assert others.http_status in (200, 201), (function.name, caller, others)
    return "all"


def is_empty(answer: Response) -> bool:
    """Whether a read has found nothing: a list shows what its caller may see."""
    return isinstance(answer.body, list) and not answer.body


def privileges(connection: Connection) -> dict[str, dict[str, str]]:
    """Privileges, by what they are on and by role."""
    roles = {"roles": [*ROLES, PUBLIC]}
    on_functions = connection.execute(_PRIVILEGES_ON_FUNCTIONS, roles).fetchall()
    found: dict[str, dict[str, str]] = {"every function of `schnittwerk`": dict(on_functions)}
    for name, role, granted in connection.execute(_PRIVILEGES_ON_TABLES, roles):
        found.setdefault(f"`{name}`", {})[role] = granted
    return found


def _table(rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown; the first row is its head."""
    head, *others = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([head, "|" + "---|" * (head.count("|") - 1), *others])


@pytest.fixture
def owner(world: World) -> Iterator[Connection]:
    """A connection of the owner's, whose changes are undone."""
    with world.connect(OWNER) as connection, connection.transaction(force_rollback=True):
        yield connection


# `make privileges` writes it from this version.
@pytest.mark.parametrize("cluster", [18], indirect=True, ids=["pg18"], scope="session")
def test_the_document_is_what_the_database_does(authenticator: Connection, world: World) -> None:
    found = document(authenticator, world.north)
    assert found == document(authenticator, world.south)
    if "WRITE_PRIVILEGES" in os.environ:
        DOCUMENT.write_text(found)
    assert DOCUMENT.read_text() == found, (
        f"{DOCUMENT.name} is not what the database does: see whether the change is meant,"
        " and if so write it anew by `make privileges`"
    )


def test_every_function_is_executable_by_the_client_roles_and_by_nobody_else(
    owner: Connection,
) -> None:
    grantees = owner.execute(_GRANTEES).fetchall()
    assert len(grantees) == len(functions(owner))
    for function, roles in grantees:
        assert set(roles) == {OWNER, *CLIENT_ROLES}, function


@pytest.mark.parametrize(
    ("grant", "on", "role", "expected"),
    [
        ("select on T to R", "staff", "schnittwerk_user", "select"),
        (
            "select (full_name), insert (id, full_name) on T to R",
            "staff",
            "schnittwerk_anon",
            "select (full_name), insert (id, full_name)",
        ),
        ("truncate, trigger on T to public", "salon", "schnittwerk_gateway", "truncate, trigger"),
        ("usage on sequence T to R", "journal_number_seq", "schnittwerk_service", "usage"),
    ],
)
def test_a_privilege_too_many_is_found(
    owner: Connection, grant: str, on: str, role: str, expected: str
) -> None:
    table = f"schnittwerk_core.{on}"
    assert privileges(owner)[f"`{table}`"][role] == "none"
    owner.execute(f"grant {grant.replace('T', table).replace('R', role)}")
    assert privileges(owner)[f"`{table}`"][role] == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            "revoke execute on function schnittwerk.list_salons from schnittwerk_anon",
            {"schnittwerk_anon": "execute on some", "public": "none"},
        ),
        (
            "grant execute on all functions in schema schnittwerk to public",
            {"schnittwerk_gateway": "execute", "public": "execute"},
        ),
    ],
)
def test_a_grant_of_a_function_too_many_or_too_few_is_found(
    owner: Connection, change: str, expected: dict[str, str]
) -> None:
    owner.execute(change)
    found = privileges(owner)["every function of `schnittwerk`"]
    assert found | expected == found


_UNSECURED = """
    select c.oid::regclass::text
    from pg_class c
    where c.relnamespace = 'schnittwerk_core'::regnamespace and c.relkind in ('r', 'p')
      -- forced, it would keep the owner from dumping
      and (not c.relrowsecurity or c.relforcerowsecurity)
"""
_POLICIES_FOR_OTHERS_THAN_MONITORING = """
    select policyname
    from pg_policies
    where schemaname = 'schnittwerk_core' and (roles <> '{schnittwerk_service}' or cmd <> 'SELECT')
"""


def test_row_security_shows_rows_to_monitoring_only(owner: Connection) -> None:
    assert owner.execute(_UNSECURED).fetchall() == []
    assert owner.execute(_POLICIES_FOR_OTHERS_THAN_MONITORING).fetchall() == []


def test_a_row_security_policy_too_many_and_a_table_without_are_found(owner: Connection) -> None:
    on = "on schnittwerk_core.staff"
    owner.execute(f"create policy of_clients {on} for select to schnittwerk_user using (true)")
    owner.execute(f"create policy of_all {on} for select using (true)")
    owner.execute(f"create policy of_writers {on} for update to schnittwerk_service using (true)")
    found = owner.execute(_POLICIES_FOR_OTHERS_THAN_MONITORING).fetchall()
    assert {name for (name,) in found} == {"of_clients", "of_all", "of_writers"}
    owner.execute("alter table schnittwerk_core.staff disable row level security")
    owner.execute("alter table schnittwerk_core.salon force row level security")
    unsecured = owner.execute(_UNSECURED).fetchall()
    assert {name for (name,) in unsecured} == {"schnittwerk_core.staff", "schnittwerk_core.salon"}
