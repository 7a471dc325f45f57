"""Public holidays of a country in the book."""

from __future__ import annotations

import datetime as dt

import pytest
from click.testing import CliRunner
from salon import Salon

from schnittwerk_db import InvalidInput
from schnittwerk_db.cli import main
from schnittwerk_db.holiday_import import (
    HolidayImportError,
    PublicHoliday,
    import_holidays,
    public_holidays,
)
from schnittwerk_db.models import HolidayDate

ZURICH_2027 = [
    ("2027-01-01", "Neujahrstag"),
    ("2027-03-26", "Karfreitag"),
    ("2027-03-29", "Ostermontag"),
    ("2027-05-01", "Tag der Arbeit"),
    ("2027-05-06", "Auffahrt"),
    ("2027-05-17", "Pfingstmontag"),
    ("2027-08-01", "Nationalfeiertag"),
    ("2027-12-25", "Weihnachten"),
    ("2027-12-26", "Stephanstag"),
]
IMPORT = ("--country", "CH", "--subdivision", "ZH", "--language", "de")


pytestmark = pytest.mark.salon(zone="Europe/Zurich")


def run(salon: Salon, *options: str) -> str:
    return salon.run("holidays", "import", *options)


def holidays(salon: Salon, first: int, last: int) -> list[HolidayDate]:
    return salon.client.list_holidays(dt.date(first, 1, 1), dt.date(last, 12, 31))


def test_the_holidays_of_zurich_are_added_once(salon: Salon) -> None:
    preview = run(salon, *IMPORT, "--years", "2026-2028", "--preview")
    assert preview.endswith("27 would be added, 0 there already\n")
    assert "Thu 2027-05-06  Auffahrt" in preview
    assert holidays(salon, 2026, 2028) == []

    assert run(salon, *IMPORT, "--years", "2026-2028").endswith("27 added, 0 there already\n")
    added = holidays(salon, 2026, 2028)
    assert len(added) == 27
    of_2027 = [(str(it.date), it.name) for it in added if it.date.year == 2027]
    assert of_2027 == ZURICH_2027
    assert {(it.type, it.is_recurring, it.affects_all_staff) for it in added} == {
        ("public_holiday", False, True)
    }

    again = run(salon, *IMPORT, "--years", "2026-2028")
    assert again == "0 added, 27 there already\n"
    more = salon.json("holidays", "import", *IMPORT, "--years", "2028-2030")
    assert (len(more["added"]), len(more["present"])) == (18, 9)
    assert more["added"][0] == {"date": "2029-01-01", "name": "Neujahrstag"}
    assert holidays(salon, 2026, 2028) == added
    assert len(holidays(salon, 2029, 2030)) == 18


def test_holidays_that_the_salon_has_already_are_left_as_they_are(salon: Salon) -> None:
    staff = salon.client.save_staff("Anna")
    salon.client.create_holiday("WEIHNACHTEN", dt.date(2020, 12, 25), is_recurring=True)
    salon.client.create_holiday(
        "Stephanstag", dt.date(2027, 12, 26), affects_all_staff=False, staff_ids=[staff.id]
    )
    salon.client.create_holiday(
        "Betriebsferien", dt.date(2027, 1, 1), type="blackout_date", end_date=dt.date(2027, 1, 3)
    )
    told = run(salon, *IMPORT, "--years", "2027")
    assert "Sat 2027-12-25  Weihnachten  WEIHNACHTEN" in told
    assert told.endswith("8 added, 1 there already\n")
    on = [(str(it.date), it.name) for it in holidays(salon, 2027, 2027)]
    assert on.count(("2027-12-26", "Stephanstag")) == 2
    assert ("2027-01-01", "Neujahrstag") in on
    assert ("2027-12-25", "Weihnachten") not in on


def test_an_import_in_another_language_adds_nothing_and_tells(salon: Salon) -> None:
    run(salon, *IMPORT, "--years", "2026-2028")
    before = holidays(salon, 2026, 2028)
    in_english = (*IMPORT[:4], "--language", "en_US", "--years", "2026-2028")
    told = run(salon, *in_english)
    assert told.splitlines()[0].endswith("  there already as")
    assert "Fri 2027-03-26  Good Friday" in told
    assert "Karfreitag" in told
    assert told.endswith("0 added, 27 there already\n")
    first, *_ = salon.json("holidays", "import", *in_english)["present"]
    assert first == {"date": "2026-01-01", "name": "New Year's Day", "kept": ["Neujahrstag"]}
    assert holidays(salon, 2026, 2028) == before


def test_a_part_of_a_country_and_its_neighbour_add_only_their_own_dates(salon: Salon) -> None:
    for place, added in (
        (("--country", "CH"), {"2027-01-01", "2027-05-06", "2027-08-01", "2027-12-25"}),
        (
            IMPORT[:4],
            {"2027-03-26", "2027-03-29", "2027-05-01", "2027-05-17", "2027-12-26"},
        ),
        (("--country", "DE"), {"2027-10-03"}),
    ):
        done = salon.json("holidays", "import", *place, "--years", "2027")
        assert {it["date"] for it in done["added"]} == added
    dates = [it.date for it in holidays(salon, 2027, 2027)]
    assert len(dates) == len(set(dates)) == 10


def test_a_date_of_two_holidays_gets_both_once(salon: Salon) -> None:
    of_france = ("--country", "FR", "--years", "2008")
    run(salon, *of_france)
    assert run(salon, *of_france, "--language", "en_US").endswith("0 added, 11 there already\n")
    names = [it.name for it in holidays(salon, 2008, 2008) if it.date == dt.date(2008, 5, 1)]
    assert len(names) == 2


def test_appointments_on_them_are_told_also_by_the_preview(salon: Salon) -> None:
    salon.client.set_policy("advance_booking_limit_days", 730)
    year = dt.date.today().year + 1
    booked = {
        date: salon.appointment(dt.datetime(year, *date, 12, tzinfo=dt.UTC))
        for date in ((8, 1), (8, 2), (12, 25))
    }
    command = (*IMPORT, "--years", str(year))
    for options in (("--preview",), ()):
        told = run(salon, *command, *options, "--wide")
        assert "These appointments can no longer take place:" in told
        for date, appointment in booked.items():
            assert (str(appointment.id) in told) == (date != (8, 2))
    assert salon.json("holidays", "import", *command)["affected_appointments"] == []


def test_an_import_is_all_or_nothing(salon: Salon) -> None:
    wanted = [
        PublicHoliday(dt.date(2027, 1, 1), "New Year"),
        PublicHoliday(dt.date(2027, 1, 2), ""),
    ]
    with pytest.raises(InvalidInput):
        import_holidays(salon.client, wanted)
    assert holidays(salon, 2027, 2027) == []


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (
            ("--country", "XX", "--years", "2026"),
            "'--country': no holidays are known of 'XX': give",
        ),
        (
            ("--country", "CH", "--subdivision", "QQ", "--years", "2026"),
            "'--subdivision': CH has no part 'QQ': choose one of AG, AI, ",
        ),
        (
            ("--country", "MC", "--subdivision", "QQ", "--years", "2026"),
            "'--subdivision': MC has no part 'QQ': leave it out",
        ),
        (
            (*IMPORT[:4], "--language", "tlh", "--years", "2026"),
            "'--language': CH has no names in 'tlh': choose one of de, ",
        ),
        (
            (*IMPORT, "--years", "2030-2026"),
            "'--years': 2030-2026 will not do: give at most 50 years",
        ),
        (
            (*IMPORT, "--years", "2026-2090"),
            "'--years': 2026-2090 will not do: give at most 50 years",
        ),
        ((*IMPORT, "--years", "1066"), "'--years': 1066-1066 will not do: "),
        ((*IMPORT, "--years", "26"), "'--years': '26' is not years such as 2026-2030"),
        (IMPORT, "Missing option '--years'"),
        (("--years", "2026"), "Missing option '--country'"),
    ],
)
def test_what_cannot_be_imported_is_one_line_with_the_option(
    options: tuple[str, ...], told: str
) -> None:
    done = CliRunner().invoke(main, ["--dsn", "host=/nowhere", "holidays", "import", *options])
    assert done.exit_code == 2, done.output
    [line] = done.stderr.splitlines()
    assert told in line


def test_names_are_the_countrys_own_whatever_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for language in ("C", "en_US.UTF-8", "fr_FR.UTF-8"):
        monkeypatch.setenv("LANG", language)
        monkeypatch.setenv("LANGUAGE", language)
        first, *_ = public_holidays("CH", "zh", 2026, 2026, None)
        assert first == PublicHoliday(dt.date(2026, 1, 1), "Neujahrstag")


def test_a_date_of_two_holidays_has_both() -> None:
    on_may_day = [
        it.name
        for it in public_holidays("FR", None, 2008, 2008, "fr")
        if it.date == dt.date(2008, 5, 1)
    ]
    assert sorted(on_may_day) == ["Ascension", "Fête du Travail"]
    with pytest.raises(HolidayImportError):
        public_holidays("France", None, 2008, 2008, None)
