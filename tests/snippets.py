"""Runs the snippets of a page of the documentation, and says what they print.

A page is Markdown. What its fences hold is run from top to bottom, on one salon:

- `console`: the lines that start with `$` are commands; the others are what they print.
- `sh`: commands. Their output is not shown.
- `sql`: statements for psql, which is one session for the whole page. A fence `text` right after it
  is what they print.
- `python`: a program. A fence `text` right after it is what it prints.
- `js`, `graphql`: what the clients of others run, in `tests/clients/`.
- `toml` with a title: a file that commands can name. Without: a salon's file, which is loaded.

A comment before a fence says how to treat it:

- `<!-- run by tests/FILE -->`: the tests in that file take it from the page, by `run_by`.
- `<!-- not run: REASON -->`: only its syntax is checked, if it is shell.
- `<!-- varies -->`: the numbers in the output differ from run to run.
- `<!-- first LINES -->`, `<!-- last LINES -->`: the page shows only a part of each output.

A page that begins with `<!-- no salon -->` is run on an empty book, any other on the example salon.

The clock shows one moment: today is `NOW`. Ids that the database makes differ from run to run, and
so the page shows others, which stand for them: those printed by one command can be typed in the
next.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid5

from salon import Salon

from schnittwerk_db.loading import load
from schnittwerk_db.salon_file import SalonFile

_ROOT = Path(__file__).parents[1]

NOW = datetime(2026, 11, 30, 14, 8, tzinfo=UTC)
TODAY = date(2026, 11, 30)
WIDTH = 80

_FENCE = re.compile(
    r"(?P<note><!-- (?P<how>not run: .+?|run by .+?|varies|(?:first|last) \d+) -->\n+)?"
    r"^```(?P<language>\w+)?(?P<title> title=\"(?P<file>[^\"]+)\")?\n"
    r"(?P<text>.*?)"
    r"^```\n"
    r"(?P<then>\n```text\n(?P<shown>.*?)^```\n)?",
    re.MULTILINE | re.DOTALL,
)
# the whole or the beginning of an id, as long as its first group
_ID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{0,12}){0,4}(?![\w-])")
_WHOLE = 36
_GROUPS = 13  # characters of the first two groups
_PAGES = UUID("5c415300-0000-4000-8000-000000000000")
_DATABASE = re.compile(r"\bbook_\d+(?P<rest>(?: \S+)*)")  # with the rest of a table's cell
_PROMPT = "$ "
_NAME = '[salon]\nname = "Schnittwerk Your Style"\ntime_zone = "Europe/Zurich"\n'
# Nothing runs these: they are output, configuration for others, or other languages.
_NOT_PROGRAMS = {None, "text", "json", "ini", "js", "graphql", "nginx"}


@dataclass
class Ids:
    """Ids as the database made them, and those that a page shows in their place."""

    shown: dict[str, str] = field(default_factory=dict)

    def hidden_in(self, output: str, *, shorten: bool = True) -> str:
        """An output with a page's ids; whole ones are shortened, if that is wanted.

        Commands print as many groups of an id as tell it apart, which are more for ids that were
        made within a millisecond. A page shows two.
        """
        return _ID.sub(lambda it: self._shown(it[0], shorten) + self._room(it, shorten), output)

    @staticmethod
    def _room(found: re.Match[str], shorten: bool) -> str:
        """What is left of an id's width in a table."""
        is_in_table = found.string[found.end() : found.end() + 1] == " "
        return " " * (len(found[0]) - _GROUPS) if shorten and is_in_table else ""

    def typed_in(self, command: str) -> str:
        """A command with the ids of the database."""
        return _ID.sub(lambda it: self._made(it[0]), command)

    def _shown(self, made: str, shorten: bool) -> str:
        known = next((it for it in self.shown if it.startswith(made) or made.startswith(it)), made)
        shown = self.shown.get(known) or str(uuid5(_PAGES, str(len(self.shown))))
        if len(made) >= len(known):  # the longer of the two tells more
            self.shown.pop(known, None)
            self.shown[made] = shown
        if not shorten:
            return shown[: len(made)]
        return shown[:8] + "…" if len(made) == _WHOLE else shown[: min(len(made), _GROUPS)]

    def _made(self, shown: str) -> str:
        for made, known in self.shown.items():
            if known.startswith(shown):
                return made
        assert len(shown) == _WHOLE, f"no command above has printed an id that begins with {shown}"
        return shown


class Psql:
    """A session of psql that is typed into."""

    _END = "-- end of the snippet"

    def __init__(self, program: Path, dsn: str) -> None:
        self._process = subprocess.Popen(
            [program, "--no-psqlrc", "--quiet", "--dbname", dsn],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={"PGTZ": "Europe/Zurich", "PGCLIENTENCODING": "UTF8", "PGOPTIONS": ""},
        )

    def run(self, text: str) -> str:
        """What the statements print, with the errors."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{text}\n\\echo '{self._END}'\n")
        self._process.stdin.flush()
        lines = iter(self._process.stdout.readline, "")
        printed = []
        for line in lines:
            if line.startswith(self._END):
                break
            printed.append(line.rstrip() + "\n")
        return "".join(printed).rstrip("\n") + "\n" if printed else ""

    def close(self) -> None:
        self._process.communicate()


@dataclass
class Runner:
    """Runs pages on a salon; the clocks of both are stopped."""

    salon: Salon
    psql_program: Path
    ids: Ids = field(default_factory=Ids)
    _psql: Psql | None = None

    def written(self, page: str) -> str:
        """The page with what its snippets print now."""
        try:
            return _FENCE.sub(self._fence, page)
        finally:
            if self._psql:
                self._psql.close()

    def _fence(self, found: re.Match[str]) -> str:
        language, text, how = found["language"], found["text"], found["how"] or ""
        if language in _NOT_PROGRAMS:
            return found[0]
        if how.startswith(("not run", "run by")):
            if language == "sh":
                subprocess.run(["sh", "-n"], input=text, text=True, check=True)
            return found[0]
        printed = found["shown"]
        if language == "console":
            text = "".join(self._console(text, how))
        elif language == "sh":
            for command in _commands(text):
                self._command(command, must_succeed=True)
        elif language == "sql":
            output = self._sql(text)
            assert "ERROR:" not in output, output
            printed = _part(output, how)
        elif language == "python":
            printed = _part(self._python(text), how)
        elif language == "toml":
            self._toml(text, found["file"])
        else:
            raise AssertionError(f"nothing runs snippets of {language}")
        if how == "varies":
            if language == "console":
                text = _steady(found["text"], text)
            elif found["shown"] is not None:
                printed = _steady(found["shown"], printed)
        then = f"\n```text\n{printed}```\n" if found["then"] else ""
        return f"{found['note'] or ''}```{language or ''}{found['title'] or ''}\n{text}```\n{then}"

    def _console(self, text: str, how: str) -> Iterator[str]:
        typed = "".join(it for it in _typed(text))
        assert typed, f"no command in {text!r}"
        for lines in re.findall(r"^\$ (?:.*\\\n)*.*\n", typed, re.MULTILINE):
            yield lines
            yield _part(self._command(lines.removeprefix(_PROMPT)), how)

    def _command(self, command: str, must_succeed: bool = False) -> str:
        program, *words = shlex.split(command.replace("\\\n", " "), comments=True)
        assert program == "schnittwerk", f"nothing runs {command!r}"
        done = self.salon.invoke(*map(self.ids.typed_in, words))
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code in ((0,) if must_succeed else (0, 1)), f"{command}: {done.output}"
        output = re.sub(r" +$", "", _DATABASE.sub(_as_book, done.output), flags=re.MULTILINE)
        return self.ids.hidden_in(output)

    def _sql(self, text: str) -> str:
        self._psql = self._psql or Psql(self.psql_program, self.salon.dsn)
        text = re.sub(r"\bcurrent_date\b", f"date '{TODAY}'", self.ids.typed_in(text))
        return self.ids.hidden_in(self._psql.run(text), shorten=False)

    def _python(self, text: str) -> str:
        program = text.replace("dt.date.today()", f"dt.date.fromisoformat('{TODAY}')")
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(compile(program, "a snippet", "exec"), {"__name__": "snippet"})
        return self.ids.hidden_in(printed.getvalue())

    def _toml(self, text: str, file: str | None) -> None:
        if file:
            Path(file).write_text(text, "utf-8")
            return
        part = SalonFile("a snippet", _NAME + text)
        assert load(self.salon.client, part).changes
        assert load(self.salon.client, part).changes == ()


def needs_no_salon(page: str) -> bool:
    """Whether a page begins with an empty book."""
    return page.startswith("<!-- no salon -->")


def has_programs(page: str) -> bool:
    """Whether a page has anything to be run or checked."""
    return any(it["language"] not in _NOT_PROGRAMS for it in _FENCE.finditer(page))


def marked(page: str, mark: str) -> list[str]:
    """What marks of a kind say: why snippets are not run, or what runs them."""
    how = [it["how"] or "" for it in _FENCE.finditer(page)]
    return [it.removeprefix(mark).strip() for it in how if it.startswith(mark)]


def run_by(test: str, page: str) -> list[str]:
    """The snippets that a page leaves to a test file, by the paths of both."""
    how = f"run by {Path(test).relative_to(_ROOT)}"
    found = _FENCE.finditer((_ROOT / page).read_text("utf-8"))
    return [it["text"] for it in found if it["how"] == how]


def of_clients(page: str) -> list[str]:
    """The snippets that clients of others run."""
    return [it["text"] for it in _FENCE.finditer(page) if it["language"] in ("js", "graphql")]


def _as_book(found: re.Match[str]) -> str:
    """The test's database under the name that a reader's has, as wide as it was."""
    return f"book{found['rest']}".ljust(len(found[0]))


def _typed(text: str) -> Iterator[str]:
    """What somebody types in a console, line by line: commands, and where they go on."""
    goes_on = False
    for line in text.splitlines(keepends=True):
        if goes_on or line.startswith(_PROMPT):
            yield line
            goes_on = line.endswith("\\\n")


def _commands(text: str) -> list[str]:
    """The commands of a shell snippet."""
    return [it for it in re.split(r"(?<!\\)\n", text) if it.strip() and not it.startswith("#")]


def _part(output: str, how: str) -> str:
    """What a page shows of an output."""
    which, _, count = how.partition(" ")
    lines = output.splitlines(keepends=True)
    if which == "first" and len(lines) > int(count):
        return "".join(lines[: int(count)]) + "…\n"
    if which == "last" and len(lines) > int(count):
        return "…\n" + "".join(lines[-int(count) :])
    return output


def _steady(before: str, now: str) -> str:
    """What stands in the page, if it differs from what is printed now in nothing but numbers."""
    before_shape, now_shape = (re.sub(r"[\d.,]+| +|─+|-{2,}", "#", it) for it in (before, now))
    return before if before_shape == now_shape else now
