"""The example files that come with the package."""

from __future__ import annotations

from operator import itemgetter
from pathlib import Path

import click

from schnittwerk_db.cli.language import _
from schnittwerk_db.cli.output import print_json, print_table, say
from schnittwerk_db.cli.settings import Settings

FOLDER = Path(__file__).parents[1] / "examples"


@click.command()
@click.option("--folder", is_flag=True, help="Only print the folder that they are in.")
@click.pass_obj
def examples(settings: Settings, folder: bool) -> None:
    """List the example files, and what each is for: a salon, a relay, gateways.

    \b
    schnittwerk examples
    """
    if folder:
        say(str(FOLDER))
        return
    files = [{"name": it.name, "purpose": _purpose(it)} for it in sorted(FOLDER.iterdir())]
    if settings.json:
        print_json({"folder": str(FOLDER), "files": files})
    else:
        say(_("in {folder}:").format(folder=FOLDER))
        print_table(files, {_("name"): itemgetter("name"), _("purpose"): itemgetter("purpose")})


def _purpose(file: Path) -> str:
    """The comment that the file begins with."""
    with file.open(encoding="utf-8") as lines:
        return next(lines).strip("#-/ \n")
