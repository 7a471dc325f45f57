"""Everybody does everything at once: what holds of appointments, offers and holds throughout."""

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

import pytest
from calls import Answer, Connection, read, save, write
from invariants import assert_sound
from psycopg import Error
from psycopg.errors import SerializationFailure
from psycopg.types.json import Jsonb
from salon import TODAY, Salon, at

CLIENTS = 32
SECONDS = float(os.environ.get("STORM_SECONDS", "10"))
DAYS = 6
STAFF = 4
CUSTOMERS = 12
CODE = "STORM"
MAX_USES, MAX_USES_PER_CUSTOMER = 20, 2

BASIN, CHAIR = {"pool": "basin"}, {"pool": "chair"}
COLOUR_STEPS = [{"minutes": 30, "staff": staff} for staff in (True, False, True)]

pytestmark = pytest.mark.salon(staff=STAFF)

# Refusals that are right when others are faster; anything else is a fault.
EXPECTED = {
    *("done", "slot_conflict", "wrong_status", "offer_expired", "already_exists", "not_found"),
    *("holiday", "business_closed", "staff_unavailable", "booking_limit_reached"),
    *("request_in_flight", "idempotency_key_reused", "outside_business_hours"),
    *("resource_unavailable", "part_of_a_visit", "hold_expired", "promotion_used_up"),
}


# What must have been done before the storm is over, for it to mean anything.
NEEDED = {
    *("book", "cancel", "reschedule", "join", "answer_an_offer", "tick", "visit", "cancel_visit"),
    *("erase", "keep_up", "retain", "close_unit", "open_unit", "flip_unit", "hold", "book_hold"),
    *("book with steps and units", "book with a promotion"),
}


@dataclass
class Storm:
    """What the clients share, and what they were told."""

    salon: Salon
    customer_ids: list[str]
    service_ids: list[UUID]
    unit_ids: list[UUID]
    passing_ids: list[str] = field(default_factory=list)
    appointment_ids: list[str] = field(default_factory=list)
    time_off_ids: list[str] = field(default_factory=list)
    holiday_ids: list[str] = field(default_factory=list)
    visit_ids: list[str] = field(default_factory=list)
    holds: list[Answer] = field(default_factory=list)
    closure_ids: list[str] = field(default_factory=list)
    told: Counter[tuple[str, str]] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    def blow(self, number: int, connection: Connection) -> None:
        """Does one thing after the other until the time is over and everything was done."""
        random = Random(number)
        things = [
            *[self.book] * 8,
            *[self.cancel] * 5,
            *[self.reschedule] * 4,
            *[self.join] * 5,
            *[self.answer_an_offer] * 6,
            *(self.leave, self.change_entry, self.confirm, self.tick),
            *(self.take_time_off, self.give_time_back, self.close, self.open_again),
            *(self.come_and_go, self.erase, self.keep_up, self.retain),
            *[self.visit] * 3,
            *[self.hold] * 3,
            *(self.book_hold, self.book_hold, self.release_hold),
            *(self.cancel_visit, self.move_visit, self.close_unit, self.open_unit, self.flip_unit),
        ]
        end = monotonic() + SECONDS
        while monotonic() < end or not self.done >= NEEDED:
            thing: Callable[[Random, Connection], Answer | None] = random.choice(things)
            try:
                answer = thing(random, connection)
            except Error as error:
                # A unit that others book all the time: clients repeat such calls.
                is_to_be_repeated = isinstance(error, SerializationFailure) and thing in (
                    self.close_unit,
                    self.flip_unit,
                )
                if not is_to_be_repeated:
                    self.errors.append(f"{thing.__name__}: {error.sqlstate} {error}")
                continue
            if answer is not None:
                code = "done" if answer["success"] else answer["code"]
                self.told[thing.__name__, code] += 1

    @property
    def done(self) -> set[str]:
        """What has been done at least once."""
        return {thing for thing, code in [*self.told] if code == "done"}

    def book(self, random: Random, connection: Connection) -> Answer:
        answer = self.salon.book(
            connection,
            self._start(random),
            staff=random.choice([None, *range(STAFF)]),
            p_customer_id=random.choice(self.customer_ids),
            p_service_id=random.choice(self.service_ids),
            p_promotion_code=random.choice([None, None, None, CODE]),
        )
        if answer["success"]:
            if answer["appointment"]["promotion_id"]:
                self.told["book with a promotion", "done"] += 1
            if answer["appointment"]["steps"] and answer["appointment"]["units"]:
                self.told["book with steps and units", "done"] += 1
            self.appointment_ids.append(answer["appointment"]["id"])
        return answer

    def visit(self, random: Random, connection: Connection) -> Answer:
        """One thing after the other, or two at once."""
        items = [
            {"service_id": str(random.choice(self.service_ids)), "together": together}
            for together in (False, random.random() < 0.5)
        ]
        answer = write(
            connection,
            "create_visit",
            p_idempotency_key=str(uuid4()),
            p_customer_id=random.choice(self.customer_ids),
            p_items=Jsonb(items),
            p_starts_at=self._start(random),
        )
        if answer["success"]:
            self.visit_ids.append(answer["visit"]["id"])
        return answer

    def hold(self, random: Random, connection: Connection) -> Answer:
        answer = write(
            connection,
            "hold_slot",
            p_idempotency_key=str(uuid4()),
            p_service_id=random.choice(self.service_ids),
            p_starts_at=self._start(random),
            p_staff_id=random.choice([None, *self.salon.staff_ids]),
            p_customer_id=random.choice([None, *self.customer_ids[:CUSTOMERS]]),
        )
        if answer["success"]:
            self.holds.append(answer["hold"])
        return answer

    def book_hold(self, random: Random, connection: Connection) -> Answer | None:
        if not self.holds:
            return None
        held = random.choice(self.holds[-20:])
        answer = self.salon.book(
            connection,
            datetime.fromisoformat(held["starts_at"]),
            staff=None,
            p_customer_id=held["customer_id"] or random.choice(self.customer_ids[:CUSTOMERS]),
            p_service_id=held["service_id"],
            p_hold_id=held["id"],
        )
        if answer["success"]:
            self.appointment_ids.append(answer["appointment"]["id"])
        return answer

    def release_hold(self, random: Random, connection: Connection) -> Answer | None:
        if not self.holds:
            return None
        return write(
            connection,
            "release_hold",
            p_idempotency_key=str(uuid4()),
            p_hold_id=random.choice(self.holds[-20:])["id"],
        )

    def cancel_visit(self, random: Random, connection: Connection) -> Answer | None:
        return self._change_visit(random, connection, "cancel_visit")

    def move_visit(self, random: Random, connection: Connection) -> Answer | None:
        start = self._start(random)
        return self._change_visit(random, connection, "reschedule_visit", p_new_starts_at=start)

    def _change_visit(
        self, random: Random, connection: Connection, function: str, **arguments: object
    ) -> Answer | None:
        if not self.visit_ids:
            return None
        return write(
            connection,
            function,
            p_idempotency_key=str(uuid4()),
            p_visit_id=random.choice(self.visit_ids[-50:]),
            **arguments,
        )

    def close_unit(self, random: Random, connection: Connection) -> Answer | None:
        if self.closure_ids:
            return None
        answer = write(
            connection,
            "close_resource",
            p_resource_id=random.choice(self.unit_ids),
            p_start_date=self._start(random).date(),
        )
        self.closure_ids.append(answer["closure"]["id"])
        return answer

    def open_unit(self, random: Random, connection: Connection) -> Answer | None:
        try:
            closed = self.closure_ids.pop()
        except IndexError:  # another thread was first
            return None
        return write(connection, "reopen_resource", p_closure_id=closed)

    def flip_unit(self, random: Random, connection: Connection) -> Answer:
        """Takes one chair out of use, or back."""
        return write(
            connection,
            "save_resource",
            p_name=None,
            p_id=self.unit_ids[-1],
            p_is_active=random.choice([True, True, False]),
        )

    def cancel(self, random: Random, connection: Connection) -> Answer | None:
        return self._change(random, connection, "cancel_booking")

    def confirm(self, random: Random, connection: Connection) -> Answer | None:
        return self._change(random, connection, "confirm_booking")

    def reschedule(self, random: Random, connection: Connection) -> Answer | None:
        return self._change(
            random,
            connection,
            "reschedule_booking",
            p_new_starts_at=self._start(random),
            p_new_staff_id=random.choice([None, *self.salon.staff_ids]),
        )

    def join(self, random: Random, connection: Connection) -> Answer:
        return write(
            connection,
            "join_waitlist",
            p_idempotency_key=str(uuid4()),
            p_customer_id=random.choice(self.customer_ids),
            p_service_id=random.choice(self.service_ids),
            p_preferred_start_date=TODAY,
            p_preferred_end_date=TODAY + timedelta(days=30),
            p_staff_id=random.choice([None, None, *self.salon.staff_ids]),
            p_priority=random.randrange(3),
        )

    def answer_an_offer(self, random: Random, connection: Connection) -> Answer | None:
        accepts = random.random() < 0.6
        answer = self._change_entry(
            random,
            connection,
            "notified",
            "accept_waitlist_offer" if accepts else "decline_waitlist_offer",
        )
        if answer is not None and answer["success"] and accepts:
            self.appointment_ids.append(answer["appointment"]["id"])
        return answer

    def leave(self, random: Random, connection: Connection) -> Answer | None:
        return self._change_entry(random, connection, None, "leave_waitlist")

    def change_entry(self, random: Random, connection: Connection) -> Answer | None:
        changes = Jsonb({"priority": random.randrange(3)})
        return self._change_entry(
            random, connection, "active", "update_waitlist_entry", p_changes=changes
        )

    def tick(self, random: Random, connection: Connection) -> Answer:
        return write(connection, "process_waitlist")

    def come_and_go(self, random: Random, connection: Connection) -> Answer:
        """Somebody new, who books like the others or never does."""
        answer = write(connection, "save_customer", p_full_name="Passing", p_notes="by")
        ids = random.choice([self.customer_ids, self.passing_ids])
        ids.append(answer["customer"]["id"])
        return answer

    def erase(self, random: Random, connection: Connection) -> Answer:
        try:
            customer_id = self.passing_ids.pop()  # who has nothing ahead, and can be erased
        except IndexError:
            customer_id = random.choice(self.customer_ids[-20:])
        return write(connection, "erase_customer", p_customer_id=customer_id)

    def keep_up(self, random: Random, connection: Connection) -> Answer:
        return write(connection, "maintain")

    def retain(self, random: Random, connection: Connection) -> Answer:
        return write(connection, "apply_retention")

    def take_time_off(self, random: Random, connection: Connection) -> Answer | None:
        if len(self.time_off_ids) > 1:
            return None
        answer = write(
            connection,
            "add_time_off",
            p_staff_id=random.choice(self.salon.staff_ids),
            p_start_date=self._start(random).date(),
        )
        self.time_off_ids.append(answer["time_off"]["id"])
        return answer

    def give_time_back(self, random: Random, connection: Connection) -> Answer | None:
        try:
            taken = self.time_off_ids.pop()
        except IndexError:  # another thread was first
            return None
        return write(connection, "remove_time_off", p_time_off_id=taken)

    def close(self, random: Random, connection: Connection) -> Answer | None:
        if self.holiday_ids:
            return None
        answer = write(
            connection, "create_holiday", p_name="Storm", p_date=self._start(random).date()
        )
        self.holiday_ids.append(answer["holiday"]["id"])
        return answer

    def open_again(self, random: Random, connection: Connection) -> Answer | None:
        try:
            closed = self.holiday_ids.pop()
        except IndexError:  # another thread was first
            return None
        return write(connection, "delete_holiday", p_holiday_id=closed)

    def _start(self, random: Random) -> datetime:
        return at("00:00") + random.randrange(DAYS * 48) * timedelta(minutes=30)

    def _change(
        self, random: Random, connection: Connection, function: str, **arguments: object
    ) -> Answer | None:
        if not self.appointment_ids:
            return None
        return write(
            connection,
            function,
            p_idempotency_key=str(uuid4()),
            p_appointment_id=random.choice(self.appointment_ids[-200:]),
            **arguments,
        )

    def _change_entry(
        self,
        random: Random,
        connection: Connection,
        status: str | None,
        function: str,
        **arguments: object,
    ) -> Answer | None:
        entries = read(connection, "list_waitlist", p_status=status)
        if not entries:
            return None
        return write(
            connection,
            function,
            p_idempotency_key=str(uuid4()),
            p_entry_id=random.choice(entries)["id"],
            **arguments,
        )


@pytest.fixture
def storm(salon: Salon) -> Storm:
    with salon.connect() as connection:
        # all that is freed is offered at once
        save(
            connection,
            "set_policy",
            p_policy_key="waitlist_notification_hours",
            p_policy_value=Jsonb(1000),
        )
        customers = [salon.new_customer(connection, f"Customer {n}") for n in range(CUSTOMERS)]
    # chairs have the higher ids
    units = [*salon.add_units("basin", 2), *salon.add_units("chair", 3)]
    services = [
        salon.service_id,
        salon.add_service("Colour", 90, COLOUR_STEPS, [BASIN | {"from_minute": 60}, CHAIR]),
        salon.add_service(
            "Wash", 30, needs=[CHAIR | {"from_minute": 15}, BASIN | {"to_minute": 15}]
        ),
        salon.add_service("Fringe", 30),
    ]
    salon.add_price_rule("promotion", {"max_uses": MAX_USES}, {"percent": -20})
    salon.add_price_rule(
        "promotion",
        {"code": CODE, "max_uses_per_customer": MAX_USES_PER_CUSTOMER},
        {"percent": -30},
    )
    salon.add_price_rule("demand", {"booked_percent": {"min": 20}}, {"percent": 10})
    return Storm(salon, customers, services, units)


def used_too_often(storm: Storm) -> list[dict[str, Any]]:
    """The promotions that were used more often, by all or by one customer, than they may be."""
    return storm.salon.execute(
        "with used as ("
        " select promotion_id, customer_id from schnittwerk_core.appointments"
        " where status <> 'cancelled'"
        " union all"
        " select promotion_id, customer_id from schnittwerk_core.hold"
        " where status = 'open' and expires_at > schnittwerk_core.clock()"
        "), counted as ("
        " select promotion_id, count(*) as uses from used group by promotion_id, customer_id"
        "), summed as ("
        " select promotion_id, max(uses) as of_one, sum(uses) as of_all from counted"
        " group by promotion_id"
        ") select r.conditions, s.* from summed s"
        " join schnittwerk_core.price_rule r on r.id = s.promotion_id"
        " where s.of_all > (r.conditions ->> 'max_uses')::int"
        " or s.of_one > (r.conditions ->> 'max_uses_per_customer')::int"
    )


# On one version: it takes most of a minute, and locks are the same over any.
@pytest.mark.parametrize("cluster", [18], indirect=True, ids=["pg18"], scope="session")
@pytest.mark.timeout(SECONDS + 170)
def test_the_book_is_sound_after_all_writes_at_once(storm: Storm) -> None:
    storm.salon.at_once([partial(storm.blow, number) for number in range(CLIENTS)])
    assert storm.errors == [], "\n".join(storm.errors)
    assert {code for _, code in storm.told} <= EXPECTED, storm.told
    assert storm.done >= NEEDED, storm.told
    assert used_too_often(storm) == []
    with storm.salon.connect() as connection:
        assert_sound(connection)
