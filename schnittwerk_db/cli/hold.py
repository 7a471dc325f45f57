"""Keeping a slot for a while."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import click

from schnittwerk_db.cli.bookings import ABOUT_TIME, CODE, other_times
from schnittwerk_db.cli.output import print_json, say
from schnittwerk_db.cli.session import Session, opened
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.cli.times import instant, local, parse_time
from schnittwerk_db.errors import BookingError
from schnittwerk_db.models import Hold


@click.group()
def hold() -> None:
    """Keep a slot for a while before it is booked, and give it up."""


@hold.command("slot")
@click.argument("service")
@click.argument("starts_at", type=parse_time, metavar="TIME")
@click.option("--customer", help="For this customer; else for nobody yet.")
@click.option("--staff", help="With this member of staff; else with anyone who is free.")
@CODE
@click.option("--key", "idempotency_key", help="Idempotency key: the same key holds once.")
@click.pass_obj
def hold_slot(
    settings: Settings,
    service: str,
    starts_at: dt.datetime,
    customer: str | None,
    staff: str | None,
    promotion_code: str | None,
    idempotency_key: str | None,
) -> None:
    """Keep SERVICE at TIME for a while; `book` with --hold books it.

    If the time is refused, other times are named.
    """
    with opened(settings) as session:
        service_id = session.service(service).id
        wanted = instant(starts_at, session.zone)
        staff_id = session.staff(staff).id if staff else None
        customer_id = session.customer_id(customer) if customer else None
        try:
            held = session.client.hold_slot(
                service_id,
                wanted,
                staff_id,
                customer_id,
                promotion_code,
                idempotency_key=idempotency_key,
            )
        except BookingError as error:
            if error.code not in ABOUT_TIME:
                raise
            raise other_times(session, error, service_id, wanted, staff_id, customer_id) from error
        _tell_hold(settings, session, held)


@hold.command("release")
@click.argument("hold_id", type=click.UUID, metavar="HOLD")
@click.option("--key", "idempotency_key", help="Idempotency key: the same key releases once.")
@click.pass_obj
def release_hold(settings: Settings, hold_id: UUID, idempotency_key: str | None) -> None:
    """Give up HOLD and offer its time to the waitlist."""
    with opened(settings) as session:
        held = session.client.release_hold(hold_id, idempotency_key=idempotency_key)
        _tell_hold(settings, session, held)


def _tell_hold(settings: Settings, session: Session, held: Hold) -> None:
    if settings.json:
        print_json(held)
        return
    say(
        f"{held.status}{' (the same as before)' if held.replayed else ''}:"
        f" {local(held.starts_at, session.zone)} with {session.staff_names()[held.staff_id]},"
        f" {held.price} {session.salon.currency}, hold {held.id}"
        + (f", until {local(held.expires_at, session.zone)}" if held.status == "open" else "")
    )
