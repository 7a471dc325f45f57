"""A server of one's own: what the pages say of it, done on a cluster as Debian makes it."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from programs import free_port, listening, substituted
from snippets import run_by

from schnittwerk_db import connect
from schnittwerk_db.server_account import Account

END = "-- end of the script"
POOLER = Path("/usr/sbin/pgbouncer")
# Not a name that a cluster of the machine has: stopping it removes that one's PID file.
CLUSTER = ("15", f"schnittwerk{os.getpid()}")

# createuser asks twice for the password of a new role; other commands read nothing.
SUDO = """#!/bin/sh
shift 2 # -u postgres
export PGHOST={home}/run
printf 'PASSWORD\\nPASSWORD\\n' | {become} "$@"
"""

# The roles belong to the cluster: without them, and without the database, it is another one.
ANOTHER_CLUSTER = """
sudo -u postgres dropdb book
for role in book_owner schnittwerk_anon schnittwerk_user schnittwerk_service schnittwerk_gateway; do
  sudo -u postgres dropuser "$role"
done
"""
ANOTHER_DATABASE = """
sudo -u postgres dropdb book
sudo -u postgres createdb --owner=book_owner book
"""
CONTENTS = "pg_dump --data-only postgresql://book_owner@localhost/book | sed '/restrict/d'"
JOB = "select command from cron.job where database = 'book' and username = 'book_owner'"


@dataclass(frozen=True)
class Debian:
    """A cluster with the settings that Debian gives it, and its administrator's shell."""

    home: Path
    port: int
    account: Account

    def run(self, *scripts: str) -> list[str]:
        """What scripts print, one after the other in one shell; none may fail."""
        strange = ("PG", "SCHNITTWERK_")  # what the machine says of other servers
        settings = {it: os.environ[it] for it in os.environ if not it.startswith(strange)} | {
            "HOME": str(self.home / "user"),
            "PATH": f"{self.home}/bin:/usr/lib/postgresql/15/bin:/usr/sbin:{os.defpath}",
            "PGPORT": str(self.port),
            "SQITCH_FULLNAME": "A Tester",
            "SQITCH_EMAIL": "tester@example.org",
        }
        done = subprocess.run(
            ["bash", "-euxo", "pipefail", "-c", f"\necho {END}\ncd\n".join(scripts)],
            cwd=self.home / "user",
            env=settings,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            start_new_session=True,  # without a terminal a password is read from stdin
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.split(f"{END}\n")

    def dsn(self, role: str, port: int | None = None) -> str:
        return f"postgresql://{role}:PASSWORD@localhost:{port or self.port}/book"

    @contextmanager
    def pooler(self, settings: str, users: str) -> Iterator[int]:
        """Starts pgbouncer with the files of the page; yields its port."""
        port = free_port()
        folder = self.home / "pooler"
        folder.mkdir()
        settings = substituted(settings, "host=localhost", f"host=localhost port={self.port}")
        settings = substituted(settings, "6432", str(port))
        settings = substituted(settings, "/etc/pgbouncer", str(folder))
        # One connection to the server, which all clients share.
        (folder / "pgbouncer.ini").write_text(f"{settings}default_pool_size = 1\nunix_socket_dir =")
        (folder / "userlist.txt").write_text(users)
        # it refuses to run as root
        ids = (self.account.uid, self.account.gid) if os.geteuid() == 0 else None
        with listening([POOLER, folder / "pgbouncer.ini"], port, folder / "log", ids):
            yield port


@pytest.fixture
def debian(homes: Path) -> Iterator[Debian]:
    home = homes / "debian"
    debian = Debian(home, free_port(), Account.for_server(home / "data"))
    for folder in ("bin", "etc", "user"):
        (home / folder).mkdir(parents=True)
    debian.account.take(home / "etc")
    become = f"runuser -u {debian.account.name} --" if os.geteuid() == 0 else ""
    (home / "bin/sudo").write_text(SUDO.format(home=home, become=become))
    (home / "bin/sudo").chmod(0o755)

    def run(program: str, *options: str | Path) -> None:
        environment = os.environ | {"PG_CLUSTER_CONF_ROOT": str(home / "etc")}
        done = subprocess.run([program, *options], env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    run(
        *("pg_createcluster", "--user", debian.account.name, "--port", str(debian.port)),
        *("--datadir", home / "data", "--socketdir", home / "run", "--logfile", home / "log"),
        *("--start-conf", "manual", "--locale", "C.UTF-8", "--pgoption", "fsync=off"),
        *("--pgoption", f"external_pid_file={home}/run/pid"),
        *(*CLUSTER, "--", "--no-sync"),
    )
    [_, _, preload, *_] = run_by(__file__, "docs/operations.md")
    with home.joinpath("etc", *CLUSTER, "postgresql.conf").open("a") as settings:
        settings.write(preload)
    run("pg_ctlcluster", "--skip-systemctl-redirect", *CLUSTER, "start")
    try:
        yield debian
    finally:
        run("pg_ctlcluster", "--skip-systemctl-redirect", *CLUSTER, "stop", "--mode", "fast")
        shutil.rmtree(home)


def test_the_pages_set_up_a_server_back_it_up_and_upgrade_it(debian: Debian) -> None:
    activate, read_me = run_by(__file__, "README.md")
    activate = substituted(activate, ".venv", sys.prefix)
    operations = run_by(__file__, "docs/operations.md")
    set_up, with_sqitch, _, cron, dump, restore, settings, users, pooled, upgrade = operations
    [dashboard] = run_by(__file__, "docs/monitoring.md")

    *_, before, _, _, _, after, _, upgraded, _, job = debian.run(
        activate,
        set_up,
        ANOTHER_DATABASE,
        with_sqitch,
        ANOTHER_CLUSTER,
        read_me,
        CONTENTS,
        dump,
        ANOTHER_CLUSTER,
        restore,
        CONTENTS,
        "schnittwerk rollback --to api --yes",
        upgrade,
        f"sudo -u postgres psql postgres --command {shlex.quote(cron)}",
        f"sudo -u postgres psql postgres -At --command {shlex.quote(JOB)}",
    )
    assert "Anna Keller" in before
    assert after == before
    assert upgraded == "compat would be deployed\ncompat deployed\n"

    with pytest.raises(psycopg.OperationalError, match="Peer authentication failed"):
        psycopg.connect(f"postgresql://book_owner@/book?host={debian.home}/run&port={debian.port}")

    with psycopg.connect(debian.dsn("book_owner"), autocommit=True) as owner:
        [answers] = owner.execute(job.encode())
        assert [it["success"] for it in answers] == [True] * 3
        owner.execute(dashboard.encode())
        owner.execute("alter role grafana password 'PASSWORD'")
    with psycopg.connect(debian.dsn("grafana")) as grafana:
        assert grafana.execute("select status from booking_operations").fetchall() == []

    with debian.pooler(settings, users) as port:
        debian.run(activate, substituted(pooled, "6432", str(port)))
        dsn = debian.dsn("book_owner", port)
        with connect(dsn) as service, connect(dsn, acting_user=uuid4()) as user:
            user.register_customer("Dora Frey", "dora@example.org")
            for _ in range(7):  # psycopg would prepare what it has executed five times
                assert len(service.list_customers()) > 1
                assert [it.full_name for it in user.list_customers()] == ["Dora Frey"]
