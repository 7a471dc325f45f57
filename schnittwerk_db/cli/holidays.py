"""Holidays and closures."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import click

from schnittwerk_db.cli.affected import tell_affected
from schnittwerk_db.cli.asking import YES, agreed
from schnittwerk_db.cli.language import _
from schnittwerk_db.cli.output import Columns, print_json, print_records, print_table, say
from schnittwerk_db.cli.progress import followed
from schnittwerk_db.cli.refusals import translated
from schnittwerk_db.cli.session import Session, opened, pick
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.cli.times import TypedDate, dates, day, parse_date, period
from schnittwerk_db.cli.words import word
from schnittwerk_db.models import Holiday, HolidayDate

if TYPE_CHECKING:
    from schnittwerk_db.holiday_import import PresentHoliday, PublicHoliday

TYPES = click.Choice(["public_holiday", "blackout_date", "maintenance"])


@click.group()
def holidays() -> None:
    """Show and keep holidays.

    `closures` has what else closes the salon, somebody or a room.

    \b
    schnittwerk holidays list
    """


@holidays.command("list")
@click.option(
    "--from", "from_", type=parse_date, metavar="DATE", help="First date; today if left out."
)
@click.option(
    "--to", type=parse_date, metavar="DATE", help="Last date; a year after the first if left out."
)
@click.pass_obj
def list_holidays(settings: Settings, from_: TypedDate | None, to: TypedDate | None) -> None:
    """List the dates that are closed.

    \b
    schnittwerk holidays list --from 1.1. --to 31.12.
    """
    with opened(settings) as session:
        first = session.date(from_) or session.today
        last = session.until(to, first) or first + dt.timedelta(days=365)
        names = session.staff_names()
        print_records(
            settings,
            session.client.list_holidays(first, last),
            {
                _("date"): lambda it: day(it.date),
                _("name"): lambda it: it.name,
                _("type"): lambda it: word(it.type),
                _("every year"): lambda it: it.is_recurring,
                _("for"): lambda it: whom(names, it),
            },
            wide={_("id"): lambda it: it.id, _("description"): lambda it: it.description},
            none=_("no holiday {when}").format(when=dates(first, last)),
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
    """Close DATE for NAME.

    \b
    schnittwerk holidays add 2.1. "Berchtold's Day" --recurring
    """
    with opened(settings) as session:
        created = create(session, name, date, end_date, is_recurring, type_, staff, description)
        tell_holiday(settings, session, _("added"), created)


def create(
    session: Session,
    name: str,
    date: TypedDate,
    end_date: TypedDate | None,
    is_recurring: bool,
    type_: str,
    staff: Sequence[str],
    description: str | None = None,
) -> Holiday:
    """Closes dates, for everybody or for some staff."""
    first = date.on(session.today)
    return session.client.create_holiday(
        name,
        first,
        is_recurring,
        type=type_,
        description=description,
        affects_all_staff=not staff,
        staff_ids=[session.staff(it).id for it in staff] or None,
        end_date=session.until(end_date, first),
    )


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
    """Change what is given of HOLIDAY (its id, or its name where only one bears it).

    \b
    schnittwerk holidays update "Berchtold's Day" --once
    """
    if staff and everyone:
        raise click.UsageError(_("--staff and --everyone exclude each other"))
    with opened(settings) as session:
        first = session.date(date)
        given = {
            "name": name,
            "date": first,
            "end_date": session.until(end_date, first),
            "is_recurring": is_recurring,
            "type": type_,
            "description": description,
            "affects_all_staff": False if staff else True if everyone else None,
            "staff_ids": [session.staff(it).id for it in staff] or None,
        }
        changes = {key: value for key, value in given.items() if value is not None}
        if not changes:
            raise click.UsageError(_("nothing to change: give an option"))
        changed = session.client.update_holiday(holiday_id(session, holiday), changes)
        tell_holiday(settings, session, _("changed"), changed)


@holidays.command("remove")
@click.argument("holiday")
@YES
@click.pass_obj
def remove(settings: Settings, holiday: str, yes: bool) -> None:
    """Remove HOLIDAY (its id, or its name where only one bears it).

    \b
    schnittwerk holidays remove "Berchtold's Day"
    """
    with opened(settings) as session:
        delete(settings, session, holiday_id(session, holiday), yes)


def delete(settings: Settings, session: Session, id_: UUID, yes: bool) -> None:
    """Removes a holiday or another closure, if the user agrees."""
    removed = agreed(
        settings,
        session,
        yes,
        lambda: session.client.delete_holiday(id_),
        lambda it: _("Remove {what}?").format(what=_text(session, it)),
    )
    tell_holiday(settings, session, _("removed"), removed)


def _parse_years(typed: str) -> tuple[int, int]:
    """A year such as 2026, or a first and a last one such as 2026-2030."""
    found = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", typed)
    if not found:
        raise click.BadParameter(_("{typed!r} is not years such as 2026-2030").format(typed=typed))
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

    \b
    schnittwerk holidays import --country CH --subdivision ZH --years 2027-2028 --preview
    """
    # The package takes as long to load as a short command to run.
    from schnittwerk_db.holiday_import import HolidayImportError, import_holidays, public_holidays

    try:
        wanted = public_holidays(country, subdivision, *years, language)
    except HolidayImportError as error:
        raise click.BadParameter(
            translated(str(error)), param_hint=f"'--{error.parameter}'"
        ) from error
    with opened(settings) as session:
        done = import_holidays(
            session.client,
            wanted,
            preview=preview,
            follow=followed(settings, _("adding holidays")),
        )
        if settings.json:
            print_json(done)
            return
        columns: Columns[PublicHoliday | PresentHoliday] = {
            _("date"): lambda it: day(it.date),
            _("name"): lambda it: it.name,
        }
        if done.added:
            print_table(done.added, columns)
        if renamed := [it for it in done.present if it.name not in it.kept]:
            kept: Columns[PresentHoliday] = {_("there already as"): lambda it: ", ".join(it.kept)}
            print_table(renamed, {**columns, **kept})
        told = (
            _("{added} would be added, {there} there already")
            if preview
            else _("{added} added, {there} there already")
        )
        say(told.format(added=len(done.added), there=len(done.present)))
        tell_affected(session, done.affected_appointments)


def holiday_id(session: Session, name_or_id: str, types: Sequence[str] | None = None) -> UUID:
    """The id itself, or of the holidays from a year ago to two years ahead the one of that name.

    Of ``types`` only, where they are given.
    """
    if (known := session.by_prefix("holiday", name_or_id)) is not None:
        return known
    first, last = (session.today + dt.timedelta(days=days) for days in (-365, 730))
    found = session.client.list_holidays(first, last)
    return pick(
        "holiday" if types is None else "closure",
        list({it.id: it for it in found if types is None or it.type in types}.values()),
        lambda it: it.name,
        name_or_id,
        lambda it: f"{it.id} ({it.date})",
        f" {dates(first, last)}",
    ).id


def whom(names: Mapping[UUID, str], it: Holiday | HolidayDate) -> str:
    """For whom a holiday is."""
    if it.affects_all_staff:
        return _("all")
    return ", ".join(names.get(who, str(who)) for who in it.staff_ids)


def _text(session: Session, it: Holiday) -> str:
    """What a holiday is called, when it is and for whom."""
    parts = [it.name, period(it.date, it.end_date or it.date, None, None)]
    if it.is_recurring:
        parts.append(_("every year"))
    if not it.affects_all_staff:
        parts.append(_("for {names}").format(names=whom(session.staff_names(), it)))
    return ", ".join(parts)


def tell_holiday(settings: Settings, session: Session, what: str, holiday: Holiday) -> None:
    """Says what became of a holiday or closure, and whom it concerns."""
    if settings.json:
        print_json(holiday)
        return
    say(
        _("{what}: {holiday}, {kind} {id}").format(
            what=what,
            holiday=_text(session, holiday),
            kind=_("holiday") if holiday.type == "public_holiday" else _("closure"),
            id=session.shown_id(holiday.id),
        )
    )
    tell_affected(session, holiday.affected_appointments)
