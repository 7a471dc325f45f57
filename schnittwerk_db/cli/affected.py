"""Tells of appointments in time that a change took away."""

from __future__ import annotations

from collections.abc import Sequence

from schnittwerk_db.cli.output import print_table, say
from schnittwerk_db.cli.session import Session
from schnittwerk_db.cli.times import local
from schnittwerk_db.models import Appointment


def tell_affected(session: Session, appointments: Sequence[Appointment]) -> None:
    """Prints the appointments that now lie in closed time, for somebody to move them."""
    if appointments:
        names = session.staff_names()
        say("These appointments lie in time that is no longer open:")
        print_table(
            appointments,
            {
                "start": lambda it: local(it.starts_at, session.zone),
                "staff": lambda it: names[it.staff_id],
                "status": lambda it: it.status,
                "id": lambda it: it.id,
            },
        )
