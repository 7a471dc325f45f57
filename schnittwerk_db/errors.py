# ruff: noqa: N818 -- the contract names the exceptions
"""The exceptions that calls raise, and the one place that maps the database's codes to them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import psycopg
from psycopg import errors as postgres

__all__ = [
    "BookingError",
    "Forbidden",
    "IdempotencyKeyReused",
    "InvalidInput",
    "MigrationError",
    "NotAuthenticated",
    "NotFound",
    "PriceMismatch",
    "RateLimited",
    "RequestInFlight",
    "RuleViolation",
    "SchemaMissing",
    "ServerError",
    "SlotConflict",
]


class BookingError(Exception):
    """The database refused a call.

    Match on ``code``. ``details`` explains it (for `InvalidInput` a list of ``{"path", "code",
    "message"}``), and ``hint`` is the remedy, if the database gives one. ``operation_id`` is set if
    the refusal is stored under the idempotency key. ``item`` is the position, from 0, of the item
    of a visit that was refused.
    """

    def __init__(
        self,
        code: str,
        http_status: int,
        details: str | Sequence[Mapping[str, Any]],
        *,
        title: str | None = None,
        operation_id: UUID | None = None,
        correlation_id: str | None = None,
        replayed: bool = False,
        hint: str | None = None,
        retry_after_seconds: float | None = None,
        item: int | None = None,
    ) -> None:
        self.code = code
        self.http_status = http_status
        self.details = details
        self.title = title
        self.operation_id = operation_id
        self.correlation_id = correlation_id
        self.replayed = replayed
        self.hint = hint
        self.retry_after_seconds = retry_after_seconds
        self.item = item
        self.item_name: str | None = None
        super().__init__(code, http_status, details)  # what unpickling makes it from

    def __str__(self) -> str:
        return f"{self.code}: {self.reason}"

    @property
    def reason(self) -> str:
        """The details in one line, with the service of a visit that fails."""
        if self.item is not None:
            rank = f"{self.item + 1}{('st', 'nd', 'rd', 'th')[min(self.item, 3)]}"
            name = f" ({self.item_name})" if self.item_name else ""
            return f"{rank} service{name}: {self.details}"
        if isinstance(self.details, str):
            return self.details
        return "; ".join(str(fault.get("message", fault)) for fault in self.details)


class SlotConflict(BookingError):
    """The time is taken, or no unit of a pool is free then."""


class RuleViolation(BookingError):
    """A booking rule forbids it: notice, hours, holidays, promotions, status and so on."""


class InvalidInput(BookingError):
    """Arguments are missing, malformed or out of range, or no salon is named."""


class NotFound(BookingError):
    """It does not exist, the caller may not see it, or it has been erased."""


class NotAuthenticated(BookingError):
    """The caller is not signed in."""


class Forbidden(BookingError):
    """The caller's role does not allow it."""


class IdempotencyKeyReused(BookingError):
    """The key was used before with other arguments."""


class RequestInFlight(BookingError):
    """Another call with the same key is still running: repeat with the same key."""


class RateLimited(BookingError):
    """Too many writes in a minute: the next one is possible after ``retry_after_seconds``.

    The client neither waits nor repeats the call.
    """


class PriceMismatch(BookingError):
    """The price is no longer the expected one."""


class SchemaMissing(Exception):
    """The database is not migrated, or is older than this library."""


class MigrationError(Exception):
    """The database could not be migrated; the message is one line and names the remedy."""


class ServerError(Exception):
    """The embedded server cannot do this; the message is one line with the remedy."""


_BY_CODE: dict[str, type[BookingError]] = {
    "not_authenticated": NotAuthenticated,
    "salon_required": InvalidInput,
    "forbidden": Forbidden,
    "invalid_input": InvalidInput,
    "idempotency_key_reused": IdempotencyKeyReused,
    "request_in_flight": RequestInFlight,
    "rate_limited": RateLimited,
    "not_found": NotFound,
    "price_mismatch": PriceMismatch,
    "resource_unavailable": SlotConflict,
    "slot_conflict": SlotConflict,
} | dict.fromkeys(
    (
        "wrong_status",
        "part_of_a_visit",
        "cancellation_deadline_passed",
        "reschedule_deadline_passed",
        "reschedule_limit_reached",
        "booking_limit_reached",
        "offer_expired",
        "hold_expired",
        "already_exists",
        "no_longer_kept",
        "promotion_not_valid",
        "promotion_used_up",
        "service_not_offered",
        "invalid_times",
        "duration_mismatch",
        "notice_too_short",
        "too_far_ahead",
        "holiday",
        "business_closed",
        "outside_business_hours",
        "off_grid",
        "staff_unavailable",
        "customer_busy",
    ),
    RuleViolation,
)


def of_envelope(answer: Mapping[str, Any]) -> BookingError:
    """The exception for a write's failure envelope."""
    code = str(answer.get("code"))
    operation_id = answer.get("operation_id")
    retry_after = answer.get("retry_after_seconds")
    return _BY_CODE.get(code, BookingError)(
        code,
        int(answer.get("http_status", 500)),
        answer.get("details") or str(answer.get("error", code)),
        title=answer.get("error"),
        operation_id=UUID(operation_id) if operation_id else None,
        correlation_id=answer.get("correlation_id"),
        replayed=bool(answer.get("replayed", False)),
        retry_after_seconds=None if retry_after is None else float(retry_after),
        item=answer.get("item"),
    )


def of_arguments(faults: Iterable[tuple[str, str, str]]) -> InvalidInput:
    """The exception for arguments that cannot even be sent to the database.

    A fault is a path, a code and a message.
    """
    return InvalidInput(
        "invalid_input",
        400,
        [{"path": [it], "code": code, "message": f"{it} {said}"} for it, code, said in faults],
        title="Validation failed",
    )


def of_ids_only(answer: Mapping[str, Any]) -> NotFound:
    """The exception for the replay of a success whose data is gone, except for its id."""
    return NotFound(
        "not_found",
        404,
        "It was done, but its customer has been erased since, or you may not see them any more",
        operation_id=UUID(answer["operation_id"]),
        correlation_id=answer["correlation_id"],
        replayed=True,
    )


def of_database_error(error: psycopg.Error) -> Exception:
    """The exception for an error that the server raised: itself, unless it means something here.

    SQLSTATE ``PT`` + HTTP status is a read's refusal: the code is its message, the details its
    DETAIL, the remedy its HINT.
    """
    sqlstate = error.sqlstate or ""
    diagnostics = error.diag
    if sqlstate.startswith("PT") and sqlstate[2:].isdigit():
        code = diagnostics.message_primary or sqlstate
        details: Any = diagnostics.message_detail or code
        if code == "invalid_input" and details.startswith("["):
            details = json.loads(details)
        return _BY_CODE.get(code, BookingError)(
            code, int(sqlstate[2:]), details, hint=diagnostics.message_hint or None
        )
    if isinstance(error, postgres.InvalidSchemaName | postgres.UndefinedFunction):
        return SchemaMissing(
            f"{diagnostics.message_primary}: the database is not migrated, or is older than this"
            " library; run: schnittwerk migrate"
        )
    return error
