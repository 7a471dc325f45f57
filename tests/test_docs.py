"""The pages of docs/ say what happens: their snippets are run, one after the other."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from calls import stop_clock
from salon import Salon, open_example

from schnittwerk_db.loading import load
from schnittwerk_db.salon_file import SalonFile

# The snippets say the same in all versions.
pytestmark = [
    pytest.mark.usefixtures("cluster"),
    pytest.mark.parametrize("cluster", [18], indirect=True, ids=["pg18"], scope="session"),
    pytest.mark.salon(by=open_example),
]

DOCS = Path(__file__).parents[1] / "docs"
SNIPPET = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
UUID = re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b")
NOW = "2026-11-30T14:08Z"
NAME = '[salon]\nname = "Schnittwerk Your Style"\ntime_zone = "Europe/Zurich"\n'


@pytest.mark.parametrize("page", sorted(it.name for it in DOCS.glob("*.md")))
def test_the_snippets_of_a_page_run(salon: Salon, page: str) -> None:
    run(salon, page, (DOCS / page).read_text("utf-8"))


def test_the_snippets_about_prices_run(salon: Salon) -> None:
    readme = (DOCS.parent / "README.md").read_text("utf-8")
    run(salon, "README.md", readme.split("\n## Prices\n")[1].split("\n## ")[0])


def run(salon: Salon, page: str, content: str) -> None:
    """Runs the snippets of a page, which all are to do what it says."""
    with salon.connect() as owner:
        stop_clock(owner, NOW)
    for language, text in SNIPPET.findall(content):
        if language == "console":
            told = [
                f"$ {line}\n{shown(salon.invoke(*shlex.split(line)[1:]).output)}"
                for line in typed(text)
            ]
            assert "".join(told) == text
        elif language == "sql":
            for statement in re.findall(r"(.+?);$", text, re.MULTILINE | re.DOTALL):
                [answer] = [it for row in salon.execute(statement) for it in row.values()]
                assert answer["success"], answer
        elif language == "toml":
            file = SalonFile(page, NAME + text)
            assert load(salon.client, file).changes
            assert load(salon.client, file).changes == ()
        else:
            pytest.fail(f"nothing runs snippets of {language}")


def shown(output: str) -> str:
    """What a page shows of an output: of ids, which are others each time, that there is one."""
    return UUID.sub("01a22cc9-9449-7138…", output)


def typed(text: str) -> list[str]:
    """What somebody types in a console."""
    return [line.removeprefix("$ ") for line in text.splitlines() if line.startswith("$ ")]
