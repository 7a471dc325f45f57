"""Prints records: as a plain table, or as JSON."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

import click

T = TypeVar("T")
Columns = Mapping[str, Callable[[T], object]]


def print_records(as_json: bool, records: Sequence[T], columns: Columns[T], none: str) -> None:
    """Prints the records: whole in JSON, else by columns, or as a sentence if there are none."""
    if as_json:
        print_json(records)
    elif not records:
        click.echo(none)
    else:
        click.echo(table(records, columns))


def table(records: Iterable[T], columns: Columns[T]) -> str:
    """The records in aligned columns under their headings."""
    cells = [list(columns)]
    cells += [[_text(value(record)) for value in columns.values()] for record in records]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )


def print_json(value: object) -> None:
    """Prints records, or anything made of them, as JSON."""
    click.echo(json_text(value))


def json_text(value: object) -> str:
    """Records, or anything made of them, as JSON: instants in UTC with Z."""
    return json.dumps(_plain(value), indent=2, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {it.name: _plain(getattr(value, it.name)) for it in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value) if isinstance(value, UUID) else value


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
