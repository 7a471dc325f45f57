"""The SQL that computes with sets of time, over random input, compared with every half minute.

All bounds are whole minutes, so that the half minutes between them show whether a bound belongs to
a set.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import psycopg
import pytest
from calls import Connection, save
from conftest import Database
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from model import (
    DAY,
    Need,
    Needs,
    Step,
    Steps,
    Terms,
    instant,
    stretched_needs,
    stretched_steps,
)
from psycopg.types.range import Range

LONG_AGO, FAR_AHEAD = "2000-01-01", "2999-01-01"
NOON = 12 * 60 + 20_000 * DAY
"""What the random minutes are counted from."""

quickly = settings(
    max_examples=int(os.environ.get("EXAMPLES", "100")),
    derandomize="EXAMPLES" not in os.environ,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


class Claim(NamedTuple):
    """Time that is taken; `hold` is null for an appointment, else whether the hold is lapsed."""

    start: int
    end: int
    hold: str | None
    is_excluded: bool

    @property
    def counts(self) -> bool:
        return self.hold != LONG_AGO and not self.is_excluded


class Unit(NamedTuple):
    is_active: bool
    claims: list[Claim]
    closures: list[range]

    def is_free(self, start: Fraction, end: Fraction) -> bool:
        return (
            self.is_active
            and is_free(self.claims, start, end)
            and not any(it.start < end and start < it.stop for it in self.closures)
        )


def is_free(claims: list[Claim], start: Fraction, end: Fraction) -> bool:
    return not any(it.counts and it.start < end and start < it.end for it in claims)


minutes = st.sampled_from([1, 2, 3, 5, 10, 15, 30, 45, 100, 480])
kinds_of_steps = st.lists(st.booleans(), max_size=4).map(lambda inner: [True, *inner, True])
steps = st.one_of(
    st.builds(lambda it: (Step(it),), minutes),
    kinds_of_steps.flatmap(
        lambda kinds: st.tuples(*(st.builds(Step, minutes, st.just(kind)) for kind in kinds))
    ),
)
quantities = st.sampled_from([1, 1, 2])


def points(first: int, last: int, count: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(first, last), min_size=count, max_size=count, unique=True)


@st.composite
def needs_of(draw: st.DrawFn, pool: str, duration: int) -> Needs:
    """Needs of one pool, which never overlap and may touch."""
    is_whole = duration < 3 or draw(st.integers(0, 3)) == 3
    count = st.integers(0, 0) if is_whole else st.integers(2, min(5, duration))
    ends = sorted(draw(count.flatmap(lambda n: points(0, duration, n))))
    found = [Need(pool, draw(quantities), start, end) for start, end in pairwise(ends)]
    kept = [need for need in found if draw(st.booleans())]
    if not kept:
        return (Need(pool, draw(quantities)),)
    *earlier, last = kept
    to_the_end = last.to_minute == duration and draw(st.booleans())
    return (*earlier, Need(pool, last.quantity, last.from_minute, None) if to_the_end else last)


@st.composite
def claims(draw: st.DrawFn) -> list[Claim]:
    """Claims on one resource: they never overlap, and may touch."""
    ends = sorted(draw(points(-80, 160, draw(st.integers(0, 8)))))
    holds = st.sampled_from([None, None, FAR_AHEAD, LONG_AGO])
    return [
        Claim(start, end, draw(holds), draw(st.integers(0, 5)) == 5)
        for start, end in pairwise(ends)
        if draw(st.booleans())
    ]


@st.composite
def closures(draw: st.DrawFn) -> list[range]:
    ends = sorted(draw(points(-80, 160, draw(st.sampled_from([0, 0, 2, 3])))))
    return [range(start, end) for start, end in pairwise(ends)]


units = st.lists(
    st.builds(Unit, st.sampled_from([True, True, True, False]), claims(), closures()),
    min_size=1,
    max_size=4,
)
windows = st.tuples(st.integers(0, 20), st.integers(0, 60)).map(lambda it: (it[0], sum(it)))
buffers = st.sampled_from([0, 0, 5, 20])
terms = st.builds(
    lambda its_steps, before, after: Terms(
        sum(step.minutes for step in its_steps), 0, before, after, its_steps, ()
    ),
    st.lists(st.sampled_from([1, 5, 12, 20]), min_size=1, max_size=4).flatmap(
        lambda its_minutes: st.tuples(
            *(
                st.builds(
                    Step,
                    st.just(it),
                    st.just(True) if n in (0, len(its_minutes) - 1) else st.booleans(),
                )
                for n, it in enumerate(its_minutes)
            )
        )
    ),
    buffers,
    buffers,
)


class Salon(NamedTuple):
    """A salon whose clock shows UTC, and a connection of the owner's."""

    connection: Connection
    id: UUID
    staff_id: UUID


@pytest.fixture(scope="module")
def salon(module_database: Database) -> Iterator[Salon]:
    with psycopg.connect(module_database.dsn()) as connection:
        saved = save(connection, "save_salon", p_name="Salon", p_time_zone="UTC")["salon"]
        staff = save(connection, "save_staff", p_full_name="Anna")["staff"]
        connection.execute("set local timezone to 'UTC'")
        yield Salon(connection, UUID(saved["id"]), UUID(staff["id"]))
        connection.rollback()


def one(connection: Connection, query: str, *values: object) -> Any:
    [(value,)] = connection.execute(query.encode(), values).fetchall()
    return value


def array_text(rows: Iterable[tuple[object, ...]]) -> str:
    """Rows as an array of a composite type."""
    texts = [",".join("" if it is None else str(it) for it in row) for row in rows]
    return "{" + ",".join(f'"({text})"' for text in texts) + "}"


def steps_text(its_steps: Steps) -> str:
    return array_text((it.minutes, it.staff) for it in its_steps)


def needs_text(its_needs: Needs) -> str:
    return array_text((it.pool, it.quantity, it.from_minute, it.to_minute) for it in its_needs)


def half_minutes(first: int, last: int) -> list[Fraction]:
    return [Fraction(half, 2) for half in range(2 * first, 2 * last + 1)]


def holding(found: Iterable[Range[datetime]], instants: list[Fraction]) -> dict[Fraction, bool]:
    """Whether each of the instants is in a multirange."""
    ranges = [Range(minutes_of(it.lower), minutes_of(it.upper), it.bounds) for it in found]
    return {it: any(it in its_range for its_range in ranges) for it in instants}


def minutes_of(moment: datetime | None) -> Fraction:
    assert moment is not None
    return Fraction(int(moment.timestamp()), 60) - NOON


def at(minute: int) -> str:
    return instant(NOON + minute).isoformat()


def claim(
    connection: Connection, salon_id: UUID, resource_id: UUID, claimed: list[Claim]
) -> list[UUID]:
    """Claims time of a resource; returns what is to be excluded."""
    excluded = []
    for it in claimed:
        claim_id = uuid4()
        connection.execute(
            "insert into schnittwerk_core.occupancy"
            " (salon_id, claim_id, resource_id, during, expires_at)"
            " values (%s, %s, %s, tstzrange(%s, %s), %s)",
            [salon_id, claim_id, resource_id, at(it.start), at(it.end), it.hold],
        )
        if it.is_excluded:
            excluded.append(claim_id)
    return excluded


@quickly
@given(its_steps=steps, more=st.integers(0, 600))
def test_stretched_steps_share_the_difference(salon: Salon, its_steps: Steps, more: int) -> None:
    connection = salon.connection
    shares = [it.minutes for it in its_steps if it.staff]
    gaps = sum(it.minutes for it in its_steps if not it.staff)
    wanted = len(shares) + more
    rows = connection.execute(
        "select s.minutes, s.staff from unnest(schnittwerk_core.stretched_steps("
        "%s::schnittwerk_core.step[], %s)) with ordinality s (minutes, staff, n) order by s.n",
        [steps_text(its_steps), gaps + wanted],
    ).fetchall()
    found = tuple(Step(*row) for row in rows)
    assert sum(it.minutes for it in found) == gaps + wanted
    assert min(it.minutes for it in found) >= 1
    assert [it.staff for it in found] == [it.staff for it in its_steps]
    exact = [
        Fraction(it.minutes * wanted, sum(shares)) if it.staff else Fraction(it.minutes)
        for it in its_steps
    ]
    for step, share in zip(found, exact, strict=True):
        assert step.staff or step.minutes == share
        assert any(it < 1 for it in exact) or abs(step.minutes - share) <= 1
    assert found == stretched_steps(its_steps, gaps + wanted)


@quickly
@given(st.data())
def test_stretched_needs_stay_in_order_and_apart(salon: Salon, data: st.DataObject) -> None:
    connection = salon.connection
    its_steps = data.draw(steps)
    own = tuple(Step(data.draw(minutes), it.staff) for it in its_steps)
    duration, own_duration = (sum(it.minutes for it in some) for some in (its_steps, own))
    its_needs = tuple(
        need for pool in ("basin", "chair") for need in data.draw(needs_of(pool, duration))
    )
    rows = connection.execute(
        "select d.pool, d.quantity, d.from_minute, d.to_minute"
        " from unnest(schnittwerk_core.stretched_needs(%s::schnittwerk_core.need[],"
        " %s::schnittwerk_core.step[], %s::schnittwerk_core.step[]))"
        " with ordinality d (pool, quantity, from_minute, to_minute, n) order by d.n",
        [needs_text(its_needs), steps_text(its_steps), steps_text(own)],
    ).fetchall()
    found = tuple(Need(*row) for row in rows)
    assert {need.pool for need in found} == {"basin", "chair"}
    times = {
        pool: [
            (need.from_minute or 0, own_duration if need.to_minute is None else need.to_minute)
            for need in found
            if need.pool == pool
        ]
        for pool in ("basin", "chair")
    }
    for its_times in times.values():
        assert all(0 <= start < end <= own_duration for start, end in its_times)
        assert all(one[1] <= other[0] for one, other in pairwise(its_times))
    assert found == stretched_needs(its_needs, its_steps, own)


@quickly
@given(its_terms=terms)
def test_staff_are_claimed_by_runs_with_buffers_outside(salon: Salon, its_terms: Terms) -> None:
    connection = salon.connection
    for its_steps in (its_terms.steps, ()):
        rows = connection.execute(
            "select extract(epoch from c.claim_from)::int / 60,"
            " extract(epoch from c.claim_until)::int / 60"
            " from schnittwerk_core.staff_claims(%s::schnittwerk_core.step[], %s, %s, %s) c",
            [
                steps_text(its_steps) if its_steps else None,
                f"{its_terms.duration} minutes",
                *(its_terms.buffer_before, its_terms.buffer_after),
            ],
        ).fetchall()
        found = sorted((range(*row) for row in rows), key=lambda it: it.start)
        assert found == replace(its_terms, steps=its_steps).staff_claims


open_sets = st.lists(
    st.lists(st.integers(0, 12), min_size=2, max_size=8).map(
        lambda ends: [(start, end) for start, end in pairwise(ends) if start < end]
    ),
    min_size=2,
    max_size=5,
)


@quickly
@given(sets=open_sets, least=st.integers(1, 5))
def test_instants_that_many_sets_share(
    salon: Salon, sets: list[list[tuple[int, int]]], least: int
) -> None:
    connection = salon.connection
    texts = [
        "{" + ",".join(f"({at(start)},{at(end)})" for start, end in ranges) + "}" for ranges in sets
    ]
    found = one(
        connection,
        "select schnittwerk_core.where_at_least(%s::tstzmultirange[], %s)",
        *(texts, least),
    )
    instants = half_minutes(-1, 13)
    assert holding(found, instants) == {
        it: least <= sum(any(start < it < end for start, end in ranges) for ranges in sets)
        for it in instants
    }


@quickly
@given(its_terms=terms, window=windows, claimed=claims(), data=st.data())
def test_starts_that_are_possible_for_staff(
    salon: Salon,
    its_terms: Terms,
    window: tuple[int, int],
    claimed: list[Claim],
    data: st.DataObject,
) -> None:
    connection = salon.connection
    ends = sorted(data.draw(points(-60, 160, data.draw(st.sampled_from([2, 4])))))
    open_time = [range(*it) for it in zip(ends[::2], ends[1::2], strict=False)]
    with connection.transaction(force_rollback=True):
        excluded = claim(connection, salon.id, salon.staff_id, claimed)
        week = "schnittwerk_core.compute_salon_week(%(salon)s, %(monday)s)"
        values = {
            "salon": salon.id,
            "staff": salon.staff_id,
            "monday": instant(NOON).date() - timedelta(days=instant(NOON).weekday()),
            "open": "{" + ",".join(f"[{at(it.start)},{at(it.stop)})" for it in open_time) + "}",
            "duration": timedelta(minutes=its_terms.duration),
            "before": its_terms.buffer_before,
            "after": its_terms.buffer_after,
            "steps": steps_text(its_terms.steps),
            "first": at(window[0]),
            "last": at(window[1]),
            "excluded": excluded,
        }
        connection.execute(
            "insert into schnittwerk_core.staff_week"
            " select k.salon_id, m.id, k.week, k.version, m.calendar_version, o, o, '{}', '{}'"
            f" from {week} k join schnittwerk_core.staff m on m.id = %(staff)s"
            " cross join cast(%(open)s as tstzmultirange) o".encode(),
            values,
        )
        [(found,)] = connection.execute(
            f"select w.starts from {week} k join schnittwerk_core.staff m on m.id = %(staff)s"
            " cross join lateral schnittwerk_core.ways(k.salon_id, array[row("
            " m.id, true, %(duration)s, 50, %(before)s, %(after)s, m.calendar_version,"
            " %(steps)s::schnittwerk_core.step[], null)::schnittwerk_core.service_term],"
            " k, %(first)s, %(last)s, %(excluded)s) w".encode(),
            values,
        )
    instants = half_minutes(window[0] - 5, window[1] + 5)
    assert holding(found, instants) == {
        it: window[0] <= it <= window[1]
        and any(run.start <= it and it + its_terms.duration <= run.stop for run in open_time)
        and all(is_free(claimed, it + run.start, it + run.stop) for run in its_terms.staff_claims)
        for it in instants
    }


@quickly
@given(its_terms=terms, window=windows, its_units=units, data=st.data())
def test_starts_at_which_a_pool_has_enough_units(
    salon: Salon,
    its_terms: Terms,
    window: tuple[int, int],
    its_units: list[Unit],
    data: st.DataObject,
) -> None:
    connection, salon_id, _ = salon
    its_needs = data.draw(needs_of("basin", its_terms.duration))
    with connection.transaction(force_rollback=True):
        excluded = []
        for number, unit in enumerate(its_units):
            unit_id = one(
                connection,
                "insert into schnittwerk_core.unit (salon_id, name, pool, is_active)"
                " values (%s, %s, 'basin', %s) returning id",
                *(salon_id, f"Basin {number}", unit.is_active),
            )
            excluded += claim(connection, salon_id, unit_id, unit.claims)
            for it in unit.closures:
                start, end = instant(NOON + it.start), instant(NOON + it.stop)
                connection.execute(
                    "insert into schnittwerk_core.unit_closure"
                    " (salon_id, unit_id, start_date, start_time, end_date, end_time)"
                    " values (%s, %s, %s, %s, %s, %s)",
                    [salon_id, unit_id, start.date(), start.time(), end.date(), end.time()],
                )
        values = [
            *(salon_id, needs_text(its_needs), f"{its_terms.duration} minutes"),
            *(its_terms.buffer_before, its_terms.buffer_after),
        ]
        found = one(
            connection,
            "select schnittwerk_core.pool_starts(%s, %s::schnittwerk_core.need[], %s, %s, %s,"
            " %s, %s, %s)",
            *(*values, at(window[0]), at(window[1]), excluded),
        )
        instants = half_minutes(window[0], window[1])
        chosen = [
            is_possible
            for (is_possible,) in connection.execute(
                "select not exists (select from unnest(schnittwerk_core.choose_units("
                " %s, %s::schnittwerk_core.need[], s.starts_at, s.starts_at + %s, %s, %s, %s)) u"
                " where u.resource_id is null)"
                " from unnest(%s::timestamptz[]) s (starts_at)",
                [*values, excluded, [seconds_text(it) for it in instants[::5]]],
            )
        ]
    expected = {
        it: all(
            need.quantity
            <= sum(
                unit.is_free(it + claimed.start, it + claimed.stop)
                for unit in its_units
                for claimed in [its_terms.unit_claim(need)]
            )
            for need in its_needs
        )
        for it in instants
    }
    assert holding(found, instants) == expected
    assert chosen == [expected[it] for it in instants[::5]]


def seconds_text(moment: Fraction) -> str:
    return (instant(NOON) + timedelta(minutes=float(moment))).isoformat()
