"""What the options before the command say."""

from __future__ import annotations

from dataclasses import dataclass

import click
import psycopg
from psycopg.conninfo import conninfo_to_dict, timeout_from_conninfo

from schnittwerk_db.cli.language import _


@dataclass
class Settings:
    """Which database and salon to work on, for whom, and how to print.

    ``salon_source`` is where the salon was named: ``--salon``, or an environment variable. ``user``
    is the name or id of the user as whom to act.
    """

    dsn: str | None = None
    salon: str | None = None
    json: bool = False
    salon_source: str = "--salon"
    wide: bool = False
    user: str | None = None


def parse_dsn(typed: str) -> str:
    """A connection string that libpq can read, whether or not anything answers there."""
    try:
        timeout_from_conninfo(conninfo_to_dict(typed))
    except (psycopg.ProgrammingError, UnicodeEncodeError) as error:
        raise click.BadParameter(
            _("{error}: a DSN such as postgresql://user@host/database is needed").format(
                error=str(error).strip()
            )
        ) from None
    return typed
