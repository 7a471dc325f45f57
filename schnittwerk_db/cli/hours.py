"""Opening hours: of the weekdays, and of single dates."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

import click

from schnittwerk_db.cli.affected import tell_affected
from schnittwerk_db.cli.output import print_json, print_table, say
from schnittwerk_db.cli.policies import horizon
from schnittwerk_db.cli.session import Session, opened
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.cli.times import TypedDate, parse_date, parse_weekday
from schnittwerk_db.cli.times import day as shown_day
from schnittwerk_db.models import BusinessSettings, SpecialHours, SpecialWindow
from schnittwerk_db.salon_file import WEEKDAYS


@click.group()
def hours() -> None:
    """Show and set opening hours."""


@hours.command()
@click.option(
    "--from",
    "from_",
    type=parse_date,
    metavar="DATE",
    help="First special date; today if left out.",
)
@click.option(
    "--to",
    type=parse_date,
    metavar="DATE",
    help="Last special date; a year after the first if left out.",
)
@click.pass_obj
def show(settings: Settings, from_: TypedDate | None, to: TypedDate | None) -> None:
    """Show the weekdays' hours, the special dates and what else shapes the slots."""
    with opened(settings) as session:
        business = session.client.get_business_settings()
        first = session.date(from_) or session.today
        special = session.client.list_special_hours(
            first, session.date(to) or first + dt.timedelta(days=365)
        )
        days, where = horizon(session)
    if settings.json:
        facts = {"business_settings": business, "special_hours": special}
        print_json(facts | {"bookable_days_ahead": days})
        return
    week = [(day, _week_text(business, number)) for number, day in enumerate(WEEKDAYS)]
    dates = dict.fromkeys(it.date for it in special)
    week += [(shown_day(date), _date_text(date, special)) for date in dates]
    print_table(week, {"day": lambda it: it[0], "open": lambda it: it[1]})
    preferred = business.preferred_hours
    say("")
    say(
        f"slots every {business.slot_interval_minutes} minutes,"
        f" {business.buffer_time_minutes} minutes between appointments,"
        f" preferred from {preferred['start_time']} to {preferred['end_time']},"
        f" bookable {days} days ahead ({where})"
    )


def _parse_day(typed: str) -> int | TypedDate:
    """A weekday such as mon (its number, 0 = Sunday), or a date."""
    number = parse_weekday(typed)
    return parse_date(typed) if number is None else number


@hours.command("set")
@click.argument("day", type=_parse_day)
@click.argument("windows", nargs=-1, required=True)
@click.pass_obj
def set_hours(settings: Settings, day: int | TypedDate, windows: tuple[str, ...]) -> None:
    """Open DAY during WINDOWS.

    DAY is a weekday such as mon, or a date. WINDOWS are local times such as 09:00-12:30, several
    for a day with a break; or closed; or, for a date, regular: as its weekday.
    """
    with opened(settings) as session:
        saved: BusinessSettings | SpecialHours
        if isinstance(day, TypedDate):
            date = day.on(session.today)
            regular = windows == ("regular",)
            saved = session.client.set_special_hours(
                date, None if regular else parse_windows(windows)
            )
            text = (
                _date_text(date, saved.special_hours) if saved.special_hours else "as its weekday"
            )
            shown = shown_day(date)
        else:
            saved = _set_weekday(session, day, parse_windows(windows))
            text, shown = _week_text(saved, day), WEEKDAYS[day]
        if settings.json:
            print_json(saved)
            return
        say(f"{shown}: {text}")
        tell_affected(session, saved.affected_appointments)


def _set_weekday(session: Session, number: int, windows: list[dict[str, str]]) -> BusinessSettings:
    """Sets one weekday among the others, which the database takes all together."""
    week = dict(session.client.get_business_settings().opening_hours)
    week[str(number)] = windows or [it | {"is_open": False} for it in _listed(week, number)]
    return session.client.set_business_settings({"opening_hours": week})


def parse_windows(typed: Sequence[str]) -> list[dict[str, str]]:
    """Windows such as 09:00-12:30, or ``closed``."""
    if list(typed) == ["closed"]:
        return []
    found = [re.fullmatch(r"(\d?\d:\d\d)-(\d?\d:\d\d)", it) for it in typed]
    if not all(found):
        raise click.UsageError(f"{' '.join(typed)!r} are not windows such as 09:00-12:30")
    return [{"start_time": it[1].zfill(5), "end_time": it[2].zfill(5)} for it in found if it]


def _listed(week: Any, number: int) -> list[dict[str, Any]]:
    """The windows of a weekday, which stand alone when there is one."""
    windows = week.get(str(number), [])
    return windows if isinstance(windows, list) else [windows]


def _week_text(business: BusinessSettings, number: int) -> str:
    windows = _listed(business.opening_hours, number)
    return _text([(it["start_time"], it["end_time"]) for it in windows if it["is_open"]])


def _date_text(date: dt.date, special: Sequence[SpecialWindow]) -> str:
    return _text([(it.start_time, it.end_time) for it in special if it.date == date and it.is_open])


def _text(windows: Sequence[tuple[str | None, str | None]]) -> str:
    return ", ".join(f"{start}-{end}" for start, end in windows) or "closed"
