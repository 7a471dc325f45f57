"""German: every text is translated, and what is shown comes in the language that is asked for."""

from __future__ import annotations

import ast
import datetime as dt
import io
import os
import re
from collections.abc import Callable, Iterator
from gettext import GNUTranslations
from pathlib import Path
from typing import IO

import catalog
import pytest
from babel.messages.catalog import Catalog
from click.testing import CliRunner, Result

from schnittwerk_db.cli import main, words
from schnittwerk_db.cli.asking import agrees
from schnittwerk_db.cli.doctor import CHECKS, FOUND, REMEDIES
from schnittwerk_db.cli.language import _, given_back, speak, weekday_name
from schnittwerk_db.cli.naming import FOR_PEOPLE
from schnittwerk_db.cli.refusals import (
    ALL,
    CHANGES,
    POLICIES,
    TEMPLATES,
    translated,
    translated_fault,
)
from schnittwerk_db.cli.times import day, parse_date

SQL = Path(__file__).parents[1] / "sql"
VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    """Runs a command where the environment asks for no language but the given one."""

    def run(*words: str, **environment: str) -> Result:
        cleared: dict[str, str | None] = dict.fromkeys(VARIABLES)
        return CliRunner().invoke(main, words, env=cleared | environment)

    return run


@pytest.fixture
def german() -> Iterator[None]:
    """German for what is called without a command."""
    with given_back():
        speak("de")
        yield


def texts() -> Iterator[tuple[str, str]]:
    """The texts with their translations, each form for itself."""
    for message in catalog.written():
        if message.id:
            yield from zip(catalog.forms(message.id), catalog.forms(message.string), strict=True)


# the catalog


def test_all_that_we_show_is_in_the_catalog() -> None:
    """Of what click shows it has the texts of one version, and others may be installed."""

    def ids(of: Catalog) -> set[object]:
        return {(it.context, it.id) for it in of if it.id}

    assert ids(catalog.shown([catalog.CLI])) - ids(catalog.written()) == set(), (
        "run: make translations"
    )


def test_every_text_is_translated() -> None:
    assert catalog.untranslated() == []


def test_the_compiled_catalog_is_that_of_the_sources() -> None:
    def texts_of(file: IO[bytes]) -> dict[object, str]:
        # the header names the version of what compiled it
        return {key: it for key, it in vars(GNUTranslations(file))["_catalog"].items() if key}

    with catalog.MO.open("rb") as file:
        assert texts_of(file) == texts_of(io.BytesIO(catalog.compiled(catalog.written()))), (
            "run: make translations"
        )


def _kept(pattern: str, text: str) -> list[str]:
    """What a translation has to leave as it is; a command may be broken across lines."""
    return sorted(" ".join(it.split()) for it in re.findall(pattern, text))


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(r"(?s)`[^`]*`", id="commands"),
        pytest.param(r"(?<![\w-])--[a-z][a-z-]*", id="options"),
        pytest.param(r"\{\w*(?:![rs])?(?=[:}])|%\(\w+\)s", id="values"),
        pytest.param(r"\b[A-Z]{2,}(?:_[A-Z]+)*s?\b", id="arguments"),
    ],
)
def test_a_translation_keeps_what_is_typed_or_filled_in(pattern: str) -> None:
    # words in capitals that are no arguments
    others = {"JSON", "DSN", "SMS", "UUID", "URL", "TOML", "IANA", "ISO", "CHF", "PDF", "NTP"}
    differing = {
        text: translation
        for text, translation in texts()
        if {it for it in _kept(pattern, text) if it not in others}
        != {it for it in _kept(pattern, translation) if it not in others}
    }
    assert differing == {}


def test_a_translation_has_spaces_at_its_ends_as_the_text_has() -> None:
    def ends(text: str) -> tuple[bool, bool]:
        return text.startswith(" "), text.endswith(" ")

    assert [it for it, translation in texts() if ends(it) != ends(translation)] == []


def test_no_two_headings_of_a_table_are_the_same() -> None:
    german = dict(texts())
    tables = 0
    for file in catalog.CLI.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Dict):
                keys = [ast.unparse(it) for it in node.keys if it is not None]
                headings = [german[it[3:-2]] for it in keys if re.fullmatch(r"_\('[^']*'\)", it)]
                assert len(set(headings)) == len(headings), (file.name, headings)
                tables += len(headings) > 1
    assert tables > 20


def test_a_help_text_in_german_fits_the_list_of_commands() -> None:
    cut = [
        line
        for arguments in (
            [],
            *([it] for it, command in main.commands.items() if _is_group(command)),
        )
        for line in CliRunner()
        .invoke(main, [*arguments, "--help", "--lang", "de"])
        .output.split("\n")
        if line.startswith("  ") and line.endswith("...")
    ]
    assert cut == []


def _is_group(command: object) -> bool:
    return hasattr(command, "commands")


# the language of a call


def test_the_option_gives_german(run: Run) -> None:
    told = run("book", "--help", "--lang", "de").output
    assert told.startswith("Aufruf: ")
    assert "Bucht SERVICE um TIME" in told
    assert "Für wen.  [nötig]" in told
    assert "Zeigt diese Hilfe und endet." in told
    assert 'schnittwerk book "Women\'s cut"' in told  # an example stays as it is


@pytest.mark.parametrize("place", [("--lang", "de", "day"), ("day", "--lang", "de")])
@pytest.mark.parametrize("equals", [True, False])
def test_the_option_may_stand_anywhere(run: Run, place: tuple[str, ...], equals: bool) -> None:
    typed = " ".join(place).replace("--lang de", "--lang=de") if equals else " ".join(place)
    assert "das Team" in run(*typed.split(), "--help").output


@pytest.mark.parametrize("variable", VARIABLES)
def test_the_environment_gives_german(run: Run, variable: str) -> None:
    assert "Zeigt diese Hilfe" in run("day", "--help", **{variable: "de_DE.UTF-8"}).output


def test_another_language_is_english(run: Run) -> None:
    assert "Show this message" in run("day", "--help", LANG="fr_FR.UTF-8").output
    assert "Show this message" in run("day", "--help", LANGUAGE="fr", LANG="C").output


def test_the_environment_is_read_as_gettext_reads_it(run: Run) -> None:
    assert "Zeigt diese" in run("day", "--help", LANGUAGE="fr:de:en", LANG="en_US.UTF-8").output
    assert "Show this" in run("day", "--help", LC_ALL="C", LANG="de_DE.UTF-8").output


def test_the_option_goes_before_the_environment(run: Run) -> None:
    assert "Show this" in run("day", "--help", "--lang", "en", LANG="de_DE.UTF-8").output
    assert "Zeigt diese" in run("day", "--help", "--lang", "de", LANG="en_US.UTF-8").output


@pytest.mark.parametrize("command", [[], ["holidays", "add"], ["load"]])
def test_a_process_can_change_the_language_back(run: Run, command: list[str]) -> None:
    first = run(*command, "--help").output
    assert run(*command, "--help", "--lang", "de").output != first
    assert run(*command, "--help").output == first


def test_a_call_leaves_the_language_as_it_was(run: Run) -> None:
    before = os.environ.get("LANGUAGE")
    run("book", "--help", "--lang", "de")
    assert os.environ.get("LANGUAGE") == before
    assert (main.commands["book"].help or "").strip().startswith("Book SERVICE at TIME")


def test_click_speaks_german(run: Run, tmp_path: Path) -> None:
    def told(*words: str) -> str:
        result = run(*words, "--lang", "de")
        assert result.exit_code == 2
        return result.stderr

    assert told("bok") == "Fehler: Den Befehl 'bok' gibt es nicht. Gemeint war vielleicht 'book'.\n"
    assert told("book", "Schnitt") == "Fehler: Fehlendes Argument 'TIME'.\n"
    assert told("slots", "x", "--foo").startswith("Fehler: Die Option '--foo' gibt es nicht.")
    assert told("slots", "x", "--limit", "y").startswith("Fehler: Ungültiger Wert für '--limit'")
    assert "Datei 'nix' gibt es nicht" in told("load", "nix")
    assert "Datei " in told("load", str(tmp_path))
    assert "Unerwartete Argumente (y z)" in told("slots", "x", "y", "z")


def test_a_question_can_be_answered_in_either_language() -> None:
    asked = CliRunner().isolation(input="vielleicht\nJa\nn\ny\n\n")
    with given_back(), asked as (_out, told, _output):
        speak("de")
        assert [agrees("Absagen?") for _number in range(4)] == [True, False, True, False]
        text = told.getvalue().decode()
    assert text.startswith("Absagen? [j/N]: vielleicht\nFehler: mit ja oder nein antworten\n")


def test_german_is_spelled_as_in_switzerland() -> None:
    assert [it for _text, it in texts() if "ß" in it] == []


def test_what_is_missing_or_wrong_is_named_as_in_a_command(run: Run) -> None:
    assert run("move", "Anna Keller").stderr == "Error: Missing argument 'TIME'.\n"
    assert run("cancel").stderr == "Error: Missing argument 'APPOINTMENT'.\n"
    assert run("day", "foo").stderr.startswith("Error: Invalid value for 'DATE': 'foo' is not")


def test_the_package_s_own_errors_are_german(run: Run) -> None:
    assert "'3x' ist kein Schritt wie 30" in run("services", "steps", "x", "3x", "--lang=de").stderr
    assert (
        "das ist ein Donnerstag" in run("slots", "x", "--from", "Mo 24.12.2026", "--lang=de").stderr
    )
    version = run("--version", "--lang", "de").output
    assert re.fullmatch(r"\w+, Version [\d.]+\n", version)


# what is shown


@pytest.mark.usefixtures("german")
def test_a_date_is_shown_as_it_can_be_typed() -> None:
    for number in range(20, 28):
        date = dt.date(2026, 12, number)
        assert day(date) == f"{weekday_name(date.weekday())[:2]} {number}.12.2026"
        assert parse_date(day(date)).on(dt.date(2026, 1, 1)) == date


@pytest.mark.usefixtures("german")
def test_a_word_with_two_meanings_is_translated_by_its_use() -> None:
    assert words.word("open") == "frei"
    assert words.hold_status("open") == "offen"
    assert words.word("service") == "Leistung"
    assert words.role("service") == "Dienst"
    assert words.loaded("staff") == "im Team"


def _codes(file: str, constraint: str) -> list[str]:
    """The values that a check of a table lets in."""
    text = (SQL / file).read_text("utf-8")
    found = re.search(rf"{constraint}\s+check \(\w+ in \(([^)]*)\)\)", text)
    assert found is not None, (file, constraint)
    return re.findall(r"'(\w+)'", found[1])


@pytest.mark.parametrize(
    ("file", "constraint", "known"),
    [
        ("booking/fee.sql", "fee_cause_is_known", words.FEE_CAUSES),
        ("booking/fee.sql", "fee_status_is_known", words.FEE_STATUSES),
        ("booking/hold.sql", "hold_status_is_known", (*words.HOLD_STATUSES, "open")),
        ("waitlist/waitlist.sql", "waitlist_status_is_known", words.WAITLIST_STATUSES),
        ("access/profiles.sql", "profiles_role_is_known", words.ROLES),
        ("calendar/holidays.sql", "holidays_type_is_known", words.HOLIDAY_TYPES),
        ("pricing/price_rule.sql", "price_rule_kind_is_known", words.PRICE_RULE_KINDS),
        ("catalog/unit.sql", "unit_kind_is_room_or_equipment", words.RESOURCE_KINDS),
        ("delivery/contact_consent.sql", "contact_consent_channel_is_known", words.CHANNELS),
    ],
)
def test_the_codes_of_the_database_are_known(
    file: str, constraint: str, known: tuple[str, ...]
) -> None:
    with given_back():
        speak("en")
        assert set(map(words.word, _codes(file, constraint))) <= set(known)


def test_the_statuses_of_appointments_are_known() -> None:
    transitions = (SQL / "booking/status_transition.sql").read_text("utf-8")
    found = re.findall(r"\('appointment', '(\w+)', '(\w+)', '\w+'\)", transitions)
    codes = {it for pair in found for it in pair}
    assert {it.replace("_", "-") for it in codes} == set(words.APPOINTMENT_STATUSES)


def test_the_actions_of_a_history_are_known() -> None:
    view = (SQL / "journal/appointment_history.sql").read_text("utf-8")
    said = re.search(r"'(created, confirmed, [^(]*) or changed \(", view)
    assert said is not None
    codes = {*said[1].strip(",").split(", "), "changed"}
    assert {it.replace("_", "-") for it in codes} == set(words.ACTIONS)


def test_what_can_be_named_or_have_an_id_is_known() -> None:
    found = (SQL / "api/catalog/find_ids.sql").read_text("utf-8")
    kinds = re.search(r"v_kinds text\[\] := (?:.|\n)*?;|array\[((?:.|\n)*?)\];", found)
    assert kinds is not None
    of_ids = {it.replace("_", " ") for it in re.findall(r"'(\w+)'", kinds[0])}
    named = {
        kind
        for file in catalog.CLI.glob("*.py")
        for kind in re.findall(r"\bpick\(\s*\"([^\"]+)\"", file.read_text("utf-8"))
    }
    assert len(of_ids) > 10
    assert len(named) > 5
    assert of_ids - {"staff"} | named <= set(words.THINGS)


def test_the_rules_that_explain_looks_at_are_known() -> None:
    text = (SQL / "api/booking/explain_slot.sql").read_text("utf-8")
    rules = re.findall(r"\('([^']+)', '\w+', (?:true|false)\)", text)
    assert rules
    assert set(rules) == set(words.RULES)


# what the database says


def _registry() -> dict[str, str]:
    """The details of each refusal, where there are fixed ones."""
    text = (SQL / "answers/error_code.sql").read_text("utf-8")
    found = re.findall(r"\('(\w+)', \d{3}, \d+, '(?:[^']|'')*',\s+'((?:[^']|'')*)'", text)
    return {code: details.replace("''", "'") for code, details in found}


def _shape(template: str) -> str:
    return re.sub(r"\{\w+\}", "%s", template)


def test_the_details_of_every_refusal_are_known() -> None:
    registry = _registry()
    text = (SQL / "answers/error_code.sql").read_text("utf-8")
    without = re.findall(r"\('(\w+)', \d{3}, \d+, '(?:[^']|'')*', null", text)
    assert len(registry) + len(without) == len(re.findall(r"\('\w+', \d{3},", text))
    assert set(registry.values()) <= set(map(_shape, TEMPLATES))


def test_what_is_said_to_programs_is_what_the_database_says() -> None:
    said = "".join(it.read_text("utf-8") for it in SQL.rglob("*.sql"))
    assert [it for it in FOR_PEOPLE if it not in said] == []


def test_what_to_do_about_too_many_rows_or_arguments_is_translated(german: None) -> None:
    said: list[str] = []
    for file in (SQL / "api").rglob("*.sql"):
        text = file.read_text("utf-8")
        remedies = re.findall(r"rows_fault\([^;]*?'([^',]* [^']*)'", text)
        said += [f"There are more than 100000 rows: {it}" for it in remedies]
        said += re.findall(r"'(p_\w+ must be left out with [^']*)'", text)
        said += re.findall(r"'(There are more than %s [^']*)'", text)
    assert len(said) > 10
    for text, instead in FOR_PEOPLE.items():
        said = [it.replace(text, instead) for it in said]
    assert [it for it in said if translated(it) == it] == []


def test_the_policies_are_described_as_the_database_describes_them() -> None:
    text = (SQL / "policies/policy_definition.sql").read_text("utf-8")
    found = re.findall(
        r"\('\w+_?\w*', '(?:number|integer|boolean)',[^']*'[^']*',[^']*'((?:[^']|'')+)'\)", text
    )
    assert len(found) == len(re.findall(r"(?m)^  \('\w+', '(?:number|integer|boolean)',", text))
    assert [it.replace("''", "'") for it in found] == list(POLICIES)


def _texts_of_faults() -> list[str]:
    """What the functions that look for faults say, as format() has it."""
    found: list[str] = []
    for file in sorted((SQL / "answers").glob("*_fault*.sql")):
        text = re.sub(r"(?m)^comment on (?:.|\n)*?;$", "", file.read_text("utf-8"))
        found += [
            f"%s{it}" for it in re.findall(r"(?:p_path|i\.path|p_what) \|\| '( [^']+)'", text)
        ]
        found += re.findall(r"format\(\s*'(%s must[^']*)'", text)
    return found


def test_what_a_fault_says_is_translated(german: None) -> None:
    texts = [it for it in _texts_of_faults() if it != "%s must be %s, not %s"]
    assert len(texts) > 15
    json_fault = (SQL / "answers/json_fault.sql").read_text("utf-8")
    types = re.findall(r"then '(an? [^']+)'", json_fault)
    assert len(types) == 6
    types += ["a string", "a number", "a boolean"]
    said = [
        it.replace("%s", "--to") for it in (*texts, *(f"%s must be {it}, not 1" for it in types))
    ]
    assert [it for it in said if translated(it) == it] == []


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    ("said", "german_text"),
    [
        ("The price is 75.00", "Der Preis ist 75.00"),
        ("The appointment is no show", "Der Termin hat den Status „nicht erschienen“"),
        (
            "The waitlist entry is cancelled",
            "Der Eintrag auf der Warteliste hat den Status „zurückgezogen“",
        ),
        (
            "max_reschedules must be a JSON integer, not true",
            "max_reschedules muss vom Typ „ganze Zahl“ sein, nicht true",
        ),
        ("No Wash basin is free at this time", "Wash basin: zu dieser Zeit nichts frei"),
        (
            "Customer cannot have more than 2 bookings a day",
            "Niemand kann mehr als 2 Buchungen am Tag haben",
        ),
        ("--price is required", "--price fehlt"),
        ("--price must be from 0 to 99999999.99", "--price muss zwischen 0 und 99999999.99 liegen"),
        (
            "--to must be --from or later: at most 92 days a call",
            "--to muss --from oder später sein: höchstens 92 Tage je Aufruf",
        ),
        (
            'There is no pool "Basin"; the pools are: Cabin, Chair',
            "Es gibt keinen Pool „Basin“; die Pools sind: Cabin, Chair",
        ),
        ("something that nobody has translated", "something that nobody has translated"),
        ("", ""),
    ],
)
def test_what_the_database_says_is_translated_with_its_values(said: str, german_text: str) -> None:
    assert translated(said) == german_text


def test_in_english_it_is_as_the_database_says() -> None:
    with given_back():
        speak("en")
        for template in (*ALL, *CHANGES, *CHECKS, *FOUND, *REMEDIES):
            said = re.sub(r"\{\w+\}", "12", template)
            assert translated(said) == said


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize("templates", [ALL, CHANGES, CHECKS, FOUND, REMEDIES])
def test_each_template_is_found_among_those_that_fit(templates: tuple[str, ...]) -> None:
    for template in templates:
        values = dict.fromkeys(re.findall(r"\{(\w+)\}", template), "12")
        assert translated(template.format(**values), templates) == _(template).format(**values)


@pytest.mark.usefixtures("german")
def test_what_is_wrong_in_a_file_is_translated(run: Run, tmp_path: Path) -> None:
    assert translated_fault("must be from 0 to 5") == "muss zwischen 0 und 5 liegen"
    assert translated_fault("is missing") == "fehlt"
    assert translated_fault("of another kind") == "of another kind"
    file = tmp_path / "salon.toml"
    file.write_text('[salon]\nname = 1\ntime_zon = "Europe/Zurich"\n', "utf-8")
    told = run("load", str(file), "--lang", "de").stderr
    assert "salon.name: muss ein Text sein" in told
    assert "salon.time_zon: ist kein bekannter Schlüssel; gemeint war vielleicht time_zone" in told
