"""How a method becomes an RPC call, once for the synchronous and the asynchronous client.

A method of `schnittwerk_db.api.Api` is a description: its signature names the function's parameters
(without ``p_``), its body says how the result is read. `rpc` turns it into a method that builds a
`Call` and hands it to the client, which runs it in its own way.
"""

from __future__ import annotations

import inspect
import json
import uuid
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache, wraps
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Concatenate,
    Generic,
    ParamSpec,
    Protocol,
    TypeVar,
    cast,
    get_args,
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


def _as_instant(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"{value} has no time zone: a naive datetime is not an instant")
    return value


def _as_uuid(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


def _as_uuids(values: Sequence[UUID | str]) -> list[UUID]:
    return [_as_uuid(value) for value in values]


def _as_times(values: Sequence[time | str]) -> list[time]:
    times = [time.fromisoformat(it) if isinstance(it, str) else it for it in values]
    for it in times:
        if it.tzinfo is not None:
            raise ValueError(f"{it} has a time zone: a local time has none")
    return times


def _as_decimal(value: Decimal | int) -> Decimal:
    return Decimal(str(value))


def _in_json(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, time):
        return value.isoformat().removesuffix(":00")
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{value!r} has no place in JSON")


def _as_jsonb(value: object) -> Jsonb:
    return Jsonb(value, dumps=lambda it: json.dumps(it, default=_in_json))


# What arguments may be, each with what makes it fit for the database.
Id = Annotated[UUID | str, _as_uuid]
Ids = Annotated[Sequence[UUID | str], _as_uuids]
Times = Annotated[Sequence[time | str], _as_times]
Instant = Annotated[datetime, _as_instant]
Amount = Annotated[Decimal | int, _as_decimal]
Document = Annotated[Mapping[str, Any], _as_jsonb]
Documents = Annotated[Sequence[Mapping[str, Any]], _as_jsonb]
Value = Annotated[object, _as_jsonb]
LocalTime = time | str


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
        convert = _conversions(describe)
        result = describe(self, *args, **kwargs)
        return self._call(
            Call(
                _statement(name, tuple(given)),
                tuple(
                    convert[it](value) if value is not None and it in convert else value
                    for it, value in given.items()
                ),
                result.read,
                not result.is_write or "idempotency_key" in given,
            )
        )

    return cast("Method[P, T]", method)


_WITHOUT_SALON = {"save_salon", "list_salons"}
_WITHOUT_PREFIX = {"appointment_start", "appointment_end"}


@cache
def _statement(name: str, parameters: tuple[str, ...]) -> bytes:
    arguments = ", ".join(
        f"{it if it in _WITHOUT_PREFIX else 'p_' + it.rstrip('_')} => %s" for it in parameters
    )
    return f"select * from schnittwerk.{name}({arguments})".encode()


@cache
def _conversions(describe: Callable[..., Any]) -> dict[str, Callable[[Any], Any]]:
    """Per parameter what its annotation asks to be done to a value that is not null."""
    found = {}
    for name, hint in get_type_hints(describe, include_extras=True).items():
        for part in (hint, *get_args(hint)):
            if hasattr(part, "__metadata__"):
                found[name] = part.__metadata__[0]
    return found


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
