"""Asks before something is done that cannot be undone."""

from __future__ import annotations

import sys

import click

from schnittwerk_db.cli.language import _
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.json_text import visible

YES = click.option("--yes", is_flag=True, help="Do not ask.")


def confirm(settings: Settings, yes: bool, question: str) -> None:
    """Goes on if the user agrees, and ends the command if not.

    With ``--yes`` nobody is asked. Where nobody can be, without a terminal or with ``--json``, it
    is needed.
    """
    if yes:
        return
    if settings.json or not sys.stdin.isatty():
        raise click.UsageError(
            _("nobody can be asked “{question}”: add --yes").format(question=visible(question))
        )
    click.confirm(visible(question), abort=True)
