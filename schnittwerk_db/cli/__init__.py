"""The command line: ``schnittwerk [--dsn URL] [--salon NAME_OR_ID] [--json] COMMAND``."""

from __future__ import annotations

from typing import Any

import click
from click.core import ParameterSource

from schnittwerk_db import __version__
from schnittwerk_db.cli.audit import audit
from schnittwerk_db.cli.bookings import appointments, book, explain, slots
from schnittwerk_db.cli.business import business
from schnittwerk_db.cli.changes import cancel, complete, confirm_, move, no_show, show
from schnittwerk_db.cli.closures import closures
from schnittwerk_db.cli.completion import complete_names, completion
from schnittwerk_db.cli.contact import contact
from schnittwerk_db.cli.customers import customers
from schnittwerk_db.cli.day import day, utilisation, week
from schnittwerk_db.cli.db import db
from schnittwerk_db.cli.demo import demo
from schnittwerk_db.cli.doctor import doctor
from schnittwerk_db.cli.examples import examples
from schnittwerk_db.cli.failures import told_plainly
from schnittwerk_db.cli.fees import fees
from schnittwerk_db.cli.hold import hold
from schnittwerk_db.cli.holidays import holidays
from schnittwerk_db.cli.hours import hours
from schnittwerk_db.cli.language import (
    LANGUAGES,
    N_,
    _,
    asked_for,
    given_back,
    speak,
    translate_help,
)
from schnittwerk_db.cli.load import load
from schnittwerk_db.cli.metrics import metrics
from schnittwerk_db.cli.migrations import migrate, rollback
from schnittwerk_db.cli.naming import naming_arguments_as_typed
from schnittwerk_db.cli.output import say
from schnittwerk_db.cli.policies import policies
from schnittwerk_db.cli.prices import prices
from schnittwerk_db.cli.profiles import profiles
from schnittwerk_db.cli.relay import relay
from schnittwerk_db.cli.resources import resources
from schnittwerk_db.cli.salons import salons
from schnittwerk_db.cli.services import services
from schnittwerk_db.cli.settings import Settings, parse_dsn
from schnittwerk_db.cli.staff import staff
from schnittwerk_db.cli.timeoff import timeoff
from schnittwerk_db.cli.upkeep import maintain, retention
from schnittwerk_db.cli.visits import visits
from schnittwerk_db.cli.waitlist import waitlist

SALON_VARIABLE = "SCHNITTWERK_SALON"

# under which a context keeps what was typed
_TYPED = "schnittwerk_db.typed"


class _Main(click.Group):
    """All commands, which fail plainly and take the options of `_everywhere`."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        with given_back(self):
            return super().main(*args, **kwargs)

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        speak(asked_for(args))
        translate_help(self)
        typed = tuple(args)
        with told_plainly(lambda: "--json" in typed):
            context = super().make_context(info_name, args, parent, **extra)
        context.meta[_TYPED] = typed
        return context

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        naming_arguments_as_typed(cmd)
        _take_everywhere(cmd)
        complete_names(cmd)
        super().add_command(cmd, name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Lists the commands by what they are about."""
        room = formatter.width - 6 - max(map(len, self.commands))
        for title, commands in _SECTIONS.items():
            with formatter.section(_(title)):
                formatter.write_dl(
                    [(str(it.name), it.get_short_help_str(room)) for it in commands], col_spacing=2
                )

    def invoke(self, ctx: click.Context) -> Any:
        with told_plainly(lambda: "--json" in ctx.meta[_TYPED]):
            return super().invoke(ctx)


def _everywhere() -> list[click.Option]:
    """The options that may stand before the command or after it."""

    def kept(ctx: click.Context, option: click.Parameter, value: Any) -> None:
        settings = ctx.ensure_object(Settings)
        if value in (None, False):
            return
        setattr(settings, str(option.name), value)
        if option.name == "salon":
            source = ctx.get_parameter_source("salon")
            is_typed = source is ParameterSource.COMMANDLINE
            settings.salon_source = "--salon" if is_typed else SALON_VARIABLE

    return [
        click.Option(
            ["--dsn"],
            type=parse_dsn,
            envvar="SCHNITTWERK_DSN",
            metavar="URL",
            help="Database; else SCHNITTWERK_DSN, else the embedded one.",
            expose_value=False,
            callback=kept,
        ),
        click.Option(
            ["--salon"],
            envvar=SALON_VARIABLE,
            metavar="NAME_OR_ID",
            help="Salon; else SCHNITTWERK_SALON, else the one of `salons use`, else the only one.",
            expose_value=False,
            callback=kept,
        ),
        click.Option(
            ["--as", "user"],
            metavar="USER",
            help="Act as this user (name or id of their profile), with their rights and limits.",
            expose_value=False,
            callback=kept,
        ),
        click.Option(
            ["--json"],
            is_flag=True,
            help="Print JSON, also for refusals.",
            expose_value=False,
            callback=kept,
        ),
        click.Option(
            ["--wide"],
            is_flag=True,
            help="Print all columns of tables, and whole ids.",
            expose_value=False,
            callback=kept,
        ),
        click.Option(
            ["--lang"],
            type=click.Choice(LANGUAGES),
            help="Language; else that of the environment (LANG).",
            expose_value=False,
        ),
    ]


def _take_everywhere(command: click.Command) -> None:
    """Has a command, and all in it, take the options that its help leaves to the main one's."""
    own = {name for it in command.params for name in it.opts}
    for option in _everywhere():
        if not own.intersection(option.opts):
            option.hidden = True
            option.envvar = None
            command.params.append(option)
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            _take_everywhere(inner)


def _tell_version(ctx: click.Context, _option: click.Parameter, is_asked: bool) -> None:
    """As click's own option, but in the language of the call."""
    if is_asked and not ctx.resilient_parsing:
        told = {"prog": ctx.find_root().info_name, "version": __version__}
        say(_("%(prog)s, version %(version)s") % told)
        ctx.exit()


@click.group(
    cls=_Main,
    context_settings={"help_option_names": ["-h", "--help"]},
    params=list[click.Parameter](_everywhere()),
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_tell_version,
    help="Show the version and exit.",
)
def main() -> None:
    """An appointment book for salons, in PostgreSQL.

    The options below may stand before a command or after it.
    """


_SECTIONS: dict[str, tuple[click.Command, ...]] = {
    N_("Appointments"): (
        *(slots, book, appointments, show, move, cancel, confirm_, complete, no_show),
        *(explain, hold, visits, waitlist, fees),
    ),
    N_("The day"): (day, week, utilisation, metrics),
    N_("The salon"): (
        *(salons, business, hours, closures, holidays, staff, timeoff, services, resources),
        *(prices, policies, load),
    ),
    N_("People"): (customers, contact, profiles, audit),
    N_("Operations"): (
        *(demo, doctor, db, migrate, rollback, relay, maintain, retention, examples, completion),
    ),
}

for _commands in _SECTIONS.values():
    for _command in _commands:
        main.add_command(_command)
