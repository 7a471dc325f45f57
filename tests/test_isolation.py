"""Nobody learns of another salon, nor a customer of another: what is foreign is as if unknown."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from itertools import product
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from calls import Connection
from gateway import Function, Request, ask, functions, perform, transaction
from rpcs import FURTHER, UUID, Arguments, Caller, Things, World, arguments

Place = tuple[str | int, ...]
"""Where a value stands in arguments: `("p_services", 0, "service_id")`."""

OF_SALONS = {"list_salons", "save_salon"}
"""Salons are public: everybody may list them, and their names are unique."""

# Each way into a table has an index, as large tables would have it used; no plan is made anew.
_PLANS = "-c enable_seqscan=off -c enable_bitmapscan=off -c plan_cache_mode=force_generic_plan"

_COUNTS = """
    select s.relname || '.' || c.name, coalesce(c.n, 0)
    from pg_stat_xact_user_tables s
    cross join lateral (
      values
        ('seq_scan', s.seq_scan), ('seq_tup_read', s.seq_tup_read), ('idx_scan', s.idx_scan),
        ('idx_tup_fetch', s.idx_tup_fetch), ('n_tup_ins', s.n_tup_ins),
        ('n_tup_upd', s.n_tup_upd), ('n_tup_del', s.n_tup_del)
    ) c (name, n)
    where s.schemaname = 'schnittwerk_core'
"""

# Whose a thing is stands in it: it is read, and its customer looked up.
_READ_TO_SEE_WHOSE_IT_IS = {
    *("appointments.idx_tup_fetch", "waitlist.idx_tup_fetch"),
    *("customers.idx_scan", "customers.idx_tup_fetch"),
}


@dataclass(frozen=True)
class Comparison:
    """A request with things that the caller is not to know of, and with things that are not."""

    foreign: str
    unknown: str
    more: dict[str, int]
    """By table and statistic, how much more was read or written for what is foreign."""


@pytest.fixture(scope="module")
def gateway(world: World) -> Iterator[Connection]:
    """The gateway's connection to the world, with plans as for much data."""
    with psycopg.connect(
        world.database.dsn("authenticator"), autocommit=True, options=_PLANS
    ) as connection:
        yield connection


def texts(value: Any, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """The texts in arguments, wherever they stand."""
    if isinstance(value, dict | list):
        for step, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from texts(item, (*place, step))
    elif isinstance(value, str):
        yield place, value


def changed(given: Arguments, changes: dict[Place, str]) -> Arguments:
    """The arguments with other texts in some places."""
    result = deepcopy(given)
    for place, text in changes.items():
        item: Any = result
        for step in place[:-1]:
            item = item[step]
        item[place[-1]] = text
    return result


def all_arguments(world: World, function: str) -> list[tuple[Arguments, Arguments, Arguments]]:
    """Valid arguments with own things, with others' and with those of the other salon.

    Once more for the arguments that a call does without.
    """
    north, south = world.north, world.south
    places = ((north, north.own), (north, north.others), (south, south.own))
    own, others, foreign = (arguments(function, salon, things) for salon, things in places)
    given = [(own, others, foreign)]
    if function in FURTHER:
        more = [FURTHER[function](salon, things) for salon, things in places]
        given.append((own | more[0], others | more[1], foreign | more[2]))
    return given


def differences(one: Arguments, other: Arguments) -> dict[Place, str]:
    """The texts of the other arguments where they differ, but for the salon's id."""
    mine = dict(texts(one))
    return {
        place: text
        for place, text in texts(other)
        if mine[place] != text and place != ("p_salon_id",)
    }


def compare(
    world: World,
    connection: Connection,
    function: Function,
    caller: Caller,
    given: Arguments,
    changes: dict[Place, str],
) -> Comparison:
    """Makes a request with the changes, and with unknown texts in their places instead."""

    def answer(texts: dict[Place, str]) -> str:
        headers = {"X-Correlation-Id": "the-request"}
        request = Request(function, changed(given, texts), caller, headers=headers)
        connection.execute("savepoint before")
        response = perform(connection, request)
        connection.execute("rollback to before")
        return response.without_new_ids(world.known_ids, texts.values())

    def unknown_text(text: str) -> str:
        if "@" in text:
            return f"{uuid4()}@example.com"
        # Beside the id in indexes: how many pages a skip scan of PostgreSQL 18 tries depends on it.
        beside = text[:13] if UUID.fullmatch(text) else ""
        return beside + str(uuid4())[len(beside) :]

    def unknown() -> dict[Place, str]:
        return {place: unknown_text(text) for place, text in changes.items()}

    def counts() -> dict[str, int]:
        return dict(connection.execute(_COUNTS).fetchall())

    with transaction(connection, "read only" if function.is_read else "read write"):
        answer(unknown())  # makes the plans
        before = counts()
        of_foreign = answer(changes)
        between = counts()
        of_unknown = answer(unknown())
        after = counts()
    more = {name: 2 * between[name] - before[name] - after[name] for name in after}
    return Comparison(of_foreign, of_unknown, {name: n for name, n in more.items() if n != 0})


def assert_tells_nothing_of_the_south(world: World, text: str) -> None:
    """Whatever is in an answer, there is no text and no id of the other salon's."""
    assert world.south.marker not in text
    assert not set(UUID.findall(text)) & world.ids[world.south.id]


def test_the_salons_have_no_id_in_common(world: World) -> None:
    assert not world.ids[world.north.id] & world.ids[world.south.id]


def test_the_comparison_tries_every_id_that_can_be_passed(
    world: World, gateway: Connection
) -> None:
    for function in functions(gateway).values():
        tried = {
            place[0]
            for own, _, foreign in all_arguments(world, function.name)
            for place in differences(own, foreign)
        }
        ids = {name for name, type_ in function.parameters.items() if type_ in ("uuid", "uuid[]")}
        assert ids - tried <= {"p_salon_id"}, function.name


# On one version, as the next: what a call shows depends on our functions alone.
@pytest.mark.parametrize("cluster", [15], indirect=True, ids=["pg15"], scope="session")
def test_what_is_of_another_salon_is_as_if_unknown(
    world: World, gateway: Connection, subtests: pytest.Subtests
) -> None:
    for function in functions(gateway).values():
        if function.name in OF_SALONS:
            continue
        with subtests.test(function.name):
            for own, _, foreign in all_arguments(world, function.name):
                changes = differences(own, foreign)
                alone = [{place: text} for place, text in changes.items()]
                for caller, some in product(world.north.callers, [*alone, changes]):
                    found = compare(world, gateway, function, caller, own, some)
                    assert found.foreign == found.unknown, (caller.name, some)
                    assert found.more == {}, (caller.name, some)
                    assert_tells_nothing_of_the_south(world, found.foreign)


def private(things: Things) -> set[str]:
    """What another customer is not to know of."""
    return {
        *(things.user_id, things.customer_id, things.appointment_id, things.begun_id),
        *(things.visit_id, things.entry_id, things.offered_id, things.key),
    }


LEFT_OUT = ("rpc_validate_appointment_slot", ("p_exclude_appointment_id",))


def others_things(world: World, function: str) -> list[tuple[Arguments, dict[Place, str]]]:
    """Arguments with another customer's things, and where each of those stands."""
    return [
        (others, {place: text})
        for _, others, _ in all_arguments(world, function)
        for place, text in texts(others)
        if text in private(world.north.others)
    ]


def test_what_is_another_customers_is_as_if_unknown(
    world: World, gateway: Connection, subtests: pytest.Subtests
) -> None:
    for function in functions(gateway).values():
        with subtests.test(function.name):
            for others, change in others_things(world, function.name):
                if (function.name, *change) == LEFT_OUT:
                    continue
                for name in ("anonymous", "stranger", "customer"):
                    caller = world.north.caller(name)
                    found = compare(world, gateway, function, caller, others, change)
                    assert found.foreign == found.unknown, (name, change)
                    assert found.more.keys() <= _READ_TO_SEE_WHOSE_IT_IS, (name, change)
                    most = 2 if ("p_visit_id",) in change else 1  # a visit's items
                    assert all(it <= most for it in found.more.values()), (name, change)


@pytest.mark.parametrize("name", ["anonymous", "stranger", "customer"])
def test_the_appointment_that_a_check_leaves_out_is_one_that_the_caller_knows_of(
    world: World, gateway: Connection, name: str
) -> None:
    function, place = LEFT_OUT
    [(others, change)] = others_things(world, function)
    assert set(change) == {place}
    caller = world.north.caller(name)
    found = compare(world, gateway, functions(gateway)[function], caller, others, change)
    assert found.foreign == found.unknown


def test_another_ones_time_off_is_as_if_unknown(world: World, gateway: Connection) -> None:
    function = functions(gateway)["remove_time_off"]
    [(_, others, _)] = all_arguments(world, function.name)
    change: dict[Place, str] = {("p_time_off_id",): world.north.others.time_off_id}
    found = compare(world, gateway, function, world.north.caller("staff"), others, change)
    assert found.foreign == found.unknown


@pytest.mark.parametrize("cluster", [15], indirect=True, ids=["pg15"], scope="session")
def test_no_answer_tells_of_the_other_salon(
    world: World, gateway: Connection, subtests: pytest.Subtests
) -> None:
    for function in functions(gateway).values():
        if function.name == "list_salons":
            continue
        with subtests.test(function.name):
            for caller in world.north.callers:
                for own, others, _ in all_arguments(world, function.name):
                    # a list that is not narrowed down shows the most
                    required = {*function.required, "p_salon_id"}
                    least = {name: own[name] for name in own if name in required}
                    for given in (own, others, least):
                        answer = ask(gateway, Request(function, given, caller))
                        assert_tells_nothing_of_the_south(
                            world, answer.without_new_ids(world.known_ids)
                        )


def test_the_comparison_notices_a_row_that_is_read(world: World, gateway: Connection) -> None:
    function = functions(gateway)["get_appointment"]
    [(own, _, _)] = all_arguments(world, function.name)
    change: dict[Place, str] = {("p_appointment_id",): world.north.own.appointment_id}
    found = compare(world, gateway, function, world.north.caller("admin"), own, change)
    assert found.foreign != found.unknown
    assert found.more["appointments.idx_tup_fetch"] > 0
