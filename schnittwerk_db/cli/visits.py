"""Visits of several services: finding a time, booking, moving and cancelling as a whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from decimal import Decimal
from functools import partial
from uuid import UUID

import click
import psycopg

from schnittwerk_db.arguments import Document
from schnittwerk_db.cli.bookings import ABOUT_TIME, FARTHEST, NEAR, fee_text, parse_amount
from schnittwerk_db.cli.changes import KEY, OVERRIDE, REASON
from schnittwerk_db.cli.failures import OtherTimes
from schnittwerk_db.cli.output import Columns, print_json, print_records, print_table, say
from schnittwerk_db.cli.session import Session, opened
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.cli.times import dates, instant, local, parse_date, parse_time, weekday
from schnittwerk_db.errors import BookingError, SchemaMissing
from schnittwerk_db.models import Appointment, Visit, VisitItem, VisitSlot

VISIT = click.argument("visit_id", type=click.UUID, metavar="VISIT")


@click.group()
def visits() -> None:
    """Find, book, move and cancel visits of several services.

    An ITEM is a service, or SERVICE@STAFF with that member of staff. With + before it, it starts
    together with the item before; otherwise it starts when that has ended. A visit is moved and
    cancelled as a whole. `appointment` shows of which visit an appointment is part.

    \b
    schnittwerk visits find "Full colour" "Women's cut" --from 2026-12-01
    schnittwerk visits book "2026-12-01 14:00" "Women's cut@Vanessa Brunner" "+Children's cut" \\
      --customer "Anna Keller"
    """


@visits.command()
@click.argument("items", nargs=-1, metavar="[ITEM]...")
@click.option(
    "--from", "from_", type=parse_date, metavar="DATE", help="First date; today if left out."
)
@click.option(
    "--to",
    type=parse_date,
    metavar="DATE",
    help="Last date, at most 92 days; if left out the first, with --limit 91 days later.",
)
@click.option(
    "--interval",
    "slot_interval_minutes",
    type=int,
    metavar="MINUTES",
    help="Step of the grid; else the salon's.",
)
@click.option("--limit", type=int, help="At most so many; 1 is the first possible start.")
@click.option(
    "--move",
    "visit_id",
    type=click.UUID,
    metavar="VISIT",
    help="For moving this visit (its id), without any ITEM.",
)
@click.pass_obj
def find(
    settings: Settings,
    items: tuple[str, ...],
    from_: dt.date | None,
    to: dt.date | None,
    slot_interval_minutes: int | None,
    limit: int | None,
    visit_id: UUID | None,
) -> None:
    """List when a visit of the ITEMs can begin, with as few people as possible.

    An ITEM is SERVICE, SERVICE@STAFF, or either with + before it: together with the one before.
    """
    if bool(items) is (visit_id is not None):
        raise click.UsageError("Give the items of a visit, or --move with the visit's id.")
    with opened(settings) as session:
        first = from_ or session.today
        last = to or (first + dt.timedelta(days=FARTHEST) if limit is not None else first)
        found = session.client.find_visits(
            documents(session, items) if items else None,
            first,
            last,
            slot_interval_minutes,
            limit,
            visit_id,
        )
        none = f"no visit can begin {dates(first, last)}"
        print_records(settings.json, found, visit_columns(session), none)


@visits.command()
@click.argument("starts_at", type=parse_time, metavar="TIME")
@click.argument("items", nargs=-1, required=True, metavar="ITEM...")
@click.option("--customer", required=True, help="For whom.")
@click.option("--notes", help="The customer's wishes.")
@click.option(
    "--price",
    "expected_price",
    type=parse_amount,
    metavar="AMOUNT",
    help="Refuse if all of it costs anything else.",
)
@OVERRIDE
@KEY
@click.pass_obj
def book(
    settings: Settings,
    starts_at: dt.datetime,
    items: tuple[str, ...],
    customer: str,
    notes: str | None,
    expected_price: Decimal | None,
    override_reason: str | None,
    idempotency_key: str | None,
) -> None:
    """Book a visit of the ITEMs at TIME: all of them, or none.

    If the time is refused, other times are named.
    An ITEM is SERVICE, SERVICE@STAFF, or either with + before it: together with the one before.
    """
    with opened(settings) as session:
        customer_id, wanted = session.customer_id(customer), documents(session, items)
        start = instant(starts_at, session.zone)
        with _explaining_refusals(session, wanted, None, start):
            booked = session.client.create_visit(
                customer_id,
                wanted,
                start,
                notes,
                expected_price,
                override_reason,
                idempotency_key=idempotency_key,
            )
        _tell(settings, session, booked)


@visits.command()
@VISIT
@click.argument("new_starts_at", type=parse_time, metavar="TIME")
@REASON
@OVERRIDE
@KEY
@click.pass_obj
def move(
    settings: Settings,
    visit_id: UUID,
    new_starts_at: dt.datetime,
    reason: str | None,
    override_reason: str | None,
    idempotency_key: str | None,
) -> None:
    """Move VISIT (its id) to TIME, with the staff that it has."""
    with opened(settings) as session:
        start = instant(new_starts_at, session.zone)
        with _explaining_refusals(session, None, visit_id, start):
            moved = session.client.reschedule_visit(
                visit_id, start, reason, override_reason, idempotency_key=idempotency_key
            )
        _tell(settings, session, moved)


@visits.command()
@VISIT
@REASON
@OVERRIDE
@KEY
@click.pass_obj
def cancel(
    settings: Settings,
    visit_id: UUID,
    reason: str | None,
    override_reason: str | None,
    idempotency_key: str | None,
) -> None:
    """Cancel what is open of VISIT (its id); its time is offered to the waitlist.

    After the deadline the customer may owe fees, which are printed; `fees waive` waives them.
    """
    with opened(settings) as session:
        cancelled = session.client.cancel_visit(
            visit_id, reason, override_reason, idempotency_key=idempotency_key
        )
        _tell(settings, session, cancelled)


@visits.command()
@VISIT
@click.pass_obj
def show(settings: Settings, visit_id: UUID) -> None:
    """Show VISIT (its id)."""
    with opened(settings) as session:
        _tell(settings, session, session.client.get_visit(visit_id))


def documents(session: Session, items: Sequence[str]) -> list[Document]:
    """The items of a visit, as the client takes them."""
    found: list[Document] = []
    for item in items:
        service, at, staff = item.removeprefix("+").partition("@")
        if not service.strip() or (at and not staff.strip()):
            raise click.UsageError(f"{item!r} is not an item such as Cut, Cut@Mia or +Cut.")
        document: dict[str, object] = {"service_id": session.service(service).id}
        if staff:
            document["staff_id"] = session.staff(staff).id
        if item.startswith("+"):
            document["together"] = True
        found.append(document)
    return found


def visit_columns(session: Session) -> Columns[VisitSlot]:
    """How possible visits are shown: in the salon's time and currency, with names."""
    names = session.staff_names()

    def item(it: VisitItem) -> str:
        return f"{it.starts_at.astimezone(session.zone):%H:%M} {names[it.staff_id]}"

    return {
        "day": lambda it: weekday(it.starts_at.astimezone(session.zone)),
        "start": lambda it: local(it.starts_at, session.zone),
        "end": lambda it: local(it.ends_at, session.zone),
        session.salon.currency: lambda it: it.price,
        "items": lambda it: ", ".join(map(item, it.items)),
    }


def item_columns(session: Session) -> Columns[Appointment]:
    """How the appointments of a visit are shown."""
    names = session.staff_names()
    services = {it.id: it.name for it in session.client.list_services()}
    return {
        "start": lambda it: local(it.starts_at, session.zone),
        "end": lambda it: local(it.ends_at, session.zone),
        "service": lambda it: services.get(it.service_id, it.service_id),
        "staff": lambda it: names.get(it.staff_id, it.staff_id),
        "status": lambda it: it.status,
        session.salon.currency: lambda it: it.price,
        "appointment": lambda it: it.id,
    }


def visit_text(session: Session, visit: Visit) -> str:
    """A visit in a line."""
    again = " (the same as before)" if visit.replayed else ""
    return (
        f"{visit.status}{again}: {local(visit.starts_at, session.zone)}"
        f" to {local(visit.ends_at, session.zone)},"
        f" {visit.price} {session.salon.currency}, visit {visit.id}"
    )


@contextmanager
def _explaining_refusals(
    session: Session, items: list[Document] | None, visit_id: UUID | None, wanted: dt.datetime
) -> Iterator[None]:
    """Has a refusal name its service, and that of a time the nearest others of that day and after.

    The list does not know when the customer has other appointments.
    """
    try:
        yield
    except BookingError as error:
        with suppress(BookingError, SchemaMissing, psycopg.Error):
            error.item_name = _item_name(session, items, visit_id, error.item)
        if error.code not in ABOUT_TIME - {"customer_busy"}:
            raise
        first = max(wanted.astimezone(session.zone).date(), session.today)
        starts = partial(session.client.find_visits, items, visit_id=visit_id)
        try:
            found = sorted(starts(first), key=lambda it: abs(it.starts_at - wanted))[:3]
            if missing := 3 - len(found):
                found += starts(first + dt.timedelta(days=1), first + NEAR, limit=missing)
        except (BookingError, SchemaMissing, psycopg.Error):
            found = []
        shown = [local(it.starts_at, session.zone) for it in found]
        raise OtherTimes(error, found, shown) from error


def _item_name(
    session: Session, items: list[Document] | None, visit_id: UUID | None, item: int | None
) -> str | None:
    """The name of the service of an item of a visit that is to be booked or moved."""
    if item is None:
        return None
    names = {it.id: it.name for it in session.client.list_services()}
    if visit_id is not None:
        return names.get(session.client.get_visit(visit_id).appointments[item].service_id)
    return names.get(items[item]["service_id"]) if items else None


def _tell(settings: Settings, session: Session, visit: Visit) -> None:
    if settings.json:
        print_json(visit)
        return
    say(visit_text(session, visit))
    print_table(visit.appointments, item_columns(session))
    for fee in visit.fees:
        say(f"{fee_text(session, fee)}, appointment {fee.appointment_id}")
