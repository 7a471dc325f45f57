"""The waitlist."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from itertools import chain
from typing import Any
from uuid import UUID

import click

from schnittwerk_db.cli.bookings import again, booking_text
from schnittwerk_db.cli.failures import Refusal
from schnittwerk_db.cli.hours import parse_weekdays
from schnittwerk_db.cli.language import _, weekday_name
from schnittwerk_db.cli.output import (
    Columns,
    filtered,
    print_json,
    print_records,
    say,
    say_lines,
    short_id,
)
from schnittwerk_db.cli.progress import bar
from schnittwerk_db.cli.session import Session, as_uuid, opened
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.cli.times import TypedDate, dates, parse_clock, parse_date
from schnittwerk_db.cli.upkeep import repeated
from schnittwerk_db.cli.words import waitlist_status
from schnittwerk_db.models import WaitlistEntry, WaitlistRow

ENTRY = click.argument("entry_id", metavar="ENTRY")
KEY = click.option("--key", "idempotency_key", help="Idempotency key: the same key does it once.")
WAITING = ("notified", "active")
STATUSES = click.Choice(["active", "notified", "booked", "cancelled", "expired"])


@click.group()
def waitlist() -> None:
    """Show and keep the waitlist.

    An ENTRY is named by its id, or by its customer where they have only one that waits.

    \b
    schnittwerk waitlist list
    """


@waitlist.command("list")
@click.option("--status", type=STATUSES, help="Only with this status; notified has an open offer.")
@click.option("--service", help="Only for this service.")
@click.option("--from", "from_", type=parse_date, metavar="DATE", help="Wanted on this date or on.")
@click.option("--to", type=parse_date, metavar="DATE", help="Wanted on this date or before.")
@click.pass_obj
def list_waitlist(
    settings: Settings,
    status: str | None,
    service: str | None,
    from_: TypedDate | None,
    to: TypedDate | None,
) -> None:
    """List who waits, best first.

    Those with an open offer come before the others. --status lists those who wait no more, too.

    \b
    schnittwerk waitlist list --status active --service "Women's cut"
    """
    with opened(settings) as session:
        service_id = session.service(service).id if service is not None else None
        first = session.date(from_)
        last = session.until(to, first)
        found = [
            it
            for one in (WAITING if status is None else (status,))
            for it in session.client.list_waitlist(one, service_id, first, last)
        ]
        filters = {
            "status": status,
            "service": service,
            "from": from_ and from_.typed,
            "to": to and to.typed,
        }
        wanted = filtered(**filters)
        none = _("nobody waits")
        if wanted:
            none = _("no entry on the waitlist {wanted}").format(wanted=wanted).rstrip()
        columns, more = waitlist_columns(session), more_waitlist_columns(session)
        print_records(settings, found, columns, none, more)


@waitlist.command("join")
@click.argument("service")
@click.argument("preferred_start_date", type=parse_date, metavar="FIRST")
@click.argument("preferred_end_date", type=parse_date, required=False, metavar="[LAST]")
@click.option("--customer", required=True, help="Who waits.")
@click.option("--staff", help="With this member of staff; else with anyone.")
@click.option(
    "--time",
    "preferred_times",
    type=parse_clock,
    multiple=True,
    metavar="HH:MM",
    help="Exact local start; may be repeated; any if left out.",
)
@click.option(
    "--day",
    "preferred_days",
    type=parse_weekdays,
    multiple=True,
    metavar="DAYS",
    help="Weekdays such as mon or mon-fri; may be repeated; any if left out.",
)
@click.option(
    "--priority",
    type=click.IntRange(0, 10),
    default=0,
    show_default=True,
    help="Higher goes first; 0 to 10.",
)
@click.option("--notes", help="Kept with the booking.")
@KEY
@click.pass_obj
def join(
    settings: Settings,
    service: str,
    preferred_start_date: TypedDate,
    preferred_end_date: TypedDate | None,
    customer: str,
    staff: str | None,
    preferred_times: tuple[dt.time, ...],
    preferred_days: tuple[list[int], ...],
    priority: int,
    notes: str | None,
    idempotency_key: str | None,
) -> None:
    """Have a customer wait for SERVICE from the date FIRST to LAST, or on FIRST only.

    \b
    schnittwerk waitlist join "Women's cut" monday friday --customer "Anna Keller" --day mon
    """
    with opened(settings) as session:
        first = preferred_start_date.on(session.today)
        entry = session.client.join_waitlist(
            session.customer_id(customer),
            session.service(service).id,
            first,
            session.until(preferred_end_date, first) or first,
            session.staff(staff).id if staff is not None else None,
            preferred_times or None,
            sorted({*chain(*preferred_days)}) or None,
            priority,
            notes,
            idempotency_key=idempotency_key,
        )
        _tell(settings, entry)


@waitlist.command("update")
@ENTRY
@click.option(
    "--from", "preferred_start_date", type=parse_date, metavar="DATE", help="New first date."
)
@click.option("--to", "preferred_end_date", type=parse_date, metavar="DATE", help="New last date.")
@click.option("--staff", help="With this member of staff.")
@click.option("--anyone", is_flag=True, help="With anyone.")
@click.option(
    "--time",
    "preferred_times",
    type=parse_clock,
    multiple=True,
    metavar="HH:MM",
    help="Exact local start; may be repeated.",
)
@click.option("--any-time", is_flag=True, help="At any time.")
@click.option(
    "--day",
    "preferred_days",
    type=parse_weekdays,
    multiple=True,
    metavar="DAYS",
    help="Weekdays such as mon or mon-fri; may be repeated.",
)
@click.option("--any-day", is_flag=True, help="On any weekday.")
@click.option("--priority", type=click.IntRange(0, 10), help="Higher goes first; 0 to 10.")
@click.option("--notes", help="Kept with the booking.")
@KEY
@click.pass_obj
def update(
    settings: Settings,
    entry_id: str,
    preferred_start_date: TypedDate | None,
    preferred_end_date: TypedDate | None,
    staff: str | None,
    anyone: bool,
    preferred_times: tuple[dt.time, ...],
    any_time: bool,
    preferred_days: tuple[list[int], ...],
    any_day: bool,
    priority: int | None,
    notes: str | None,
    idempotency_key: str | None,
) -> None:
    """Change what is given of ENTRY.

    \b
    schnittwerk waitlist update "Anna Keller" --to 31.12. --anyone
    """
    if (staff and anyone) or (preferred_times and any_time) or (preferred_days and any_day):
        raise click.UsageError(_("an option and its --any… exclude each other"))
    with opened(settings) as session:
        first = session.date(preferred_start_date)
        changes: dict[str, Any] = {
            "preferred_start_date": first,
            "preferred_end_date": session.until(preferred_end_date, first),
            "staff_id": session.staff(staff).id if staff is not None else None,
            "preferred_times": [f"{it:%H:%M}" for it in preferred_times] or None,
            "preferred_days": sorted({*chain(*preferred_days)}) or None,
            "priority": priority,
            "notes": notes,
        }
        cleared = {"staff_id": anyone, "preferred_times": any_time, "preferred_days": any_day}
        changes = {
            name: value
            for name, value in changes.items()
            if value is not None or cleared.get(name, False)
        }
        if not changes:
            raise click.UsageError(_("nothing to change: give an option"))
        _tell(
            settings,
            session.client.update_waitlist_entry(
                _entry_id(session, entry_id), changes, idempotency_key=idempotency_key
            ),
        )


@waitlist.command("leave")
@ENTRY
@KEY
@click.pass_obj
def leave(settings: Settings, entry_id: str, idempotency_key: str | None) -> None:
    """Take ENTRY off the waitlist.

    \b
    schnittwerk waitlist leave "Anna Keller"
    """
    with opened(settings) as session:
        left = session.client.leave_waitlist(
            _entry_id(session, entry_id), idempotency_key=idempotency_key
        )
        _tell(settings, left)


@waitlist.command("accept")
@ENTRY
@KEY
@click.pass_obj
def accept(settings: Settings, entry_id: str, idempotency_key: str | None) -> None:
    """Book the slot that is held for ENTRY.

    \b
    schnittwerk waitlist accept "Anna Keller"
    """
    with opened(settings) as session:
        booked = session.client.accept_waitlist_offer(
            _entry_id(session, entry_id), idempotency_key=idempotency_key
        )
        if settings.json:
            print_json(booked)
        else:
            say_lines(booking_text(session, booked))


@waitlist.command("decline")
@ENTRY
@KEY
@click.pass_obj
def decline(settings: Settings, entry_id: str, idempotency_key: str | None) -> None:
    """Hand the slot that is held for ENTRY on to the next.

    \b
    schnittwerk waitlist decline "Anna Keller"
    """
    with opened(settings) as session:
        waiting = session.client.decline_waitlist_offer(
            _entry_id(session, entry_id), idempotency_key=idempotency_key
        )
        _tell(settings, waiting)


@waitlist.command("process")
@click.pass_obj
def process(settings: Settings) -> None:
    """End what has expired and offer what has become due, as the relay does all the time.

    \b
    schnittwerk waitlist process
    """
    with opened(settings) as session:
        with bar(settings, _("working through the waitlist")) as move:
            done = repeated(session.client.process_waitlist, move)
        if settings.json:
            print_json(done)
        else:
            say(
                _(
                    "offers made: {new_offers}, expired: {expired_offers};"
                    " entries expired: {expired_entries}; holds lapsed: {lapsed_holds}"
                ).format_map(done)
            )


def waitlist_columns(session: Session) -> Columns[WaitlistRow]:
    """How the waitlist is shown: in the salon's time, with names."""
    names: Mapping[UUID, str] = session.staff_names()

    def moment(value: dt.datetime | None) -> str | None:
        return session.local(value) if value else None

    return {
        _("customer"): lambda it: it.customer_name,
        _("service"): lambda it: it.service_name,
        _("staff"): lambda it: names[it.staff_id] if it.staff_id else _("anyone"),
        _("when"): lambda it: dates(it.preferred_start_date, it.preferred_end_date),
        _("status"): lambda it: waitlist_status(it.status),
        _("offered"): lambda it: moment(it.offered_starts_at),
    }


def more_waitlist_columns(session: Session) -> Columns[WaitlistRow]:
    """What else is shown of the waitlist with ``--wide``."""
    names = session.staff_names()

    def moment(value: dt.datetime | None) -> str | None:
        return session.local(value) if value else None

    return {
        _("times"): lambda it: ", ".join(it.preferred_times or ()) or _("any"),
        _("days"): lambda it: (
            ", ".join(weekday_name((day - 1) % 7, short=True) for day in it.preferred_days or ())
            or _("any")
        ),
        _("priority"): lambda it: it.priority,
        _("with"): lambda it: names[it.offered_staff_id] if it.offered_staff_id else None,
        _("held until"): lambda it: moment(it.offer_expires_at),
        _("id"): lambda it: it.id,
    }


def entry_text(entry: WaitlistEntry) -> str:
    """A waitlist entry in one line."""
    return _("{status}{again}: {when}, entry {id}").format(
        status=waitlist_status(entry.status),
        again=again(entry.replayed),
        when=dates(entry.preferred_start_date, entry.preferred_end_date),
        id=short_id(entry.id),
    )


def _entry_id(session: Session, entry: str) -> UUID:
    """The id itself, or that of the only entry that waits of the customer of that name or id.

    Where none waits any more it is the last that did in a year, so that a key is answered again.
    """
    if (known := session.by_prefix("waitlist_entry", entry)) is not None and as_uuid(entry) is None:
        return known
    customer_id = session.customer_id(entry)
    found = session.client.list_waitlist(from_=session.today - dt.timedelta(days=365))
    theirs = [it for it in found if it.customer_id == customer_id]
    if not theirs and as_uuid(entry) is not None:
        return customer_id  # of an entry, or of nothing: the database tells
    waiting = [it for it in theirs if it.status in WAITING]
    if len(waiting) > 1:
        ids = ", ".join(f"{short_id(it.id)} ({it.service_name})" for it in waiting)
        raise Refusal(
            _("{entry} waits for more than one service, give an id: {ids}").format(
                entry=entry, ids=ids
            )
        )
    if not theirs:
        raise Refusal(_("{entry} does not wait for anything").format(entry=entry))
    return (waiting or sorted(theirs, key=lambda it: it.created_at))[-1].id


def _tell(settings: Settings, entry: WaitlistEntry) -> None:
    if settings.json:
        print_json(entry)
    else:
        say(entry_text(entry))
