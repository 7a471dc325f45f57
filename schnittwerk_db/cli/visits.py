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
from schnittwerk_db.cli.asking import YES, confirm
from schnittwerk_db.cli.bookings import (
    FARTHEST,
    again,
    fee_text,
    naming_other_times,
    parse_amount,
)
from schnittwerk_db.cli.changes import KEY, OVERRIDE, REASON, Which, which
from schnittwerk_db.cli.language import _
from schnittwerk_db.cli.output import Columns, print_json, print_records, print_table, say
from schnittwerk_db.cli.session import Session, opened
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.cli.times import DAY, TypedDate, TypedTime, dates, parse_date, parse_time, span
from schnittwerk_db.cli.words import word
from schnittwerk_db.errors import BookingError, SchemaMissing
from schnittwerk_db.models import Appointment, Visit, VisitItem, VisitSlot

VISIT = which("visit")


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
    "visit",
    metavar="VISIT",
    help="For moving this visit (its id), without any ITEM.",
)
@click.pass_obj
def find(
    settings: Settings,
    items: tuple[str, ...],
    from_: TypedDate | None,
    to: TypedDate | None,
    slot_interval_minutes: int | None,
    limit: int | None,
    visit: str | None,
) -> None:
    """List when a visit of the ITEMs can begin, with as few people as possible.

    An ITEM is SERVICE, SERVICE@STAFF, or either with + before it: together with the one before.

    \b
    schnittwerk visits find "Full colour" "+Women's cut" --from monday
    """
    if bool(items) is (visit is not None):
        raise click.UsageError(_("give the items of a visit, or --move with the visit's id"))
    with opened(settings) as session:
        first = session.date(from_) or session.today
        last = session.until(to, first) or (first + FARTHEST * DAY if limit is not None else first)
        found = session.client.find_visits(
            documents(session, items) if items else None,
            first,
            last,
            slot_interval_minutes,
            limit,
            session.id_of("visit", visit) if visit is not None else None,
        )
        none = _("no visit can begin {when}").format(when=dates(first, last))
        print_records(settings, found, visit_columns(session), none)


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
    starts_at: TypedTime,
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

    \b
    schnittwerk visits book "monday 14:00" "Full colour" "Women's cut" --customer "Anna Keller"
    """
    with opened(settings) as session:
        customer_id, wanted = session.customer_id(customer), documents(session, items)
        start = session.instant(starts_at)
        with _explaining_refusals(session, start, wanted, customer_id):
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
    visit: Which,
    new_starts_at: TypedTime,
    reason: str | None,
    override_reason: str | None,
    idempotency_key: str | None,
) -> None:
    """Move VISIT to TIME, with the staff that it has.

    VISIT is its id or the first characters of it, or its customer with its date or time.

    \b
    schnittwerk visits move "Anna Keller" tomorrow "friday 14:00"
    """
    with opened(settings) as session:
        visit_id = session.visit_id(*visit)
        start = session.instant(new_starts_at)
        with _explaining_refusals(session, start, visit_id=visit_id):
            moved = session.client.reschedule_visit(
                visit_id, start, reason, override_reason, idempotency_key=idempotency_key
            )
        _tell(settings, session, moved)


@visits.command()
@VISIT
@REASON
@OVERRIDE
@KEY
@YES
@click.pass_obj
def cancel(
    settings: Settings,
    visit: Which,
    reason: str | None,
    override_reason: str | None,
    idempotency_key: str | None,
    yes: bool,
) -> None:
    """Cancel what is open of VISIT, named as in `visits move`; its time goes to the waitlist.

    After the deadline the customer may owe fees, which are printed; `fees waive` waives them.

    \b
    schnittwerk visits cancel "Anna Keller" "friday 14:00" --reason ill
    """
    with opened(settings) as session:
        visit_id = session.visit_id(*visit)
        if not yes:
            what = visit_text(session, session.client.get_visit(visit_id)).replace("\n", ", ")
            confirm(settings, yes, _("Cancel this visit ({what})?").format(what=what))
        cancelled = session.client.cancel_visit(
            visit_id, reason, override_reason, idempotency_key=idempotency_key
        )
        _tell(settings, session, cancelled)


@visits.command()
@which("visit", "nearest")
@click.pass_obj
def show(settings: Settings, visit: Which) -> None:
    """Show VISIT.

    A date without a year means the nearest one.

    \b
    schnittwerk visits show "Anna Keller" tomorrow
    """
    with opened(settings) as session:
        _tell(settings, session, session.client.get_visit(session.visit_id(*visit)))


def documents(session: Session, items: Sequence[str]) -> list[Document]:
    """The items of a visit, as the client takes them."""
    found: list[Document] = []
    for item in items:
        service, at, staff = item.removeprefix("+").partition("@")
        if not service.strip() or (at and not staff.strip()):
            raise click.UsageError(
                _("{item!r} is not an item such as Cut, Cut@Mia or +Cut").format(item=item)
            )
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
        _("start"): lambda it: session.local(it.starts_at),
        _("end"): lambda it: f"{it.ends_at.astimezone(session.zone):%H:%M}",
        session.salon.currency: lambda it: it.price,
        _("items"): lambda it: ", ".join(map(item, it.items)),
    }


def item_columns(session: Session) -> Columns[Appointment]:
    """How the appointments of a visit are shown, with their ids only with ``--wide``."""
    names = session.staff_names()
    services = {it.id: it.name for it in session.client.list_services()}
    ids: Columns[Appointment] = {_("appointment"): lambda it: it.id}
    return {
        _("start"): lambda it: session.local(it.starts_at),
        _("end"): lambda it: f"{it.ends_at.astimezone(session.zone):%H:%M}",
        _("service"): lambda it: services.get(it.service_id, it.service_id),
        _("staff"): lambda it: names.get(it.staff_id, it.staff_id),
        session.salon.currency: lambda it: it.price,
        **(ids if session.wide else {}),
    }


def visit_text(session: Session, visit: Visit) -> str:
    """A visit in a line."""
    return _("{status}{again}: {time}, for {customer}, {price} {currency}, visit {id}").format(
        status=word(visit.status),
        again=again(visit.replayed),
        time=span(visit.starts_at, visit.ends_at, session.zone),
        customer=session.customer_name(visit.customer_id),
        price=visit.price,
        currency=session.salon.currency,
        id=session.shown_id(visit.id),
    )


@contextmanager
def _explaining_refusals(
    session: Session,
    wanted: dt.datetime,
    items: list[Document] | None = None,
    customer_id: UUID | None = None,
    visit_id: UUID | None = None,
) -> Iterator[None]:
    """Has a refusal name its service, and that of a time other times."""
    find = partial(session.client.find_visits, items, visit_id=visit_id)
    moved = partial(session.client.get_visit, visit_id) if visit_id else None
    with naming_other_times(session, wanted, find, customer_id, moved):
        try:
            yield
        except BookingError as error:
            with suppress(BookingError, SchemaMissing, psycopg.Error):
                error.item_name = _item_name(session, items, visit_id, error.item)
            raise


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
        say(_("{fee}, appointment {id}").format(fee=fee_text(session, fee), id=fee.appointment_id))
