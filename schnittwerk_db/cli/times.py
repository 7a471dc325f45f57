"""Dates and times as they are typed and shown: local to the salon."""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

import click

from schnittwerk_db.cli.failures import Refusal
from schnittwerk_db.salon_file import WEEKDAYS

D = TypeVar("D", dt.date, dt.datetime)
FIRST_YEAR, LAST_YEAR = 1900, 2999


def parse_date(typed: str) -> dt.date:
    """A local date such as 2026-12-24."""
    try:
        return _within_reach(dt.date.fromisoformat(typed), typed)
    except ValueError:
        raise click.BadParameter(f"{typed!r} is not a date such as 2026-12-24") from None


def parse_time(typed: str) -> dt.datetime:
    """A date and time such as 2026-12-01 10:00, local to the salon unless it ends in an offset."""
    try:
        if len(typed) > len("2026-12-24"):
            return _within_reach(dt.datetime.fromisoformat(typed), typed)
    except ValueError:
        pass
    raise click.BadParameter(f"{typed!r} is not a time such as '2026-12-01 10:00'")


def _within_reach(typed: D, text: str) -> D:
    """What was typed, unless it is beyond what the database takes.

    Python cannot calculate with dates at the end of its calendar, so that they may not come in.
    """
    if not FIRST_YEAR <= typed.year <= LAST_YEAR:
        raise click.BadParameter(f"{text!r} is not from {FIRST_YEAR} to {LAST_YEAR}")
    return typed


def instant(typed: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    """The instant that a typed time means in the salon's zone; refused unless it is exactly one."""
    if typed.tzinfo is not None:
        return typed
    readings = [typed.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
    shown = f"{typed:%Y-%m-%d %H:%M}"
    if all(it.astimezone(dt.UTC).astimezone(zone) != it for it in readings):
        raise Refusal(f"{shown} does not exist in {zone}: the clocks skip it that day")
    first, second = map(_offset, readings)
    if first != second:
        raise Refusal(f"{shown} comes twice in {zone}: write '{shown}{first}' or '{shown}{second}'")
    return readings[0].astimezone(dt.UTC)


def local(moment: dt.datetime, zone: dt.tzinfo) -> str:
    """An instant in the salon's time, as it can be typed: with its offset where it comes twice."""
    here = moment.astimezone(zone)
    other = here.replace(fold=1 - here.fold)
    text = f"{here:%Y-%m-%d %H:%M}"
    return text if here.utcoffset() == other.utcoffset() else text + _offset(here)


def dates(first: dt.date, last: dt.date) -> str:
    """A range of dates, both included, in words."""
    return f"on {first}" if first == last else f"from {first} to {last}"


def weekday(day: dt.date) -> str:
    """Its name, as in salon files."""
    return WEEKDAYS[day.isoweekday() % 7]


def _offset(moment: dt.datetime) -> str:
    return moment.isoformat()[-6:]
