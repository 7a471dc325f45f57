"""The privilege matrix: that the document is what the database does."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from calls import Connection
from conftest import CLIENT_ROLES, OWNER
from gateway import functions
from privileges import document, privileges
from rpcs import World

DOCUMENT = Path(__file__).parents[1] / "sql" / "PRIVILEGES.md"

# Executable by whom: null stands for the default, the owner and everybody.
_GRANTEES = """
    select p.oid::regprocedure::text, array_agg(
      case a.grantee when 0 then 'public' else pg_get_userbyid(a.grantee)::text end order by 1)
    from pg_proc p
    cross join aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
    where p.pronamespace = 'schnittwerk'::regnamespace
    group by p.oid
"""


@pytest.fixture
def owner(world: World) -> Iterator[Connection]:
    """A connection of the owner's, whose changes are undone."""
    with world.connect(OWNER) as connection, connection.transaction(force_rollback=True):
        yield connection


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


def test_a_policy_too_many_and_a_table_without_are_found(owner: Connection) -> None:
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
