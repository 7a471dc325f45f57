"""Writes the scripts of the changes that are not released yet from the definitions in sql/.

A change named as a folder of sql/ deploys that folder, in the order of sql/order.txt, verifies that
each of its objects is there, and drops them in reverse to revert. Each script sets its own
search_path, so that it finds nothing that others have put into public. Any other change is
written by hand and names the files of sql/ that it includes:

    -- include: sql/booking/book.sql
    -- end include

Changes up to the last tag of sqitch.plan are frozen. With --check nothing is written: the files
that a build would change are named, and the exit code is 1 if there are any.
"""

import argparse
import re
import sys
from pathlib import Path

from schnittwerk_db.plan import read_plan

BEGIN = "begin;\n\nset local search_path to pg_catalog, pg_temp;"
CREATED = re.compile(
    r"^create (?:unlogged |constraint )?"
    r"(?P<kind>schema|table|view|type|domain|function|trigger|policy)"
    r" (?P<name>(?!if )[\w.]+)(?P<of_trigger>\(\)\nreturns trigger\b)?"
    r"(?:(?=[^;]*?\bon (?P<table>[\w.]+)))?",
    re.MULTILINE,
)
REGISTRY = {
    "schema": "regnamespace",
    "table": "regclass",
    "view": "regclass",
    "type": "regtype",
    "domain": "regtype",
    "function": "regproc",
}
BLOCK = re.compile(r"^-- include: (\S+)\n(?:(?!-- include: ).*\n)*?-- end include$", re.MULTILINE)
MARKER = re.compile(r"^-- (?:include: .*|end include)$", re.MULTILINE)


def verify(created: list[re.Match[str]]) -> str:
    """The statements that fail unless every created object exists."""
    named = [
        f"  '{it['name']}'::{REGISTRY[it['kind']]}" for it in created if it["kind"] in REGISTRY
    ]
    on_tables = [
        f"select 1 / count(*) from pg_{it['kind']} o where o.{column} = '{it['table']}'::regclass"
        f" and o.{name} = '{it['name']}';"
        for it in created
        for column, name in [
            ("tgrelid", "tgname") if it["kind"] == "trigger" else ("polrelid", "polname")
        ]
        if it["kind"] not in REGISTRY
    ]
    return "\n\n".join(
        ["select\n" + ",\n".join(named) + ";", *filter(None, ["\n".join(on_tables)])]
    )


def revert(created: list[re.Match[str]]) -> str:
    """The statements that drop the created objects, the last one first."""
    return "\n".join(
        f"drop {it['kind']} {it['name']}"
        + (f" on {it['table']}" if it["kind"] not in REGISTRY else "")
        # also drops the triggers of partitions made since
        + (" cascade;" if it["of_trigger"] else ";")
        for it in reversed(created)
    )


def build(root: Path) -> dict[Path, str]:
    """What the scripts of the unreleased changes below `root` should be, by path.

    Raises:
        ValueError: sql/ and sql/order.txt differ, a file of sql/ is in no change, or an include is
            not closed or names no file.
    """
    plan = read_plan(root / "migrations")
    order = [f"sql/{line}" for line in (root / "sql/order.txt").read_text("utf-8").split()]
    files = {path.relative_to(root).as_posix() for path in root.glob("sql/**/*.sql")}
    if odd := sorted(files.symmetric_difference(order)):
        raise ValueError(f"in sql/ or in sql/order.txt, but not in both: {', '.join(odd)}")

    def block(path: str) -> str:
        if path not in files:
            raise ValueError(f"an include names {path}, which does not exist")
        return f"-- include: {path}\n{(root / path).read_text('utf-8').strip()}\n-- end include"

    def script(action: str, change: str, *parts: str) -> str:
        head = f"-- {action.capitalize()} {plan.project}:{change}"
        return "\n\n".join([head, BEGIN, *parts]) + "\n"

    scripts = {}
    included = set()
    for change in plan.changes:
        path = root / "migrations/deploy" / f"{change}.sql"
        folder = [file for file in order if file.startswith(f"sql/{change}/")]
        text = path.read_text("utf-8") if path.exists() or not folder else ""
        if change in plan.unreleased():
            if folder:
                text = script("deploy", change, *map(block, folder), "commit;")
                created = list(CREATED.finditer(text))
                for action, of, end in (
                    ("verify", verify, "rollback;"),
                    ("revert", revert, "commit;"),
                ):
                    scripts[root / "migrations" / action / path.name] = script(
                        action, change, of(created), end
                    )
            text = BLOCK.sub(lambda found: block(found[1]), text)
            scripts[path] = text
        blocks = BLOCK.findall(text)
        if len(MARKER.findall(text)) != 2 * len(blocks):
            raise ValueError(f"{path.name}: an include is not closed")
        included.update(blocks)
    if left := sorted(files - included):
        raise ValueError(f"no change includes {', '.join(left)}")
    return scripts


def main() -> int:
    """Writes what has changed, or with --check only names it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="only name what a build would change")
    check = parser.parse_args().check
    root = Path(__file__).parents[1]
    try:
        drifted = {
            path: text
            for path, text in build(root).items()
            if not path.exists() or path.read_text("utf-8") != text
        }
    except ValueError as error:
        sys.exit(str(error))
    for path, text in drifted.items():
        print(path.relative_to(root))
        if not check:
            path.write_text(text, "utf-8")
    return 1 if check and drifted else 0


if __name__ == "__main__":
    sys.exit(main())
