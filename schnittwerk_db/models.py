"""What calls return: frozen records, read from rows and from JSON alike.

Instants are aware datetimes in UTC, amounts decimals, local times of day text (``09:00``, up to
``24:00``). Keys that a record does not know, as a newer server may send, are passed over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import cache, partial
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Slot:
    """A start that can be booked with one member of staff."""

    staff_id: UUID
    starts_at: dt.datetime
    ends_at: dt.datetime
    duration_minutes: int
    is_preferred: bool
    price: Decimal


@dataclass(frozen=True, slots=True)
class RuleCheck:
    """One booking rule, applied to one time; ``code`` and ``details`` say why it failed."""

    rule: str
    passed: bool
    code: str | None
    details: str | None


@dataclass(frozen=True, slots=True)
class TimingCheck:
    """Whether a time keeps notice, horizon, holidays and hours."""

    is_valid: bool
    error_message: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """An appointment as a write returns it.

    ``operation_id`` and ``replayed`` tell of the write that returned it: ``replayed`` is true when
    the idempotency key had been used and this is the answer it got then.
    """

    id: UUID
    customer_id: UUID
    staff_id: UUID
    service_id: UUID
    starts_at: dt.datetime
    ends_at: dt.datetime
    status: str
    price: Decimal
    notes: str | None = None
    reschedule_count: int = 0
    created_at: dt.datetime | None = None
    operation_id: UUID | None = None
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class AppointmentEntry:
    """An appointment as `list_appointments` shows it, with the names of who and what."""

    id: UUID
    customer_id: UUID
    customer_name: str
    staff_id: UUID
    staff_name: str
    service_id: UUID
    service_name: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    status: str
    price: Decimal
    reschedule_count: int
    notes: str | None
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What a write answered under its idempotency key: the appointment, or the refusal."""

    success: bool
    http_status: int
    operation_id: UUID | None = None
    correlation_id: str | None = None
    error: str | None = None
    code: str | None = None
    details: str | None = None
    appointment: Appointment | None = None


@dataclass(frozen=True, slots=True)
class Salon:
    """A location with its own IANA time zone and currency."""

    id: UUID
    name: str
    time_zone: str
    currency: str
    affected_appointments: tuple[Appointment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What can be booked; a buffer of None is the salon's."""

    id: UUID
    name: str
    category: str
    duration_minutes: int
    base_price: Decimal
    buffer_before_minutes: int | None
    buffer_after_minutes: int | None
    is_active: bool
    affected_appointments: tuple[Appointment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """A member of staff; how to reach them is told to the salon's people only."""

    id: UUID
    full_name: str
    is_active: bool
    email: str | None = None
    phone: str | None = None
    profile_id: UUID | None = None
    affected_appointments: tuple[Appointment, ...] = ()


@dataclass(frozen=True, slots=True)
class StaffService:
    """A service that a member of staff performs; None is the service's own price or minutes."""

    service_id: UUID
    custom_price: Decimal | None = None
    estimated_duration_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class StaffServices:
    """All services of a member of staff, as they now stand."""

    staff_services: tuple[StaffService, ...]
    affected_appointments: tuple[Appointment, ...] = ()


@dataclass(frozen=True, slots=True)
class Availability:
    """A weekly window of a member of staff: 0 is Sunday, local times, open or a break."""

    day_of_week: int
    start_time: str
    end_time: str
    availability_type: str


@dataclass(frozen=True, slots=True)
class StaffAvailability:
    """The week of a member of staff, as it now stands."""

    staff_availability: tuple[Availability, ...]
    affected_appointments: tuple[Appointment, ...] = ()


@dataclass(frozen=True, slots=True)
class Customer:
    """Who books."""

    id: UUID
    full_name: str
    email: str | None
    phone: str | None
    profile_id: UUID | None
    notes: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a signed-in user may do in the salon."""

    id: UUID
    role: str
    full_name: str | None
    email: str | None
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """A holiday or closure as a write returns it."""

    id: UUID
    name: str
    date: dt.date
    type: str
    description: str | None
    is_recurring: bool
    affects_all_staff: bool
    end_date: dt.date | None = None
    recurring_month: int | None = None
    recurring_day: int | None = None
    staff_ids: tuple[UUID, ...] = ()
    affected_appointments: tuple[Appointment, ...] = ()


@dataclass(frozen=True, slots=True)
class HolidayDate:
    """One date that a holiday closes; a recurring one gives a row for each of its dates."""

    id: UUID
    date: dt.date
    name: str
    type: str
    description: str | None
    is_recurring: bool
    affects_all_staff: bool
    staff_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A booking policy with what it may be; where it is not active the default holds."""

    policy_key: str
    policy_value: Any
    default_value: Any
    value_type: str
    minimum: Decimal | None
    maximum: Decimal | None
    description: str
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessSettings:
    """The salon's opening hours and booking settings; ``opening_hours`` by weekday, 0 = Sunday."""

    opening_hours: Mapping[str, Any]
    buffer_time_minutes: int
    max_advance_booking_days: int | None
    slot_interval_minutes: int
    preferred_hours: Mapping[str, Any]
    affected_appointments: tuple[Appointment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOff:
    """Days or local hours that a member of staff is away; without times whole days."""

    id: UUID
    staff_id: UUID
    start_date: dt.date
    end_date: dt.date
    start_time: str | None
    end_time: str | None
    type: str
    is_approved: bool
    affected_appointments: tuple[Appointment, ...] = ()


@dataclass(frozen=True, slots=True)
class SpecialWindow:
    """Opening hours of one date instead of its weekday's; not open: closed that day."""

    date: dt.date
    start_time: str | None
    end_time: str | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class SpecialHours:
    """The special hours of one date, as they now stand; none: the weekday's apply."""

    special_hours: tuple[SpecialWindow, ...]
    affected_appointments: tuple[Appointment, ...] = ()


def read_record(kind: Callable[..., T], values: Mapping[str, Any]) -> T:
    """A record from a row or a JSON object; keys that the record does not have are passed over."""
    return kind(**{name: read(values[name]) for name, read in _readers(kind) if name in values})


@cache
def _readers(kind: Any) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    hints = get_type_hints(kind)
    return tuple((field.name, _reader(hints[field.name])) for field in fields(kind))


def _reader(hint: Any) -> Callable[[Any], Any]:
    """What makes a field's value out of a column's or a JSON value, where it has to be made."""
    if get_origin(hint) in (Union, UnionType):
        known = _reader(next(it for it in get_args(hint) if it is not NoneType))
        return lambda value: None if value is None else known(value)
    if get_origin(hint) is tuple:
        item = _reader(get_args(hint)[0])
        return lambda values: tuple(item(value) for value in values or ())
    if hasattr(hint, "__dataclass_fields__"):
        return partial(read_record, hint)
    return _READERS.get(hint, lambda value: value)


def _instant(value: dt.datetime | str) -> dt.datetime:
    instant = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    return instant.astimezone(dt.UTC)


_READERS: dict[Any, Callable[[Any], Any]] = {
    UUID: lambda value: value if isinstance(value, UUID) else UUID(value),
    dt.datetime: _instant,
    dt.date: lambda value: dt.date.fromisoformat(value) if isinstance(value, str) else value,
    Decimal: lambda value: value if isinstance(value, Decimal) else Decimal(str(value)),
}
