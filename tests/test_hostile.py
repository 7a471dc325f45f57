"""Clients who plant objects, and texts that mean something to whoever takes them for code."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from calls import Answer, Connection, save
from conftest import OWNER, Database
from gateway import Function, functions
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from salon import Salon, at

pytestmark = pytest.mark.salon()

ADMIN = "00000000-0000-4000-8000-000000000001"
CUSTOMER = "00000000-0000-4000-8000-000000000002"

# Every one tells as whom it runs. A domain's check runs wherever a value is turned into it.
_TRAPS = """
create function pg_temp.trap(p_name pg_catalog.text) returns pg_catalog.bool
language plpgsql set search_path = pg_catalog as $$
begin
  raise notice 'trap % as %', p_name, current_user;
  return true;
end
$$;
do $$
declare
  v_name pg_catalog.text;
begin
  for v_name in
    select t.typname from pg_catalog.pg_type t
    where t.typnamespace = 'pg_catalog'::pg_catalog.regnamespace and t.typtype in ('b', 'r', 'm')
      and t.typcategory <> 'A' and t.typname not in ('"char"', 'any')
  loop
    execute pg_catalog.format(
      'create domain pg_temp.%1$I as pg_catalog.%1$I check (pg_temp.trap(%2$L))',
      v_name, 'type ' || v_name);
  end loop;
  for v_name in
    select c.relname from pg_catalog.pg_class c
    where c.relkind in ('r', 'v', 'c') and c.relname not in (
        select t.typname from pg_catalog.pg_type t
        where t.typtype in ('b', 'r', 'm')
          and t.typnamespace = 'pg_catalog'::pg_catalog.regnamespace
      )
      and (c.relnamespace in ('schnittwerk_core'::pg_catalog.regnamespace)
        or c.relnamespace = 'pg_catalog'::pg_catalog.regnamespace
        and c.relname in (
          'pg_proc', 'pg_roles', 'pg_auth_members', 'pg_namespace', 'pg_class', 'pg_settings',
          'pg_stat_user_functions', 'pg_timezone_names'))
  loop
    execute pg_catalog.format(
      'create view pg_temp.%I as select pg_temp.trap(%L) as id', v_name, 'table ' || v_name);
  end loop;
end
$$;
"""
_OPERATORS = {
    **dict.fromkeys(("uuid", "text", "jsonb", "date", "timestamptz", "int4", "bool"), ("=", "<>")),
    "numeric": ("=", "<", "-"),
    "tstzrange": ("=", "&&", "@>", "-"),
    "tstzmultirange": ("=", "&&", "@>", "+", "-"),
}
_RESULTS = {"=": "bool", "<>": "bool", "<": "bool", "&&": "bool", "@>": "bool"}


def _public_traps() -> Iterator[str]:
    """Functions, operators and casts that fit the engine's calls as well as pg_catalog's do."""
    yield """
        create function public.trap(p_name pg_catalog.text) returns pg_catalog.bool
        language plpgsql set search_path = pg_catalog as $$
        begin
          raise notice 'trap % as %', p_name, current_user;
          return true;
        end
        $$"""
    operators = [
        (name, left, left, _RESULTS.get(name, left))
        for left, names in _OPERATORS.items()
        for name in names
    ]
    operators += [
        ("||", "text", "text", "text"),
        ("||", "jsonb", "jsonb", "jsonb"),
        ("->>", "jsonb", "text", "text"),
        ("->", "jsonb", "text", "jsonb"),
        ("?", "jsonb", "text", "bool"),
        ("@>", "tstzmultirange", "tstzrange", "bool"),
        ("+", "timestamptz", "interval", "timestamptz"),
    ]
    for number, (name, left, right, result) in enumerate(operators):
        yield f"""
            create function public.trap_{number}(pg_catalog.{left}, pg_catalog.{right})
            returns pg_catalog.{result} language plpgsql set search_path = pg_catalog as $$
            begin
              perform public.trap('operator {name} of {left}');
              return $1 operator(pg_catalog.{name}) $2;
            end
            $$"""
        yield f"""
            create operator public.{name} (
              function = public.trap_{number},
              leftarg = pg_catalog.{left}, rightarg = pg_catalog.{right}
            )"""
    for name, arguments, result in (
        ("lower", "text", "text"),
        ("btrim", "text", "text"),
        ("length", "text", "int4"),
        ("to_jsonb", "jsonb", "jsonb"),
        ("set_config", "text, pg_catalog.text, pg_catalog.bool", "text"),
        ("current_setting", "text, pg_catalog.bool", "text"),
        ("pg_has_role", "name, pg_catalog.text, pg_catalog.text", "bool"),
        ("gen_random_uuid", "", "uuid"),
        ("statement_timestamp", "", "timestamptz"),
        ("isfinite", "date", "bool"),
    ):
        numbers = ", ".join(f"${number + 1}" for number in range(len(arguments.split(", "))))
        yield f"""
            create function public.{name}({"pg_catalog." * bool(arguments)}{arguments})
            returns pg_catalog.{result} language plpgsql set search_path = pg_catalog as $$
            begin
              perform public.trap('function {name}');
              return pg_catalog.{name}({numbers if arguments else ""});
            end
            $$"""
    yield "create type public.planted as (it pg_catalog.text)"
    for type_ in ("uuid", "jsonb", "date", "tstzrange"):
        yield f"""
            create function public.cast_{type_}(pg_catalog.{type_}) returns public.planted
            language plpgsql set search_path = pg_catalog as $$
            begin
              perform public.trap('cast of {type_}');
              return row($1::text)::public.planted;
            end
            $$"""
        yield (
            f"create cast (pg_catalog.{type_} as public.planted)"
            f" with function public.cast_{type_}(pg_catalog.{type_}) as implicit"
        )


@dataclass
class Hostile:
    """A salon, and a login and role for each client."""

    database: Database
    rpcs: list[Function]
    valid: dict[str, object]
    clients: dict[str, tuple[str, str | None, str | None]]
    """By name: the login, the role it sets, and the user in its claims."""

    @contextmanager
    def connect(self, client: str, planted: bool = False) -> Iterator["Client"]:
        login, role, user = self.clients[client]
        with psycopg.connect(self.database.dsn(login), autocommit=True) as connection:
            notices: list[str] = []
            connection.add_notice_handler(
                lambda notice: notices.append(notice.message_primary or "")
            )
            if planted:
                connection.execute(_TRAPS)
                connection.execute("set search_path = pg_temp, public, pg_catalog")
            if role is not None:
                connection.execute(sql.SQL("set role {}").format(sql.Identifier(role)))
            if user is not None:
                claims = json.dumps({"sub": user})
                connection.execute(
                    "select pg_catalog.set_config('request.jwt.claims', %s, false)", [claims]
                )
            notices.clear()
            yield Client(connection, role or login, notices)


_VARYING = re.compile(
    r'"(id|operation_id|appointment_id|correlation_id'
    r'|(created|updated|cancelled|expires|exported|occurred|waived)_at)": "[^"]*"'
    r'|"slot_generation": {[^}]*}'
)


@dataclass
class Client:
    connection: Connection
    role: str
    notices: list[str] = field(default_factory=list)

    def outcome(self, rpc: Function, given: dict[str, object]) -> str:
        """What a call says, without what is another every time; it is undone."""
        with (
            self.connection.transaction(force_rollback=True),
            self.connection.cursor(row_factory=dict_row) as cursor,
        ):
            try:
                said: object = cursor.execute(rpc.call(given), given).fetchall()
            except psycopg.Error as error:
                said = [error.sqlstate, str(error)]
        return _VARYING.sub("…", json.dumps(said, default=str, sort_keys=True))

    def sprung(self) -> set[tuple[str, str]]:
        """The traps that ran, and as whom."""
        traps = [re.fullmatch("trap (.*) as (.*)", notice) for notice in self.notices]
        return {(trap[1], trap[2]) for trap in traps if trap}


@pytest.fixture
def hostile(database: Database, salon: Salon) -> Iterator[Hostile]:
    with psycopg.connect(database.dsn("postgres"), autocommit=True) as superuser:
        for login, role in (("test_user", "schnittwerk_user"), ("test_anon", "schnittwerk_anon")):
            superuser.execute(f"create role {login} login in role {role}")
        try:
            yield _arrange(database, salon, superuser)
        finally:
            superuser.execute("drop owned by test_user, test_anon cascade")
            superuser.execute("drop role test_user, test_anon")


def _arrange(database: Database, salon: Salon, superuser: Connection) -> Hostile:
    with psycopg.connect(database.dsn(), autocommit=True) as owner:
        for user, role in ((ADMIN, "admin"), (CUSTOMER, "customer")):
            save(owner, "save_profile", p_profile_id=user, p_role=role)
        staff, service, customer = salon.staff_id, salon.service_id, salon.customer_id
        save(
            owner,
            "save_customer",
            p_full_name="Carla",
            p_profile_id=CUSTOMER,
            p_id=salon.customer_id,
        )
        waited_for = save(
            owner, "save_service", p_name="Color", p_duration_minutes=60, p_base_price=50
        )["service"]["id"]
        holiday = save(owner, "create_holiday", p_name="Feast", p_date="2100-01-01")["holiday"]
        start, later = at("10:00"), at("14:00")
        booked = salon.book(owner, start, key="1")["appointment"]
        owner.execute(
            "insert into schnittwerk_core.fee"
            " (salon_id, appointment_id, customer_id, cause, amount)"
            " select a.salon_id, a.id, a.customer_id, 'no_show', 10"
            " from schnittwerk_core.appointments a"
        )
        entry = salon.join(owner, customer, p_service_id=waited_for)
        time_off = save(owner, "add_time_off", p_staff_id=staff, p_start_date="2100-01-01")[
            "time_off"
        ]
        valid: dict[str, object] = {
            **{name: start.date() for name in ("p_date", "check_date")},
            **{name: start.date() for name in ("p_from", "p_start_date")},
            **{"p_preferred_start_date": start.date(), "p_preferred_end_date": start.date()},
            **{"p_starts_at": later, "p_new_starts_at": later, "appointment_start": start},
            **{"appointment_end": later, "p_to": later.date(), "p_consumer": "x", "p_limit": 10},
            "p_reason": "Reason",
            **{"p_staff_id": staff, "p_service_id": service, "p_customer_id": customer},
            **{"p_idempotency_key": "2", "p_operation_type": "create", "p_outcome": "delivered"},
            **{"p_appointment_id": booked["id"], "p_entry_id": entry},
            **{"p_holiday_id": holiday["id"], "p_time_off_id": time_off["id"]},
            **{"p_name": "Name", "p_full_name": "Name", "p_time_zone": "UTC", "p_email": "a@b.c"},
            **{"p_profile_id": ADMIN, "p_role": "admin", "p_policy_key": "auto_confirm"},
            **{"policy_key": "auto_confirm", "p_policy_value": Jsonb(True)},
            **{"p_duration_minutes": 30, "p_base_price": 10, "p_settings": Jsonb({})},
            **{"p_changes": Jsonb({}), "p_windows": Jsonb([]), "p_services": Jsonb([])},
            **{"p_targets": Jsonb([]), "p_event_id": ADMIN, "p_delivery_id": ADMIN},
            **{"p_kind": "time", "p_conditions": Jsonb({}), "p_adjustment": Jsonb({"amount": 1})},
        }
        # all that make objects where clients look for theirs
        superuser.execute("grant create on schema public to test_user")
        return Hostile(
            database,
            list(functions(owner).values()),
            valid,
            {
                "user": ("test_user", None, ADMIN),
                "anonymous": ("test_anon", None, ADMIN),
                "admin": ("authenticator", "schnittwerk_user", ADMIN),
                "customer": ("authenticator", "schnittwerk_user", CUSTOMER),
                "service": ("authenticator", "schnittwerk_service", None),
            },
        )


def _plant_in_public(hostile: Hostile) -> None:
    with psycopg.connect(hostile.database.dsn("postgres"), autocommit=True) as superuser:
        # only who owns a type may make a cast from or to it; the rest any client may do
        superuser.execute("set role test_user")
        for statement in _public_traps():
            superuser.execute(statement)


def _calls(hostile: Hostile) -> Iterator[tuple[Function, dict[str, object]]]:
    """Each RPC, once with arguments that it takes and once with none."""
    for rpc in hostile.rpcs:
        given = {name: hostile.valid.get(name) for name in rpc.required}
        if rpc.name == "claim_delivery":
            given["p_targets"] = ["x"]
        if rpc.name in ("list_appointments", "booking_metrics"):
            given["p_from"] = hostile.valid["appointment_start"]
            given["p_to"] = hostile.valid["appointment_end"]
        yield rpc, given
        yield rpc, dict.fromkeys(rpc.required)


@pytest.mark.parametrize("client", ["user", "anonymous", "admin", "customer", "service"])
def test_nothing_planted_runs_as_the_owner(hostile: Hostile, client: str) -> None:
    with hostile.connect(client) as unspoilt:
        expected = [unspoilt.outcome(rpc, given) for rpc, given in _calls(hostile)]
    _plant_in_public(hostile)
    with hostile.connect(client, planted=True) as planter:
        planter.connection.execute("select 'x'::text, 'a' || 'b'::pg_catalog.text")
        assert {("type text", planter.role), ("operator || of text", planter.role)} <= (
            planter.sprung()
        ), "the traps do not work"
        for (rpc, given), outcome in zip(_calls(hostile), expected, strict=True):
            assert planter.outcome(rpc, given) == outcome, rpc.name
        assert {role for _, role in planter.sprung()} == {planter.role}, planter.sprung()


@pytest.mark.parametrize(
    ("path", "trap"),
    [("", "type text"), ("public, pg_catalog, pg_temp", "function lower")],
    ids=["types", "functions"],
)
def test_what_was_planted_and_runs_as_the_owner_is_found(
    hostile: Hostile, path: str, trap: str
) -> None:
    """What the test above looks for, of a function that looks where clients may plant."""
    _plant_in_public(hostile)
    with psycopg.connect(hostile.database.dsn()) as owner:
        owner.execute(
            sql.SQL(
                "alter function schnittwerk_core.list_customers(text, int, uuid)"
                " set search_path = {}"
            ).format(sql.SQL(path or "''"))
        )
    [list_customers] = [rpc for rpc in hostile.rpcs if rpc.name == "list_customers"]
    with hostile.connect("admin", planted=True) as planter:
        planter.outcome(list_customers, {"p_search": "x"})
        assert (trap, OWNER) in planter.sprung()


# Each short enough for the shortest argument of free text, a telephone number.
INJECTED = {
    "quote": "'; drop table schnittwerk_core.salon; --",
    "quotes": "\"' || current_user || '\"",
    "function": "$$; select pg_sleep(1000); $$",
    "dollar": "$1 $2 $x$ ${1+1} {{7*7}} <%= 7 %>",
    "format": "%s %I %L %1$s %% %n %",
    "backslash": "\\ \\' \\\" \\n \\x41 \\u0041 \\0",
    "json": '", "role": "admin", "x": {"a": [1]}',
    "pattern": "a%_*.*[x](y)?+^$|",
    "lines": 'a\nLOG:  {"x": 1}\n\tDETAIL:  b',
    "html": "<script>alert(1)</script>&amp;<!--",
    "override": "\u202egnp.\u202c \u2066x\u2069 \ufeff \u200d \U0001f600",
    "array": '{a,"b",NULL}',
    "row": '(1,,"x")',
}
# Where those of free text go that their write does not answer with.
_KEPT = """
    select from schnittwerk_core.booking_operations o
    where %(text)s in (o.idempotency_key, o.override_reason)
    union all
    select from schnittwerk_core.appointments a
    where %(text)s = a.notes
    union all
    select from schnittwerk_core.journal_personal p
    where %(text)s in (p.reason, p.override_reason)
"""
# Names, which are one line.
NAMES = {
    ("add_time_off", "p_type"),
    ("create_holiday", "p_name"),
    *((f"save_{name}", "p_full_name") for name in ("customer", "profile", "staff")),
    *((f"save_{name}", "p_name") for name in ("salon", "service", "resource", "price_rule")),
    ("save_resource", "p_pool"),
    ("save_service", "p_category"),
}
FREE = NAMES | {
    *((f"{name}_booking", "p_idempotency_key") for name in ("create", "cancel", "reschedule")),
    *((f"{name}_booking", "p_override_reason") for name in ("create", "cancel", "reschedule")),
    *((f"{name}_booking", "p_reason") for name in ("cancel", "reschedule")),
    *((name, "p_idempotency_key") for name in ("confirm_booking", "hold_slot", "join_waitlist")),
    *((name, "p_idempotency_key") for name in ("update_waitlist_entry", "leave_waitlist")),
    *((name, "p_notes") for name in ("create_booking", "join_waitlist", "save_customer")),
    ("create_holiday", "p_description"),
    *(("waive_fee", name) for name in ("p_idempotency_key", "p_reason")),
    *(("create_booking_idempotent", name) for name in ("p_idempotency_key", "p_notes")),
}


@pytest.mark.parametrize("injected", INJECTED)
def test_text_is_nothing_but_text(hostile: Hostile, injected: str) -> None:
    text = INJECTED[injected]
    taken = set()
    with psycopg.connect(hostile.database.dsn()) as owner:
        owner.execute("set local statement_timeout = '20s'")
        save(owner, "set_policy", p_policy_key="log_operations", p_policy_value=Jsonb(True))
        headers = json.dumps({"x-correlation-id": text, "idempotency-key": text})
        owner.execute("select set_config('request.headers', %s, true)", [headers])
        owner.execute("set local client_min_messages = log")
        lines: list[str] = []
        owner.add_notice_handler(lambda notice: lines.append(notice.message_primary or ""))
        for rpc, given in list(_calls(hostile))[::2]:
            for name in (name for name, type_ in rpc.parameters.items() if type_ == "text"):
                lines.clear()
                with owner.transaction(force_rollback=True):
                    if _is_taken(owner, rpc, given | {name: text}, text):
                        taken.add((rpc.name, name))
                assert all("\n" not in line for line in lines)
                logged = [json.loads(line)["message"] for line in lines]
                operations = [it for it in logged if it.startswith("Booking operation ")]
                # a salon that is new logs nothing of them yet
                if rpc.name != "save_salon":
                    assert len(operations) == (not rpc.is_read), rpc.name
                assert set(logged) <= {*operations, "Personal data read"}
    keys = {(rpc, name) for rpc, name in FREE if name == "p_idempotency_key"}
    refused = {"lines": NAMES | keys, "override": NAMES}
    assert taken == FREE - refused.get(injected, set())


def _is_taken(owner: Connection, rpc: Function, given: dict[str, object], text: str) -> bool:
    """Whether a call does as told, and keeps the text as it is; otherwise it is refused."""
    with owner.cursor(row_factory=dict_row) as cursor:
        try:
            with owner.transaction():
                rows = cursor.execute(rpc.call(given), given).fetchall()
        except psycopg.Error as error:
            if not (error.sqlstate or "").startswith("PT4"):
                raise
            return False
        if rpc.is_read:
            return False
        answer: Answer = rows[0].get(rpc.name, {})
        if rpc.name == "create_booking_idempotent":
            return bool(cursor.execute(_KEPT, {"text": text}).fetchall())
        if not answer["success"]:
            return False
        del answer["correlation_id"]  # the header's, which is the text where that may be
        return text in _strings(answer) or bool(cursor.execute(_KEPT, {"text": text}).fetchall())


def _strings(value: Any) -> Iterator[str]:
    """All texts in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
