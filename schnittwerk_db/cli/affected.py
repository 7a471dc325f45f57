"""Tells of appointments in time that a change took away."""

from __future__ import annotations

from collections.abc import Sequence

import click

from schnittwerk_db.cli.output import table
from schnittwerk_db.cli.session import Session
from schnittwerk_db.cli.times import local
from schnittwerk_db.models import Appointment


def tell_affected(session: Session, appointments: Sequence[Appointment]) -> None:
    """Prints the appointments that now lie in closed time, for somebody to move them."""
    if appointments:
        names = session.staff_names()
        click.echo("These appointments lie in time that is no longer open:")
        click.echo(
            table(
                appointments,
                {
                    "start": lambda it: local(it.starts_at, session.zone),
                    "staff": lambda it: names[it.staff_id],
                    "status": lambda it: it.status,
                    "id": lambda it: it.id,
                },
            )
        )
