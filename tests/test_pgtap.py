"""Runs the pgTAP files, each as a test and each of its assertions as a subtest."""

import os
import re
import subprocess
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
from conftest import Database

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "tests_sql").rglob("*.sql"))
# Enough to see that it makes no difference who runs them.
PROVED = ("tests_sql/create_booking", "tests_sql/find_slots", "tests_sql/schema")

_ASSERTION = re.compile(
    r"(?P<not>not )?ok \d+(?: - (?P<description>.*?))?(?: # SKIP:? (?P<skipped>.*))?"
)
_PLAN = re.compile(r"1\.\.(?P<planned>\d+)")
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


@cache
def run(file: Path, database: Database) -> Report:
    """Runs a pgTAP file by psql, as a superuser, up to its first error; once is enough."""
    psql = database.cluster.bin_dir / "psql"
    done = subprocess.run(
        [psql, "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", database.dsn("postgres"), "-f", file],
        capture_output=True,
        text=True,
        check=False,
        env=_ENVIRONMENT,
    )
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
def test_pgtap(file: Path, test_database: Database, subtests: pytest.Subtests) -> None:
    report = run(file, test_database)
    for assertion in report.assertions:
        with subtests.test(assertion.description):
            if assertion.skipped is not None:
                pytest.skip(assertion.skipped)
            assert assertion.passed, "\n".join(assertion.diagnostics)
    assert report.exit_code == 0, report.errors
    assert report.planned is not None, "the file has no plan"
    assert len(report.assertions) == report.planned


@pytest.mark.parametrize("cluster", [15], indirect=True, ids=["pg15"])
def test_pg_prove_agrees(test_database: Database) -> None:
    cluster = test_database.cluster
    done = subprocess.run(
        [
            *("pg_prove", "--verbose", "--recurse", "--ext", ".sql"),
            *("--psql-bin", cluster.bin_dir / "psql"),
            *("--host", cluster.host, "--port", str(cluster.port), "--username", "postgres"),
            *("--dbname", test_database.name, *PROVED),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=_ENVIRONMENT,
    )
    blocks = re.split(r"^(tests_sql/\S+\.sql) \.+ *$", done.stdout, flags=re.MULTILINE)[1:]
    proved = {
        file: [assertion.passed for assertion in read(output).assertions]
        for file, output in zip(blocks[::2], blocks[1::2], strict=True)
    }
    ours = {
        str(file.relative_to(ROOT)): [
            assertion.passed for assertion in run(file, test_database).assertions
        ]
        for file in FILES
        if str(file.parent.relative_to(ROOT)) in PROVED
    }
    assert proved == ours
