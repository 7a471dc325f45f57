"""Completion by the shell, of commands and options and of the names of what the salon has."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import click
import psycopg
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    add_completion_class,
    get_completion_class,
)

from schnittwerk_db.cli.failures import Refusal
from schnittwerk_db.cli.session import Session, opened
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.errors import BookingError, SchemaMissing, ServerError
from schnittwerk_db.extras import MissingExtraError

SHELLS = ("bash", "zsh", "fish")
_VARIABLE = "_SCHNITTWERK_COMPLETE"


class _Bash(BashComplete):
    """Completion for bash, which is to quote what it inserts: names have spaces."""

    source_template = BashComplete.source_template.replace("-o nosort", "-o nosort -o filenames")


def _staff(session: Session, _typed: str) -> Iterable[str]:
    return session.staff_names().values()


def _services(session: Session, _typed: str) -> Iterable[str]:
    return (it.name for it in session.client.list_services())


def _customers(session: Session, typed: str) -> Iterable[str]:
    return (it.full_name for it in session.client.list_customers(typed or None))


def _items(session: Session, typed: str) -> Iterable[str]:
    """Services, and with @ who performs them; with + in front if typed so."""
    plus = "+" if typed.startswith("+") else ""
    service, at, _staff = typed.removeprefix("+").partition("@")
    services = session.client.list_services()
    if not at:
        return (plus + it.name for it in services)
    found = [it.id for it in services if it.name == service]
    staff = session.client.list_staff(found[0]) if found else []
    return (f"{plus}{service}@{it.full_name}" for it in staff)


def _salons(session: Session, _typed: str) -> Iterable[str]:
    return (it.name for it in session.client.list_salons())


def _users(session: Session, _typed: str) -> Iterable[str]:
    return (it.full_name or "" for it in session.client.list_profiles())


def _holidays(session: Session, _typed: str) -> Iterable[str]:
    until = session.today.replace(year=session.today.year + 1, day=1)
    return dict.fromkeys(it.name for it in session.client.list_holidays(session.today, until))


# by the name of a command's parameter
_NAMES: dict[str, Callable[[Session, str], Iterable[str]]] = {
    "added": _services,
    "appointment": _customers,
    "closure": _holidays,
    "customer": _customers,
    "entry_id": _customers,
    "holiday": _holidays,
    "items": _items,
    "keep": _customers,
    "key": lambda session, _typed: (it.policy_key for it in session.client.list_policies()),
    "merge": _customers,
    "name_or_id": _salons,
    "policy_key": lambda session, _typed: (it.policy_key for it in session.client.list_policies()),
    "profile": _users,
    "removed": _services,
    "resource": lambda session, _typed: (it.name for it in session.client.list_resources()),
    "rule": lambda session, _typed: (it.name for it in session.client.list_price_rules()),
    "salon": _salons,
    "search": _customers,
    "service": _services,
    "services": _services,
    "staff": _staff,
    "time_off": _staff,
    "user": _users,
    "visit": _customers,
}


class _Name(click.types.StringParamType):
    """A text that is the name of something; the shell completes it."""

    def __init__(self, names: Callable[[Session, str], Iterable[str]]) -> None:
        self._names = names

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem[Any]]:
        """The names that begin as typed; none where the book cannot be asked."""
        try:
            with opened(ctx.find_object(Settings) or Settings()) as session:
                names = list(self._names(session, incomplete))
        except (
            BookingError,
            MissingExtraError,
            Refusal,
            SchemaMissing,
            ServerError,
            psycopg.Error,
        ):
            return []
        typed = incomplete.casefold()
        return [CompletionItem(it) for it in names if it.casefold().startswith(typed)]


def complete_names(command: click.Command) -> None:
    """Has a command, and all in it, complete the names that it takes."""
    for parameter in command.params:
        if parameter.name in _NAMES and parameter.type is click.STRING:
            parameter.type = _Name(_NAMES[parameter.name])
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            complete_names(inner)


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that has SHELL complete commands, options and names.

    \b
    source <(schnittwerk completion bash)
    schnittwerk completion zsh > ~/.zfunc/_schnittwerk
    schnittwerk completion fish > ~/.config/fish/completions/schnittwerk.fish
    """
    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(ctx.find_root().command, {}, "schnittwerk", _VARIABLE).source())


add_completion_class(_Bash)
