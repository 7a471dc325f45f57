"""The relay, which delivers the book's events."""

from __future__ import annotations

import datetime as dt
import signal
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click
import psycopg

from schnittwerk_db.cli.failures import REFUSED, Refusal
from schnittwerk_db.cli.language import _
from schnittwerk_db.cli.output import print_json, print_records, say
from schnittwerk_db.cli.session import Session, as_uuid, chosen_salons, opened
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.client import connect

if TYPE_CHECKING:
    from schnittwerk_db.relay import Config, Tally

# as many parked deliveries as a call lists
_MOST = 10_000


@click.group()
def relay() -> None:
    """Deliver events: messages to customers, and webhooks.

    A configuration is needed, such as relay.toml of `schnittwerk examples`.

    \b
    schnittwerk relay run --config relay.toml
    """


@relay.command("run")
@click.option(
    "--config",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="TOML file that says what to deliver where.",
)
@click.option("--once", is_flag=True, help="Do what is due, and end.")
@click.option(
    "--interval",
    type=click.FloatRange(0.1, 3600),
    metavar="SECONDS",
    help="Pause between two rounds; else as the file says.",
)
@click.pass_context
def run_relay(ctx: click.Context, file: Path, once: bool, interval: float | None) -> None:
    """Deliver what is due, offer freed time to the waitlist and remind of appointments.

    Runs until it is told to stop (SIGTERM or Ctrl-C), and then ends what it is sending first. With
    --salon for that salon, else for all. Any number may run at once. What fails or is parked is a
    line on stderr, and with --once the exit code is then 1.

    \b
    schnittwerk relay run --config relay.toml
    """
    settings: Settings = ctx.obj
    # what it needs takes longer to import than other commands take
    from schnittwerk_db.relay import Relay, read_config, run

    config = read_config(file)
    salon_ids = _salon_ids(settings)
    if once:
        with connect(settings.dsn) as client:
            tally = Relay(client, config, salon_ids, _complain).run_once()
        _tell(settings, tally)
        if tally.failed or tally.parked or tally.errors:
            ctx.exit(REFUSED)
        return
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_signal: stop.set())
    say(_("relaying to {targets}").format(targets=_names(config)), err=True)
    run(
        *(settings.dsn, config, stop, salon_ids, interval),
        tell=lambda it: _tell_round(settings, it),
        complain=_complain,
    )


def _salon_ids(settings: Settings) -> Sequence[UUID] | None:
    if settings.salon is None:
        return None
    with connect(settings.dsn) as client:
        return [it.id for it in chosen_salons(client, settings)]


def _names(config: Config) -> str:
    return ", ".join(it.name for it in config.targets)


def _complain(line: str) -> None:
    say(f"{_now()} {line}", err=True)


def _now() -> str:
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _tell_round(settings: Settings, told: Tally | psycopg.OperationalError) -> None:
    if isinstance(told, psycopg.OperationalError):
        reason = str(told).splitlines()[0]
        say(_("the database does not answer: {reason}").format(reason=reason), err=True)
    elif told:
        _tell(settings, told)


def _tell(settings: Settings, tally: Tally) -> None:
    if settings.json:
        print_json(tally)
    else:
        say(
            _(
                "{time} {delivered} delivered, {failed} failed, {parked} parked;"
                " {events} new events, {reminders} reminders, {offers} waitlist offers"
            ).format(
                time=_now(),
                delivered=tally.delivered,
                failed=tally.failed,
                parked=tally.parked,
                events=tally.events,
                reminders=tally.reminders,
                offers=tally.offers,
            )
        )


@relay.command()
@click.option("--limit", type=click.IntRange(1, 10000), default=20, help="At most so many parked.")
@click.pass_obj
def status(settings: Settings, limit: int) -> None:
    """Show how many deliveries there are of each kind, and which are parked.

    \b
    schnittwerk relay status
    """
    with opened(settings) as session:
        counts = session.client.count_deliveries()
        parked = session.client.list_deliveries("parked", limit)
    if settings.json:
        print_json({"counts": counts, "parked": parked})
        return
    print_records(
        settings,
        counts,
        {
            _("target"): lambda it: it.target,
            _("status"): lambda it: _(it.status),
            _("deliveries"): lambda it: it.deliveries,
            _("oldest"): lambda it: it.oldest_at.astimezone(session.zone).strftime(
                "%Y-%m-%d %H:%M"
            ),
        },
        none=_("no delivery"),
    )
    if parked:
        say("")
        print_records(
            settings,
            parked,
            {
                _("parked"): lambda it: it.id,
                _("event"): lambda it: it.event_type,
                _("target"): lambda it: it.target,
                _("attempts"): lambda it: it.attempts,
                _("last error"): lambda it: it.last_error,
            },
            none="",
        )


@relay.command()
@click.argument("delivery", required=False, metavar="ID")
@click.option("--all", "all_", is_flag=True, help="All that are parked.")
@click.pass_obj
def retry(settings: Settings, delivery: str | None, all_: bool) -> None:
    """Make the parked delivery ID due again, or with --all every one.

    \b
    schnittwerk relay retry --all
    """
    if (delivery is None) != all_:
        raise click.UsageError(_("give an id, or --all"))
    with opened(settings) as session:
        delivery_id = None if delivery is None else _parked(session, delivery)
        retried = session.client.retry_deliveries(delivery_id)
    if settings.json:
        print_json(retried)
    else:
        say(_("{count} due again").format(count=retried.retried))


def _parked(session: Session, typed: str) -> UUID:
    """The delivery of that id, or the parked one whose id begins so."""
    if (whole := as_uuid(typed)) is not None:
        return whole
    parked = session.client.list_deliveries("parked", _MOST)
    begin = typed.strip().casefold()
    found = [it.id for it in parked if begin and str(it.id).startswith(begin)]
    if len(found) != 1:
        raise Refusal(
            _("{count} parked deliveries have an id that begins with {typed!r}").format(
                count=len(found), typed=typed
            )
        )
    return found[0]
