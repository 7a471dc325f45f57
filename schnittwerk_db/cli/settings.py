"""What the options before the command say."""

from __future__ import annotations

from dataclasses import dataclass

import click
import psycopg
from psycopg.conninfo import conninfo_to_dict, timeout_from_conninfo


@dataclass(frozen=True)
class Settings:
    """Which database and salon to work on, and whether to print JSON.

    ``salon_source`` is where the salon was named: ``--salon``, or an environment variable.
    """

    dsn: str | None
    salon: str | None
    json: bool
    salon_source: str = "--salon"


def parse_dsn(typed: str) -> str:
    """A connection string that libpq can read, whether or not anything answers there."""
    try:
        timeout_from_conninfo(conninfo_to_dict(typed))
    except (psycopg.ProgrammingError, UnicodeEncodeError) as error:
        raise click.BadParameter(
            f"{str(error).strip()}: a DSN such as postgresql://user@host/database is needed"
        ) from None
    return typed
