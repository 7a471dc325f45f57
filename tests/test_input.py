"""Every argument of every RPC with values that no salon has: refused, by the argument's name."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import uuid4

import psycopg
import pytest
from calls import Answer, Connection, save
from gateway import Function, functions
from psycopg.rows import dict_row

LONG = "x" * 100_000
MANY = 100_001
NESTED = '{"a": [' * 1000 + "1" + "]}" * 1000

# What the text arguments that take one of a few words say to any other.
NO_SUCH = r"unknown_.*"


@dataclass(frozen=True)
class Bad:
    """A value, spelled as Postgres does, for all arguments of a type, and the codes it may get."""

    type: str
    value: str | Callable[[], str]
    codes: str

    def spelled(self) -> str:
        return self.value if isinstance(self.value, str) else self.value()


def of(type_: str, codes: str, **values: str | Callable[[], str]) -> dict[str, Bad]:
    return {f"{type_}-{name}": Bad(type_, value, codes) for name, value in values.items()}


BAD = {
    **of("text", f"too_long|{NO_SUCH}", long=LONG),
    **of(
        "text",
        f"control_character|{NO_SUCH}",
        soh="a\x01",
        escape="\x1b[",
        delete="a\x7f",
        c1_escape="a\x9b",
    ),
    # between two others, as at the end of a name it is white space: too long for a language
    **of("text", f"control_character|too_long|{NO_SUCH}", next_line="a\x85b"),
    **of("integer", "out_of_range|no_such_day", least=str(-(2**31)), most=str(2**31 - 1)),
    **of(
        "numeric",
        "out_of_range",
        nan="NaN",
        infinity="Infinity",
        least="-Infinity",
        huge="1e1000",
        negative="-0.01",
    ),
    **of("numeric", "too_precise", fine="1.001"),
    **of(
        "date",
        "out_of_range",
        infinity="infinity",
        least="-infinity",
        bc="4713-01-01 BC",
        most="5874897-12-31",
    ),
    **of(
        "timestamp with time zone",
        "out_of_range",
        infinity="infinity",
        least="-infinity",
        bc="4713-01-01 00:00:00+00 BC",
        most="294276-12-31 23:59:59.999999+00",
    ),
    **of("timestamp with time zone", "not_a_whole_minute", second="2100-01-01 10:00:01+00"),
    **of("time without time zone", "not_a_whole_minute", second="10:00:01"),
    **of(
        "time without time zone[]",
        "too_many|not_a_list|required|out_of_range",
        many=lambda: "{" + ",".join(["10:00"] * MANY) + "}",
        null="{10:00,null}",
        table="{{10:00},{11:00}}",
        second="{10:00:01}",
    ),
    **of(
        "integer[]",
        "too_many|not_a_list|required|out_of_range",
        many=lambda: "{" + ",".join(["1"] * MANY) + "}",
        null="{1,null}",
        table="{{1},{2}}",
        most=f"{{{2**31 - 1}}}",
    ),
    **of(
        "uuid[]",
        "too_many|not_a_list|required",
        many=lambda: "{" + ",".join(["00000000-0000-4000-8000-000000000000"] * MANY) + "}",
        null="{00000000-0000-4000-8000-000000000000,null}",
        table="{{00000000-0000-4000-8000-000000000000},{00000000-0000-4000-8000-000000000001}}",
    ),
    **of(
        "text[]",
        f"too_many|not_a_list|required|too_long|control_character|{NO_SUCH}",
        many=lambda: "{" + ",".join(["x"] * MANY) + "}",
        null="{x,null}",
        table="{{x},{y}}",
        long=f"{{{LONG}}}",
        escape="{a\x1bb}",
    ),
    **of(
        "jsonb",
        "invalid_type|unknown_key|too_many|required",
        word='"x"',
        long=f'"{LONG}"',
        null="null",
        table="[[1]]",
        nested=NESTED,
        unknown_keys=json.dumps({f"no_such_key_{number}": 1 for number in range(1000)}),
        unknown_items=json.dumps([{"no_such_key": 1}] * 1000),
        unknown_key='{"no_such_key": 1}',
        long_key=f'{{"{LONG}": 1}}',
        items=lambda: json.dumps([{"no_such_key": 1}] * MANY),
    ),
}
# Those that their function takes, or does not say no to.
ALLOWED = {
    # ends of a range, not of an appointment
    *(
        ("timestamp with time zone-second", function, end)
        for function in ("list_appointments", "booking_metrics", "list_audit")
        for end in ("p_from", "p_to")
    ),
    # it answers for every pair of instants
    *(
        (bad, "validate_appointment_timing", end)
        for bad, it in BAD.items()
        if it.type == "timestamp with time zone"
        for end in ("appointment_start", "appointment_end")
    ),
    # back to the hours of the weekday
    ("jsonb-null", "set_special_hours", "p_windows"),
    # one step
    ("jsonb-null", "set_service_steps", "p_steps"),
    # the rules that are saved
    ("jsonb-null", "simulate_prices", "p_rules"),
    # more than eight items are refused for their number only
    *(("jsonb-unknown_items", function, "p_items") for function in ("create_visit", "find_visits")),
}

# In whatever stands under a key of a JSON object, or of the objects in a list.
BAD_JSON: dict[str, str | Callable[[], str]] = {
    "word": '"x\\u001b"',
    "long": f'"{LONG}"',
    "number": "1e1000",
    "table": "[[1]]",
    "nested": NESTED,
    "many": lambda: json.dumps(["x"] * MANY),
}


@dataclass(frozen=True)
class Argument:
    rpc: Function
    name: str

    def __str__(self) -> str:
        return f"{self.rpc.name}({self.name})"


@dataclass
class Calls:
    """Calls whose bad argument alone keeps them back: the salon has one of each other thing."""

    connection: Connection
    rpcs: list[Function]
    valid: dict[str, object]

    def faults(self, argument: Argument, value: str) -> list[Answer]:
        """Calls the function with the argument as told; returns the faults of its refusal."""
        rpc = argument.rpc
        given = {name: self.valid.get(name) for name in rpc.required} | {argument.name: value}
        with (
            self.connection.transaction(force_rollback=True),
            self.connection.cursor(row_factory=dict_row) as cursor,
        ):
            if rpc.name == "register_customer":
                # for whom the service acts; it is no customer itself
                cursor.execute(f"set local schnittwerk.acting_user = '{uuid4()}'")
            if rpc.is_read:
                with pytest.raises(psycopg.Error) as refusal:
                    cursor.execute(rpc.call(given), given)
                error = refusal.value
                assert (error.sqlstate, error.diag.message_primary) == ("PT400", "invalid_input")
                return _read(error.diag.message_detail or "")
            row: Answer = cursor.execute(rpc.call(given), given).fetchone() or {}
        if rpc.name == "create_booking_idempotent":
            return _read(row["error_message"])
        answer: Answer = row[rpc.name]
        assert (answer["success"], answer.get("code")) == (False, "invalid_input"), answer
        return _read(json.dumps(answer["details"]))


def _read(details: str) -> list[Answer]:
    """The faults of a refusal, each of the shape that they all have."""
    assert len(details) < 50_000, "it is many times as long as the question"
    faults: list[Answer] = json.loads(details)
    for fault in faults:
        assert fault.keys() == {"path", "code", "message"}
        assert [type(step) for step in fault["path"]] == [str]
        assert len(fault["path"][0]) + len(fault["message"]) < 1000, "it repeats what it was given"
    return faults


@pytest.fixture
def calls(db: Connection) -> Calls:
    # what takes longer is not bounded
    db.execute("set local statement_timeout = '20s'")
    save(db, "save_salon", p_name="Input", p_time_zone="UTC")
    staff = save(db, "save_staff", p_full_name="Anna")["staff"]
    service = save(db, "save_service", p_name="Cut", p_duration_minutes=60, p_base_price=50)
    customer = save(db, "save_customer", p_full_name="Carla")["customer"]
    holiday = save(db, "create_holiday", p_name="Feast", p_date="2100-01-01")["holiday"]
    entry = save(
        db,
        "join_waitlist",
        p_idempotency_key="1",
        p_customer_id=customer["id"],
        p_service_id=service["service"]["id"],
        p_preferred_start_date="2100-01-01",
        p_preferred_end_date="2100-01-31",
    )["waitlist_entry"]
    valid = {
        "p_idempotency_key": "2",
        "p_customer_id": customer["id"],
        "p_service_id": service["service"]["id"],
        "p_staff_id": staff["id"],
        "p_holiday_id": holiday["id"],
        "p_entry_id": entry["id"],
        "p_date": "2100-01-01",
        "p_policy_key": "auto_confirm",
    }
    return Calls(db, list(functions(db).values()), valid)


def _of_type(calls: Calls, type_: str) -> Iterator[Argument]:
    arguments = [
        Argument(rpc, name)
        for rpc in calls.rpcs
        for name, of_type in rpc.parameters.items()
        if of_type == type_
    ]
    assert arguments, f"no function takes {type_}"
    yield from arguments


# What the original's names call otherwise than the functions behind them.
PATHS = {("create_booking_idempotent", "p_price"): "p_expected_price"}


def _told(faults: list[Answer], argument: Argument, below: str = "") -> set[str]:
    """The codes of the faults of an argument and of what is in it."""
    path = PATHS.get((argument.rpc.name, argument.name), argument.name) + below
    return {
        fault["code"]
        for fault in faults
        if re.match(re.escape(path) + r"($|[.\[])", fault["path"][0])
    }


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_argument_is_refused_by_its_name(
    calls: Calls, bad: str, subtests: pytest.Subtests
) -> None:
    value = BAD[bad].spelled()
    for argument in _of_type(calls, BAD[bad].type):
        if (bad, argument.rpc.name, argument.name) in ALLOWED:
            continue
        with subtests.test(str(argument)):
            codes = _told(calls.faults(argument, value), argument)
            assert any(re.fullmatch(BAD[bad].codes, code) for code in codes), codes


@pytest.mark.parametrize("bad", BAD_JSON)
def test_a_bad_value_in_json_is_refused_by_its_path(
    calls: Calls, bad: str, subtests: pytest.Subtests
) -> None:
    value = BAD_JSON[bad]
    spelled = value if isinstance(value, str) else value()
    for argument in _of_type(calls, "jsonb"):
        for template, below in _places(calls, argument):
            with subtests.test(f"{argument} {below}"):
                faults = calls.faults(argument, template.replace("?", spelled))
                assert _told(faults, argument, below)


def _places(calls: Calls, argument: Argument) -> Iterator[tuple[str, str]]:
    """Each key that an argument's object, or its list's, has: a template and its path."""
    for template, below in (('{"no_such_key": 1}', ""), ('[{"no_such_key": 1}]', "[0]")):
        for fault in calls.faults(argument, template):
            if fault["code"] == "unknown_key":
                _, _, known = fault["message"].partition(" it may have ")
                for key in known.split(", "):
                    yield template.replace('"no_such_key": 1', f'"{key}": ?'), f"{below}.{key}"


def test_an_unknown_key_in_json_is_told_the_known_ones(calls: Calls) -> None:
    """What the test above tries is found in the refusals themselves."""
    places = {
        str(argument): {below for _, below in _places(calls, argument)}
        for argument in _of_type(calls, "jsonb")
    }
    assert places.pop("set_policy(p_policy_value)") == set()
    assert all(places.values()), places
    assert places["set_special_hours(p_windows)"] == {"[0].start_time", "[0].end_time"}
