"""``schnittwerk doctor``."""

from __future__ import annotations

import click

from schnittwerk_db.cli.failures import NO_DATABASE, REFUSED
from schnittwerk_db.cli.output import print_records
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.client import default_dsn


@click.command()
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Look for what keeps the book from working, and say what to do about it.

    The exit code is 1 where a check fails, 3 where there is no database; warnings leave it 0.

    \b
    schnittwerk doctor
    """
    from schnittwerk_db.doctor import examine  # takes long to load

    settings: Settings = ctx.obj
    checks = examine(default_dsn() if settings.dsn is None else settings.dsn)
    print_records(
        settings,
        checks,
        {
            "state": lambda it: it.state,
            "check": lambda it: it.name,
            "found": lambda it: it.found,
            "remedy": lambda it: it.remedy,
        },
        none="nothing to check",
    )
    if any(it.state == "fail" for it in checks):
        ctx.exit(NO_DATABASE if len(checks) == 1 else REFUSED)
