"""What people type and see, without a database: dates, times, tables, options."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from decimal import Decimal
from uuid import UUID

import click
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from schnittwerk_db.cli import main
from schnittwerk_db.cli.failures import Refusal
from schnittwerk_db.cli.hours import parse_weekdays, parse_window, parse_windows
from schnittwerk_db.cli.naming import naming_arguments_as_typed
from schnittwerk_db.cli.output import UNLIMITED, short_id, table, width
from schnittwerk_db.cli.times import (
    day,
    parse_clock,
    parse_date,
    parse_near_date,
    parse_past_date,
    parse_time,
    parse_weekday,
    parse_when,
    period,
)
from schnittwerk_db.errors import BookingError

TODAY = dt.date(2026, 11, 30)  # a Monday
DATES = st.dates(dt.date(1900, 1, 1), dt.date(2999, 12, 31))


# Dates


@pytest.mark.parametrize(
    ("typed", "date"),
    [
        ("2026-12-24", "2026-12-24"),
        ("24.12.", "2026-12-24"),
        ("24.12", "2026-12-24"),
        ("24. 12. 2027", "2027-12-24"),
        ("30.11.", "2026-11-30"),
        ("29.11.", "2027-11-29"),
        ("29.02.", "2028-02-29"),
        ("today", "2026-11-30"),
        ("Tomorrow", "2026-12-01"),
        ("yesterday", "2026-11-29"),
        ("day after tomorrow", "2026-12-02"),
        ("heute", "2026-11-30"),
        ("morgen", "2026-12-01"),
        ("gestern", "2026-11-29"),
        ("übermorgen", "2026-12-02"),
        ("u\N{COMBINING DIAERESIS}bermorgen", "2026-12-02"),  # as macOS types it
        ("vorgestern", "2026-11-28"),
        ("monday", "2026-11-30"),
        ("sun", "2026-12-06"),
        ("Freitag", "2026-12-04"),
        ("Do.", "2026-12-03"),
        ("thu 24.12.", "2026-12-24"),
        ("Thu 2026-12-24", "2026-12-24"),
        ("Do, 24.12.2026", "2026-12-24"),
        ("4.12.26", "2026-12-04"),
        ("7. Dezember", "2026-12-07"),
        ("Mittwoch 2. Dez.", "2026-12-02"),
        ("2 Dec", "2026-12-02"),
        ("3rd december 2027", "2027-12-03"),
        ("1. März 2027", "2027-03-01"),
        ("29 February", "2028-02-29"),
        ("next Monday", "2026-12-07"),
        ("nächsten Montag", "2026-12-07"),
        ("am Freitag", "2026-12-04"),
    ],
)
def test_a_date_is_read_as_people_write_it(typed: str, date: str) -> None:
    assert str(parse_date(typed).on(TODAY)) == date


@pytest.mark.parametrize(
    "typed",
    ["", "someday", "31.11.", "30.02.2027", "2026-13-01", "12/24", "1899-12-31", "3000-01-01"],
)
def test_what_is_no_date_is_refused_by_its_text(typed: str) -> None:
    with pytest.raises(click.BadParameter, match=repr(typed)):
        parse_date(typed)


def test_a_day_that_no_year_has_and_a_weekday_that_may_be_two_are_refused_with_the_reason() -> None:
    for typed in ("30.2.", "31.11.2026", "2026-02-30", "31 June", "30.2. 8:00", "mo 30.2."):
        with pytest.raises(click.BadParameter, match=f"'{typed}'|'30.2.': there is no such day"):
            parse_when(typed)
    with pytest.raises(
        Refusal, match="'next thursday' may be Thu 2026-12-03 or Thu 2026-12-10: give the date"
    ):
        parse_date("next thursday").on(TODAY)


def test_a_weekday_that_disagrees_with_its_date_is_refused_with_the_right_one() -> None:
    with pytest.raises(click.BadParameter, match="'fri 2026-12-24': that is a Thursday"):
        parse_date("fri 2026-12-24")
    with pytest.raises(Refusal, match=r"'fri 24.12.': that is a Thursday"):
        parse_date("fri 24.12.").on(TODAY)
    with pytest.raises(Refusal, match=r"'fri 24.12.': that is a Thursday"):
        parse_time("fri 24.12. 10:00").on(TODAY)


@given(DATES, DATES)
def test_a_date_as_it_is_shown_can_be_typed_again(date: dt.date, today: dt.date) -> None:
    assert parse_date(day(date)).on(today) == date


@given(st.dates(dt.date(1900, 1, 1), dt.date(2900, 12, 31)))
def test_a_date_without_a_year_or_a_weekday_is_the_next_one(today: dt.date) -> None:
    for ahead in range(7):
        date = today + dt.timedelta(days=ahead)
        assert parse_date(f"{date.day}.{date.month}.").on(today) == date
        assert parse_date(f"{date:%A}").on(today) == date


@pytest.mark.parametrize(
    ("typed", "nearest", "last"),
    [
        ("30.11.", "2026-11-30", "2026-11-30"),
        ("29.11.", "2026-11-29", "2026-11-29"),
        ("24.12.", "2026-12-24", "2025-12-24"),
        ("fri 4.12.", "2026-12-04", None),
        ("29.2.", "2028-02-29", "2024-02-29"),
        ("monday", "2026-11-30", "2026-11-30"),
        ("friday", "2026-12-04", "2026-11-27"),
        ("24.12.2026", "2026-12-24", "2026-12-24"),
    ],
)
def test_a_date_without_a_year_may_be_the_nearest_or_the_last(
    typed: str, nearest: str, last: str | None
) -> None:
    assert str(parse_near_date(typed).on(TODAY)) == nearest
    if last is not None:
        assert str(parse_past_date(typed).on(TODAY)) == last
        assert str(parse_when(f"{typed} 8:30", "last").on(TODAY)) == f"{last} 08:30:00"


def test_a_comma_after_a_date_is_not_part_of_it() -> None:
    assert parse_date("Today,").is_relative
    assert not parse_date("Monday,").is_relative


# Times


@pytest.mark.parametrize(
    ("typed", "time"),
    [
        ("8:30", "2026-11-30 08:30"),
        ("8.30 Uhr", "2026-11-30 08:30"),
        ("8 uhr", "2026-11-30 08:00"),
        ("10am", "2026-11-30 10:00"),
        ("12 am", "2026-11-30 00:00"),
        ("1:15 pm", "2026-11-30 13:15"),
        ("tomorrow 8:30", "2026-12-01 08:30"),
        ("sat 8", "2026-12-05 08:00"),
        ("morgen 10 Uhr", "2026-12-01 10:00"),
        ("friday 14:30", "2026-12-04 14:30"),
        ("Fr 4.12. 14.30 Uhr", "2026-12-04 14:30"),
        ("24.12. 9:00", "2026-12-24 09:00"),
        ("14.30", "2026-11-30 14:30"),
        ("mi 9.30", "2026-12-02 09:30"),
        ("14h30", "2026-11-30 14:30"),
        ("14 Uhr 30", "2026-11-30 14:30"),
        ("1.30 pm", "2026-11-30 13:30"),
        ("4.12.26 13:30", "2026-12-04 13:30"),
        ("7. Dezember 10:10", "2026-12-07 10:10"),
        ("Mittwoch 2. Dez 13:30", "2026-12-02 13:30"),
        ("do um 13:30", "2026-12-03 13:30"),
        ("friday at 9", "2026-12-04 09:00"),
        ("am Freitag um 10 Uhr", "2026-12-04 10:00"),
        ("8:30 morgen", "2026-12-01 08:30"),
        ("14 Uhr 30.12.", "2026-12-30 14:00"),
        ("10.12. 10.11", "2026-12-10 10:11"),
        ("2026-12-24 09:00", "2026-12-24 09:00"),
        ("2026-12-24T09:00", "2026-12-24 09:00"),
        ("2026-10-25 02:30+02:00", "2026-10-25 02:30+02:00"),
        ("Sun 2026-10-25 02:30+01:00", "2026-10-25 02:30+01:00"),
    ],
)
def test_a_time_is_read_as_people_write_it(typed: str, time: str) -> None:
    assert parse_time(typed).on(TODAY) == dt.datetime.fromisoformat(time)


@pytest.mark.parametrize(
    "typed", ["", "10", "24:00", "8:60", "13pm", "0am", "tomorrow", "2026-12-24", "sat 24"]
)
def test_what_is_no_time_is_refused_by_its_text(typed: str) -> None:
    with pytest.raises(click.BadParameter, match=repr(typed)):
        parse_time(typed)


@pytest.mark.parametrize("typed", ["fr 4.12.", "10.12", "tomorrow", "Fri 24.12.", "7. Dezember"])
def test_a_date_where_a_time_is_needed_is_refused_for_the_time_that_is_missing(typed: str) -> None:
    with pytest.raises(click.BadParameter, match=f"'{typed}': a time of day is missing, such as"):
        parse_time(typed)


@given(st.times())
def test_a_time_of_day_is_read_as_it_is_shown(clock: dt.time) -> None:
    assert parse_clock(f"{clock:%H:%M}") == clock.replace(second=0, microsecond=0)


@pytest.mark.parametrize(
    ("command", "option", "typed", "read"),
    [
        ("prices add", "times", "8-10", [{"start_time": "08:00", "end_time": "10:00"}]),
        ("prices add", "days", "mo-mi", [1, 2, 3]),
        ("prices add", "percent", "-10%", -10),
        ("prices add", "booked_percent", "0-40%", {"min": 0, "max": 40}),
        ("prices edit", "price", "85.-", 85),
        ("services add", "base_price", "85,50", Decimal("85.50")),
        ("waitlist join", "preferred_days", "mo,di", [1, 2]),
        ("waitlist update", "preferred_times", "14.30", dt.time(14, 30)),
        ("timeoff add", "start_time", "12", dt.time(12)),
        ("resources close", "end_time", "14h", dt.time(14)),
    ],
)
def test_an_option_reads_times_weekdays_and_amounts_as_every_other(
    command: str, option: str, typed: str, read: object
) -> None:
    found: click.Command = main
    for name in command.split():
        assert isinstance(found, click.Group)
        found = found.commands[name]
    [parameter] = [it for it in found.params if it.name == option]
    assert parameter.type.convert(typed, parameter, None) == read


def test_weekdays_are_named_alone_in_ranges_or_in_lists() -> None:
    assert [parse_weekday(it) for it in ("sun", "Montag", "SA", "noday")] == [0, 1, 6, None]
    assert parse_weekdays("mon-fri") == [1, 2, 3, 4, 5]
    assert parse_weekdays("sat-mon,Mi") == [6, 0, 1, 3]
    with pytest.raises(click.BadParameter, match="'mon-' is not weekdays"):
        parse_weekdays("mon-")


def test_a_window_may_end_with_the_day() -> None:
    assert parse_window("9:00-12:30") == {"start_time": "09:00", "end_time": "12:30"}
    assert parse_window("9-12") == {"start_time": "09:00", "end_time": "12:00"}
    assert parse_window("8pm - 24:00") == {"start_time": "20:00", "end_time": "24:00"}
    assert parse_windows(["8-10, 14.00-24"]) == [
        {"start_time": "08:00", "end_time": "10:00"},
        {"start_time": "14:00", "end_time": "24:00"},
    ]
    for typed in ("9:00", "24:00-9:00", "9:00-25:00"):
        with pytest.raises(click.UsageError, match=f"'{typed}' is not a window"):
            parse_window(typed)


def test_a_day_without_windows_is_typed_in_words() -> None:
    assert [parse_windows([it]) for it in ("off", "closed", "Zu", "geschlossen")] == [[]] * 4
    assert parse_windows(["8:00-12:00,13-18:30"]) == parse_windows(["8-12", "13:00-18:30"])
    with pytest.raises(click.UsageError, match=r"'gone' is not a window such as .*, or closed"):
        parse_windows(["gone"])


def test_a_period_says_its_dates_once() -> None:
    first, last = TODAY, TODAY + dt.timedelta(days=1)
    assert period(first, first, None, None) == "Mon 2026-11-30"
    assert period(first, first, "14:00", None) == "Mon 2026-11-30 14:00-24:00"
    assert period(first, last, "14:00", None) == "Mon 2026-11-30 14:00 to Tue 2026-12-01"


# Tables


CELLS = st.text(st.characters(categories=["L", "N", "P"]), max_size=60)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), min_size=1, max_size=4))
def test_a_table_of_any_width_holds_every_character_of_its_cells(
    rows: list[tuple[str, ...]],
) -> None:
    columns = {
        name: (lambda it, index=index: it[index])
        for index, name in enumerate(("when", "what", "who", "why"))
    }
    wanted = Counter("".join("".join(it) for it in rows))
    for columns_wide in (20, 80, 200):
        assert wanted <= Counter(table(rows, columns, columns_wide))


def test_a_table_that_fits_has_a_line_a_record_and_what_is_too_wide_is_blocks() -> None:
    rows = [("Anna Keller", "Women's cut " * 3), ("Beat Graf", "Men's cut")]
    columns = {"customer": lambda it: it[0], "service": lambda it: it[1]}
    assert table(rows, columns, 80).splitlines() == [
        "customer     service",
        "Anna Keller  Women's cut Women's cut Women's cut",
        "Beat Graf    Men's cut",
    ]
    assert len(table(rows, columns, 40).splitlines()) == 4  # one cell is folded
    assert table(rows, columns, 20).splitlines()[-3:] == [
        "",
        "customer  Beat Graf",
        "service   Men's cut",
    ]


def test_the_terminal_bounds_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    assert width() == UNLIMITED
    monkeypatch.setenv("COLUMNS", "80")
    assert width() == 80


def test_ids_are_cut_to_what_tells_them_apart() -> None:
    one, near, far = (
        UUID(it)
        for it in (
            "01a22cc9-9449-7138-8000-000000000001",
            "01a22cc9-9449-7139-8000-000000000001",
            "01a22cc9-9450-7138-8000-000000000001",
        )
    )
    assert short_id(one, [far]) == "01a22cc9-9449"
    assert short_id(one, [near, far]) == "01a22cc9-9449-7138"
    assert table([one, far], {"id": lambda it: it}).splitlines()[1:] == [
        "01a22cc9-9449",
        "01a22cc9-9450",
    ]


# Options


@pytest.mark.parametrize("command", [("--json", "slots"), ("slots", "--json")])
def test_json_before_or_after_the_command_goes_for_usage_errors_too(
    command: tuple[str, ...],
) -> None:
    done = CliRunner().invoke(main, list(command))
    assert (done.exit_code, done.stdout) == (2, "")
    assert json.loads(done.stderr) == {
        "success": False,
        "code": "wrong_usage",
        "details": "Missing argument 'SERVICE'.",
    }


def test_other_options_stand_before_or_after_the_command_too() -> None:
    nowhere = "host=/nowhere dbname=book"
    for line in (["--dsn", nowhere, "services"], ["services", "--dsn", nowhere, "--wide"]):
        done = CliRunner().invoke(main, line)
        assert done.exit_code == 3, done.output


def test_a_name_like_a_parameter_s_is_left_as_it_is() -> None:
    error = BookingError("resource_unavailable", 409, "No p_staff is free at this time")

    @click.command()
    @click.option("--staff")
    def refused(staff: str | None) -> None:
        raise error

    naming_arguments_as_typed(refused)
    assert CliRunner().invoke(refused).exception is error
    assert error.details == "No p_staff is free at this time"


def test_every_command_has_an_example_and_no_two_parameters_of_one_name() -> None:
    def walk(command: click.Command, path: tuple[str, ...]) -> None:
        names = [it.name for it in command.params]
        assert len(names) == len(set(names)), path
        if path:
            assert "\b\n" in (command.help or ""), path
        if isinstance(command, click.Group):
            for name, inner in command.commands.items():
                walk(inner, (*path, name))

    walk(main, ())
