"""The examples and the documentation hold no secret that works as it stands."""

import configparser
import re
import shlex
from pathlib import Path

import click
import pytest

from schnittwerk_db.cli import main

ROOT = Path(__file__).parents[1]
# What a reader copies from.
SHOWN = sorted(
    it
    for pattern in ("schnittwerk_db/examples/*", "docs/**/*", "bench/*", "*.md", "sql/*.md")
    for it in ROOT.glob(pattern)
    if it.is_file() and it.suffix != ".svg"
) + [ROOT / "Makefile"]

SECRETS = [
    re.compile(it, re.IGNORECASE)
    for it in (
        # under a name that says so, commented out or not
        r"(?:secret|password|passwd|token|api[_-]?key)\b[\"']?\s*[=:]\s*[\"']?(?P<value>[^\s\"',;)]+)",
        # of an address
        r"\w+://[^\s:/@]*:(?P<value>[^\s/@]+)@",
        # Standard Webhooks, JSON Web Token
        r"(?P<value>whsec_[\w+/=]{8,})",
        r"\b(?P<value>eyJ[\w-]{8,}\.[\w-]+)",
    )
]
# From the environment, a file, a command or a function; a word to be replaced.
NONE_OF_ITS_OWN = re.compile(r"\$\w+|\$\{.+|\$\(.+|@/.+|async|[A-Z_]+|…")


def secrets(text: str) -> list[str]:
    found = [it["value"] for kind in SECRETS for it in kind.finditer(text)]
    return [it for it in found if not NONE_OF_ITS_OWN.fullmatch(it)]


def test_what_is_shown_holds_no_working_secret(subtests: pytest.Subtests) -> None:
    assert {
        *("postgrest.conf", "graphile.config.mjs", "relay.toml", "supabase.sql", "README.md")
    } <= {it.name for it in SHOWN}
    for file in SHOWN:
        with subtests.test(str(file.relative_to(ROOT))):
            assert secrets(file.read_text("utf-8")) == []


def test_postgrest_starts_without_a_secret_unless_it_is_given_one() -> None:
    conf = (ROOT / "schnittwerk_db/examples/postgrest.conf").read_text("utf-8")
    assert not re.findall(r"^\s*jwt-secret\b", conf, re.MULTILINE)
    assert "openssl rand -base64 48" in conf


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ('jwt-secret = "at-least-32-characters-of-your-own-secret"', "at-least-32-characters-of"),
        ("export PGRST_JWT_SECRET=at-least-32-characters", "at-least-32-characters"),
        ("# password = hunter2", "hunter2"),
        ('{"apiKey": "abc"}', "abc"),
        ("schnittwerk --dsn postgresql://book_owner:hunter2@db/book migrate", "hunter2"),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ"),
        ("Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.e30.x", "eyJhbGci"),
        ('secret = "${ACCOUNTING_SECRET}"', None),
        ('jwt-secret = "@/etc/postgrest/jwt-secret"', None),
        ('export PGRST_JWT_SECRET="$(openssl rand -base64 48)"', None),
        ("postgresql://postgres.PROJECT:PASSWORD@HOST:5432/postgres", None),
        ("twilio://${TWILIO_SID}:${TWILIO_TOKEN}@41440000000/{phone}", None),
        ('-H "Authorization: Bearer $TOKEN"', None),
        ("accessToken: async () => token", None),
    ],
)
def test_a_secret_is_known_by_its_place_or_its_look(line: str, value: str | None) -> None:
    found = secrets(line)
    assert found == [] if value is None else found[0].startswith(value)


@pytest.mark.parametrize(
    "unit", sorted(it.name for it in (ROOT / "schnittwerk_db/examples").glob("schnittwerk-*"))
)
def test_a_systemd_unit_starts_a_command_that_there_is(unit: str) -> None:
    read = configparser.ConfigParser(strict=False)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read(ROOT / "schnittwerk_db/examples" / unit)
    assert read["Unit"]["Description"]
    if unit.endswith(".timer"):
        assert read["Timer"]["OnCalendar"]
        assert Path(unit).with_suffix(".service").name in {it.name for it in SHOWN}
        return
    program, *words = shlex.split(read["Service"]["ExecStart"])
    assert program.endswith("/bin/schnittwerk")
    command: click.Command = main
    while isinstance(command, click.Group):
        command = command.commands[words.pop(0)]
    command.make_parser(click.Context(command)).parse_args(words)
