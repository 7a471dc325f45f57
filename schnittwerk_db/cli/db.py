"""``schnittwerk db``: the embedded server."""

from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path

import click

from schnittwerk_db.cli.failures import NO_DATABASE
from schnittwerk_db.cli.output import print_json
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.server import EmbeddedServer


@click.group()
def db() -> None:
    """The embedded server: it starts on first use and runs until it is stopped."""


@db.command()
def start() -> None:
    """Start it, making it first where there is none."""
    server = EmbeddedServer()
    server.start()
    click.echo(f"running, its data in {server.home}")


@db.command()
def stop() -> None:
    """Stop it; the data stays."""
    click.echo("stopped" if EmbeddedServer().stop() else "was not running")


@db.command()
@click.pass_context
def status(ctx: click.Context) -> None:
    """Tell whether it runs, and where; the exit code is 3 where it does not."""
    found = EmbeddedServer().status()
    facts = {it.name: getattr(found, it.name) for it in fields(found)}
    facts = {key: str(it) if isinstance(it, Path) else it for key, it in facts.items()}
    settings: Settings = ctx.obj
    if settings.json:
        print_json(facts)
    else:
        click.echo("running" if found.running else "not running")
        for name in ("home", "dsn", "pid", "version", "log"):
            if facts[name] is not None:
                click.echo(f"{name:<8} {facts[name]}")
    if not found.running:
        ctx.exit(NO_DATABASE)


@db.command()
def url() -> None:
    """Start it if need be, and print the DSN for other programs."""
    click.echo(EmbeddedServer().ensure_running())


@db.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def psql(arguments: tuple[str, ...]) -> None:
    """Start it if need be, and open psql on it; ARGUMENTS go to psql."""
    server = EmbeddedServer()
    dsn = server.ensure_running()
    program = server.bin("psql")
    os.execv(program, [str(program), "--dbname", dsn, *arguments])
