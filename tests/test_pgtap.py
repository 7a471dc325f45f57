"""Runs the pgTAP files, each as a test and each of its assertions as a subtest."""

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from conftest import Database, make

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "tests_sql").rglob("*.sql"))
# Enough to see that it makes no difference who runs them.
PROVED = [it for it in FILES if it.parent.name in ("create_booking", "find_slots", "schema")]
ARRANGING = [it for it in FILES if it.parent.name == "get_appointment"]

# Arranging the salon takes longer than most files do with it.
ARRANGE = """
begin;
select plan(0);
\\i tests_sql/fixture.psql
commit;
"""
FIXTURE = "\\ir ../fixture.psql\n"
VARIABLES = ("salon", "anna", "ben", "haircut", "color", "carla", "dora")

_ASSERTION = re.compile(
    r"(?P<not>not )?ok \d+(?: - (?P<description>.*?))?(?: # SKIP:? (?P<skipped>.*))?"
)
_PLAN = re.compile(r"1\.\.(?P<planned>\d+)")
# Labels that say little without those before them: "once", "nor a blank one", "the status too".
_LEANS = re.compile(
    r"\S*( \S+)?|.*\b(as well|either|neither|too)|(also|and|but|its?|nor|not|or|so|than|their|then"
    r"|these|they|this|those|unless|until|which|whose?)\b.*"
)
_ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith("PG")}


@dataclass
class Assertion:
    description: str
    passed: bool
    skipped: str | None
    diagnostics: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Report:
    """What a file said: its plan, null where it has none, and its assertions."""

    planned: int | None
    assertions: list[Assertion]
    exit_code: int
    errors: str


@dataclass(frozen=True)
class Databases:
    """One without anything in it, and one with the salon of the fixture, whose variables follow."""

    empty: Database
    arranged: Database
    salon: tuple[str, ...]


def psql(database: Database, *options: str | Path, script: str = "") -> CompletedProcess[str]:
    """Runs psql as a superuser, up to the first error."""
    return subprocess.run(
        [
            *(database.cluster.bin_dir / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1"),
            *("-d", database.dsn("postgres"), *options),
        ],
        input=script,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=_ENVIRONMENT,
    )


@pytest.fixture(scope="session")
def databases(template: Database, test_database: Database) -> Iterator[Databases]:
    for arranged in make(template.cluster, "book_arranged", template):
        echoes = "".join(f"\\echo {name}=:{name}\n" for name in VARIABLES)
        done = psql(arranged, script=ARRANGE + echoes)
        assert done.returncode == 0, done.stderr
        told = done.stdout.splitlines()[-len(VARIABLES) :]
        yield Databases(test_database, arranged, tuple(told))


@cache
def run(file: Path, databases: Databases) -> Report:
    """Runs a pgTAP file; once is enough."""
    if FIXTURE in file.read_text("utf-8"):
        variables = [option for variable in databases.salon for option in ("-v", variable)]
        done = psql(databases.arranged, *variables, "-f", file)
    else:
        done = psql(databases.empty, "-f", file)
    return read(done.stdout, exit_code=done.returncode, errors=done.stderr)


def read(output: str, exit_code: int = 0, errors: str = "") -> Report:
    """Reads the output of a pgTAP file; only what begins like TAP is taken for TAP."""
    planned: int | None = None
    assertions: list[Assertion] = []
    for line in output.splitlines():
        if plan := _PLAN.fullmatch(line):
            planned = int(plan["planned"])
        elif assertion := _ASSERTION.fullmatch(line):
            assertions.append(
                Assertion(
                    assertion["description"] or "",
                    passed=assertion["not"] is None,
                    skipped=assertion["skipped"],
                )
            )
        elif line.startswith("#") and assertions:
            assertions[-1].diagnostics.append(line)
    return Report(planned, assertions, exit_code, errors)


@pytest.mark.parametrize(
    "file", FILES, ids=lambda file: str(file.relative_to(ROOT / "tests_sql").with_suffix(""))
)
def test_pgtap(file: Path, databases: Databases, subtests: pytest.Subtests) -> None:
    report = run(file, databases)
    for assertion in report.assertions:
        with subtests.test(assertion.description):
            if assertion.skipped is not None:
                pytest.skip(assertion.skipped)
            assert assertion.passed, "\n".join(assertion.diagnostics)
    assert report.exit_code == 0, report.errors
    assert report.planned is not None, "the file has no plan"
    assert len(report.assertions) == report.planned
    labels = [each.description for each in report.assertions if each.skipped is None]
    unclear = [label for label in labels if _LEANS.fullmatch(label) or labels.count(label) > 1]
    assert not unclear, "these labels repeat, or cannot be understood without their neighbours"


@pytest.mark.parametrize("cluster", [15], indirect=True, ids=["pg15"])
def test_pg_prove_agrees(databases: Databases) -> None:
    arranged = [f"--set={variable}" for variable in databases.salon]
    with_salon = [file for file in PROVED if FIXTURE in file.read_text("utf-8")]
    without = [file for file in PROVED if file not in with_salon]
    proved = {
        **prove(databases.arranged, *arranged, *with_salon),
        # a file arranges the salon by itself where nothing else has
        **prove(databases.empty, *without, *ARRANGING),
    }
    ours = {
        file: [assertion.passed for assertion in run(file, databases).assertions]
        for file in (*PROVED, *ARRANGING)
    }
    assert proved == ours


def prove(database: Database, *arguments: str | Path) -> dict[Path, list[bool]]:
    """Runs pg_prove; returns which assertions passed, by file."""
    cluster = database.cluster
    done = subprocess.run(
        [
            *("pg_prove", "--verbose", "--psql-bin", cluster.bin_dir / "psql"),
            *("--host", cluster.host, "--port", str(cluster.port), "--username", "postgres"),
            *("--dbname", database.name, *arguments),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=_ENVIRONMENT,
    )
    blocks = re.split(r"^(/\S+\.sql) \.+ *$", done.stdout, flags=re.MULTILINE)[1:]
    return {
        Path(file): [assertion.passed for assertion in read(output).assertions]
        for file, output in zip(blocks[::2], blocks[1::2], strict=True)
    }
