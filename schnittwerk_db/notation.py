"""Structures as people write them: ``30 gap:45 30``, ``Basin*2@75-105``, ``0-24``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, get_args

from schnittwerk_db.models import Need, Step

Weekday = Literal["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
WEEKDAYS: tuple[str, ...] = get_args(Weekday)

_STEP = re.compile(r"(gap:)?(\d{1,9})")
_NEED = re.compile(r"(.*?)(?:\*(\d{1,9}))?(?:@(\d{0,9})-(\d{0,9}))?")
_RANGE = re.compile(r"(?=.*\d)(\d{0,9}(?:\.\d{1,9})?)-(\d{0,9}(?:\.\d{1,9})?)", re.ASCII)


def parse_steps(text: str) -> list[dict[str, Any]]:
    """The steps of ``30 gap:45 30``: minutes, those of a gap marked.

    Raises ValueError if these are no steps.
    """
    found = [(it, _STEP.fullmatch(it)) for it in text.split()]
    if wrong := next((it for it, match in found if match is None), None):
        raise ValueError(f"{wrong!r} is not a step such as 30, or gap:45")
    return [{"minutes": int(it[2]), "staff": it[1] is None} for _, it in found if it]


def steps_text(steps: Sequence[Step] | None) -> str:
    """Steps as they can be written; empty for a service of one step."""
    return " ".join(f"{'' if it.staff else 'gap:'}{it.minutes}" for it in steps or ())


def minutes_of(text: str) -> int:
    """How long written steps take."""
    return sum(it["minutes"] for it in parse_steps(text))


def parse_need(text: str) -> dict[str, Any]:
    """The need of ``Basin*2@75-105``: a pool, how many of it, from which minute to which.

    Raises ValueError if it is none.
    """
    found = _NEED.fullmatch(text)
    if found is None or not found[1].strip():
        raise ValueError(f"{text!r} is not a need such as Basin, Basin*2 or Basin@75-105")
    given = {"quantity": found[2], "from_minute": found[3], "to_minute": found[4]}
    return {"pool": found[1].strip()} | {key: int(it) for key, it in given.items() if it}


def need_text(need: Need) -> str:
    """A need as it can be written."""
    quantity = "" if need.quantity == 1 else f"*{need.quantity}"
    minutes = ("" if it is None else f"{it}" for it in (need.from_minute, need.to_minute))
    during = "-".join(minutes)
    return f"{need.pool}{quantity}{'' if during == '-' else f'@{during}'}"


def needs_text(needs: Sequence[Need] | None) -> str:
    """Needs as they can be written, for a table."""
    return ", ".join(map(need_text, needs or ()))


def windows_text(windows: Sequence[Mapping[str, str]]) -> str:
    """Windows as they can be written."""
    return ", ".join(f"{it['start_time']}-{it['end_time']}" for it in windows)


def parse_range(text: str) -> dict[str, Decimal]:
    """The range of ``0-24``, ``48-`` or ``-24``: from which number up to which, not included.

    Raises ValueError if it is none.
    """
    found = _RANGE.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is not a range such as 0-24, 48- or -24")
    return {key: Decimal(it) for key, it in (("min", found[1]), ("max", found[2])) if it}
