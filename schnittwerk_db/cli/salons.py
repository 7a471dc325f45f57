"""Salons: listing them, choosing one, removing one that was never used."""

from __future__ import annotations

import dataclasses

import click

from schnittwerk_db.cli.chosen import remember
from schnittwerk_db.cli.failures import Refusal
from schnittwerk_db.cli.output import print_json, print_records, say
from schnittwerk_db.cli.session import chosen_salons, pick_salon, the_one
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.client import connect


@click.group(invoke_without_command=True)
@click.pass_context
def salons(ctx: click.Context) -> None:
    """List the salons, and which of them commands use; choose or remove one."""
    if ctx.invoked_subcommand is not None:
        return
    settings: Settings = ctx.obj
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
            "name": lambda it: it.name,
            "time zone": lambda it: it.time_zone,
            "currency": lambda it: it.currency,
            "used": lambda it: it == used,
        },
        wide={"id": lambda it: it.id},
        none="no salon",
    )


@salons.command()
@click.argument("name", metavar="SALON")
@click.pass_obj
def use(settings: Settings, name: str) -> None:
    """Use SALON, in this database, wherever neither --salon nor SCHNITTWERK_SALON names another."""
    with connect(settings.dsn) as client:
        there = client.list_salons()
    chosen = pick_salon(there, name)
    try:
        remember(chosen.id, there)
    except OSError as error:
        raise Refusal(f"the choice cannot be kept: {error.strerror}: {error.filename}") from error
    if settings.json:
        print_json(chosen)
    else:
        say(f"commands use {chosen.name}, salon {chosen.id}")


@salons.command()
@click.argument("name", metavar="SALON")
@click.pass_obj
def remove(settings: Settings, name: str) -> None:
    """Remove SALON, which must have no customers, services, staff or profiles.

    Its settings, hours, holidays, policies and events go with it; the audit trail stays.
    """
    with connect(settings.dsn) as client:
        removed = client.delete_salon(pick_salon(client.list_salons(), name).id)
    if settings.json:
        print_json(removed)
    else:
        say(f"removed: {removed.name}, salon {removed.id}")
