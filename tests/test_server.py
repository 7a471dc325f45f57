"""The embedded server: that it is there when it is needed, whatever happened before."""

import fcntl
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest
from calls import wait_until
from psycopg.pq import PGconn, Ping

from schnittwerk_db import ServerError
from schnittwerk_db.server import EmbeddedServer
from schnittwerk_db.server_account import Account

ENSURE_RUNNING = "from schnittwerk_db.server import EmbeddedServer\n" + (
    "print(EmbeddedServer().ensure_running())"
)


@pytest.fixture
def parent(homes: Path) -> Iterator[Path]:
    """A folder for homes, one that the server's user can enter."""
    yield from _make_parent(homes)


@pytest.fixture
def server_of(parent: Path) -> Iterator[Callable[[Path], EmbeddedServer]]:
    """Gives the server of a home in `parent`, and stops it at the end."""
    servers: list[EmbeddedServer] = []

    def server_of(home: Path) -> EmbeddedServer:
        servers.append(EmbeddedServer(home))
        return servers[-1]

    yield server_of
    for server in servers:
        with suppress(ServerError):
            server.stop()


@pytest.fixture
def new_server(
    parent: Path,
    server_of: Callable[[Path], EmbeddedServer],
    monkeypatch: pytest.MonkeyPatch,
) -> EmbeddedServer:
    """The server of a home that does not exist yet, for us and for commands that we run."""
    monkeypatch.setenv("SCHNITTWERK_HOME", str(parent / "home"))
    return server_of(parent / "home")


@pytest.fixture(scope="module")
def used_server(homes: Path) -> Iterator[EmbeddedServer]:
    for parent in _make_parent(homes):
        server = EmbeddedServer(parent / "home")
        yield server
        server.stop()


@pytest.fixture
def server(used_server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch) -> EmbeddedServer:
    """A server that runs and holds an appointment, for us and for commands that we run."""
    monkeypatch.setenv("SCHNITTWERK_HOME", str(used_server.home))
    with psycopg.connect(used_server.ensure_running()) as connection:
        connection.execute("drop table if exists appointment")
        connection.execute("create table appointment as select 'Anna, 10:00' as what")
    return used_server


def _make_parent(homes: Path) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(dir=homes))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def command() -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Runs Python in a process of its own, which is ended with the test.

    In a session of its own too: the kernel hangs up on a suspended child whose parent was the
    last that tied it to the session.
    """
    started: list[subprocess.Popen[str]] = []

    def run(program: str) -> subprocess.Popen[str]:
        started.append(
            subprocess.Popen(
                [sys.executable, "-c", program],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
        )
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.communicate()


def pid_of(server: EmbeddedServer) -> int:
    pid = server.status().pid
    assert pid is not None
    return pid


def value_of(dsn: str, query: str) -> object:
    with psycopg.connect(dsn) as connection:
        row = connection.execute(query.encode()).fetchone()
        assert row is not None
        return row[0]


def has_appointment(server: EmbeddedServer) -> bool:
    return value_of(server.ensure_running(), "table appointment") == "Anna, 10:00"


def test_starts_on_first_use_and_once(new_server: EmbeddedServer) -> None:
    assert not new_server.status().running
    assert not new_server.stop()
    assert not new_server.home.exists()
    dsn = new_server.ensure_running()
    pid = pid_of(new_server)
    assert new_server.ensure_running() == dsn
    new_server.start()
    assert pid_of(new_server) == pid
    assert new_server.status().version == 18


def test_database_belongs_to_a_role_without_superuser_rights(server: EmbeddedServer) -> None:
    with psycopg.connect(server.dsn) as connection:
        role = connection.execute(
            "select current_user, rolsuper, rolcreaterole, pg_get_userbyid(datdba), datname"
            " from pg_roles, pg_database"
            " where rolname = current_user and datname = current_database()"
        ).fetchone()
    assert role == ("schnittwerk", False, True, "schnittwerk", "schnittwerk")


def test_is_durable_and_not_on_the_network(server: EmbeddedServer) -> None:
    for name, value in {
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "listen_addresses": "",
    }.items():
        assert value_of(server.dsn, f"show {name}") == value


def test_keeps_running_after_the_command_that_started_it(
    server: EmbeddedServer, command: Callable[[str], subprocess.Popen[str]]
) -> None:
    server.stop()
    told, _ = command(ENSURE_RUNNING).communicate()
    assert told.strip() == server.dsn
    assert PGconn.ping(server.dsn.encode()) == Ping.OK


def test_stops_and_keeps_the_data(server: EmbeddedServer) -> None:
    assert server.stop()
    assert not server.status().running
    assert not server.stop()
    assert has_appointment(server)


def test_survives_a_kill_of_the_server_at_work(
    server: EmbeddedServer, command: Callable[[str], subprocess.Popen[str]]
) -> None:
    client = command(
        "import psycopg\n"
        f"connection = psycopg.connect({server.dsn!r})\n"
        "print(connection.info.backend_pid, flush=True)\n"
        "connection.execute('do $$ begin loop end loop; end $$')"
    )
    assert client.stdout is not None
    busy = int(client.stdout.readline())
    wait_until(lambda: is_active(server.dsn, busy))
    os.kill(pid_of(server), signal.SIGKILL)
    wait_until(lambda: not server.status().running)
    assert has_appointment(server)
    assert busy not in {process.pid for process in server_processes(server)}


def is_active(dsn: str, pid: int) -> bool:
    query = f"select count(*) from pg_stat_activity where pid = {pid} and state = 'active'"
    return value_of(dsn, query) == 1


def test_survives_that_another_process_bears_the_number_of_the_killed_one(
    server: EmbeddedServer,
) -> None:
    pid_file = server.home / "data" / "postmaster.pid"
    lines = pid_file.read_text().split("\n")
    socket_lock = server.socket_dir / f".s.PGSQL.{server.port}.lock"
    uid = psutil.Process(int(lines[0])).uids().real
    os.kill(int(lines[0]), signal.SIGKILL)
    with subprocess.Popen(
        [sys.executable, "-c", "input()"]
        if uid == os.getuid()
        else ["setpriv", f"--reuid={uid}", "--clear-groups", "cat"],
        stdin=subprocess.PIPE,
    ) as stranger:
        for file in (pid_file, socket_lock):
            file.write_text("\n".join([str(stranger.pid), *lines[1:]]))
        assert not server.status().running
        assert has_appointment(server)
        assert stranger.poll() is None
        stranger.communicate(b"\n")


def test_survives_a_kill_of_a_client_in_a_transaction(
    server: EmbeddedServer, command: Callable[[str], subprocess.Popen[str]]
) -> None:
    pid = pid_of(server)
    client = command(
        "import psycopg\n"
        f"connection = psycopg.connect({server.dsn!r})\n"
        "connection.execute('delete from appointment')\n"
        "print('deleted', flush=True)\n"
        "input()"
    )
    assert client.stdout is not None
    assert client.stdout.readline() == "deleted\n"
    client.kill()
    client.wait()
    assert has_appointment(server)
    assert pid_of(server) == pid


@pytest.mark.parametrize(
    ("at", "kill"),
    [
        ("programs", os.kill),
        ("data.new", os.kill),
        ("data.new", os.killpg),  # and what it has started
        ("data", os.kill),
        ("run", os.kill),
    ],
)
def test_survives_a_kill_of_the_command_that_makes_it(
    new_server: EmbeddedServer,
    command: Callable[[str], subprocess.Popen[str]],
    at: str,
    kill: Callable[[int, int], None],
) -> None:
    maker = command(ENSURE_RUNNING)
    wait_until((new_server.home / at).exists)
    kill(maker.pid, signal.SIGKILL)
    maker.wait()
    assert value_of(new_server.ensure_running(), "select current_user") == "schnittwerk"
    assert not list(new_server.home.rglob("*.new"))


def test_what_a_killed_command_has_started_keeps_the_lock(
    new_server: EmbeddedServer, command: Callable[[str], subprocess.Popen[str]]
) -> None:
    """Or the next command would clear away a folder that is still written to."""
    maker = command(ENSURE_RUNNING)
    wait_until((new_server.home / "data.new").exists)
    started, *_ = wait_until(psutil.Process(maker.pid).children)
    started.suspend()  # nobody reads its output any more, of which it would die
    maker.kill()
    maker.wait()
    with (
        (new_server.home / "lock").open() as lock,
        pytest.raises(BlockingIOError),
    ):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    started.resume()
    assert value_of(new_server.ensure_running(), "select current_user") == "schnittwerk"


def test_commands_at_once_start_one_server(
    new_server: EmbeddedServer, command: Callable[[str], subprocess.Popen[str]]
) -> None:
    commands = [command(ENSURE_RUNNING) for _ in range(8)]
    told = [process.communicate()[0] for process in commands]
    assert told == [new_server.dsn + "\n"] * 8
    pid = pid_of(new_server)
    children = {process.pid for process in psutil.Process(pid).children(recursive=True)}
    assert {process.pid for process in server_processes(new_server)} == children | {pid}


def server_processes(server: EmbeddedServer) -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.cwd() == str(server.home / "data"):
                yield process


def test_start_while_another_command_stops(
    server: EmbeddedServer, command: Callable[[str], subprocess.Popen[str]]
) -> None:
    stop = command(ENSURE_RUNNING.replace("ensure_running", "stop"))
    wait_until(lambda: PGconn.ping(server.dsn.encode()) != Ping.OK)
    assert has_appointment(server)
    assert stop.communicate()[0] == "True\n"
    assert server.status().running


def test_a_socket_that_was_swept_away_comes_back(server: EmbeddedServer) -> None:
    shutil.rmtree(server.socket_dir)
    assert has_appointment(server)


def test_no_server_process_is_roots_and_no_folder_of_others_changes(
    new_server: EmbeddedServer,
) -> None:
    def modes() -> list[tuple[int, int, int]]:
        found = [folder.stat() for folder in new_server.home.parents]
        return [(it.st_mode, it.st_uid, it.st_gid) for it in found]

    before = modes()
    new_server.ensure_running()
    assert all(process.uids().effective != 0 for process in server_processes(new_server))
    assert modes() == before


def test_others_can_neither_read_the_data_nor_reach_the_socket(server: EmbeddedServer) -> None:
    for folder in (server.home / "data", server.socket_dir):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_as_root_a_home_that_the_servers_user_cannot_enter_is_refused_unchanged(
    parent: Path, server_of: Callable[[Path], EmbeddedServer]
) -> None:
    """An ordinary user is the server's user, and can."""
    (parent / "letter").touch()
    parent.chmod(0o700)
    for home in (parent, parent / "home"):
        if os.geteuid() == 0:
            with pytest.raises(ServerError, match=r"cannot be entered by .*: set SCHNITTWERK_HOME"):
                server_of(home).start()
        else:
            server_of(home).start()
    assert stat.S_IMODE(parent.stat().st_mode) == 0o700


def test_an_empty_folder_of_our_own_becomes_a_home(
    parent: Path, server_of: Callable[[Path], EmbeddedServer]
) -> None:
    parent.chmod(0o700)
    assert value_of(server_of(parent).ensure_running(), "select 1") == 1


def test_a_long_path_gets_a_private_socket_elsewhere(
    parent: Path, server_of: Callable[[Path], EmbeddedServer]
) -> None:
    server = server_of(parent / ("long" * 30))
    assert not server.socket_dir.is_relative_to(parent)
    server.socket_dir.mkdir()
    server.socket_dir.chmod(0o777)
    with pytest.raises(ServerError, match="is not the server's own: remove it"):
        server.ensure_running()
    server.socket_dir.rmdir()
    assert value_of(server.ensure_running(), "select 1") == 1
    assert stat.S_IMODE(server.socket_dir.stat().st_mode) == 0o700
    server.stop()
    shutil.rmtree(server.socket_dir)


def disk_is_full(data: Path) -> None:
    (data / "postmaster.opts").unlink()  # which every start writes
    (data / "postmaster.opts").symlink_to("/dev/full")


def data_may_not_be_written_to(data: Path) -> None:
    (data / "global" / "pg_control").chmod(0)


def data_is_of_another_version(data: Path) -> None:
    (data / "PG_VERSION").write_text("14\n")


def configuration_is_wrong(data: Path) -> None:
    (data / "postgresql.conf").write_text("shared_buffers = none\n")


@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        (disk_is_full, "No space left on device; free some space, or set SCHNITTWERK_HOME"),
        (data_may_not_be_written_to, "Permission denied; set SCHNITTWERK_HOME to a folder of"),
        (data_is_of_another_version, "is of PostgreSQL 14, but the programs are .*: move the"),
        (configuration_is_wrong, 'FATAL:  configuration file ".*postgresql.conf" contains'),
    ],
)
def test_what_keeps_it_from_starting_is_told_in_one_line(
    server: EmbeddedServer, spoil: Callable[[Path], None], line: str
) -> None:
    server.stop()
    data, sound = server.home / "data", server.home / "sound"
    data.rename(sound)
    subprocess.run(["cp", "--archive", sound, data], check=True)
    try:
        spoil(data)
        with pytest.raises(ServerError, match=line) as raised:
            server.ensure_running()
    finally:
        shutil.rmtree(data)
        sound.rename(data)
    assert "\n" not in str(raised.value)
    assert str(server.home) in str(raised.value)


def test_home_is_in_the_users_data_folder(parent: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SCHNITTWERK_HOME", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(parent))
    assert EmbeddedServer().home == parent / "schnittwerk"
    parent.chmod(0o700)
    if os.geteuid() == 0:
        assert EmbeddedServer().home == Path("/var/lib/schnittwerk")


def test_variables_meant_for_other_servers_do_no_harm(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "PGDATA": "/nowhere",
        "PGPORT": "1",
        "PGHOST": "nowhere.invalid",
        "PGUSER": "nobody",
        "PGDATABASE": "nothing",
    }.items():
        monkeypatch.setenv(name, value)
    server.stop()
    assert has_appointment(server)


def schnittwerk(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from schnittwerk_db.cli import main; main()", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_db_commands_start_stop_and_tell_of_the_server(
    server: EmbeddedServer, parent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert schnittwerk("db", "stop").stdout == "stopped\n"
    assert schnittwerk("db", "stop").stdout == "was not running\n"
    assert schnittwerk("db", "status").returncode == 3
    assert schnittwerk("db", "url").stdout == server.dsn + "\n"
    assert schnittwerk("db", "start").stdout == f"running, its data in {server.home}\n"
    assert schnittwerk("db", "status").stdout.startswith("running\n")
    told = schnittwerk("--json", "db", "status")
    assert told.returncode == 0
    assert json.loads(told.stdout)["dsn"] == server.dsn
    asked = schnittwerk("db", "psql", "-XAt", "-c", "table appointment")
    assert asked.stdout == "Anna, 10:00\n"
    (parent / "file").touch()
    monkeypatch.setenv("SCHNITTWERK_HOME", str(parent / "file"))
    refused = schnittwerk("db", "start")
    assert refused.returncode == 3
    assert refused.stderr.count("\n") == 1
    assert "Not a directory; set SCHNITTWERK_HOME to a folder" in refused.stderr


def test_where_nobody_can_be_asked_nobody_can_enter(monkeypatch: pytest.MonkeyPatch) -> None:
    """As for a root who may not act as somebody else."""
    ourselves = Account(os.geteuid(), os.getegid())
    assert ourselves.can_enter(Path("/"))
    monkeypatch.setenv("PATH", "/nonexistent")
    assert not ourselves.can_enter(Path("/"))
