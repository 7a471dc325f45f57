"""Draws pictures as SVG, and as one HTML file to look at or to print: A4, landscape.

Colours are told apart in black and white too: appointments are dark, and what cannot be booked has
a pattern or a word.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import ceil
from xml.etree import ElementTree as ET

from rich.cells import cell_len, set_cell_size

from schnittwerk_db.cli.language import _
from schnittwerk_db.cli.layout import (
    KINDS,
    Agenda,
    Bars,
    Block,
    Cell,
    Grid,
    Picture,
    percent,
)

_FONT = "system-ui, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif"
_INK, _FAINT, _PAPER, _LINE, _NOW = "#1b2733", "#4c5966", "#ffffff", "#c3ccd4", "#b3261e"
_MARGIN = 20
_TOP = 84  # title and legend
_PER_MINUTE = 1.2
_GUTTER = 52
_SMALL, _NORMAL = 11.0, 12.5
_A_PAGE = 7  # columns of an agenda

# Fill, ink and border of a kind; a fill that begins with # is a colour, else a pattern.
_LOOK = {
    "booked": ("#14487a", "#ffffff", "#0d3157"),
    "held": ("#ffdf8f", "#3f2d00", "#8a6100"),
    "gap": ("#e6f0f8", "#14487a", "#14487a"),
    "buffer": ("url(#buffer)", "#26333f", "#8796a3"),
    "open": ("#ffffff", "#4c5966", "#c3ccd4"),
    "break": ("url(#break)", "#4a3b12", "#cdbd92"),
    "off": ("url(#off)", "#303840", "#a9b3bc"),
    "holiday": ("url(#holiday)", "#54214f", "#b58bb1"),
    "closed": ("#dde2e6", "#4c5966", "#c3ccd4"),
}
# Names may have them, XML may not; control characters are refused or made visible before.
_NOT_IN_XML = dict.fromkeys((0xFFFE, 0xFFFF), "\N{REPLACEMENT CHARACTER}")
_DASHED = ("held", "gap")
_SHADES = (
    (0.0, "#ffffff"),
    (0.001, "#e3edf6"),
    (0.25, "#c2d8ea"),
    (0.5, "#86b2d8"),
    (0.75, "#2d699b"),
    (0.9, "#0c3458"),
)


def svg(picture: Picture) -> str:
    """The picture as a file of its own."""
    text = ET.tostring(_drawn(picture), encoding="unicode", xml_declaration=True)
    return f"{text.translate(_NOT_IN_XML)}\n"


def html(picture: Picture) -> str:
    """The picture as a page without anything outside it; many columns take several pages."""
    page = ET.Element("html", lang=os.environ.get("LANGUAGE") or "en")
    head = ET.SubElement(page, "head")
    ET.SubElement(head, "meta", charset="utf-8")
    ET.SubElement(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    ET.SubElement(head, "title").text = picture.title
    ET.SubElement(head, "style").text = _STYLE
    body = ET.SubElement(page, "body")
    for number, piece in enumerate(_pages(picture)):
        body.append(_drawn(piece, f"page{number}-"))
    details = ET.SubElement(body, "details")
    ET.SubElement(details, "summary").text = _("As a table")
    table = ET.SubElement(details, "table")
    for heading, told in _told(picture):
        row = ET.SubElement(table, "tr")
        ET.SubElement(row, "th", scope="row").text = heading
        ET.SubElement(row, "td").text = told
    return f"<!doctype html>\n{ET.tostring(page, encoding='unicode', method='html')}\n"


_STYLE = f"""
@page {{ size: A4 landscape; margin: 10mm }}
body {{ margin: 16px; color: {_INK}; background: {_PAPER}; font: 15px/1.4 {_FONT} }}
svg {{ display: block; max-width: 100%; height: auto; margin: 0 auto 16px }}
table {{ border-collapse: collapse; margin-top: 8px }}
th, td {{ border-bottom: 1px solid {_LINE}; padding: 2px 12px 2px 0; text-align: left;
  font-variant-numeric: tabular-nums }}
@media print {{
  body {{ margin: 0; print-color-adjust: exact; -webkit-print-color-adjust: exact }}
  svg {{ width: 277mm; height: 188mm; margin: 0; break-after: page }}
  svg:last-of-type {{ break-after: auto }}
  details {{ display: none }}
}}
"""


def _pages(picture: Picture) -> Iterator[Picture]:
    if not isinstance(picture, Agenda) or len(picture.columns) <= _A_PAGE:
        yield picture
        return
    pages = ceil(len(picture.columns) / _A_PAGE)
    each = ceil(len(picture.columns) / pages)
    for number in range(pages):
        columns = picture.columns[number * each : (number + 1) * each]
        yield replace(picture, title=f"{picture.title} ({number + 1}/{pages})", columns=columns)


def _told(picture: Picture) -> Iterator[tuple[str, str]]:
    if isinstance(picture, Agenda):
        for column in picture.columns:
            for block in column.blocks:
                yield column.heading, block.told
    elif isinstance(picture, Grid):
        for name, cells in picture.rows:
            for heading, cell in zip(picture.headings, cells, strict=True):
                yield f"{name}, {heading}", cell.told
    else:
        for name, cell in picture.rows:
            yield name, cell.told


def _drawn(picture: Picture, prefix: str = "") -> ET.Element:
    drawing = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "role": "img",
            "aria-labelledby": f"{prefix}title {prefix}told",
            "font-family": _FONT,
        },
    )
    ET.SubElement(drawing, "title", id=f"{prefix}title").text = picture.title
    ET.SubElement(drawing, "desc", id=f"{prefix}told").text = "; ".join(
        f"{heading}: {told}" for heading, told in _told(picture)
    )
    _patterns(drawing)
    background = _box(drawing, 0, 0, 0, 0, _PAPER, None)
    _text(drawing, _MARGIN, 34, picture.title, 20, _INK, weight="600")
    width: float
    if isinstance(picture, Agenda):
        width, height = _agenda(drawing, picture)
    elif isinstance(picture, Grid):
        width, height = _grid(drawing, picture)
    else:
        width, height = _bars(drawing, picture)
    width = max(width, _length(picture.title, 20, is_bold=True) + 2 * _MARGIN)
    for element in (drawing, background):
        element.set("width", _number(width))
        element.set("height", _number(height))
    drawing.set("viewBox", f"0 0 {_number(width)} {_number(height)}")
    return drawing


def _agenda(drawing: ET.Element, agenda: Agenda) -> tuple[float, float]:
    wide = 176 if len(agenda.columns) <= 5 else 156
    left, top = _MARGIN + _GUTTER, _TOP + 30
    bottom = top + (agenda.until - agenda.since) * _PER_MINUTE
    right = left + wide * max(1, len(agenda.columns))

    def y(at: int) -> float:
        return top + (at - agenda.since) * _PER_MINUTE

    _legend(drawing, agenda.kinds, _MARGIN, 50)
    for at, label in agenda.hours:
        _line(drawing, left - 6, y(at), right, y(at), _LINE)
        _text(drawing, left - 10, y(at) + 4, label, _SMALL, _FAINT, anchor="end")
    for number, column in enumerate(agenda.columns):
        x = left + number * wide
        heading = _cut(column.heading, wide - 12, 14, is_bold=True)
        _text(drawing, x + 4, top - 10, heading, 14, _INK, weight="600")
        for block in column.blocks:
            since, until = max(block.since, agenda.since), min(block.until, agenda.until)
            if until > since:
                _block(drawing, block, x + 2, y(since), wide - 4, (until - since) * _PER_MINUTE)
    shown = [
        (number, y(it.now))
        for number, it in enumerate(agenda.columns)
        if it.now is not None and agenda.since <= it.now <= agenda.until
    ]
    for number, level in shown:
        x = left + number * wide
        _line(drawing, x, level, x + wide, level, _NOW).set("stroke-width", "2")
    for _column, level in shown[:1]:
        _box(drawing, left - _GUTTER + 4, level - 9, _GUTTER - 6, 18, _NOW, None).set("rx", "3")
        middle = left - _GUTTER / 2 + 1
        _text(drawing, middle, level + 4, _("now"), _SMALL, _PAPER, anchor="middle")
    return right + _MARGIN, bottom + _MARGIN


def _block(drawing: ET.Element, block: Block, x: float, y: float, wide: float, high: float) -> None:
    # what does not fit is cut off by the inner drawing's edge
    inner = ET.SubElement(
        drawing,
        "svg",
        {"x": _number(x), "y": _number(y), "width": _number(wide), "height": _number(high)},
    )
    ET.SubElement(inner, "title").text = block.told
    fill, ink, border = _LOOK[block.kind]
    box = _box(inner, 0.5, 0.5, wide - 1, max(0.5, high - 1), fill, border)
    if block.kind in _DASHED:
        box.set("stroke-dasharray", "4 3")
    if block.kind in ("booked", "held"):
        box.set("rx", "3")
    time, said = block.told[:11], block.text
    if block.kind not in ("booked", "held"):
        words = " · ".join((_(KINDS[block.kind]), *said))
        if block.kind == "open":
            words = f"{words} {time}"
        if high >= 12:
            at = high / 2 + 4 if high < 40 else 17
            size = _SMALL
            length = _length(_cut(words, wide - 12, size), size)
            if fill.startswith("url") and length:
                _box(inner, 4, at - 11, length + 8, 14, _PAPER, None).set("rx", "2")
            _text(inner, 8, at, _cut(words, wide - 12, size), size, ink)
        return
    if high >= 46:
        _text(inner, 8, 15, time, _SMALL, ink)
        _text(
            inner,
            8,
            30,
            _cut(said[0], wide - 14, _NORMAL, is_bold=True),
            _NORMAL,
            ink,
            weight="600",
        )
        _text(inner, 8, 44, _cut(" · ".join(said[1:]), wide - 14, _SMALL), _SMALL, ink)
    elif high >= 30:
        line = _cut(f"{time[:5]} {said[0]}", wide - 14, _SMALL, is_bold=True)
        _text(inner, 8, 13, line, _SMALL, ink, weight="600")
        _text(inner, 8, 26, _cut(" · ".join(said[1:]), wide - 14, _SMALL), _SMALL, ink)
    elif high >= 6:
        size = min(_SMALL, high * 0.8)
        line = _cut(f"{time[:5]} {', '.join(said)}", wide - 14, size)
        _text(inner, 8, high / 2 + size * 0.35, line, size, ink)


def _legend(drawing: ET.Element, kinds: Sequence[str], x: float, y: float) -> None:
    for kind in kinds:
        fill, _ink, border = _LOOK[kind]
        box = _box(drawing, x, y, 18, 14, fill, border)
        if kind in _DASHED:
            box.set("stroke-dasharray", "4 3")
        word = _(KINDS[kind])
        _text(drawing, x + 24, y + 11.5, word, _NORMAL, _INK)
        x += 24 + _length(word, _NORMAL) + 20


def _grid(drawing: ET.Element, grid: Grid) -> tuple[float, float]:
    wide, high = (84, 30) if grid.is_shaded else (128, 62)
    gutter = max((_length(name, _NORMAL) for name, _cells in grid.rows), default=0) + 16
    left, top = _MARGIN + min(gutter, 220.0), 104
    _text(drawing, _MARGIN, 56, grid.note, _NORMAL, _FAINT)
    for number, heading in enumerate(grid.headings):
        x = left + number * wide + wide / 2
        _text(drawing, x, top - 10, heading, 14, _INK, anchor="middle", weight="600")
    for row, (name, cells) in enumerate(grid.rows):
        y = top + row * high
        said = _cut(name, left - _MARGIN - 12, _NORMAL)
        _text(drawing, _MARGIN, y + (20 if grid.is_shaded else 24), said, _NORMAL, _INK)
        for number, cell in enumerate(cells):
            _field(drawing, cell, left + number * wide, y, wide, high, grid.is_shaded)
    return left + wide * len(grid.headings) + _MARGIN, top + high * len(grid.rows) + _MARGIN


def _field(
    drawing: ET.Element, cell: Cell, x: float, y: float, wide: int, high: int, is_shaded: bool
) -> None:
    field = ET.SubElement(drawing, "g")
    ET.SubElement(field, "title").text = cell.told
    fill = _PAPER if cell.ratio is not None else _LOOK["closed"][0]
    ink = _INK if cell.ratio is not None else _FAINT
    if is_shaded and cell.ratio is not None:
        fill = next(colour for least, colour in reversed(_SHADES) if cell.ratio >= least)
        ink = _PAPER if cell.ratio >= 0.75 else _INK
    _box(field, x + 1, y + 1, wide - 2, high - 2, fill, _LINE).set("rx", "3")
    if is_shaded:
        said = percent(cell.ratio) if cell.ratio is not None else "".join(cell.text[:1])
        said = said if _length(said, _NORMAL) < wide else percent(cell.ratio)
        _text(field, x + wide / 2, y + high / 2 + 4.5, said, _NORMAL, ink, anchor="middle")
        return
    for number, line in enumerate(cell.text):
        weight = "600" if number == 0 and cell.ratio is not None else None
        cut = _cut(line, wide - 16, _NORMAL if number == 0 else _SMALL)
        size = _NORMAL if number == 0 else _SMALL
        _text(field, x + 9, y + 20 + 16 * number, cut, size, ink, weight=weight)
    if cell.ratio is not None:
        _bar(field, x + 9, y + high - 16, wide - 18, 8, cell.ratio)


def _bar(drawing: ET.Element, x: float, y: float, wide: float, high: float, ratio: float) -> None:
    _box(drawing, x, y, wide, high, "#e3e9ee", "#8796a3")
    if ratio > 0:
        _box(drawing, x, y, wide * min(1.0, ratio), high, _LOOK["booked"][0], None)


def _bars(drawing: ET.Element, bars: Bars) -> tuple[float, float]:
    high, wide, top = 26, 420, 64
    gutter = max((_length(name, _NORMAL) for name, _cell in bars.rows), default=0) + 16
    left = _MARGIN + min(gutter, 240.0)
    for row, (name, cell) in enumerate(bars.rows):
        y = top + row * high
        line = ET.SubElement(drawing, "g")
        ET.SubElement(line, "title").text = f"{name}: {cell.told}"
        said = _cut(name, left - _MARGIN - 12, _NORMAL)
        _text(line, _MARGIN, y + 16, said, _NORMAL, _INK)
        if cell.ratio is not None:
            _bar(line, left, y + 5, wide, high - 12, cell.ratio)
        told = percent(cell.ratio)
        _text(line, left + wide + 52, y + 16, told, _NORMAL, _INK, anchor="end", weight="600")
        _text(line, left + wide + 66, y + 16, cell.text[0], _SMALL, _FAINT)
    length = max((_length(it.text[0], _SMALL) for _name, it in bars.rows), default=0)
    return left + wide + 66 + length + _MARGIN, top + high * len(bars.rows) + _MARGIN


def _patterns(drawing: ET.Element) -> None:
    defs = ET.SubElement(drawing, "defs")
    for name, ground, colour, path in (
        ("buffer", "#e2e8ed", "#8796a3", "M0 6L6 0"),
        ("break", "#fbf5e4", "#cdbd92", "M0 3H6"),
        ("off", "#e9ecef", "#b3bcc4", "M0 6L6 0M0 0L6 6"),
        ("holiday", "#f7e9f5", "#c9a3c5", "M0 0L6 6"),
    ):
        pattern = ET.SubElement(
            defs, "pattern", id=name, width="6", height="6", patternUnits="userSpaceOnUse"
        )
        ET.SubElement(pattern, "rect", width="6", height="6", fill=ground)
        ET.SubElement(pattern, "path", {"d": path, "stroke": colour, "fill": "none"})


def _box(
    parent: ET.Element,
    x: float,
    y: float,
    wide: float,
    high: float,
    fill: str,
    border: str | None,
) -> ET.Element:
    box = ET.SubElement(
        parent,
        "rect",
        {
            "x": _number(x),
            "y": _number(y),
            "width": _number(wide),
            "height": _number(high),
            "fill": fill,
        },
    )
    if border is not None:
        box.set("stroke", border)
    return box


def _line(
    parent: ET.Element, x: float, y: float, to_x: float, to_y: float, colour: str
) -> ET.Element:
    ends = {"x1": x, "y1": y, "x2": to_x, "y2": to_y}
    return ET.SubElement(
        parent, "line", {name: _number(at) for name, at in ends.items()} | {"stroke": colour}
    )


def _text(
    parent: ET.Element,
    x: float,
    y: float,
    text: str,
    size: float,
    colour: str,
    *,
    anchor: str | None = None,
    weight: str | None = None,
) -> None:
    shown = ET.SubElement(
        parent,
        "text",
        {"x": _number(x), "y": _number(y), "font-size": _number(size), "fill": colour},
    )
    if anchor is not None:
        shown.set("text-anchor", anchor)
    if weight is not None:
        shown.set("font-weight", weight)
    shown.text = text


def _length(text: str, size: float, is_bold: bool = False) -> float:
    """About how long a text is; wide characters are twice as wide as others."""
    return cell_len(text) * size * (0.63 if is_bold else 0.56)


def _cut(text: str, length: float, size: float, is_bold: bool = False) -> str:
    """The text, cut with … where it would be longer."""
    if _length(text, size, is_bold) <= length:
        return text
    fitting = int(length / _length("x", size, is_bold))
    return set_cell_size(text, max(1, fitting - 1)).rstrip() + "…"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
