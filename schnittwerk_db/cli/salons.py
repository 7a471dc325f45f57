"""Salons: listing them, choosing one, adding, changing, and removing one that was never used."""

from __future__ import annotations

import dataclasses

import click

from schnittwerk_db.cli.affected import tell_affected
from schnittwerk_db.cli.asking import YES, agreed
from schnittwerk_db.cli.chosen import remember
from schnittwerk_db.cli.failures import Refusal
from schnittwerk_db.cli.language import _
from schnittwerk_db.cli.output import print_json, print_records, say, short_id
from schnittwerk_db.cli.session import Session, chosen_salons, pick_salon, the_one
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.client import connect
from schnittwerk_db.models import Salon

ZONE = "IANA name of its time zone, such as Europe/Zurich."
SALON = click.argument("name_or_id", metavar="SALON")

CURRENCY = "ISO 4217 code of its currency."


@click.group(invoke_without_command=True)
@click.pass_context
def salons(ctx: click.Context) -> None:
    """List the salons, and which of them commands use; choose, add, change or remove one.

    \b
    schnittwerk salons
    """
    if ctx.invoked_subcommand is None:
        _list(ctx.obj)


@salons.command("list")
@click.pass_obj
def list_salons(settings: Settings) -> None:
    """List the salons, and which of them commands use.

    \b
    schnittwerk salons list
    """
    _list(settings)


def _list(settings: Settings) -> None:
    with connect(settings.dsn) as client:
        found = client.list_salons()
        try:
            used = the_one(chosen_salons(client, settings))
        except Refusal:  # the list helps somebody who named one that does not exist
            used = None
    if settings.json:
        print_json([dataclasses.asdict(it) | {"is_used": it == used} for it in found])
        return
    print_records(
        settings,
        found,
        {
            _("name"): lambda it: it.name,
            _("time zone"): lambda it: it.time_zone,
            _("currency"): lambda it: it.currency,
            _("used"): lambda it: it == used,
        },
        wide={_("id"): lambda it: it.id},
        none=_("no salon"),
    )


@salons.command()
@SALON
@click.pass_obj
def use(settings: Settings, name_or_id: str) -> None:
    """Use SALON, in this database, wherever neither --salon nor SCHNITTWERK_SALON names another.

    \b
    schnittwerk salons use "Schnittwerk Your Style"
    """
    with connect(settings.dsn) as client:
        there = client.list_salons()
    chosen = pick_salon(there, name_or_id)
    try:
        remember(chosen.id, there)
    except OSError as error:
        raise Refusal(
            _("the choice cannot be kept: {reason}: {file}").format(
                reason=error.strerror, file=error.filename
            )
        ) from error
    if settings.json:
        print_json(chosen)
    else:
        say(_("commands use {name}, salon {id}").format(name=chosen.name, id=short_id(chosen.id)))


@salons.command()
@click.argument("name")
@click.option("--time-zone", required=True, metavar="ZONE", help=ZONE)
@click.option("--currency", metavar="CODE", help=f"{CURRENCY[:-1]}; CHF if left out.")
@click.pass_obj
def add(settings: Settings, name: str, time_zone: str, currency: str | None) -> None:
    """Add the salon NAME. Where there are several, `salons use` chooses one.

    \b
    schnittwerk salons add "Schnittwerk Nord" --time-zone Europe/Zurich --currency CHF
    """
    with connect(settings.dsn) as client:
        saved = client.save_salon(name, time_zone, currency)
        _tell(settings, Session(client, saved, settings.wide), _("added"))


@salons.command()
@SALON
@click.option("--name", help="What it is called from now on.")
@click.option("--time-zone", metavar="ZONE", help=ZONE)
@click.option("--currency", metavar="CODE", help=CURRENCY)
@click.pass_obj
def edit(
    settings: Settings,
    name_or_id: str,
    name: str | None,
    time_zone: str | None,
    currency: str | None,
) -> None:
    """Change what is given of SALON (its name or id).

    \b
    schnittwerk salons edit "Schnittwerk Nord" --name "Schnittwerk North"
    """
    if (name, time_zone, currency) == (None, None, None):
        raise click.UsageError(_("nothing to change: give an option"))
    with connect(settings.dsn) as client:
        there = pick_salon(client.list_salons(), name_or_id)
        saved = client.save_salon(name, time_zone, currency, there.id)
        client.salon_id = saved.id
        _tell(settings, Session(client, saved, settings.wide), _("changed"))


@salons.command()
@SALON
@YES
@click.pass_obj
def remove(settings: Settings, name_or_id: str, yes: bool) -> None:
    """Remove SALON, which must have no customers, services, staff or profiles.

    Its settings, hours, holidays, policies and events go with it; the audit trail stays.

    \b
    schnittwerk salons remove "Schnittwerk Nord"
    """
    with connect(settings.dsn) as client:
        there = pick_salon(client.list_salons(), name_or_id)
        session = Session(client, there, settings.wide)
        removed = agreed(
            settings,
            session,
            yes,
            lambda: client.delete_salon(there.id),
            lambda it: _(
                "Remove the salon {name}, with its settings, hours, holidays and policies?"
            ).format(name=it.name),
        )
        _tell(settings, Session(client, removed, settings.wide), _("removed"))


def _tell(settings: Settings, session: Session, what: str) -> None:
    salon: Salon = session.salon
    if settings.json:
        print_json(salon)
        return
    say(
        _("{what}: {name}, {zone}, {currency}, salon {id}").format(
            what=what,
            name=salon.name,
            zone=salon.time_zone,
            currency=salon.currency,
            id=session.shown_id(salon.id),
        )
    )
    tell_affected(session, salon.affected_appointments)
