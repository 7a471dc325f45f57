"""Draws pictures in the terminal: in colour where there is any, and readable without."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, zip_longest
from math import ceil
from typing import TypeVar

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from schnittwerk_db.cli.language import _
from schnittwerk_db.cli.layout import (
    KINDS,
    Agenda,
    Bars,
    Block,
    Cell,
    Column,
    Grid,
    Picture,
    percent,
    within,
)
from schnittwerk_db.cli.output import rendered

C = TypeVar("C")

_TIME = 6  # columns, with the space after a time
_NARROWEST, _WIDEST = 12, 30  # columns of somebody's day
_ROWS = (15, 30)  # minutes a row
_WIDEST_PICTURE = 200  # where no terminal has an edge
_BAR, _SHORTEST_BAR = 24, 4
_CONSOLE = Console()  # for what Text.wrap knows of one, which is nothing here

# The sign at the left of a block, and its style.
_SIGNS = {
    "booked": ("█", "bright_white on rgb(20,72,116)"),
    "held": ("▓", "black on rgb(240,190,80)"),
    "gap": ("┆", "rgb(20,72,116) on rgb(205,226,241)"),
    "buffer": ("░", "black on rgb(170,188,200)"),
    "open": (" ", "green"),
    "break": ("≈", "yellow"),
    "off": ("×", "dim"),  # noqa: RUF001 -- a cross
    "holiday": ("*", "magenta"),
    "closed": ("·", "dim"),
}
# of an appointment that follows upon another
_NEXT = "bright_white on rgb(52,108,155)"
_EDGE = "rgb(120,180,230)"
_SHADES = (
    (0.0, " ", "black on rgb(250,250,250)"),
    (0.001, "·", "black on rgb(225,235,245)"),
    (0.25, "░", "black on rgb(190,213,232)"),
    (0.5, "▒", "black on rgb(128,174,212)"),
    (0.75, "▓", "bright_white on rgb(45,105,155)"),
    (0.9, "█", "bright_white on rgb(12,52,88)"),
)


def in_terminal(picture: Picture, width: int) -> str:
    """The picture as lines of text, in so many columns."""
    width = min(width, _WIDEST_PICTURE)
    if isinstance(picture, Agenda):
        lines = _agenda(picture, width)
    elif isinstance(picture, Grid):
        lines = _grid(picture, width)
    else:
        lines = _bars(picture, width)
    space = [] if isinstance(picture, Grid) else [Text()]
    return rendered(Text("\n").join([Text(picture.title, "bold"), *space, *lines]), width)


def _agenda(agenda: Agenda, width: int) -> list[Text]:
    if not agenda.columns:
        return [Text(_("no staff"))]
    lines: list[Text] = []
    for columns in _pieces(agenda.columns, width - _TIME, _NARROWEST):
        wide = min(_WIDEST, max(3, (width - _TIME) // len(columns) - 1))
        lines += [*_side_by_side(agenda, columns, wide), Text()]
    return [*lines, _legend(agenda.kinds, width)]


def _pieces(columns: Sequence[C], room: int, narrowest: int) -> Iterator[Sequence[C]]:
    """The columns, as many side by side as have room, and about as many in each piece."""
    most = max(1, room // (narrowest + 1))
    each = ceil(len(columns) / ceil(len(columns) / most))
    for number in range(0, len(columns), each):
        yield columns[number : number + each]


def _side_by_side(agenda: Agenda, columns: Sequence[Column], wide: int) -> list[Text]:
    step = _minutes_a_row(agenda, wide)
    hours = dict(agenda.hours)
    headings = [_folded(it.heading, wide) for it in columns]
    lines = [
        Text(" " * _TIME + " ".join(_fit(it, wide) for it in row), "bold")
        for row in zip_longest(*headings, fillvalue="")
    ]
    now = next((it.now for it in columns if it.now is not None), None)
    bodies = [_rows(agenda, it, step, wide) for it in columns]
    for row, at in enumerate(range(agenda.since, agenda.until, step)):
        if now is not None and at <= now < at + step:
            lines.append(_now(now, agenda, columns, wide))
        line = Text(hours.get(at, "").ljust(_TIME))
        for body in bodies:
            line.append(body[row])
            line.append(" ")
        lines.append(line)
    return lines


def _minutes_a_row(agenda: Agenda, wide: int) -> int:
    """As many as show everything to the minute and cut no words, if that can be; else few."""
    fine, coarse = _ROWS
    blocks = [it for column in agenda.columns for it in within(column, agenda)]
    edges = {
        at - agenda.since
        for it in blocks
        for at in (it.since, it.until)
        if agenda.since < at < agenda.until
    }
    is_enough = all(it % coarse == 0 for it in edges) and all(
        cell_len(line) <= wide - 2
        for it in blocks
        for line in _words(it, _shown(it, agenda) // coarse, wide - 2)
    )
    return coarse if is_enough else fine


def _shown(block: Block, agenda: Agenda) -> int:
    """The minutes of a block that the picture shows."""
    return min(block.until, agenda.until) - max(block.since, agenda.since)


def _rows(agenda: Agenda, column: Column, step: int, wide: int) -> list[Text]:
    """The column's rows. What begins and ends within a row has it, if nobody needs it more."""
    order = list(KINDS)
    shown: list[Block | None] = []
    for at in range(agenda.since, agenda.until, step):
        found = [it for it in column.blocks if it.since < at + step and it.until > at]
        shown.append(
            min(
                found,
                key=lambda it: (
                    # what would have no row else comes first
                    it.kind not in ("booked", "held") or it.since < at or it.until > at + step,
                    -min(it.until, at + step) + max(it.since, at),
                    order.index(it.kind),
                ),
                default=None,
            )
        )
    rows: list[Text] = []
    before = None  # the style of the appointment right before
    for block, run in groupby(shown):
        height = len(list(run))
        if block is None:
            rows += [Text(" " * wide)] * height
            before = None
            continue
        sign, style = _SIGNS[block.kind]
        is_booked = block.kind == "booked"
        if is_booked and before == style:
            style = _NEXT
        before = style if is_booked else None
        lines = _words(block, height, wide - 2)
        for said in (*lines, *[""] * (height - len(lines))):
            row = Text(f"{sign} {_fit(said, wide - 2)}", style)
            if is_booked:
                row.stylize(_EDGE, 0, 1)
            rows.append(row)
    return rows


def _words(block: Block, height: int, wide: int) -> list[str]:
    """What is written in the rows of a block, whose time is said where an appointment begins."""
    time = block.told[:11]
    if block.kind in ("booked", "held"):
        who, *more = block.text
        what = ", ".join(more)
        start = time[:5]
        for it in (time, start):
            lines = [*_folded(f"{it} {who}", wide), *_folded(what, wide)]
            if len(lines) <= height:
                return lines
        return _squeezed(", ".join((f"{start} {who}", *more)), height, wide)
    if block.kind == "open":
        timed = f"{_(KINDS['open'])} {time}"
        return [timed if cell_len(timed) <= wide else _(KINDS["open"])]
    return _squeezed(" ".join((_(KINDS[block.kind]), *block.text)), height, wide)


def _now(now: int, agenda: Agenda, columns: Sequence[Column], wide: int) -> Text:
    since, label = max(it for it in agenda.hours if it[0] <= now)
    clock = f"{label[:3]}{now - since:02}"
    line = Text(clock.ljust(_TIME), "bold red")
    is_said = False
    for column in columns:
        if column.now is None:
            line.append("┄" * wide, "dim")
        else:
            line.append("━" * wide if is_said else f" {_('now')} ".center(wide, "━"), "bold red")
            is_said = True
        line.append(" " if column.now is None else "━", "bold red")
    return line


def _legend(kinds: Sequence[str], width: int) -> Text:
    line, used = Text(), 0
    for kind in kinds:
        sign, style = _SIGNS[kind]
        word = _(KINDS[kind])
        length = cell_len(word) + 5
        if used and used + length > width:
            line.append("\n")
            used = 0
        line.append(sign, f"{style} {_EDGE}" if kind == "booked" else style)
        line.append(f" {word} ", style)
        line.append("  ")
        used += length
    return line


def _grid(grid: Grid, width: int) -> list[Text]:
    names = [name for name, _cells in grid.rows]
    words = [word for name in names for word in name.split()]
    margin = 1 + min(_longest(names), max(_longest(words), width // 6), width // 3)
    narrowest = 5 if grid.is_shaded else 8
    widest = (
        max(_longest(it for _name, cells in grid.rows for cell in cells for it in cell.text), 8) + 2
    )
    pieces = list(_pieces(range(len(grid.headings)), width - margin, narrowest))
    wide = max(narrowest, min((width - margin) // len(pieces[0]) - 1, widest))
    lines = [Text(grid.note, "dim"), Text()]
    for piece in pieces:
        headings = [" " * (margin - 1), *(_fit(grid.headings[it], wide) for it in piece)]
        lines.append(Text(" ".join(headings), "bold"))
        spaces = [Text(" " * cell_len(it)) for it in headings]
        for name, cells in grid.rows:
            said = [Text(_fit(it, margin - 1)) for it in _folded(name, margin - 1)]
            fields = (_field(cells[it], wide, grid.is_shaded) for it in piece)
            for row in zip_longest(said, *fields):
                lines.append(
                    Text(" ").join(it or space for it, space in zip(row, spaces, strict=True))
                )
            if not grid.is_shaded:
                lines.append(Text())
        if grid.is_shaded:
            lines.append(Text())
    return lines[:-1]


def _field(cell: Cell, wide: int, is_shaded: bool) -> list[Text]:
    """The rows of a field."""
    if is_shaded:
        if cell.ratio is None:
            return [Text(f"{percent(None).rjust(wide - 1)} ", "dim")]
        sign, style = next((it[1], it[2]) for it in reversed(_SHADES) if cell.ratio >= it[0])
        return [Text(f"{sign}{percent(cell.ratio).rjust(wide - 2)} ", style)]
    style = "dim" if cell.ratio is None else ""
    rows = [Text(_fit(it, wide), style) for text in cell.text for it in _folded(text, wide)]
    return rows if cell.ratio is None else [*rows, _bar(cell.ratio, wide)]


def _bar(ratio: float, wide: int) -> Text:
    full = min(wide, round(ratio * wide))
    bar = Text("█" * full, "rgb(45,105,155)")
    bar.append("░" * (wide - full), "dim")
    return bar


def _bars(bars: Bars, width: int) -> list[Text]:
    margin = 1 + min(_longest(name for name, _cell in bars.rows), width // 3)
    told = _longest(cell.text[0] for _name, cell in bars.rows)
    wide = min(2 * _BAR, width - margin - told - 8)
    wide = wide if wide >= _SHORTEST_BAR else 0
    lines = []
    for name, cell in bars.rows:
        first, *more = _folded(name, margin - 1)
        line = Text(f"{_fit(first, margin - 1)} ")
        line.append(_bar(cell.ratio, wide) if cell.ratio is not None else Text(" " * wide))
        line.append(f"{percent(cell.ratio).rjust(6)}  {cell.text[0].rjust(told)}")
        lines += [line, *map(Text, more)]
    return lines


def _longest(texts: Iterable[str]) -> int:
    return max(map(cell_len, texts), default=0)


def _folded(text: str, wide: int) -> list[str]:
    """The text in lines of so many columns; a longer word in more than one."""
    lines = Text(text).wrap(_CONSOLE, wide, overflow="fold")
    return [it.plain.rstrip() for it in lines]


def _squeezed(text: str, height: int, wide: int) -> list[str]:
    """The text in at most so many lines; the last may be too long."""
    lines = _folded(text, wide)
    return [*lines[: height - 1], " ".join(lines[height - 1 :])]


def _fit(text: str, wide: int) -> str:
    """The text in so many columns, cut with … where it is longer."""
    if cell_len(text) <= wide:
        return set_cell_size(text, wide)
    return set_cell_size(set_cell_size(text, wide - 1).rstrip() + "…", wide)
