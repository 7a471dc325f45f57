"""Parses TOML, and says on which line anything is that cannot be used."""

from __future__ import annotations

import datetime as dt
import math
import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

Place = tuple[str | int, ...]
"""The keys and indices that lead to a value."""

Clock = str | dt.time
"""A time of day: as text, or as TOML has it."""

_DEEPEST = 100


class TomlError(Exception):
    """What is wrong with a text, and on which line."""

    def __init__(self, line: int, message: str) -> None:
        self.line = line
        self.message = message
        super().__init__(f"{message} (at line {line})")


def decode(content: bytes) -> str:
    """The text of a file, without the byte order mark that some editors put first.

    Raises `TomlError` when it is not UTF-8.
    """
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise TomlError(line, "is not UTF-8 text") from None


def parse(text: str) -> dict[str, Any]:
    """The values of a text, with numbers as exact as it has them.

    Raises `TomlError` when it is not TOML, and for values that TOML allows but the database does
    not: NUL in a text, very deep nesting, numbers that are not finite or have more than 64 bits.
    """
    try:
        values = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        message, _, where = str(error).partition(" (at ")
        line = re.match(r"line (\d+)", where)
        last = text.rstrip("\n").count("\n") + 1
        raise TomlError(int(line[1]) if line else last, message) from None
    except RecursionError as error:
        raise TomlError(_first_line(text, type(error)), "is nested too deeply") from None
    except (ValueError, InvalidOperation) as error:  # thousands of digits
        raise TomlError(_first_line(text, type(error)), "has too large a number") from None
    if _unusable(values):
        for line_number, statement in statements(text):
            if reason := _unusable(tomllib.loads(statement, parse_float=Decimal)):
                raise TomlError(line_number, reason)
    return values


def statements(text: str) -> Iterator[tuple[int, str]]:
    """The text's headers and key/value pairs, each with the number of its first line.

    A statement ends where the text since its beginning is TOML by itself, so that tomllib alone
    decides what is a key, a string or an array.
    """
    first, statement = 1, ""
    for number, line in enumerate(text.split("\n"), 1):
        statement += line + "\n"
        if _is_toml(statement):
            if tomllib.loads(statement):
                yield first, statement
            first, statement = number + 1, ""


def lines_of(text: str) -> dict[Place, int]:
    """The line of every key and element of a valid text, by its place."""
    lines: dict[Place, int] = {}
    tables_in: dict[Place, int] = {}
    table: Place = ()

    def note(value: object, place: Place, line: int) -> None:
        line = lines.setdefault(place, line)
        inner: Iterable[tuple[str | int, object]] = ()
        if isinstance(value, dict):
            inner = value.items()
        elif isinstance(value, list):
            inner = enumerate(value)
        for key, item in inner:
            note(item, (*place, key), line)

    for first, statement in statements(text):
        values = tomllib.loads(statement)
        if statement.lstrip().startswith("["):
            table = ()
            while values:
                ((key, inner),) = values.items()
                table = (*table, key)
                lines.setdefault(table, first)
                if isinstance(inner, list):
                    tables_in[table] = tables_in.get(table, 0) + 1
                if table in tables_in:
                    table = (*table, tables_in[table] - 1)
                    lines.setdefault(table, first)
                values = inner[0] if isinstance(inner, list) else inner
        else:
            place, _ = _only_key(values)
            for index, line in enumerate(_element_lines(statement)):
                lines[*table, *place, index] = first + line
            for key, item in values.items():
                note(item, (*table, key), first)
    return lines


def _element_lines(statement: str) -> Iterator[int]:
    """On which line, from 0, each element of the array that a statement sets ends."""
    seen = 0
    lines = statement.splitlines()
    for number in range(1, len(lines)):
        part = "\n".join(lines[:number]) + "\n]"
        if _is_toml(part):
            _, value = _only_key(tomllib.loads(part))
            yield from [number - 1] * (len(value) - seen)
            seen = len(value)


def _only_key(values: Any) -> tuple[Place, Any]:
    """The (dotted) key that a statement sets, and its value."""
    place: Place = ()
    while isinstance(values, dict) and len(values) == 1:
        ((key, values),) = values.items()
        place = (*place, key)
    return place, values


def _is_toml(text: str) -> bool:
    """Whether a part of a text is TOML by itself."""
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _first_line(text: str, kind: type[Exception]) -> int:
    """The first line with which the text makes the parser raise that error."""
    lines = text.split("\n")

    def raises(count: int) -> bool:
        try:
            tomllib.loads("\n".join(lines[:count]), parse_float=Decimal)
        except tomllib.TOMLDecodeError:
            return False
        except kind:
            return True
        return False

    return bisect_left(range(1, len(lines)), True, key=raises) + 1


def _unusable(values: dict[str, Any]) -> str | None:
    """What the database could not take of the values."""
    inside: list[tuple[int, Any]] = [(0, values)]
    while inside:
        depth, value = inside.pop()
        if depth > _DEEPEST:
            return "is nested too deeply"
        if isinstance(value, dict):
            inside += ((depth + 1, it) for it in (*value, *value.values()))
        elif isinstance(value, list):
            inside += ((depth + 1, it) for it in value)
        elif isinstance(value, str):
            if "\0" in value:
                return "must not contain the character NUL"
        elif isinstance(value, int) and value.bit_length() > 63:
            return "has too large a number"
        elif isinstance(value, Decimal) and not math.isfinite(value):
            return "must be a finite number, and not too large"
    return None
