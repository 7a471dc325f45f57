"""The calendar's rules minute by minute: slow and plain, for the SQL to be compared with.

A moment is the number of its minute since 1970 in UTC. What holds of it depends on the date and the
time that the clock on the salon's wall shows then, and on nothing else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
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
class Staff:
    """A member of staff; their weeks begin on Sunday, their own price and minutes may be null."""

    available: tuple[Windows, ...]
    unavailable: tuple[Windows, ...] = ((),) * 7
    time_off: tuple[TimeOff, ...] = ()
    is_active: bool = True
    performs: bool = True
    price: int | None = None
    duration: int | None = None


@dataclass(frozen=True)
class Rules:
    """What holds in a salon with one service."""

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

    `step` is the grid asked for, in minutes; null = the salon's. `taken` is the time that the
    appointments of each of the staff claim, buffers included.
    """

    rules: Rules
    now: int
    first: date
    last: date
    step: int | None = None
    taken: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

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

    def duration(self, name: str) -> int:
        return self.rules.staff[name].duration or self.rules.duration

    def price(self, name: str) -> int:
        own = self.rules.staff[name].price
        return self.rules.price if own is None else own

    def claim(self, name: str, start: int) -> tuple[int, int]:
        """The time that an appointment would take."""
        before, after = self.rules.buffer_before or 0, self.rules.buffer_after
        if after is None:
            after = self.rules.buffer
        if not self.rules.keeps_buffers:
            before = after = 0
        return start - before, start + self.duration(name) + after

    def is_taken(self, name: str, start: int) -> bool:
        from_, until = self.claim(name, start)
        return any(a < until and from_ < b for a, b in self.taken.get(name, ()))

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

    def failures(self, name: str, start: int) -> list[str]:
        """The codes of all rules that a start breaks, in the contract's order."""
        member = self.rules.staff[name]
        end = start + self.duration(name)
        is_offered = member.performs and member.is_active and self.rules.service_is_active
        return [
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
            *(["slot_conflict"] if self.is_taken(name, start) else []),
        ]

    def slots(self) -> list[Slot]:
        """The slots of the dates asked for, by start, then staff."""
        early, late = self.rules.preferred
        return sorted(
            Slot(
                start,
                name,
                start + self.duration(name),
                self.duration(name),
                early <= self.wall[start][1] < late,
                self.price(name),
            )
            for name, starts in self.offered.items()
            for start in starts
            if self.first <= self.wall[start][0] <= self.last and not self.failures(name, start)
        )


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
