"""How a method becomes an RPC call, once for the synchronous and the asynchronous client.

A method of `schnittwerk_db.api.Api` is a description: its signature names the function's parameters
(without ``p_``), its body says how the result is read. `rpc` turns it into a method that builds a
`Call` and hands it to the client, which runs it in its own way.
"""

from __future__ import annotations

import inspect
import re
import uuid
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import cache, wraps
from types import UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Concatenate,
    Generic,
    ParamSpec,
    Protocol,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    overload,
)
from uuid import UUID

from psycopg.types.json import Jsonb

from schnittwerk_db import errors
from schnittwerk_db.models import has_id_only, read_record

if TYPE_CHECKING:
    from schnittwerk_db.client import AsyncClient, Client

P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Row = Mapping[str, Any]


class _ArgumentError(Exception):
    """An argument is not what the database can take; the place is within it."""

    def __init__(self, code: str, message: str, place: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.place = code, message, place


def _wrong_type(wanted: str, value: object) -> _ArgumentError:
    shown = repr(value[:100]) if isinstance(value, str) else type(value).__name__
    return _ArgumentError("invalid_type", f"must be {wanted}, not {shown}")


def _as_text(value: str) -> str:
    if not isinstance(value, str):
        raise _wrong_type("text", value)
    if re.search("[\0\ud800-\udfff]", value):
        raise _ArgumentError("control_character", "must not contain NUL or half a character")
    return value


def _as_flag(value: bool) -> bool:
    if not isinstance(value, bool):
        raise _wrong_type("True or False", value)
    return value


def _as_whole_number(value: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _wrong_type("a whole number", value)
    if value >= 2**31:
        raise _ArgumentError("out_of_range", f"must be at most {2**31 - 1}")
    if value < -(2**31):
        raise _ArgumentError("out_of_range", f"must be at least {-(2**31)}")
    return value


def _as_parameter(name: str) -> str:
    return f"p_{_as_text(name).removeprefix('p_')}"


def _as_decimal(value: Decimal | int) -> Decimal:
    try:
        amount = Decimal(str(value))
    except (InvalidOperation, ValueError):
        raise _wrong_type("an amount such as Decimal('75.50')", value) from None
    # PostgreSQL says the rest, of NaN and infinity too.
    if amount.is_finite() and not -1000 < amount.adjusted() < 1000:
        raise _ArgumentError("out_of_range", "must not be that large or small")
    return amount


def _as_date(value: date | str) -> date:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        day = None
    # A datetime is a date to Python, but on which day it is depends on where.
    if not isinstance(day, date) or isinstance(day, datetime):
        raise _wrong_type("a date such as 2026-12-24", value)
    return day


def _as_instant(value: datetime | str) -> datetime:
    try:
        instant = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        instant = None
    if not isinstance(instant, datetime):
        raise _wrong_type("a datetime with a time zone, such as 2026-12-01T10:00+01:00", value)
    if instant.tzinfo is None:
        raise _ArgumentError(
            "no_time_zone", f"must have a time zone: the naive {instant} is not an instant"
        )
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise _ArgumentError("out_of_range", "must not be that early or late") from None


def _as_end_of_day_or_time(value: time | str) -> time | str:
    return "24:00" if value == "24:00" else _as_time(value)  # Python knows no 24:00


def _as_time(value: time | str) -> time:
    try:
        local = time.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        local = None
    if value == "24:00":  # midnight to some versions of Python, an error to others
        local = None
    if not isinstance(local, time):
        raise _wrong_type("a local time such as 09:00", value)
    if local.tzinfo is not None:
        raise _ArgumentError("time_zone", f"must be a local time, which has no time zone: {local}")
    return local


def _as_uuid(value: UUID | str) -> UUID:
    try:
        return value if isinstance(value, UUID) else UUID(value)
    except (ValueError, AttributeError, TypeError):
        raise _wrong_type("a uuid", value) from None


def _each(convert: Callable[[Any], Any]) -> Callable[[Any], list[Any]]:
    """What converts a sequence, item by item."""

    def convert_all(values: Sequence[Any]) -> list[Any]:
        if isinstance(values, str) or not isinstance(values, Sequence):
            raise _wrong_type("a list", values)
        converted = []
        for index, value in enumerate(values):
            try:
                converted.append(convert(value))
            except _ArgumentError as unfit:
                raise _ArgumentError(unfit.code, unfit.message, f"[{index}]{unfit.place}") from None
        return converted

    return convert_all


def _as_jsonb(value: object) -> Jsonb:
    try:
        return Jsonb(_in_json(value, ""))
    except RecursionError:
        raise _ArgumentError("too_deep", "must not be nested that deep") from None


def _in_json(value: object, place: str) -> object:
    """A value as JSON has it, which knows neither NaN nor all that Python can count."""
    if isinstance(value, Mapping):
        return {
            str(_in_json(str(key), place)): _in_json(item, f"{place}.{key}")
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_in_json(item, f"{place}[{index}]") for index, item in enumerate(value)]
    try:
        if isinstance(value, str):
            return _as_text(value)
        if isinstance(value, int | float | Decimal):
            return _as_json_number(value)
        if isinstance(value, time):
            return value.isoformat().removesuffix(":00")
        if isinstance(value, date | datetime):
            return value.isoformat()
        if isinstance(value, UUID):
            return str(value)
        if value is not None:
            raise _wrong_type("what JSON can hold", value)
    except _ArgumentError as unfit:
        raise _ArgumentError(unfit.code, unfit.message, place) from None
    return None


def _as_json_number(value: int | float | Decimal) -> int | float:
    if isinstance(value, bool):
        return value
    number = Decimal(value)
    if not number.is_finite() or number.adjusted() > 300:
        raise _ArgumentError("out_of_range", "must be a finite number below 1e300")
    if number == number.to_integral_value():
        return int(number)
    if isinstance(value, Decimal) and Decimal(str(float(number))) != number:
        raise _ArgumentError("too_precise", "must not have that many digits")
    return float(number)


# What arguments may be, each with what makes it fit for the database.
Id = Annotated[UUID | str, _as_uuid]
Ids = Annotated[Sequence[UUID | str], _each(_as_uuid)]
Times = Annotated[Sequence[time | str], _each(_as_time)]
Names = Annotated[Sequence[str], _each(_as_parameter)]
Instant = Annotated[datetime | str, _as_instant]
Amount = Annotated[Decimal | int, _as_decimal]
Document = Annotated[Mapping[str, Any], _as_jsonb]
Documents = Annotated[Sequence[Mapping[str, Any]], _as_jsonb]
Value = Annotated[object, _as_jsonb]
LocalTime = Annotated[time | str, _as_end_of_day_or_time]
_PLAIN: dict[Any, Callable[[Any], Any]] = {
    str: _as_text,
    bool: _as_flag,
    int: _as_whole_number,
    date: _as_date,
}


@dataclass(frozen=True, slots=True)
class Result(Generic[T]):
    """How the rows of a call become what the method returns."""

    read: Callable[[Sequence[Row]], T]
    is_write: bool = False


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One RPC call: its statement, the arguments, and how to read the result.

    ``is_repeatable`` says that it may run twice: it only reads, or carries an idempotency key.
    """

    statement: bytes
    arguments: tuple[Any, ...]
    read: Callable[[Sequence[Row]], T]
    is_repeatable: bool


class Method(Protocol[P, T_co]):
    """An RPC as the two clients see it: `Client` returns the result, `AsyncClient` awaits it."""

    @overload
    def __get__(self, instance: None, owner: type[object]) -> Callable[..., Any]: ...
    @overload
    def __get__(self, instance: Client, owner: type[object]) -> Callable[P, T_co]: ...
    @overload
    def __get__(
        self, instance: AsyncClient, owner: type[object]
    ) -> Callable[P, Coroutine[Any, Any, T_co]]: ...


def rpc(describe: Callable[Concatenate[Any, P], Result[T]]) -> Method[P, T]:
    """The method that calls ``schnittwerk.<its name>`` with the arguments that were given.

    An ``idempotency_key`` that may be left out is made here, so that repeating the call keeps it.
    """
    name = describe.__name__
    signature = inspect.signature(describe)
    key = signature.parameters.get("idempotency_key")
    makes_key = key is not None and key.default is None

    @wraps(describe)
    def method(self: Any, *args: P.args, **kwargs: P.kwargs) -> Any:
        given = signature.bind(self, *args, **kwargs).arguments
        del given["self"]
        if makes_key and given.get("idempotency_key") is None:
            given["idempotency_key"] = str(uuid.uuid4())
        if name not in _WITHOUT_SALON and self.salon_id is not None:
            given["salon_id"] = self.salon_id
        values = _converted(describe, given)
        result = describe(self, *args, **kwargs)
        return self._call(
            Call(
                _statement(name, tuple(given)),
                values,
                result.read,
                not result.is_write or "idempotency_key" in given,
            )
        )

    return cast("Method[P, T]", method)


_WITHOUT_SALON = {"save_salon", "list_salons", "delete_salon"}
_WITHOUT_PREFIX = {"appointment_start", "appointment_end"}


@cache
def _statement(name: str, parameters: tuple[str, ...]) -> bytes:
    arguments = ", ".join(f"{_path(it)} => %s" for it in parameters)
    return f"select * from schnittwerk.{name}({arguments})".encode()


def _path(parameter: str) -> str:
    """The name that the database has for a parameter."""
    return parameter if parameter in _WITHOUT_PREFIX else "p_" + parameter.rstrip("_")


def _converted(describe: Callable[..., Any], given: Mapping[str, Any]) -> tuple[Any, ...]:
    """The arguments, fit for the database; refused all at once, as the database would."""
    convert = _conversions(describe)
    values, faults = [], []
    for name, value in given.items():
        try:
            unchanged = value is None or name not in convert
            values.append(value if unchanged else convert[name](value))
        except _ArgumentError as unfit:
            faults.append((_path(name) + unfit.place, unfit.code, unfit.message))
    if faults:
        raise errors.of_arguments(faults)
    return tuple(values)


@cache
def _conversions(describe: Callable[..., Any]) -> dict[str, Callable[[Any], Any]]:
    """Per parameter what its annotation asks to be done to a value that is not null."""
    hints = get_type_hints(describe, include_extras=True)
    return {
        name: convert for name, hint in hints.items() if (convert := _conversion(hint)) is not None
    }


def _conversion(hint: Any) -> Callable[[Any], Any] | None:
    if hasattr(hint, "__metadata__"):
        return cast("Callable[[Any], Any]", hint.__metadata__[0])
    if get_origin(hint) is Sequence:
        item = _conversion(get_args(hint)[0])
        return None if item is None else _each(item)
    found = (_conversion(it) for it in get_args(hint) if get_origin(hint) in (Union, UnionType))
    return _PLAIN.get(hint) or next((it for it in found if it is not None), None)


def rows(kind: type[T]) -> Result[list[T]]:
    """A read that returns any number of rows."""
    return Result(lambda found: [read_record(kind, row) for row in found])


def row(kind: type[T]) -> Result[T]:
    """A read that returns exactly one row."""
    return Result(lambda found: read_record(kind, found[0]))


def document(kind: type[T]) -> Result[T]:
    """A read that returns one JSON object."""
    return Result(lambda found: read_record(kind, _only_value(found)))


def json_object() -> Result[Mapping[str, Any]]:
    """A read that returns one JSON object, as it is."""
    return Result(_only_value)


def written(kind: type[T], thing: str) -> Result[T]:
    """A write: its envelope's ``thing``, with what the envelope tells beside it."""

    def read(found: Sequence[Row]) -> T:
        answer = _only_value(found)
        if not answer["success"]:
            raise errors.of_envelope(answer)
        value = answer[thing]
        if has_id_only(value):
            raise errors.of_ids_only(answer)
        fields = value if isinstance(value, Mapping) else {thing: value}
        beside = ("operation_id", "replayed", "affected_appointments")
        return read_record(kind, {**fields, **{it: answer[it] for it in beside if it in answer}})

    return Result(read, is_write=True)


def written_or_none(kind: type[T], thing: str) -> Result[T | None]:
    """A write whose ``thing`` may be null."""
    found_it = written(kind, thing)

    def read(found: Sequence[Row]) -> T | None:
        answer = _only_value(found)
        is_none = answer["success"] and answer[thing] is None
        return None if is_none else found_it.read(found)

    return Result(read, is_write=True)


def _only_value(found: Sequence[Row]) -> Any:
    return next(iter(found[0].values()))
