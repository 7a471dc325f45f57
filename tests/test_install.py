"""What pip installs into clean environments: a client alone, the command line, everything."""

import importlib
import importlib.metadata
import json
import os
import re
import subprocess
import sys
import tomllib
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psycopg
import pytest
from conftest import Database
from salon import Salon, open_example

from schnittwerk_db import __version__
from schnittwerk_db.extras import MODULES, MissingExtraError, needs_extra

ROOT = Path(__file__).parents[1]
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
README = (ROOT / "README.md").read_text("utf-8")
INSTALLING = (ROOT / "docs/operations.md").read_text("utf-8").split("\n## Installing\n")[1]
OF_PSYCOPG = {"psycopg", "psycopg_binary", "typing_extensions"}  # as packages and as modules

# Some need a server; the others go to the same worker, so that all is built and installed once.
pytestmark = [
    pytest.mark.usefixtures("cluster"),
    pytest.mark.parametrize("cluster", [18], indirect=True, ids=["pg18"], scope="session"),
    pytest.mark.salon(by=open_example),
    pytest.mark.timeout(400),  # what is installed has to come over the network
]


@dataclass(frozen=True)
class Environment:
    """A virtual environment with nothing but our wheel and what it asks for."""

    folder: Path

    @classmethod
    def of(cls, wheel: Path, folder: Path, extras: str = "") -> Self:
        venv.create(folder, with_pip=False)  # ours installs there; it takes long to install itself
        # what is compiled here would hardly be used
        pip = ("-m", "pip", "--python", str(folder / "bin" / "python"), "install", "--no-compile")
        _run(sys.executable, *pip, f"{wheel}{extras}")
        return cls(folder)

    def python(self, program: str, *arguments: str) -> str:
        return _run(str(self.folder / "bin" / "python"), "-c", program, *arguments)

    def command(self, *arguments: str) -> str:
        return _run(str(self.folder / "bin" / "schnittwerk"), *arguments)

    def failure(self, *arguments: str) -> tuple[int, str]:
        """The exit code of a command that fails, and the one line that it prints."""
        done = _outcome(str(self.folder / "bin" / "schnittwerk"), *arguments)
        assert done.stdout == ""
        [line] = done.stderr.splitlines()
        return done.returncode, line


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = ("-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder))
    _run(sys.executable, *pip, str(ROOT))
    (built,) = folder.glob("schnittwerk_db-*.whl")
    return built


@pytest.fixture(scope="module")
def bare(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    return Environment.of(wheel, tmp_path_factory.mktemp("bare"))


@pytest.fixture(scope="module")
def with_cli(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    return Environment.of(wheel, tmp_path_factory.mktemp("cli"), "[cli]")


@pytest.fixture(scope="module")
def with_all(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    return Environment.of(wheel, tmp_path_factory.mktemp("all"), "[all]")


def _outcome(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs a program where the checkout is not."""
    return subprocess.run(
        [program, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
    )


def _run(program: str, *arguments: str) -> str:
    done = _outcome(program, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def missing(extra: str, module: str) -> str:
    return (
        f"the extra {extra} is not installed ({module} is missing):"
        f" pip install 'schnittwerk-db[{extra}]'"
    )


# The wheel


def test_wheel_holds_the_migrations_and_the_examples(wheel: Path) -> None:
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if not name.endswith("/")}
    wanted = {"schnittwerk_db/py.typed"}
    for folder in ("migrations/deploy", "migrations/revert", "migrations/verify"):
        files = list((ROOT / folder).glob("*.sql"))
        assert files
        wanted |= {f"schnittwerk_db/{folder}/{file.name}" for file in files}
    wanted |= {f"schnittwerk_db/migrations/sqitch.{it}" for it in ("conf", "plan")}
    wanted |= {
        f"schnittwerk_db/examples/{name}"
        for name in (
            *("nginx.conf", "postgrest.conf", "relay.toml", "salon.toml", "supabase.sql"),
            *(
                "schnittwerk-relay.service",
                "schnittwerk-maintain.service",
                "schnittwerk-maintain.timer",
            ),
        )
    }
    assert wanted <= packed
    assert not {name for name in packed if not name.startswith("schnittwerk_db")}


@pytest.mark.parametrize("extra", MODULES)
def test_the_modules_of_an_extra_are_those_of_its_packages(extra: str) -> None:
    distributions = importlib.metadata.packages_distributions()
    brought = {distributions[it][0].lower().replace("_", "-") for it in MODULES[extra]}
    assert brought == {re.split(r"[^\w-]", it)[0] for it in EXTRAS[extra]}


def test_all_is_every_extra_for_users_and_the_documentation_has_them() -> None:
    [every] = EXTRAS["all"]
    assert every == f"schnittwerk-db[{','.join(MODULES)}]"
    assert EXTRAS.keys() == MODULES.keys() | {"all", "test", "docs", "dev"}
    section = INSTALLING.split("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == [*MODULES, "all"]


def test_only_modules_of_an_extra_are_blamed_on_it() -> None:
    with pytest.raises(ModuleNotFoundError) as raised, needs_extra("relay"):
        importlib.import_module("schnittwerk_db.nothing")
    assert not isinstance(raised.value, MissingExtraError)


# Without extras


def test_without_extras_psycopg_is_all_that_comes_along(bare: Environment) -> None:
    told = bare.python(
        "from importlib.metadata import distributions\n"
        "for it in distributions(): print(it.metadata['Name'].replace('-', '_'))"
    )
    assert {*told.split()} - OF_PSYCOPG == {"schnittwerk_db"}


def test_the_library_has_the_version_of_its_package(bare: Environment) -> None:
    told = bare.python(
        "import importlib.metadata, schnittwerk_db\n"
        "print(schnittwerk_db.__file__)\n"
        "print(schnittwerk_db.__version__, importlib.metadata.version('schnittwerk-db'))"
    )
    file, *versions = told.split()
    assert Path(file).is_relative_to(bare.folder)
    assert versions == [__version__, __version__]


def test_without_extras_the_example_of_the_readme_books(
    bare: Environment, salon: Salon, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = README.split("```python\n")[1].split("```")[0]
    monkeypatch.setenv("SCHNITTWERK_DSN", salon.dsn)
    assert bare.python(program).endswith("+00:00 38.00 pending\n")
    assert salon.count("appointments") == 1


@pytest.mark.parametrize(
    ("library", "extra", "module"),
    [
        ("server", "server", "platformdirs"),
        ("relay", "relay", "cattrs"),
        ("relay.messages", "relay", "cattrs"),
        ("holiday_import", "holidays", "holidays"),
        ("migrate", "cli", "yoyo"),
        ("exposition", "cli", "prometheus_client"),
    ],
)
def test_without_extras_the_library_tells_what_to_install(
    bare: Environment, library: str, extra: str, module: str
) -> None:
    told = failure_in_python(bare, f"import schnittwerk_db.{library}")
    assert told.startswith(missing(extra, module))


def test_without_extras_reading_a_salon_file_needs_the_command_lines(bare: Environment) -> None:
    told = failure_in_python(bare, "from schnittwerk_db.salon_file import *; SalonFile('x', '')")
    assert told == missing("cli", "cattrs")


def test_without_extras_connecting_needs_a_dsn(bare: Environment) -> None:
    told = failure_in_python(bare, "schnittwerk_db.connect()")
    instead = ", or name a server of your own by its DSN (--dsn, SCHNITTWERK_DSN)"
    assert told == missing("server", "platformdirs") + instead


def failure_in_python(environment: Environment, statement: str) -> str:
    """The one line that is said of an extra that a statement needs."""
    told = environment.python(
        "import schnittwerk_db\n"
        f"try: {statement}\n"
        "except schnittwerk_db.MissingExtraError as error: print(error)"
    )
    [line] = told.splitlines()
    return line


def test_without_extras_the_command_tells_what_to_install(bare: Environment) -> None:
    for arguments in (["--help"], ["--json", "slots", "Men's cut"]):
        assert bare.failure(*arguments) == (1, f"Error: {missing('cli', 'click')}")


# With the command line


def test_with_the_command_line_alone_a_server_can_be_asked(
    with_cli: Environment, salon: Salon
) -> None:
    assert "Usage: schnittwerk [OPTIONS]" in with_cli.command("--help")
    asked = ("--dsn", salon.dsn, "--json")
    assert json.loads(with_cli.command(*asked, "slots", "Men's cut", "--limit", "1"))
    assert "schnittwerk_booking_attempts" in with_cli.command(*asked, "metrics", "--prometheus")
    assert json.loads(with_cli.command(*asked, "doctor"))
    assert json.loads(with_cli.command(*asked, "relay", "status"))["parked"] == []


@pytest.mark.parametrize(
    ("arguments", "extra", "module", "exit_code"),
    [
        (["slots", "Men's cut"], "server", "psutil", 3),
        (["db", "start"], "server", "psutil", 3),
        (["relay", "run", "--config", "/dev/null"], "relay", "apprise", 1),
        (
            ["holidays", "import", "--country", "CH", "--years", "2027"],
            *("holidays", "holidays", 1),
        ),
    ],
)
def test_a_command_that_needs_another_extra_says_so(
    with_cli: Environment, arguments: list[str], extra: str, module: str, exit_code: int
) -> None:
    code, line = with_cli.failure(*arguments)
    assert code == exit_code
    assert line.startswith(f"Error: {missing(extra, module)}")
    code, line = with_cli.failure("--json", *arguments)
    assert code == exit_code
    assert json.loads(line)["details"].startswith(missing(extra, module))


# With everything


def test_a_client_loads_psycopg_only_whatever_else_is_there(
    with_all: Environment, salon: Salon
) -> None:
    loaded = with_all.python(
        "import sys\n"
        "from schnittwerk_db import connect\n"
        "connect(sys.argv[1]).list_salons()\n"
        "for name, module in sys.modules.items():\n"
        "    if 'site-packages' in (getattr(module, '__file__', None) or ''):\n"
        "        print(name.partition('.')[0])",
        salon.dsn,
    )
    assert {*loaded.split()} - OF_PSYCOPG == {"schnittwerk_db"}


def test_installed_command_migrates(with_all: Environment, empty_database: Database) -> None:
    dsn = empty_database.dsn()
    with_all.command("--dsn", dsn, "migrate")
    with psycopg.connect(dsn) as connection:
        count = connection.execute(
            "select count(*) from pg_proc where pronamespace = 'schnittwerk'::regnamespace"
        ).fetchone()
    assert count is not None
    assert count[0] > 0


def test_installed_command_tells_where_its_files_are(with_all: Environment) -> None:
    examples = Path(with_all.command("examples", "--folder").rstrip("\n"))
    assert examples.is_relative_to(with_all.folder)
    told = json.loads(with_all.command("--json", "examples"))
    assert Path(told["folder"]) == examples
    names = {it["name"] for it in told["files"]}
    assert names == {it.name for it in (ROOT / "schnittwerk_db" / "examples").iterdir()}
    assert all(it["purpose"] for it in told["files"])
    assert names <= {*with_all.command("examples").split()}

    migrations = with_all.command("migrate", "--folder").rstrip("\n")
    assert Path(migrations).is_relative_to(with_all.folder)
    planned = _run("sqitch", "--chdir", migrations, "plan", "--format", "format:%n")
    assert "foundation" in planned.split()


def test_installed_relay_and_holidays_are_complete(with_all: Environment) -> None:
    with_all.python(
        "import schnittwerk_db.relay, schnittwerk_db.holiday_import, schnittwerk_db.exposition"
    )


def test_the_lock_of_the_npm_packages_serves_with_any_registry() -> None:
    lock = json.loads((ROOT / "tests/clients/package-lock.json").read_text("utf-8"))
    packages = {name: it for name, it in lock["packages"].items() if "node_modules" in name}
    assert {"node_modules/@supabase/supabase-js", "node_modules/postgraphile"} <= packages.keys()
    for name, package in packages.items():
        if not package.get("link"):
            assert "resolved" not in package, name
            assert package["integrity"], name
