"""Prints records as a plain table or as JSON, and lines of text; nothing else prints.

What a text holds can neither begin a row of its own nor control the terminal: see `visible`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

import click

from schnittwerk_db.json_text import json_text, visible

T = TypeVar("T")
Columns = Mapping[str, Callable[[T], object]]


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
    click.echo(json_text(value, "\n"))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
