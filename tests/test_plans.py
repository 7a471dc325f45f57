"""How the hot queries read a large book: by which indexes, and how many blocks.

Counted, not timed: what a statement reads is taken from the server's counters, so it is the plans
that the functions use. Each has been run before, as on any connection that is not new.
"""

from collections.abc import Iterator
from typing import NamedTuple

import psycopg
import pytest
from book import Book
from calls import Connection
from conftest import OWNER, Database
from place import Place

HISTORY = {15: 100_000, 18: 1_000_000}
"""How many appointments have passed, by version. What one version chooses an index for in a tenth
of the book, it does in all of it; how many blocks that reads is counted in the whole."""

# The first builds the book, which takes a minute or more.
pytestmark = pytest.mark.timeout(400)


class Reading(NamedTuple):
    """A statement, an index that it is to use, and how many blocks of 8 kB it may read at most."""

    statement: str
    used: str
    blocks: int


TAKEN = """
select a.* from schnittwerk_core.appointments a
where a.salon_id = bench.id(1) and a.starts_at > '2027-01-15' and a.status = 'confirmed'
order by a.starts_at limit 1
"""

# Service 1 takes half an hour, service 20 is never booked; Tuesday, 1 December 2026 is the present.
READINGS = {
    "a day of one": Reading(
        "select * from schnittwerk.find_slots("
        "bench.id(1), '2026-12-15', p_staff_id => bench.id(7))",
        "occupancy_by_end",
        32,
    ),
    "30 days of 50 staff": Reading(
        "select * from schnittwerk.find_slots(bench.id(1), '2026-12-01', '2026-12-30')",
        "occupancy_by_end",
        3000,
    ),
    "the first free of 50 staff": Reading(
        "select * from schnittwerk.find_slots("
        "bench.id(1), '2026-12-15', '2027-01-13', p_limit => 1)",
        "occupancy_by_end",
        700,
    ),
    "a slot explained": Reading(
        "select * from schnittwerk.explain_slot(bench.id(1), bench.id(7), '2026-12-15 10:00+01')",
        "occupancy_by_end",
        40,
    ),
    "a booking": Reading(
        "select schnittwerk.create_booking('new', bench.id(1), bench.id(20), starts_at, staff_id)"
        " from bench.place where number = 1",
        "no_overlapping_appointments",
        190,
    ),
    "a booking with anyone": Reading(
        "select schnittwerk.create_booking('any', bench.id(1), bench.id(20), starts_at)"
        " from bench.place where number = 1",
        "appointments_by_staff",
        1000,
    ),
    "a booking refused": Reading(
        "select schnittwerk.create_booking("
        f"'taken', bench.id(1), bench.id(20), a.starts_at, a.staff_id) from ({TAKEN}) a",
        "occupancy_by_end",
        100,
    ),
    "a booking moved": Reading(
        "select schnittwerk.reschedule_booking('move', a.id, f.starts_at)"
        f" from ({TAKEN}) a, schnittwerk.find_slots("
        "a.service_id, '2027-02-01', '2027-02-27', a.staff_id, p_limit => 1) f",
        "no_overlapping_appointments",
        300,
    ),
    "a booking cancelled": Reading(
        f"select schnittwerk.cancel_booking('cancel', a.id) from ({TAKEN}) a",
        "appointments_pkey",
        200,
    ),
    "the appointments of a day": Reading(
        "select * from schnittwerk.list_appointments('2026-12-15', '2026-12-16')",
        "appointments_by_start",
        900,
    ),
    "the appointments of a customer": Reading(
        "select * from schnittwerk.list_appointments("
        "'2026-12-01', '2027-03-01', null, bench.id(1))",
        "appointments_by_customer",
        80,
    ),
}


@pytest.fixture(scope="module")
def owner(template: Database) -> Iterator[Connection]:
    cluster = template.cluster
    place = Place(cluster.dsn(), cluster.dsn(user=OWNER), OWNER, cluster.bin_dir)
    book = Book(place, HISTORY[cluster.major])
    book.build()
    with psycopg.connect(book.dsn) as connection:
        yield connection
    with place.administer() as admin:
        admin.execute(f"drop database {book.name} with (force)")


def counters(connection: Connection) -> dict[str, tuple[int, int, bool]]:
    """Of every table and index: its scans, the blocks read of it in this transaction, and whether
    it is too large a table to be read whole. The 6,600 customers, in 76 blocks, are not: whether a
    day's list reads them all or one by one hangs on the sample that `analyze` takes.
    """
    rows = connection.execute(
        "select c.relname, pg_stat_get_xact_numscans(c.oid),"
        " pg_stat_get_xact_blocks_fetched(c.oid), c.relkind = 'r' and c.reltuples > 10000"
        " from pg_class c where c.relnamespace = 'schnittwerk_core'::regnamespace"
        " and c.relkind in ('r', 'i')"
    ).fetchall()
    return {name: (scans, blocks, is_large) for name, scans, blocks, is_large in rows}


@pytest.mark.parametrize("name", READINGS)
def test_a_query_reads_by_index_and_no_more_than_it_needs(owner: Connection, name: str) -> None:
    reading = READINGS[name]
    with owner.transaction(force_rollback=True):
        first, *_ = owner.execute(reading.statement).fetchall()
        if isinstance(first[0], dict):
            assert first[0]["success"] is (name != "a booking refused"), first[0]
    with owner.transaction(force_rollback=True):
        before = counters(owner)
        owner.execute(reading.statement)
        after = counters(owner)
    scanned = {it for it, (scans, *_) in after.items() if scans > before[it][0]}
    blocks = sum(after[it][1] - before[it][1] for it in after)
    assert not {it for it in scanned if after[it][2]}, "tables read whole"
    assert reading.used in scanned
    assert blocks <= reading.blocks
    owner.rollback()
