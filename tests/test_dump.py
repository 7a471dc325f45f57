"""An owner without superuser rights saves the whole book, and gets it back."""

import os
import re
import subprocess
from pathlib import Path

import psycopg
import pytest
from calls import save, stop_clock
from conftest import OWNER, Database
from rpcs import NOW, World, arguments, build_world, contents

from schnittwerk_db.migrate import migrate

# With 15, test_own_server.py does what the page says.
pytestmark = pytest.mark.parametrize("cluster", [18], indirect=True, ids=["pg18"], scope="session")

_ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith("PG")}


@pytest.fixture
def filled(empty_database: Database) -> World:
    """Two salons in a database that nobody but its owner has touched, with months of its own."""
    migrate(empty_database.dsn())
    with psycopg.connect(empty_database.dsn()) as owner:
        stop_clock(owner, NOW)  # a month may have ended since
        owner.execute("select schnittwerk_core.keep_partitions()")
    return build_world(empty_database)


def run(database: Database, program: str, *arguments: str | Path) -> str:
    """Runs one of the server's own programs as the owner of a database."""
    done = subprocess.run(
        [database.cluster.bin_dir / program, "--dbname", database.dsn(OWNER), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=_ENVIRONMENT,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def schema_of(database: Database) -> list[str]:
    """The definitions of all objects with their privileges.

    Without parentheses, of which an expression read again has fewer.
    """
    dump = database.dump("--schema-only")
    return [line.replace("(", "").replace(")", "") for line in dump]


def test_the_owner_dumps_the_book_and_restores_it(
    filled: World, target_database: Database, tmp_path: Path
) -> None:
    with psycopg.connect(filled.database.dsn(), autocommit=True) as owner:
        is_super = owner.execute("select rolsuper from pg_roles where rolname = user").fetchone()
        assert is_super == (False,)
        before = contents(owner)
    assert [
        table
        for table, rows in before.items()
        if not rows and not re.search(r"_(\d{4}_\d\d|default)$|_migrations\.turn$", table)
    ] == []
    month = f"{NOW:%Y_%m}"
    assert before[f"schnittwerk_core.journal_{month}"] != []
    assert before[f"schnittwerk_core.event_delivery_{month}"] != []
    dump = tmp_path / "dump"
    run(filled.database, "pg_dump", "--format", "custom", "--file", dump)
    run(target_database, "pg_restore", "--exit-on-error", dump)
    assert schema_of(target_database) == schema_of(filled.database)
    with psycopg.connect(target_database.dsn(), autocommit=True) as owner:
        assert contents(owner) == before
        booking = arguments("create_booking", filled.north, filled.north.own)
        assert save(owner, "create_booking", **booking)["appointment"]["status"] == "pending"
