"""Fees for late cancellations and no-shows."""

from __future__ import annotations

import click

from schnittwerk_db.cli.bookings import fee_text
from schnittwerk_db.cli.changes import KEY, PAST_APPOINTMENT, Which
from schnittwerk_db.cli.output import print_json, say
from schnittwerk_db.cli.session import opened
from schnittwerk_db.cli.settings import Settings


@click.group()
def fees() -> None:
    """Waive what a customer owes for cancelling late or not showing up.

    The policies late_cancellation_fee_percent and no_show_fee_percent set what a booking agrees on.
    `appointment` shows the fee of an appointment, `metrics` the sums.

    \b
    schnittwerk fees waive "Anna Keller" yesterday --reason "sick child"
    """


@fees.command()
@PAST_APPOINTMENT
@click.option("--reason", required=True, help="Why; kept in the audit trail.")
@KEY
@click.pass_obj
def waive(settings: Settings, appointment: Which, reason: str, idempotency_key: str | None) -> None:
    """Waive the fee that is owed for APPOINTMENT, named as in `move`, for good.

    A date without a year, or a weekday, means the last one: give the year of one to come.

    \b
    schnittwerk fees waive "Anna Keller" yesterday --reason "sick child"
    """
    with opened(settings) as session:
        waived = session.client.waive_fee(
            session.appointment_id(*appointment), reason, idempotency_key=idempotency_key
        )
        if settings.json:
            print_json(waived)
        else:
            say(fee_text(session, waived))
