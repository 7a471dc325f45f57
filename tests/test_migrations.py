"""Migrations: by `migrate` and by sqitch, up and down, interrupted, contended, refused."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count, pairwise
from pathlib import Path

import psycopg
import pytest
from calls import wait_until
from click.testing import CliRunner, Result
from conftest import OWNER, Cluster, Database

from schnittwerk_db import migrate as module
from schnittwerk_db.cli import main
from schnittwerk_db.doctor import examine
from schnittwerk_db.errors import MigrationError
from schnittwerk_db.migrate import MIGRATIONS, migrate, rollback, status
from schnittwerk_db.plan import Plan, read_plan

ROOT = Path(__file__).parents[1]
CHANGES = read_plan(MIGRATIONS).changes


def up_to(change: str) -> list[str]:
    return CHANGES[: CHANGES.index(change) + 1]


def after(change: str) -> list[str]:
    return CHANGES[CHANGES.index(change) + 1 :]


PLANNED = "2027-01-01T00:00:00Z Somebody <somebody@example.org> # added by a test"

_numbers = count(1)


@contextmanager
def new_database(cluster: Cluster) -> Iterator[Database]:
    """An empty database, owned by `book_owner`, who is no superuser."""
    database = Database(cluster, f"migrations_{next(_numbers)}")
    with psycopg.connect(cluster.dsn(), autocommit=True) as superuser:
        superuser.execute(f"create database {database.name} owner {OWNER}")
        try:
            yield database
        finally:
            superuser.execute(f"drop database {database.name} with (force)")


@pytest.fixture
def empty(template: Database) -> Iterator[Database]:
    with new_database(template.cluster) as database:
        yield database


@pytest.fixture(scope="module")
def migrated(template: Database) -> list[str]:
    """The dump of a database that `migrate` made."""
    with new_database(template.cluster) as database:
        migrate(database.dsn())
        return dump(database)


def add_change(project: Path, name: str, deploy: str, verify: str = "", revert: str = "") -> None:
    """Appends a change to a project."""
    with (project / "sqitch.plan").open("a") as plan:
        plan.write(f"{name} {PLANNED}\n")
    for action, text, end in (
        ("deploy", deploy, "commit"),
        ("verify", verify, "rollback"),
        ("revert", revert, "commit"),
    ):
        (project / action / f"{name}.sql").write_text(f"-- {name}\nbegin;\n{text}\n{end};\n")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one small change, to be added to."""
    for action in ("deploy", "revert", "verify"):
        (tmp_path / action).mkdir()
    (tmp_path / "sqitch.conf").write_text("[core]\n\tengine = pg\n")
    (tmp_path / "sqitch.plan").write_text("%syntax-version=1.0.0\n%project=schnittwerk\n\n")
    add_change(tmp_path, "first", "create table first ();", revert="drop table first;")
    return tmp_path


def dump(database: Database) -> list[str]:
    """The schema without the tools' registries."""
    registries = (module.REGISTRY, "sqitch")
    return database.dump("--schema-only", *(f"--exclude-schema={it}" for it in registries))


def sqitch(database: Database, command: str, *options: str, directory: Path = MIGRATIONS) -> str:
    """Runs sqitch on the migrations, as the owner."""
    target = "db:pg:" + database.dsn().removeprefix("postgresql:")
    path = f"{database.cluster.bin_dir}:{os.environ['PATH']}"  # that server's psql
    environment = {"HOME": "/nonexistent", "LC_ALL": "C.UTF-8", "PATH": path}
    done = subprocess.run(
        ["sqitch", command, "--target", target, *options],
        cwd=directory,
        env=environment | {"SQITCH_FULLNAME": "A Tester", "SQITCH_EMAIL": "tester@example.org"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def waiting(connection: psycopg.Connection, locktype: str) -> int:
    """How many locks of a type are waited for in the connection's database."""
    row = connection.execute(
        "select count(*) from pg_locks l join pg_database d on d.oid = l.database"
        " where not l.granted and l.locktype = %s and d.datname = current_database()",
        [locktype],
    ).fetchone()
    assert row is not None
    return int(row[0])


# Up and down


def test_migrate_deploys_everything_once(empty: Database) -> None:
    assert migrate(empty.dsn()) == CHANGES
    before = dump(empty)
    assert migrate(empty.dsn()) == []
    assert dump(empty) == before
    assert status(empty.dsn()).applied == CHANGES


def test_the_owner_is_no_superuser(empty: Database) -> None:
    migrate(empty.dsn())
    with psycopg.connect(empty.dsn()) as owner:
        row = owner.execute(
            "select current_user, rolsuper, rolcreaterole, to_regclass('schnittwerk_core.salon')"
            " is not null from pg_roles where rolname = current_user"
        ).fetchone()
    assert row == (OWNER, False, True, True)


def test_dry_run_tells_and_writes_nothing(empty: Database) -> None:
    before = dump(empty)
    assert migrate(empty.dsn(), dry_run=True) == CHANGES
    assert migrate(empty.dsn(), "access", dry_run=True) == up_to("access")
    assert dump(empty) == before
    with psycopg.connect(empty.dsn()) as owner:
        assert owner.execute("select to_regnamespace('schnittwerk_migrations')").fetchone() == (
            None,
        )


def test_migrate_stops_after_the_change_named(empty: Database) -> None:
    assert migrate(empty.dsn(), "catalog") == up_to("catalog")
    assert migrate(empty.dsn(), "access") == []
    assert status(empty.dsn()) == module.Status(up_to("catalog"), after("catalog"))
    assert migrate(empty.dsn()) == after("catalog")


def test_a_tag_names_the_change_before_it(empty: Database, project: Path) -> None:
    with (project / "sqitch.plan").open("a") as plan:
        plan.write(f"@v1 {PLANNED}\n")
    add_change(project, "later", "create table later ();", revert="drop table later;")
    assert migrate(empty.dsn(), "@v1", directory=project) == ["first"]
    assert migrate(empty.dsn(), directory=project) == ["later"]
    assert rollback(empty.dsn(), "@v1", directory=project) == ["later"]


def test_up_down_up_leaves_no_difference(empty: Database) -> None:
    migrate(empty.dsn())
    up = dump(empty)
    assert rollback(empty.dsn(), "zero") == CHANGES[::-1]
    assert migrate(empty.dsn()) == CHANGES
    assert dump(empty) == up


def test_months_made_since_are_reverted_with_their_tables(empty: Database) -> None:
    migrate(empty.dsn(), "foundation")
    before = dump(empty)
    migrate(empty.dsn())
    with psycopg.connect(empty.dsn()) as owner:
        made = owner.execute("select schnittwerk_core.keep_partitions() -> 'partitions_made'")
        assert made.fetchone() == (12,)
    assert rollback(empty.dsn(), "foundation") == after("foundation")[::-1]
    assert dump(empty) == before


def test_every_change_reverts_to_what_was_before_it(empty: Database) -> None:
    migrate(empty.dsn(), "foundation")
    for before, change in pairwise(CHANGES):
        down = dump(empty)
        assert migrate(empty.dsn(), change) == [change]
        assert rollback(empty.dsn(), before) == [change]
        assert dump(empty) == down
        migrate(empty.dsn(), change)


def test_all_the_way_down_only_roles_and_extensions_are_left(empty: Database) -> None:
    with psycopg.connect(empty.dsn()) as owner:
        owner.execute("create schema extensions")
        owner.execute("create extension btree_gist schema extensions")
    before = dump(empty)
    migrate(empty.dsn())
    assert dump(empty) != before
    rollback(empty.dsn(), "zero")
    assert dump(empty) == before
    with psycopg.connect(empty.dsn()) as owner:
        roles = owner.execute("select from pg_roles where rolname like 'schnittwerk\\_%'")
        assert len(roles.fetchall()) == 4


def test_the_migrations_make_what_sql_says(empty: Database, migrated: list[str]) -> None:
    with psycopg.connect(empty.dsn()) as owner:
        for path in (ROOT / "sql/order.txt").read_text().split():
            owner.execute((ROOT / "sql" / path).read_bytes())
    assert dump(empty) == migrated


def test_verify_names_everything_that_is_deployed(template: Database) -> None:
    verified = "".join((MIGRATIONS / "verify" / f"{name}.sql").read_text() for name in CHANGES)
    with psycopg.connect(template.dsn()) as owner:
        objects = owner.execute(
            "select pronamespace::regnamespace || '.' || proname || '''::regproc' from pg_proc"
            " where pronamespace::regnamespace::text like 'schnittwerk%'"
            " union all "
            "select relnamespace::regnamespace || '.' || relname || case relkind"
            " when 'c' then '''::regtype' else '''::regclass' end from pg_class"
            " where relkind in ('r', 'v', 'm', 'c', 'S')"
            " and relnamespace::regnamespace::text in ('schnittwerk', 'schnittwerk_core')"
            " and not relispartition and oid not in ("
            "select objid from pg_depend where deptype = 'i' and classid = 'pg_class'::regclass)"
            " union all "
            "select '''' || tgname || '''' from pg_trigger where not tgisinternal"
            # attached by a loop, in the transaction that made their function
            " and tgfoid <> 'schnittwerk_core.record_change'::regproc"
        ).fetchall()
    assert len(objects) > 50
    assert [name for (name,) in objects if name not in verified] == []


# Two tools


def test_sqitch_makes_the_same_database(empty: Database, migrated: list[str]) -> None:
    sqitch(empty, "deploy")
    sqitch(empty, "verify")
    assert dump(empty) == migrated
    sqitch(empty, "revert", "-y")
    sqitch(empty, "deploy")
    assert dump(empty) == migrated


# Of the next, one version is enough: what sqitch keeps of a change, and where, is the same in all.
only_one = pytest.mark.parametrize("cluster", [15], indirect=True, ids=["pg15"], scope="session")


@only_one
def test_migrate_goes_on_where_sqitch_stopped(empty: Database, migrated: list[str]) -> None:
    sqitch(empty, "deploy", "--to", "calendar")
    assert status(empty.dsn()).applied == up_to("calendar")
    assert migrate(empty.dsn()) == after("calendar")
    assert dump(empty) == migrated
    assert rollback(empty.dsn(), "calendar") == after("calendar")[::-1]
    with pytest.raises(MigrationError, match="`sqitch revert --to access`"):
        rollback(empty.dsn(), "access")
    with pytest.raises(MigrationError, match="`sqitch revert`"):
        rollback(empty.dsn(), "zero")
    assert status(empty.dsn()).applied == up_to("calendar")


@only_one
def test_sqitch_can_be_left_behind(empty: Database) -> None:
    sqitch(empty, "deploy", "--to", "foundation")
    assert migrate(empty.dsn(), "access") == up_to("access")[1:]
    with psycopg.connect(empty.dsn()) as owner:
        owner.execute("drop schema sqitch cascade")
    assert status(empty.dsn()).applied == up_to("access")
    assert rollback(empty.dsn(), "zero") == up_to("access")[::-1]


@only_one
def test_migrate_and_sqitch_notice_each_other(empty: Database, migrated: list[str]) -> None:
    migrate(empty.dsn())
    sqitch(empty, "deploy", "--log-only")
    assert "Nothing to deploy" in sqitch(empty, "status")
    sqitch(empty, "verify")
    assert dump(empty) == migrated
    assert migrate(empty.dsn()) == []
    sqitch(empty, "revert", "-y", "--to", "access")
    assert status(empty.dsn()).applied == up_to("access")
    assert migrate(empty.dsn()) == after("access")
    assert dump(empty) == migrated
    assert migrate(empty.dsn()) == []


@only_one
def test_another_project_of_sqitch_is_none_of_ours(empty: Database) -> None:
    sqitch(empty, "deploy", "--to", "foundation")
    sqitch(empty, "revert", "-y")
    with psycopg.connect(empty.dsn()) as owner:
        owner.execute("update sqitch.projects set project = 'theirs'")
        owner.execute("update sqitch.events set event = 'deploy'")
    assert migrate(empty.dsn()) == CHANGES


@only_one
def test_what_sqitch_deployed_anew_counts(empty: Database, project: Path) -> None:
    migrate(empty.dsn(), directory=project)
    sqitch(empty, "deploy", "--log-only", directory=project)
    with (project / "deploy/first.sql").open("a") as deploy:
        deploy.write("-- edited\n")
    with pytest.raises(MigrationError, match="edited"):
        migrate(empty.dsn(), directory=project)
    sqitch(empty, "rebase", "-y", directory=project)
    assert migrate(empty.dsn(), directory=project) == []
    with psycopg.connect(empty.dsn()) as owner:
        owner.execute("drop schema sqitch cascade")
    assert migrate(empty.dsn(), directory=project) == []


# What goes wrong


def test_a_failing_change_leaves_nothing(empty: Database, project: Path) -> None:
    add_change(project, "broken", "create table public.half ();\nselect nothing;\n\nselect 1;")
    with pytest.raises(
        MigrationError, match=r"deploy/broken\.sql, line 4: column .nothing. does not exist"
    ):
        migrate(empty.dsn(), directory=project)
    assert status(empty.dsn(), directory=project).applied == ["first"]
    assert not any("half" in line for line in dump(empty))


def test_a_failing_verify_takes_the_change_back(empty: Database, project: Path) -> None:
    add_change(project, "wrong", "create table public.half ();", "select 'public.whole'::regclass;")
    with pytest.raises(MigrationError, match=r"verify/wrong\.sql, line 3: .*public\.whole"):
        migrate(empty.dsn(), directory=project)
    assert status(empty.dsn(), directory=project).applied == ["first"]
    assert not any("half" in line for line in dump(empty))


def test_what_verify_does_is_undone(empty: Database, project: Path) -> None:
    add_change(project, "curious", "create table public.whole ();", "drop table public.whole;")
    migrate(empty.dsn(), directory=project)
    assert any("public.whole" in line for line in dump(empty))


def test_a_change_without_its_mark_is_taken_back(empty: Database) -> None:
    migrate(empty.dsn(), "foundation")
    before = dump(empty)
    with psycopg.connect(empty.dsn()) as owner:
        owner.execute(
            "alter table schnittwerk_migrations._yoyo_migration add constraint no_more"
            " check (migration_id <> 'answers')"
        )
    with pytest.raises(MigrationError, match="no_more"):
        migrate(empty.dsn())
    assert dump(empty) == before
    assert status(empty.dsn()).applied == ["foundation"]


def test_a_failing_revert_leaves_the_change(empty: Database) -> None:
    migrate(empty.dsn())
    with psycopg.connect(empty.dsn()) as owner:
        owner.execute("create view public.theirs as select from schnittwerk_core.appointments")
    before = dump(empty)
    rollback(empty.dsn(), "booking")
    migrate(empty.dsn())
    assert dump(empty) == before
    with pytest.raises(MigrationError, match=r"revert/booking\.sql: cannot drop table"):
        rollback(empty.dsn(), "calendar")
    assert status(empty.dsn()).applied == up_to("booking")
    assert migrate(empty.dsn()) == after("booking")
    assert dump(empty) == before


def test_a_database_newer_than_the_package_is_refused(empty: Database, project: Path) -> None:
    add_change(project, "from_tomorrow", "create table public.later ();")
    migrate(empty.dsn(), directory=project)
    for act in (migrate, status, lambda dsn: rollback(dsn, "zero")):
        with pytest.raises(
            MigrationError, match=r"newer than this package.* from_tomorrow: pip install --upgrade"
        ):
            act(empty.dsn())


def test_an_edited_change_is_refused_until_rolled_back(empty: Database, project: Path) -> None:
    add_change(project, "draft", "create table public.draft ();", revert="drop table public.draft;")
    migrate(empty.dsn(), directory=project)
    deploy = project / "deploy/draft.sql"
    deploy.write_text(deploy.read_text().replace("()", "(id int)"))
    with pytest.raises(MigrationError, match=r"change draft has been edited.*rollback"):
        migrate(empty.dsn(), directory=project)
    assert rollback(empty.dsn(), "first", directory=project) == ["draft"]
    assert migrate(empty.dsn(), directory=project) == ["draft"]
    assert any("id integer" in line for line in dump(empty))


def test_an_unknown_change_is_refused(empty: Database) -> None:
    with pytest.raises(MigrationError, match=r"no change nowhere: choose one of foundation"):
        migrate(empty.dsn(), "nowhere")
    with pytest.raises(MigrationError, match=r"no change @v9"):
        rollback(empty.dsn(), "@v9")


# Side by side


def test_two_migrations_at_once_take_turns(empty: Database) -> None:
    with ThreadPoolExecutor() as pool, psycopg.connect(empty.dsn(), autocommit=True) as owner:
        owner.execute("select pg_advisory_lock(%s)", [module.SQITCH_LOCK])
        both: list[Future[list[str]]] = [pool.submit(migrate, empty.dsn()) for _ in range(2)]
        wait_until(lambda: waiting(owner, "advisory") == 1 and waiting(owner, "relation") == 1)
        owner.execute("select pg_advisory_unlock(%s)", [module.SQITCH_LOCK])
        assert sorted(future.result() for future in both) == [[], CHANGES]
    assert status(empty.dsn()).applied == CHANGES


def test_a_migration_that_takes_too_long_is_told(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOCK_TIMEOUT", "10ms")
    with psycopg.connect(empty.dsn(), autocommit=True) as owner:
        owner.execute("select pg_advisory_lock(%s)", [module.SQITCH_LOCK])
        holder = rf"\(login {OWNER}, pid {owner.info.backend_pid}\)"
        message = rf"another migration .* {holder} has been running for 10ms: wait"
        with pytest.raises(MigrationError, match=message):
            migrate(empty.dsn())
    assert migrate(empty.dsn(), "foundation") == ["foundation"]
    with psycopg.connect(empty.dsn()) as owner:
        owner.execute(f"lock table {module.REGISTRY}.turn")
        assert migrate(empty.dsn(), dry_run=True) == CHANGES[1:]
        for act in (migrate, lambda dsn: rollback(dsn, "zero")):
            with pytest.raises(MigrationError, match=r"another migration .* for 10ms: wait"):
                act(empty.dsn())


def test_a_login_that_may_not_migrate_keeps_nobody_from_it(
    empty: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        ThreadPoolExecutor() as pool,
        psycopg.connect(empty.dsn("authenticator"), autocommit=True) as stranger,
    ):
        stranger.execute("select pg_advisory_lock(%s)", [module.SQITCH_LOCK])
        both: list[Future[list[str]]] = [pool.submit(migrate, empty.dsn()) for _ in range(2)]
        assert sorted(future.result() for future in both) == [[], CHANGES]
        pid = stranger.info.backend_pid
    assert f"login authenticator (pid {pid}) holds sqitch's lock" in caplog.text
    assert f"pg_terminate_backend({pid})" in caplog.text


def test_the_next_run_migrates_after_a_kill(empty: Database, migrated: list[str]) -> None:
    migrate(empty.dsn(), "calls")
    before = dump(empty)
    with psycopg.connect(empty.dsn()) as owner:
        owner.execute("lock table schnittwerk_core.staff in access exclusive mode")
        code = "import sys; from schnittwerk_db.migrate import migrate; migrate(sys.argv[1])"
        victim = subprocess.Popen([sys.executable, "-c", code, empty.dsn()])
        wait_until(lambda: waiting(owner, "relation") == 1)  # in the midst of calendar
        victim.send_signal(signal.SIGKILL)
        victim.wait()
    assert migrate(empty.dsn(), dry_run=True) == after("calls")
    assert dump(empty) == before
    assert migrate(empty.dsn()) == after("calls")
    assert dump(empty) == migrated


# Where from


def test_addresses_are_urls_or_keywords(empty: Database) -> None:
    place = f"host={empty.cluster.host} port={empty.cluster.port}"
    keywords = f"{place} dbname={empty.name} user={OWNER}"
    assert migrate(keywords, "foundation") == ["foundation"]
    assert migrate(f"{empty.dsn()}&application_name=a%20b", "answers") == ["answers"]
    url = f"postgresql:///{empty.name}?{place.replace(' ', '&')}&user={OWNER}"
    assert migrate(url, "policies") == ["policies"]


def test_no_server_is_an_error_of_its_own(empty: Database) -> None:
    with pytest.raises(psycopg.OperationalError):
        migrate(f"postgresql://{OWNER}@/gone?host={empty.cluster.host}&port=1")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        migrate(Database(empty.cluster, "gone").dsn())


def test_a_lost_server_is_an_error_of_its_own(empty: Database) -> None:
    migrate(empty.dsn(), "calls")
    with ThreadPoolExecutor() as pool, psycopg.connect(empty.dsn("postgres")) as superuser:
        superuser.execute("lock table schnittwerk_core.staff in access exclusive mode")
        lost = pool.submit(migrate, empty.dsn())
        wait_until(lambda: waiting(superuser, "relation") == 1)
        superuser.execute(
            "select pg_terminate_backend(l.pid) from pg_locks l join pg_database d"
            " on d.oid = l.database where not l.granted and d.datname = current_database()"
        )
        with pytest.raises(psycopg.OperationalError):
            lost.result()
    assert status(empty.dsn()).applied == up_to("calls")


def test_the_record_of_migrations_is_not_exposed(template: Database) -> None:
    with psycopg.connect(template.dsn()) as owner:
        exposed = owner.execute(
            "select rolname from pg_roles where rolname like 'schnittwerk\\_%'"
            " and has_schema_privilege(rolname, 'schnittwerk_migrations', 'usage')"
        ).fetchall()
    assert exposed == []


def test_changes_run_under_the_logins_own_search_path(empty: Database, project: Path) -> None:
    add_change(project, "unqualified", "create table found_in_public ();")
    with psycopg.connect(empty.dsn()) as owner:
        owner.execute(f"alter role {OWNER} in database {empty.name} set search_path = public")
    migrate(empty.dsn(), directory=project)
    assert any("CREATE TABLE public.found_in_public" in line for line in dump(empty))


# More specific than PostgreSQL's own, and so preferred by whoever finds them.
PLANTED_FUNCTIONS = {
    "planted(int)": "planted",
    "format(text, int)": "text",
    "format(text, text)": "text",
    "format(text, text, text)": "text",
    "concat(text, text)": "text",
    "jsonb_build_object(text, uuid)": "pg_catalog.jsonb",
    "jsonb_build_object(text, text)": "pg_catalog.jsonb",
    "num_nonnulls(text, text)": "int",
    "lower(tstzrange)": "timestamptz",
    "upper(tstzrange)": "timestamptz",
    "cardinality(text[])": "int",
    "cardinality(uuid[])": "int",
    "to_jsonb(text)": "pg_catalog.jsonb",
    "together(text, uuid)": "text",
    "together(text, int)": "text",
    "meet(tstzrange, tstzrange)": "boolean",
    "same(text, name)": "boolean",
    "pg_has_role(name, text, text)": "boolean",
}
PLANTED = """
create operator || (function = together, leftarg = text, rightarg = uuid);
create operator || (function = together, leftarg = text, rightarg = int);
create operator && (function = meet, leftarg = tstzrange, rightarg = tstzrange);
create operator @> (function = meet, leftarg = tstzrange, rightarg = tstzrange);
create operator = (function = same, leftarg = text, rightarg = name);
create cast (int as planted) with function planted(int) as implicit;
create domain jsonb as text;
"""


def test_what_strangers_have_planted_is_not_used(empty: Database, migrated: list[str]) -> None:
    with psycopg.connect(empty.dsn("postgres")) as superuser:
        superuser.execute(f"create schema extensions authorization {OWNER}")
        superuser.execute("grant all on schema public, extensions to authenticator")
        superuser.execute("set role authenticator")
        for schema in ("public", "extensions"):
            superuser.execute(f"set search_path to {schema}")
            superuser.execute("create type planted as (a text)")
            for signature, result in PLANTED_FUNCTIONS.items():
                superuser.execute(
                    f"create function {signature} returns {result} language plpgsql"
                    " as 'begin raise $$run as %$$, current_user; end'"
                )
            superuser.execute(PLANTED)
    migrate(empty.dsn())
    assert "fail" not in {it.state for it in examine(empty.dsn())}
    with psycopg.connect(empty.dsn("postgres")) as superuser:
        for schema in ("public", "extensions"):
            superuser.execute(f"drop cast (int as {schema}.planted)")
        # refused where anything depends on what is dropped
        superuser.execute("drop owned by authenticator")
    assert dump(empty) == migrated


def test_every_script_sets_its_own_search_path() -> None:
    for path in sorted(MIGRATIONS.glob("[drv]e*/*.sql")):
        script = path.read_text().partition("begin;\n\n")[2]
        assert script.startswith("set local search_path to pg_catalog, pg_temp;\n"), path


# On the command line


def command(database: Database, *arguments: str) -> Result:
    """Runs `schnittwerk` on a database."""
    return CliRunner().invoke(main, ["--dsn", database.dsn(), *arguments])


def test_migrate_and_rollback_tell_what_they_did(empty: Database) -> None:
    assert command(empty, "migrate", "--dry-run", "--to", "answers").stdout == (
        "foundation would be deployed\nanswers would be deployed\n"
    )
    assert command(empty, "migrate", "--to", "answers").stdout == (
        "foundation deployed\nanswers deployed\n"
    )
    assert command(empty, "migrate", "--to", "answers").stdout == "up to date\n"
    assert command(empty, "rollback", "--to", "answers", "--yes").stdout == ("nothing to revert\n")
    assert command(empty, "rollback", "--to", "foundation", "--yes").stdout == "answers reverted\n"


def test_migrate_and_rollback_answer_in_json(empty: Database) -> None:
    answers = [
        json.loads(command(empty, "--json", *arguments).stdout)
        for arguments in (
            ("migrate", "--dry-run"),
            ("migrate", "--to", "foundation"),
            ("rollback", "--to", "zero", "--yes"),
        )
    ]
    assert answers == [{"pending": CHANGES}, {"deployed": CHANGES[:1]}, {"reverted": CHANGES[:1]}]


def test_rollback_asks_first(empty: Database) -> None:
    migrate(empty.dsn(), "answers")
    refused = command(empty, "rollback", "--to", "foundation")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "Drop everything after foundation, with its data?" in refused.stderr
    assert status(empty.dsn()).applied == up_to("answers")
    agreed = command(empty, "rollback", "--to", "foundation", "--yes")
    assert (agreed.exit_code, agreed.stdout) == (0, "answers reverted\n")


@pytest.mark.parametrize(
    ("arguments", "exit_code", "complaint"),
    [
        (("migrate", "--to", "nowhere"), 1, "there is no change nowhere"),
        (("rollback",), 2, "Missing option '--to'"),
        (("--dsn", "host=/nonexistent", "migrate"), 3, "connection"),
    ],
)
def test_migrate_and_rollback_fail_in_one_line(
    empty: Database, arguments: tuple[str, ...], exit_code: int, complaint: str
) -> None:
    failed = command(empty, *arguments)
    assert (failed.exit_code, failed.stdout) == (exit_code, "")
    [line] = failed.stderr.splitlines()
    assert complaint in line


# The plan


def plan_of(tmp_path: Path, text: str) -> Plan:
    (tmp_path / "sqitch.plan").write_text(f"%syntax-version=1.0.0\n%project=toy\n\n{text}")
    return read_plan(tmp_path)


def test_a_plan_is_read_as_sqitch_reads_it(tmp_path: Path) -> None:
    planned = PLANNED.partition(" #")[0]
    plan = plan_of(
        tmp_path,
        f"# a comment\none {planned} # noted\n  + two-b [one] {planned}\n@v1.0 {planned} # out\n"
        f"\nthree [toy:two-b one@v1.0 @v1.0 !four] {planned}\n",
    )
    assert plan == Plan("toy", ["one", "two-b", "three"], {"v1.0": "two-b"})
    assert plan.unreleased() == ["three"]
    assert plan.until("@v1.0") == ["one", "two-b"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("one\n", "line 4: neither a change nor a tag: one"),
        (f"one [zero] {PLANNED}\n", r"line 4: the changes before one break its \[zero\]"),
        (f"one {PLANNED}\ntwo [!one] {PLANNED}\n", r"line 5: .* two break its \[!one\]"),
        (f"one [other:zero] {PLANNED}\n", r"break its \[other:zero\]"),
        (f"one {PLANNED}\none {PLANNED}\n", "line 5: one is there twice"),
        (f"@v1 {PLANNED}\n", "line 4: tag v1 follows no change"),
    ],
)
def test_a_plan_that_does_not_hold_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        plan_of(tmp_path, text)


def test_the_migrations_can_be_run_by_both_tools() -> None:
    for name in CHANGES:
        for action in ("deploy", "revert", "verify"):
            text = (MIGRATIONS / action / f"{name}.sql").read_text()
            assert not [line for line in text.splitlines() if line.startswith("\\")]
