"""Turns a method into an RPC call, for the synchronous and the asynchronous client alike.

A method of `schnittwerk_db.api.Api` is a description: its signature names the function's parameters
(without ``p_``) and their types, and its return annotation says how to read the answer. `reads`
and `writes` turn it into a method that builds a `Call` and hands it to the client, which runs it in
its own way.
"""

from __future__ import annotations

import datetime as dt
import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial, wraps
from types import NoneType, UnionType
from typing import (
    Any,
    Concatenate,
    Generic,
    ParamSpec,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    overload,
)
from uuid import UUID, uuid4

from schnittwerk_db import errors
from schnittwerk_db.arguments import Kind, kind_of
from schnittwerk_db.json_text import UnfitError, parsed

P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Row = Mapping[str, Any]

_WITHOUT_SALON = {"save_salon", "list_salons", "delete_salon"}
_WITHOUT_PREFIX = {"appointment_start", "appointment_end"}


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One RPC call: its statement, the arguments, and how to read the result.

    ``is_repeatable`` says that it may run twice: it only reads, or carries an idempotency key.
    """

    statement: bytes
    arguments: tuple[Any, ...]
    read: Callable[[Sequence[Row]], T]
    is_repeatable: bool


class Caller(ABC):
    """A client whose calls return."""

    @abstractmethod
    def _call(self, call: Call[T]) -> T:
        """The call's result."""


class AsyncCaller(ABC):
    """A client whose calls are awaited."""

    @abstractmethod
    async def _call(self, call: Call[T]) -> T:
        """The call's result."""


class Method(Generic[P, T_co]):
    """An RPC: of a `Caller` it returns the result, of an `AsyncCaller` it is awaited."""

    def __init__(self, returns: Callable[..., Any], is_awaited: Callable[..., Any]) -> None:
        self._returns, self._is_awaited = returns, is_awaited

    @overload
    def __get__(self, instance: None, owner: type[object]) -> Callable[..., Any]: ...
    @overload
    def __get__(self, instance: Caller, owner: type[object]) -> Callable[P, T_co]: ...
    @overload
    def __get__(
        self, instance: AsyncCaller, owner: type[object]
    ) -> Callable[P, Coroutine[Any, Any, T_co]]: ...
    def __get__(self, instance: object, owner: type[object]) -> Any:
        method = self._is_awaited if issubclass(owner, AsyncCaller) else self._returns
        return method.__get__(instance, owner)


def reads(describe: Callable[Concatenate[Any, P], T]) -> Method[P, T]:
    """The method that calls ``schnittwerk.<its name>``, which answers rows or one JSON object."""
    return _method(describe, None)


def writes(thing: str) -> Callable[[Callable[Concatenate[Any, P], T]], Method[P, T]]:
    """The method that calls ``schnittwerk.<its name>`` and returns its envelope's ``thing``.

    It adds ``operation_id``, ``replayed``, the appointments that a change has moved or affected,
    and the fees that it recorded, from the envelope.
    """
    return lambda describe: _method(describe, thing)


def _method(describe: Callable[Concatenate[Any, P], T], thing: str | None) -> Method[P, T]:
    """The method that sends the arguments that are given.

    An ``idempotency_key`` that may be left out is made here, so that repeating the call keeps it.
    """
    name = describe.__name__
    signature = inspect.signature(describe)
    hints = get_type_hints(describe, include_extras=True)
    returned = hints.pop("return")
    kinds = {parameter: kind_of(hint) for parameter, hint in hints.items()}
    key = signature.parameters.get("idempotency_key")
    makes_key = key is not None and key.default is None
    _explain(describe, kinds.values())

    def call_of(client: Any, args: Any, kwargs: Any) -> Call[T]:
        given = signature.bind(client, *args, **kwargs).arguments
        del given["self"]
        if makes_key and given.get("idempotency_key") is None:
            given["idempotency_key"] = str(uuid4())
        sent = _fit(kinds, given)
        if name not in _WITHOUT_SALON and client.salon_id is not None:
            sent["salon_id"] = client.salon_id
        return Call(
            _statement(name, tuple(sent)),
            tuple(sent.values()),
            lambda found: _reader_of(returned)(_value(found, returned, thing)),
            thing is None or "idempotency_key" in sent,
        )

    @wraps(describe)
    def returns(self: Any, *args: P.args, **kwargs: P.kwargs) -> Any:
        return self._call(call_of(self, args, kwargs))

    @wraps(describe)
    async def is_awaited(self: Any, *args: P.args, **kwargs: P.kwargs) -> Any:
        return await self._call(call_of(self, args, kwargs))

    for method in (returns, is_awaited):  # which not every version of Python copies as they are
        method.__annotations__ = describe.__annotations__
    return Method(returns, is_awaited)


class _Annotation(str):
    """An annotation as it is written: `help` shows it without quotes."""

    __slots__ = ()
    __repr__ = str.__str__


def _explain(describe: Callable[..., Any], kinds: Iterable[Kind]) -> None:
    """Adds to the docstring what the types of the arguments mean."""
    annotations = describe.__annotations__
    annotations |= {name: _Annotation(it) for name, it in annotations.items()}
    explained = filter(None, dict.fromkeys(it.explained for it in kinds))
    describe.__doc__ = "\n\n".join((inspect.getdoc(describe) or "", *explained))


def _fit(kinds: Mapping[str, Kind], given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments, fit for the database; refused all at once, as the database would."""
    sent, faults = {}, []
    for name, value in given.items():
        try:
            sent[name] = None if value is None else kinds[name](value, _path(name))
        except UnfitError as unfit:
            faults.append((unfit.place, unfit.code, unfit.message))
    if faults:
        raise errors.of_arguments(faults)
    return sent


@cache
def _statement(name: str, parameters: tuple[str, ...]) -> bytes:
    arguments = ", ".join(f"{_path(it)} => %s" for it in parameters)
    return f"select * from schnittwerk.{name}({arguments})".encode()


def _path(parameter: str) -> str:
    """The name that the database has for a parameter."""
    return parameter if parameter in _WITHOUT_PREFIX else "p_" + parameter.rstrip("_")


def _value(found: Sequence[Row], returned: Any, thing: str | None) -> Any:
    """What the method returns, as the database has it."""
    if get_origin(returned) is list:
        return found
    [row] = found
    value = row if len(row) > 1 else next(iter(row.values()))
    return value if thing is None else _written(value, thing)


def _written(answer: Mapping[str, Any], thing: str) -> Any:
    """The thing in a write's envelope, with what the envelope tells beside it."""
    if not answer["success"]:
        raise errors.of_envelope(answer)
    value = answer[thing]
    if value is None:
        return None
    if _has_id_only(value):
        raise errors.of_ids_only(answer)
    fields = value if isinstance(value, Mapping) else {thing: value}
    beside = (
        *("operation_id", "replayed", "moved_appointments", "affected_appointments"),
        *("fee", "fees", "customer", "kept"),
    )
    return {**fields, **{it: answer[it] for it in beside if it in answer and it != thing}}


def _has_id_only(value: object) -> bool:
    """Whether an answer tells only a thing's id: the rest is erased, or hidden from the caller."""
    return isinstance(value, Mapping) and value.keys() == {"id"}


@cache
def _reader_of(hint: Any) -> Callable[[Any], Any]:
    """What makes a value of that type, records too, of a column's or a JSON value.

    Keys that a record does not have are ignored.
    """
    if get_origin(hint) in (Union, UnionType):
        known = _reader_of(next(it for it in get_args(hint) if it is not NoneType))
        return lambda value: None if value is None or _has_id_only(value) else known(value)
    if get_origin(hint) in (list, tuple):
        kind, item = get_origin(hint), _reader_of(get_args(hint)[0])
        return lambda values: kind(map(item, values or ()))
    if hasattr(hint, "__dataclass_fields__"):
        readers = {name: _reader_of(it) for name, it in get_type_hints(hint).items()}
        return lambda row: hint(**{it: readers[it](row[it]) for it in readers if it in row})
    if hint is dt.datetime:
        return lambda value: parsed(dt.datetime, value).astimezone(dt.UTC)
    if hint in (UUID, dt.date, Decimal):
        return partial(parsed, hint)
    return lambda value: value
