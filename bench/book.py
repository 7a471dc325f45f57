"""The measured books: databases that are built once, kept between runs, and restored after each."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from place import Place
from psycopg import sql
from psycopg.conninfo import make_conninfo

from schnittwerk_db.migrate import MIGRATIONS, migrate

HERE = Path(__file__).parent

_SOURCES = ("book.sql", "floors.sql", "baselines.sql")

# The tables that runs write to.
WRITTEN = (
    "schnittwerk_core.appointments",
    "schnittwerk_core.occupancy",
    "schnittwerk_core.customer_turn",
    "schnittwerk_core.booking_operations",
    "schnittwerk_core.journal",
    "schnittwerk_core.journal_personal",
    "schnittwerk_core.refusal",
    "bench.appointments",
)


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

    def is_built(self) -> bool:
        """Whether the book exists and its sources have not changed since."""
        with self.place.administer() as admin:
            row = admin.execute(
                "select shobj_description(d.oid, 'pg_database') from pg_database d"
                " where d.datname = %s",
                (self.name,),
            ).fetchone()
        return row == (_state(self.history),)

    def build(self) -> float:
        """Builds the book, and returns the seconds that it took."""
        start = time.monotonic()
        name = sql.Identifier(self.name)
        with self.place.administer() as admin:
            admin.execute(sql.SQL("drop database if exists {}").format(name))
            admin.execute(
                sql.SQL("create database {} owner {}").format(
                    name, sql.Identifier(self.place.owner)
                )
            )
            migrate(self.dsn)
            with self.connect() as owner:
                owner.execute("select set_config('bench.history', %s, false)", (str(self.history),))
                book, *measures = _SOURCES
                _run(owner, book)
                _vacuum(owner, "schnittwerk_core")
                for measure in measures:
                    _run(owner, measure)
                # Again, as the measures add customers to the book.
                _vacuum(owner, "schnittwerk_core")
                _vacuum(owner, "bench")
            # Without the right to it the server does this later.
            with suppress(psycopg.errors.InsufficientPrivilege):
                admin.execute("checkpoint")
            # Last of all, so that a half-built book has no mark.
            admin.execute(
                sql.SQL("comment on database {} is {}").format(
                    name, sql.Literal(_state(self.history))
                )
            )
        return time.monotonic() - start

    def connect(self) -> psycopg.Connection:
        """A connection as the owner, in autocommit."""
        return psycopg.connect(self.dsn, autocommit=True)

    def booked(self) -> int:
        """How many appointments the last run has booked, or inserted if it ran a floor."""
        (booked,) = self.row(
            "select"
            " (select count(distinct coalesce(visit_id, id)) from schnittwerk_core.appointments"
            " where salon_id = bench.id(1) and service_id = bench.id(20))"
            " + (select count(*) from bench.appointments where service_id = bench.id(20))"
        )
        return booked

    def refused_oddly(self) -> int:
        """How many bookings of the last run were refused, other than taken slots and customers."""
        (refused,) = self.row(
            "select count(*) from schnittwerk_core.booking_operations"
            " where status = 'failed' and code not in ('slot_conflict', 'customer_busy')"
        )
        return refused

    def deadlocks(self) -> int:
        """How many deadlocks the server has counted in the book so far."""
        (deadlocks,) = self.row(
            "select deadlocks from pg_stat_database where datname = current_database()"
        )
        return deadlocks

    def size(self) -> dict[str, int]:
        """The size of the book, and the number of slots of 50 staff in 30 days."""
        month = (HERE / "read_slots_month.sql").read_text("utf-8").rstrip(";\n")
        things = {
            "appointments": "schnittwerk_core.appointments",
            "claims": "schnittwerk_core.occupancy",
            "operations": "schnittwerk_core.booking_operations",
            "entries of the journal": "schnittwerk_core.journal",
            "slots of 50 x 30": f"({month}) s",
        }
        counts = ", ".join(f"(select count(*) from {source})" for source in things.values())
        return dict(zip(things, self.row(f"select {counts}"), strict=True))

    def restore(self) -> None:
        """Undoes everything that runs have written, and removes the dead rows."""
        with self.connect() as owner:
            _run(owner, "restore.sql")
        # A session reports its dead rows when it ends. That must happen before the vacuum.
        with self.connect() as owner:
            written = ", ".join((*WRITTEN, "schnittwerk_core.salon_state"))
            owner.execute(f"vacuum (index_cleanup on) {written}")

    def triggers(self) -> dict[str, str]:
        """The triggers that an insert of an appointment fires: trigger name to function."""
        with self.connect() as owner:
            return dict(
                owner.execute(
                    "select t.name::text, split_part(t.function::text, '.', 2) from bench.trigger t"
                    " where t.table_name = 'schnittwerk_core.appointments'::regclass"
                    " and t.is_on_insert order by 1"
                ).fetchall()
            )

    @contextmanager
    def only_triggers(self, names: list[str]) -> Iterator[None]:
        """Disables all other triggers of appointments, and restores the book afterwards."""
        with self.connect() as owner:
            table = sql.SQL("alter table schnittwerk_core.appointments")
            owner.execute(table + sql.SQL(" disable trigger user"))
            for name in names:
                owner.execute(table + sql.SQL(" enable trigger {}").format(sql.Identifier(name)))
        try:
            yield
        finally:
            self.restore()

    def row(self, query: str) -> tuple[int, ...]:
        """The only row of a query."""
        with self.connect() as owner:
            row = owner.execute(query).fetchone()
        assert row is not None
        return row


def _state(history: int) -> str:
    """A mark that changes with everything that a book is built from."""
    sources = [*sorted(MIGRATIONS.glob("deploy/*.sql")), *(HERE / name for name in _SOURCES)]
    content = b"".join(file.read_bytes() for file in sources)
    return f"{history} {hashlib.sha256(content).hexdigest()}"


def _run(connection: psycopg.Connection, script: str) -> None:
    connection.execute((HERE / script).read_text("utf-8"), prepare=False)


def _vacuum(owner: psycopg.Connection, schema: str) -> None:
    """Freezes and analyses every table of a schema, partitions together with their table."""
    tables = owner.execute(
        "select c.oid::regclass::text from pg_class c"
        " where c.relnamespace = %s::regnamespace and c.relkind in ('r', 'p')"
        " and not c.relispartition",
        (schema,),
    ).fetchall()
    for (table,) in tables:
        owner.execute(f"vacuum (freeze, analyze) {table}")
