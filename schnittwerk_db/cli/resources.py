"""Rooms and equipment, and when they are closed."""

from __future__ import annotations

import click

from schnittwerk_db.cli.affected import tell_affected
from schnittwerk_db.cli.failures import Refusal
from schnittwerk_db.cli.output import print_json, print_records, say
from schnittwerk_db.cli.session import Session, opened, pick
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.cli.times import TypedDate, dates, day, parse_date
from schnittwerk_db.models import Resource, ResourceClosure

KIND = click.Choice(["room", "equipment"])


@click.group()
def resources() -> None:
    """Show and keep rooms and equipment."""


@resources.command("list")
@click.pass_obj
def list_resources(settings: Settings) -> None:
    """List the resources with the pools that they are part of."""
    with opened(settings) as session:
        print_records(
            settings,
            session.client.list_resources(),
            {
                "name": lambda it: it.name,
                "kind": lambda it: it.kind,
                "pool": lambda it: it.pool,
                "active": lambda it: it.is_active,
                "closed": lambda it: ", ".join(map(_period, it.closures)),
            },
            wide={"id": lambda it: it.id},
            none="no resource",
        )


@resources.command()
@click.argument("name")
@click.option("--kind", type=KIND, help="room if left out.")
@click.option("--pool", help="What services need it as; its name if left out.")
@click.pass_obj
def add(settings: Settings, name: str, kind: str | None, pool: str | None) -> None:
    """Add NAME, a room or a piece of equipment.

    Those of one pool are interchangeable: a booking takes one that is free.
    """
    with opened(settings) as session:
        _tell(settings, session, "added", session.client.save_resource(name, kind, pool))


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
    """
    if (name, kind, pool, is_active) == (None, None, None, None):
        raise click.UsageError("nothing to change: give an option")
    with opened(settings) as session:
        resource_id = session.resource(resource).id
        saved = session.client.save_resource(name, kind, pool, is_active, resource_id)
        _tell(settings, session, "changed", saved)


@resources.command()
@click.argument("resource")
@click.argument("start_date", type=parse_date, metavar="DATE")
@click.option(
    "--to", "end_date", type=parse_date, metavar="DATE", help="Last date, if more than one."
)
@click.option("--from-time", "start_time", metavar="HH:MM", help="On the first date; else all day.")
@click.option("--to-time", "end_time", metavar="HH:MM", help="On the last date; else all day.")
@click.option("--reason", help="Why; for the salon team.")
@click.pass_obj
def close(
    settings: Settings,
    resource: str,
    start_date: TypedDate,
    end_date: TypedDate | None,
    start_time: str | None,
    end_time: str | None,
    reason: str | None,
) -> None:
    """Close RESOURCE (its name or id) on DATE.

    Its appointments of that time move to another one of its pool, if one is free.
    """
    with opened(settings) as session:
        closed = session.client.close_resource(
            session.resource(resource).id,
            start_date.on(session.today),
            session.date(end_date),
            start_time,
            end_time,
            reason,
        )
        _tell_closure(settings, session, "closed", closed)


@resources.command()
@click.argument("resource")
@click.option("--on", type=parse_date, metavar="DATE", help="Of several closures one on this date.")
@click.pass_obj
def reopen(settings: Settings, resource: str, on: TypedDate | None) -> None:
    """Open RESOURCE (its name or id) again: remove its closure."""
    with opened(settings) as session:
        found = session.resource(resource)
        date = session.date(on)
        closures = [
            it for it in found.closures if date is None or it.start_date <= date <= it.end_date
        ]
        when = "" if date is None else f" {dates(date, date)}"
        if not closures:
            raise Refusal(f"{found.name} is not closed{when}")
        closure = pick("closure", closures, lambda _: found.name, found.name, _period)
        reopened = session.client.reopen_resource(closure.id)
        _tell_closure(settings, session, "open again", reopened)


def _period(closure: ResourceClosure) -> str:
    """A closure's dates and times."""
    first = f"{day(closure.start_date)} {closure.start_time or ''}".strip()
    last = f"{day(closure.end_date)} {closure.end_time or ''}".strip()
    return first if first == last else f"{first} to {last}"


def _tell(settings: Settings, session: Session, what: str, resource: Resource) -> None:
    if settings.json:
        print_json(resource)
        return
    inactive = "" if resource.is_active else ", inactive"
    said = f"{resource.name}, {resource.kind}, pool {resource.pool}{inactive}"
    say(f"{what}: {said}, resource {session.shown_id(resource.id)}")
    _tell_moved(resource)
    tell_affected(session, resource.affected_appointments)


def _tell_closure(
    settings: Settings, session: Session, what: str, closure: ResourceClosure
) -> None:
    if settings.json:
        print_json(closure)
        return
    names = {it.id: it.name for it in session.client.list_resources()}
    say(f"{what}: {names[closure.resource_id]}, {_period(closure)}")
    _tell_moved(closure)
    tell_affected(session, closure.affected_appointments)


def _tell_moved(changed: Resource | ResourceClosure) -> None:
    if changed.moved_appointments:
        ids = ", ".join(str(it.id) for it in changed.moved_appointments)
        say(f"These appointments use another unit now: {ids}")
