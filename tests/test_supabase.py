"""Supabase's roles, as Supabase has them, and a book migrated by an owner who is no superuser."""

import datetime as dt
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from calls import Connection, read, write
from conftest import CLIENT_ROLES, GATEWAY_ROLE, OWNER, Cluster, Database
from programs import substituted
from salon import Salon, open_example
from snippets import run_by
from test_migrations import dump, only_one, sqitch

from schnittwerk_db import Client
from schnittwerk_db.doctor import Check, examine
from schnittwerk_db.migrate import migrate, rollback

READY = Path(__file__).parents[1] / "schnittwerk_db/examples/supabase.sql"
THEIRS = ("anon", "authenticated", "service_role")
MEMBERSHIPS = [
    "grant schnittwerk_anon to anon",
    "grant schnittwerk_gateway to authenticator",
    "grant schnittwerk_service to service_role",
    "grant schnittwerk_user to authenticated",
]


@contextmanager
def supabase_roles(cluster: Cluster) -> Iterator[Connection]:
    """Supabase's roles in a cluster; yields a superuser."""
    with psycopg.connect(cluster.dsn(), autocommit=True) as superuser:
        superuser.execute("alter role authenticator rename to authenticator_of_other_tests")
        superuser.execute("create role anon nologin noinherit")
        superuser.execute("create role authenticated nologin noinherit")
        superuser.execute("create role service_role nologin noinherit bypassrls")
        superuser.execute("create role authenticator login noinherit")
        superuser.execute(f"grant {', '.join(THEIRS)} to authenticator")
        superuser.execute("create role bystander login")
        try:
            yield superuser
        finally:
            superuser.execute(f"drop role {', '.join(THEIRS)}, authenticator, bystander")
            superuser.execute("alter role authenticator_of_other_tests rename to authenticator")


@pytest.fixture
def supabase(template: Database) -> Iterator[Connection]:
    with supabase_roles(template.cluster) as superuser:
        yield superuser


@contextmanager
def request(
    database: Database, role: str, login: str = "authenticator", sub: UUID | None = None
) -> Iterator[Connection]:
    """A request as PostgREST makes it: a login that becomes the role of a token."""
    with psycopg.connect(database.dsn(login)) as connection:
        connection.execute(f"set local role {role}")
        claims = {"role": role, "sub": str(sub)}
        connection.execute(
            "select set_config('request.jwt.claims', %s, true)", [json.dumps(claims)]
        )
        yield connection
        connection.rollback()


@pytest.fixture
def database(supabase: Connection, empty_database: Database) -> Database:
    """A database that was migrated where Supabase's roles were."""
    migrate(empty_database.dsn())
    return empty_database


@pytest.fixture
def salon(database: Database) -> Iterator[Salon]:
    with closing(open_example(database.dsn())) as salon:
        yield salon


def missing(owner: Connection) -> list[str]:
    rows = owner.execute("select schnittwerk_core.missing_supabase_grants()").fetchall()
    return sorted(statement for (statement,) in rows)


def mapping(database: Database) -> Check | None:
    """What the doctor says of Supabase's roles."""
    found = (it for it in examine(database.dsn()) if it.name == "Supabase's roles")
    return next(found, None)


# Who they are


def test_anon_sees_free_slots_and_may_not_write(database: Database, salon: Salon) -> None:
    tomorrow = dt.date.today() + dt.timedelta(days=1)
    month = tomorrow + dt.timedelta(days=30)
    with request(database, "anon") as anon:
        slots = read(anon, "find_slots", p_service_id=salon.service_id, p_from=tomorrow, p_to=month)
        assert slots
        answer = write(
            anon,
            "create_booking",
            p_idempotency_key="k",
            p_customer_id=salon.customer_id,
            p_service_id=salon.service_id,
            p_starts_at=slots[0]["starts_at"],
        )
    assert (answer["http_status"], answer["code"]) == (401, "not_authenticated")


def test_authenticated_is_the_user_of_the_token(database: Database, salon: Salon) -> None:
    user_id = uuid4()
    with request(database, "authenticated", sub=user_id) as user:
        client = Client(user)
        customer = client.register_customer("Carla", "carla@example.com")
        assert client.list_customers() == [customer]
        today = dt.date.today()
        slot, *_ = client.find_slots(
            salon.service_id, today + dt.timedelta(days=1), today + dt.timedelta(days=31), limit=1
        )
        booked = client.create_booking(None, salon.service_id, slot.starts_at)
        assert booked.customer_id == customer.id


def test_service_role_is_the_service(database: Database, salon: Salon) -> None:
    with request(database, "service_role") as service:
        assert salon.customer_id in [it.id for it in Client(service).list_customers()]


@pytest.mark.parametrize("login", ["bystander", OWNER])
def test_claims_of_another_login_are_not_believed(
    database: Database, salon: Salon, supabase: Connection, login: str
) -> None:
    supabase.execute(f"grant authenticated to bystander, {OWNER}")
    with request(database, "authenticated", login=login, sub=uuid4()) as user:
        answer = write(user, "register_customer", p_full_name="Carla", p_email="c@example.com")
    assert (answer["http_status"], answer["code"]) == (401, "not_authenticated")


def test_nobody_but_the_roles_mapped_gains_anything(database: Database) -> None:
    with psycopg.connect(database.dsn()) as owner:
        members = owner.execute(
            "select g.rolname, l.rolname from pg_auth_members m"
            " join pg_roles g on g.oid = m.roleid join pg_roles l on l.oid = m.member"
            " where g.rolname = any (%s) and l.rolname not in (%s, 'authenticator_of_other_tests')",
            [[*CLIENT_ROLES, GATEWAY_ROLE], OWNER],
        ).fetchall()
        callers = owner.execute(
            "select r.rolname, array_agg(f.oid order by f.oid) from pg_roles r join pg_proc f"
            " on has_function_privilege(r.oid, f.oid, 'execute')"
            " where f.pronamespace::regnamespace::text in ('schnittwerk', 'schnittwerk_core')"
            " and not r.rolsuper and r.rolname <> %s group by 1",
            [OWNER],
        )
        functions: dict[str, list[int]] = dict(callers.fetchall())
        [(inside,)] = owner.execute(
            "select array_agg(r.rolname::text) from pg_roles r"
            " where has_schema_privilege(r.oid, 'schnittwerk_core', 'usage')"
            " and not r.rolsuper and r.rolname not like 'pg\\_%%'"
        )
    pairs = list(zip(CLIENT_ROLES, THEIRS, strict=True))
    assert sorted(members) == sorted([*pairs, (GATEWAY_ROLE, "authenticator")])
    assert functions.keys() == {*CLIENT_ROLES, *THEIRS}
    assert all(functions[theirs] == functions[ours] for ours, theirs in pairs)
    assert sorted(inside) == [OWNER, "schnittwerk_service"]


# How they become it


@only_one
def test_sqitch_maps_the_roles_as_migrate_does(
    supabase: Connection, empty_database: Database
) -> None:
    migrate(empty_database.dsn())
    mapped = dump(empty_database)
    assert any("TO authenticated" in line for line in mapped)
    rollback(empty_database.dsn(), "zero")
    supabase.execute(f"revoke {GATEWAY_ROLE} from authenticator")
    sqitch(empty_database, "deploy")
    assert dump(empty_database) == mapped
    with psycopg.connect(empty_database.dsn()) as owner:
        assert missing(owner) == []


def test_the_roles_may_come_after_the_book(empty_database: Database) -> None:
    migrate(empty_database.dsn())
    assert mapping(empty_database) is None
    with supabase_roles(empty_database.cluster):
        with psycopg.connect(empty_database.dsn(), autocommit=True) as owner:
            found = mapping(empty_database)
            assert found is not None
            assert (found.state, found.found) == ("warn", "10 grants missing")
            assert found.remedy is not None
            owner.execute(found.remedy.encode())
            assert missing(owner) == []
        # a role that has privileges cannot be dropped
        rollback(empty_database.dsn(), "zero")


def test_mapping_again_maps_what_is_new(database: Database) -> None:
    with psycopg.connect(database.dsn(), autocommit=True) as owner:
        before = dump(database)
        owner.execute("select schnittwerk_core.map_supabase_roles()")
        assert dump(database) == before
        owner.execute("revoke execute on function schnittwerk.list_services from service_role")
        owner.execute("revoke schnittwerk_user from authenticated")
        assert mapping(database) == Check(
            "Supabase's roles",
            "warn",
            "2 grants missing",
            "select schnittwerk_core.map_supabase_roles();",
        )
        owner.execute("select schnittwerk_core.map_supabase_roles()")
        assert missing(owner) == []
    assert dump(database) == before
    assert mapping(database) == Check("Supabase's roles", "ok", "mapped")


def test_an_owner_who_may_not_grant_is_told_what_is_left(
    supabase: Connection, empty_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """Since PostgreSQL 16 our roles are their maker's to grant, another database's owner's here."""
    supabase.execute("create role other_owner login createrole")
    supabase.execute(f"alter database {empty_database.name} owner to other_owner")
    dsn = empty_database.dsn("other_owner")
    try:
        migrate(dsn)
        start = "Supabase's roles: an administrator has to run: "
        told = sorted(message.removeprefix(start).rstrip(";") for message in caplog.messages)
        assert told == (MEMBERSHIPS if empty_database.cluster.major >= 16 else [])
        with psycopg.connect(dsn, autocommit=True) as owner:
            assert missing(owner) == told
            for statement in told:
                supabase.execute(statement.encode())
            assert missing(owner) == []
            caplog.clear()
            owner.execute("select schnittwerk_core.map_supabase_roles()")
        open_example(dsn)
        with request(empty_database, "authenticated", sub=uuid4()) as user:
            assert Client(user).register_customer("Carla", "carla@example.com").full_name == "Carla"
    finally:
        with psycopg.connect(empty_database.dsn("postgres"), autocommit=True) as superuser:
            superuser.execute("drop owned by other_owner")
            superuser.execute(f"alter database {empty_database.name} owner to {OWNER}")
            superuser.execute("drop role other_owner")


@pytest.mark.parametrize(
    "unlike",
    ["alter role authenticator nologin", "revoke anon from authenticator"],
)
def test_not_every_authenticator_is_a_gateway(
    supabase: Connection, empty_database: Database, unlike: str
) -> None:
    supabase.execute(unlike.encode())
    migrate(empty_database.dsn())
    with psycopg.connect(empty_database.dsn()) as owner:
        [(is_gateway,)] = owner.execute("select schnittwerk_core.is_gateway('authenticator')")
        assert not is_gateway
        assert missing(owner) == []


# The ready SQL


def test_the_commands_of_the_page_expose_a_book_that_is_mapped(
    supabase: Connection, empty_database: Database
) -> None:
    [commands] = run_by(__file__, "docs/http.md")
    # What Supabase lets its role postgres do.
    supabase.execute(f"grant authenticator to {OWNER} with admin option")
    supabase.execute(f'grant set on parameter "pgrst.db_schemas" to {OWNER}')
    dsn = "postgresql://postgres.PROJECT:PASSWORD@HOST:5432/postgres"
    programs = (Path(sys.executable).parent, empty_database.cluster.bin_dir, os.environ["PATH"])
    done = subprocess.run(
        ["bash", "-euc", substituted(commands, dsn, empty_database.dsn())],
        env=os.environ | {"PATH": ":".join(map(str, programs)), "PGOPTIONS": ""},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    [(settings,)] = supabase.execute(
        "select setconfig from pg_db_role_setting join pg_roles r on r.oid = setrole"
        " where r.rolname = 'authenticator'"
    )
    with psycopg.connect(empty_database.dsn()) as owner:
        [(functions,)] = owner.execute(
            "select count(*) from pg_proc where pronamespace = 'schnittwerk'::regnamespace"
        )
    assert re.search(r"missing_supabase_grants *\n-+\n\(0 rows\)", done.stdout)
    callers = re.findall(r"^ (\w+) +\| +(\d+) \| +(\d+)$", done.stdout, re.MULTILINE)
    assert callers == [(role, str(functions), "0") for role in THEIRS]
    assert settings == ["pgrst.db_schemas=public, graphql_public, schnittwerk"]
    assert re.search("^ok +Supabase's roles +mapped", done.stdout, re.MULTILINE)
