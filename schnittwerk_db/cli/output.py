"""Prints records as a plain table or as JSON, and lines of text; nothing else prints.

What a text holds can neither begin a row of its own nor control the terminal: see `visible`.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

import click

T = TypeVar("T")
Columns = Mapping[str, Callable[[T], object]]

# Control characters, line and paragraph separators, bidirectional controls, halves of characters.
_UNSEEN = re.compile("[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str) -> str:
    """The text with what cannot be seen spelled out, as JSON does: ``\\n``, ``\\u202e``."""
    return _UNSEEN.sub(lambda found: json.dumps(found[0])[1:-1], text)


def say(line: str, *, err: bool = False) -> None:
    """Prints one line, whatever is in it."""
    click.echo(visible(line), err=err)


def print_records(as_json: bool, records: Sequence[T], columns: Columns[T], none: str) -> None:
    """Prints the records: whole in JSON, else by columns, or as a sentence if there are none."""
    if as_json:
        print_json(records)
    elif not records:
        say(none)
    else:
        print_table(records, columns)


def filtered(**options: object) -> str:
    """The options that leave something out of a list, for its ``none``; each with a space."""
    return "".join(f"for --{name} {it} " for name, it in options.items() if it is not None)


def print_table(records: Iterable[T], columns: Columns[T]) -> None:
    """Prints the records in aligned columns under their headings."""
    click.echo(table(records, columns))


def table(records: Iterable[T], columns: Columns[T]) -> str:
    """The records in aligned columns under their headings, a line each."""
    cells = [[visible(heading) for heading in columns]]
    cells += [[visible(_text(value(record))) for value in columns.values()] for record in records]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )


def print_json(value: object) -> None:
    """Prints records, or anything made of them, as JSON."""
    click.echo(json_text(value))


def json_text(value: Any, margin: str = "\n") -> str:
    """Records, or anything made of them, as JSON: instants in UTC with Z, decimals digit by digit.

    The standard library would make floats of decimals: 98.00 is to stay 98.00.
    """
    if dataclasses.is_dataclass(value):
        value = {it.name: getattr(value, it.name) for it in dataclasses.fields(value)}
    inner = f"{margin}  "
    if isinstance(value, Mapping):
        keys = [f"{_json_string(str(it))}: {json_text(value[it], inner)}" for it in value]
        return f"{{{inner}{f',{inner}'.join(keys)}{margin}}}" if keys else "{}"
    if isinstance(value, list | tuple):
        items = [json_text(it, inner) for it in value]
        return f"[{inner}{f',{inner}'.join(items)}{margin}]" if items else "[]"
    if isinstance(value, dt.datetime):
        value = value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, Decimal):
        return f"{value:f}"
    if value is None or isinstance(value, bool | int | float):
        return json.dumps(value)
    return _json_string(str(value))


def _json_string(text: str) -> str:
    return visible(json.dumps(text, ensure_ascii=False))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
