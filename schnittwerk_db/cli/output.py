"""Prints records as a table that fits the terminal or as JSON, and lines of text.

What a text holds can neither begin a row of its own nor control the terminal: see `visible`.
"""

from __future__ import annotations

import atexit
import io
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TextIO, TypeVar
from uuid import UUID

import click
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from schnittwerk_db.cli.language import _
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.json_text import json_text, visible

T = TypeVar("T")
Columns = Mapping[str, Callable[[T], object]]

_GAP = 2  # columns between two of a table
UNLIMITED = 10_000  # columns, where no terminal has an edge
# up to how many columns a cell is not folded, and how many one has that is: at first, and at worst,
# where a date without its time still has room
_FOLDS = ((24, 16), (14, 14))


def say(line: str, *, err: bool = False) -> None:
    """Prints one line, whatever is in it."""
    if err:
        tell(visible(line))
    else:
        click.echo(visible(line))


def tell(text: str) -> None:
    """Prints on stderr, which changes no exit code if it cannot be written."""
    try:
        click.echo(text, err=True)
    except OSError:
        atexit.register(give_up, sys.stderr)  # what still runs may be able to write again


def give_up(stream: TextIO) -> None:
    """Leaves what could not be written, which Python would try again at its end."""
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), stream.fileno())


def say_lines(text: str) -> None:
    """Prints each line of a text."""
    for line in text.split("\n"):
        say(line)


def print_records(
    settings: Settings,
    records: Sequence[T],
    columns: Columns[T],
    none: str,
    wide: Columns[T] | None = None,
) -> None:
    """Prints the records: whole in JSON, else by columns, or as a sentence if there are none.

    The columns of ``wide`` are added with ``--wide``.
    """
    if settings.json:
        print_json(records)
    elif not records:
        say(none)
    else:
        print_table(records, {**columns, **(wide or {})} if settings.wide else columns)


def filtered(**options: object) -> str:
    """The options that leave something out of a list, for its ``none``; each with a space."""
    return "".join(
        _("for --{option} {value} ").format(option=name, value=it)
        for name, it in options.items()
        if it is not None
    )


def print_table(records: Iterable[T], columns: Columns[T]) -> None:
    """Prints the records in aligned columns under their headings."""
    click.echo(table(records, columns, width()))


def table(records: Iterable[T], columns: Columns[T], columns_wide: int = UNLIMITED) -> str:
    """The records in aligned columns under their headings; long cells are folded where they must.

    Where even that is too wide each record is a block with a line for each column. Ids are cut to
    what tells them apart, but with ``--wide``.
    """
    headings = [visible(it) for it in columns]
    rows = [[value(record) for value in columns.values()] for record in records]
    cells = [_column(list(it)) for it in zip(*rows, strict=True)] or [[] for _it in columns]
    longest = [
        max(map(cell_len, (heading, *it))) for heading, it in zip(headings, cells, strict=True)
    ]
    # an id that is folded cannot be copied
    are_ids = [any(isinstance(row[number], UUID) for row in rows) for number in range(len(columns))]
    room = columns_wide - _GAP * (len(longest) - 1)
    for unfolded, narrowest in _FOLDS:
        least = [
            most if most <= unfolded or of_ids else narrowest
            for most, of_ids in zip(longest, are_ids, strict=True)
        ]
        if sum(least) <= room:
            break
    else:
        blocks = (zip(headings, row, strict=True) for row in zip(*cells, strict=True))
        return "\n\n".join(_block(list(it)) for it in blocks)
    drawn = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="bold")
    for heading, most, fewest in zip(headings, longest, least, strict=True):
        drawn.add_column(Text(heading), min_width=fewest, no_wrap=fewest == most, overflow="fold")
    for row in zip(*cells, strict=True):
        drawn.add_row(*map(Text, row))
    return rendered(drawn, columns_wide)


def _block(cells: Sequence[tuple[str, str]]) -> str:
    """A record in a line for each column."""
    margin = max(cell_len(heading) for heading, _cell in cells)
    return "\n".join(
        f"{heading}{' ' * (margin - cell_len(heading))}  {cell}".rstrip() for heading, cell in cells
    )


def rendered(drawn: object, columns_wide: int) -> str:
    """What rich draws, as text; in colour where a terminal shows it."""
    console = Console(
        file=io.StringIO(),
        width=columns_wide,
        force_terminal=sys.stdout.isatty(),
        highlight=False,
        legacy_windows=False,
    )
    with console.capture() as capture:
        console.print(drawn)
    return "\n".join(it.rstrip() for it in capture.get().rstrip("\n").split("\n"))


def width() -> int:
    """The columns of the terminal, or what COLUMNS says; unlimited where there is neither."""
    return shutil.get_terminal_size((UNLIMITED, 0)).columns


def short_id(whole: UUID, others: Iterable[UUID] = ()) -> str:
    """The first groups of an id that tell it apart from others; commands take it as the id.

    Ids begin with the millisecond in which they were made, which the first two groups hold.
    """
    text, rest = str(whole), [str(it) for it in others if it != whole]
    for end in (13, 18, 23):
        if not any(it.startswith(text[:end]) for it in rest):
            return text[:end]
    return text


def print_json(value: object) -> None:
    """Prints records, or anything made of them, as JSON."""
    click.echo(json_text(value, "\n"))


def _column(values: Sequence[object]) -> list[str]:
    ids = {it for it in values if isinstance(it, UUID)}
    is_wide = _is_wide()
    return [
        short_id(it, ids) if isinstance(it, UUID) and not is_wide else visible(_text(it))
        for it in values
    ]


def _is_wide() -> bool:
    context = click.get_current_context(silent=True)
    settings = context.find_object(Settings) if context else None
    return settings is not None and settings.wide


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)
