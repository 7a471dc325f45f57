"""Opening hours: of the weekdays, and of single dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import click

from schnittwerk_db.cli.affected import tell_affected
from schnittwerk_db.cli.language import _, pgettext, weekday_name
from schnittwerk_db.cli.output import print_json, print_table, say
from schnittwerk_db.cli.policies import horizon
from schnittwerk_db.cli.session import Session, opened
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.cli.times import TypedDate, parse_clock, parse_date, parse_weekday
from schnittwerk_db.cli.times import day as shown_day
from schnittwerk_db.models import BusinessSettings, SpecialHours, SpecialWindow

WEEK = (1, 2, 3, 4, 5, 6, 0)
"""The weekdays from Monday on; 0 is Sunday."""


@click.group()
def hours() -> None:
    """Show and set opening hours.

    \b
    schnittwerk hours show
    """


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
    """Show the weekdays' hours, the special dates and what else shapes the slots.

    \b
    schnittwerk hours show
    """
    with opened(settings) as session:
        business = session.client.get_business_settings()
        first = session.date(from_) or session.today
        special = session.client.list_special_hours(
            first, session.until(to, first) or first + dt.timedelta(days=365)
        )
        days, where = horizon(session)
    if settings.json:
        facts = {"business_settings": business, "special_hours": special}
        print_json(facts | {"bookable_days_ahead": days})
        return
    week = [(_shown(number), _week_text(business, number)) for number in WEEK]
    dates = dict.fromkeys(it.date for it in special)
    week += [(shown_day(date), _date_text(date, special)) for date in dates]
    print_table(week, {_("day"): lambda it: it[0], pgettext("hours", "open"): lambda it: it[1]})
    preferred = business.preferred_hours
    say("")
    say(
        _(
            "slots every {interval} minutes, {buffer} minutes between appointments,"
            " preferred from {start} to {end}, bookable {days} days ahead ({where})"
        ).format(
            interval=business.slot_interval_minutes,
            buffer=business.buffer_time_minutes,
            start=preferred["start_time"],
            end=preferred["end_time"],
            days=days,
            where=where,
        )
    )


def _parse_day(typed: str) -> list[int] | TypedDate:
    """Weekdays such as mon-fri (their numbers, 0 = Sunday), or a date."""
    return _weekdays(typed) or parse_date(typed)


@hours.command("set")
@click.argument("day", type=_parse_day)
@click.argument("windows", nargs=-1, required=True)
@click.pass_obj
def set_hours(settings: Settings, day: list[int] | TypedDate, windows: tuple[str, ...]) -> None:
    """Open DAY during WINDOWS.

    DAY is a weekday such as mon, several such as mon-fri or tue,thu, or a date. WINDOWS are local
    times such as 09:00-12:30, several for a day with a break; or closed; or, for a date, regular:
    as its weekday.

    \b
    schnittwerk hours set mon-fri 09:00-12:30 13:30-18:00
    schnittwerk hours set 24.12. 09:00-14:00
    """
    with opened(settings) as session:
        saved: BusinessSettings | SpecialHours
        if isinstance(day, TypedDate):
            date = day.on(session.today)
            regular = windows in (("regular",), (_("regular"),))
            saved = session.client.set_special_hours(
                date, None if regular else parse_windows(windows)
            )
            text = (
                _date_text(date, saved.special_hours)
                if saved.special_hours
                else _("as its weekday")
            )
            told = [(shown_day(date), text)]
        else:
            saved = _set_weekdays(session, day, parse_windows(windows))
            told = [(_shown(number), _week_text(saved, number)) for number in day]
        if settings.json:
            print_json(saved)
            return
        for shown, text in told:
            say(f"{shown}: {text}")
        tell_affected(session, saved.affected_appointments)


def _set_weekdays(
    session: Session, numbers: Sequence[int], windows: list[dict[str, str]]
) -> BusinessSettings:
    """Sets some weekdays among the others, which the database takes all together."""
    week = dict(session.client.get_business_settings().opening_hours)
    for number in numbers:
        closed = [it | {"is_open": False} for it in _listed(week, number)]
        week[str(number)] = windows or closed
    return session.client.set_business_settings({"opening_hours": week})


def parse_weekdays(typed: str) -> list[int]:
    """The numbers of weekdays such as mon, mon-fri or tue,thu, 0 is Sunday."""
    if found := _weekdays(typed):
        return found
    raise click.BadParameter(
        _("{typed!r} is not weekdays such as mon, mon-fri or tue,thu").format(typed=typed)
    )


def _weekdays(typed: str) -> list[int]:
    """The numbers of the weekdays that are named; none where something else is."""
    found = []
    for part in typed.split(","):
        ends = [parse_weekday(it) for it in part.split("-", 1)]
        if None in ends:
            return []
        first, last = int(ends[0] or 0), int(ends[-1] or 0)
        found += [(first + days) % 7 for days in range((last - first) % 7 + 1)]
    return list(dict.fromkeys(found))


def parse_windows(typed: Sequence[str]) -> list[dict[str, str]]:
    """Windows such as 09:00-12:30, or ``closed``."""
    if tuple(typed) in (("closed",), (_("closed"),)):
        return []
    return [it for word in typed for it in parse_times(word)]


def parse_times(typed: str) -> list[dict[str, str]]:
    """Windows such as 9-12 or 09:00-12:30,13:30-18:00."""
    return [parse_window(it.strip()) for it in typed.split(",")]


def parse_window(typed: str) -> dict[str, str]:
    """A window such as 9-12:30; it may end at 24:00."""
    start, hyphen, end = (it.strip() for it in typed.partition("-"))
    try:
        if hyphen:
            return {"start_time": _clock(start), "end_time": _clock(end, is_end=True)}
    except click.BadParameter:
        pass
    raise click.UsageError(_("{typed!r} is not a window such as 09:00-12:30").format(typed=typed))


def _clock(typed: str, is_end: bool = False) -> str:
    """A time of day, which may be the end of the day."""
    return "24:00" if is_end and typed in ("24", "24:00") else f"{parse_clock(typed):%H:%M}"


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
    return ", ".join(f"{start}-{end}" for start, end in windows) or _("closed")


def _shown(number: int) -> str:
    """A weekday's name as it can be typed, 0 is Sunday."""
    return weekday_name((number - 1) % 7)
