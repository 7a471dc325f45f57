"""What the pictures of days, weeks and utilisation show; terminal and file draw it alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from schnittwerk_db.cli.language import N_, _
from schnittwerk_db.json_text import visible
from schnittwerk_db.models import DayStretch

# In the order of a legend.
KINDS = {
    "booked": N_("booked"),
    "held": N_("held"),
    "gap": N_("gap"),
    "buffer": N_("buffer"),
    "open": N_("open"),
    "break": N_("break"),
    "off": N_("off"),
    "holiday": N_("holiday"),
    "closed": N_("closed"),
}
_HOUR = 60
_DAY = 24 * _HOUR
# Shown where a day has nothing to show.
_USUAL = (9 * _HOUR, 17 * _HOUR)


@dataclass(frozen=True)
class Block:
    """A stretch of a column; ``since`` and ``until`` are minutes on the axis."""

    kind: str
    since: int
    until: int
    text: tuple[str, ...]
    told: str


@dataclass(frozen=True)
class Column:
    """Somebody's day, or a day of somebody's week."""

    heading: str
    blocks: tuple[Block, ...]
    now: int | None = None


@dataclass(frozen=True)
class Agenda:
    """Days side by side, time downwards; ``hours`` are where on the axis which hour begins."""

    title: str
    columns: tuple[Column, ...]
    hours: tuple[tuple[int, str], ...]
    since: int
    until: int

    @property
    def kinds(self) -> list[str]:
        """The kinds that are in it."""
        found = {it.kind for column in self.columns for it in within(column, self)}
        return [it for it in KINDS if it in found]


@dataclass(frozen=True)
class Cell:
    """A field of a grid; without a ratio nothing is open."""

    ratio: float | None
    text: tuple[str, ...]
    told: str


@dataclass(frozen=True)
class Grid:
    """Fields by row and column: shaded by their ratio, or with a bar of it."""

    title: str
    note: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    is_shaded: bool


@dataclass(frozen=True)
class Bars:
    """A bar a row, of what is booked of what is open."""

    title: str
    rows: tuple[tuple[str, Cell], ...]


Picture = Agenda | Grid | Bars


def day_agenda(
    title: str, stretches: Sequence[DayStretch], zone: dt.tzinfo, now: dt.datetime
) -> Agenda:
    """Everybody's day side by side. Minutes of the axis are those since midnight that have passed.

    So each hour has its place also on days on which the clocks change.
    """
    midnight = min((it.starts_at for it in stretches), default=now)
    midnight_after = max((it.ends_at for it in stretches), default=now)

    def minute(moment: dt.datetime) -> int:
        return round((moment - midnight).total_seconds() / 60)

    columns = tuple(
        Column(
            visible(name),
            tuple(_block(it, minute(it.starts_at), minute(it.ends_at), zone) for it in day),
            minute(now) if midnight <= now < midnight_after else None,
        )
        for (_id, name), day in _by_staff(stretches)
    )
    length = minute(midnight_after)
    marks = []
    for passed in range(0, length + 1, 15):
        here = (midnight + dt.timedelta(minutes=passed)).astimezone(zone)
        if here.minute == 0:
            marks.append((passed, f"{here:%H:%M}" if passed < length else "24:00"))
    return _agenda(title, columns, marks, length)


def week_agenda(
    title: str,
    days: Sequence[tuple[str, Sequence[DayStretch]]],
    zone: dt.tzinfo,
    now: dt.datetime,
) -> Agenda:
    """The days of one member of staff side by side; the axis is what the clock shows."""
    columns = []
    for heading, stretches in days:
        blocks, reached = [], 0
        for it in stretches:
            here, end = it.starts_at.astimezone(zone), it.ends_at.astimezone(zone)
            until = _clock(end) if end.date() == here.date() else _DAY
            since = max(_clock(here), reached)  # of an hour that comes twice the first one shows
            if until > since:
                blocks.append(_block(it, since, until, zone))
                reached = until
        is_today = bool(stretches) and stretches[0].starts_at <= now < stretches[-1].ends_at
        columns.append(
            Column(heading, tuple(blocks), _clock(now.astimezone(zone)) if is_today else None)
        )
    marks = [(hour * _HOUR, f"{hour:02}:00") for hour in range(25)]
    return _agenda(title, tuple(columns), marks, _DAY)


def _agenda(
    title: str, columns: tuple[Column, ...], marks: Sequence[tuple[int, str]], length: int
) -> Agenda:
    shown = [
        it
        for column in columns
        for it in column.blocks
        if it.kind not in ("closed", "holiday") and not (it.kind == "off" and it.text)
    ]
    first = min((it.since for it in shown), default=_USUAL[0])
    last = max((it.until for it in shown), default=_USUAL[1])
    since = max((at for at, _label in marks if at <= first), default=0)
    until = min((at for at, _label in marks if at >= last), default=length)
    hours = tuple((at, label) for at, label in marks if since <= at <= until)
    return Agenda(title, columns, hours, since, until)


def within(column: Column, agenda: Agenda) -> Iterable[Block]:
    """The blocks of a column that the picture shows."""
    return (it for it in column.blocks if it.since < agenda.until and it.until > agenda.since)


def _block(stretch: DayStretch, since: int, until: int, zone: dt.tzinfo) -> Block:
    begin = f"{stretch.starts_at.astimezone(zone):%H:%M}"
    end = f"{stretch.ends_at.astimezone(zone):%H:%M}"
    said: tuple[str | None, ...] = (stretch.label,)
    if stretch.kind in ("booked", "held"):
        said = (stretch.customer_name, stretch.service_name)
    elif stretch.kind == "gap":
        said = (stretch.customer_name,)
    text = tuple(visible(it) for it in said if it)
    word = _(KINDS[stretch.kind])
    told = f"{begin}–{end if end != '00:00' else '24:00'} {word}"  # noqa: RUF001 -- a dash
    told = ", ".join((told, *text))
    if stretch.kind == "held":
        text = (": ".join((word, *text[:1])), *text[1:])
    return Block(stretch.kind, since, until, text, told)


def _by_staff(
    stretches: Sequence[DayStretch],
) -> list[tuple[tuple[object, str], list[DayStretch]]]:
    """Everybody's stretches, which come by name."""
    return [
        (key, list(found))
        for key, found in groupby(stretches, key=lambda it: (it.staff_id, it.staff_name))
    ]


def _clock(moment: dt.datetime) -> int:
    return moment.hour * _HOUR + moment.minute


def hours_and_minutes(minutes: int) -> str:
    """A length of time, such as 7:30."""
    return f"{minutes // _HOUR}:{minutes % _HOUR:02}"


def percent(ratio: float | None) -> str:
    """A share as it is written in a field."""
    return "–" if ratio is None else f"{100 * ratio:.0f}%"  # noqa: RUF001 -- a dash
