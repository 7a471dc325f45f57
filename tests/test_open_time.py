"""Writes that take open time away, against bookings at the same moment.

Whichever comes first, the other knows of it: the write reports the booking, or the booking is
refused.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, LiteralString
from uuid import UUID, uuid4

import psycopg
import pytest
from calls import Answer, Connection, save, write
from conftest import Database
from psycopg import IsolationLevel
from psycopg.errors import SerializationFailure
from psycopg.types.json import Jsonb
from salon import Salon, at, open_salon

from schnittwerk_db import Client, connect

DAY = at("00:00").date()


def book(salon: Salon, connection: Connection, clock: str = "12:00") -> Answer:
    return salon.book(connection, at(clock), key=clock, p_salon_id=salon.id)


def move(salon: Salon, connection: Connection, appointment_id: str) -> Answer:
    return write(
        connection,
        "reschedule_booking",
        p_idempotency_key="move",
        p_appointment_id=appointment_id,
        p_new_starts_at=at("15:00"),
        p_salon_id=salon.id,
    )


def join(salon: Salon, connection: Connection, staff_id: UUID | None = None) -> Answer:
    return write(
        connection,
        "join_waitlist",
        p_idempotency_key="wait",
        p_customer_id=salon.customer_id,
        p_service_id=salon.service_id,
        p_preferred_start_date=DAY,
        p_preferred_end_date=DAY,
        p_staff_id=staff_id,
        p_salon_id=salon.id,
    )


def wait(salon: Salon, connection: Connection) -> str:
    """Joins the waitlist; returns the entry's id."""
    return str(join(salon, connection)["waitlist_entry"]["id"])


def prefer(salon: Salon, connection: Connection, entry_id: str) -> Answer:
    """Changes a waitlist entry so that it asks for the member of staff."""
    return write(
        connection,
        "update_waitlist_entry",
        p_idempotency_key="prefer",
        p_entry_id=entry_id,
        p_changes=Jsonb({"staff_id": str(salon.staff_id)}),
        p_salon_id=salon.id,
    )


def cancel(salon: Salon, connection: Connection, appointment_id: str) -> Answer:
    return save(
        connection,
        "cancel_booking",
        p_idempotency_key=f"cancel {appointment_id}",
        p_appointment_id=appointment_id,
        p_salon_id=salon.id,
    )


def offer_early(salon: Salon, connection: Connection) -> None:
    """Freed time is offered at once, however far ahead it lies."""
    policy = {"p_policy_key": "waitlist_notification_hours", "p_policy_value": Jsonb(1000)}
    save(connection, "set_policy", **policy, p_salon_id=salon.id)


def be_offered(salon: Salon, connection: Connection) -> str:
    """Joins the waitlist and is offered 18:00; returns the entry's id."""
    offer_early(salon, connection)
    cancelled = book(salon, connection, "18:00")["appointment"]["id"]
    entry_id = wait(salon, connection)
    cancel(salon, connection, cancelled)
    offers = connection.execute(
        "select starts_at from schnittwerk_core.waitlist_offer"
        " where salon_id = %s and status = 'open'",
        [salon.id],
    )
    assert offers.fetchall() == [(at("18:00"),)]
    return entry_id


def accept(salon: Salon, connection: Connection, entry_id: str) -> Answer:
    return write(
        connection,
        "accept_waitlist_offer",
        p_idempotency_key="accept",
        p_entry_id=entry_id,
        p_salon_id=salon.id,
    )


def execute(salon: Salon, connection: Connection, statement: LiteralString) -> None:
    connection.execute(statement, {"salon": salon.id, "staff": salon.staff_id, "day": DAY})


def take_away(salon: Salon, connection: Connection, function: str) -> Answer:
    """Takes the open time of `DAY` away by one of the functions that can."""
    [(holiday_id,)] = connection.execute(
        "select id from schnittwerk_core.holidays where salon_id = %s and name = 'Past'", [salon.id]
    )
    [(chair_id,)] = connection.execute(
        "select id from schnittwerk_core.unit where salon_id = %s", [salon.id]
    )
    terms = {"p_name": "Haircut", "p_duration_minutes": 60, "p_base_price": 50}
    staff = {"p_staff_id": salon.staff_id}
    arguments: dict[str, dict[str, Any]] = {
        "create_holiday": {"p_name": "Closed", "p_date": DAY},
        "update_holiday": {
            "p_holiday_id": holiday_id,
            "p_changes": Jsonb({"date": DAY.isoformat()}),
        },
        "set_business_settings": {"p_settings": Jsonb({"opening_hours": {}})},
        "set_special_hours": {"p_date": DAY, "p_windows": Jsonb([])},
        "set_staff_availability": staff | {"p_windows": Jsonb([])},
        "add_time_off": staff | {"p_start_date": DAY},
        "save_staff": {"p_full_name": "Sam", "p_is_active": False, "p_id": salon.staff_id},
        "save_service": terms | {"p_is_active": False, "p_id": salon.service_id},
        "set_staff_services": staff | {"p_services": Jsonb([])},
        "close_resource": {"p_resource_id": chair_id, "p_start_date": DAY},
        "save_resource": {"p_name": "Chair", "p_is_active": False, "p_id": chair_id},
    }
    return write(connection, function, p_salon_id=salon.id, **arguments[function])


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
    "close_resource",
    "save_resource",
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


@dataclass(frozen=True)
class Scene:
    """A database for salons, and connections to it that have made all these calls before.

    A new connection plans each call anew, which takes longer than all the rest of a test.
    """

    client: Client
    old: Connection
    other: Connection

    @property
    def owner(self) -> Connection:
        """Each of its calls is a transaction."""
        return self.client.connection

    def another_salon(self) -> Salon:
        """A new salon with a holiday that has passed, and a chair that its service needs."""
        client = self.client
        salon = open_salon(client.connection.info.dsn, name=f"{uuid4()}", client=client)
        client.create_holiday("Past", dt.date(2020, 1, 1))
        client.save_resource("Chair")
        client.set_service_resources(salon.service_id, [{"pool": "Chair"}])
        return salon

    def assert_gives_way(
        self,
        salon: Salon,
        level: IsolationLevel,
        change: Callable[[Salon, Connection], object],
        call: Callable[[Salon, Connection], object],
    ) -> psycopg.Error:
        """A call whose snapshot is older than a committed change ends in an error."""
        self.old.isolation_level = level

        def overtake() -> None:
            with self.old.transaction():
                self.old.execute("select from schnittwerk_core.salon")
                with self.other.transaction():
                    change(salon, self.other)
                call(salon, self.old)

        with pytest.raises(SerializationFailure) as failure:
            overtake()
        return failure.value


@pytest.fixture(scope="module")
def scene(module_database: Database) -> Iterator[Scene]:
    dsn = module_database.dsn()
    with connect(dsn) as client, psycopg.connect(dsn) as old, psycopg.connect(dsn) as other:
        yield Scene(client, old, other)


def test_changes_report_a_booking_that_was_being_made(
    scene: Scene, subtests: pytest.Subtests
) -> None:
    for function in CHANGES:
        with subtests.test(function):
            salon = scene.another_salon()
            booked, changed = salon.behind(
                partial(book, salon), partial(take_away, salon, function=function)
            )
            assert booked["success"], booked
            reported = [it["id"] for it in changed["affected_appointments"]]
            assert reported == [booked["appointment"]["id"]]


def test_bookings_see_a_change_that_was_being_made(scene: Scene, subtests: pytest.Subtests) -> None:
    for function in CHANGES:
        with subtests.test(function):
            salon = scene.another_salon()
            changed, booked = salon.behind(
                partial(take_away, salon, function=function), partial(book, salon)
            )
            assert changed["affected_appointments"] == []
            assert not booked["success"], booked


def test_two_replacements_at_once_do_not_collide(database: Database) -> None:
    def replace(connection: Connection) -> Answer:
        window = {"start_time": "10:00", "end_time": "12:00"}
        return write(connection, "set_special_hours", p_date=DAY, p_windows=Jsonb([window]))

    salon = open_salon(database.dsn(), staff=0)
    for answer in salon.behind(replace, replace):
        assert answer["success"], answer
        assert len(answer["special_hours"]) == 1


@pytest.mark.parametrize("level", LEVELS)
def test_an_old_snapshot_does_not_overlook_a_call(
    scene: Scene, level: IsolationLevel, subtests: pytest.Subtests
) -> None:
    for function in CHANGES:
        with subtests.test(function):
            salon = scene.another_salon()
            scene.assert_gives_way(salon, level, partial(take_away, function=function), book)
            assert not book(salon, scene.owner)["success"]


@pytest.mark.parametrize("level", LEVELS)
def test_an_old_snapshot_does_not_overlook_direct_sql(
    scene: Scene, level: IsolationLevel, subtests: pytest.Subtests
) -> None:
    for name, statement in STATEMENTS.items():
        with subtests.test(name):
            salon = scene.another_salon()
            scene.assert_gives_way(salon, level, partial(execute, statement=statement), book)


@pytest.mark.parametrize("level", LEVELS)
def test_an_old_snapshot_that_moves_or_accepts_does_not_overlook_a_change(
    scene: Scene, level: IsolationLevel, subtests: pytest.Subtests
) -> None:
    for function in CHANGES:
        salon = scene.another_salon()
        kept = book(salon, scene.owner)["appointment"]["id"]
        entry_id = be_offered(salon, scene.owner)
        # the price, since a change that takes the time away withdraws the offer
        with subtests.test(f"{function}, accepted"):
            change = partial(execute, statement=STATEMENTS["price"])
            scene.assert_gives_way(salon, level, change, partial(accept, entry_id=entry_id))
        with subtests.test(f"{function}, moved"):
            take_it_away = partial(take_away, function=function)
            scene.assert_gives_way(salon, level, take_it_away, partial(move, appointment_id=kept))


@pytest.mark.parametrize("level", LEVELS)
def test_an_old_snapshot_does_not_accept_what_was_withdrawn(
    scene: Scene, level: IsolationLevel, subtests: pytest.Subtests
) -> None:
    changes: dict[str, Callable[[Salon, Connection], object]] = {
        function: partial(take_away, function=function) for function in CHANGES
    }
    changes["policy"] = partial(execute, statement=STATEMENTS["policy"])
    for name, change in changes.items():
        with subtests.test(name):
            salon = scene.another_salon()
            entry_id = be_offered(salon, scene.owner)
            scene.assert_gives_way(salon, level, change, partial(accept, entry_id=entry_id))


@pytest.mark.parametrize("level", LEVELS)
def test_an_old_snapshot_does_not_wait_for_what_is_no_longer_offered(
    scene: Scene, level: IsolationLevel, subtests: pytest.Subtests
) -> None:
    calls: dict[str, Callable[[Salon, Connection], Answer]] = {
        "anyone": join,
        "one of the staff": lambda salon, connection: join(salon, connection, salon.staff_id),
    }
    for function in ("save_staff", "save_service", "set_staff_services"):
        change = partial(take_away, function=function)
        for name, call in calls.items():
            with subtests.test(f"{function}, {name}"):
                salon = scene.another_salon()
                scene.assert_gives_way(salon, level, change, call)
        with subtests.test(f"{function}, an entry that is changed"):
            salon = scene.another_salon()
            entry_id = wait(salon, scene.owner)
            scene.assert_gives_way(salon, level, change, partial(prefer, entry_id=entry_id))


def test_joining_sees_a_change_that_was_being_made(scene: Scene, subtests: pytest.Subtests) -> None:
    for function in ("save_staff", "save_service", "set_staff_services"):
        with subtests.test(function):
            salon = scene.another_salon()
            changed, joined = salon.behind(
                partial(take_away, salon, function=function),
                partial(join, salon, staff_id=salon.staff_id),
            )
            assert changed["success"], changed
            assert joined["code"] == "service_not_offered"


@pytest.mark.parametrize("level", LEVELS)
def test_an_old_snapshot_that_cancels_tells_nothing_of_who_waits(
    scene: Scene, level: IsolationLevel
) -> None:
    """It does not see the offer that somebody has got meanwhile, and would make another."""
    salon = scene.another_salon()
    offer_early(salon, scene.owner)
    first, second = (
        book(salon, scene.owner, clock)["appointment"]["id"] for clock in ("12:00", "18:00")
    )
    wait(salon, scene.owner)
    cancel_first, cancel_second = (partial(cancel, appointment_id=it) for it in (first, second))
    failure = scene.assert_gives_way(salon, level, cancel_second, cancel_first)
    assert failure.diag.message_detail is None
