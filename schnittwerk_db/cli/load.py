"""Loading a salon from a file."""

from __future__ import annotations

import sys
from pathlib import Path
from uuid import UUID

import click

from schnittwerk_db.cli import words
from schnittwerk_db.cli.affected import tell_affected
from schnittwerk_db.cli.asking import agrees
from schnittwerk_db.cli.failures import Refusal
from schnittwerk_db.cli.language import _
from schnittwerk_db.cli.output import print_json, say
from schnittwerk_db.cli.progress import followed
from schnittwerk_db.cli.refusals import CHANGES, translated
from schnittwerk_db.cli.session import Session, near_names, pick_salon
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.client import Client, connect
from schnittwerk_db.loading import Loaded
from schnittwerk_db.loading import load as load_file
from schnittwerk_db.salon_file import SalonFile


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only tell what would change.")
@click.option("--new", is_flag=True, help="Add the salon of the file without asking.")
@click.option(
    "--new-customers", is_flag=True, help="Add customers whom an existing salon does not have."
)
@click.pass_obj
def load(settings: Settings, file: Path, dry_run: bool, new: bool, new_customers: bool) -> None:
    """Bring the salon described in the TOML FILE into the book, all of it or nothing.

    What is there already, by name, is changed where the file says something else, also where it
    was changed by other means since; what the file leaves out stays. Prints every change.

    The salon is the one of the file's name. A command line with --salon loads the file into that
    salon and renames it; SCHNITTWERK_SALON and the choice of `salons use` do not count here.

    A customer whom an existing salon does not have (by e-mail, else by name) may have been erased
    there. So they are passed over and told, unless --new-customers is given.

    \b
    schnittwerk load salon.toml --dry-run
    """
    read = SalonFile.read(file)
    with connect(settings.dsn) as client:
        salon_id = _salon_id(client, settings, read, ask=not (new or dry_run))
        loaded = load_file(
            client,
            read,
            salon_id,
            new_customers=new_customers,
            dry_run=dry_run,
            follow=followed(settings, _("loading")),
        )
        if settings.json:
            print_json(loaded)
            return
        for told in (*loaded.changes, *loaded.skipped):
            say(translated(str(told), CHANGES))
        client.salon_id = loaded.salon.id
        tell_affected(Session(client, loaded.salon), loaded.affected_appointments)
        say(_("dry run: nothing was written") if dry_run else loaded_text(loaded))


def _salon_id(client: Client, settings: Settings, file: SalonFile, *, ask: bool) -> UUID | None:
    """The salon that the command line names; None of the file's, which may have to be confirmed."""
    salons = client.list_salons()
    if settings.salon is not None and settings.salon_source == "--salon":
        return pick_salon(salons, settings.salon).id
    name, names = file.salon_name, [it.name for it in salons]
    if not names or name in names or not ask:
        return None
    told = _("there is no salon named {name!r} yet; there is {near}").format(
        name=name, near=", ".join(near_names(name, names) or names)
    )
    if not sys.stdin.isatty():
        raise click.UsageError(
            _("{told}: add it with --new, or load the file into another with --salon NAME").format(
                told=told
            )
        )
    if not agrees(_("{told}. Add it?").format(told=told)):
        raise Refusal(_("nothing was loaded; load the file into another salon with --salon NAME"))
    return None


def loaded_text(loaded: Loaded) -> str:
    """What a file brought, in one line."""
    if not loaded.changes:
        return _("nothing to change in {salon}").format(salon=loaded.salon.name)
    counts = [f"{count} {words.loaded(kind)}" for kind, count in loaded.counts.items() if count]
    return _("loaded {counts} into {salon}").format(
        counts=", ".join(counts) or _("no more than its name"), salon=loaded.salon.name
    )
