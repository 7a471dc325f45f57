"""Writes that take open time away, against bookings at the same moment.

Whichever comes first, the other knows of it: the write reports the booking, or the booking is
refused.
"""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, LiteralString

import psycopg
import pytest
from calls import Answer, Connection, save, write
from conftest import Database
from psycopg import IsolationLevel
from psycopg.errors import SerializationFailure
from psycopg.types.json import Jsonb

DAY = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=7)
ALL_DAY = {"start_time": "00:00", "end_time": "24:00"}


class Salon:
    """A salon that never closes, with one member of staff, who can be booked on `DAY`."""

    def __init__(self, database: Database, name: str) -> None:
        with psycopg.connect(database.dsn(), autocommit=True) as owner:
            salon = save(owner, "save_salon", p_name=name, p_time_zone="UTC")
            self.id = salon["salon"]["id"]
            hours = {str(day): ALL_DAY for day in range(7)}
            self._save(owner, "set_business_settings", p_settings=Jsonb({"opening_hours": hours}))
            self.staff_id = self._save(owner, "save_staff", p_full_name="Sam")["staff"]["id"]
            staff = {"p_staff_id": self.staff_id}
            week = [{"day_of_week": day} | ALL_DAY for day in range(7)]
            self._save(owner, "set_staff_availability", **staff, p_windows=Jsonb(week))
            service = self._save(
                owner, "save_service", p_name="Cut", p_duration_minutes=60, p_base_price=50
            )
            self._service_id = service["service"]["id"]
            self._service = {
                "p_name": "Cut",
                "p_duration_minutes": 60,
                "p_base_price": 50,
                "p_id": self._service_id,
            }
            services = [{"service_id": self._service_id}]
            self._save(owner, "set_staff_services", **staff, p_services=Jsonb(services))
            customer = self._save(owner, "save_customer", p_full_name="Carla")
            self._customer_id = customer["customer"]["id"]
            holiday = self._save(owner, "create_holiday", p_name="Past", p_date=dt.date(2020, 1, 1))
            self.holiday_id = holiday["holiday"]["id"]

    def _write(self, connection: Connection, function: str, **arguments: Any) -> Answer:
        return write(connection, function, p_salon_id=self.id, **arguments)

    def _save(self, connection: Connection, function: str, **arguments: Any) -> Answer:
        return save(connection, function, p_salon_id=self.id, **arguments)

    def book(self, connection: Connection, key: str = "key", hour: int = 12) -> Answer:
        return write(
            connection,
            "create_booking",
            p_idempotency_key=key,
            p_customer_id=self._customer_id,
            p_service_id=self._service_id,
            p_starts_at=at(hour),
            p_staff_id=self.staff_id,
            p_salon_id=self.id,
        )

    def move(self, connection: Connection, appointment_id: str) -> Answer:
        return self._write(
            connection,
            "reschedule_booking",
            p_idempotency_key="move",
            p_appointment_id=appointment_id,
            p_new_starts_at=at(15),
        )

    def join(self, connection: Connection, staff_id: str | None = None) -> Answer:
        return self._write(
            connection,
            "join_waitlist",
            p_idempotency_key="wait",
            p_customer_id=self._customer_id,
            p_service_id=self._service_id,
            p_preferred_start_date=DAY,
            p_preferred_end_date=DAY,
            p_staff_id=staff_id,
        )

    def wait(self, connection: Connection) -> str:
        """Joins the waitlist; returns the entry's id."""
        return str(self.join(connection)["waitlist_entry"]["id"])

    def prefer(self, connection: Connection, entry_id: str) -> Answer:
        """Changes a waitlist entry so that it asks for the member of staff."""
        return self._write(
            connection,
            "update_waitlist_entry",
            p_idempotency_key="prefer",
            p_entry_id=entry_id,
            p_changes=Jsonb({"staff_id": self.staff_id}),
        )

    def cancel(self, connection: Connection, appointment_id: str) -> Answer:
        return self._save(
            connection,
            "cancel_booking",
            p_idempotency_key=f"cancel {appointment_id}",
            p_appointment_id=appointment_id,
        )

    def offer_early(self, connection: Connection) -> None:
        """Freed time is offered at once, however far ahead it lies."""
        self._save(
            connection,
            "set_policy",
            p_policy_key="waitlist_notification_hours",
            p_policy_value=Jsonb(1000),
        )

    def be_offered(self, connection: Connection) -> str:
        """Joins the waitlist and is offered 18:00; returns the entry's id."""
        self.offer_early(connection)
        cancelled = self.book(connection, "cancelled", 18)["appointment"]["id"]
        entry_id = self.wait(connection)
        self.cancel(connection, cancelled)
        assert self.offers(connection) == [at(18)]
        return entry_id

    def offers(self, connection: Connection) -> list[dt.datetime]:
        """The starts of the open offers."""
        return [
            start
            for (start,) in connection.execute(
                "select o.starts_at from schnittwerk_core.waitlist_offer o"
                " where o.salon_id = %s and o.status = 'open' order by o.starts_at",
                [self.id],
            )
        ]

    def execute(self, connection: Connection, statement: LiteralString) -> None:
        values = {"salon": self.id, "staff": self.staff_id, "day": DAY}
        connection.execute(statement, values)

    def accept(self, connection: Connection, entry_id: str) -> Answer:
        return self._write(
            connection,
            "accept_waitlist_offer",
            p_idempotency_key="accept",
            p_entry_id=entry_id,
        )

    def change(self, connection: Connection, function: str) -> Answer:
        """Takes the open time of `DAY` away by one of the functions that can."""
        arguments: dict[str, dict[str, Any]] = {
            "create_holiday": {"p_name": "Closed", "p_date": DAY},
            "update_holiday": {
                "p_holiday_id": self.holiday_id,
                "p_changes": Jsonb({"date": DAY.isoformat()}),
            },
            "set_business_settings": {"p_settings": Jsonb({"opening_hours": {}})},
            "set_special_hours": {"p_date": DAY, "p_windows": Jsonb([])},
            "set_staff_availability": {"p_staff_id": self.staff_id, "p_windows": Jsonb([])},
            "add_time_off": {"p_staff_id": self.staff_id, "p_start_date": DAY},
            "save_staff": {"p_full_name": "Sam", "p_is_active": False, "p_id": self.staff_id},
            "save_service": self._service | {"p_is_active": False},
            "set_staff_services": {"p_staff_id": self.staff_id, "p_services": Jsonb([])},
        }
        return write(connection, function, p_salon_id=self.id, **arguments[function])


CHANGES = [
    "create_holiday",
    "update_holiday",
    "set_business_settings",
    "set_special_hours",
    "set_staff_availability",
    "add_time_off",
    "save_staff",
    "save_service",
    "set_staff_services",
]

# What bookings are judged by, changed by direct SQL; of %(salon)s, %(staff)s and %(day)s.
STATEMENTS: dict[str, LiteralString] = {
    "hours": "delete from schnittwerk_core.opening_hours where salon_id = %(salon)s",
    "special hours": "insert into schnittwerk_core.special_hours (salon_id, date, is_open)"
    " values (%(salon)s, %(day)s, false)",
    "holiday": "insert into schnittwerk_core.holidays (salon_id, name, date)"
    " values (%(salon)s, 'Closed', %(day)s)",
    "availability": "delete from schnittwerk_core.staff_availability where salon_id = %(salon)s",
    "time off": "insert into schnittwerk_core.staff_timeoff"
    " (salon_id, staff_id, start_date, end_date) values (%(salon)s, %(staff)s, %(day)s, %(day)s)",
    "time zone": "update schnittwerk_core.salon set time_zone = 'Asia/Tokyo' where id = %(salon)s",
    "buffer": "update schnittwerk_core.salon set buffer_time_minutes = 45 where id = %(salon)s",
    "duration": "update schnittwerk_core.services set duration_minutes = 90"
    " where salon_id = %(salon)s",
    "price": "update schnittwerk_core.services set base_price = 70 where salon_id = %(salon)s",
    "own price": "update schnittwerk_core.staff_services set custom_price = 60"
    " where salon_id = %(salon)s",
    "services performed": "delete from schnittwerk_core.staff_services where salon_id = %(salon)s",
    "activity": "update schnittwerk_core.staff set is_active = false where salon_id = %(salon)s",
    "policy": "insert into schnittwerk_core.booking_policies (salon_id, policy_key, policy_value)"
    " values (%(salon)s, 'minimum_booking_notice_hours', '8760')",
}

LEVELS = [IsolationLevel.REPEATABLE_READ, IsolationLevel.SERIALIZABLE]


def at(hour: int) -> dt.datetime:
    return dt.datetime.combine(DAY, dt.time(hour), dt.UTC)


def assert_gives_way(
    database: Database,
    level: IsolationLevel,
    change: Callable[[Connection], object],
    call: Callable[[Connection], object],
) -> None:
    """A call whose snapshot is older than a committed change ends in a serialization failure."""
    with psycopg.connect(database.dsn()) as old, psycopg.connect(database.dsn()) as other:
        old.isolation_level = level
        old.execute("select from schnittwerk_core.salon")
        change(other)
        other.commit()
        with pytest.raises(SerializationFailure):
            call(old)


def overtake(
    database: Database,
    first: Callable[[Connection], Answer],
    second: Callable[[Connection], Answer],
) -> tuple[Answer, Answer]:
    """Runs the second call before the first has committed, which it does once the second waits."""
    with (
        psycopg.connect(database.dsn()) as ahead,
        psycopg.connect(database.dsn()) as behind,
        psycopg.connect(database.dsn(), autocommit=True) as observer,
        ThreadPoolExecutor(1) as thread,
    ):
        answer = first(ahead)
        waiting: Future[Answer] = thread.submit(second, behind)
        while not waiting.done():
            blockers = observer.execute(
                "select cardinality(pg_blocking_pids(%s))", [behind.info.backend_pid]
            ).fetchone()
            if blockers != (0,):
                break
        ahead.commit()
        return answer, waiting.result()


def test_changes_report_a_booking_that_was_being_made(
    database: Database, subtests: pytest.Subtests
) -> None:
    for function in CHANGES:
        with subtests.test(function):
            salon = Salon(database, function)
            booked, changed = overtake(
                database, salon.book, partial(salon.change, function=function)
            )
            assert booked["success"], booked
            reported = [it["id"] for it in changed["affected_appointments"]]
            assert reported == [booked["appointment"]["id"]]


def test_bookings_see_a_change_that_was_being_made(
    database: Database, subtests: pytest.Subtests
) -> None:
    for function in CHANGES:
        with subtests.test(function):
            salon = Salon(database, function)
            changed, booked = overtake(
                database, partial(salon.change, function=function), salon.book
            )
            assert changed["affected_appointments"] == []
            assert not booked["success"], booked


def test_two_replacements_at_once_do_not_collide(database: Database) -> None:
    def replace(connection: Connection) -> Answer:
        window = {"start_time": "10:00", "end_time": "12:00"}
        return write(
            connection, "set_special_hours", p_date=DAY, p_windows=Jsonb([window]), p_salon_id=empty
        )

    with psycopg.connect(database.dsn(), autocommit=True) as owner:
        empty = save(owner, "save_salon", p_name="Nobody yet", p_time_zone="UTC")["salon"]["id"]
    for answer in overtake(database, replace, replace):
        assert answer["success"], answer
        assert len(answer["special_hours"]) == 1


@pytest.mark.parametrize("level", LEVELS)
def test_an_old_snapshot_does_not_overlook_a_call(
    database: Database, level: IsolationLevel, subtests: pytest.Subtests
) -> None:
    for function in CHANGES:
        with subtests.test(function):
            salon = Salon(database, function)
            assert_gives_way(database, level, partial(salon.change, function=function), salon.book)
            with psycopg.connect(database.dsn()) as now:
                assert not salon.book(now)["success"]


@pytest.mark.parametrize("level", LEVELS)
def test_an_old_snapshot_does_not_overlook_direct_sql(
    database: Database, level: IsolationLevel, subtests: pytest.Subtests
) -> None:
    for name, statement in STATEMENTS.items():
        with subtests.test(name):
            salon = Salon(database, name)
            change = partial(salon.execute, statement=statement)
            assert_gives_way(database, level, change, salon.book)


@pytest.mark.parametrize("level", LEVELS)
def test_neither_does_an_old_snapshot_that_moves_or_accepts(
    database: Database, level: IsolationLevel, subtests: pytest.Subtests
) -> None:
    with psycopg.connect(database.dsn(), autocommit=True) as owner:
        for function in CHANGES:
            salon = Salon(database, function)
            kept = salon.book(owner)["appointment"]["id"]
            entry_id = salon.be_offered(owner)
            # the price, since a change that takes the time away withdraws the offer
            change: Callable[[Connection], object] = partial(
                salon.execute, statement=STATEMENTS["price"]
            )
            with subtests.test(f"{function}, accepted"):
                accept = partial(salon.accept, entry_id=entry_id)
                assert_gives_way(database, level, change, accept)
            change = partial(salon.change, function=function)
            with subtests.test(f"{function}, moved"):
                assert_gives_way(database, level, change, partial(salon.move, appointment_id=kept))


@pytest.mark.parametrize("level", LEVELS)
def test_an_old_snapshot_does_not_accept_what_was_withdrawn(
    database: Database, level: IsolationLevel, subtests: pytest.Subtests
) -> None:
    changes: dict[str, Callable[[Salon, Connection], object]] = {
        function: partial(Salon.change, function=function) for function in CHANGES
    }
    changes["policy"] = partial(Salon.execute, statement=STATEMENTS["policy"])
    for name, change in changes.items():
        with subtests.test(name):
            salon = Salon(database, name)
            with psycopg.connect(database.dsn(), autocommit=True) as owner:
                accept = partial(salon.accept, entry_id=salon.be_offered(owner))
            assert_gives_way(database, level, partial(change, salon), accept)


@pytest.mark.parametrize("level", LEVELS)
def test_an_old_snapshot_does_not_wait_for_what_is_no_longer_offered(
    database: Database, level: IsolationLevel, subtests: pytest.Subtests
) -> None:
    calls: dict[str, Callable[[Salon, Connection], Answer]] = {
        "anyone": lambda salon, connection: salon.join(connection),
        "one of the staff": lambda salon, connection: salon.join(connection, salon.staff_id),
    }
    for function in ("save_staff", "save_service", "set_staff_services"):
        for name, join in calls.items():
            with subtests.test(f"{function}, {name}"):
                salon = Salon(database, f"{function}, {name}")
                change = partial(salon.change, function=function)
                assert_gives_way(database, level, change, partial(join, salon))
        with subtests.test(f"{function}, an entry that is changed"):
            salon = Salon(database, function)
            with psycopg.connect(database.dsn(), autocommit=True) as owner:
                prefer = partial(salon.prefer, entry_id=salon.wait(owner))
            assert_gives_way(database, level, partial(salon.change, function=function), prefer)


def test_joining_sees_a_change_that_was_being_made(
    database: Database, subtests: pytest.Subtests
) -> None:
    for function in ("save_staff", "save_service", "set_staff_services"):
        with subtests.test(function):
            salon = Salon(database, function)
            join = partial(salon.join, staff_id=salon.staff_id)
            changed, joined = overtake(database, partial(salon.change, function=function), join)
            assert changed["success"], changed
            assert joined["code"] == "service_not_offered"


@pytest.mark.parametrize("level", LEVELS)
def test_an_old_snapshot_that_cancels_tells_nothing_of_who_waits(
    database: Database, level: IsolationLevel
) -> None:
    """It does not see the offer that somebody has got meanwhile, and would make another."""
    salon = Salon(database, "Waiting")
    with psycopg.connect(database.dsn(), autocommit=True) as owner:
        salon.offer_early(owner)
        first, second = (
            salon.book(owner, str(hour), hour)["appointment"]["id"] for hour in (12, 18)
        )
        salon.wait(owner)
    with psycopg.connect(database.dsn()) as old, psycopg.connect(database.dsn()) as other:
        old.isolation_level = level
        old.execute("select from schnittwerk_core.salon")
        salon.cancel(other, second)
        other.commit()
        with pytest.raises(SerializationFailure) as failure:
            salon.cancel(old, first)
    assert failure.value.diag.message_detail is None
