"""The documentation says what happens: its snippets are run, and its references are generated.

`make write-docs` writes anew what the pages show.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
import reference
import snippets
from calls import stop_clock
from conftest import Cluster, Database
from salon import Salon, open_example
from snippets import NOW, WIDTH, Runner

from schnittwerk_db.cli.session import Session

# The snippets say the same in all versions.
pytestmark = [
    pytest.mark.usefixtures("cluster"),
    pytest.mark.parametrize("cluster", [18], indirect=True, ids=["pg18"], scope="session"),
    pytest.mark.salon(by=open_example),
]

ROOT = Path(__file__).parents[1]
CLIENTS = ROOT / "tests/clients"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
GENERATED = ROOT / "docs/reference"
TEXTS = {it: it.read_text("utf-8") for it in PAGES}


def open_nothing(dsn: str) -> Salon:
    """The book before anybody has saved a salon."""
    return Salon(dsn, UUID(int=0), UUID(int=0), UUID(int=0), [])


RUN = [
    pytest.param(
        page,
        marks=[pytest.mark.salon(by=open_nothing)] if snippets.needs_no_salon(text) else [],
        id=str(page.relative_to(ROOT)),
    )
    for page, text in TEXTS.items()
    if snippets.has_programs(text)
]


def compare(page: Path, found: str) -> None:
    """Fails unless the page is what was found, or writes it."""
    if "WRITE_DOCS" in os.environ:
        page.write_text(found, "utf-8")
    assert page.read_text("utf-8") == found, "see whether it is meant, and then: make write-docs"


@pytest.mark.parametrize("page", RUN)
def test_the_snippets_of_a_page_print_what_it_shows(
    salon: Salon,
    cluster: Cluster,
    page: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with salon.connect() as owner:
        stop_clock(owner, NOW)
    monkeypatch.setattr(Session, "now", property(lambda it: NOW.astimezone(it.zone)))
    monkeypatch.setenv("SCHNITTWERK_DSN", salon.dsn)
    monkeypatch.setenv("SCHNITTWERK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", str(WIDTH))
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.chdir(tmp_path)
    runner = Runner(salon, cluster.server.bin("psql"))
    compare(page, runner.written(page.read_text("utf-8")))


@pytest.mark.parametrize("page", ["errors", "functions", "policies", "tables"])
def test_a_reference_says_what_the_catalog_says(template: Database, page: str) -> None:
    with psycopg.connect(template.dsn()) as owner:
        compare(GENERATED / f"{page}.md", getattr(reference, page)(owner))


def test_the_picture_of_the_tables_has_all_tables(template: Database) -> None:
    with psycopg.connect(template.dsn()) as owner:
        compare(ROOT / "docs/pictures/tables.svg", reference.picture(owner))


def test_the_reference_of_commands_says_what_their_help_says() -> None:
    compare(GENERATED / "commands.md", reference.commands())


def test_the_site_has_no_broken_link_and_fetches_nothing_from_elsewhere(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", tmp_path],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        check=True,
    )
    html = "".join(it.read_text("utf-8") for it in tmp_path.rglob("*.html"))
    assert html.count("<h1") >= len(PAGES) - 1
    assert not re.findall(r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=\"?(?:https?:)?//", html)
    styles = "".join(it.read_text("utf-8") for it in tmp_path.rglob("*.css"))
    assert not re.findall(r"(?:url\(|@import )[\"']?(?:https?:)?//", styles)


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_bytes()) <= 8 * 1024


def test_what_no_test_runs_has_a_reason() -> None:
    reasons = [it for text in TEXTS.values() for it in snippets.marked(text, "not run:")]
    assert reasons
    assert all(len(it.split()) > 2 for it in reasons)


def test_what_a_page_leaves_to_a_test_is_taken_by_that_test() -> None:
    left = {(it, page) for page in PAGES for it in snippets.marked(TEXTS[page], "run by")}
    assert left
    for test, page in left:
        assert f'run_by(__file__, "{page.relative_to(ROOT)}")' in (ROOT / test).read_text("utf-8")


def test_what_the_pages_show_of_outside_clients_is_what_these_run() -> None:
    run = [(CLIENTS / it).read_text() for it in ("supabase.mjs", "postgraphile.graphql")]
    shown = [snippet for text in TEXTS.values() for snippet in snippets.of_clients(text)]
    assert len(shown) >= 5
    for snippet in shown:
        assert any(snippet in it for it in run), f"no client runs this:\n{snippet}"
