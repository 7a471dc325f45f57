"""Rooms and equipment, and when they are closed."""

from __future__ import annotations

import datetime as dt

import click

from schnittwerk_db.cli.affected import tell_affected
from schnittwerk_db.cli.failures import Refusal
from schnittwerk_db.cli.language import _
from schnittwerk_db.cli.output import print_json, print_records, say
from schnittwerk_db.cli.session import Session, opened
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.cli.times import (
    TypedDate,
    TypedTime,
    dates,
    parse_clock,
    parse_date,
    parse_near_when,
    period,
)
from schnittwerk_db.cli.words import word
from schnittwerk_db.models import Resource, ResourceClosure

KIND = click.Choice(["room", "equipment"])


@click.group()
def resources() -> None:
    """Show and keep rooms and equipment.

    \b
    schnittwerk resources list
    """


@resources.command("list")
@click.pass_obj
def list_resources(settings: Settings) -> None:
    """List the resources with the pools that they are part of.

    \b
    schnittwerk resources list
    """
    with opened(settings) as session:
        print_records(
            settings,
            session.client.list_resources(),
            {
                _("name"): lambda it: it.name,
                _("kind"): lambda it: word(it.kind),
                _("pool"): lambda it: it.pool,
                _("active"): lambda it: it.is_active,
                _("closed"): lambda it: ", ".join(map(closed_when, it.closures)),
            },
            wide={_("id"): lambda it: it.id},
            none=_("no resource"),
        )


@resources.command()
@click.argument("name")
@click.option("--kind", type=KIND, help="room if left out.")
@click.option("--pool", help="What services need it as; its name if left out.")
@click.pass_obj
def add(settings: Settings, name: str, kind: str | None, pool: str | None) -> None:
    """Add NAME, a room or a piece of equipment.

    Those of one pool are interchangeable: a booking takes one that is free.

    \b
    schnittwerk resources add "Wash basin 3" --kind equipment --pool "Wash basin"
    """
    with opened(settings) as session:
        _tell(settings, session, _("added"), session.client.save_resource(name, kind, pool))


@resources.command()
@click.argument("resource")
@click.option("--name", help="What it is called from now on.")
@click.option("--kind", type=KIND)
@click.option("--pool", help="What services need it as.")
@click.option("--active/--inactive", "is_active", default=None, help="Whether it can be booked.")
@click.pass_obj
def edit(
    settings: Settings,
    resource: str,
    name: str | None,
    kind: str | None,
    pool: str | None,
    is_active: bool | None,
) -> None:
    """Change what is given of RESOURCE (its name or id).

    Appointments that cannot use it any more move to another one of their pool, if one is free.

    \b
    schnittwerk resources edit "Wash basin 3" --inactive
    """
    if (name, kind, pool, is_active) == (None, None, None, None):
        raise click.UsageError(_("nothing to change: give an option"))
    with opened(settings) as session:
        resource_id = session.resource(resource).id
        saved = session.client.save_resource(name, kind, pool, is_active, resource_id)
        _tell(settings, session, _("changed"), saved)


@resources.command()
@click.argument("resource")
@click.argument("start_date", type=parse_date, metavar="DATE")
@click.option(
    "--to", "end_date", type=parse_date, metavar="DATE", help="Last date, if more than one."
)
@click.option(
    "--from-time",
    "start_time",
    type=parse_clock,
    metavar="HH:MM",
    help="On the first date; else all day.",
)
@click.option(
    "--to-time",
    "end_time",
    type=parse_clock,
    metavar="HH:MM",
    help="On the last date; else all day.",
)
@click.option("--reason", help="Why; for the salon team.")
@click.pass_obj
def close(
    settings: Settings,
    resource: str,
    start_date: TypedDate,
    end_date: TypedDate | None,
    start_time: dt.time | None,
    end_time: dt.time | None,
    reason: str | None,
) -> None:
    """Close RESOURCE (its name or id) on DATE.

    Its appointments of that time move to another one of its pool, if one is free. It opens again by
    `resources reopen`.

    \b
    schnittwerk resources close "Wash basin 1" tomorrow --from-time 13:00 --reason plumber
    """
    with opened(settings) as session:
        first = start_date.on(session.today)
        closed = session.client.close_resource(
            session.resource(resource).id,
            first,
            session.until(end_date, first),
            start_time,
            end_time,
            reason,
        )
        _tell_closure(settings, session, _("closed"), closed)


@resources.command()
@click.argument("resource")
@click.option(
    "--on",
    type=parse_near_when,
    metavar="DATE_OR_TIME",
    help="Of several closures the one on this date, or at this time.",
)
@click.pass_obj
def reopen(settings: Settings, resource: str, on: TypedDate | TypedTime | None) -> None:
    """Open RESOURCE (its name or id) again: remove its closure.

    A date without a year means the nearest one.

    \b
    schnittwerk resources reopen "Wash basin 1" --on tomorrow
    """
    with opened(settings) as session:
        found = session.resource(resource)
        moment = when = ""
        if isinstance(on, TypedDate):
            date = on.on(session.today)
            moment, when = str(date), dates(date, date)
        elif on is not None:
            start = session.instant(on)
            moment = f"{start.astimezone(session.zone):%Y-%m-%d %H:%M}"
            when = _("at {time}").format(time=session.local(start))
        closures = [it for it in found.closures if _is_closed(it, moment)]
        if not closures:
            raise Refusal(_("{name} is not closed {when}").format(name=found.name, when=when))
        if len(closures) > 1:
            raise Refusal(
                _("{name} is closed more than once, choose one with --on: {when}").format(
                    name=found.name, when="; ".join(map(closed_when, closures))
                )
            )
        reopened = session.client.reopen_resource(closures[0].id)
        _tell_closure(settings, session, _("open again"), reopened)


def closed_when(closure: ResourceClosure) -> str:
    """A closure's dates and times."""
    return period(closure.start_date, closure.end_date, closure.start_time, closure.end_time)


def _is_closed(closure: ResourceClosure, moment: str) -> bool:
    """Whether a closure covers a local date or time, written as 2026-12-24 or 2026-12-24 09:00."""
    begin = f"{closure.start_date} {closure.start_time or '00:00'}"
    end = f"{closure.end_date} {closure.end_time or '24:00'}"
    return begin[: len(moment)] <= moment < end


def _tell(settings: Settings, session: Session, what: str, resource: Resource) -> None:
    if settings.json:
        print_json(resource)
        return
    say(
        _("{what}: {name}, {kind}, pool {pool}{inactive}, resource {id}").format(
            what=what,
            name=resource.name,
            kind=word(resource.kind),
            pool=resource.pool,
            inactive="" if resource.is_active else _(", inactive"),
            id=session.shown_id(resource.id),
        )
    )
    _tell_moved(session, resource)
    tell_affected(session, resource.affected_appointments)


def _tell_closure(
    settings: Settings, session: Session, what: str, closure: ResourceClosure
) -> None:
    if settings.json:
        print_json(closure)
        return
    names = {it.id: it.name for it in session.client.list_resources()}
    say(
        _("{what}: {name}, {when}").format(
            what=what, name=names[closure.resource_id], when=closed_when(closure)
        )
    )
    _tell_moved(session, closure)
    tell_affected(session, closure.affected_appointments)


def _tell_moved(session: Session, changed: Resource | ResourceClosure) -> None:
    if changed.moved_appointments:
        ids = ", ".join(session.shown_id(it.id) for it in changed.moved_appointments)
        say(_("These appointments use another unit now: {ids}").format(ids=ids))
