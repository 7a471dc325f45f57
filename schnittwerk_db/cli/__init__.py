"""The command line: ``schnittwerk [--dsn URL] [--salon NAME_OR_ID] [--json] COMMAND``."""

from __future__ import annotations

from typing import Any

import click
from click.core import ParameterSource

from schnittwerk_db import __version__
from schnittwerk_db.cli.audit import audit
from schnittwerk_db.cli.bookings import appointments, book, explain, slots
from schnittwerk_db.cli.catalog import contact, customers, services, staff
from schnittwerk_db.cli.changes import cancel, complete, confirm, no_show, reschedule, show
from schnittwerk_db.cli.customer import customer
from schnittwerk_db.cli.db import db
from schnittwerk_db.cli.demo import demo
from schnittwerk_db.cli.doctor import doctor
from schnittwerk_db.cli.examples import examples
from schnittwerk_db.cli.failures import naming_arguments_as_typed, told_plainly
from schnittwerk_db.cli.fees import fees
from schnittwerk_db.cli.hold import hold
from schnittwerk_db.cli.holidays import holidays
from schnittwerk_db.cli.hours import hours
from schnittwerk_db.cli.load import load
from schnittwerk_db.cli.metrics import metrics
from schnittwerk_db.cli.migrations import migrate, rollback
from schnittwerk_db.cli.policies import policies
from schnittwerk_db.cli.prices import prices
from schnittwerk_db.cli.relay import relay
from schnittwerk_db.cli.resources import resources
from schnittwerk_db.cli.salons import salons
from schnittwerk_db.cli.settings import Settings, parse_dsn
from schnittwerk_db.cli.upkeep import maintain, retention
from schnittwerk_db.cli.visits import visits
from schnittwerk_db.cli.waitlist import waitlist

SALON_VARIABLE = "SCHNITTWERK_SALON"


class _PlainlyFailing(click.Group):
    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        with told_plainly():
            return super().make_context(info_name, args, parent, **extra)

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        naming_arguments_as_typed(cmd)
        super().add_command(cmd, name)

    def invoke(self, ctx: click.Context) -> Any:
        with told_plainly(ctx.params["as_json"]):
            return super().invoke(ctx)


@click.group(cls=_PlainlyFailing, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
@click.option(
    "--dsn",
    type=parse_dsn,
    envvar="SCHNITTWERK_DSN",
    metavar="URL",
    help="Database; else SCHNITTWERK_DSN, else the embedded one.",
)
@click.option(
    "--salon",
    metavar="NAME_OR_ID",
    envvar=SALON_VARIABLE,
    help=f"Salon; else {SALON_VARIABLE}, else the one that `salons use` chose, else the only one.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of tables.")
@click.pass_context
def main(ctx: click.Context, dsn: str | None, salon: str | None, as_json: bool) -> None:
    """An appointment book for salons, in PostgreSQL."""
    is_typed = ctx.get_parameter_source("salon") is ParameterSource.COMMANDLINE
    ctx.obj = Settings(dsn, salon, as_json, "--salon" if is_typed else SALON_VARIABLE)


for _command in (
    appointments,
    audit,
    book,
    cancel,
    complete,
    confirm,
    contact,
    customer,
    customers,
    db,
    demo,
    doctor,
    examples,
    explain,
    fees,
    hold,
    holidays,
    hours,
    load,
    maintain,
    metrics,
    migrate,
    no_show,
    policies,
    prices,
    relay,
    reschedule,
    resources,
    retention,
    rollback,
    salons,
    services,
    show,
    slots,
    staff,
    visits,
    waitlist,
):
    main.add_command(_command)
