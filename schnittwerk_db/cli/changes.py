"""What becomes of an appointment: moved, cancelled, confirmed, completed, missed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache, partial
from typing import Any
from uuid import UUID

import click

from schnittwerk_db.cli.asking import YES, confirm
from schnittwerk_db.cli.bookings import booking_text, fee_text, naming_other_times
from schnittwerk_db.cli.language import _
from schnittwerk_db.cli.output import Columns, print_json, print_records, say, say_lines
from schnittwerk_db.cli.session import Session, opened
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.cli.times import Toward, TypedDate, TypedTime, parse_time, parse_when
from schnittwerk_db.cli.words import role, word
from schnittwerk_db.errors import BookingError
from schnittwerk_db.models import Appointment, AppointmentChange, AppointmentPolicies, Slot

# An appointment as it is typed: its id or its customer, and perhaps its date or time.
Which = tuple[str, TypedDate | TypedTime | None]


class _Which(click.Argument):
    """An argument of several words, which gets none before the arguments after it have theirs."""

    def process_value(self, ctx: click.Context, value: Any) -> Any:
        try:
            return super().process_value(ctx, value)
        except click.MissingParameter:
            [*_others, last] = (it for it in ctx.command.params if isinstance(it, click.Argument))
            raise click.MissingParameter(ctx=ctx, param=last) from None


def which(
    name: str, toward: Toward = "next"
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The argument of that name: an appointment or a visit."""

    def parsed(_ctx: click.Context, _param: click.Parameter, words: tuple[str, ...]) -> Which:
        if len(words) > 2:
            raise click.BadParameter(
                _("give an id, or CUSTOMER and TIME; quote what has spaces: {words}").format(
                    words=" ".join(words)
                )
            )
        return words[0], parse_when(words[1], toward) if len(words) == 2 else None

    return click.argument(
        name, nargs=-1, required=True, metavar=name.upper(), callback=parsed, cls=_Which
    )


APPOINTMENT = which("appointment")
PAST_APPOINTMENT = which("appointment", "last")
KEY = click.option("--key", "idempotency_key", help="Idempotency key: the same key does it once.")
REASON = click.option("--reason", help="Why; kept in the history.")
OVERRIDE = click.option(
    "--override", "override_reason", metavar="REASON", help="Waive what may be waived, and why."
)


@click.command()
@APPOINTMENT
@click.argument("new_starts_at", type=parse_time, metavar="TIME")
@click.option("--staff", help="With this member of staff; else with whom it is.")
@click.option("--service", help="Change it to this service, on its terms; else the one it is.")
@REASON
@OVERRIDE
@KEY
@click.pass_obj
def move(
    settings: Settings,
    appointment: Which,
    new_starts_at: TypedTime,
    staff: str | None,
    service: str | None,
    reason: str | None,
    override_reason: str | None,
    idempotency_key: str | None,
) -> None:
    """Move APPOINTMENT to TIME, or change its service there.

    If the time is refused, other times are named.

    APPOINTMENT is its id or the first characters of it, or its customer, with its date or time
    where they have more than one.

    \b
    schnittwerk move "Anna Keller" "tomorrow 10:00" "friday 14:30"
    schnittwerk move 01a22cc9-9449 "friday 14:30"
    """
    with opened(settings) as session:
        appointment_id = session.appointment_id(*appointment)
        staff_id = session.staff(staff).id if staff is not None else None
        service_id = session.service(service).id if service is not None else None
        start = session.instant(new_starts_at)
        there = cache(partial(session.client.get_appointment, appointment_id))

        def find(from_: dt.date, to: dt.date | None = None, limit: int | None = None) -> list[Slot]:
            return session.client.find_slots(
                service_id or there().service_id,
                from_,
                to,
                staff_id or there().staff_id,
                limit=limit,
                appointment_id=appointment_id,
            )

        with (
            naming_other_times(session, start, find, None, there),
            _naming_what_is_meant(session, appointment_id, "move"),
        ):
            moved = session.client.reschedule_booking(
                appointment_id,
                start,
                staff_id,
                reason,
                override_reason,
                service_id,
                idempotency_key=idempotency_key,
            )
        _tell(settings, session, moved)


@click.command()
@APPOINTMENT
@REASON
@OVERRIDE
@KEY
@YES
@click.pass_obj
def cancel(
    settings: Settings,
    appointment: Which,
    reason: str | None,
    override_reason: str | None,
    idempotency_key: str | None,
    yes: bool,
) -> None:
    """Cancel APPOINTMENT; its time is offered to the waitlist.

    APPOINTMENT is named as in `move`. After the deadline the customer may owe a fee, which is
    printed; `fees waive` waives it.

    \b
    schnittwerk cancel "Anna Keller" tomorrow --reason ill
    """
    with opened(settings) as session:
        appointment_id = session.appointment_id(*appointment)
        if not yes:
            found = session.client.get_appointment(appointment_id)
            what = booking_text(session, found).replace("\n", ", ")
            confirm(settings, yes, _("Cancel this appointment ({what})?").format(what=what))
        with _naming_what_is_meant(session, appointment_id, "cancel"):
            cancelled = session.client.cancel_booking(
                appointment_id, reason, override_reason, idempotency_key=idempotency_key
            )
        _tell(settings, session, cancelled)


@click.command("confirm")
@APPOINTMENT
@KEY
@click.pass_obj
def confirm_(settings: Settings, appointment: Which, idempotency_key: str | None) -> None:
    """Confirm APPOINTMENT, named as in `move`.

    \b
    schnittwerk confirm "Anna Keller" "tomorrow 10:00"
    """
    with opened(settings) as session:
        appointment_id = session.appointment_id(*appointment)
        with _naming_what_is_meant(session, appointment_id):
            changed = session.client.confirm_booking(
                appointment_id, idempotency_key=idempotency_key
            )
        _tell(settings, session, changed)


@click.command()
@PAST_APPOINTMENT
@OVERRIDE
@KEY
@click.pass_obj
def complete(
    settings: Settings,
    appointment: Which,
    override_reason: str | None,
    idempotency_key: str | None,
) -> None:
    """Note that APPOINTMENT, named as in `move`, has taken place.

    A customer alone means their appointment that has begun. A date without a year, or a weekday,
    means the last one.

    \b
    schnittwerk complete "Anna Keller" "today 10:00"
    """
    with opened(settings) as session:
        appointment_id = session.appointment_id(*appointment, has_begun=True)
        with _naming_what_is_meant(session, appointment_id):
            changed = session.client.complete_booking(
                appointment_id, override_reason, idempotency_key=idempotency_key
            )
        _tell(settings, session, changed)


@click.command("no-show")
@PAST_APPOINTMENT
@OVERRIDE
@KEY
@click.pass_obj
def no_show(
    settings: Settings,
    appointment: Which,
    override_reason: str | None,
    idempotency_key: str | None,
) -> None:
    """Note that the customer did not come to APPOINTMENT, named as in `move`.

    They may owe a fee, which is printed; `fees waive` waives it.

    A customer alone means their appointment that has begun. A date without a year, or a weekday,
    means the last one.

    \b
    schnittwerk no-show "Anna Keller" "today 10:00"
    """
    with opened(settings) as session:
        appointment_id = session.appointment_id(*appointment, has_begun=True)
        with _naming_what_is_meant(session, appointment_id):
            changed = session.client.mark_no_show(
                appointment_id, override_reason, idempotency_key=idempotency_key
            )
        _tell(settings, session, changed)


@click.command("appointment")
@which("appointment", "nearest")
@click.pass_obj
def show(settings: Settings, appointment: Which) -> None:
    """Show APPOINTMENT, its history, and what may still be done with it.

    APPOINTMENT is named as in `move`.

    A date without a year means the nearest one.

    \b
    schnittwerk appointment "Anna Keller" tomorrow
    """
    with opened(settings) as session:
        found = session.client.get_appointment(session.appointment_id(*appointment))
        policies = session.client.appointment_policies(found.id)
        if settings.json:
            print_json({"appointment": found, "policies": policies})
            return
        say_lines(booking_text(session, found))
        customers = session.client.list_customers(str(found.customer_id), 1)
        contact = [it for one in customers for it in (one.phone, one.email) if it]
        if contact:
            say(_("contact: {contact}").format(contact=", ".join(contact)))
        if found.notes:
            say(_("notes: {notes}").format(notes=found.notes))
        if found.fee:
            say(fee_text(session, found.fee))
        if found.units:
            say(_("uses: {units}").format(units=units_text(session, found)))
        for line in policies_lines(session, policies):
            say(line)
        columns, more = history_columns(session), more_history_columns(session)
        print_records(settings, found.history, columns, none=_("no history"), wide=more)


def units_text(session: Session, appointment: Appointment) -> str:
    """The rooms and equipment of an appointment, and when it uses those that it uses in part."""
    names = {it.id: it.name for it in session.client.list_resources()}

    def clock(minute: int) -> str:
        at = appointment.starts_at + dt.timedelta(minutes=minute)
        return f"{at.astimezone(session.zone):%H:%M}"

    return ", ".join(
        names.get(it.resource_id, str(it.resource_id))
        + (
            ""
            if it.from_minute is None or it.to_minute is None
            else _(" {start} to {end}").format(start=clock(it.from_minute), end=clock(it.to_minute))
        )
        for it in appointment.units or ()
    )


def policies_lines(session: Session, policies: AppointmentPolicies) -> list[str]:
    """What may still be done with an appointment, in a line each."""

    until_cancelled = session.local(policies.cancel_deadline)
    until_moved = session.local(policies.reschedule_deadline)
    is_live = policies.current_status in ("pending", "confirmed")
    status = _("it is {status}").format(status=word(policies.current_status))
    of_both = {
        "wrong_status": _("it has begun") if is_live else status,
        "part_of_a_visit": _("it is part of a visit"),
    }
    of_cancelling = of_both | {
        "cancellation_deadline_passed": _("the deadline was {time}").format(time=until_cancelled)
    }
    of_moving = of_both | {
        "reschedule_deadline_passed": _("the deadline was {time}").format(time=until_moved),
        "reschedule_limit_reached": _("it has been moved as often as it may be"),
    }

    def why(reasons: dict[str, str]) -> str:
        return ", ".join(reasons[it] for it in policies.reasons if it in reasons)

    return [
        _("can be cancelled, by the customer until {time}").format(time=until_cancelled)
        if policies.can_cancel
        else _("cannot be cancelled: {reasons}").format(reasons=why(of_cancelling)),
        _("can be moved, by the customer until {time}, moves left: {count}").format(
            time=until_moved, count=policies.reschedules_left
        )
        if policies.can_reschedule
        else _("cannot be moved: {reasons}").format(reasons=why(of_moving)),
    ]


def history_columns(session: Session) -> Columns[AppointmentChange]:
    """How a history is shown."""
    names = session.staff_names()
    return {
        _("when"): lambda it: session.local(it.created_at),
        _("what"): lambda it: word(it.action),
        _("start"): lambda it: session.local(it.to_starts_at),
        _("staff"): lambda it: names.get(it.to_staff_id, it.to_staff_id),
        _("reason"): lambda it: it.override_reason or it.reason,
    }


def more_history_columns(session: Session) -> Columns[AppointmentChange]:
    """What else is shown of a history with ``--wide``."""
    services = {it.id: it.name for it in session.client.list_services()}
    return {
        _("by"): lambda it: role(it.role),
        _("service"): lambda it: services.get(it.to_service_id, it.to_service_id),
    }


@contextmanager
def _naming_what_is_meant(
    session: Session, appointment_id: UUID, command: str = ""
) -> Iterator[None]:
    """Has a refusal say which appointment it is about, and of a visit the command for all of it."""
    try:
        yield
    except BookingError as error:
        if error.code != "invalid_input":
            with suppress(BookingError):
                error.add_note(session.appointment_name(appointment_id))
        if error.code == "part_of_a_visit":
            visit_id = session.client.get_appointment(appointment_id).visit_id
            assert visit_id is not None
            error.add_note(
                _("for all of it: schnittwerk visits {command} {visit}; else --override").format(
                    command=command, visit=session.shown_id(visit_id)
                )
            )
        raise


def _tell(settings: Settings, session: Session, changed: Appointment) -> None:
    if settings.json:
        print_json(changed)
        return
    say_lines(booking_text(session, changed))
    if changed.fee:
        say(fee_text(session, changed.fee))
