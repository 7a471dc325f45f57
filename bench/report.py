"""The report of the results: the table, the parts, and the plot."""

import math
from collections.abc import Sequence
from html import escape
from typing import Any

_HEAD = ("figure", "median", "seed", "p99", "÷", "", "ratio", "spread", "target", "stretch", "")
_TO_THE_LEFT = (0, 5, 10)

# The plot: where its bars begin, the width of a factor of ten, the height of a line.
_LEFT, _DECADE, _LINE, _TOP = 330, 140, 22, 56
_LEAST, _MOST = 0.1, 1000.0

_STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #1f2328 }
  .axis { stroke: #59636e; stroke-width: 1.5 } .grid { stroke: #d1d9e0 } .dim { fill: #59636e }
  .stretch { fill: #1a7f37 } .met { fill: #0969da } .missed { fill: #bc4c00 }
  .tick { stroke: #1f2328; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc } .axis { stroke: #9198a1 } .grid { stroke: #3d444d }
    .dim { fill: #9198a1 } .stretch { fill: #3fb950 } .met { fill: #4493f8 }
    .missed { fill: #db6d28 } .tick { stroke: #f0f6fc }
  }
"""


def table(figures: Sequence[dict[str, Any]]) -> str:
    """The table of all summaries."""
    rows = [list(_HEAD)]
    for told in figures:
        is_rate = told["unit"] == "calls/s"
        unit = "{:,.0f} /s" if is_rate else "{:.3f} ms"
        ratios = told["ratios"]
        rows.append([
            told["name"],
            unit.format(told["median"]),
            _limit(told["promise"], is_rate),
            f"{told['p99_ms']:.2f} ms",
            unit.format(told["floor_median"]),
            told["floor_name"],
            f"{told['ratio']:.2f}",
            f"{min(ratios):.2f}-{max(ratios):.2f}",
            _limit(told["target"], is_rate),
            _limit(told["stretch"], is_rate),
            verdict(told),
        ])  # fmt: skip
        if "errors" in told:
            winners = "/".join(f"{each:g}" for each in told["winners_per_slot"])
            outcome = f"{winners}, {told['deadlocks']}, {told['errors']}"
            met = "met" if outcome == "1, 0, 0" else "missed"
            name = "… winners a slot, deadlocks, errors"
            rows.append([name, outcome, *[""] * 6, "1, 0, 0", "", met])
    return layout(rows, _TO_THE_LEFT)


def layout(rows: list[list[str]], to_the_left: Sequence[int]) -> str:
    """Rows of text as a table; the first row is its head."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    ruled = [rows[0], ["-" * width for width in widths], *rows[1:]]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column in to_the_left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in ruled
    )


def parts_table(parts: Sequence[dict[str, Any]]) -> str:
    """The parts of a booking."""
    rows = [["create_booking, part by part (the last ≤ 4, stretch 3)", "ms", "more", "ratio"]]
    rows += [
        [
            row["part"],
            f"{row['ms']:.3f}",
            f"{row['more_ms']:+.3f}" if number else "",
            f"{row['ratio']:.2f}",
        ]
        for number, row in enumerate(parts)
    ]
    return layout(rows, (0,))


def own_times_table(name: str, functions: Sequence[dict[str, Any]]) -> str:
    """The engine's functions by their own time."""
    rows = [[f"{name}: function", "own ms", "calls"]]
    rows += [[row["function"], f"{row['own_ms']:.3f}", f"{row['calls']:.2f}"] for row in functions]
    return layout(rows, (0,))


def verdict(told: dict[str, Any]) -> str:
    """missed, met or stretch; empty without a target and a promise."""
    asked = (told["target_met"], told["promise_met"])
    if asked == (None, None):
        return ""
    if False in asked:
        return "missed"
    return "stretch" if told["stretch_met"] else "met"


def plot(figures: Sequence[dict[str, Any]], title: str) -> str:
    """The figures that have a target, as SVG: bars of the ratio, as multiples of the target.

    The scale is logarithmic. Ratios that should be large are inverted, so that shorter is better.
    """
    shown = [told for told in figures if told["target"] is not None]
    width, height = _x(_MOST) + 150, _TOP + _LINE * len(shown) + 28
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}"'
        f' width="{width:.0f}" height="{height}" role="img">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style>",
        f'<text x="8" y="18">{escape(title)}</text>',
        '<text x="8" y="38" class="dim">ratio as a multiple of its target, shorter is better;'
        " the small mark is the stretch target</text>",
    ]
    bottom = _TOP + _LINE * len(shown)
    for multiple in (0.1, 1, 10, 100, 1000):
        x = _x(multiple)
        kind = "axis" if multiple == 1 else "grid"
        name = "target" if multiple == 1 else f"{multiple:g} x"
        lines += [
            f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 6}" y2="{bottom}"/>',
            f'<text class="dim" x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">{name}</text>',
        ]
    for number, told in enumerate(shown):
        is_rate = told["unit"] == "calls/s"
        y = _TOP + _LINE * number
        end = _x(_of_target(told["ratio"], told["target"], is_rate))
        says = f"{told['ratio']:.2f} ({_limit(told['target'], is_rate)})"
        lines += [
            f'<text x="{_LEFT - 8}" y="{y + 13}" text-anchor="end">{escape(told["name"])}</text>',
            f'<rect class="{verdict(told)}" x="{_LEFT}" y="{y + 3}" height="{_LINE - 8}"'
            f' width="{max(end - _LEFT, 2):.1f}" rx="2"/>',
            f'<text x="{max(end, _x(1)) + 6:.1f}" y="{y + 13}">{escape(says)}</text>',
        ]
        if told["stretch"] is not None:
            x = _x(_of_target(told["stretch"], told["target"], is_rate))
            lines.append(
                f'<line class="tick" x1="{x:.1f}" x2="{x:.1f}" y1="{y + 1}" y2="{y + _LINE - 3}"/>'
            )
    return "\n".join([*lines, "</svg>"]) + "\n"


def _of_target(value: float, target: float, is_least: bool) -> float:
    return target / value if is_least else value / target


def _x(multiple: float) -> float:
    inside = min(max(multiple, _LEAST), _MOST)
    return _LEFT + _DECADE * math.log10(inside / _LEAST)


def _limit(limit: float | None, is_least: bool) -> str:
    return "" if limit is None else f"{'≥' if is_least else '≤'} {limit:g}"
