"""Tells of appointments that a change has made impossible."""

from __future__ import annotations

from collections.abc import Sequence

from schnittwerk_db.cli.output import Columns, print_table, say
from schnittwerk_db.cli.session import Session
from schnittwerk_db.models import AffectedAppointment


def affected_columns(session: Session) -> Columns[AffectedAppointment]:
    """What is shown of an appointment that somebody must move or cancel."""
    return {
        "start": lambda it: session.local(it.starts_at),
        "service": lambda it: it.service_name,
        "staff": lambda it: it.staff_name,
        "customer": lambda it: it.customer_name,
        "phone": lambda it: it.customer_phone,
        "status": lambda it: it.status,
        "cause": lambda it: it.cause,
        "id": lambda it: it.id,
    }


def tell_affected(session: Session, appointments: Sequence[AffectedAppointment]) -> None:
    """Prints the appointments that a change has made impossible, for somebody to move them."""
    if appointments:
        say("These appointments can no longer take place:")
        print_table(appointments, affected_columns(session))
