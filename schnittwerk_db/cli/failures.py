"""What goes wrong, as a line on stderr and an exit code: refused, wrong usage, or no database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
import psycopg

from schnittwerk_db.errors import BookingError, SchemaMissing
from schnittwerk_db.migrate import MigrationError
from schnittwerk_db.salon_file import LoadError
from schnittwerk_db.server import ServerError

REFUSED, WRONG_USAGE, NO_DATABASE = 1, 2, 3


class Refusal(click.ClickException):
    """The command was understood and cannot be done."""

    exit_code = REFUSED


class _WrongUsage(click.ClickException):
    exit_code = WRONG_USAGE


class _NoDatabase(click.ClickException):
    exit_code = NO_DATABASE


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turns every expected failure into its line and exit code."""
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        raise _WrongUsage(_one_line(error.format_message())) from error
    except BookingError as error:
        hint = f" ({error.hint})" if error.hint else ""
        raise Refusal(_one_line(f"{error}{hint}")) from error
    except LoadError as error:
        raise Refusal("\n".join(map(_one_line, map(str, error.faults)))) from error
    except MigrationError as error:
        raise Refusal(_one_line(str(error))) from error
    except (SchemaMissing, ServerError) as error:
        raise _NoDatabase(_one_line(str(error))) from error
    except psycopg.Error as error:
        kind = _NoDatabase if _is_unreachable(error) else Refusal
        raise kind(_one_line(error.diag.message_primary or str(error))) from error


def _is_unreachable(error: psycopg.Error) -> bool:
    """No connection, a lost one, or a database or login that is not there."""
    sqlstate = error.sqlstate or "08000"
    unreachable = sqlstate[:2] in ("08", "28", "3D") or sqlstate.startswith("57P")
    return isinstance(error, psycopg.OperationalError) and unreachable


def _one_line(message: str) -> str:
    return " ".join(message.split())
