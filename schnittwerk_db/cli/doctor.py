"""``schnittwerk doctor``."""

from __future__ import annotations

import click

from schnittwerk_db.cli.failures import NO_DATABASE, REFUSED
from schnittwerk_db.cli.language import N_, _
from schnittwerk_db.cli.output import print_records
from schnittwerk_db.cli.refusals import translated
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.client import default_dsn

# What the checks are called, find and advise.
CHECKS = (
    N_("connection"),
    N_("server version"),
    N_("clock"),
    N_("slot generation"),
    N_("roles"),
    N_("rights"),
    N_("salons"),
    N_("migrations"),
    N_("Supabase's roles"),
    N_("time zone of {salon}"),
    N_("upkeep of {salon}"),
)
FOUND = (
    N_("database {name} as {user}"),
    N_("{seconds} seconds from this machine's"),
    N_("track_functions is {value}"),
    N_("in schema {schema}"),
    N_("is not installed"),
    N_("all there"),
    N_("counts as the service"),
    N_("does not count as the service"),
    N_("none yet"),
    N_("pending: {changes}"),
    N_("up to date"),
    N_("{count} grants missing"),
    N_("mapped"),
    N_("{zone} is known to the server only"),
    N_("{zone}: server and Python differ from {date}"),
    N_("has opening hours, services and staff"),
    N_("without {things}"),
    N_("{count} messages could not be delivered"),
    N_("{operations} operations and {refusals} refusals over {days} days old"),
)
REMEDIES = (
    N_("is the server up, and the DSN right?"),
    N_("use PostgreSQL {oldest} to {newest}"),
    N_("set both by NTP: notice and deadlines are by the server's"),
    N_("as a superuser: {statements}"),
    N_("for a back end of its own: {statement}"),
    N_("schnittwerk load FILE, or save_salon"),
    N_("call as a role that may use the book"),
    N_("migrate as the owner of the database"),
    N_("update the server's tzdata"),
    N_("update the server's tzdata and Python's"),
    N_("nothing can be booked before there are some"),
    N_("run schnittwerk maintain daily"),
)
STATES = (N_("ok"), N_("warn"), N_("fail"))


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
            _("state"): lambda it: _(it.state),
            _("check"): lambda it: translated(it.name, CHECKS),
            _("found"): lambda it: translated(it.found, FOUND),
            _("remedy"): lambda it: translated(it.remedy or "", REMEDIES),
        },
        none=_("nothing to check"),
    )
    if any(it.state == "fail" for it in checks):
        ctx.exit(NO_DATABASE if len(checks) == 1 else REFUSED)
