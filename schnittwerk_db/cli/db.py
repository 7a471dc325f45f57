"""``schnittwerk db``: the embedded server."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click
from click.core import ParameterSource
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from schnittwerk_db.cli.failures import NO_DATABASE, Refusal
from schnittwerk_db.cli.language import _
from schnittwerk_db.cli.output import print_json, say
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.client import default_dsn
from schnittwerk_db.extras import MissingExtraError

if TYPE_CHECKING:
    from schnittwerk_db.server import EmbeddedServer

P = ParamSpec("P")
T = TypeVar("T")


@click.group()
def db() -> None:
    """The embedded server: it starts on first use and runs until it is stopped.

    \b
    schnittwerk db status
    """


def _embedded() -> EmbeddedServer:
    from schnittwerk_db.server import EmbeddedServer  # other commands can do without its extra

    return EmbeddedServer()


def embedded_only(run: Callable[P, T]) -> Callable[P, T]:
    """Refuses --dsn, which says that another server is meant."""

    @wraps(run)
    def checked(*args: P.args, **kwargs: P.kwargs) -> T:
        context = click.get_current_context()
        source = context.find_root().get_parameter_source("dsn")
        if source == ParameterSource.COMMANDLINE:
            raise click.UsageError(
                _("db {command} is about the embedded server: leave --dsn out").format(
                    command=context.info_name
                )
            )
        return run(*args, **kwargs)

    return checked


@db.command()
@embedded_only
def start() -> None:
    """Start it. The first start creates it.

    \b
    schnittwerk db start
    """
    server = _embedded()
    server.start()
    say(_("running, its data in {folder}").format(folder=server.home))


@db.command()
@embedded_only
def stop() -> None:
    """Stop it; the data stays.

    \b
    schnittwerk db stop
    """
    say(_("stopped") if _embedded().stop() else _("was not running"))


@db.command()
@embedded_only
@click.pass_context
def status(ctx: click.Context) -> None:
    """Tell whether it runs, and where; the exit code is 3 where it does not.

    \b
    schnittwerk db status
    """
    found = _embedded().status()
    facts = {it.name: getattr(found, it.name) for it in fields(found)}
    facts = {key: str(it) if isinstance(it, Path) else it for key, it in facts.items()}
    settings: Settings = ctx.obj
    if settings.json:
        print_json(facts)
    else:
        say(_("running") if found.running else _("not running"))
        for name in ("home", "dsn", "pid", "version", "log"):
            if facts[name] is not None:
                say(f"{name:<8} {facts[name]}")
    if not found.running:
        ctx.exit(NO_DATABASE)


@db.command()
@embedded_only
def url() -> None:
    """Start it if need be, and print the DSN for other programs.

    \b
    schnittwerk db url
    """
    say(_embedded().ensure_running())


@db.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def psql(settings: Settings, arguments: tuple[str, ...]) -> None:
    """Open psql on the database of the other commands; ARGUMENTS go to psql.

    That is the one of --dsn or SCHNITTWERK_DSN, else the embedded one, which is started if need be.

    \b
    schnittwerk db psql -c "select * from schnittwerk.list_salons()"
    """
    dsn = default_dsn() if settings.dsn is None else settings.dsn
    try:
        program = str(_embedded().bin("psql"))
    except MissingExtraError:  # a database elsewhere does without it
        program = "psql"
    options = conninfo_to_dict(dsn)
    if password := options.pop("password", None):  # arguments can be seen by everybody
        os.environ["PGPASSWORD"] = str(password)
    try:
        os.execvp(program, [program, "--dbname", make_conninfo("", **options), *arguments])
    except OSError as error:
        raise Refusal(f"{program}: {error.strerror}") from error
