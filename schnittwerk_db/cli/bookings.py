"""Finding a time, explaining one, booking one."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from functools import partial
from itertools import groupby
from uuid import UUID

import click
import psycopg

from schnittwerk_db.cli.affected import affected_columns, more_affected_columns
from schnittwerk_db.cli.failures import OtherTimes
from schnittwerk_db.cli.language import N_, _
from schnittwerk_db.cli.output import Columns, filtered, print_json, print_records, say_lines
from schnittwerk_db.cli.refusals import translated
from schnittwerk_db.cli.session import LIVE, Session, opened
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.cli.times import (
    DAY,
    NEAR_FROM,
    TypedDate,
    TypedTime,
    dates,
    parse_date,
    parse_near_date,
    parse_time,
    span,
)
from schnittwerk_db.cli.words import word
from schnittwerk_db.errors import BookingError, SchemaMissing
from schnittwerk_db.models import (
    Appointment,
    AppointmentEntry,
    Fee,
    RecommendedSlot,
    RuleCheck,
    Slot,
    Visit,
    VisitSlot,
)


def parse_amount(typed: str) -> Decimal:
    """An amount of money such as 75, 75.50, 75,50 or 75.-."""
    try:
        amount = Decimal(re.sub(r",(\d\d?)$", r".\1", re.sub(r"[.,]-$", "", typed)))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise click.BadParameter(_("{typed!r} is not an amount such as 75.50").format(typed=typed))
    return amount


MOVE = click.option(
    "--move",
    "appointment",
    metavar="APPOINTMENT",
    help="For moving this appointment (its id, or its customer), or changing its service.",
)

CODE = click.option("--code", "promotion_code", help="The code of a promotion.")

# Codes that say that another time might do.
ABOUT_TIME = {
    "notice_too_short",
    "too_far_ahead",
    "holiday",
    "business_closed",
    "outside_business_hours",
    "off_grid",
    "staff_unavailable",
    "resource_unavailable",
    "slot_conflict",
    "customer_busy",
}

REASONS = {
    "no_time_lost": N_("no time lost"),
    "usual_staff": N_("usual staff"),
    "usual_weekday": N_("usual weekday"),
    "usual_hour": N_("usual hour"),
    "preferred_hours": N_("preferred hours"),
    "soonest": N_("the soonest"),
}

# How many days are looked at for the best times, and for other times than one that is refused.
NEAR = (14 - 1) * DAY

# Slots that have three starts among them, unless very many people are free at once.
_ENOUGH = 100

# The last date that a call can look at, after its first.
FARTHEST = 91


@dataclass(frozen=True, slots=True)
class StaffCheck(RuleCheck):
    """A booking rule, applied to a time with a member of staff."""

    staff_id: UUID
    staff_name: str


def check_columns() -> Columns[RuleCheck]:
    """How the rules of a start are shown."""
    return {
        _("rule"): lambda it: _(it.rule),
        _("passed"): lambda it: it.passed,
        _("code"): lambda it: it.code,
        _("details"): lambda it: translated(it.details or ""),
    }


def slot_columns(session: Session) -> Columns[Slot]:
    """How slots are shown: in the salon's time and currency, with names."""
    names = session.staff_names()
    return {
        _("start"): lambda it: session.local(it.starts_at),
        _("minutes"): lambda it: it.duration_minutes,
        _("staff"): lambda it: names[it.staff_id],
        session.salon.currency: lambda it: it.price,
        _("preferred"): lambda it: it.is_preferred,
    }


def recommended_columns(session: Session) -> Columns[RecommendedSlot]:
    """How recommended slots are shown: as others, with score and reasons."""
    return {
        **slot_columns(session),
        _("score"): lambda it: it.score,
        _("because"): lambda it: ", ".join(_(REASONS.get(code, code)) for code in it.reasons),
    }


@contextmanager
def naming_other_times(
    session: Session,
    wanted: dt.datetime,
    find: Callable[..., Sequence[Slot] | Sequence[VisitSlot]],
    customer_id: UUID | None,
    moved: Callable[[], Appointment | Visit] | None = None,
    override: bool = True,
) -> Iterator[None]:
    """Has a refusal of a time name the nearest others of that day, then the first of the next days.

    Those at which the customer is busy are left out, and that at which what is moved begins now.
    There are none if they cannot be found. ``override``: whether the command has such an option.
    """
    try:
        yield
    except BookingError as error:
        if error.code not in ABOUT_TIME:
            raise
        try:
            found = _other_times(session, wanted, find, customer_id, moved)
            shown = _shown(session, found)
        except (BookingError, SchemaMissing, psycopg.Error):
            found, shown = [], []
        time = session.local(wanted)
        if wanted < session.now:
            time = _("{time} has passed").format(time=time)
            if override and error.code == "notice_too_short":
                time += _(": --override REASON enters it all the same")
        raise OtherTimes(error, time, found, shown) from error


def _other_times(
    session: Session,
    wanted: dt.datetime,
    find: Callable[..., Sequence[Slot] | Sequence[VisitSlot]],
    customer_id: UUID | None,
    moved: Callable[[], Appointment | Visit] | None,
) -> list[Slot | VisitSlot]:
    """Up to three times, in order."""
    first = max(wanted.astimezone(session.zone).date(), session.today)
    there = moved() if moved else None
    own: set[UUID] = set()
    if there is not None:
        customer_id = there.customer_id
        own = {it.id for it in (there.appointments if isinstance(there, Visit) else (there,))}
    near = session.span(first, first + NEAR)
    theirs = session.client.list_appointments(*near, customer_id=customer_id) if customer_id else []
    busy = [it for it in theirs if it.status in LIVE and it.id not in own]
    not_again = {wanted} if there is None else {wanted, there.starts_at}

    def free(slots: Iterable[Slot | VisitSlot]) -> list[Slot | VisitSlot]:
        """Of several people who are free at a time the first."""
        possible = (
            it
            for it in slots
            if it.starts_at not in not_again
            and not any(it.starts_at < one.ends_at and one.starts_at < it.ends_at for one in busy)
        )
        return [next(those) for _start, those in groupby(possible, key=lambda it: it.starts_at)]

    found = sorted(free(find(first)), key=lambda it: abs(it.starts_at - wanted))[:3]
    found.sort(key=lambda it: it.starts_at)
    if missing := 3 - len(found):
        found += free(find(first + DAY, first + NEAR, limit=_ENOUGH))[:missing]
    return found


def _shown(session: Session, found: Sequence[Slot | VisitSlot]) -> list[str]:
    """Times as they can be typed, with whom."""
    names = session.staff_names() if any(isinstance(it, Slot) for it in found) else {}
    return [
        _("{time} with {staff}").format(
            time=session.local(it.starts_at), staff=names.get(it.staff_id, it.staff_id)
        )
        if isinstance(it, Slot)
        else session.local(it.starts_at)
        for it in found
    ]


def fee_text(session: Session, fee: Fee) -> str:
    """A fee in a line."""
    return _("fee {status}{again}: {amount} {currency} for {cause}").format(
        status=_(fee.status),
        again=again(fee.replayed),
        amount=fee.amount,
        currency=session.salon.currency,
        cause=word(fee.cause),
    )


def again(replayed: bool) -> str:
    """Says that an answer is the one that its key got before."""
    return _(" (the same as before)") if replayed else ""


def booking_text(session: Session, booked: Appointment) -> str:
    """What was booked, with whom and for whom, in two lines."""
    return _(
        "{status}{again}: {time}, {service} for {customer} with {staff}\n"
        "{price} {currency}, appointment {id}"
    ).format(
        status=word(booked.status),
        again=again(booked.replayed),
        time=span(booked.starts_at, booked.ends_at, session.zone),
        service=session.service_name(booked.service_id),
        customer=session.customer_name(booked.customer_id),
        staff=session.staff_name(booked.staff_id),
        price=booked.price,
        currency=session.salon.currency,
        id=session.shown_id(booked.id),
    ) + (
        _(" of visit {id}").format(id=session.shown_id(booked.visit_id)) if booked.visit_id else ""
    )


@click.command()
@click.argument("service")
@click.option("--staff", help="Only with this member of staff.")
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
@click.option("--limit", type=int, help="At most so many; 1 is the first free slot.")
@MOVE
@CODE
@click.option("--best", is_flag=True, help="The best ones only, of 14 days if --to is left out.")
@click.option("--customer", help="With --best: for whom, by what they are used to.")
@click.pass_obj
def slots(
    settings: Settings,
    service: str,
    staff: str | None,
    from_: TypedDate | None,
    to: TypedDate | None,
    slot_interval_minutes: int | None,
    limit: int | None,
    appointment: str | None,
    promotion_code: str | None,
    best: bool,
    customer: str | None,
) -> None:
    """List the free slots of SERVICE.

    \b
    schnittwerk slots "Women's cut" --from tomorrow
    schnittwerk slots "Women's cut" --from monday --best --customer "Anna Keller"
    """
    others = {
        "--interval": slot_interval_minutes,
        "--move": appointment,
        "--code": promotion_code,
    }
    if best and any(it is not None for it in others.values()):
        raise click.UsageError(
            _("--best goes with none of {options}").format(options=", ".join(others))
        )
    if customer is not None and not best:
        raise click.UsageError(_("--customer goes with --best only"))
    with opened(settings) as session:
        first = session.date(from_) or session.today
        if best:
            last = session.until(to, first) or first + NEAR
            recommended = session.client.recommend_slots(
                session.service(service).id,
                first,
                last,
                session.staff(staff).id if staff is not None else None,
                session.customer_id(customer) if customer is not None else None,
                5 if limit is None else limit,
            )
            none = _("no free slot {when}").format(when=dates(first, last))
            print_records(settings, recommended, recommended_columns(session), none)
            return
        last = session.until(to, first) or (first + FARTHEST * DAY if limit is not None else first)
        found = session.client.find_slots(
            session.service(service).id,
            first,
            last,
            session.staff(staff).id if staff is not None else None,
            slot_interval_minutes,
            limit,
            session.appointment_id(appointment) if appointment is not None else None,
            promotion_code,
        )
        none = _("no free slot {when}").format(when=dates(first, last))
        print_records(settings, found, slot_columns(session), none)


@click.command()
@click.argument("service")
@click.argument("starts_at", type=parse_time, metavar="TIME")
@click.option("--staff", help="With this member of staff; else with each who performs it.")
@MOVE
@click.option("--customer", help="For this customer.")
@click.pass_obj
def explain(
    settings: Settings,
    service: str,
    starts_at: TypedTime,
    staff: str | None,
    appointment: str | None,
    customer: str | None,
) -> None:
    """Tell of every rule whether it lets SERVICE start at TIME.

    \b
    schnittwerk explain "Women's cut" "sunday 12:00"
    schnittwerk explain "Women's cut" "sunday 12:00" --staff "Vanessa Brunner"
    """
    with opened(settings) as session:
        wanted = session.service(service)
        performing = (
            [session.staff(staff)]
            if staff is not None
            else [it for it in session.client.list_staff(wanted.id) if it.is_active]
        )
        start = session.instant(starts_at)
        moved = session.appointment_id(appointment) if appointment is not None else None
        customer_id = session.customer_id(customer) if customer is not None else None
        checks = [
            StaffCheck(**asdict(check), staff_id=member.id, staff_name=member.full_name)
            for member in performing
            for check in session.client.explain_slot(
                wanted.id, member.id, start, moved, customer_id
            )
        ]
        columns: Columns[StaffCheck] = {_("staff"): lambda it: it.staff_name}
        none = _("nobody performs {service}").format(service=wanted.name)
        print_records(
            settings, checks, {**(columns if staff is None else {}), **check_columns()}, none
        )


@click.command()
@click.argument("service")
@click.argument("starts_at", type=parse_time, metavar="TIME")
@click.option("--customer", required=True, help="For whom.")
@click.option("--staff", help="With this member of staff; else with anyone who is free.")
@click.option("--notes", help="The customer's wishes.")
@click.option(
    "--price",
    "expected_price",
    type=parse_amount,
    metavar="AMOUNT",
    help="Refuse if it costs anything else.",
)
@click.option(
    "--override", "override_reason", metavar="REASON", help="Waive what may be waived, and why."
)
@click.option("--hold", metavar="HOLD", help="Book the slot that HOLD (its id) holds.")
@CODE
@click.option("--key", "idempotency_key", help="Idempotency key: the same key books once.")
@click.pass_obj
def book(
    settings: Settings,
    service: str,
    starts_at: TypedTime,
    customer: str,
    staff: str | None,
    notes: str | None,
    expected_price: Decimal | None,
    override_reason: str | None,
    hold: str | None,
    promotion_code: str | None,
    idempotency_key: str | None,
) -> None:
    """Book SERVICE at TIME; if the time is refused, other times are named.

    \b
    schnittwerk book "Women's cut" "tomorrow 10:00" --customer "Anna Keller"
    """
    with opened(settings) as session:
        customer_id = session.customer_id(customer)
        service_id = session.service(service).id
        wanted = session.instant(starts_at)
        staff_id = session.staff(staff).id if staff is not None else None
        find = partial(session.client.find_slots, service_id, staff_id=staff_id)
        with naming_other_times(session, wanted, find, customer_id):
            booked = session.client.create_booking(
                customer_id,
                service_id,
                wanted,
                staff_id,
                notes,
                expected_price,
                override_reason,
                session.id_of("hold", hold) if hold is not None else None,
                promotion_code,
                idempotency_key=idempotency_key,
            )
        if settings.json:
            print_json(booked)
        else:
            say_lines(booking_text(session, booked))


@click.command()
@NEAR_FROM
@click.option(
    "--to", type=parse_near_date, metavar="DATE", help="Last date; the first if left out."
)
@click.option("--staff", help="Only with this member of staff.")
@click.option("--customer", help="Only of this customer.")
@click.option("--status", help="Only with this status, such as pending.")
@click.option("--affected", is_flag=True, help="Instead those that can no longer take place.")
@click.pass_obj
def appointments(
    settings: Settings,
    from_: TypedDate | None,
    to: TypedDate | None,
    staff: str | None,
    customer: str | None,
    status: str | None,
    affected: bool,
) -> None:
    """List appointments.

    A date without a year means the nearest one.

    \b
    schnittwerk appointments --from monday --to friday --staff "Luca Meier"
    """
    others = (from_, to, staff, customer, status)
    if affected and any(it is not None for it in others):
        raise click.UsageError(_("--affected lists all of them: give no other option with it"))
    with opened(settings) as session:
        if affected:
            print_records(
                settings,
                session.client.list_affected_appointments(),
                affected_columns(session),
                none=_("no appointment that can no longer take place"),
                wide=more_affected_columns(),
            )
            return
        first = session.since(from_, to)
        last = session.until(to, first) or first
        wanted = filtered(staff=staff, customer=customer, status=status)
        found = session.client.list_appointments(
            *session.span(first, last),
            session.staff(staff).id if staff is not None else None,
            session.customer_id(customer) if customer is not None else None,
            status and status.replace("-", "_"),
        )
        none = _("no appointment {wanted}{when}").format(wanted=wanted, when=dates(first, last))
        print_records(settings, found, appointment_columns(session), none, more_columns(session))


def appointment_columns(session: Session) -> Columns[AppointmentEntry]:
    """How appointments are listed."""
    return {
        _("start"): lambda it: session.local(it.starts_at),
        _("customer"): lambda it: it.customer_name,
        _("service"): lambda it: it.service_name,
        _("staff"): lambda it: it.staff_name,
        _("status"): lambda it: word(it.status),
    }


def more_columns(session: Session) -> Columns[AppointmentEntry]:
    """What else is listed of appointments with ``--wide``."""
    return {
        _("end"): lambda it: session.local(it.ends_at),
        session.salon.currency: lambda it: it.price,
        _("notes"): lambda it: it.notes,
        _("id"): lambda it: it.id,
    }
