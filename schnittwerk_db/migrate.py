"""Takes a database to a change of the migrations and back, through yoyo-migrations.

The migrations are a sqitch project, and sqitch can deploy them as they are. Here its plan gives the
order and yoyo keeps the record, in the schema `schnittwerk_migrations`: a row a change, with the
SHA-1 of the deploy file that made it. A change's deploy file, its verify file and its record are
one transaction, so that a change that fails, or a process that is killed, leaves nothing behind.

A second connection locks a table of that schema, so that one run waits for the other. It also takes
sqitch's own lock, so that the tools exclude each other. That one is an advisory lock, which any
login can hold: a login that may not migrate keeps nobody from it.

Where both tools are used on one database, each takes over what the other did: `sqitch deploy
--log-only` registers what was migrated here, and what sqitch deployed or reverted later than our
record counts from the next call here on. sqitch's registry is only ever read.
"""

import hashlib
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from schnittwerk_db.errors import MigrationError
from schnittwerk_db.extras import needs_extra
from schnittwerk_db.plan import Plan, read_plan
from schnittwerk_db.progress import Followed, unseen

with needs_extra("cli"):
    from yoyo import internalmigrations
    from yoyo.backends.core.postgresql import PostgresqlPsycopgBackend
    from yoyo.connections import DatabaseURI
    from yoyo.migrations import Migration, StepCollector, default_migration_table

_log = logging.getLogger(__name__)

REGISTRY = "schnittwerk_migrations"
SQITCH_LOCK = 75474063  # the number that App::Sqitch::Engine::pg locks
LOCK_TIMEOUT = "60s"

_PACKAGED = Path(__file__).parent / "migrations"
MIGRATIONS = _PACKAGED if _PACKAGED.is_dir() else Path(__file__).parents[1] / "migrations"


@dataclass(frozen=True)
class Status:
    """Which of the package's changes a database has (`applied`) and lacks (`pending`)."""

    applied: list[str]
    pending: list[str]


def migrate(
    dsn: str,
    to: str | None = None,
    dry_run: bool = False,
    *,
    directory: Path = MIGRATIONS,
    follow: Followed = unseen,
) -> list[str]:
    """Deploys every change that the database lacks, up to and including `to`.

    Args:
        dsn: URL or keywords of a direct connection (a lock and settings last as long as it does);
            its role needs `create` on the database and `createrole`, no more.
        to: a change or @tag of the plan; None = all of it.
        dry_run: only look, write nothing.
        directory: the sqitch project; the package's own unless said otherwise.
        follow: wraps the deployed changes in an iterator, such as a progress bar.

    Returns:
        The changes deployed (with `dry_run`: that would be), in order. What the server warns of
        (statements that are left to an administrator) is logged.

    Raises:
        psycopg.OperationalError: the database cannot be reached, or went away.
        MigrationError: a change failed, of which nothing is kept (those before it are); a deployed
            change has been edited since; the database is newer than the package; another
            migration of it takes over a minute.
    """
    plan = read_plan(directory)
    wanted = plan.changes if to is None else _until(plan, to)
    changes = {name: _Change(directory, name) for name in plan.changes}
    with _open(dsn, plan) as registry, nullcontext() if dry_run else registry.lock():
        applied = registry.applied()
        for name, script_hash in applied.items():
            if script_hash != changes[name].hash:
                raise MigrationError(
                    f"change {name} has been edited since this database deployed it: go back to"
                    " before it with `schnittwerk rollback` (which drops its data) and migrate"
                    " again, or undo the edit and add a new change"
                )
        pending = [name for name in wanted if name not in applied]
        if not dry_run:
            registry.record(changes, applied)
            for name in follow(pending):
                registry.apply_one(changes[name])
    return pending


def rollback(dsn: str, to: str, *, directory: Path = MIGRATIONS) -> list[str]:
    """Reverts every change after `to`, last first, and drops the data that they hold.

    What sqitch has registered is left to sqitch, so that its registry stays true. Roles and
    extensions stay: others may use them.

    Args:
        dsn: as for `migrate`.
        to: the last change (or @tag of the plan) to keep; "zero" keeps none.
        directory: as for `migrate`.

    Returns:
        The changes reverted, in the order in which they went.

    Raises:
        psycopg.OperationalError: the database cannot be reached, or went away.
        MigrationError: a change could not be reverted and is still there (those after it are not);
            sqitch has registered one; the database is newer than the package; another migration of
            it takes over a minute.
    """
    plan = read_plan(directory)
    kept = [] if to == "zero" else _until(plan, to)
    with _open(dsn, plan) as registry, registry.lock():
        applied = registry.applied()
        undone = [n for n in reversed(plan.changes) if n in applied and n not in kept]
        if any(event == "deploy" and n in undone for n, event, _, _ in registry.sqitch_events()):
            raise MigrationError(
                "sqitch has registered changes of this database: revert them with `sqitch revert"
                f"{f' --to {to}' if kept else ''}`, the next `schnittwerk migrate` takes notice"
            )
        for name in undone:
            registry.rollback_one(_Change(directory, name))
    return undone


def status(dsn: str, *, directory: Path = MIGRATIONS) -> Status:
    """Tells which of the package's changes a database has; writes nothing.

    Args:
        dsn: as for `migrate`.
        directory: as for `migrate`.

    Returns:
        The changes applied and pending, in the order of the plan.

    Raises:
        psycopg.OperationalError: the database cannot be reached, or went away.
        MigrationError: the database is newer than the package.
    """
    plan = read_plan(directory)
    with _open(dsn, plan) as registry:
        applied = registry.applied()
    return Status(
        [name for name in plan.changes if name in applied],
        [name for name in plan.changes if name not in applied],
    )


def _until(plan: Plan, to: str) -> list[str]:
    try:
        return plan.until(to)
    except KeyError:
        raise MigrationError(
            f"there is no change {to}: choose one of {', '.join(plan.changes)}"
        ) from None


@contextmanager
def _open(dsn: str, plan: Plan) -> Iterator["_Registry"]:
    """Connects; closes the connection, which ends its lock, too."""
    with _Registry(dsn, plan) as registry:
        try:
            yield registry
        except psycopg.Error as error:
            if registry.connection.closed:
                raise
            raise MigrationError(f"{_line(error)}: fix it and run this again") from error


def _tell(notice: psycopg.errors.Diagnostic) -> None:
    if notice.severity_nonlocalized == "WARNING":
        _log.warning(notice.message_primary)


def _line(error: psycopg.Error) -> str:
    return error.diag.message_primary or " ".join(str(error).split())


class _Change(Migration):  # type: ignore[misc]
    """A change of the plan as yoyo's migration of one step: deploy and verify, or revert.

    yoyo's hash is of the name; ours is of the deploy file, as sqitch computes it.
    """

    _SCRIPT = re.compile(
        r"(?P<head>(?:--[^\n]*\n|\s)*)begin;(?P<body>.*)\n(commit|rollback);\s*", re.DOTALL
    )

    def __init__(self, directory: Path, name: str) -> None:
        deploy = directory / "deploy" / f"{name}.sql"
        super().__init__(name, str(deploy), str(directory))
        self.hash = hashlib.sha1(deploy.read_bytes(), usedforsecurity=False).hexdigest()

    def load(self) -> None:
        """Defines the step; yoyo's own parser takes psql scripts apart at the wrong semicolons."""
        collector = StepCollector(self)
        collector.add_step(self._deploy, self._revert)
        self.steps = collector.create_steps(self.use_transactions)

    def _deploy(self, connection: psycopg.Connection[Any]) -> None:
        self._execute(connection, "deploy")
        with connection.transaction(force_rollback=True):
            self._execute(connection, "verify")

    def _revert(self, connection: psycopg.Connection[Any]) -> None:
        self._execute(connection, "revert")

    def _execute(self, connection: psycopg.Connection[Any], action: str) -> None:
        """Runs a file less its own `begin` and `commit`, under the search_path sqitch gives it."""
        file = Path(self.source_dir, action, f"{self.id}.sql")
        script = self._SCRIPT.fullmatch(file.read_text("utf-8"))
        if script is None:
            raise MigrationError(f"{action}/{file.name} does not run from begin; to commit;")
        text = script["head"] + script["body"]
        try:
            connection.execute("set search_path to default")
            connection.execute(text, prepare=False)  # the simple protocol takes many statements
            connection.execute(f"set search_path to {REGISTRY}")
        except psycopg.Error as error:
            if connection.closed:
                raise
            position = error.diag.statement_position
            line = f", line {text.count(chr(10), 0, int(position)) + 1}" if position else ""
            raise MigrationError(
                f"{action}/{file.name}{line}: {_line(error)}; nothing of it was kept:"
                " fix it and run this again"
            ) from error


class _Registry(PostgresqlPsycopgBackend):  # type: ignore[misc]
    """yoyo's record of what a database has, and what sqitch says about it."""

    # The server's clock and names: yoyo would ask the client's, which may err or have none.
    mark_migration_sql = (
        "insert into {0.migration_table_quoted} (migration_hash, migration_id, applied_at_utc)"
        " values (:migration_hash, :migration_id, clock_timestamp() at time zone 'utc')"
    )
    log_migration_sql = (
        "insert into {0.log_table_quoted}"
        " (id, migration_hash, migration_id, operation, username, hostname, created_at_utc)"
        " values (gen_random_uuid(), :migration_hash, :migration_id, :operation, session_user,"
        " coalesce(host(inet_client_addr()), 'local'), clock_timestamp() at time zone 'utc')"
    )

    def __init__(self, dsn: str, plan: Plan) -> None:
        self.dsn = dsn
        self.plan = plan
        options = conninfo_to_dict(dsn)
        place = (options.pop(key, None) for key in ("user", "password", "host", "port", "dbname"))
        super().__init__(
            DatabaseURI("postgresql+psycopg", *place, {**options, "schema": REGISTRY}),
            default_migration_table,
        )
        self.connection.add_notice_handler(_tell)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Holds off other migrations. The locks end with the process (yoyo's own does not).

        Raises:
            MigrationError: another migration goes on for longer than LOCK_TIMEOUT.
        """
        # A transaction as long as the run. The changes commit one by one, on the other connection.
        with psycopg.connect(self.dsn) as turn:
            self._make_turn(turn)
            turn.execute("set local search_path to pg_catalog, pg_temp")
            turn.execute(
                "select set_config(name, '0', true) from pg_settings"
                " where name in ('idle_in_transaction_session_timeout', 'transaction_timeout')"
            )
            try:
                turn.execute(f"set local lock_timeout to '{LOCK_TIMEOUT}'")
                turn.execute(f"lock table {REGISTRY}.turn")
                self._lock_out_sqitch()
            except psycopg.errors.LockNotAvailable as error:
                by = "".join(f" (login {login}, pid {pid})" for pid, login, _ in self._holders())
                raise MigrationError(
                    f"another migration of this database{by} has been running for {LOCK_TIMEOUT}:"
                    " wait for it, or end it with pg_terminate_backend(pid), and do this again"
                ) from error
            yield

    def _make_turn(self, connection: psycopg.Connection[Any]) -> None:
        if self.execute(f"select to_regclass('{REGISTRY}.turn')").fetchone()[0]:
            return
        # of two first runs one makes them, and the other finds them when it has waited for that
        with (
            suppress(psycopg.errors.UniqueViolation, psycopg.errors.DuplicateTable),
            connection.transaction(),
        ):
            connection.execute(f"create schema if not exists {REGISTRY}")
            connection.execute(
                f"comment on schema {REGISTRY} is"
                " 'Which migrations this database has, as yoyo-migrations records it.'"
            )
            connection.execute(f"create table if not exists {REGISTRY}.turn ()")
            connection.execute(
                f"comment on table {REGISTRY}.turn is 'Locked by the migration that is running.'"
            )

    def _lock_out_sqitch(self) -> None:
        if self.execute(f"select pg_try_advisory_lock({SQITCH_LOCK})").fetchone()[0]:
            return
        holders = self._holders()
        if holders and not any(may_migrate for _, _, may_migrate in holders):
            for pid, login, _ in holders:
                _log.warning(
                    f"login {login} (pid {pid}) holds sqitch's lock, but may not migrate: going on"
                    " without it. Do not run sqitch now, and end that session with"
                    f" pg_terminate_backend({pid})"
                )
            return
        self.execute(f"set lock_timeout to '{LOCK_TIMEOUT}'")
        self.execute(f"select pg_advisory_lock({SQITCH_LOCK})")
        self.execute("set lock_timeout to default")

    def _holders(self) -> list[tuple[int, str, bool]]:
        """Who holds sqitch's lock: (pid, login, whether that login may migrate this database)."""
        holders: list[tuple[int, str, bool]] = self.execute(
            "select a.pid, a.usename::text, has_database_privilege(a.usesysid, d.oid, 'create')"
            " or pg_has_role(a.usesysid, current_user, 'member')"
            " from pg_locks l join pg_database d on d.oid = l.database"
            " join pg_stat_activity a on a.pid = l.pid"
            " where d.datname = current_database() and l.granted and l.locktype = 'advisory'"
            f" and l.classid = 0 and l.objid = {SQITCH_LOCK} and l.objsubid = 1"
        ).fetchall()
        return holders

    def get_log_data(self, migration: _Change, operation: str) -> dict[str, str]:
        """The parameters of log_migration_sql."""
        return {
            "migration_id": migration.id,
            "migration_hash": migration.hash,
            "operation": operation,
        }

    def recorded(self) -> dict[str, tuple[str, datetime]]:
        """Our own record: the hash of every change, and since when."""
        if not self.execute(f"select to_regclass('{self.migration_table}')").fetchone()[0]:
            return {}
        rows = self.execute(
            "select migration_id, migration_hash, applied_at_utc at time zone 'utc'"
            f" from {self.migration_table_quoted}"
        )
        return {name: (script_hash, at) for name, script_hash, at in rows}

    def sqitch_events(self) -> list[tuple[str, str, str, datetime]]:
        """What sqitch last did to each change: (name, deploy or revert, hash, when)."""
        readable = self.execute(
            "select from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where n.nspname = 'sqitch' and c.relname = 'events'"
            " and has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select')"
        ).fetchone()
        if readable is None:
            return []
        events: list[tuple[str, str, str, datetime]] = self.execute(
            "select distinct on (e.change) e.change, e.event, c.script_hash, e.committed_at"
            " from sqitch.events e left join sqitch.changes c on c.change_id = e.change_id"
            " where e.project = :project and e.event in ('deploy', 'revert')"
            " order by e.change, e.committed_at desc",
            {"project": self.plan.project},
        ).fetchall()
        return events

    def applied(self) -> dict[str, str]:
        """The hash of every change that the database has, by whoever touched it last.

        Raises:
            MigrationError: one of them is not in the plan.
        """
        recorded = self.recorded()
        applied = {name: script_hash for name, (script_hash, _) in recorded.items()}
        for name, event, script_hash, at in self.sqitch_events():
            if name in recorded and recorded[name][1] > at:
                continue
            if event == "deploy":
                applied[name] = script_hash
            else:
                applied.pop(name, None)
        if unknown := sorted(applied.keys() - set(self.plan.changes)):
            raise MigrationError(
                f"the database is newer than this package, which does not know its"
                f" {', '.join(unknown)}: pip install --upgrade schnittwerk-db"
            )
        return applied

    def record(self, changes: dict[str, _Change], applied: dict[str, str]) -> None:
        """Makes our record say `applied`; creates it where there is none."""
        with self.transaction():
            if internalmigrations.needs_upgrading(self):
                internalmigrations.upgrade(self)
            recorded = self.recorded()
            for name, change in changes.items():
                deployed = recorded[name][0] if name in recorded else None
                if deployed != applied.get(name):
                    if name in recorded:
                        self.unmark_one(change)
                    if name in applied:
                        self.mark_one(change)

    def unmark_one(self, change: _Change, log: bool = True) -> None:
        """Deletes a change's record, which may tell of another version of its file."""
        self.execute(
            f"delete from {self.migration_table_quoted} where migration_id = :name",
            {"name": change.id},
        )
        if log:
            self.log_migration(change, "unmark")

    def apply_one(self, change: _Change) -> None:
        """Deploys and verifies a change and records it, in one transaction (yoyo takes three)."""
        with self.transaction():
            change.process_steps(self, "apply")
            self.log_migration(change, "apply")
            self.mark_one(change, log=False)

    def rollback_one(self, change: _Change) -> None:
        """Reverts a change and deletes its record, in one transaction."""
        with self.transaction():
            change.process_steps(self, "rollback")
            self.log_migration(change, "rollback")
            self.unmark_one(change, log=False)
