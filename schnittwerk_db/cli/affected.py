"""Tells of appointments that a change has made impossible."""

from __future__ import annotations

from collections.abc import Sequence

from schnittwerk_db.cli.language import _
from schnittwerk_db.cli.output import Columns, print_table, say
from schnittwerk_db.cli.session import Session
from schnittwerk_db.cli.words import word
from schnittwerk_db.models import AffectedAppointment


def affected_columns(session: Session) -> Columns[AffectedAppointment]:
    """What is shown of an appointment that somebody must move or cancel."""
    return {
        _("start"): lambda it: session.local(it.starts_at),
        _("customer"): lambda it: it.customer_name,
        _("phone"): lambda it: it.customer_phone,
        _("service"): lambda it: it.service_name,
        _("staff"): lambda it: it.staff_name,
        _("cause"): lambda it: word(it.cause),
    }


def more_affected_columns() -> Columns[AffectedAppointment]:
    """What else is shown of it with ``--wide``."""
    return {_("status"): lambda it: word(it.status), _("id"): lambda it: it.id}


def tell_affected(
    session: Session, appointments: Sequence[AffectedAppointment], heading: str | None = None
) -> None:
    """Prints the appointments that a change has made impossible, for somebody to move them."""
    if appointments:
        say(heading or _("These appointments can no longer take place:"))
        columns = affected_columns(session)
        print_table(
            appointments, {**columns, **more_affected_columns()} if session.wide else columns
        )
