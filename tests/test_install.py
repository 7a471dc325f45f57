"""What `pip install .` gives in a clean environment: the command, the library and the SQL."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import psycopg
import pytest
from conftest import Database

ROOT = Path(__file__).parents[1]

# One needs a server; the others go to the same worker, so that all is built and installed once.
pytestmark = [
    pytest.mark.usefixtures("cluster"),
    pytest.mark.parametrize("cluster", [18], indirect=True, ids=["pg18"], scope="session"),
    pytest.mark.timeout(400),  # what is installed has to come over the network
]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", folder, ROOT)
    (built,) = folder.glob("schnittwerk_db-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a new virtual environment that nothing but the wheel was put into."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False)  # ours installs there; it takes long to install itself
    python = folder / "bin" / "python"
    # what is compiled here would hardly be used
    _run(sys.executable, "-m", "pip", "--python", python, "install", "--no-compile", wheel)
    return folder / "bin"


def _run(program: str | Path, *arguments: str | Path) -> str:
    """Runs a program where the checkout is not."""
    done = subprocess.run(
        [program, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_wheel_holds_the_migrations_and_the_examples(wheel: Path) -> None:
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if not name.endswith("/")}
    wanted = {"schnittwerk_db/py.typed"}
    for folder in ("migrations/deploy", "migrations/revert", "migrations/verify"):
        files = list((ROOT / folder).glob("*.sql"))
        assert files
        wanted |= {f"schnittwerk_db/{folder}/{file.name}" for file in files}
    wanted |= {"schnittwerk_db/migrations/sqitch.plan"}
    wanted |= {
        f"schnittwerk_db/examples/{name}"
        for name in ("nginx.conf", "postgrest.conf", "relay.toml", "salon.toml", "supabase.sql")
    }
    assert wanted <= packed
    assert not {name for name in packed if not name.startswith("schnittwerk_db")}


def test_installed_library_is_the_wheels(installed: Path) -> None:
    told = _run(installed / "python", "-c", "import schnittwerk_db; print(schnittwerk_db.__file__)")
    assert Path(told).is_relative_to(installed.parent)


def test_installed_command_migrates(installed: Path, empty_database: Database) -> None:
    dsn = empty_database.dsn()
    _run(installed / "schnittwerk", "--dsn", dsn, "migrate")
    with psycopg.connect(dsn) as connection:
        count = connection.execute(
            "select count(*) from pg_proc where pronamespace = 'schnittwerk'::regnamespace"
        ).fetchone()
    assert count is not None
    assert count[0] > 0
