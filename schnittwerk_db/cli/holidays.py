"""Holidays and closures."""

from __future__ import annotations

import datetime as dt
import re
from uuid import UUID

import click

from schnittwerk_db.cli.affected import tell_affected
from schnittwerk_db.cli.output import print_json, print_records, print_table, say
from schnittwerk_db.cli.session import Session, opened, pick
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.cli.times import TypedDate, dates, day, parse_date
from schnittwerk_db.models import Holiday

TYPES = click.Choice(["public_holiday", "blackout_date", "maintenance"])


@click.group()
def holidays() -> None:
    """Show and keep holidays and other closures."""


@holidays.command("list")
@click.option(
    "--from", "from_", type=parse_date, metavar="DATE", help="First date; today if left out."
)
@click.option(
    "--to", type=parse_date, metavar="DATE", help="Last date; a year after the first if left out."
)
@click.pass_obj
def list_holidays(settings: Settings, from_: TypedDate | None, to: TypedDate | None) -> None:
    """List the dates that are closed."""
    with opened(settings) as session:
        first = session.date(from_) or session.today
        last = session.date(to) or first + dt.timedelta(days=365)
        names = session.staff_names()
        print_records(
            settings,
            session.client.list_holidays(first, last),
            {
                "date": lambda it: day(it.date),
                "name": lambda it: it.name,
                "type": lambda it: it.type,
                "every year": lambda it: it.is_recurring,
                "for": lambda it: (
                    "all" if it.affects_all_staff else ", ".join(names[who] for who in it.staff_ids)
                ),
            },
            wide={"id": lambda it: it.id},
            none=f"no holiday {dates(first, last)}",
        )


@holidays.command("add")
@click.argument("date", type=parse_date)
@click.argument("name")
@click.option(
    "--until", "end_date", type=parse_date, metavar="DATE", help="Last date, if more than one."
)
@click.option("--recurring", "is_recurring", is_flag=True, help="Every year.")
@click.option("--type", "type_", type=TYPES, default="public_holiday", show_default=True)
@click.option("--description", help="Free text.")
@click.option("--staff", multiple=True, help="Only for this member of staff; may be repeated.")
@click.pass_obj
def add(
    settings: Settings,
    date: TypedDate,
    name: str,
    end_date: TypedDate | None,
    is_recurring: bool,
    type_: str,
    description: str | None,
    staff: tuple[str, ...],
) -> None:
    """Close DATE for NAME."""
    with opened(settings) as session:
        created = session.client.create_holiday(
            name,
            date.on(session.today),
            is_recurring,
            type=type_,
            description=description,
            affects_all_staff=not staff,
            staff_ids=[session.staff(it).id for it in staff] or None,
            end_date=session.date(end_date),
        )
        _tell(settings, session, "added", created)


@holidays.command("update")
@click.argument("holiday")
@click.option("--name", help="New name.")
@click.option("--date", type=parse_date, metavar="DATE", help="New (first) date.")
@click.option("--until", "end_date", type=parse_date, metavar="DATE", help="New last date.")
@click.option("--recurring/--once", "is_recurring", default=None, help="Every year, or not.")
@click.option("--type", "type_", type=TYPES)
@click.option("--description", help="Free text.")
@click.option("--staff", multiple=True, help="Only for this member of staff; may be repeated.")
@click.option("--everyone", is_flag=True, help="For the whole salon.")
@click.pass_obj
def update(
    settings: Settings,
    holiday: str,
    name: str | None,
    date: TypedDate | None,
    end_date: TypedDate | None,
    is_recurring: bool | None,
    type_: str | None,
    description: str | None,
    staff: tuple[str, ...],
    everyone: bool,
) -> None:
    """Change what is given of HOLIDAY (its id, or its name where only one bears it)."""
    if staff and everyone:
        raise click.UsageError("--staff and --everyone exclude each other")
    with opened(settings) as session:
        given = {
            "name": name,
            "date": session.date(date),
            "end_date": session.date(end_date),
            "is_recurring": is_recurring,
            "type": type_,
            "description": description,
            "affects_all_staff": False if staff else True if everyone else None,
            "staff_ids": [session.staff(it).id for it in staff] or None,
        }
        changes = {key: value for key, value in given.items() if value is not None}
        if not changes:
            raise click.UsageError("nothing to change: give an option")
        changed = session.client.update_holiday(_holiday_id(session, holiday), changes)
        _tell(settings, session, "changed", changed)


@holidays.command("remove")
@click.argument("holiday")
@click.pass_obj
def remove(settings: Settings, holiday: str) -> None:
    """Remove HOLIDAY (its id, or its name where only one bears it)."""
    with opened(settings) as session:
        removed = session.client.delete_holiday(_holiday_id(session, holiday))
        _tell(settings, session, "removed", removed)


def _parse_years(typed: str) -> tuple[int, int]:
    """A year such as 2026, or a first and a last one such as 2026-2030."""
    found = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", typed)
    if not found:
        raise click.BadParameter(f"{typed!r} is not years such as 2026-2030")
    return int(found[1]), int(found[2] or found[1])


@holidays.command("import")
@click.option("--country", required=True, metavar="CODE", help="Whose holidays, such as CH.")
@click.option("--subdivision", metavar="CODE", help="Those of a part of it, such as ZH.")
@click.option(
    "--years", required=True, type=_parse_years, metavar="YEARS", help="Such as 2026-2030."
)
@click.option("--language", metavar="CODE", help="Of their names, such as de.")
@click.option("--preview", is_flag=True, help="Only tell what would be added.")
@click.pass_obj
def import_(
    settings: Settings,
    country: str,
    subdivision: str | None,
    years: tuple[int, int],
    language: str | None,
    preview: bool,
) -> None:
    """Add a country's public holidays on dates that have none yet.

    Each is added for its date only, as many move from year to year. A date that is closed for
    everybody as a public holiday is left as it is, whatever its name is.
    """
    # The package takes as long to load as a short command to run.
    from schnittwerk_db.holiday_import import HolidayImportError, import_holidays, public_holidays

    try:
        wanted = public_holidays(country, subdivision, *years, language)
    except HolidayImportError as error:
        raise click.BadParameter(str(error), param_hint=f"'--{error.parameter}'") from error
    with opened(settings) as session:
        done = import_holidays(session.client, wanted, preview=preview)
        if settings.json:
            print_json(done)
            return
        columns = {
            "date": lambda it: day(it.date),
            "name": lambda it: it.name,
        }
        if done.added:
            print_table(done.added, columns)
        if renamed := [it for it in done.present if it.name not in it.kept]:
            kept = {"there already as": lambda it: ", ".join(it.kept)}
            print_table(renamed, columns | kept)
        added = "would be added" if preview else "added"
        say(f"{len(done.added)} {added}, {len(done.present)} there already")
        tell_affected(session, done.affected_appointments)


def _holiday_id(session: Session, name_or_id: str) -> UUID:
    """The id itself, or of the holidays from a year ago to two years ahead the one of that name."""
    if (known := session.by_prefix("holiday", name_or_id)) is not None:
        return known
    first, last = (session.today + dt.timedelta(days=days) for days in (-365, 730))
    found = session.client.list_holidays(first, last)
    return pick(
        "holiday",
        list({it.id: it for it in found}.values()),
        lambda it: it.name,
        name_or_id,
        lambda it: f"{it.id} ({it.date})",
        f" {dates(first, last)}",
    ).id


def _tell(settings: Settings, session: Session, what: str, holiday: Holiday) -> None:
    if settings.json:
        print_json(holiday)
        return
    until = f" to {day(holiday.end_date)}" if holiday.end_date else ""
    say(
        f"{what}: {holiday.name}, {day(holiday.date)}{until},"
        f" holiday {session.shown_id(holiday.id)}"
    )
    tell_affected(session, holiday.affected_appointments)
