"""Writes that take open time away, against bookings at the same moment.

Whichever comes first, the other knows of it: the write reports the booking, or the booking is
refused.
"""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

import psycopg
import pytest
from calls import Answer, Connection, save, write
from conftest import Database
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
            services = [{"service_id": self._service_id}]
            self._save(owner, "set_staff_services", **staff, p_services=Jsonb(services))
            customer = self._save(owner, "save_customer", p_full_name="Carla")
            self._customer_id = customer["customer"]["id"]
            holiday = self._save(owner, "create_holiday", p_name="Past", p_date=dt.date(2020, 1, 1))
            self.holiday_id = holiday["holiday"]["id"]

    def _save(self, connection: Connection, function: str, **arguments: Any) -> Answer:
        return save(connection, function, p_salon_id=self.id, **arguments)

    def book(self, connection: Connection) -> Answer:
        return write(
            connection,
            "create_booking",
            p_idempotency_key="key",
            p_customer_id=self._customer_id,
            p_service_id=self._service_id,
            p_starts_at=dt.datetime.combine(DAY, dt.time(12), dt.UTC),
            p_staff_id=self.staff_id,
            p_salon_id=self.id,
        )

    def change(self, function: str, connection: Connection) -> Answer:
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
]


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
            booked, changed = overtake(database, salon.book, partial(salon.change, function))
            assert booked["success"], booked
            reported = [it["id"] for it in changed["affected_appointments"]]
            assert reported == [booked["appointment"]["id"]]


def test_bookings_see_a_change_that_was_being_made(
    database: Database, subtests: pytest.Subtests
) -> None:
    for function in CHANGES:
        with subtests.test(function):
            salon = Salon(database, function)
            changed, booked = overtake(database, partial(salon.change, function), salon.book)
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
