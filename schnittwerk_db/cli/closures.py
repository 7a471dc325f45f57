"""Closures: what closes the salon, somebody or a room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

import click

from schnittwerk_db.cli.asking import YES
from schnittwerk_db.cli.holidays import create, delete, holiday_id, tell_holiday, whom
from schnittwerk_db.cli.language import N_, _
from schnittwerk_db.cli.output import print_records
from schnittwerk_db.cli.session import Session, opened
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.cli.times import DAY, TypedDate, dates, parse_date, period

TYPES = ("blackout_date", "maintenance")

# closed by which command
KINDS = (N_("holiday"), N_("closure"), N_("hours"), N_("resource"))


@dataclass(frozen=True, slots=True)
class Closure:
    """Dates, or hours in them, on which somebody or something cannot be booked, and why.

    ``kind`` is holiday, closure, hours (a date whose special hours are none) or resource.
    """

    kind: str
    start_date: dt.date
    end_date: dt.date
    start_time: str | None
    end_time: str | None
    name: str | None
    closed: str
    id: UUID | None


@click.group()
def closures() -> None:
    """Show and keep what closes the salon, somebody or a room.

    `holidays` keeps the public holidays, `timeoff` the time off of one member of staff, `hours set
    DATE closed` single dates, and `resources close` rooms and equipment.

    \b
    schnittwerk closures list
    """


@closures.command("list")
@click.option(
    "--from", "from_", type=parse_date, metavar="DATE", help="First date; today if left out."
)
@click.option(
    "--to", type=parse_date, metavar="DATE", help="Last date; a year after the first if left out."
)
@click.pass_obj
def list_closures(settings: Settings, from_: TypedDate | None, to: TypedDate | None) -> None:
    """List what is closed, and for whom: holidays, closures, closed dates, rooms and equipment.

    \b
    schnittwerk closures list --from 1.12. --to 31.12.
    """
    with opened(settings) as session:
        first = session.date(from_) or session.today
        last = session.until(to, first) or first + dt.timedelta(days=365)
        print_records(
            settings,
            sorted(_found(session, first, last), key=lambda it: (it.start_date, it.closed)),
            {
                _("when"): lambda it: period(
                    it.start_date, it.end_date, it.start_time, it.end_time
                ),
                _("what"): lambda it: it.name,
                _("closed"): lambda it: it.closed,
                _("by"): lambda it: _(it.kind),
            },
            none=_("nothing is closed {when}").format(when=dates(first, last)),
            wide={_("id"): lambda it: it.id},
        )


def _found(session: Session, first: dt.date, last: dt.date) -> Iterator[Closure]:
    """What is closed in some dates, by all that closes."""
    names = session.staff_names()
    by_id = sorted(
        session.client.list_holidays(first, last),
        key=lambda it: (it.id, it.date),
    )
    # dates in a row are one closure
    for _key, run in groupby(enumerate(by_id), key=lambda it: (it[1].id, it[1].date - it[0] * DAY)):
        days = [it for _number, it in run]
        of = days[0]
        yield Closure(
            "closure" if of.type in TYPES else "holiday",
            of.date,
            days[-1].date,
            None,
            None,
            of.name,
            _("the salon") if of.affects_all_staff else whom(names, of),
            of.id,
        )
    for it in session.client.list_special_hours(first, last):
        if not it.is_open:
            yield Closure("hours", it.date, it.date, None, None, None, _("the salon"), None)
    for resource in session.client.list_resources():
        for one in resource.closures:
            if one.start_date <= last and first <= one.end_date:
                yield Closure(
                    "resource",
                    one.start_date,
                    one.end_date,
                    one.start_time,
                    one.end_time,
                    one.reason,
                    resource.name,
                    one.id,
                )


@closures.command()
@click.argument("name")
@click.argument("date", type=parse_date)
@click.option(
    "--to", "end_date", type=parse_date, metavar="DATE", help="Last date, if more than one."
)
@click.option("--staff", multiple=True, help="Only for this member of staff; may be repeated.")
@click.option("--yearly", is_flag=True, help="Every year.")
@click.pass_obj
def add(
    settings: Settings,
    name: str,
    date: TypedDate,
    end_date: TypedDate | None,
    staff: tuple[str, ...],
    yearly: bool,
) -> None:
    """Close the salon on DATE for NAME, or only some staff.

    \b
    schnittwerk closures add "Stocktaking" 2.1.
    schnittwerk closures add "Course in Berne" 8.3. --to 9.3. --staff "Mia Frei" --staff "Tim Roth"
    """
    with opened(settings) as session:
        created = create(session, name, date, end_date, yearly, TYPES[0], staff)
        tell_holiday(settings, session, _("added"), created)


@closures.command()
@click.argument("closure")
@YES
@click.pass_obj
def remove(settings: Settings, closure: str, yes: bool) -> None:
    """Remove CLOSURE (its id, or its name where only one bears it).

    `hours set DATE regular` opens a closed date, `resources reopen` a room.

    \b
    schnittwerk closures remove "Stocktaking"
    """
    with opened(settings) as session:
        id_ = holiday_id(session, closure, TYPES)
        delete(settings, session, id_, yes)
