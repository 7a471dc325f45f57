"""The salon's day: what list_day makes of it, and how it is drawn."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest
from calls import read, save, write
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from rich.cells import cell_len
from salon import Salon, open_example

from schnittwerk_db import DayStretch
from schnittwerk_db.cli.drawing import _LOOK, _SHADES, html, svg
from schnittwerk_db.cli.layout import (
    KINDS,
    Bars,
    Cell,
    Grid,
    Picture,
    day_agenda,
    week_agenda,
)
from schnittwerk_db.cli.terminal import in_terminal

# The same over any version.
on_one_version = [
    pytest.mark.usefixtures("cluster"),
    pytest.mark.parametrize("cluster", [18], indirect=True, ids=["pg18"], scope="session"),
]

# Days on which clocks change, by an hour or half of one, at midnight or later, and one without.
DAYS = [
    ("Europe/Zurich", dt.date(2027, 3, 28)),
    ("Europe/Zurich", dt.date(2027, 10, 31)),
    ("America/Havana", dt.date(2027, 3, 14)),
    ("America/Havana", dt.date(2027, 11, 7)),
    ("Australia/Lord_Howe", dt.date(2027, 4, 4)),
    ("Europe/Zurich", dt.date(2027, 6, 15)),
]

# What the engine holds to be open and not claimed, as ranges; and what is open.
FREE = """
select
  d.day,
  d.day * w.open as open,
  d.day * w.open - (
    select coalesce(range_agg(o.during), '{}')
    from schnittwerk_core.occupancy o
    where o.salon_id = %(salon)s and o.resource_id = %(staff)s
  ) as free,
  r.open as shown_open, r.gap as shown_gap, r.open_minutes
from (
  select range_agg(schnittwerk_core.local_range(%(date)s, %(date)s + 1, z)) as day
  from unnest(schnittwerk_core.zone_offsets(%(zone)s, %(date)s, %(date)s)) z
) d
cross join schnittwerk_core.compute_staff_week(
  schnittwerk_core.current_salon_week(%(salon)s, schnittwerk_core.week_of(%(date)s)), %(staff)s) w
cross join (
  select
    coalesce(range_agg(tstzrange(l.starts_at, l.ends_at)) filter (where l.kind = 'open'), '{}'),
    coalesce(range_agg(tstzrange(l.starts_at, l.ends_at)) filter (where l.kind = 'gap'), '{}'),
    (select u.open_minutes from schnittwerk.utilisation(%(date)s, %(date)s, 'day', %(staff)s) u)
  from schnittwerk.list_day(%(date)s, %(staff)s) l
) r (open, gap, open_minutes)
"""

windows = st.lists(
    st.tuples(st.integers(0, 23), st.integers(1, 24)).filter(lambda it: it[0] < it[1]), max_size=3
)


def _apart(drawn: list[tuple[int, int]]) -> list[dict[str, Any]]:
    """Those of some windows that do not overlap, nor begin where another ends."""
    kept: list[tuple[int, int]] = []
    for first, last in sorted(drawn):
        if not kept or first > kept[-1][1]:
            kept.append((first, last))
    return [{"start_time": f"{first:02}:00", "end_time": f"{last:02}:00"} for first, last in kept]


@dataclass
class Arranged:
    """What happens on a day, in hours."""

    day: tuple[str, dt.date]
    hours: list[tuple[int, int]]
    works: list[tuple[int, int]]
    away: tuple[int, int] | None
    closes: bool
    starts: list[int]


days = st.builds(
    Arranged,
    st.sampled_from(DAYS),
    windows,
    windows,
    st.none() | st.tuples(st.integers(0, 12), st.integers(13, 24)),
    st.sampled_from([False, False, False, True]),
    st.lists(st.integers(-3, 26), max_size=5),
)


@pytest.mark.usefixtures("cluster")
@pytest.mark.parametrize("cluster", [18], indirect=True, ids=["pg18"], scope="session")
@pytest.mark.salon
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@example(it=Arranged(DAYS[0], [(0, 10), (12, 24)], [(0, 24)], None, False, [-2, -1, 3, 24, 25]))
@given(it=days)
def test_a_day_is_tiled_by_what_the_engine_holds_to_be_free(salon: Salon, it: Arranged) -> None:
    zone, date = it.day
    of_salon = {"p_salon_id": salon.id}
    with salon.connect() as owner, owner.transaction(force_rollback=True):
        save(owner, "save_salon", p_name="Salon", p_time_zone=zone, p_id=salon.id)
        steps = [
            {"minutes": 50, "staff": True},
            {"minutes": 20, "staff": False},
            {"minutes": 50, "staff": True},
        ]
        save(owner, "set_service_steps", p_service_id=salon.service_id, p_steps=Jsonb(steps))
        weekly = [{"day_of_week": date.isoweekday() % 7} | window for window in _apart(it.works)]
        save(owner, "set_staff_availability", p_staff_id=salon.staff_id, p_windows=Jsonb(weekly))
        save(owner, "set_special_hours", p_date=date, p_windows=Jsonb(_apart(it.hours)))
        if it.away:
            first, last = (f"{hour:02}:00" for hour in it.away)
            save(
                owner,
                "add_time_off",
                p_staff_id=salon.staff_id,
                p_start_date=date,
                p_start_time=first,
                p_end_time=last,
            )
        if it.closes:
            save(owner, "create_holiday", p_name="Closed", p_date=date)
        midnight = dt.datetime.combine(date, dt.time(), ZoneInfo(zone)).astimezone(dt.UTC)
        for number, hour in enumerate(it.starts):
            write(
                owner,
                "create_booking",
                p_idempotency_key=f"{number}",
                p_customer_id=salon.customer_id,
                p_service_id=salon.service_id,
                p_starts_at=midnight + hour * dt.timedelta(minutes=57),
                p_staff_id=salon.staff_id,
                p_override_reason="as drawn",
            )
        rows = read(owner, "list_day", p_date=date, p_staff_id=salon.staff_id, **of_salon)
        with owner.cursor(row_factory=dict_row) as cursor:
            [found] = cursor.execute(
                FREE.encode(),
                {"salon": salon.id, "staff": salon.staff_id, "date": date, "zone": zone},
            ).fetchall()

    day = found["day"]
    assert (rows[0]["starts_at"], rows[-1]["ends_at"]) == (day[0].lower, day[-1].upper)
    for before, after in pairwise(rows):
        assert before["ends_at"] == after["starts_at"]
        assert [before[name] for name in ("kind", "label", "appointment_id")] != [
            after[name] for name in ("kind", "label", "appointment_id")
        ]

    def seconds(ranges: Any) -> set[int]:
        return {
            second
            for each in ranges
            for second in range(int(each.lower.timestamp()), int(each.upper.timestamp()), 60)
        }

    opened, gaps = seconds(found["shown_open"]), seconds(found["shown_gap"])
    assert opened | (gaps & seconds(found["open"])) == seconds(found["free"])
    assert not opened & gaps
    assert len(seconds(found["open"])) == found["open_minutes"]


# Drawing

ZURICH = ZoneInfo("Europe/Zurich")
NAME = 'Zoë & "<b>O\'Brien</b>"'


def stretches(
    *of_day: tuple[str, str, str], staff: str = NAME, number: int = 1
) -> list[DayStretch]:
    """Stretches of 1 December, by their local starts and ends and their kinds."""

    def at(clock: str) -> dt.datetime:
        day = dt.datetime(2026, 12, 1, tzinfo=ZURICH)
        return day + dt.timedelta(hours=int(clock[:2]), minutes=int(clock[3:]))

    return [
        DayStretch(
            UUID(int=number),
            staff,
            at(since),
            at(until),
            kind,
            "<i>Feast" if kind == "holiday" else None,
            UUID(int=row) if kind in ("booked", "gap", "buffer") else None,
            f"Customer {row} <&>" if kind in ("booked", "gap") else None,
            "Cut & colour" if kind in ("booked", "gap") else None,
            "pending" if kind == "booked" else None,
        )
        for row, (since, until, kind) in enumerate(of_day)
    ]


FULL_DAY = (
    ("00:00", "09:00", "closed"),
    ("09:00", "10:00", "booked"),
    ("10:00", "10:30", "gap"),
    ("10:30", "11:00", "booked"),
    ("11:00", "11:15", "buffer"),
    ("11:15", "12:00", "open"),
    ("12:00", "13:00", "break"),
    ("13:00", "13:15", "booked"),
    ("13:15", "14:00", "held"),
    ("14:00", "17:00", "off"),
    ("17:00", "24:00", "closed"),
)
NOW = dt.datetime(2026, 12, 1, 11, 20, tzinfo=ZURICH)


def test_a_drawing_is_in_proportion_and_escapes_names() -> None:
    picture = svg(day_agenda("Day", stretches(*FULL_DAY), ZURICH, NOW))
    root = ET.fromstring(picture)
    svg_ = "{http://www.w3.org/2000/svg}"
    blocks = {
        (block.findtext(f"{svg_}title") or ""): float(block.attrib["height"])
        for block in root.iter(f"{svg_}svg")
        if block is not root
    }
    hour = blocks["09:00–10:00 booked, Customer 1 <&>, Cut & colour"]  # noqa: RUF001
    assert blocks["10:30–11:00 booked, Customer 3 <&>, Cut & colour"] == hour / 2  # noqa: RUF001
    assert blocks["14:00–17:00 off"] == 3 * hour  # noqa: RUF001
    texts = [it.text for it in root.iter(f"{svg_}text")]
    assert "Customer 1 <&>" in texts
    assert "now" in texts
    assert "<b>" not in picture
    assert root.attrib["role"] == "img"
    told = {it.attrib["id"]: it.text for it in root if "id" in it.attrib}
    assert all(told[name] for name in root.attrib["aria-labelledby"].split())


def test_a_drawing_is_xml_whatever_a_name_has() -> None:
    picture = replace(day_agenda("Day", stretches(*FULL_DAY), ZURICH, NOW), title="\uffff\ufffe")
    assert next(ET.fromstring(svg(picture)).itertext()) == 2 * "\N{REPLACEMENT CHARACTER}"


def test_a_page_prints_in_landscape_and_needs_nothing_else() -> None:
    team = [
        it
        for number in range(9)
        for it in stretches(*FULL_DAY, staff=f"Staff {number}", number=number + 1)
    ]
    page = html(day_agenda("Day", team, ZURICH, NOW))
    assert "@page { size: A4 landscape" in page
    assert page.count("<svg xmlns") == 2  # pages
    assert not re.findall(r"""(?:src|href)=|url\((?!#)|@import""", page)
    ids = re.findall(r'<(?:title|desc) id="([^"]+)"', page)
    assert len(ids) == len(set(ids)) == 4
    assert "Customer 1 &lt;&amp;&gt;" in page


def test_colours_have_contrast() -> None:
    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [it / 12.92 if it <= 0.04045 else ((it + 0.055) / 1.055) ** 2.4 for it in parts]
        return sum(it * by for it, by in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))

    def contrast(one: str, other: str) -> float:
        light, dark = sorted(map(luminance, (one, other)), reverse=True)
        return (light + 0.05) / (dark + 0.05)

    for fill, ink, _border in _LOOK.values():
        # words on a pattern have a white ground
        assert contrast(ink, fill if fill.startswith("#") else "#ffffff") >= 4.5
    for least, fill in _SHADES:
        assert contrast(fill, "#ffffff" if least >= 0.75 else "#1b2733") >= 4.5


@pytest.mark.parametrize("width", [40, 80, 200])
def test_a_terminal_shows_everybody_and_every_appointment(width: int) -> None:
    team = [
        it
        for number in range(9)
        for it in stretches(*FULL_DAY, staff=f"Staff {number}", number=number + 1)
    ]
    shown = in_terminal(day_agenda("Day", team, ZURICH, NOW), width)
    lines = shown.splitlines()
    assert max(map(cell_len, lines)) <= width
    for number in range(9):
        assert shown.count(f"Staff {number}") == 1
    assert shown.count("█") == 9 * 7 + 1  # rows of a quarter of an hour, and the legend
    legend = "".join(lines[-3:])
    assert [word for word in KINDS if word not in legend] == ["holiday", "closed"]
    times = [it[:5] for it in lines if it[2:3] == ":"]
    assert times[:4] == ["09:00", "10:00", "11:00", "11:20"]
    assert all(" now " in it for it in lines if it.startswith("11:20"))
    assert not any(it.startswith(("08:", "17:")) for it in lines)


@pytest.mark.parametrize("width", [40, 60, 80])
def test_what_is_too_wide_is_folded(width: int) -> None:
    name = "Vanessa Hofstetter"
    day = (("09:00", "10:30", "booked"), ("10:30", "12:00", "open"))
    team = [it for number in range(5) for it in stretches(*day, staff=name, number=number + 1)]
    cell = Cell(0.5, ("Swiss National Day",), "")
    rows = ((name, (cell,) * 7),)
    pictures: list[Picture] = [
        day_agenda("Day", team, ZURICH, NOW),
        Grid("Week", "Note", ("Mon 30.",) * 7, rows, is_shaded=False),
        Grid("Heat", "Note", ("Mon",) * 7, rows, is_shaded=True),
        Bars("Bars", ((name, cell),)),
    ]
    for picture in pictures:
        shown = in_terminal(picture, width)
        assert max(map(cell_len, shown.splitlines())) <= width
        assert "…" not in shown
        assert all(it in shown for it in name.split())
    agenda, week, heat, _bars = (in_terminal(it, width) for it in pictures)
    assert all(it in agenda for it in ("Customer", "<&>", "colour"))
    assert all(it in week for it in ("Swiss", "National", "Day"))
    assert (week.count("Mon 30."), heat.count("Mon")) == (7, 7)


def test_what_begins_before_the_picture_is_told_where_it_shows() -> None:
    label = "sick leave until further notice"
    rows = stretches(("00:00", "09:30", "off"), ("09:30", "12:00", "open"))
    rows[0] = replace(rows[0], label=label)
    shown = in_terminal(day_agenda("Day", rows, ZURICH, NOW), 30)
    assert all(it in shown for it in label.split())


def test_a_week_shows_the_clock_on_the_wall() -> None:
    weeks = [("Tue", stretches(*FULL_DAY)), ("Wed", [])]
    agenda = week_agenda("Week", weeks, ZURICH, NOW)
    assert (agenda.since, agenda.until) == (9 * 60, 17 * 60)
    assert [it.now for it in agenda.columns] == [11 * 60 + 20, None]
    assert "Customer 1 <&>" in in_terminal(agenda, 80)


def test_a_day_on_which_the_clocks_change_has_all_its_hours() -> None:
    midnight = dt.datetime(2026, 10, 25, tzinfo=ZURICH).astimezone(dt.UTC)
    at = [midnight + dt.timedelta(hours=hours) for hours in (0, 1, 5, 25)]
    rows = [
        DayStretch(UUID(int=1), "Anna", since, until, kind, None, None, None, None, None)
        for (since, until), kind in zip(pairwise(at), ("closed", "open", "closed"), strict=True)
    ]
    agenda = day_agenda("Day", rows, ZURICH, midnight)
    assert [label for _at, label in agenda.hours] == ["01:00", "02:00", "02:00", "03:00", "04:00"]


def test_bars_and_fields_say_their_numbers() -> None:
    cells = (Cell(0.92, ("5:30 of 6:00 h",), "92%"), Cell(None, ("–",), "closed"))  # noqa: RUF001
    grid = Grid("Heat", "Note", ("Mon", "Tue"), (("09:00", cells),), is_shaded=True)
    bars = Bars("Bars", ((NAME, cells[0]), ("Sunday", cells[1])))
    for picture in (grid, bars):
        assert "92%" in in_terminal(picture, 80)
        texts = [it.text for it in ET.fromstring(svg(picture)).iter() if it.tag.endswith("text")]
        assert "92%" in texts
    assert NAME in in_terminal(bars, 80)


@pytest.mark.usefixtures("cluster")
@pytest.mark.parametrize("cluster", [18], indirect=True, ids=["pg18"], scope="session")
@pytest.mark.salon(by=open_example)
def test_the_commands_draw_and_tell(salon: Salon, tmp_path: Path) -> None:
    tuesday = "2027-06-15"
    assert {it["kind"] for it in salon.json("day", tuesday)} == {"closed", "open", "break", "off"}
    assert "Vanessa Brunner" in salon.run("week", tuesday)
    assert "Tue 2027-06-15" in salon.run("week", tuesday, "--staff", "vanessa brunner")
    for by in ("weekday", "weekday_hour", "staff"):
        assert "0%" in salon.run("utilisation", "--from", tuesday, "--by", by)
    for command in ("day", "week", "utilisation"):
        file = tmp_path / f"{command}.svg"
        assert salon.run(command, "--out", str(file)) == f"wrote {file}\n"
        assert ET.parse(file).getroot().tag.endswith("svg")
    pdf = salon.failure("day", "--out", "day.pdf", exit_code=2)
    assert "write day.html and print it" in pdf
    assert "must end in .svg or .html" in salon.failure("day", "--out", "day.png", exit_code=2)
    assert salon.failure("day", "--out", str(tmp_path / "no" / "day.svg")).endswith(
        "No such file or directory"
    )
