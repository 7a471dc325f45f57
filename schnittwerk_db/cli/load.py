"""Loading a salon from a file."""

from __future__ import annotations

from pathlib import Path

import click

from schnittwerk_db.cli.affected import tell_affected
from schnittwerk_db.cli.output import print_json, say
from schnittwerk_db.cli.session import Session, pick
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.client import connect
from schnittwerk_db.loading import Loaded
from schnittwerk_db.loading import load as load_file


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def load(settings: Settings, file: Path) -> None:
    """Bring the salon described in the TOML FILE into the book, all of it or nothing.

    What is there already by name is brought up to date. With --salon the file is loaded into that
    salon, whatever it is called there.
    """
    with connect(settings.dsn) as client:
        salon_id = None
        if settings.salon is not None:
            salons = client.list_salons()
            salon_id = pick("salon", salons, lambda it: it.name, settings.salon).id
        loaded = load_file(client, file, salon_id)
        if settings.json:
            print_json(loaded)
            return
        say(loaded_text(loaded))
        tell_affected(Session(client, loaded.salon), loaded.affected_appointments)


def loaded_text(loaded: Loaded) -> str:
    """What a file brought, in one line."""
    counts = [f"{count} {kind.replace('_', ' ')}" for kind, count in loaded.counts.items() if count]
    return f"loaded {', '.join(counts) or 'no more than its name'} into {loaded.salon.name}"
