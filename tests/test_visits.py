"""Visits in random salons, compared with every choice of staff that there is.

EXAMPLES=500 tries so many salons instead of a few.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, partial
from itertools import product
from random import Random
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import psycopg
import pytest
from calls import Answer, Connection, read, save, write
from conftest import Database
from model import (
    DAY,
    Booking,
    Calendar,
    Need,
    Rules,
    Staff,
    Step,
    Terms,
    Unit,
    Windows,
    at_utc_midnight,
    instant,
    minute_of,
    shifted,
)
from psycopg.types.json import Jsonb

EXAMPLES = int(os.environ.get("EXAMPLES", "16"))
DAYS = {
    "UTC": date(2027, 1, 4),
    "Europe/Zurich": date(2026, 3, 28),
    "America/Havana": date(2026, 10, 31),
}
VISITOR = "Visitor"
START_ONLY = {"notice_too_short", "too_far_ahead", "off_grid"}
"""The rules that judge the start of a visit, not every item."""


class Item(NamedTuple):
    """An item of a visit; null = anyone."""

    service: str
    staff: str | None
    together: bool


class Placed(NamedTuple):
    """An item with who performs it, from when to when, at what price."""

    service: str
    staff: str
    start: int
    end: int
    price: int


@dataclass
class Scene:
    """A salon in the database, and the model's calendar for each of its services."""

    connection: Connection
    random: Random
    salon_id: UUID
    customer_id: UUID
    calendars: dict[str, Calendar]
    ids: dict[str, UUID]
    service_ids: dict[str, UUID]
    unit_ids: dict[str, UUID] = field(default_factory=dict)
    booked_minutes: dict[tuple[str, date], int] = field(default_factory=dict)

    @cached_property
    def any_calendar(self) -> Calendar:
        return next(iter(self.calendars.values()))

    def local_date(self, minute: int) -> date:
        return self.any_calendar.wall[minute][0]

    def read_book(self) -> None:
        """Tells the model what is taken."""
        names = {it: name for name, it in (self.ids | self.unit_ids).items()}
        taken: dict[str, list[tuple[int, int, Booking]]] = {}
        booked: list[Booking] = []
        nobodys = Booking("", "", 0, Terms(0, 0, 0, 0, (), ()), ())
        for resource_id, starts_at, ends_at in self.connection.execute(
            "select resource_id, starts_at, ends_at from schnittwerk_core.occupancy"
            " where salon_id = %s",
            [self.salon_id],
        ):
            claim = (minute_of(starts_at), minute_of(ends_at), nobodys)
            taken.setdefault(names[resource_id], []).append(claim)
        for calendar in self.calendars.values():
            calendar.taken = taken
        self.booked_minutes = {}
        for staff_id, customer_id, starts_at, ends_at in self.connection.execute(
            "select staff_id, customer_id, starts_at, ends_at from schnittwerk_core.appointments"
            " where salon_id = %s and status <> 'cancelled'",
            [self.salon_id],
        ):
            start, minutes = minute_of(starts_at), minute_of(ends_at) - minute_of(starts_at)
            key = (names[staff_id], self.local_date(start))
            self.booked_minutes[key] = self.booked_minutes.get(key, 0) + minutes
            customer = VISITOR if customer_id == self.customer_id else "Other"
            terms = Terms(minutes, 0, 0, 0, (), ())
            booked.append(Booking(customer, names[staff_id], start, terms, ()))
        for calendar in self.calendars.values():
            calendar.booked = booked

    def can(self, item: Item, name: str, start: int, is_first: bool, customer: str | None) -> bool:
        failures = self.calendars[item.service].failures(name, start, customer=customer)
        return not set(failures) - (set() if is_first else START_ONLY)

    def choices(
        self, items: list[Item], start: int, customer: str | None
    ) -> Iterator[list[Placed]]:
        """Every choice of staff with which a visit can begin."""
        parts: list[list[Item]] = []
        for item in items:
            if item.together:
                parts[-1].append(item)
            else:
                parts.append([item])
        yield from self._choices(parts, start, customer, is_first=True)

    def _choices(
        self, parts: list[list[Item]], start: int, customer: str | None, is_first: bool
    ) -> Iterator[list[Placed]]:
        if not parts:
            yield []
            return
        able = [
            [
                name
                for name in self.ids
                if item.staff in (None, name)
                and self.can(item, name, start, is_first and number == 0, customer)
            ]
            for number, item in enumerate(parts[0])
        ]
        for names in product(*able):
            if len(set(names)) < len(names):
                continue
            terms = [
                self.calendars[item.service].terms[name]
                for item, name in zip(parts[0], names, strict=True)
            ]
            if len(names) > 1 and not self.units_are_enough([(it, start) for it in terms]):
                continue
            here = [
                Placed(item.service, name, start, start + its.duration, its.price)
                for item, name, its in zip(parts[0], names, terms, strict=True)
            ]
            end = max(it.end for it in here)
            for rest in self._choices(parts[1:], end, customer, is_first=False):
                yield [*here, *rest]

    def units_are_enough(self, at_once: list[tuple[Terms, int]]) -> bool:
        """Whether all find units of their own, tried in every way."""
        calendar = self.any_calendar
        options = [
            [
                name
                for name, unit in calendar.rules.units.items()
                if unit.pool == need.pool
                and not calendar.is_taken(name, shifted(terms.unit_claim(need), start))
            ]
            for terms, start in at_once
            for need in terms.needs
            for _ in range(need.quantity)
        ]

        def fits(rest: list[list[str]], used: frozenset[str]) -> bool:
            return not rest or any(
                fits(rest[1:], used | {name}) for name in rest[0] if name not in used
            )

        return fits(options, frozenset())

    def best(
        self, items: list[Item], start: int, customer: str | None = None
    ) -> list[Placed] | None:
        """The choice that is made: as few people as possible, then the least busy, then by id."""
        day = self.local_date(start)
        return min(
            self.choices(items, start, customer),
            key=lambda placed: (
                len({it.staff for it in placed}),
                [
                    (self.booked_minutes.get((it.staff, day), 0), self.ids[it.staff])
                    for it in placed
                ],
            ),
            default=None,
        )

    def visits(self, items: list[Item]) -> dict[int, list[Placed]]:
        """All that is to be listed, by start: on the grid of somebody who can perform the first."""
        calendar = self.calendars[items[0].service]
        starts = {
            start
            for name, grid in calendar.offered.items()
            for start in grid
            if items[0].staff in (None, name)
            and calendar.first <= calendar.wall[start][0] <= calendar.last
            and self.can(items[0], name, start, is_first=True, customer=None)
        }
        found = {start: self.best(items, start) for start in sorted(starts)}
        return {start: placed for start, placed in found.items() if placed is not None}

    def booked(self, visit: dict[str, Any]) -> list[tuple[str, Booking]]:
        """The items of a visit as the model has them: the service, and the appointment."""
        names = {str(it): name for name, it in self.unit_ids.items()}
        its_items = []
        for placed, it in zip(
            self.placed(visit["appointments"]), visit["appointments"], strict=True
        ):
            units = [
                (names[use["resource_id"]], (use["pool"], use["from_minute"], use["to_minute"]))
                for use in it["units"] or []
            ]
            counts = Counter(use for _, use in units)
            needs = {use: Need(use[0], count, *use[1:]) for use, count in counts.items()}
            terms = Terms(
                placed.end - placed.start,
                placed.price,
                it["buffer_before_minutes"],
                it["buffer_after_minutes"],
                tuple(Step(step["minutes"], step["staff"]) for step in it["steps"] or []),
                tuple(needs.values()),
            )
            booking = Booking(
                VISITOR,
                placed.staff,
                placed.start,
                terms,
                tuple((unit, needs[use]) for unit, use in units),
            )
            its_items.append((placed.service, booking))
        return its_items

    def move(
        self, moved: list[tuple[str, Booking]], start: int, customer: str | None = None
    ) -> list[Placed] | None:
        """A visit at another start, as it is booked and as if it were not there."""
        placed = []
        _, first = moved[0]
        for number, (service, booking) in enumerate(moved):
            at = booking.start - first.start + start
            failures = set(self.calendars[service].failures(booking.staff, at, booking, customer))
            if failures - {"wrong_status"} - (START_ONLY if number else set()):
                return None
            end = at + booking.terms.duration
            placed.append(Placed(service, booking.staff, at, end, booking.terms.price))
        for one in placed:
            at_once = [
                (booking.terms, it.start)
                for it, (_, booking) in zip(placed, moved, strict=True)
                if it.start == one.start
            ]
            if len(at_once) > 1 and not self.units_are_enough(at_once):
                return None
        return placed

    def moves(self, moved: list[tuple[str, Booking]]) -> dict[int, list[Placed]]:
        """Where a visit can move, by start."""
        calendar = self.any_calendar
        starts = (
            start
            for start in sorted(calendar.offered[moved[0][1].staff])
            if calendar.first <= calendar.wall[start][0] <= calendar.last
        )
        found = {start: self.move(moved, start) for start in starts}
        return {start: placed for start, placed in found.items() if placed is not None}

    def documents(self, items: list[Item]) -> Jsonb:
        return Jsonb(
            [
                {"service_id": str(self.service_ids[it.service])}
                | ({"staff_id": str(self.ids[it.staff])} if it.staff else {})
                | ({"together": True} if it.together else {})
                for it in items
            ]
        )

    def find(
        self, items: list[Item] | None, visit_id: str | None = None, limit: int | None = None
    ) -> dict[int, list[Placed]]:
        calendar = self.any_calendar
        found = read(
            self.connection,
            "find_visits",
            p_items=items and self.documents(items),
            p_from=calendar.first,
            p_to=calendar.last,
            p_slot_interval_minutes=calendar.step,
            p_limit=limit,
            p_visit_id=visit_id,
            p_salon_id=self.salon_id,
        )
        starts = [row["starts_at"] for row in found]
        assert starts == sorted(set(starts))
        listed = {minute_of(row["starts_at"]): self.placed(row["items"]) for row in found}
        for row in found:
            placed = listed[minute_of(row["starts_at"])]
            assert minute_of(row["ends_at"]) == max(it.end for it in placed)
            assert row["price"] == sum(it.price for it in placed)
        return listed

    def placed(self, documents: list[dict[str, Any]]) -> list[Placed]:
        services = {str(it): name for name, it in self.service_ids.items()}
        names = {str(it): name for name, it in self.ids.items()}
        return [
            Placed(
                services[it["service_id"]],
                names[it["staff_id"]],
                minute_of(datetime.fromisoformat(it["starts_at"])),
                minute_of(datetime.fromisoformat(it["ends_at"])),
                it["price"],
            )
            for it in documents
        ]

    def create(self, items: list[Item], start: int) -> Answer:
        return write(
            self.connection,
            "create_visit",
            p_idempotency_key=str(uuid4()),
            p_customer_id=self.customer_id,
            p_items=self.documents(items),
            p_starts_at=instant(start),
            p_salon_id=self.salon_id,
        )

    def some_items(self) -> list[Item]:
        return [
            Item(
                self.random.choice(list(self.service_ids)),
                self.random.choice([None, None, None, *self.ids]),
                number > 0 and self.random.random() < 0.35,
            )
            for number in range(self.random.choice([1, 2, 2, 3, 3, 4]))
        ]


def some_windows(random: Random) -> Windows:
    """Nothing, all day, or one or two stretches of the day, which may touch."""
    kind = random.random()
    if kind < 0.4:
        return ((0, DAY),)
    first = random.randrange(0, 16) * 60
    middle = first + random.choice([120, 240, 360])
    end = min(middle + random.choice([0, 60]), DAY)
    return ((first, min(middle, DAY)), *(((end, DAY),) if random.random() < 0.5 < end else ()))


def some_service(random: Random, base: Rules) -> Rules:
    """A service, with what is each member of staff's own of it."""
    minutes = partial(random.choice, [15, 20, 30, 45, 60])
    steps: tuple[Step, ...] = ()
    if random.random() < 0.4:
        steps = (Step(minutes()), Step(minutes(), staff=False), Step(minutes()))
    duration = sum(it.minutes for it in steps) or minutes()
    needs: list[Need] = []
    for pool in ("basin", "chair"):
        if random.random() < 0.35:
            units = sum(it.pool == pool for it in base.units.values())
            quantity = min(units, random.choice([1, 1, 2]))
            start = random.choice([None, 0, 5])
            needs.append(Need(pool, quantity, start, None if start is None else 15))
    return replace(
        base,
        duration=duration,
        steps=steps,
        needs=tuple(needs),
        price=random.randrange(10, 100),
        buffer_before=random.choice([None, 0, 10]),
        buffer_after=random.choice([None, 0, 20]),
        staff={
            name: replace(
                member,
                performs=random.random() < 0.85,
                price=random.choice([None, None, 42]),
                duration=random.choice([None, None, duration + 15]),
            )
            for name, member in base.staff.items()
        },
    )


def arrange(connection: Connection, seed: int) -> Scene:
    """Fills a salon: services, staff, units and what is booked."""
    random = Random(seed)
    zone = random.choice(list(DAYS))
    first = DAYS[zone] + timedelta(days=random.choice([0, 0, 1]))
    now = at_utc_midnight(first) - random.choice([DAY, 2 * DAY, -300])
    connection.execute(
        "select set_config('test.clock', %s, true)",
        [datetime.fromtimestamp(60 * now, UTC).isoformat()],
    )
    hours = some_windows(random)
    base = Rules(
        zone=zone,
        hours=(hours,) * 7,
        special_hours={},
        holidays=(),
        staff={
            name: Staff(available=(some_windows(random),) * 7)
            for name in ["anna", "ben", "cleo", "dora"][: random.choice([2, 3, 3, 4])]
        },
        duration=60,
        buffer=random.choice([0, 15]),
        interval=random.choice([30, 60, 45]),
        requires_grid=random.random() < 0.3,
        keeps_buffers=random.random() < 0.8,
        prevents_overlap=random.random() < 0.7,
        units={
            f"{pool} {number}": Unit(pool)
            for pool in ("basin", "chair")
            for number in range(random.choice([1, 2, 2, 3]))
        },
    )
    salon = save(connection, "save_salon", p_name=str(seed), p_time_zone=zone)["salon"]["id"]
    do = partial(save, connection, p_salon_id=salon)
    windows = [window(*it) for it in hours]
    do(
        "set_business_settings",
        p_settings=Jsonb(
            {
                "opening_hours": {str(day): windows for day in range(7)},
                "buffer_time_minutes": base.buffer,
                "slot_interval_minutes": base.interval,
            }
        ),
    )
    for policy, value in (
        ("require_slot_grid", base.requires_grid),
        ("double_booking_prevention", base.keeps_buffers),
        ("prevent_customer_overlap", base.prevents_overlap),
    ):
        do("set_policy", p_policy_key=policy, p_policy_value=Jsonb(value))
    customers = [
        do("save_customer", p_full_name=name)["customer"]["id"] for name in (VISITOR, "Other")
    ]
    unit_ids = {
        name: UUID(do("save_resource", p_name=name, p_pool=unit.pool)["resource"]["id"])
        for name, unit in base.units.items()
    }
    ids = {name: UUID(do("save_staff", p_full_name=name)["staff"]["id"]) for name in base.staff}
    # In the order of their ids, as the model takes them.
    base = replace(base, units={it: base.units[it] for it in sorted(unit_ids, key=unit_ids.get)})  # type: ignore[arg-type]
    services = {name: some_service(random, base) for name in ("cut", "colour", "wash")}
    service_ids: dict[str, UUID] = {}
    for name, rules in services.items():
        saved = do(
            "save_service",
            p_name=name,
            p_duration_minutes=rules.duration,
            p_base_price=rules.price,
            p_buffer_before_minutes=rules.buffer_before,
            p_buffer_after_minutes=rules.buffer_after,
        )
        service_ids[name] = UUID(saved["service"]["id"])
        if rules.steps:
            steps = [{"minutes": it.minutes, "staff": it.staff} for it in rules.steps]
            do("set_service_steps", p_service_id=service_ids[name], p_steps=Jsonb(steps))
        needs = [
            {"pool": it.pool, "quantity": it.quantity}
            | ({} if it.from_minute is None else {"from_minute": it.from_minute})
            | ({} if it.to_minute is None else {"to_minute": it.to_minute})
            for it in rules.needs
        ]
        do("set_service_resources", p_service_id=service_ids[name], p_needs=Jsonb(needs))
    for name, member in base.staff.items():
        week = [
            {"day_of_week": day} | window(*it)
            for day, its in enumerate(member.available)
            for it in its
        ]
        do("set_staff_availability", p_staff_id=ids[name], p_windows=Jsonb(week))
        performed = [
            {"service_id": str(service_ids[service])}
            | ({"custom_price": own.price} if own.price is not None else {})
            | ({"estimated_duration_minutes": own.duration} if own.duration else {})
            for service, rules in services.items()
            for own in [rules.staff[name]]
            if own.performs
        ]
        do("set_staff_services", p_staff_id=ids[name], p_services=Jsonb(performed))
    calendar = Calendar(base, 60 * now, first, first, random.choice([None, None, 30]))
    scene = Scene(
        connection,
        random,
        UUID(salon),
        UUID(customers[0]),
        {name: calendar.under(rules) for name, rules in services.items()},
        ids,
        service_ids,
        unit_ids,
    )
    midnight = at_utc_midnight(first)
    for _ in range(random.choice([0, 6, 20])):
        write(
            connection,
            "create_booking",
            p_idempotency_key=str(uuid4()),
            p_customer_id=random.choice([customers[0], customers[1], customers[1], customers[1]]),
            p_service_id=random.choice(list(service_ids.values())),
            p_starts_at=instant(midnight + 15 * random.randrange(-10, 120)),
            p_staff_id=random.choice(list(ids.values())),
            p_override_reason="Before the visitors",
            p_salon_id=salon,
        )
    if random.random() < 0.5:  # weeks are kept when a transaction ends
        connection.execute("set constraints all immediate")
        connection.execute("set constraints all deferred")
    scene.read_book()
    return scene


def window(start: int, end: int) -> dict[str, str]:
    return {
        "start_time": f"{start // 60:02}:{start % 60:02}",
        "end_time": f"{end // 60:02}:{end % 60:02}",
    }


@pytest.fixture(scope="module")
def owner(module_database: Database) -> Iterator[Connection]:
    """A connection of the owner's whose clock is the setting test.clock."""
    with psycopg.connect(module_database.dsn()) as connection:
        connection.execute(
            "create or replace function schnittwerk_core.clock() returns timestamptz"
            " language sql stable parallel safe"
            " as $$ select current_setting('test.clock')::timestamptz $$"
        )
        connection.execute("set local test.clock to '2026-01-01Z'")
        yield connection
        connection.rollback()


@pytest.fixture(params=range(EXAMPLES))
def scene(request: pytest.FixtureRequest, owner: Connection) -> Iterator[Scene]:
    with owner.transaction(force_rollback=True):
        yield arrange(owner, request.param)


def test_what_is_listed_can_be_booked_and_nothing_else(scene: Scene) -> None:
    random = scene.random
    for _ in range(4):
        items = scene.some_items()
        expected = scene.visits(items)
        listed = scene.find(items)
        assert listed == expected, items
        limit = random.choice([1, 3, 7])
        assert list(scene.find(items, limit=limit).items()) == list(expected.items())[:limit]
        calendar = scene.any_calendar
        minutes = [it for it in calendar.wall if calendar.wall[it][0] == calendar.first]
        tried = [*random.sample(sorted(expected), min(3, len(expected)))]
        tried += [random.choice(minutes) // 15 * 15 for _ in range(4)]
        for start in tried:
            with scene.connection.transaction(force_rollback=True):
                booked = scene.create(items, start)
                placed = (
                    scene.placed(booked["visit"]["appointments"]) if booked["success"] else None
                )
                assert placed == scene.best(items, start, VISITOR), (items, instant(start), booked)


def test_a_visit_moves_to_what_is_listed_and_nowhere_else(scene: Scene) -> None:
    random = scene.random
    for _ in range(4):
        items = scene.some_items()
        starts = [it for it in scene.visits(items) if scene.best(items, it, VISITOR)]
        if not starts:
            continue
        with scene.connection.transaction(force_rollback=True):
            booked = scene.create(items, random.choice(starts))["visit"]
            moved = scene.booked(booked)
            scene.connection.execute("set constraints all immediate")
            scene.connection.execute("set constraints all deferred")
            expected = scene.moves(moved)
            assert scene.find(None, booked["id"]) == expected, (items, booked)
            limited = scene.find(None, booked["id"], limit=3)
            assert list(limited.items()) == list(expected.items())[:3]
            start = minute_of(datetime.fromisoformat(booked["starts_at"]))
            tried = [*random.sample(sorted(expected), min(3, len(expected)))]
            tried += [start + 15 * random.randrange(-8, 9) for _ in range(4)]
            for start in tried:
                with scene.connection.transaction(force_rollback=True):
                    answer = write(
                        scene.connection,
                        "reschedule_visit",
                        p_idempotency_key=str(uuid4()),
                        p_visit_id=booked["id"],
                        p_new_starts_at=instant(start),
                        p_salon_id=scene.salon_id,
                    )
                    placed = (
                        scene.placed(answer["visit"]["appointments"]) if answer["success"] else None
                    )
                    assert placed == scene.move(moved, start, VISITOR), (items, booked, answer)
