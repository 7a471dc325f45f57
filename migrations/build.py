"""Pastes the definitions in sql/ into the deploy files of the changes that are not released yet.

A change named as a folder of sql/ deploys that folder, in the order of sql/order.txt, under a
search_path of its own: what others have put into public is not found. Any other change is written
by hand and names what it takes from there:

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
BLOCK = re.compile(r"^-- include: (\S+)\n(?:(?!-- include: ).*\n)*?-- end include$", re.MULTILINE)
MARKER = re.compile(r"^-- (?:include: .*|end include)$", re.MULTILINE)


def build(root: Path) -> dict[Path, str]:
    """What the deploy files of the unreleased changes below `root` should be, by path.

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

    deploys = {}
    included = set()
    for change in plan.changes:
        path = root / "migrations/deploy" / f"{change}.sql"
        text = path.read_text("utf-8")
        if change in plan.unreleased():
            folder = [block(file) for file in order if file.startswith(f"sql/{change}/")]
            if folder:
                head = text.partition("begin;\n")[0]
                text = "\n\n".join([head + BEGIN, *folder, "commit;\n"])
            text = BLOCK.sub(lambda found: block(found[1]), text)
            deploys[path] = text
        blocks = BLOCK.findall(text)
        if len(MARKER.findall(text)) != 2 * len(blocks):
            raise ValueError(f"{path.name}: an include is not closed")
        included.update(blocks)
    if left := sorted(files - included):
        raise ValueError(f"no change includes {', '.join(left)}")
    return deploys


def main() -> int:
    """Writes what has changed, or with --check only names it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="only name what a build would change")
    check = parser.parse_args().check
    root = Path(__file__).parents[1]
    try:
        drifted = {
            path: text for path, text in build(root).items() if path.read_text("utf-8") != text
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
