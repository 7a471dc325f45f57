"""The books that are measured: databases made once, kept between runs, left as they were found."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from schnittwerk_db.migrate import MIGRATIONS, migrate

HERE = Path(__file__).parent

_TOUCHED = (
    "schnittwerk_core.appointments, schnittwerk_core.occupancy,"
    " schnittwerk_core.booking_operations, bench.appointments"
)


@dataclass(frozen=True)
class Place:
    """Where books are kept.

    Attributes:
        admin_dsn: of a role that may create databases.
        owner_dsn: of the role that owns the books and measures them.
        owner: that role's name.
        programs: the folder of pgbench.
    """

    admin_dsn: str
    owner_dsn: str
    owner: str
    programs: Path

    @contextmanager
    def administer(self) -> Iterator[psycopg.Connection]:
        with psycopg.connect(self.admin_dsn, autocommit=True) as connection:
            yield connection


@dataclass(frozen=True)
class Book:
    """A database with a salon's book in it; `history` is the number of past appointments."""

    place: Place
    history: int

    @property
    def name(self) -> str:
        return f"schnittwerk_bench_{self.history}"

    @property
    def dsn(self) -> str:
        return make_conninfo(self.place.owner_dsn, dbname=self.name)

    def build(self) -> float | None:
        """Makes the book unless it is there as its sources have it.

        Returns:
            The seconds that it took, None when it was there.
        """
        state = _state(self.history)
        start = time.monotonic()
        name = sql.Identifier(self.name)
        with self.place.administer() as admin:
            row = admin.execute(
                "select shobj_description(d.oid, 'pg_database') from pg_database d"
                " where d.datname = %s",
                (self.name,),
            ).fetchone()
            if row == (state,):
                self.restore()
                return None
            admin.execute(sql.SQL("drop database if exists {}").format(name))
            admin.execute(
                sql.SQL("create database {} owner {}").format(
                    name, sql.Identifier(self.place.owner)
                )
            )
            migrate(self.dsn)
            with psycopg.connect(self.dsn, autocommit=True) as owner:
                owner.execute("select set_config('bench.history', %s, false)", (str(self.history),))
                _run(owner, "book.sql")
                _vacuum(owner)
                _run(owner, "floors.sql")
                _vacuum(owner)
            admin.execute("checkpoint")
            # Last of all: what is half built bears no mark.
            admin.execute(sql.SQL("comment on database {} is {}").format(name, sql.Literal(state)))
        return time.monotonic() - start

    def booked(self) -> int:
        """How many appointments the last run has booked, or inserted where it was a floor's."""
        (booked,) = self._row(
            "select"
            " (select count(*) from schnittwerk_core.appointments"
            " where salon_id = bench.id(1) and service_id = bench.id(20))"
            " + (select count(*) from bench.appointments where service_id = bench.id(20))"
        )
        return booked

    def refused_oddly(self) -> int:
        """How many bookings of the last run were refused for anything but a taken slot."""
        (refused,) = self._row(
            "select count(*) from schnittwerk_core.booking_operations"
            " where status = 'failed' and code <> 'slot_conflict'"
        )
        return refused

    def deadlocks(self) -> int:
        """How many deadlocks the server has counted in the book so far."""
        (deadlocks,) = self._row(
            "select deadlocks from pg_stat_database where datname = current_database()"
        )
        return deadlocks

    def size(self) -> dict[str, int]:
        """How large the book is, and how many slots 50 staff have in 30 days."""
        month = (HERE / "read_slots_month.sql").read_text("utf-8").rstrip(";\n")
        appointments, claims, slots = self._row(
            "select (select count(*) from schnittwerk_core.appointments),"
            " (select count(*) from schnittwerk_core.occupancy),"
            f" (select count(*) from ({month}) s)"
        )
        return {"appointments": appointments, "claims": claims, "slots of 50 x 30": slots}

    def restore(self) -> None:
        """Takes back everything that runs have booked, and leaves no dead rows behind."""
        with psycopg.connect(self.dsn, autocommit=True) as owner:
            owner.execute(
                "delete from schnittwerk_core.appointments"
                " where salon_id = bench.id(1) and service_id = bench.id(20)"
            )
            owner.execute("delete from bench.appointments where service_id = bench.id(20)")
            owner.execute(
                "delete from schnittwerk_core.booking_operations"
                " where salon_id = bench.id(1) and caller <> 'bench'"
            )
            owner.execute(f"vacuum {_TOUCHED}")

    def _row(self, query: str) -> tuple[int, ...]:
        with psycopg.connect(self.dsn) as owner:
            row = owner.execute(query).fetchone()
        assert row is not None
        return row


def _state(history: int) -> str:
    """Stands for all that a book is made of."""
    sources = [*sorted(MIGRATIONS.glob("deploy/*.sql")), HERE / "book.sql", HERE / "floors.sql"]
    content = b"".join(file.read_bytes() for file in sources)
    return f"{history} {hashlib.sha256(content).hexdigest()}"


def _run(connection: psycopg.Connection, script: str) -> None:
    connection.execute((HERE / script).read_text("utf-8"), prepare=False)


def _vacuum(owner: psycopg.Connection) -> None:
    """Freezes and analyses every table of the book."""
    tables = owner.execute(
        "select format('%I.%I', schemaname, tablename) from pg_tables"
        " where schemaname in ('schnittwerk_core', 'bench')"
    ).fetchall()
    for (table,) in tables:
        owner.execute(f"vacuum (freeze, analyze) {table}")
