"""Where the books are: on a given server, or on an embedded one of the bench."""

import os
import platform
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from schnittwerk_db.errors import ServerError
from schnittwerk_db.server import EmbeddedServer, embedded_bin_dir

# As in production: the book fits into memory, and a commit waits for the disk.
_SETTINGS = {
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "fsync": "on",
    "synchronous_commit": "on",
}


@dataclass(frozen=True)
class Place:
    """A server to measure on.

    Attributes:
        admin_dsn: for a role that may create databases.
        owner_dsn: for the role that owns the books and measures them.
        owner: the name of that role.
        programs: the folder of pgbench.
    """

    admin_dsn: str
    owner_dsn: str
    owner: str
    programs: Path

    @contextmanager
    def administer(self) -> Iterator[psycopg.Connection]:
        with psycopg.connect(self.admin_dsn, autocommit=True) as connection:
            yield connection

    def machine(self) -> str:
        """The server and its processor, in words."""
        with self.administer() as admin:
            version = admin.info.parameter_status("server_version")
        found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text("utf-8"))
        cpu = found[1] if found else platform.processor()
        return f"PostgreSQL {version}, {cpu}, {os.cpu_count()} cores"


@contextmanager
def open_place(dsn: str | None, major: int) -> Iterator[Place]:
    """Yields the server that the DSN names, else an embedded one of the major version.

    Raises:
        ServerError: that version is not installed, or the server does not start.
    """
    if dsn is not None:
        with psycopg.connect(dsn) as connection:
            owner = connection.info.user
        yield Place(dsn, dsn, owner, embedded_bin_dir())
        return
    programs = embedded_bin_dir() if major == 18 else Path(f"/usr/lib/postgresql/{major}/bin")
    if not (programs / "postgres").exists():
        raise ServerError(f"missing Debian packages, please install them: postgresql-{major}")
    server = EmbeddedServer(
        EmbeddedServer().home / "bench" / f"pg{major}",
        bin_dir=None if major == 18 else programs,
        settings=_SETTINGS,
    )
    server.start()
    try:
        admin = server.url("postgres", "postgres")
        yield Place(admin, server.dsn, "schnittwerk", programs)
    finally:
        server.stop()
