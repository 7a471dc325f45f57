"""The settings of a salon: slots, buffers, preferred and quiet hours, rounding of prices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from schnittwerk_db.cli.affected import tell_affected
from schnittwerk_db.cli.bookings import parse_amount
from schnittwerk_db.cli.hours import parse_window
from schnittwerk_db.cli.language import _
from schnittwerk_db.cli.output import print_json, print_table
from schnittwerk_db.cli.session import Session, opened
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.models import BusinessSettings

_CLEARED = {"max-days-ahead": "max_advance_booking_days", "quiet-hours": "quiet_hours"}


@click.group("settings", invoke_without_command=True)
@click.pass_context
def business(ctx: click.Context) -> None:
    """Show and set what shapes a salon's slots, messages and prices.

    `hours` has the opening hours, `policies` the rules of booking, `salons edit` the name, time
    zone and currency.

    \b
    schnittwerk settings
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(show)


@business.command()
@click.pass_obj
def show(settings: Settings) -> None:
    """Show the settings, each as its option of `settings set`.

    \b
    schnittwerk settings show
    """
    with opened(settings) as session:
        found = session.client.get_business_settings()
        if settings.json:
            print_json(found)
        else:
            _print(session, found)


@business.command("set")
@click.option(
    "--slot-interval",
    "slot_interval_minutes",
    type=int,
    metavar="MINUTES",
    help="Slots begin so often.",
)
@click.option(
    "--buffer",
    "buffer_time_minutes",
    type=int,
    metavar="MINUTES",
    help="Kept free after a service without its own.",
)
@click.option(
    "--max-days-ahead",
    "max_advance_booking_days",
    type=int,
    metavar="DAYS",
    help="How many days ahead can be booked; cleared: as many as the policy says.",
)
@click.option(
    "--preferred-hours", type=parse_window, metavar="WINDOW", help="Slots to offer first."
)
@click.option(
    "--quiet-hours",
    type=parse_window,
    metavar="WINDOW",
    help="Customers get no messages then; may span midnight.",
)
@click.option(
    "--price-rounding",
    type=parse_amount,
    metavar="AMOUNT",
    help="Prices by rules, and fees, are multiples of it.",
)
@click.option(
    "--clear",
    type=click.Choice(list(_CLEARED)),
    multiple=True,
    help="Empty this setting; may be repeated.",
)
@click.pass_obj
def set_(settings: Settings, /, clear: tuple[str, ...], **given: Any) -> None:
    """Set what is given; a WINDOW is local times such as 10:00-16:00.

    \b
    schnittwerk settings set --slot-interval 15 --buffer 10 --quiet-hours 21:00-07:00
    """
    for option in clear:
        if given[_CLEARED[option]] is not None:
            raise click.UsageError(
                _("--{option} is given and cleared: leave one of the two out").format(option=option)
            )
    changes = {key: it for key, it in given.items() if it is not None}
    changes |= {_CLEARED[it]: None for it in clear}
    if not changes:
        raise click.UsageError(_("nothing to change: give an option"))
    with opened(settings) as session:
        saved = session.client.set_business_settings(changes)
        if settings.json:
            print_json(saved)
            return
        _print(session, saved)
        tell_affected(session, saved.affected_appointments)


def _print(session: Session, found: BusinessSettings) -> None:
    def minutes(count: int) -> str:
        return _("{minutes} minutes").format(minutes=count)

    def window(hours: Mapping[str, Any] | None) -> str:
        return f"{hours['start_time']}-{hours['end_time']}" if hours else _("none")

    ahead = found.max_advance_booking_days
    rows = [
        ("slot-interval", minutes(found.slot_interval_minutes)),
        ("buffer", minutes(found.buffer_time_minutes)),
        (
            "max-days-ahead",
            _("as the policy says") if ahead is None else _("{days} days").format(days=ahead),
        ),
        ("preferred-hours", window(found.preferred_hours)),
        ("quiet-hours", window(found.quiet_hours)),
        ("price-rounding", f"{found.price_rounding} {session.salon.currency}"),
    ]
    print_table(rows, {_("setting"): lambda it: it[0], _("value"): lambda it: it[1]})
