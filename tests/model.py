"""The rules minute by minute: slow and plain, for the SQL to be compared with.

A moment is the number of its minute since 1970 in UTC. What holds of it depends on the date and the
time that the clock on the salon's wall shows then, and on nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property
from itertools import pairwise
from zoneinfo import ZoneInfo

DAY = 1440

Windows = tuple[tuple[int, int], ...]
"""Times of a local day, [start, end) in minutes from its midnight on the wall."""


@dataclass(frozen=True)
class TimeOff:
    """One stretch from a local date and time to another."""

    start: tuple[date, int]
    end: tuple[date, int]
    is_approved: bool = True


@dataclass(frozen=True)
class Holiday:
    """Local dates that are closed: for the staff named, for everybody where nobody is."""

    first: date
    last: date
    kind: str = "public_holiday"
    is_recurring: bool = False
    staff: frozenset[str] = frozenset()

    def falls_on(self, day: date) -> bool:
        if not self.is_recurring:
            return self.first <= day <= self.last
        years = self.last.year - self.first.year
        return any(
            observed(year, self.first) <= day <= observed(year + years, self.last)
            for year in (day.year - 1, day.year)
        )


def observed(year: int, day: date) -> date:
    """When a yearly day is kept: 29 February on the 28th in common years."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


@dataclass(frozen=True)
class Step:
    """A part of a service; in one without staff they can serve somebody else."""

    minutes: int
    staff: bool = True


@dataclass(frozen=True)
class Need:
    """Units of a pool, between two minutes after the start; without minutes buffers included."""

    pool: str
    quantity: int = 1
    from_minute: int | None = None
    to_minute: int | None = None


@dataclass(frozen=True)
class Unit:
    """A room or a piece of equipment."""

    pool: str
    closures: tuple[TimeOff, ...] = ()
    is_active: bool = True


Steps = tuple[Step, ...]
Needs = tuple[Need, ...]


@dataclass(frozen=True)
class Staff:
    """A member of staff; their weeks begin on Sunday, their own price and minutes may be null.

    Those with steps of their own have their sum as minutes of their own.
    """

    available: tuple[Windows, ...]
    unavailable: tuple[Windows, ...] = ((),) * 7
    time_off: tuple[TimeOff, ...] = ()
    is_active: bool = True
    performs: bool = True
    price: int | None = None
    duration: int | None = None
    steps: Steps = ()


@dataclass(frozen=True)
class Rules:
    """What holds in a salon with one service, whose steps are none where it is one of its duration.

    The units are in the order of their ids.
    """

    zone: str
    hours: tuple[Windows, ...]
    special_hours: Mapping[date, Windows]
    holidays: tuple[Holiday, ...]
    staff: Mapping[str, Staff]
    duration: int
    price: int = 50
    buffer_before: int | None = None
    buffer_after: int | None = None
    buffer: int = 15
    interval: int = 15
    preferred: tuple[int, int] = (600, 960)
    notice_hours: float = 2
    horizon_days: int = 90
    keeps_buffers: bool = True
    requires_grid: bool = False
    service_is_active: bool = True
    steps: Steps = ()
    needs: Needs = ()
    units: Mapping[str, Unit] = field(default_factory=dict)
    prevents_overlap: bool = True


@dataclass(frozen=True)
class Terms:
    """On what terms an appointment is booked."""

    duration: int
    price: int
    buffer_before: int
    buffer_after: int
    steps: Steps
    needs: Needs

    @cached_property
    def staff_claims(self) -> list[range]:
        """What it claims of its member of staff, in minutes after its start."""
        claimed = {*range(-self.buffer_before, 0)}
        claimed.update(range(self.duration, self.duration + self.buffer_after))
        minute = 0
        for step in self.steps or (Step(self.duration),):
            if step.staff:
                claimed.update(range(minute, minute + step.minutes))
            minute += step.minutes
        return runs(claimed)

    def unit_claim(self, need: Need) -> range:
        if need.from_minute is None and need.to_minute is None:
            return range(-self.buffer_before, self.duration + self.buffer_after)
        return range(
            need.from_minute or 0, self.duration if need.to_minute is None else need.to_minute
        )

    @property
    def busy_minutes(self) -> int:
        """How long it keeps its member of staff busy."""
        return self.duration - sum(step.minutes for step in self.steps if not step.staff)


@dataclass(frozen=True, eq=False)
class Booking:
    """An appointment of a customer, or a slot held for one or for nobody yet, with its units."""

    customer: str | None
    staff: str
    start: int
    terms: Terms
    units: tuple[tuple[str, Need], ...]

    @property
    def end(self) -> int:
        return self.start + self.terms.duration

    def claims(self) -> list[tuple[str, int, int]]:
        """Everybody's and everything's time that it takes: whose, from when and until when."""
        return [
            *(
                (self.staff, self.start + it.start, self.start + it.stop)
                for it in self.terms.staff_claims
            ),
            *(
                (unit, self.start + it.start, self.start + it.stop)
                for unit, need in self.units
                for it in [self.terms.unit_claim(need)]
            ),
        ]


@dataclass(frozen=True, order=True)
class Slot:
    start: int
    staff: str
    end: int
    duration: int
    is_preferred: bool
    price: int


@dataclass
class Calendar:
    """A salon's book, looked into at `now` (seconds since 1970) for the dates from first to last.

    `step` is the grid asked for, in minutes; null = the salon's. `taken` is what is claimed of the
    time of each of the staff and units, and by which of the appointments booked and slots held.
    """

    rules: Rules
    now: int
    first: date
    last: date
    step: int | None = None
    booked: list[Booking] = field(default_factory=list)
    taken: dict[str, list[tuple[int, int, Booking]]] = field(default_factory=dict)

    @cached_property
    def wall(self) -> dict[int, tuple[date, int]]:
        """What the clock on the wall shows, at every minute that can matter."""
        day = self.first - timedelta(days=4)
        shown: dict[int, tuple[date, int]] = {}
        while day < self.last + timedelta(days=3):
            shown.update(enumerate(shown_on(self.rules.zone, day), at_utc_midnight(day)))
            day += timedelta(days=1)
        return shown

    @cached_property
    def days(self) -> dict[date, dict[int, list[int]]]:
        """The same the other way round: at which minutes a date and time are shown, in order."""
        days: dict[date, dict[int, list[int]]] = {}
        for minute, (day, time) in self.wall.items():
            days.setdefault(day, {}).setdefault(time, []).append(minute)
        return days

    def minutes(self, first: date, last: date) -> set[int]:
        """The minutes of these dates and those between."""
        return {
            minute
            for day, times in self.days.items()
            if first <= day <= last
            for minutes in times.values()
            for minute in minutes
        }

    def showing(self, day: date, windows: Windows) -> set[int]:
        """The minutes at which the clock shows a time within the windows of a date."""
        times = self.days[day]
        return {
            minute
            for start, end in windows
            for time in range(start, end)
            for minute in times.get(time, ())
        }

    def opening(self, day: date) -> Windows:
        return self.rules.special_hours.get(day, self.rules.hours[weekday(day)])

    @cached_property
    def hours(self) -> set[int]:
        """The minutes within opening hours."""
        return set().union(*(self.showing(day, self.opening(day)) for day in self.days))

    @cached_property
    def closures(self) -> set[int]:
        """The minutes on which the whole salon has a holiday."""
        return self._on_holidays(holiday for holiday in self.rules.holidays if not holiday.staff)

    @cached_property
    def working(self) -> dict[str, set[int]]:
        """The minutes that each of the staff works, were the salon open."""
        return {name: self._work(name, member) for name, member in self.rules.staff.items()}

    def _work(self, name: str, member: Staff) -> set[int]:
        on = set().union(*(self.showing(day, member.available[weekday(day)]) for day in self.days))
        on.difference_update(
            *(self.showing(day, member.unavailable[weekday(day)]) for day in self.days)
        )
        for absence in member.time_off:
            if absence.is_approved:
                on = {m for m in on if not absence.start <= self.wall[m] < absence.end}
        return on - self._on_holidays(
            holiday for holiday in self.rules.holidays if name in holiday.staff
        )

    def _on_holidays(self, holidays: Iterable[Holiday]) -> set[int]:
        return set().union(
            *(
                self.showing(day, ((0, DAY),))
                for holiday in holidays
                for day in self.days
                if holiday.falls_on(day)
            )
        )

    @cached_property
    def open_time(self) -> dict[str, set[int]]:
        """The minutes at which each of the staff could be busy with an appointment."""
        return {
            name: self.hours & working - self.closures for name, working in self.working.items()
        }

    @cached_property
    def grid(self) -> dict[str, set[int]]:
        """The salon's grid of starts for each of the staff, were nothing taken."""
        return {name: self._grid(name, self.rules.interval) for name in self.rules.staff}

    @cached_property
    def offered(self) -> dict[str, set[int]]:
        """The grid that is asked for."""
        step = self.step or self.rules.interval
        return {name: self._grid(name, step) for name in self.rules.staff}

    def _grid(self, name: str, step: int) -> set[int]:
        """Starts count from the start of the stretch of open time that they lie in.

        In a stretch of more than 24 hours those of a later day count from its midnight.
        """
        midnights = {min(map(min, times.values())): day for day, times in self.days.items()}
        starts: set[int] = set()
        for run in runs(self.open_time[name]):
            first_day = self.wall[run.start][0]
            origins = [run.start] + [
                minute
                for minute, day in sorted(midnights.items())
                if minute in run and len(run) > DAY and day > first_day
            ]
            for origin, end in pairwise([*origins, run.stop]):
                starts.update(range(origin, end, step))
        return starts

    @cached_property
    def closed(self) -> dict[str, set[int]]:
        """The minutes at which each of the units is closed."""
        return {
            name: {
                minute
                for closure in unit.closures
                for minute in self.minutes(closure.start[0], closure.end[0])
                if closure.start <= self.wall[minute] < closure.end
            }
            for name, unit in self.rules.units.items()
        }

    @cached_property
    def terms(self) -> dict[str, Terms]:
        """On what terms each of the staff would be booked now."""
        return {name: self._terms(member) for name, member in self.rules.staff.items()}

    def _terms(self, member: Staff) -> Terms:
        rules = self.rules
        before, after = rules.buffer_before or 0, rules.buffer_after
        if after is None:
            after = rules.buffer
        duration = member.duration or rules.duration
        steps = rules.steps and (member.steps or stretched_steps(rules.steps, duration))
        return Terms(
            duration,
            rules.price if member.price is None else member.price,
            before if rules.keeps_buffers else 0,
            after if rules.keeps_buffers else 0,
            steps,
            stretched_needs(
                rules.needs, rules.steps or (Step(rules.duration),), steps or (Step(duration),)
            ),
        )

    def is_taken(self, whose: str, claim: range, moved: Booking | None = None) -> bool:
        return any(
            from_ < claim.stop and claim.start < until and by is not moved
            for from_, until, by in self.taken.get(whose, ())
        )

    def units(
        self, terms: Terms, start: int, moved: Booking | None = None
    ) -> tuple[tuple[str, Need], ...] | None:
        """The units that an appointment would use, its own first; null = too few are free."""
        own = [unit for unit, _ in moved.units] if moved else []
        chosen: list[tuple[str, Need]] = []
        for need in terms.needs:
            claim = shifted(terms.unit_claim(need), start)
            free = [
                name
                for name, unit in self.rules.units.items()
                if unit.pool == need.pool
                and unit.is_active
                and not self.is_taken(name, claim, moved)
                and self.closed[name].isdisjoint(claim)
            ]
            free.sort(key=lambda name: name not in own)
            if len(free) < need.quantity:
                return None
            chosen += [(name, need) for name in free[: need.quantity]]
        return tuple(chosen)

    def book(self, customer: str, name: str, start: int) -> Booking | None:
        """Books whatever the other rules say; null = somebody or something is not free."""
        booking = self.hold(customer, name, start)
        if booking is not None:
            self.booked.append(booking)
        return booking

    def hold(self, customer: str | None, name: str, start: int) -> Booking | None:
        """Takes the time of an appointment, which keeps no customer busy."""
        terms = self.terms[name]
        units = self.units(terms, start)
        if units is None or self._is_busy(name, terms, start, None):
            return None
        booking = Booking(customer, name, start, terms, units)
        for whose, from_, until in booking.claims():
            self.taken.setdefault(whose, []).append((from_, until, booking))
        return booking

    def release(self, hold: Booking) -> None:
        for whose, from_, until in hold.claims():
            self.taken[whose].remove((from_, until, hold))

    def hold_failures(self, hold: Booking, customer: str) -> list[str]:
        """The codes of all rules that booking a slot breaks with the hold that keeps it.

        Notice and horizon were judged when it was held; the rest is judged on the terms of now.
        """
        failures = self.failures(hold.staff, hold.start, hold, customer, keeps_service=False)
        return [code for code in failures if code not in ("notice_too_short", "too_far_ahead")]

    def moved(
        self, booking: Booking, name: str, start: int, *, keeps_service: bool = True
    ) -> Booking:
        """An appointment after a move that the rules allow, or what a slot held becomes."""
        terms = booking.terms if keeps_service else self.terms[name]
        units = self.units(terms, start, booking)
        assert units is not None
        return replace(booking, staff=name, start=start, terms=terms, units=units)

    def under(self, rules: Rules, now: int | None = None) -> Calendar:
        """The same book under rules by which everybody has the same open time, or earlier."""
        calendar = replace(self, rules=rules, now=self.now if now is None else now)
        for known in (
            "wall",
            "days",
            "hours",
            "closures",
            "working",
            "open_time",
            "offered",
            "grid",
            "closed",
        ):
            vars(calendar)[known] = getattr(self, known)
        return calendar

    def _is_busy(self, name: str, terms: Terms, start: int, moved: Booking | None) -> bool:
        return any(self.is_taken(name, shifted(it, start), moved) for it in terms.staff_claims)

    def timing_failures(self, start: int, end: int) -> list[str]:
        """The codes of the salon-wide rules that an appointment breaks, in the contract's order."""
        minutes = range(start, end)
        broken = {
            "notice_too_short": 60 * start < self.now + 3600 * self.rules.notice_hours,
            "too_far_ahead": 60 * start > self.now + 86400 * self.rules.horizon_days,
            "holiday": not self.closures.isdisjoint(minutes),
            "business_closed": not self.hours.issuperset(minutes)
            and not self.opening(self.wall[start][0]),
            "outside_business_hours": not self.hours.issuperset(minutes),
        }
        return [code for code, is_broken in broken.items() if is_broken]

    def failures(
        self,
        name: str,
        start: int,
        moved: Booking | None = None,
        customer: str | None = None,
        *,
        keeps_service: bool = True,
    ) -> list[str]:
        """The codes of all rules that a start breaks, in the contract's order.

        An appointment that is moved keeps its terms, and the member of staff that it has, unless it
        changes to a service like this one. Without a customer nobody is in two places.
        """
        member = self.rules.staff[name]
        kept = moved if keeps_service else None
        terms = kept.terms if kept else self.terms[name]
        end = start + terms.duration
        is_offered = (member.performs and member.is_active and self.rules.service_is_active) or (
            kept is not None and kept.staff == name
        )
        return [
            *(["wrong_status"] if moved and 60 * moved.start <= self.now else []),
            *([] if is_offered else ["service_not_offered"]),
            *self.timing_failures(start, end),
            *(
                ["off_grid"]
                if self.rules.requires_grid
                and start in self.open_time[name]
                and start not in self.grid[name]
                else []
            ),
            *([] if self.working[name].issuperset(range(start, end)) else ["staff_unavailable"]),
            *(["resource_unavailable"] if self.units(terms, start, moved) is None else []),
            *(["slot_conflict"] if self._is_busy(name, terms, start, moved) else []),
            *(
                ["customer_busy"]
                if self.rules.prevents_overlap
                and any(
                    other.customer == customer
                    and other is not moved
                    and other.start < end
                    and start < other.end
                    for other in self.booked
                )
                else []
            ),
        ]

    def slots(
        self,
        moved: Booking | None = None,
        customer: str | None = None,
        *,
        keeps_service: bool = True,
    ) -> list[Slot]:
        """The slots of the dates asked for, by start, then staff: for a booking or for a move."""
        early, late = self.rules.preferred
        kept = moved if keeps_service else None
        terms = {name: kept.terms if kept else it for name, it in self.terms.items()}
        return sorted(
            Slot(
                start,
                name,
                start + terms[name].duration,
                terms[name].duration,
                early <= self.wall[start][1] < late,
                terms[name].price,
            )
            for name, starts in self.offered.items()
            for start in starts
            if self.first <= self.wall[start][0] <= self.last
            and not self.failures(name, start, moved, customer, keeps_service=keeps_service)
        )


def shifted(claim: range, start: int) -> range:
    return range(claim.start + start, claim.stop + start)


def stretched_steps(steps: Steps, minutes: int) -> Steps:
    """Gaps stay; the steps with staff share what is left in proportion, each at least a minute."""
    with_staff = [step.minutes for step in steps if step.staff]
    wanted = minutes - sum(step.minutes for step in steps if not step.staff)
    ends = [0]
    for number in range(1, len(with_staff) + 1):
        end = rounded(sum(with_staff[:number]) * wanted, sum(with_staff))
        most = wanted - (len(with_staff) - number)
        ends.append(min(max(end, ends[-1] + 1), most))
    own = iter([end - start for start, end in pairwise(ends)])
    return tuple(Step(next(own)) if step.staff else step for step in steps)


def stretched_needs(needs: Needs, steps: Steps, own: Steps) -> Needs:
    """Each minute moves with its step, in proportion.

    A need lasts at least a minute, unless another of its pool begins in that: then it gives way.
    """
    total = sum(step.minutes for step in own)

    def moved(minute: int) -> int:
        start = own_start = 0
        for step, its in zip(steps, own, strict=True):
            if minute < start + step.minutes:
                return own_start + rounded((minute - start) * its.minutes, step.minutes)
            start, own_start = start + step.minutes, own_start + its.minutes
        return own_start

    stretched: list[Need] = []
    for need in needs:
        from_ = to = None
        if need.from_minute is not None:
            from_ = min(moved(need.from_minute), total - 1)
        if need.to_minute is not None:
            to = max(moved(need.to_minute), (from_ or 0) + 1)
            later = [
                min(moved(other.from_minute), total - 1)
                for other in needs
                if other.pool == need.pool
                and other.from_minute is not None
                and other.from_minute >= need.to_minute
            ]
            to = min([to, *later])
        if to is None or to > (from_ or 0):
            stretched.append(replace(need, from_minute=from_, to_minute=to))
    return tuple(stretched)


def rounded(numerator: int, denominator: int) -> int:
    """A quotient, half up."""
    return (2 * numerator + denominator) // (2 * denominator)


@cache
def shown_on(zone: str, utc_day: date) -> list[tuple[date, int]]:
    """The dates and times that a clock in a zone shows in the course of a day in UTC."""
    midnight = at_utc_midnight(utc_day)
    shown = (datetime.fromtimestamp(60 * (midnight + n), ZoneInfo(zone)) for n in range(DAY))
    return [(local.date(), 60 * local.hour + local.minute) for local in shown]


def at_utc_midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) // 60


def instant(minute: int) -> datetime:
    return datetime.fromtimestamp(60 * minute, UTC)


def minute_of(moment: datetime) -> int:
    return int(moment.timestamp()) // 60


def weekday(day: date) -> int:
    """0 = Sunday to 6 = Saturday."""
    return day.isoweekday() % 7


def runs(minutes: set[int]) -> list[range]:
    """The stretches of minutes that follow each other."""
    found: list[range] = []
    for minute in sorted(minutes):
        if found and found[-1].stop == minute:
            found[-1] = range(found[-1].start, minute + 1)
        else:
            found.append(range(minute, minute + 1))
    return found
