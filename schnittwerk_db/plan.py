"""Reads sqitch.plan: a sqitch project's changes in order, their dependencies and tags."""

import re
from dataclasses import dataclass
from pathlib import Path

_ENTRY = re.compile(
    r"""(?P<tag>@)? (?:\+\s*)? (?P<name>\w[^\s@:#\\]*)
    (?:\s+ \[(?P<dependencies>[^]]*)\])?
    \s+ \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ  \s+ [^<]+\s<[^>]+>  # when planned, and by whom
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class Plan:
    """A sqitch project: its name, its changes in order, and for every tag the change it follows."""

    project: str
    changes: list[str]
    tags: dict[str, str]

    def unreleased(self) -> list[str]:
        """The changes after the last tag: those that may still be edited."""
        released = self.until("@" + list(self.tags)[-1]) if self.tags else []
        return self.changes[len(released) :]

    def until(self, to: str) -> list[str]:
        """The changes up to and including `to`, a change or @tag; raises KeyError if unknown."""
        last = self.tags[to[1:]] if to.startswith("@") else to
        if last not in self.changes:
            raise KeyError(to)
        return self.changes[: self.changes.index(last) + 1]


def read_plan(directory: Path) -> Plan:
    """Reads the plan of the sqitch project in `directory`.

    Raises:
        ValueError: a line is not sqitch's, or a dependency does not hold; a change that is reworked
            or requires another project is refused, too.
    """
    pragmas: dict[str, str] = {}
    changes: list[str] = []
    tags: dict[str, str] = {}
    text = (directory / "sqitch.plan").read_text("utf-8")
    for number, line in enumerate(text.splitlines(), 1):
        where = f"sqitch.plan, line {number}"
        line = line.partition("#")[0].strip()
        if not line:
            continue
        if line.startswith("%"):
            key, _, value = line[1:].partition("=")
            pragmas[key.strip()] = value.strip()
            continue
        entry = _ENTRY.fullmatch(line)
        if entry is None:
            raise ValueError(f"{where}: neither a change nor a tag: {line}")
        name = entry["name"]
        if name in (tags if entry["tag"] else changes):
            raise ValueError(f"{where}: {name} is there twice")
        if entry["tag"] and not changes:
            raise ValueError(f"{where}: tag {name} follows no change")
        for dependency in (entry["dependencies"] or "").split():
            required = dependency.removeprefix("!").removeprefix(f"{pragmas['project']}:")
            change, _, tag = required.partition("@")
            known = (not change or change in changes) and (not tag or tag in tags)
            if known == dependency.startswith("!"):
                raise ValueError(f"{where}: the changes before {name} break its [{dependency}]")
        if entry["tag"]:
            tags[name] = changes[-1]
        else:
            changes.append(name)
    return Plan(pragmas["project"], changes, tags)
