"""build.py keeps the deploy files saying what sql/ says, until they are released."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def build(tree: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, tree / "migrations/build.py", *options],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of what build.py works on, built."""
    for folder in ("sql", "migrations"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    build(tmp_path)
    return tmp_path


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)


def release(tree: Path, change: str) -> None:
    """Tags the plan after a change."""
    plan = tree / "migrations/sqitch.plan"
    lines = plan.read_text().splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith(f"{change} "))
    lines.insert(at + 1, "@v1 2027-01-01T00:00:00Z Somebody <somebody@example.org> # released")
    plan.write_text("\n".join(lines) + "\n")


def test_the_deploy_files_are_built() -> None:
    done = build(ROOT, "--check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_drift_is_named_and_built_away(tree: Path) -> None:
    append(tree / "sql/foundation/clock.sql", "-- edited\n")
    build(tree, "--check")
    check = build(tree, "--check")
    assert (check.returncode, check.stdout) == (1, "migrations/deploy/foundation.sql\n")
    assert build(tree).returncode == 0
    assert "-- edited\n" in (tree / "migrations/deploy/foundation.sql").read_text()
    assert build(tree, "--check").returncode == 0


def test_a_new_file_joins_the_change_named_as_its_folder(tree: Path) -> None:
    (tree / "sql/access/new.sql").write_text("select 'new';\n")
    append(tree / "sql/order.txt", "access/new.sql\n")
    assert build(tree).returncode == 0
    deploy = (tree / "migrations/deploy/access.sql").read_text()
    assert deploy.endswith(
        "-- include: sql/access/new.sql\nselect 'new';\n-- end include\n\ncommit;\n"
    )


def test_released_changes_are_frozen(tree: Path) -> None:
    release(tree, "access")
    append(tree / "sql/foundation/clock.sql", "-- edited\n")
    append(tree / "sql/access/enter.sql", "-- edited\n")
    append(tree / "sql/catalog/customers.sql", "-- edited\n")
    assert build(tree, "--check").stdout == "migrations/deploy/catalog.sql\n"


def test_a_change_written_by_hand_takes_what_it_names(tree: Path) -> None:
    release(tree, "compat")
    plan = tree / "migrations/sqitch.plan"
    append(plan, "faster_clock 2027-01-02T00:00:00Z Somebody <somebody@example.org> # x\n")
    deploy = tree / "migrations/deploy/faster_clock.sql"
    deploy.write_text(
        "begin;\nselect 1;\n-- include: sql/foundation/clock.sql\n-- end include\nselect 2;\n"
        "commit;\n"
    )
    assert build(tree).stdout == "migrations/deploy/faster_clock.sql\n"
    clock = (ROOT / "sql/foundation/clock.sql").read_text().strip()
    assert (
        f"select 1;\n-- include: sql/foundation/clock.sql\n{clock}\n-- end include\nselect 2;"
        in (deploy.read_text())
    )


@pytest.mark.parametrize(
    ("path", "text", "complaint"),
    [
        ("sql/access/stray.sql", "select 1;", "in sql/ or in sql/order.txt, but not in both"),
        ("sql/order.txt", "access/gone.sql\n", "in sql/ or in sql/order.txt, but not in both"),
    ],
)
def test_sql_and_its_order_list_the_same_files(
    tree: Path, path: str, text: str, complaint: str
) -> None:
    with (tree / path).open("a") as file:
        file.write(text)
    done = build(tree, "--check")
    assert done.returncode == 1
    assert complaint in done.stderr


@pytest.mark.parametrize(
    ("deploy", "complaint"),
    [
        ("-- include: sql/gone.sql\n-- end include\n", "an include names sql/gone.sql"),
        ("-- include: sql/foundation/clock.sql\n", "by_hand.sql: an include is not closed"),
    ],
)
def test_includes_name_files_and_are_closed(tree: Path, deploy: str, complaint: str) -> None:
    plan = tree / "migrations/sqitch.plan"
    append(plan, "by_hand 2027-01-02T00:00:00Z Somebody <somebody@example.org> # x\n")
    (tree / "migrations/deploy/by_hand.sql").write_text(f"begin;\n{deploy}commit;\n")
    done = build(tree)
    assert done.returncode == 1
    assert complaint in done.stderr


def test_every_file_is_in_a_change(tree: Path) -> None:
    release(tree, "compat")
    (tree / "sql/access/new.sql").write_text("select 'new';\n")
    append(tree / "sql/order.txt", "access/new.sql\n")
    done = build(tree)
    assert done.returncode == 1
    assert "no change includes sql/access/new.sql" in done.stderr
