"""Keeping a slot for a while."""

from __future__ import annotations

from functools import partial

import click

from schnittwerk_db.cli.bookings import CODE, again, naming_other_times
from schnittwerk_db.cli.language import _
from schnittwerk_db.cli.output import print_json, say
from schnittwerk_db.cli.session import Session, opened
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.cli.times import TypedTime, parse_time, span
from schnittwerk_db.cli.words import hold_status
from schnittwerk_db.models import Hold


@click.group()
def hold() -> None:
    """Keep a slot for a while before it is booked, and give it up.

    \b
    schnittwerk hold slot "Women's cut" "tomorrow 10:00"
    """


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
    starts_at: TypedTime,
    customer: str | None,
    staff: str | None,
    promotion_code: str | None,
    idempotency_key: str | None,
) -> None:
    """Keep SERVICE at TIME for a while; `book` with --hold books it.

    If the time is refused, other times are named.

    \b
    schnittwerk hold slot "Women's cut" "tomorrow 10:00" --customer "Anna Keller"
    """
    with opened(settings) as session:
        service_id = session.service(service).id
        wanted = session.instant(starts_at)
        staff_id = session.staff(staff).id if staff is not None else None
        customer_id = session.customer_id(customer) if customer is not None else None
        find = partial(session.client.find_slots, service_id, staff_id=staff_id)
        with naming_other_times(session, wanted, find, customer_id, override=False):
            held = session.client.hold_slot(
                service_id,
                wanted,
                staff_id,
                customer_id,
                promotion_code,
                idempotency_key=idempotency_key,
            )
        _tell_hold(settings, session, held)


@hold.command("release")
@click.argument("hold")
@click.option("--key", "idempotency_key", help="Idempotency key: the same key releases once.")
@click.pass_obj
def release_hold(settings: Settings, hold: str, idempotency_key: str | None) -> None:
    """Give up HOLD (its id or the first characters of it) and offer its time to the waitlist.

    \b
    schnittwerk hold release 01a22cc9-9449
    """
    with opened(settings) as session:
        held = session.client.release_hold(
            session.id_of("hold", hold), idempotency_key=idempotency_key
        )
        _tell_hold(settings, session, held)


def _tell_hold(settings: Settings, session: Session, held: Hold) -> None:
    if settings.json:
        print_json(held)
        return
    text = _(
        "{status}{again}: {time}, {service} with {staff}, {price} {currency}, hold {id}"
    ).format(
        status=hold_status(held.status),
        again=again(held.replayed),
        time=span(held.starts_at, held.ends_at, session.zone),
        service=session.service_name(held.service_id),
        staff=session.staff_name(held.staff_id),
        price=held.price,
        currency=session.salon.currency,
        id=session.shown_id(held.id),
    )
    until = _(", until {time}").format(time=session.local(held.expires_at))
    say(text + (until if held.status == "open" else ""))
