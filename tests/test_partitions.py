"""The months of the tables that only grow: made and dropped while everybody writes."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from random import Random
from threading import Event
from uuid import uuid4

import psycopg
import pytest
from calls import Connection, save, write
from conftest import Database
from psycopg.errors import LockNotAvailable
from psycopg.types.json import Jsonb
from salon import Salon, at, open_salon

BOOKERS = 6

_TABLES = ("journal", "journal_personal", "event_delivery", "refusal")
_NAMED = ", ".join(f"schnittwerk_core.{table}" for table in _TABLES)
_MONTHS = """
    select c.relname
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    where i.inhparent in ('schnittwerk_core.journal'::regclass,
        'schnittwerk_core.event_delivery'::regclass, 'schnittwerk_core.refusal'::regclass)
      and c.relname not like '%\\_default'
"""


def months(connection: Connection) -> set[str]:
    return {name for (name,) in connection.execute(_MONTHS)}


def keep_up(connection: Connection) -> tuple[int, int]:
    """Calls maintain; returns how many partitions it made and dropped."""
    done = save(connection, "maintain")["maintained"]
    return done["partitions_made"], done["partitions_dropped"]


def unsettle(connection: Connection) -> None:
    """Puts the tables back to where there is a month to make and one to drop.

    By hand, and so with all locks first: nothing but the upkeep is to be tried.
    """
    while True:
        try:
            with connection.transaction():
                connection.execute("set local lock_timeout = '50ms'")
                connection.execute("set local timezone = 'UTC'")
                connection.execute("lock table only schnittwerk_core.salon")
                connection.execute(f"lock table {_NAMED}")
                last = max(months(connection))[-7:]
                for table in ("journal_personal", "event_delivery", "refusal"):
                    connection.execute(f"drop table schnittwerk_core.{table}_{last}")
                month = f"schnittwerk_core.journal_{last}"
                connection.execute(f"alter table schnittwerk_core.journal detach partition {month}")
                connection.execute(f"drop table {month}")
                connection.execute(
                    "select schnittwerk_core.make_partition(name, '2020-01-01', '2020-02-01')"
                    " from unnest(%s::text[]) name",
                    [list(_TABLES)],
                )
                return
        except LockNotAvailable:
            continue


# The first months of all are made before there are rows, or from rows; the rest is the same. On one
# version: it takes a minute.
@pytest.mark.parametrize("cluster", [18], indirect=True, ids=["pg18"], scope="session")
@pytest.mark.parametrize(
    ("is_early", "rounds"), [(True, 8), (False, 1)], ids=["months first", "rows first"]
)
def test_nothing_is_lost_while_months_come_and_go(
    database: Database, is_early: bool, rounds: int
) -> None:
    if is_early:
        with psycopg.connect(database.dsn()) as owner:
            owner.execute("select schnittwerk_core.keep_partitions()")
    salon = open_salon(database.dsn(), staff=BOOKERS)
    with salon.connect() as connection:
        save(
            connection,
            "set_policy",
            p_policy_key="retention_audit_days",
            p_policy_value=Jsonb(90),
        )
        keep_up(connection)
        settled = months(connection)
    is_over = Event()
    told: Counter[str] = Counter()

    def book(number: int, connection: Connection) -> None:
        random = Random(number)
        while not is_over.is_set():
            starts_at = at("00:00") + random.randrange(200) * timedelta(minutes=30)
            booked = salon.book(connection, starts_at, staff=number, p_notes="quiet")
            assert booked["success"], booked
            told["booked"] += 1
            cancelled = write(
                connection,
                "cancel_booking",
                p_idempotency_key=str(uuid4()),
                p_appointment_id=booked["appointment"]["id"],
                p_reason="ill",
            )
            assert cancelled["success"], cancelled
            write(connection, "retry_deliveries", p_delivery_id=str(uuid4()))  # refused

    def relay(connection: Connection) -> None:
        targets = [{"name": "books", "channel": "webhook"}]
        while not is_over.is_set():
            save(
                connection,
                "dispatch_events",
                p_consumer="relay",
                p_targets=Jsonb(targets),
                p_limit=100,
            )
            with connection.transaction():
                claimed = save(connection, "claim_delivery", p_targets=["books"])["delivery"]
                if claimed is not None:
                    save(
                        connection,
                        "end_delivery",
                        p_delivery_id=claimed["id"],
                        p_outcome="delivered",
                    )

    def upkeep(connection: Connection) -> None:
        try:
            for _ in range(rounds):
                unsettle(connection)
                made = dropped = 0
                while made < 3 or dropped < 3:
                    more = keep_up(connection)
                    made, dropped = made + more[0], dropped + more[1]
                assert (made, dropped) == (3, 3)
        finally:
            is_over.set()

    def other_upkeep(connection: Connection) -> None:
        while not is_over.is_set():
            save(connection, "apply_retention")

    calls: list[Callable[[Connection], None]] = [
        *(partial(book, number) for number in range(BOOKERS)),
        *(relay, upkeep, other_upkeep),
    ]
    salon.at_once(calls)

    with salon.connect() as connection:
        assert months(connection) == settled
    cancelled = "table_name = 'appointments' and after ->> 'status' = 'cancelled'"
    assert salon.count("audit", "table_name = 'appointments' and action = 'insert'") == sum(
        told.values()
    )
    assert salon.count("audit", cancelled) == salon.count("appointments", "status = 'cancelled'")
    assert salon.count("journal_personal", "reason = 'ill'") == sum(told.values())
    for event in ("created", "cancelled"):
        assert salon.count("events", f"type = 'appointment.{event}'") == sum(told.values())
    assert salon.count("refusal", "operation_type = 'retry_deliveries'") == sum(told.values())
    salon.assert_sound()


@pytest.mark.salon
def test_upkeep_does_not_wait_for_who_writes(salon: Salon) -> None:
    with salon.connect() as writer, salon.connect() as keeper:
        with writer.transaction():
            assert salon.book(writer, at("10:00"))["success"]
            done = save(keeper, "maintain")["maintained"]
            assert (done["partitions_made"], done["partitions_dropped"]) == (0, 0)
            assert months(keeper) == set()
            # and keeps nothing from whoever it gave way to
            assert salon.book(writer, at("12:00"))["success"]
        assert keep_up(keeper)[0] >= 9
        assert len(months(keeper)) >= 9


@pytest.mark.salon
def test_one_upkeep_at_a_time_keeps_the_partitions(salon: Salon) -> None:
    with salon.connect() as connection:
        expected = keep_up(connection)[0]
    assert expected >= 9
    with salon.connect() as connection:
        unsettle(connection)
    assert sorted(salon.at_once([keep_up] * 4))[:3] == [(0, 0)] * 3
