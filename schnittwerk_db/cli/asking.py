"""Asks before something is done that cannot be undone."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

import click

from schnittwerk_db.cli.affected import tell_affected
from schnittwerk_db.cli.language import _
from schnittwerk_db.cli.session import Session
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.json_text import visible

T = TypeVar("T")

YES = click.option("--yes", is_flag=True, help="Do not ask.")


def confirm(
    settings: Settings, yes: bool, question: str, show: Callable[[], None] | None = None
) -> None:
    """Goes on if the user agrees, and ends the command if not.

    With ``--yes`` nobody is asked. Where nobody can be, without a terminal or with ``--json``, it
    is needed. ``show`` prints what the user should see before the question.
    """
    if yes:
        return
    if settings.json or not sys.stdin.isatty():
        raise click.UsageError(
            _("nobody can be asked “{question}”: add --yes").format(question=visible(question))
        )
    if show is not None:
        show()
    if not agrees(question):
        raise click.Abort


def agrees(question: str) -> bool:
    """Asks on stderr until the answer is yes or no, in English or the user's language."""
    yes, no = _("yes"), _("no")

    def parse(typed: str) -> bool:
        answer = typed.strip().casefold()
        if answer in (yes, yes[0], "yes", "y"):
            return True
        if answer in (no, no[0], "no", "n", ""):
            return False
        raise click.UsageError(_("answer {yes} or {no}").format(yes=yes, no=no))

    asked = f"{visible(question)} [{yes[0]}/{no[0].upper()}]"
    agreed: bool = click.prompt(asked, "", value_proc=parse, show_default=False, err=True)
    return agreed


def agreed(
    settings: Settings,
    session: Session,
    yes: bool,
    act: Callable[[], T],
    question: Callable[[T], str],
) -> T:
    """Does what the user agrees to, and returns its result.

    To tell them what it will do, it is done and undone first: ``question`` is about that result,
    and the appointments that could no longer take place are listed.
    """
    if not yes:
        with session.client.connection.transaction(force_rollback=True):
            result = act()
        affected = getattr(result, "affected_appointments", ())
        confirm(
            settings,
            yes,
            question(result),
            lambda: tell_affected(
                session, affected, _("These appointments could no longer take place:")
            ),
        )
    return act()
