"""What the arguments of calls may be: their types, how `help` explains them, how they are sent.

Only what the database could not blame on the argument is refused here; the rest it judges itself.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from types import NoneType
from typing import Annotated, Any, get_args, get_origin
from uuid import UUID

from psycopg.types.json import Jsonb

from schnittwerk_db.json_text import UnfitError, json_text, parsed

__all__ = [
    "Amount",
    "Document",
    "Documents",
    "Id",
    "Instant",
    "LocalDate",
    "LocalTime",
    "Names",
    "Value",
]


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of arguments.

    ``fit`` makes a value fit for the database or raises: `UnfitError`, or what means that the value
    is not ``wanted``. ``explained`` is for the docstrings of the methods.
    """

    wanted: str
    fit: Callable[[Any], Any]
    explained: str = ""

    def __call__(self, value: object, place: str) -> Any:
        """The value, fit for the database; raises `UnfitError` with its place."""
        try:
            return self.fit(value)
        except UnfitError as unfit:
            raise unfit.within(place) from None
        except RecursionError:
            raise UnfitError("too_deep", "must not be nested that deep", place) from None
        except (ArithmeticError, AttributeError, TypeError, ValueError):
            raise _wrong_type(self.wanted, value).within(place) from None


def _wrong_type(wanted: str, value: object) -> UnfitError:
    shown = repr(value[:100]) if isinstance(value, str) else type(value).__name__
    return UnfitError("invalid_type", f"must be {wanted}, not {shown}")


def _text(value: str) -> str:
    if re.search("[\0\ud800-\udfff]", value):
        raise UnfitError("control_character", "must not contain NUL or half a character")
    return value


def _flag(value: bool) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _whole_number(value: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    nearest = min(max(value, -(2**31)), 2**31 - 1)
    if value != nearest:
        raise UnfitError("out_of_range", f"must be at {'most' if value > 0 else 'least'} {nearest}")
    return value


def _amount(value: Decimal | float | str) -> Decimal:
    amount = parsed(Decimal, value)
    # The database says the rest, of NaN and infinity too.
    if amount.is_finite() and not _is_writable(amount, 1000):
        raise UnfitError("out_of_range", "must not be that large, small or long")
    return amount


def _is_writable(number: Decimal, most: int) -> bool:
    """Whether a number has at most so many zeros and not all too many digits."""
    return abs(number.adjusted()) <= most and len(number.as_tuple().digits) <= 1000


def _instant(value: dt.datetime | str) -> dt.datetime:
    moment = parsed(dt.datetime, value)
    if moment.tzinfo is None:
        raise UnfitError(
            "no_time_zone", f"must have a time zone: the naive {moment} is not an instant"
        )
    try:
        return moment.astimezone(dt.UTC)
    except OverflowError:
        raise UnfitError("out_of_range", "must not be that early or late") from None


def _local_date(value: dt.date | str) -> dt.date:
    if isinstance(value, dt.datetime):
        raise TypeError
    return parsed(dt.date, value)


def _local_time(value: dt.time | str) -> dt.time | str:
    if value == "24:00":  # which Python does not know
        return "24:00"
    local = parsed(dt.time, value)
    if local.tzinfo is not None:
        raise UnfitError("time_zone", f"must be a local time, which has no time zone: {local}")
    return local


def _name(value: str) -> str:
    return f"p_{_text(value).removeprefix('p_')}"


def _document(value: object) -> Jsonb:
    return Jsonb(json_text(value, check=_single), dumps=str)


def _single(value: Any) -> Any:
    """A value in a document, as the database can take it."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _number(value)
    if isinstance(value, dt.time):
        return _local_time(value)
    if isinstance(value, dt.datetime) or not isinstance(value, dt.date | UUID | bool | None):
        raise _wrong_type("text, a number, a date or what else JSON can hold", value)
    return value


def _number(value: Decimal | float) -> Decimal | float:
    number = Decimal(value)
    if not (number.is_finite() and _is_writable(number, 300)):
        bounds = "must be a finite number below 1e300, of at most 1000 digits"
        raise UnfitError("out_of_range", bounds)
    # 5.0 is a whole number to Python, and not to the database
    return int(number) if number == number.to_integral_value() else value


Id = Annotated[UUID | str, Kind("a uuid", partial(parsed, UUID), "Id: a UUID, or its text.")]
Instant = Annotated[
    dt.datetime | str,
    Kind(
        "a datetime with a time zone, such as 2026-12-01T10:00+01:00",
        _instant,
        "Instant: an aware datetime, or ISO 8601 text with its offset such as\n"
        "2026-12-01T10:00+01:00. A naive datetime or a date is refused: it names no instant.",
    ),
]
LocalDate = Annotated[
    dt.date | str,
    Kind(
        "a date such as 2026-12-24",
        _local_date,
        "LocalDate: a date of the salon's, or ISO 8601 text such as 2026-12-24. A datetime is\n"
        "refused: its date depends on the time zone.",
    ),
]
LocalTime = Annotated[
    dt.time | str,
    Kind(
        "a local time such as 09:00",
        _local_time,
        "LocalTime: a time of day on the salon's clock, without time zone, or text such as 09:00;\n"
        "the end of a day is the text 24:00.",
    ),
]
Amount = Annotated[
    Decimal | int,
    Kind(
        "an amount such as Decimal('75.50')",
        _amount,
        "Amount: a Decimal such as Decimal('75.50'), or an int, in the salon's currency.",
    ),
]
Names = Sequence[
    Annotated[
        str,
        Kind("text", _name, 'Names: a list of names of parameters, such as ["phone"].'),
    ]
]
_IN_DOCUMENTS = "Decimals, dates, local times and UUIDs may be\nin it as they are, or as text."
Document = Annotated[
    Mapping[str, Any],
    Kind("a mapping", _document, f"Document: a mapping, sent as JSON. {_IN_DOCUMENTS}"),
]
Documents = Annotated[
    Sequence[Mapping[str, Any]],
    Kind("a list", _document, f"Documents: a list of mappings, sent as JSON. {_IN_DOCUMENTS}"),
]
Value = Annotated[
    object,
    Kind("what JSON can hold", _document, "Value: a bool, a number or what else JSON can hold."),
]

_PLAIN: dict[Any, Kind] = {
    str: Kind("text", _text),
    bool: Kind("True or False", _flag),
    int: Kind("a whole number", _whole_number),
}


def kind_of(hint: Any) -> Kind:
    """The kind of a parameter with that type hint; None is not asked about."""
    if get_origin(hint) is Annotated:
        kind: Kind = hint.__metadata__[0]
        return kind
    if get_origin(hint) is Sequence:
        return _list_of(kind_of(get_args(hint)[0]))
    if NoneType in get_args(hint):
        return kind_of(get_args(hint)[0])
    return _PLAIN[hint]


def _list_of(kind: Kind) -> Kind:
    def fit(values: Sequence[Any]) -> list[Any]:
        if isinstance(values, str) or not isinstance(values, Sequence):
            raise TypeError
        return [kind(value, f"[{index}]") for index, value in enumerate(values)]

    return Kind("a list", fit, kind.explained)
