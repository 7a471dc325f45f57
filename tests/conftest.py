"""Servers and databases for the tests: PostgreSQL 15 (Debian's) and 18 (the embedded one)."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg.rows import TupleRow
from pytest_postgresql.janitor import DatabaseJanitor
from rpcs import World, build_world
from salon import Salon, open_salon
from snippets import run_by
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling, Scheduling

from schnittwerk_db.server import EmbeddedServer

OWNER = "book_owner"
CLIENT_ROLES = ("schnittwerk_anon", "schnittwerk_user", "schnittwerk_service")
GATEWAY_ROLE = "schnittwerk_gateway"

_DEBIAN_BIN_DIR = Path("/usr/lib/postgresql/15/bin")
_DEBIAN_SHARE = Path("/usr/share/postgresql/15")

# What is lost with a machine that goes down is no loss here.
# What tests roll back is swept up soon: it would slow down those that follow. Not at once: each
# time that a table is analyzed, all sessions plan anew what reads it.
_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "autovacuum_naptime": "20s",
    # A thread that hangs in a call would keep a test that has timed out from ending.
    "statement_timeout": "120s",
}

# Waits until the process that started it is gone, however that came.
_SWEEP = """
import shutil, sys
from pathlib import Path
from schnittwerk_db.server import EmbeddedServer
sys.stdin.read()
for file in Path(sys.argv[1]).rglob("data/postmaster.pid"):
    EmbeddedServer(file.parents[1]).stop()
shutil.rmtree(sys.argv[1])
"""

_IN_MEMORY = Path("/dev/shm")
_ROOM = 8 * 2**30
"""In bytes: two books of a million appointments with their logs, and something to spare."""

_numbers = count(1)


class ByVersion(LoadScopeScheduling):  # type: ignore[misc]
    """Gives each version of PostgreSQL to one worker, and what needs none to whoever is free.

    So that a worker starts one server only. The mark `xdist_group` with `--dist loadgroup` is for
    this, but does nothing: xdist 3.8 appends the group to `Item._nodeid`, which pytest 9.2 no
    longer reads.
    """

    def _split_scope(self, nodeid: str) -> str:
        found = re.search(r"\[(pg\d+)", nodeid)
        return found[1] if found else nodeid


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Says which argument a value is of, unless it is a text that speaks for itself."""
    if isinstance(val, str) and 0 < len(val) < 80:
        return None
    name = getattr(val, "__name__", None) or getattr(val, "name", None) or str(val) or repr(val)
    return f"{argname}={name:.60}"


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    return ByVersion(config, log)


def _in_memory() -> Path | None:
    """Where the thousands of files of each new database cost least, if there is room for all."""
    if not os.access(_IN_MEMORY, os.W_OK):
        return None
    return _IN_MEMORY if shutil.disk_usage(_IN_MEMORY).free > _ROOM else None


@dataclass(frozen=True)
class Cluster:
    """A running server; its superuser is `postgres`."""

    server: EmbeddedServer
    major: int
    superuser: psycopg.Connection[TupleRow]

    @property
    def bin_dir(self) -> Path:
        return self.server.bin("postgres").parent

    @property
    def host(self) -> str:
        return str(self.server.socket_dir)

    @property
    def port(self) -> int:
        return self.server.port

    def dsn(self, dbname: str = "postgres", user: str = "postgres") -> str:
        return self.server.url(dbname, user)


@dataclass(frozen=True)
class Database:
    """A database of a cluster; it belongs to the role `book_owner`."""

    cluster: Cluster
    name: str

    def dsn(self, user: str = OWNER) -> str:
        return self.cluster.dsn(self.name, user)

    def dump(self, *options: str) -> list[str]:
        """The lines that pg_dump saves for the owner, who is no superuser, but its random token."""
        done = subprocess.run(
            [self.cluster.bin_dir / "pg_dump", "--dbname", self.dsn(), *options],
            capture_output=True,
            text=True,
            check=True,
        )
        tokens = ("\\restrict", "\\unrestrict")
        return [line for line in done.stdout.splitlines() if not line.startswith(tokens)]


@pytest.fixture(scope="session")
def homes() -> Iterator[Path]:
    """A folder for servers; those in it go with it at the end, also where the tests are killed."""
    folder = Path(tempfile.mkdtemp(prefix="schnittwerk-", dir=_in_memory()))
    folder.chmod(0o755)  # for the servers' user
    sweep = [sys.executable, "-c", _SWEEP, str(folder)]
    with subprocess.Popen(sweep, stdin=subprocess.PIPE, start_new_session=True):
        yield folder


@pytest.fixture(scope="session", params=[15, 18], ids=["pg15", "pg18"])
def cluster(request: pytest.FixtureRequest, homes: Path) -> Iterator[Cluster]:
    """A server of each major version, for the length of the tests on it."""
    major: int = request.param
    for path, package in (
        (_DEBIAN_BIN_DIR / "postgres", "postgresql-15"),
        (_DEBIAN_SHARE / "extension" / "pgtap.control", "postgresql-15-pgtap"),
    ):
        if not path.exists():
            pytest.fail(f"{path} is missing: apt-get install {package}", pytrace=False)
    home = homes / f"pg{major}"
    if major == 15:
        server = EmbeddedServer(home, bin_dir=_DEBIAN_BIN_DIR, settings=_SETTINGS)
    else:
        # pgTAP is SQL only: what Debian installs for one version serves any.
        extensions = {"extension_control_path": f"$system:{_DEBIAN_SHARE}"}
        server = EmbeddedServer(home, settings=_SETTINGS | extensions)
    try:
        server.start()
        with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as superuser:
            yield Cluster(server, major, superuser)
    finally:
        server.stop()
        shutil.rmtree(home)


@pytest.fixture(autouse=True)
def users_server_stays_out_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test does by mistake to the book of whoever runs it fails instead."""
    monkeypatch.setenv("SCHNITTWERK_HOME", "/dev/null")
    monkeypatch.delenv("SCHNITTWERK_DSN", raising=False)


@pytest.fixture(autouse=True)
def output_is_the_same_for_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands speak English, and no terminal bounds their tables."""
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture(scope="session")
def template(cluster: Cluster) -> Iterator[Database]:
    """The migrated database that the others are copied from; nobody connects to it."""
    from schnittwerk_db.migrate import migrate

    cluster.superuser.execute(f"create role {OWNER} login createrole")
    [login] = run_by(__file__, "docs/http.md")
    for database in make(cluster, "book_template"):
        migrate(database.dsn())
        with psycopg.connect(database.dsn()) as owner:
            owner.execute(login.encode())
        with psycopg.connect(database.dsn("postgres"), autocommit=True) as superuser:
            superuser.execute("create schema tap")
            superuser.execute("create extension pgtap schema tap")
            superuser.execute("grant usage on schema tap to public")
        yield database


@pytest.fixture(scope="session")
def test_database(template: Database) -> Iterator[Database]:
    """The database that tests share, for all that is rolled back."""
    yield from make(template.cluster, "book", template)


@pytest.fixture
def db(test_database: Database) -> Iterator[psycopg.Connection[TupleRow]]:
    """A connection of the owner's to the shared database, rolled back at the end."""
    with psycopg.connect(test_database.dsn()) as connection:
        yield connection
        connection.rollback()


@pytest.fixture(scope="session")
def opened(template: Database) -> Iterator[Callable[..., tuple[Database, Salon]]]:
    """Opens a salon in a database of its own for others to be copied from, once for its terms."""
    with ExitStack() as stack:

        @cache
        def opened(
            by: Callable[..., Salon] = open_salon, **terms: object
        ) -> tuple[Database, Salon]:
            name = f"book_{next(_numbers)}"
            database = stack.enter_context(contextmanager(make)(template.cluster, name, template))
            return database, by(database.dsn(), **terms)

        yield opened


@pytest.fixture
def original(
    request: pytest.FixtureRequest,
    template: Database,
    opened: Callable[..., tuple[Database, Salon]],
) -> tuple[Database, Salon | None]:
    """What a test's database is a copy of, with the salon that the mark `salon` describes."""
    mark = request.node.get_closest_marker("salon")
    return opened(**mark.kwargs) if mark else (template, None)


@pytest.fixture(scope="module")
def module_database(template: Database) -> Iterator[Database]:
    """A database that the tests of a file share, which others have not filled with dead rows."""
    yield from make(template.cluster, f"book_{next(_numbers)}", template)


@pytest.fixture
def database(original: tuple[Database, Salon | None]) -> Iterator[Database]:
    """A database of the test's own, for all that commits."""
    copied, _ = original
    yield from make(copied.cluster, f"book_{next(_numbers)}", copied)


@pytest.fixture
def salon(original: tuple[Database, Salon | None], database: Database) -> Iterator[Salon]:
    """The salon in the test's database."""
    _, salon = original
    assert salon is not None, "the mark `salon` of the test or its file describes it"
    with closing(replace(salon, dsn=database.dsn())) as salon:
        yield salon


@pytest.fixture(scope="session")
def world(template: Database) -> Iterator[World]:
    """Two salons with everything in them; whoever calls there undoes what they did."""
    for database in make(template.cluster, "book_world", template):
        yield build_world(database)


@pytest.fixture(scope="session")
def authenticator(world: World) -> Iterator[psycopg.Connection[TupleRow]]:
    """The gateway's connection to the world."""
    with world.connect() as connection:
        yield connection


@pytest.fixture
def empty_database(template: Database) -> Iterator[Database]:
    """A database of the test's own that is yet to be migrated."""
    yield from make(template.cluster, f"book_{next(_numbers)}")


@pytest.fixture
def target_database(template: Database) -> Iterator[Database]:
    """An empty database of the test's own, to restore another into."""
    yield from make(template.cluster, f"book_{next(_numbers)}")


def make(cluster: Cluster, name: str, template: Database | None = None) -> Iterator[Database]:
    """Makes a database of the owner's, and drops it when the test is done with it."""
    janitor = DatabaseJanitor(
        user="postgres",
        host=cluster.host,
        port=cluster.port,
        dbname=name,
        template_dbname=template.name if template else None,
    )
    with janitor:
        cluster.superuser.execute(f"alter database {name} owner to {OWNER}")
        cluster.superuser.execute(f"alter database {name} set search_path = public, tap")
        yield Database(cluster, name)
