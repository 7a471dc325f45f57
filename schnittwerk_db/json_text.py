"""Values and their JSON, both ways; also spells out what is invisible in a text."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

T = TypeVar("T")

# Control characters, line and paragraph separators, bidirectional controls, halves of characters,
# and what has no width; but for the joiners of emoji and of scripts.
UNSEEN = re.compile(
    "[\0-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)

# Numbers stay exact, which floats would not.
read_json = partial(json.loads, parse_float=Decimal)


class UnfitError(Exception):
    """A value cannot be sent; ``place`` says where in the argument it is: ``.windows[1]``."""

    def __init__(self, code: str, message: str, place: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.place = code, message, place

    def within(self, place: str) -> UnfitError:
        """The same of a value that is at that place."""
        return UnfitError(self.code, self.message, place + self.place)


def visible(text: str) -> str:
    """The text with what cannot be seen spelled out, as JSON does: ``\\n``, ``\\u202e``."""
    return UNSEEN.sub(lambda found: json.dumps(found[0])[1:-1].replace("\x7f", "\\u007f"), text)


def json_text(
    value: Any,
    margin: str = "",
    check: Callable[[Any], Any] = lambda single: single,
    place: str = "",
) -> str:
    """Records, or anything made of them, as JSON.

    Instants are in UTC with Z, local times as HH:MM, decimals digit by digit: 98.00 stays 98.00.
    With a ``margin`` of a line break each item has a line. ``check`` returns what is written for a
    single value or key, or raises `UnfitError`; it need not know the ``place``.
    """
    if dataclasses.is_dataclass(value):
        value = {it.name: getattr(value, it.name) for it in dataclasses.fields(value)}
    inner = margin and f"{margin}  "
    comma = f",{inner or ' '}"

    def item(value: Any, step: str) -> str:
        return json_text(value, inner, check, place + step)

    if isinstance(value, Mapping):
        items = [f"{item(str(key), '')}: {item(value[key], f'.{key}')}" for key in value]
        return f"{{{inner}{comma.join(items)}{margin}}}" if items else "{}"
    if isinstance(value, list | tuple):
        items = [item(each, f"[{index}]") for index, each in enumerate(value)]
        return f"[{inner}{comma.join(items)}{margin}]" if items else "[]"
    try:
        value = check(value)
    except UnfitError as unfit:
        raise unfit.within(place) from None
    if isinstance(value, Decimal):
        return f"{value:f}"
    if value is None or isinstance(value, bool | int | float):
        return json.dumps(value)
    return visible(json.dumps(_text(value), ensure_ascii=False))


def _text(value: object) -> str:
    if isinstance(value, str):
        return str.__str__(value)  # of an enumeration its value
    if isinstance(value, dt.datetime):
        if value.tzinfo is not None:
            value = value.astimezone(dt.UTC)
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, dt.time):
        return value.isoformat().removesuffix(":00")
    return str(value)


_PARSERS: dict[Any, Callable[[Any], Any]] = {
    UUID: UUID,
    dt.datetime: dt.datetime.fromisoformat,
    dt.date: dt.date.fromisoformat,
    dt.time: dt.time.fromisoformat,
    Decimal: lambda number: Decimal(str(number)),
}


def parsed(kind: type[T], value: Any) -> T:
    """The value, made out of its text or its JSON unless it is one of the kind already.

    What cannot be parsed raises any of ``ValueError``, ``TypeError``, ``AttributeError`` and
    ``ArithmeticError``.
    """
    made: T = value if isinstance(value, kind) else _PARSERS[kind](value)
    return made
