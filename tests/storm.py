"""A salon that never closes, many callers at once, and what must hold of the book afterwards."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from threading import Barrier, BrokenBarrierError
from typing import TypeVar
from uuid import uuid4

import psycopg
from calls import Answer, Connection, save, write
from psycopg.types.json import Jsonb

T = TypeVar("T")

TODAY = datetime.now(UTC).date()
HOUR = timedelta(hours=1)
PATIENCE = 60
"""Seconds after which what hangs has failed."""

_OVERLAPS = """
    select one.id, other.id
    from schnittwerk_core.appointments one
    join schnittwerk_core.appointments other
      on other.salon_id = one.salon_id and other.staff_id = one.staff_id and other.id > one.id
    where one.status in ('pending', 'confirmed', 'completed')
      and other.status in ('pending', 'confirmed', 'completed')
      and one.starts_at - make_interval(mins => one.buffer_before_minutes)
        < other.ends_at + make_interval(mins => other.buffer_after_minutes)
      and other.starts_at - make_interval(mins => other.buffer_before_minutes)
        < one.ends_at + make_interval(mins => one.buffer_after_minutes)
"""
_CLAIMS_OUT_OF_STEP = """
    select claim_id, resource_id, lower(during), upper(during)
    from (
      select
        a.id as claim_id, a.staff_id as resource_id, tstzrange(
          a.starts_at - make_interval(mins => a.buffer_before_minutes),
          a.ends_at + make_interval(mins => a.buffer_after_minutes)) as during
      from schnittwerk_core.appointments a
      where a.status in ('pending', 'confirmed', 'completed')
    ) live
    full join (
      select * from schnittwerk_core.occupancy where expires_at is null
    ) o using (claim_id, resource_id, during)
    where live is null or o is null
"""
_UNFINISHED = """
    select idempotency_key, status
    from schnittwerk_core.booking_operations
    where status not in ('completed', 'failed')
"""
# Each success has exactly one appointment, and each appointment at most one success.
_UNTRUE = """
    select o.appointment_id, count(a.id), count(*)
    from schnittwerk_core.booking_operations o
    left join schnittwerk_core.appointments a on a.salon_id = o.salon_id and a.id = o.appointment_id
    where o.status = 'completed' and o.operation_type in ('create', 'accept_waitlist_offer')
    group by o.appointment_id
    having count(a.id) <> 1 or count(*) <> 1
"""
_DEADLOCKS = """
    select deadlocks
    from pg_stat_database
    where datname = current_database() and deadlocks > 0
"""
_TWO_AT_A_TIME = """
    select staff_id, starts_at
    from schnittwerk_core.waitlist_offer
    where status = 'open'
    group by staff_id, starts_at
    having count(*) > 1
"""
_OFFERS_WITHOUT_HOLD = """
    select o.id, h.claim_id
    from (select * from schnittwerk_core.waitlist_offer where status = 'open') o
    full join (select * from schnittwerk_core.occupancy where expires_at is not null) h
      on h.claim_id = o.entry_id and h.resource_id = o.staff_id
      and h.during @> tstzrange(o.starts_at, o.ends_at) and h.expires_at = o.expires_at
    where o.id is null or h.claim_id is null
"""
_OFFERED_TWICE = """
    select w.customer_id, w.service_id, o.staff_id, o.starts_at
    from schnittwerk_core.waitlist_offer o
    join schnittwerk_core.waitlist w on w.salon_id = o.salon_id and w.id = o.entry_id
    group by w.customer_id, w.service_id, o.staff_id, o.starts_at
    having count(*) > 1
"""
# An entry is notified exactly while it has an open offer, and booked once it has an accepted one.
_ENTRIES_OUT_OF_STEP = """
    select w.id, w.status
    from schnittwerk_core.waitlist w
    left join schnittwerk_core.waitlist_offer o
      on o.salon_id = w.salon_id and o.entry_id = w.id and o.status in ('open', 'accepted')
    group by w.id, w.status
    having count(*) filter (where o.status = 'open') <> (w.status = 'notified')::int
      or count(*) filter (where o.status = 'accepted') > (w.status = 'booked')::int
"""
_HISTORY_OUT_OF_STEP = """
    select a.id, a.status, max(h.version), count(h.*)
    from schnittwerk_core.appointments a
    left join schnittwerk_core.appointment_history h
      on h.salon_id = a.salon_id and h.appointment_id = a.id
    group by a.salon_id, a.id
    having max(h.version) is distinct from count(h.*)
      or a.reschedule_count <> count(*) filter (
        where h.action = 'rescheduled' and h.role = 'customer')
      or a.status <> (array_agg(h.to_status order by h.version desc))[1]
      or a.starts_at <> (array_agg(h.to_starts_at order by h.version desc))[1]
"""
_AMISS = (_OVERLAPS, _CLAIMS_OUT_OF_STEP, _UNFINISHED, _UNTRUE, _DEADLOCKS)
_AMISS_UNLESS_BY_HAND = (
    *(_TWO_AT_A_TIME, _OFFERS_WITHOUT_HOLD, _OFFERED_TWICE),
    *(_ENTRIES_OUT_OF_STEP, _HISTORY_OUT_OF_STEP),
)


def at(clock: str, day: int = 0) -> datetime:
    """A moment in UTC on a day that can be booked: the first one or some days later."""
    hour, minute = divmod(int(clock.replace(":", "")), 100)
    return datetime.combine(TODAY + timedelta(days=7 + day), time(hour, minute), UTC)


@dataclass(frozen=True)
class Salon:
    """A salon in UTC; its haircut takes an hour, and keeps 15 minutes free after it."""

    dsn: str
    id: str
    service_id: str
    customer_id: str
    staff_ids: list[str]

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A connection of the owner's, who counts as the service; each call is a transaction."""
        with psycopg.connect(
            self.dsn, autocommit=True, options=f"-c statement_timeout={PATIENCE}s"
        ) as connection:
            yield connection

    def book(
        self,
        connection: Connection,
        starts_at: datetime,
        key: str | None = None,
        staff: int | None = 0,
    ) -> Answer:
        """Books one of the staff by their number, or anyone; for a key of its own unless told."""
        return write(
            connection,
            "create_booking",
            p_idempotency_key=key or str(uuid4()),
            p_customer_id=self.customer_id,
            p_service_id=self.service_id,
            p_starts_at=starts_at,
            p_staff_id=None if staff is None else self.staff_ids[staff],
        )

    def insert(self, connection: Connection, starts_at: datetime, staff: int = 0) -> str:
        """Writes an appointment to the table by hand; returns its id."""
        row = connection.execute(
            "insert into schnittwerk_core.appointments"
            " (salon_id, customer_id, staff_id, service_id, starts_at, ends_at, price)"
            " values (%s, %s, %s, %s, %s, %s, 50) returning id::text",
            [
                *(self.id, self.customer_id, self.staff_ids[staff], self.service_id),
                *(starts_at, starts_at + timedelta(hours=1)),
            ],
        ).fetchone()
        assert row is not None
        return str(row[0])

    def move(self, connection: Connection, appointment_id: str, starts_at: datetime) -> None:
        """Changes an appointment in the table by hand."""
        connection.execute(
            "update schnittwerk_core.appointments set starts_at = %s, ends_at = %s where id = %s",
            [starts_at, starts_at + timedelta(hours=1), appointment_id],
        )

    def count(self, table: str, condition: str = "true") -> int:
        """How many rows of one of the engine's tables there are."""
        with self.connect() as connection:
            row = connection.execute(
                f"select count(*) from schnittwerk_core.{table} where {condition}"
            ).fetchone()
        assert row is not None
        return int(row[0])

    def at_once(self, calls: Sequence[Callable[[Connection], T]]) -> list[T]:
        """Makes each call on a connection of its own, all let go at the same moment."""
        start = Barrier(len(calls), timeout=PATIENCE)

        def make(call: Callable[[Connection], T]) -> T:
            try:
                with self.connect() as connection:
                    # a first call is slow, and would come too late to race
                    with connection.transaction(force_rollback=True):
                        self.book(connection, at("00:00", day=20))
                    start.wait()
                    result = call(connection)
                    connection.execute("select pg_stat_force_next_flush()")
                    return result
            except BaseException:
                start.abort()
                raise

        with ThreadPoolExecutor(len(calls)) as threads:
            made = [threads.submit(make, call) for call in calls]
        return results(made)

    def assert_sound(self) -> None:
        """What holds of the book whatever went on, changes by hand among it."""
        with self.connect() as connection:
            _assert_nothing_in(connection, _AMISS)


def assert_sound(connection: Connection) -> None:
    """What holds of any book that was changed by the RPCs only."""
    _assert_nothing_in(connection, (*_AMISS, *_AMISS_UNLESS_BY_HAND))


def _assert_nothing_in(connection: Connection, queries: Iterable[str]) -> None:
    for query in queries:
        assert connection.execute(query).fetchall() == [], query


def results(made: Iterable[Future[T]]) -> list[T]:
    """What the calls returned; the first cause of a failure is raised, not what it led to."""
    futures = list(made)
    failures = [error for future in futures if (error := future.exception()) is not None]
    for error in failures:
        if not isinstance(error, BrokenBarrierError):
            raise error
    return [future.result() for future in futures]


def wait_for(salon: Salon, connection: Connection, name: str, **more: object) -> str:
    """Puts a new customer on the waitlist for the first day; returns the entry's id."""
    customer = save(connection, "save_customer", p_full_name=name)["customer"]
    return join(salon, connection, customer["id"], salon.service_id, **more)


def join(
    salon: Salon, connection: Connection, customer_id: str, service_id: str, **more: object
) -> str:
    answer = save(
        connection,
        "join_waitlist",
        p_idempotency_key=str(uuid4()),
        p_customer_id=customer_id,
        p_service_id=service_id,
        p_preferred_start_date=at("10:00").date(),
        p_preferred_end_date=at("10:00").date(),
        **more,
    )
    return str(answer["waitlist_entry"]["id"])


def free(salon: Salon, connection: Connection, clock: str, staff: int) -> None:
    """Records an hour that has become free, to be offered by process_waitlist."""
    connection.execute(
        "insert into schnittwerk_core.freed_time (salon_id, staff_id, during, is_on_grid)"
        " values (%s, %s, tstzrange(%s, %s), false)",
        [salon.id, salon.staff_ids[staff], at(clock), at(clock) + HOUR],
    )


def codes(answers: Iterable[Answer]) -> Counter[str]:
    """How often each refusal was given; a success counts as `booked`."""
    return Counter("booked" if answer["success"] else answer["code"] for answer in answers)


def wait_until_blocked(observer: Connection, blocked: Connection) -> None:
    """Returns once another session keeps a connection's call waiting."""
    deadline = datetime.now(UTC) + timedelta(seconds=PATIENCE)
    while not is_blocked(observer, blocked):
        assert datetime.now(UTC) < deadline, "nobody blocks it"


def is_blocked(observer: Connection, blocked: Connection) -> bool:
    """Whether another session keeps a connection's call waiting."""
    pid = blocked.info.backend_pid
    return observer.execute("select pg_blocking_pids(%s) <> '{}'", [pid]).fetchone() == (True,)


def open_salon(dsn: str, staff: int = 1) -> Salon:
    """Saves the salon by the RPCs."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        salon = save(connection, "save_salon", p_name="Storm", p_time_zone="UTC")["salon"]
        hours = {str(day): _ALL_DAY for day in range(7)}
        save(connection, "set_business_settings", p_settings=Jsonb({"opening_hours": hours}))
        service = save(
            connection, "save_service", p_name="Haircut", p_duration_minutes=60, p_base_price=50
        )["service"]
        customer = save(connection, "save_customer", p_full_name="Carla")["customer"]
        staff_ids = []
        week = [{"day_of_week": day} | _ALL_DAY for day in range(7)]
        for number in range(staff):
            member = save(connection, "save_staff", p_full_name=f"Staff {number}")["staff"]["id"]
            services = [{"service_id": service["id"]}]
            save(connection, "set_staff_services", p_staff_id=member, p_services=Jsonb(services))
            save(connection, "set_staff_availability", p_staff_id=member, p_windows=Jsonb(week))
            staff_ids.append(member)
    return Salon(dsn, salon["id"], service["id"], customer["id"], staff_ids)


_ALL_DAY = {"start_time": "00:00", "end_time": "24:00"}
