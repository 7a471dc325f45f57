"""Keeping a slot for a while."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import click

from schnittwerk_db.cli.output import print_json, say
from schnittwerk_db.cli.session import Session, opened
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.cli.times import instant, local, parse_time
from schnittwerk_db.models import Hold


@click.group()
def hold() -> None:
    """Keep a slot for a while before it is booked, and give it up."""


@hold.command("slot")
@click.argument("service")
@click.argument("starts_at", type=parse_time, metavar="TIME")
@click.option("--customer", help="For this customer; else for nobody yet.")
@click.option("--staff", help="With this member of staff; else with whoever is free.")
@click.option("--key", "idempotency_key", help="Idempotency key: the same key holds once.")
@click.pass_obj
def hold_slot(
    settings: Settings,
    service: str,
    starts_at: dt.datetime,
    customer: str | None,
    staff: str | None,
    idempotency_key: str | None,
) -> None:
    """Keep SERVICE at TIME free for a while; book --hold books it."""
    with opened(settings) as session:
        held = session.client.hold_slot(
            session.service(service).id,
            instant(starts_at, session.zone),
            session.staff(staff).id if staff else None,
            session.customer_id(customer) if customer else None,
            idempotency_key=idempotency_key,
        )
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
        f" {held.price} {session.salon.currency}, hold {held.id},"
        f" until {local(held.expires_at, session.zone)}"
    )
