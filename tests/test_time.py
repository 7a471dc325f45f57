"""Slots and rules over random salons, compared with the model, on days that are hard on clocks.

With EXAMPLES=5000, and --timeout=0 for it, each property is tried on as many random salons, instead
of a few fixed ones.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from random import Random
from typing import NamedTuple
from uuid import UUID, uuid4

import psycopg
import pytest
from calls import Answer, Connection, read, save, write
from conftest import Database
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from model import (
    DAY,
    Booking,
    Calendar,
    Holiday,
    Need,
    Needs,
    Rules,
    Slot,
    Staff,
    Step,
    Steps,
    TimeOff,
    Unit,
    Windows,
    at_utc_midnight,
    instant,
    minute_of,
)
from psycopg.types.json import Jsonb

HARD_DAYS = {
    "UTC": [date(2028, 2, 29), date(2027, 1, 4)],
    "Europe/Zurich": [date(2026, 3, 29), date(2026, 10, 25), date(2027, 2, 28)],
    "America/New_York": [date(2026, 3, 8), date(2026, 11, 1)],
    # half an hour
    "Australia/Lord_Howe": [date(2026, 4, 5), date(2026, 10, 4)],
    # a day that there was not
    "Pacific/Apia": [date(2011, 12, 30), date(2011, 9, 24), date(2012, 4, 1)],
    # midnight skipped, midnight repeated
    "America/Havana": [date(2026, 3, 8), date(2026, 11, 1)],
}
SESSION_ZONES = ["UTC", "Europe/Zurich", "Pacific/Kiritimati", "America/Anchorage"]


class Scene(NamedTuple):
    """A salon, a moment, the dates and grid asked for, and the bookings and holds tried before.

    `before` are the rules under which these were made. A hold is of the first start asked for that
    is not before its minute; it is still open at that moment (`held`), or was used, released, or
    made so much earlier that it has lapsed.
    """

    rules: Rules
    before: Rules
    now: int
    first: date
    last: date
    step: int | None
    bookings: list[tuple[str, int, str]]
    session_zone: str


rarely = st.integers(0, 29).map(lambda n: n == 17)
times = st.one_of(
    st.sampled_from([0, 60, 90, 105, 110, 120, 130, 150, 180, 200, 1380, 1425, DAY]),
    st.sampled_from([480, 540, 720, 765, 1080, 1200]),
    st.integers(0, DAY),
)
some_windows: st.SearchStrategy[Windows] = st.lists(times, min_size=2, max_size=5, unique=True).map(
    lambda ends: tuple(zip(sorted(ends)[::2], sorted(ends)[1::2], strict=False))
)
all_day: st.SearchStrategy[Windows] = st.just(((0, DAY),))
open_windows: st.SearchStrategy[Windows] = st.one_of(
    all_day,
    st.just(((0, 240), (1320, DAY))),  # over midnight
    st.just(((30, 300),)),  # the hours at which clocks are changed
    st.just(((480, 720), (720, 1200))),  # touching
    st.just(((0, 600), (540, 1080))),  # overlapping
    st.just(()),
    some_windows,
)
breaks: st.SearchStrategy[Windows] = st.just(()) | some_windows


def weeks(day: st.SearchStrategy[Windows]) -> st.SearchStrategy[tuple[Windows, ...]]:
    """Seven days of one or two kinds."""
    return st.builds(
        lambda kinds, week: tuple(kinds[kind] for kind in week),
        st.tuples(day, day),
        st.sampled_from([(0,) * 7, (0, 1, 0, 1, 0, 1, 0), (1, 0, 0, 0, 0, 0, 1)]),
    )


@st.composite
def times_off(draw: st.DrawFn, days: st.SearchStrategy[date]) -> TimeOff:
    start, end = sorted([draw(st.tuples(days, times)), draw(st.tuples(days, times))])
    assume(at_utc_midnight(start[0]) + start[1] < at_utc_midnight(end[0]) + end[1])
    return TimeOff(start, end, draw(st.booleans()))


@st.composite
def holidays(draw: st.DrawFn, days: st.SearchStrategy[date], staff: list[str]) -> Holiday:
    february = st.sampled_from([date(2024, 2, 29), date(2024, 2, 27), date(2025, 2, 26)])
    first = draw(days | february)
    return Holiday(
        first=first,
        last=first + timedelta(days=draw(st.sampled_from([0, 0, 1, 2, 3]))),
        kind=draw(st.sampled_from(["public_holiday", "blackout_date", "maintenance"])),
        is_recurring=draw(st.booleans()),
        staff=draw(st.frozensets(st.sampled_from(staff))),
    )


@st.composite
def steps(draw: st.DrawFn, kinds: list[bool] | None = None) -> Steps:
    """Steps of any kinds, or some of the same kinds as other steps."""
    if kinds is None:
        inner = draw(st.lists(st.sampled_from([False, False, True]), min_size=1, max_size=3))
        kinds = [True, *inner, True]
    minutes = st.sampled_from([1, 5, 10, 15, 30, 45, 100])
    return tuple(Step(draw(minutes), kind) for kind in kinds)


@st.composite
def needs(draw: st.DrawFn, pool: str, duration: int) -> Needs:
    """Needs of one pool for a service, which never overlap."""
    ends = draw(st.lists(st.integers(0, duration), max_size=4, unique=True).map(sorted))
    quantities = st.sampled_from([1, 1, 1, 2])
    found = [
        Need(pool, draw(quantities), start, end)
        for start, end in zip(ends[::2], ends[1::2], strict=False)
    ]
    if not found:
        return (Need(pool, draw(quantities)),)
    # the same time, said in another way
    if found[0].from_minute == 0 and draw(st.booleans()):
        found[0] = replace(found[0], from_minute=None)
    if found[-1].to_minute == duration and found[-1].from_minute is not None:
        found[-1] = replace(found[-1], to_minute=draw(st.sampled_from([None, duration])))
    return tuple(found)


@st.composite
def parts(draw: st.DrawFn, plain_duration: int) -> tuple[int, Steps, Needs]:
    """The duration, the steps and the needs of a service."""
    its_steps = draw(steps()) if draw(st.booleans()) else ()
    duration = sum(step.minutes for step in its_steps) or plain_duration
    its_needs = [
        need
        for pool in draw(st.sampled_from([[], ["basin"], ["basin", "chair"]]))
        for need in draw(needs(pool, duration))
    ]
    return duration, its_steps, tuple(its_needs)


@st.composite
def members(draw: st.DrawFn, days: st.SearchStrategy[date], service_steps: Steps) -> Staff:
    performs = not draw(rarely)
    duration: int | None = None
    own_steps: Steps = ()
    if performs and service_steps and draw(st.booleans()):
        own_steps = draw(steps([step.staff for step in service_steps]))
        duration = sum(step.minutes for step in own_steps)
    elif performs:
        least = sum(1 if step.staff else step.minutes for step in service_steps)
        duration = draw(st.none() | st.sampled_from([10, 40, 75]).map(lambda n: least + n))
    return Staff(
        available=draw(weeks(all_day | all_day | open_windows)),
        unavailable=draw(weeks(breaks)),
        time_off=tuple(draw(st.lists(times_off(days), max_size=1))),
        is_active=not draw(rarely),
        performs=performs,
        price=draw(st.none() | st.integers(0, 99)) if performs else None,
        duration=duration,
        steps=own_steps,
    )


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    zone = draw(st.sampled_from(sorted(HARD_DAYS)))
    any_day = st.dates(date(2026, 1, 1), date(2028, 12, 31))
    hard_day = st.sampled_from(HARD_DAYS[zone])
    day = draw(any_day if draw(st.integers(0, 5)) == 5 else hard_day)
    first = day + timedelta(days=draw(st.sampled_from([0, 0, 0, 0, -1, -1, -2, 1, 2])))
    days = st.integers(-3, 4).map(lambda n: first + timedelta(days=n))
    names = ["anna", "ben", "cleo"][: draw(st.integers(1, 3))]
    intervals = st.sampled_from([5, 15, 20, 30, 50, 60, 97, 240, DAY])
    durations = st.sampled_from([1, 15, 30, 30, 60, 60, 90, 180, 400, DAY])
    duration, service_steps, service_needs = draw(parts(draw(durations)))
    buffers = st.none() | st.sampled_from([0, 5, 15, 50, 300])
    rules = Rules(
        zone=zone,
        hours=draw(weeks(open_windows)),
        special_hours=draw(st.dictionaries(days, open_windows, max_size=2)),
        holidays=tuple(draw(st.lists(holidays(days, names), max_size=2))),
        staff={name: draw(members(days, service_steps)) for name in names},
        duration=duration,
        buffer_before=draw(buffers),
        buffer_after=draw(buffers),
        buffer=draw(st.sampled_from([0, 15, 40])),
        interval=draw(intervals),
        preferred=draw(st.sampled_from([(600, 960), (0, DAY), (90, 150)])),
        notice_hours=draw(st.sampled_from([0, 0, 0.25, 2, 2, 24, 30.5])),
        horizon_days=draw(st.sampled_from([90, 90, 90, 2, 3])),
        keeps_buffers=draw(st.sampled_from([True, True, False])),
        requires_grid=draw(st.booleans()),
        prevents_overlap=draw(st.booleans()),
        service_is_active=not draw(rarely),
        steps=service_steps,
        needs=service_needs,
        units={
            f"{pool} {number}": Unit(
                pool, tuple(draw(st.lists(times_off(days), max_size=1))), not draw(rarely)
            )
            for pool in ("basin", "chair")
            for number in range(draw(st.integers(1, 3)))
        },
    )
    midnight = at_utc_midnight(first)
    quarters = st.integers(-48, 4 * 48).map(lambda n: midnight + 15 * n)
    minutes = st.integers(midnight - 2 * DAY, midnight + 3 * DAY - 1)
    busy = draw(st.sampled_from([0, 3, 6, 12]))
    how = st.sampled_from(["booked", "booked", "held", "used", "released", "lapsed"])
    return Scene(
        rules,
        before=draw(st.just(rules) | earlier(rules)),
        now=60 * (midnight + draw(st.just(-DAY) | st.integers(-3 * DAY, DAY)))
        + draw(st.sampled_from([0, 0, 30])),
        first=first,
        last=first + timedelta(days=draw(st.integers(0, 2))),
        step=draw(st.none() | intervals),
        bookings=draw(
            st.lists(
                st.tuples(st.sampled_from(names), quarters | minutes, how),
                min_size=busy,
                max_size=busy,
            )
        ),
        session_zone=draw(st.sampled_from(SESSION_ZONES)),
    )


@st.composite
def earlier(draw: st.DrawFn, rules: Rules) -> Rules:
    """The service had another price, minutes, steps and units, and nobody their own minutes."""
    duration, its_steps, its_needs = draw(parts(rules.duration))
    return replace(
        rules,
        price=70,
        duration=duration,
        steps=its_steps,
        needs=its_needs,
        staff={
            name: replace(member, duration=None, steps=()) for name, member in rules.staff.items()
        },
    )


def ordinary_scene(zone: str, day: date) -> Scene:
    """Around a hard day, with one who works shifts and one who never stops."""
    shifts = ((0, 300), (540, 1080), (1320, DAY))
    midnight = at_utc_midnight(day)
    rules = Rules(
        zone=zone,
        hours=(((0, DAY),),) * 7,
        special_hours={},
        holidays=(
            # over New Year's Eve
            Holiday(date(2024, 12, 30), date(2025, 1, 3), is_recurring=True),
            # over the day that only leap years have
            Holiday(
                date(2026, 2, 27),
                date(2026, 3, 1),
                is_recurring=True,
                staff=frozenset({"anna"}),
            ),
        ),
        staff={
            "anna": Staff(available=(shifts,) * 7, unavailable=(((720, 765),),) * 7),
            "ben": Staff(available=(((0, DAY),),) * 7, duration=40),
        },
        duration=30,
        buffer_before=5,
        interval=50,
    )
    return Scene(
        rules,
        before=replace(rules, price=70),
        now=60 * (midnight - 2 * DAY),
        first=day - timedelta(days=1),
        last=day + timedelta(days=1),
        step=None,
        bookings=[
            ("anna", midnight + 10, "booked"),
            ("anna", midnight + 700, "booked"),
            ("ben", midnight + 910, "booked"),
            ("ben", midnight + 1000, "held"),
            ("ben", midnight + 1200, "lapsed"),
            ("ben", midnight + 1200, "released"),
            ("anna", midnight + 1350, "held"),
        ],
        session_zone="UTC",
    )


def scene_with_a_gap(zone: str, day: date) -> Scene:
    """The same, where the service has a gap, and needs units that are closed in the hard hours."""
    scene = ordinary_scene(zone, day)
    rules = replace(
        scene.rules,
        steps=(Step(10), Step(15, staff=False), Step(5)),
        needs=(Need("basin", 1, 25, None), Need("chair", 2)),
        units={
            "basin 0": Unit("basin", (TimeOff((day, 30), (day, 150)),)),
            "chair 0": Unit("chair", (TimeOff((day - timedelta(days=1), 1380), (day, 30)),)),
            "chair 1": Unit("chair"),
            "chair 2": Unit("chair", (TimeOff((day, 90), (day, 240)),)),
            "chair 3": Unit("chair", (TimeOff((day, 120), (day, 180)),)),
        },
    )
    # at the same time: the second has the chairs with the higher ids, and keeps them in a move
    start = at_utc_midnight(day) + 700
    bookings = [
        ("anna", start, "booked"),
        ("ben", start + 5, "booked"),
        ("anna", start - 690, "booked"),
        # its chairs have the higher ids, too
        ("anna", start + 95, "released"),
        ("ben", start + 95, "held"),
    ]
    return scene._replace(rules=rules, before=replace(rules, price=70), bookings=bookings)


def on_scenes(test: Callable[[Connection, Scene], None]) -> Callable[[Connection, Scene], None]:
    """Runs a test on an ordinary scene around each hard day, and on random ones."""
    for zone, days in HARD_DAYS.items():
        test = example(scene=scene_with_a_gap(zone, days[0]))(test)
        for day in days:
            test = example(scene=ordinary_scene(zone, day))(test)
    return settings(
        max_examples=int(os.environ.get("EXAMPLES", "14")),
        derandomize="EXAMPLES" not in os.environ,
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )(given(scene=scenes())(test))


@contextmanager
def salons_in_all_zones(database: Database) -> Iterator[Connection]:
    """A connection of the owner's whose clock is the setting test.clock; a salon in each zone."""
    with psycopg.connect(database.dsn()) as connection:
        connection.execute(
            "create or replace function schnittwerk_core.clock() returns timestamptz"
            " language sql stable parallel safe"
            " as $$ select current_setting('test.clock')::timestamptz $$"
        )
        connection.execute("set local test.clock to '2026-01-01Z'")
        for zone in HARD_DAYS:  # looking a zone up takes long
            save(connection, "save_salon", p_name=zone, p_time_zone=zone)
        connection.execute("set constraints all immediate")
        connection.execute("set constraints all deferred")
        yield connection
        connection.rollback()


@pytest.fixture(scope="module")
def owner(module_database: Database) -> Iterator[Connection]:
    with salons_in_all_zones(module_database) as connection:
        yield connection


@dataclass
class Arranged:
    """A scene in the database, the model's calendar of it, and its bookings and open holds, by id.

    `ended` are the holds that are no longer open, with who could have used them and their start.
    The other service is the same by another name.
    """

    connection: Connection
    calendar: Calendar
    salon_id: UUID
    service_id: UUID
    other_service_id: UUID
    customer_ids: dict[str, UUID]
    ids: dict[str, UUID]
    unit_ids: dict[str, UUID]
    booked: dict[str, Booking] = field(default_factory=dict)
    held: dict[str, Booking] = field(default_factory=dict)
    ended: dict[str, tuple[str, int]] = field(default_factory=dict)

    def find_slots(
        self,
        first: date | None = None,
        last: date | None = None,
        name: str | None = None,
        limit: int | None = None,
        moved: str | None = None,
        service_id: UUID | None = None,
    ) -> list[Slot]:
        """The slots listed, whose order is checked here."""
        found = read(
            self.connection,
            "find_slots",
            p_service_id=service_id or self.service_id,
            p_from=first or self.calendar.first,
            p_to=last or first or self.calendar.last,
            p_staff_id=None if name is None else self.ids[name],
            p_slot_interval_minutes=self.calendar.step,
            p_limit=limit,
            p_appointment_id=moved,
            p_salon_id=self.salon_id,
        )
        keys = [(minute_of(row["starts_at"]), row["staff_id"]) for row in found]
        assert keys == sorted(keys)
        names = {staff_id: name for name, staff_id in self.ids.items()}
        return [
            Slot(
                minute_of(row["starts_at"]),
                names[row["staff_id"]],
                minute_of(row["ends_at"]),
                row["duration_minutes"],
                row["is_preferred"],
                row["price"],
            )
            for row in found
        ]

    def listed(self) -> list[Slot]:
        """The slots of the dates asked for, which are the model's; as are those of kept weeks."""
        found = self.find_slots()
        assert sorted(found) == self.calendar.slots()
        # what is done when a transaction ends
        self.connection.execute("set constraints all immediate")
        self.connection.execute("set constraints all deferred")
        assert self.find_slots() == found
        return found

    def explain(
        self,
        name: str,
        start: int,
        moved: str | None = None,
        customer: str | None = None,
        service_id: UUID | None = None,
    ) -> list[str | None]:
        """The codes of the rules that explain_slot says are broken."""
        explained = read(
            self.connection,
            "explain_slot",
            p_service_id=service_id or self.service_id,
            p_staff_id=self.ids[name],
            p_starts_at=instant(start),
            p_appointment_id=moved,
            p_customer_id=None if customer is None else self.customer_ids[customer],
            p_salon_id=self.salon_id,
        )
        count = 12 if moved is None else 16
        assert len({row["rule"] for row in explained}) == len(explained) == count
        for row in explained:
            assert row["passed"] is (row["code"] is None)
            assert row["passed"] is (row["details"] is None)
        return [row["code"] for row in explained if not row["passed"]]

    def create_booking(
        self,
        customer: str,
        name: str | None,
        start: int,
        override_reason: str | None = None,
        hold_id: str | None = None,
    ) -> Answer:
        return write(
            self.connection,
            "create_booking",
            p_idempotency_key=str(uuid4()),
            p_customer_id=self.customer_ids[customer],
            p_service_id=self.service_id,
            p_starts_at=instant(start),
            p_staff_id=None if name is None else self.ids[name],
            p_override_reason=override_reason,
            p_hold_id=hold_id,
            p_salon_id=self.salon_id,
        )

    def hold_slot(self, customer: str | None, name: str, start: int) -> Answer:
        return write(
            self.connection,
            "hold_slot",
            p_idempotency_key=str(uuid4()),
            p_service_id=self.service_id,
            p_starts_at=instant(start),
            p_staff_id=self.ids[name],
            p_customer_id=None if customer is None else self.customer_ids[customer],
            p_salon_id=self.salon_id,
        )

    def release_hold(self, hold_id: str) -> Answer:
        return write(
            self.connection,
            "release_hold",
            p_idempotency_key=str(uuid4()),
            p_hold_id=hold_id,
            p_salon_id=self.salon_id,
        )

    def try_booking(self, name: str | None, start: int, customer: str = "emma") -> Answer:
        """Books, and takes it back."""
        with self.connection.transaction(force_rollback=True):
            return self.create_booking(customer, name, start)

    @contextmanager
    def moved(
        self, moved: str, name: str, start: int, service_id: UUID | None = None
    ) -> Iterator[Answer]:
        """Moves, and takes it back when the context is left."""
        with self.connection.transaction(force_rollback=True):
            yield write(
                self.connection,
                "reschedule_booking",
                p_idempotency_key=str(uuid4()),
                p_appointment_id=moved,
                p_new_starts_at=instant(start),
                p_new_staff_id=self.ids[name],
                p_new_service_id=service_id,
                p_salon_id=self.salon_id,
            )

    def assert_claims(self, claim_id: str, booking: Booking) -> None:
        """An appointment or a hold claims exactly what it does in the model."""
        claimed = self.connection.execute(
            "select o.resource_id, o.starts_at, o.ends_at from schnittwerk_core.occupancy o"
            " where o.salon_id = %s and o.claim_id = %s",
            [self.salon_id, claim_id],
        ).fetchall()
        ids = self.ids | self.unit_ids
        assert sorted(
            (whose, minute_of(from_), minute_of(until)) for whose, from_, until in claimed
        ) == sorted((ids[whose], from_, until) for whose, from_, until in booking.claims())


@contextmanager
def arranged(connection: Connection, scene: Scene) -> Iterator[Arranged]:
    """Puts a scene into the database through the RPCs, until the end of the context."""
    with connection.transaction(force_rollback=True):
        set_clock(connection, scene.now)
        connection.execute("select set_config('timezone', %s, true)", [scene.session_zone])
        there = save_salon(connection, scene)
        # some of them lie further back than a team may usually enter them
        set_policy(there, "late_entry_hours", 168)
        # no hold takes another's place
        set_policy(there, "max_open_holds_per_customer", 12)
        make_bookings(there, scene)
        for claim_id, booking in (there.booked | there.held).items():
            there.assert_claims(claim_id, booking)
        save_rules(there)
        yield there


def set_clock(connection: Connection, now: int) -> None:
    connection.execute(
        "select set_config('test.clock', %s, true)", [datetime.fromtimestamp(now, UTC).isoformat()]
    )


def make_bookings(there: Arranged, scene: Scene) -> None:
    """Makes a scene's bookings and holds under the default policies; they keep their buffers."""
    rules = replace(
        scene.before,
        keeps_buffers=True,
        notice_hours=2,
        horizon_days=90,
        requires_grid=False,
        prevents_overlap=True,
        service_is_active=True,
    )
    before = there.calendar.under(rules)
    released: dict[str, Booking] = {}
    for number, (name, start, how) in enumerate(scene.bookings):
        member = scene.rules.staff[name]
        customer = ("carla", "dora")[number % 2]
        if not (member.performs and member.is_active):
            continue
        if how == "booked":
            booking = before.book(customer, name, start)
            answer = there.create_booking(customer, name, start, override_reason="A friend")
            assert answer["success"] is (booking is not None), answer
            if booking is not None:
                there.booked[answer["appointment"]["id"]] = booking
            continue
        # few minutes are in open time
        start = min((it for it in before.offered[name] if it >= start), default=start)
        holder = (None, customer)[number // 2 % 2]
        if holder and (holder, name, start) in {
            (it.customer, it.staff, it.start) for it in there.held.values()
        }:
            continue  # the answer would be the hold that is there
        then = before
        if how == "lapsed":
            # each when those before have lapsed
            then = before.under(rules, scene.now - 3600 * (len(scene.bookings) - number))
            set_clock(there.connection, then.now)
        failures = then.failures(name, start, customer=holder)
        answer = there.hold_slot(holder, name, start)
        set_clock(there.connection, scene.now)
        assert answer.get("code") == (failures[0] if failures else None), answer
        if failures:
            continue
        hold_id = answer["hold"]["id"]
        if how in ("held", "released"):
            hold = before.hold(holder, name, start)
            assert hold is not None
            there.held[hold_id] = hold
            if how == "held":
                continue
            released[hold_id] = hold
        there.ended[hold_id] = (customer, start)
        if how == "used":
            booking = before.book(customer, name, start)
            answer = there.create_booking(customer, name, start, "A friend", hold_id)
            assert booking is not None
            there.booked[answer["appointment"]["id"]] = booking
    for hold_id, hold in released.items():
        assert there.release_hold(hold_id)["success"]
        before.release(hold)
        del there.held[hold_id]


def save_salon(connection: Connection, scene: Scene) -> Arranged:
    """Saves all of a scene's salon but what would keep one from booking with an override."""
    rules = scene.before
    [(salon_id,)] = connection.execute(
        "select s.id::text from schnittwerk_core.salon s where s.time_zone = %s", [rules.zone]
    )
    save_here = partial(save, connection, p_salon_id=salon_id)
    save_here(
        "set_business_settings",
        p_settings=Jsonb(
            {
                "opening_hours": {
                    str(day): [window(start, end) for start, end in windows]
                    for day, windows in enumerate(rules.hours)
                },
                "buffer_time_minutes": rules.buffer,
                "slot_interval_minutes": rules.interval,
                "preferred_hours": window(*rules.preferred),
            }
        ),
    )
    for day, windows in rules.special_hours.items():
        save_here(
            "set_special_hours",
            p_date=day,
            p_windows=Jsonb([window(start, end) for start, end in windows]),
        )
    customer_ids: dict[str, UUID] = {}
    for customer in ("carla", "dora", "emma"):
        profile_id = uuid4()
        save_here("save_profile", p_profile_id=profile_id, p_role="customer")
        saved = save_here("save_customer", p_full_name=customer, p_profile_id=profile_id)
        customer_ids[customer] = UUID(saved["customer"]["id"])
    service, other_service = (
        save_here("save_service", **service_terms(rules) | {"p_name": name})["service"]
        for name in ("Haircut", "Other")
    )
    ids: dict[str, UUID] = {}
    for name, member in rules.staff.items():
        staff = save_here("save_staff", p_full_name=name, p_is_active=member.is_active)["staff"]
        ids[name] = UUID(staff["id"])
        save_week(save_here, ids[name], member)
    for holiday in rules.holidays:
        save_here(
            "create_holiday",
            p_name="Holiday",
            p_date=holiday.first,
            p_end_date=holiday.last,
            p_is_recurring=holiday.is_recurring,
            p_type=holiday.kind,
            p_affects_all_staff=not holiday.staff,
            p_staff_ids=[ids[name] for name in holiday.staff],
        )
    calendar = Calendar(scene.rules, scene.now, scene.first, scene.last, scene.step)
    there = Arranged(
        connection,
        calendar,
        UUID(salon_id),
        UUID(service["id"]),
        UUID(other_service["id"]),
        customer_ids,
        ids,
        save_units(connection, salon_id, rules.units),
    )
    save_terms(there, rules)
    return there


def save_units(connection: Connection, salon_id: str, units: Mapping[str, Unit]) -> dict[str, UUID]:
    ids: dict[str, UUID] = dict(zip(units, sorted(uuid4() for _ in units), strict=True))
    for name, unit in units.items():
        connection.execute(
            "insert into schnittwerk_core.unit (salon_id, id, name, pool, is_active)"
            " values (%s, %s, %s, %s, %s)",
            [salon_id, ids[name], name, unit.pool, unit.is_active],
        )
        for closure in unit.closures:
            connection.execute(
                "insert into schnittwerk_core.unit_closure"
                " (salon_id, unit_id, start_date, start_time, end_date, end_time)"
                " values (%s, %s, %s, %s, %s, %s)",
                [
                    *(salon_id, ids[name]),
                    *(closure.start[0], clock_text(closure.start[1])),
                    *(closure.end[0], clock_text(closure.end[1])),
                ],
            )
    return ids


def save_terms(there: Arranged, rules: Rules) -> None:
    """Saves the services and on what terms each of the staff performs them."""
    connection = there.connection
    service_ids = [there.service_id, there.other_service_id]
    connection.execute(
        "update schnittwerk_core.services v"
        " set duration_minutes = %s, steps = %s::schnittwerk_core.step[],"
        " needs = %s::schnittwerk_core.need[] where v.id = any (%s)",
        [
            rules.duration,
            array_text((step.minutes, step.staff) for step in rules.steps),
            array_text(
                (need.pool, need.quantity, need.from_minute, need.to_minute) for need in rules.needs
            ),
            service_ids,
        ],
    )
    for name, member in rules.staff.items():
        terms = [
            {
                "service_id": str(service_id),
                "custom_price": member.price,
                "estimated_duration_minutes": member.duration,
                "steps": [{"minutes": it.minutes, "staff": it.staff} for it in member.steps]
                or None,
            }
            for service_id in service_ids
        ]
        save(
            connection,
            "set_staff_services",
            p_staff_id=there.ids[name],
            p_services=Jsonb(terms if member.performs else []),
            p_salon_id=there.salon_id,
        )


def array_text(rows: Iterable[tuple[object, ...]]) -> str | None:
    """Rows as an array of a composite type, null where there are none."""
    texts = [",".join("" if it is None else str(it) for it in row) for row in rows]
    return "{" + ",".join(f'"({text})"' for text in texts) + "}" if texts else None


def save_week(save_here: partial[Answer], staff_id: UUID, member: Staff) -> None:
    save_here(
        "set_staff_availability",
        p_staff_id=staff_id,
        p_windows=Jsonb(
            [
                {"day_of_week": day, "availability_type": kind, **window(start, end)}
                for kind, week in (
                    ("available", member.available),
                    ("unavailable", member.unavailable),
                )
                for day, windows in enumerate(week)
                for start, end in windows
            ]
        ),
    )
    for absence in member.time_off:
        save_here(
            "add_time_off",
            p_staff_id=staff_id,
            p_start_date=absence.start[0],
            p_end_date=absence.end[0],
            p_start_time=clock_text(absence.start[1]),
            p_end_time=clock_text(absence.end[1]),
            p_is_approved=absence.is_approved,
        )


def save_rules(there: Arranged) -> None:
    rules = there.calendar.rules
    save_here = partial(save, there.connection, p_salon_id=there.salon_id)
    save_terms(there, rules)
    for key, value in {
        "minimum_booking_notice_hours": rules.notice_hours,
        "advance_booking_limit_days": rules.horizon_days,
        "double_booking_prevention": rules.keeps_buffers,
        "require_slot_grid": rules.requires_grid,
        "prevent_customer_overlap": rules.prevents_overlap,
    }.items():
        set_policy(there, key, value)
    for service_id in (there.service_id, there.other_service_id):
        save_here(
            "save_service",
            p_id=service_id,
            p_is_active=rules.service_is_active,
            **service_terms(rules),
        )


def set_policy(there: Arranged, key: str, value: object) -> None:
    save(
        there.connection,
        "set_policy",
        p_policy_key=key,
        p_policy_value=Jsonb(value),
        p_salon_id=there.salon_id,
    )


def service_terms(rules: Rules) -> dict[str, object]:
    return {
        "p_name": None,
        "p_duration_minutes": rules.duration,
        "p_base_price": rules.price,
        "p_buffer_before_minutes": rules.buffer_before,
        "p_buffer_after_minutes": rules.buffer_after,
    }


def window(start: int, end: int) -> dict[str, str]:
    return {"start_time": clock_text(start), "end_time": clock_text(end)}


def clock_text(time: int) -> str:
    return f"{time // 60:02}:{time % 60:02}"


def some(minutes: set[int], count: int) -> list[int]:
    return Random(0).sample(sorted(minutes), min(count, len(minutes)))


def brinks(calendar: Calendar, name: str, minutes: set[int]) -> set[int]:
    """The minutes of a few hours at which the rules say something else than a minute later."""
    hours = [minute + n for minute in some(minutes, 2) for n in range(180)]
    said = {minute: calendar.failures(name, minute) for minute in hours if minute in minutes}
    changes = {minute for minute in said if said.get(minute + 1, said[minute]) != said[minute]}
    return changes | {minute + 1 for minute in changes}


def minutes_asked_for(calendar: Calendar) -> set[int]:
    return calendar.minutes(calendar.first, calendar.last)


PROPERTIES: list[Callable[[Arranged], None]] = []


def holds(check: Callable[[Arranged], None]) -> Callable[[Arranged], None]:
    """Has a property checked on every scene."""
    PROPERTIES.append(check)
    return check


@pytest.mark.timeout(600)  # it takes minutes on a slow machine
@on_scenes
def test_slots_and_rules_are_those_of_the_model(owner: Connection, scene: Scene) -> None:
    """Each begins with the scene as arranged, which takes longer than most of them do."""
    with arranged(owner, scene) as there:
        for check in PROPERTIES:
            with owner.transaction(force_rollback=True):
                check(there)


@holds
def slots_listed_are_those_of_the_model(there: Arranged) -> None:
    for name in there.ids:
        its_own = [slot for slot in there.listed() if slot.staff == name]
        assert there.find_slots(name=name) == its_own
        # the original's, which may ask for more distance
        found = read(
            there.connection,
            "rpc_get_available_slots_enhanced",
            p_staff_id=there.ids[name],
            p_service_id=there.service_id,
            p_date=there.calendar.first,
            p_buffer_minutes=0,
            p_slot_interval_minutes=there.calendar.step or there.calendar.rules.interval,
            p_salon_id=there.salon_id,
        )
        assert [minute_of(row["start_time"]) for row in found] == [
            slot.start
            for slot in its_own
            if there.calendar.wall[slot.start][0] == there.calendar.first
        ]


@holds
def every_listed_slot_books(there: Arranged) -> None:
    listed = there.listed()
    for slot in Random(0).sample(listed, min(6, len(listed))):
        assert there.explain(slot.staff, slot.start) == []
        answer = there.try_booking(slot.staff, slot.start)
        assert answer["success"], answer
        appointment = answer["appointment"]
        assert appointment["staff_id"] == str(there.ids[slot.staff])
        assert datetime.fromisoformat(appointment["starts_at"]) == instant(slot.start)
        assert datetime.fromisoformat(appointment["ends_at"]) == instant(slot.end)
        assert appointment["price"] == slot.price


@holds
def every_unlisted_start_is_judged_as_by_the_model(there: Arranged) -> None:
    calendar = there.calendar
    listed = {(slot.staff, slot.start) for slot in there.listed()}
    asked_for = minutes_asked_for(calendar)
    for name, offered in calendar.offered.items():
        unlisted = {minute for minute in asked_for if (name, minute) not in listed}
        for start in [
            *some(unlisted & offered, 2),
            *some(unlisted & calendar.grid[name], 1),
            *some(unlisted & calendar.open_time[name], 1),
            *some(unlisted & brinks(calendar, name, asked_for), 2),
            *some(unlisted, 1),
        ]:
            failures = calendar.failures(name, start)
            assert failures or start not in offered
            judged_alike(there, name, start, failures)


def judged_alike(there: Arranged, name: str, start: int, failures: list[str]) -> None:
    """All that judges a start says of it what the model says."""
    end = start + there.calendar.terms[name].duration
    assert there.explain(name, start) == failures
    answer = there.try_booking(name, start)
    assert answer.get("code") == (failures[0] if failures else None)
    of_dora = there.calendar.failures(name, start, customer="dora")
    assert there.explain(name, start, customer="dora") == of_dora
    if of_dora != failures:
        answer = there.try_booking(name, start, "dora")
        assert answer.get("code") == of_dora[0]
    [validated] = read(
        there.connection,
        "rpc_validate_appointment_slot",
        p_staff_id=there.ids[name],
        p_service_id=there.service_id,
        p_starts_at=instant(start),
        p_ends_at=instant(end),
        p_buffer_minutes=0,
        p_salon_id=there.salon_id,
    )
    validity = validated["rpc_validate_appointment_slot"]
    assert validity["is_valid"] is (not failures)
    assert len(validity["errors"]) == len(failures)
    [timing] = read(
        there.connection,
        "validate_appointment_timing",
        appointment_start=instant(start),
        appointment_end=instant(end),
        p_salon_id=there.salon_id,
    )
    assert timing["is_valid"] is (not there.calendar.timing_failures(start, end))


def change_since(there: Arranged, name: str, random: Random) -> Rules:
    """Changes nothing, or something that the terms of earlier appointments do not depend on."""
    save_here = partial(save, there.connection, p_salon_id=there.salon_id)
    staff_id, rules = there.ids[name], there.calendar.rules
    match random.randrange(6 if rules.units else 5):
        case 1:
            changed = replace(
                rules,
                duration=random.choice([10, 45, 200]),
                steps=(),
                needs=(),
                staff={it: replace(m, duration=None, steps=()) for it, m in rules.staff.items()},
            )
            save_terms(there, changed)
            return changed
        case 2:
            terms = service_terms(rules)
            for service_id in (there.service_id, there.other_service_id):
                save_here("save_service", p_id=service_id, **terms, p_is_active=False)
            return replace(rules, service_is_active=False)
        case 3:
            save_here("save_staff", p_id=staff_id, p_full_name="Gone", p_is_active=False)
            gone = replace(rules.staff[name], is_active=False)
            return replace(rules, staff={**rules.staff, name: gone})
        case 4:
            save_here("set_staff_services", p_staff_id=staff_id, p_services=Jsonb([]))
            other = replace(rules.staff[name], performs=False)
            return replace(rules, staff={**rules.staff, name: other})
        case 5:
            unit = random.choice(list(rules.units))
            there.connection.execute(
                "update schnittwerk_core.unit u set is_active = not u.is_active where u.id = %s",
                [there.unit_ids[unit]],
            )
            flipped = replace(rules.units[unit], is_active=not rules.units[unit].is_active)
            return replace(rules, units={**rules.units, unit: flipped})
    return rules


@holds
def appointments_can_move_where_the_model_says(there: Arranged) -> None:
    random = Random(there.calendar.now)
    for moved in random.sample(list(there.booked), min(3, len(there.booked))):
        with there.connection.transaction(force_rollback=True):
            calendar = there.calendar.under(change_since(there, there.booked[moved].staff, random))
            moves_as_in_the_model(there, calendar, moved, random, keeps_service=True)
    for moved in random.sample(list(there.booked), min(1, len(there.booked))):
        moves_as_in_the_model(there, there.calendar, moved, random, keeps_service=False)


def moves_as_in_the_model(
    there: Arranged, calendar: Calendar, moved: str, random: Random, *, keeps_service: bool
) -> None:
    booking = there.booked[moved]
    service_id = there.service_id if keeps_service else there.other_service_id
    slots = calendar.slots(booking, keeps_service=keeps_service)
    find_slots = partial(there.find_slots, moved=moved, service_id=service_id)
    listed = find_slots()
    assert sorted(listed) == slots
    assert listed[:3] == find_slots(limit=3)
    assert find_slots(name=booking.staff) == [
        slot for slot in listed if slot.staff == booking.staff
    ]
    asked_for = minutes_asked_for(calendar)
    sample = [(slot.staff, slot.start) for slot in random.sample(listed, min(4, len(listed)))]
    for name, offered in calendar.offered.items():
        unlisted = (offered & asked_for) - {slot.start for slot in slots if slot.staff == name}
        sample += [(name, start) for start in [*some(unlisted, 3), *some(asked_for, 1)]]
    for name, start in sample:
        failures = calendar.failures(
            name, start, booking, booking.customer, keeps_service=keeps_service
        )
        assert there.explain(name, start, moved, service_id=service_id) == failures
        with there.moved(moved, name, start, service_id) as answer:
            assert answer.get("code") == (failures[0] if failures else None)
            if not failures:
                after = calendar.moved(booking, name, start, keeps_service=keeps_service)
                there.assert_claims(moved, after)
                appointment = answer["appointment"]
                assert datetime.fromisoformat(appointment["ends_at"]) == instant(after.end)
                assert appointment["price"] == after.terms.price


def test_the_first_and_the_last_moment_can_be_booked(owner: Connection) -> None:
    scene = ordinary_scene("UTC", date(2028, 2, 29))
    first, last = scene.now // 60 + 2 * DAY, scene.now // 60 + 3 * DAY
    rules = replace(scene.rules, notice_hours=48, horizon_days=3)
    with arranged(owner, scene._replace(rules=rules, before=rules)) as there:
        starts = [slot.start for slot in there.listed()]
        assert (min(starts), max(starts)) == (first, last)
        judged_alike(there, "ben", first - 1, ["notice_too_short"])
        judged_alike(there, "ben", first, [])
        judged_alike(there, "ben", last, [])
        judged_alike(there, "ben", last + 1, ["too_far_ahead"])


@holds
def a_hold_books_its_slot(there: Arranged) -> None:
    random = Random(there.calendar.now)
    for hold_id in random.sample(list(there.held), min(2, len(there.held))):
        hold = there.held[hold_id]
        customer = hold.customer or "dora"
        with there.connection.transaction(force_rollback=True):
            calendar = there.calendar.under(change_since(there, hold.staff, random))
            # Notice was judged when the slot was held.
            set_policy(there, "minimum_booking_notice_hours", 8760)
            failures = calendar.hold_failures(hold, customer)
            answer = there.create_booking(customer, None, hold.start, hold_id=hold_id)
            assert answer.get("code") == (failures[0] if failures else None)
            if not failures:
                after = calendar.moved(hold, hold.staff, hold.start, keeps_service=False)
                appointment = answer["appointment"]
                there.assert_claims(appointment["id"], after)
                assert appointment["staff_id"] == str(there.ids[hold.staff])
                assert datetime.fromisoformat(appointment["ends_at"]) == instant(after.end)
                assert appointment["price"] == hold.terms.price


@holds
def a_slot_is_held_as_it_is_booked(there: Arranged) -> None:
    calendar = there.calendar
    listed = {(slot.staff, slot.start) for slot in there.listed()}
    for name in there.ids:
        its_own = {start for staff, start in listed if staff == name}
        beside_another = {
            start
            for start in its_own
            for it in calendar.booked
            if it.customer == "dora" and it.start <= start < it.end
        }
        for customer, start in [
            *((None, start) for start in some(its_own, 1)),
            *(("dora", start) for start in some(beside_another, 1)),
            *(("dora", start) for start in some(minutes_asked_for(calendar) - its_own, 1)),
        ]:
            failures = calendar.failures(name, start, customer=customer)
            with there.connection.transaction(force_rollback=True):
                answer = there.hold_slot(customer, name, start)
                assert answer.get("code") == (failures[0] if failures else None)
                if not failures:
                    hold = answer["hold"]
                    assert hold["price"] == calendar.terms[name].price
                    assert start not in {slot.start for slot in there.find_slots(name=name)}
                    used = there.create_booking(customer or "emma", name, start, hold_id=hold["id"])
                    assert used["success"], used


@holds
def a_hold_that_has_ended_books_nothing(there: Arranged) -> None:
    for hold_id, (customer, start) in there.ended.items():
        answer = there.create_booking(customer, None, start, hold_id=hold_id)
        assert answer.get("code") == "hold_expired"


@holds
def anyone_is_who_is_free_and_least_booked(there: Arranged) -> None:
    calendar = there.calendar
    listed = {slot.start for slot in there.listed()}
    for start in [*some(listed, 3), *some(minutes_asked_for(calendar) - listed, 2)]:
        answer = there.try_booking(None, start)
        free = [name for name in there.ids if not calendar.failures(name, start)]
        if not free:
            assert answer["success"] is False
            continue
        day = calendar.wall[start][0]
        busy: Counter[str] = Counter()
        for booking in there.booked.values():
            if calendar.wall[booking.start][0] == day:
                busy[booking.staff] += booking.terms.busy_minutes
        _, chosen = min((busy[name], there.ids[name]) for name in free)
        assert answer["appointment"]["staff_id"] == str(chosen)


@holds
def customers_see_what_they_can_book(there: Arranged) -> None:
    [(user_id,)] = there.connection.execute(
        "select c.profile_id::text from schnittwerk_core.customers c where c.id = %s",
        [there.customer_ids["dora"]],
    )
    slots = there.calendar.slots(customer="dora")
    there.connection.execute("select set_config('schnittwerk.acting_user', %s, true)", [user_id])
    assert sorted(there.find_slots()) == slots
    if slots:
        slot = Random(0).choice(slots)
        answer = there.try_booking(slot.staff, slot.start, "dora")
        assert answer["success"], answer


@holds
def a_limit_gives_the_first_of_the_whole(there: Arranged) -> None:
    listed = there.listed()
    for limit in (1, 10, 1000):
        assert there.find_slots(limit=limit) == listed[:limit]


@holds
def slots_do_not_depend_on_the_other_dates(there: Arranged) -> None:
    first = there.calendar.first - timedelta(days=3)
    whole = there.find_slots(first, first + timedelta(days=8))
    day_by_day = [there.find_slots(first + timedelta(days=n)) for n in range(9)]
    assert whole == [slot for slots in day_by_day for slot in slots]


@holds
def the_sessions_time_zone_changes_nothing(there: Arranged) -> None:
    listed = there.listed()
    starts = some(minutes_asked_for(there.calendar), 2)
    name = next(iter(there.ids))
    explained = [there.explain(name, start) for start in starts]
    answers = [told(there.try_booking(name, start)) for start in starts]
    for zone in SESSION_ZONES:
        there.connection.execute("select set_config('timezone', %s, true)", [zone])
        assert there.find_slots() == listed
        assert [there.explain(name, start) for start in starts] == explained
        assert [told(there.try_booking(name, start)) for start in starts] == answers


def told(answer: Answer) -> Answer:
    """What an answer says but for what is new each time."""
    kept = {key: answer.get(key) for key in ("success", "http_status", "code", "details")}
    appointment = answer.get("appointment", {})
    return kept | {key: appointment.get(key) for key in ("starts_at", "ends_at", "created_at")}
