"""What goes wrong, as a line on stderr and an exit code: refused, wrong usage, no database, output.

With ``--json`` the line is a JSON object, shaped as the answer of a refused call.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import IO, Any

import click
import psycopg

from schnittwerk_db.cli.language import _
from schnittwerk_db.cli.output import give_up, tell
from schnittwerk_db.cli.refusals import REMEDIES, translated, translated_fault
from schnittwerk_db.errors import (
    BookingError,
    MigrationError,
    SchemaMissing,
    ServerError,
)
from schnittwerk_db.extras import MissingExtraError
from schnittwerk_db.json_text import json_text, visible
from schnittwerk_db.models import Slot, VisitSlot
from schnittwerk_db.toml_file import FileError

REFUSED, WRONG_USAGE, NO_DATABASE, NOT_WRITTEN = 1, 2, 3, 4


class Refusal(click.ClickException):
    """The command was understood and cannot be done."""

    exit_code = REFUSED


class OtherTimes(Exception):  # noqa: N818 -- a refusal with its remedy
    """A refusal of a time, and what can be booked instead.

    ``wanted`` is the time that was refused, as it was understood. ``shown`` says each of the slots
    in the salon's time; there may be none.
    """

    def __init__(
        self,
        refusal: BookingError,
        wanted: str,
        slots: Sequence[Slot | VisitSlot],
        shown: Sequence[str],
    ) -> None:
        super().__init__(refusal, wanted, slots, shown)
        self.refusal = refusal
        self.wanted = wanted
        self.slots = slots
        self.shown = shown


class _Told(click.ClickException):
    """A failure as it is shown: what is said, and as JSON."""

    def __init__(self, said: Sequence[str], document: Mapping[str, Any] | None) -> None:
        super().__init__("\n".join(visible(" ".join(it.split())) for it in said))
        self.document = document

    def show(self, file: IO[Any] | None = None) -> None:
        if self.document is None:
            tell(_("Error: {message}").format(message=self.format_message()))
        else:
            tell(json_text(self.document))


class _Refused(_Told):
    exit_code = REFUSED


class _WrongUsage(_Told):
    exit_code = WRONG_USAGE


class _NoDatabase(_Told):
    exit_code = NO_DATABASE


class _NotWritten(_Told):
    exit_code = NOT_WRITTEN


_KINDS = {
    REFUSED: ("refused", _Refused),
    WRONG_USAGE: ("wrong_usage", _WrongUsage),
    NO_DATABASE: ("no_database", _NoDatabase),
    NOT_WRITTEN: ("output_not_written", _NotWritten),
}


@contextmanager
def told_plainly(as_json: Callable[[], bool]) -> Iterator[None]:
    """Turns every expected failure into its line and exit code, or into JSON if asked."""
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except (
        click.UsageError,
        Refusal,
        BookingError,
        FileError,
        MigrationError,
        MissingExtraError,
        OSError,
        OtherTimes,
        SchemaMissing,
        ServerError,
        psycopg.Error,
    ) as error:
        if isinstance(error, OSError):
            # a file that is named is no output
            if error.errno is None or error.filename is not None:
                raise
            give_up(sys.stdout)
            if error.errno == errno.EPIPE:  # nobody reads on, which is no news to them
                raise click.exceptions.Exit(NOT_WRITTEN) from error
        code, kind = _KINDS[_exit_code(error)]
        said = lines_of(error)
        details: Any = said[0]
        if isinstance(error, FileError):
            details = [asdict(it) for it in error.faults]
        document = {"success": False, "code": code, "details": details}
        if isinstance(error, BookingError):
            document.update(_envelope(error))
        if isinstance(error, OtherTimes):
            document.update(_envelope(error.refusal), other_times=error.slots)
        raise kind(said, document if as_json() else None) from error


def _exit_code(error: Exception) -> int:
    if isinstance(error, click.ClickException):
        return error.exit_code
    if isinstance(error, OSError):
        return NOT_WRITTEN
    if isinstance(error, SchemaMissing | ServerError):
        return NO_DATABASE
    if isinstance(error, MissingExtraError) and error.extra == "server":
        return NO_DATABASE
    if isinstance(error, psycopg.Error) and _is_unreachable(error):
        return NO_DATABASE
    return REFUSED


def lines_of(error: Exception) -> Sequence[str]:
    """What is said of an expected failure."""
    if isinstance(error, click.BadParameter) and isinstance(error.param, click.Argument):
        # the brackets are those of the usage line
        error.param_hint = f"'{error.param.human_readable_name.strip('[].')}'"
    if isinstance(error, click.ClickException):
        return [error.format_message()]
    if isinstance(error, BookingError):
        notes = [*getattr(error, "__notes__", ())]
        if error.code in REMEDIES:
            notes.append(_(REMEDIES[error.code]))
        return [f"{error.code}: {_reason(error)}" + (f" ({'; '.join(notes)})" if notes else "")]
    if isinstance(error, OtherTimes):
        [line] = lines_of(error.refusal)
        times = _("; other times: {times}").format(times="; ".join(error.shown))
        return [f"{line} ({error.wanted}{times if error.shown else ''})"]
    if isinstance(error, FileError):
        return [str(replace(it, message=translated_fault(it.message))) for it in error.faults]
    if isinstance(error, OSError):
        return [
            _("the output cannot be written: {reason} (the command may have done its work)").format(
                reason=error.strerror
            )
        ]
    if isinstance(error, psycopg.Error):
        return [error.diag.message_primary or str(error)]
    return [translated(str(error))]


def _reason(error: BookingError) -> str:
    """What the database says, with the service of a visit that fails."""
    if isinstance(error.details, str):
        text = translated(error.details)
    else:
        # an item of a list that was typed twice may be at fault twice
        said = (translated(str(it.get("message", it))) for it in error.details)
        text = "; ".join(dict.fromkeys(said))
    if error.item is None:
        return text
    ranks = (_("1st service"), _("2nd service"), _("3rd service"))
    rank = (
        ranks[error.item]
        if error.item < len(ranks)
        else _("{number}th service").format(number=error.item + 1)
    )
    return f"{rank}{f' ({error.item_name})' if error.item_name else ''}: {text}"


def _envelope(error: BookingError) -> dict[str, Any]:
    """A refusal as the database answers it."""
    return {
        "code": error.code,
        "http_status": error.http_status,
        "error": error.title,
        "details": error.details,
        "item": error.item,
        "hint": error.hint,
        "operation_id": error.operation_id,
        "correlation_id": error.correlation_id,
        "replayed": error.replayed,
        "retry_after_seconds": error.retry_after_seconds,
    }


def _is_unreachable(error: psycopg.Error) -> bool:
    """No connection, a lost one, or a database or login that is not there."""
    sqlstate = error.sqlstate or "08000"
    unreachable = sqlstate[:2] in ("08", "28", "3D") or sqlstate.startswith("57P")
    return isinstance(error, psycopg.OperationalError) and unreachable
