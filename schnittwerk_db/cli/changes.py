"""What becomes of an appointment: moved, cancelled, confirmed, completed, missed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import click

from schnittwerk_db.cli.bookings import booking_text, fee_text
from schnittwerk_db.cli.output import Columns, print_json, print_table, say
from schnittwerk_db.cli.session import Session, opened
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.cli.times import instant, local, parse_time
from schnittwerk_db.errors import BookingError
from schnittwerk_db.models import Appointment, AppointmentChange, AppointmentPolicies

APPOINTMENT = click.argument("appointment_id", type=click.UUID, metavar="APPOINTMENT")
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
def reschedule(
    settings: Settings,
    appointment_id: UUID,
    new_starts_at: dt.datetime,
    staff: str | None,
    service: str | None,
    reason: str | None,
    override_reason: str | None,
    idempotency_key: str | None,
) -> None:
    """Move APPOINTMENT (its id) to TIME, or change its service there."""
    with opened(settings) as session:
        staff_id = session.staff(staff).id if staff else None
        service_id = session.service(service).id if service else None
        with _naming_its_visit(session, appointment_id, "move"):
            moved = session.client.reschedule_booking(
                appointment_id,
                instant(new_starts_at, session.zone),
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
@click.pass_obj
def cancel(
    settings: Settings,
    appointment_id: UUID,
    reason: str | None,
    override_reason: str | None,
    idempotency_key: str | None,
) -> None:
    """Cancel APPOINTMENT (its id); its time is offered to the waitlist.

    After the deadline the customer may owe a fee, which is printed; `fees waive` waives it.
    """
    with opened(settings) as session:
        with _naming_its_visit(session, appointment_id, "cancel"):
            cancelled = session.client.cancel_booking(
                appointment_id, reason, override_reason, idempotency_key=idempotency_key
            )
        _tell(settings, session, cancelled)


@click.command()
@APPOINTMENT
@KEY
@click.pass_obj
def confirm(settings: Settings, appointment_id: UUID, idempotency_key: str | None) -> None:
    """Confirm APPOINTMENT (its id)."""
    with opened(settings) as session:
        changed = session.client.confirm_booking(appointment_id, idempotency_key=idempotency_key)
        _tell(settings, session, changed)


@click.command()
@APPOINTMENT
@OVERRIDE
@KEY
@click.pass_obj
def complete(
    settings: Settings,
    appointment_id: UUID,
    override_reason: str | None,
    idempotency_key: str | None,
) -> None:
    """Note that APPOINTMENT (its id) has taken place."""
    with opened(settings) as session:
        changed = session.client.complete_booking(
            appointment_id, override_reason, idempotency_key=idempotency_key
        )
        _tell(settings, session, changed)


@click.command("no-show")
@APPOINTMENT
@OVERRIDE
@KEY
@click.pass_obj
def no_show(
    settings: Settings,
    appointment_id: UUID,
    override_reason: str | None,
    idempotency_key: str | None,
) -> None:
    """Note that the customer did not come to APPOINTMENT (its id).

    They may owe a fee, which is printed; `fees waive` waives it.
    """
    with opened(settings) as session:
        changed = session.client.mark_no_show(
            appointment_id, override_reason, idempotency_key=idempotency_key
        )
        _tell(settings, session, changed)


@click.command("appointment")
@APPOINTMENT
@click.pass_obj
def show(settings: Settings, appointment_id: UUID) -> None:
    """Show APPOINTMENT (its id), its history, and what may still be done with it."""
    with opened(settings) as session:
        found = session.client.get_appointment(appointment_id)
        policies = session.client.appointment_policies(appointment_id)
        if settings.json:
            print_json({"appointment": found, "policies": policies})
            return
        say(booking_text(session, found))
        if found.fee:
            say(fee_text(session, found.fee))
        if found.units:
            say(f"uses: {units_text(session, found)}")
        for line in policies_lines(session, policies):
            say(line)
        print_table(found.history, history_columns(session))


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
            else f" {clock(it.from_minute)} to {clock(it.to_minute)}"
        )
        for it in appointment.units or ()
    )


def policies_lines(session: Session, policies: AppointmentPolicies) -> list[str]:
    """What may still be done with an appointment, in a line or two."""

    def may(what: str, is_allowed: bool, deadline: dt.datetime) -> str:
        return f"{what}: {'yes' if is_allowed else 'no'} (until {local(deadline, session.zone)})"

    lines = [
        may("cancel", policies.can_cancel, policies.cancel_deadline)
        + ", "
        + may("reschedule", policies.can_reschedule, policies.reschedule_deadline)
        + f", reschedules left: {policies.reschedules_left}"
    ]
    if policies.reasons:
        lines.append(f"because: {', '.join(policies.reasons)}")
    return lines


def history_columns(session: Session) -> Columns[AppointmentChange]:
    """How a history is shown."""
    names = session.staff_names()
    services = {it.id: it.name for it in session.client.list_services()}
    return {
        "when": lambda it: local(it.created_at, session.zone),
        "what": lambda it: it.action,
        "by": lambda it: it.role,
        "status": lambda it: it.to_status,
        "start": lambda it: local(it.to_starts_at, session.zone),
        "service": lambda it: services.get(it.to_service_id, it.to_service_id),
        "staff": lambda it: names.get(it.to_staff_id, it.to_staff_id),
        "reason": lambda it: it.override_reason or it.reason,
    }


@contextmanager
def _naming_its_visit(session: Session, appointment_id: UUID, command: str) -> Iterator[None]:
    """Has a refusal to change a part of a visit name the command for all of it."""
    try:
        yield
    except BookingError as error:
        if error.code == "part_of_a_visit":
            visit_id = session.client.get_appointment(appointment_id).visit_id
            error.hint = f"for all of it: schnittwerk visits {command} {visit_id}; else --override"
        raise


def _tell(settings: Settings, session: Session, changed: Appointment) -> None:
    if settings.json:
        print_json(changed)
    else:
        say(booking_text(session, changed))
        if changed.fee:
            say(fee_text(session, changed.fee))
