"""Time off: days or hours in which somebody is away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

import click

from schnittwerk_db.cli.affected import tell_affected
from schnittwerk_db.cli.asking import YES, agreed
from schnittwerk_db.cli.failures import Refusal
from schnittwerk_db.cli.language import _
from schnittwerk_db.cli.output import print_json, print_records, say, short_id
from schnittwerk_db.cli.session import Session, opened
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.cli.times import (
    TypedDate,
    dates,
    parse_clock,
    parse_date,
    parse_near_date,
    period,
)
from schnittwerk_db.models import TimeOff

_TIMEOFF = click.argument("time_off", nargs=-1, required=True, metavar="TIMEOFF")


@click.group()
def timeoff() -> None:
    """Show and keep the time off of staff: vacations, sick leave, an afternoon at the dentist's.

    A TIMEOFF is its id or the first characters of it, or STAFF with a DATE in it: without a year
    the nearest one.

    \b
    schnittwerk timeoff list
    """


@timeoff.command("list")
@click.option(
    "--from", "from_", type=parse_date, metavar="DATE", help="First date; today if left out."
)
@click.option(
    "--to", type=parse_date, metavar="DATE", help="Last date; a year after the first if left out."
)
@click.option("--staff", help="Only of this member of staff.")
@click.pass_obj
def list_time_off(
    settings: Settings, from_: TypedDate | None, to: TypedDate | None, staff: str | None
) -> None:
    """List time off.

    \b
    schnittwerk timeoff list --from today --to 31.12. --staff "Mia Frei"
    """
    with opened(settings) as session:
        first = session.date(from_) or session.today
        last = session.until(to, first) or first + dt.timedelta(days=365)
        names = session.staff_names()
        found = session.client.list_time_off(
            first, last, session.staff(staff).id if staff is not None else None
        )
        none = _("no time off {when}").format(when=dates(first, last))
        if staff is not None:
            none = _("no time off of {name} {when}").format(name=staff, when=dates(first, last))
        print_records(
            settings,
            found,
            {
                _("staff"): lambda it: names.get(it.staff_id, it.staff_id),
                _("when"): _when,
                _("type"): lambda it: _(it.type),
                _("approved"): lambda it: it.is_approved,
                _("id"): lambda it: it.id,
            },
            none,
        )


@timeoff.command()
@click.argument("staff")
@click.argument("start_date", type=parse_date, metavar="FIRST")
@click.argument("end_date", type=parse_date, required=False, metavar="[LAST]")
@click.option(
    "--from-time",
    "start_time",
    type=parse_clock,
    metavar="HH:MM",
    help="Away from then on, on the first date; else all day.",
)
@click.option(
    "--to-time",
    "end_time",
    type=parse_clock,
    metavar="HH:MM",
    help="Back then, on the last date; else the next day.",
)
@click.option(
    "--type", "type_", default="vacation", show_default=True, help="Such as vacation or sick leave."
)
@click.option(
    "--pending", is_flag=True, help="A request, which does not block: see `timeoff approve`."
)
@click.pass_obj
def add(
    settings: Settings,
    staff: str,
    start_date: TypedDate,
    end_date: TypedDate | None,
    start_time: dt.time | None,
    end_time: dt.time | None,
    type_: str,
    pending: bool,
) -> None:
    """Have STAFF be away from the date FIRST to LAST, or on FIRST only.

    Their appointments of that time stay in the book, and are listed for somebody to move.

    \b
    schnittwerk timeoff add "Mia Frei" 21.12. 3.1.
    schnittwerk timeoff add "Mia Frei" friday --from-time 14:00 --type dentist
    """
    with opened(settings) as session:
        first = start_date.on(session.today)
        added = session.client.add_time_off(
            session.staff(staff).id,
            first,
            session.until(end_date, first),
            start_time,
            end_time,
            type_,
            not pending,
        )
        _tell(settings, session, _("added"), added)


@timeoff.command()
@_TIMEOFF
@click.pass_obj
def approve(settings: Settings, time_off: tuple[str, ...]) -> None:
    """Approve a request for time off: from now on it blocks.

    It gets another id.

    \b
    schnittwerk timeoff approve "Mia Frei" friday
    """
    with opened(settings) as session:
        with session.client.connection.transaction():
            asked = session.client.remove_time_off(_time_off_id(session, time_off))
            approved = session.client.add_time_off(
                asked.staff_id,
                asked.start_date,
                asked.end_date,
                asked.start_time,
                asked.end_time,
                asked.type,
            )
        _tell(settings, session, _("approved"), approved)


@timeoff.command()
@_TIMEOFF
@YES
@click.pass_obj
def remove(settings: Settings, time_off: tuple[str, ...], yes: bool) -> None:
    """Remove time off: they are there again.

    \b
    schnittwerk timeoff remove "Mia Frei" friday
    """
    with opened(settings) as session:
        time_off_id = _time_off_id(session, time_off)
        names = session.staff_names()
        removed = agreed(
            settings,
            session,
            yes,
            lambda: session.client.remove_time_off(time_off_id),
            lambda it: _("Remove this time off ({what})?").format(what=_text(names, it)),
        )
        _tell(settings, session, _("removed"), removed)


def _time_off_id(session: Session, words: Sequence[str]) -> UUID:
    """Time off by its id, or by whose it is and a date in it."""
    if len(words) == 1:
        return session.id_of("time_off", words[0])
    if len(words) > 2:
        raise click.UsageError(
            _("give an id, or STAFF and DATE; quote what has spaces: {words}").format(
                words=" ".join(words)
            )
        )
    staff = session.staff(words[0])
    date = parse_near_date(words[1]).on(session.today)
    found = session.client.list_time_off(date, date, staff.id)
    if len(found) == 1:
        return found[0].id
    if not found:
        raise Refusal(
            _("{name} has no time off {when}").format(name=staff.full_name, when=dates(date, date))
        )
    raise Refusal(
        _("{name} has more than one time off {when}, give an id: {ids}").format(
            name=staff.full_name,
            when=dates(date, date),
            ids="; ".join(f"{short_id(it.id)} ({_when(it)})" for it in found),
        )
    )


def _when(it: TimeOff) -> str:
    return period(it.start_date, it.end_date, it.start_time, it.end_time)


def _text(names: Mapping[UUID, str], it: TimeOff) -> str:
    """Whose time off it is, when and why."""
    return ", ".join(
        (
            names.get(it.staff_id, str(it.staff_id)),
            _when(it),
            _(it.type),
            *(() if it.is_approved else (_("not approved yet"),)),
        )
    )


def _tell(settings: Settings, session: Session, what: str, time_off: TimeOff) -> None:
    if settings.json:
        print_json(time_off)
        return
    say(
        _("{what}: {text}, time off {id}").format(
            what=what,
            text=_text(session.staff_names(), time_off),
            id=session.shown_id(time_off.id),
        )
    )
    tell_affected(session, time_off.affected_appointments)
