"""Every RPC as PostgREST calls it: statuses, headers, and whom it takes the caller for."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from uuid import uuid4

import psycopg
import pytest
from calls import Connection
from conftest import Cluster, Database
from gateway import Function, Request, Response, ask, begin_request, functions, perform, transaction
from psycopg import sql
from rpcs import (
    ANONYMOUS,
    RPCS,
    SERVICE,
    Arguments,
    Caller,
    Tenant,
    World,
    arguments,
    build_world,
    contents,
)
from snippets import run_by

CORRELATION = {"X-Correlation-Id": "the-request"}
READ_ONLY_SQL_TRANSACTION = "25006"


class Gateway:
    """Makes requests of the world, in the northern salon unless told otherwise."""

    def __init__(self, connection: Connection, world: World) -> None:
        self.connection = connection
        self.world = world
        self.salon: Tenant = world.north
        self.functions = functions(connection)
        self.reads = [function for function in self.functions.values() if function.is_read]
        self.writes = [function for function in self.functions.values() if not function.is_read]

    def request(
        self,
        function: str | Function,
        caller: str | Caller,
        changes: Arguments | None = None,
        *,
        others: bool = False,
        method: str = "POST",
        headers: Mapping[str, str] = CORRELATION,
        claims: Mapping[str, str] | None = None,
    ) -> Request:
        """A request with valid arguments, but for the changes."""
        name = function if isinstance(function, str) else function.name
        things = self.salon.others if others else self.salon.own
        return Request(
            self.functions[name],
            arguments(name, self.salon, things) | (changes or {}),
            self.salon.caller(caller) if isinstance(caller, str) else caller,
            method,
            headers,
            claims or {},
        )

    def ask(self, request: Request) -> Response:
        return ask(self.connection, request)

    def keyed(self) -> list[Function]:
        return [function for function in self.writes if "p_idempotency_key" in function.parameters]


@pytest.fixture
def gateway(authenticator: Connection, world: World) -> Gateway:
    return Gateway(authenticator, world)


@pytest.fixture
def registry(world: World) -> dict[str, int]:
    """The HTTP status of every code that there is."""
    with world.connect("book_owner") as owner:
        return dict(
            owner.execute("select code, http_status from schnittwerk_core.error_code").fetchall()
        )


def without(arguments: Arguments, name: str) -> Arguments:
    return {key: value for key, value in arguments.items() if key != name}


def test_every_rpc_is_listed_with_arguments(gateway: Gateway) -> None:
    assert gateway.functions.keys() == RPCS.keys()


def test_a_read_is_the_same_by_get_and_by_post(gateway: Gateway, subtests: pytest.Subtests) -> None:
    known = gateway.world.known_ids
    for function in gateway.reads:
        with subtests.test(function.name):
            for caller, others in product(gateway.salon.callers, (False, True)):
                post = gateway.request(function, caller, others=others)
                get = replace(post, method="GET")
                assert get.access_mode == post.access_mode == "read only"
                by_post, by_get = gateway.ask(post), gateway.ask(get)
                assert by_post.without_new_ids(known) == by_get.without_new_ids(known), caller
                assert by_post.status is None, caller
            assert gateway.ask(gateway.request(function, SERVICE)).http_status == 200


def test_what_a_read_refuses_is_an_error_with_its_status_and_code(
    gateway: Gateway, registry: dict[str, int], subtests: pytest.Subtests
) -> None:
    seen = set()
    for function in gateway.reads:
        unknown = {"p_salon_id": str(uuid4())} if "p_salon_id" in function.parameters else {}
        with subtests.test(function.name):
            for caller, changes in product(gateway.salon.callers, ({}, unknown)):
                answer = gateway.ask(gateway.request(function, caller, changes))
                if answer.sqlstate is not None:
                    assert answer.message is not None
                    assert answer.sqlstate == f"PT{registry[answer.message]}", caller
                    assert answer.detail, caller
                    seen.add(answer.message)
    assert seen == {"not_authenticated", "forbidden", "not_found"}


def assert_status(answer: Response, registry: dict[str, int]) -> None:
    """What the request's answer has for a status is what its body says."""
    assert answer.sqlstate is None, answer
    if isinstance(answer.body, list):  # the original's row
        [row] = answer.body
        assert (row["status"] == "completed") is (answer.http_status == 201)
        assert (row["status"] == "failed") is (row["error_message"] is not None)
        return
    assert answer.status == str(answer.body["http_status"])
    assert answer.body["correlation_id"] == CORRELATION["X-Correlation-Id"]
    if answer.body["success"]:
        assert answer.http_status in (200, 201)
    else:
        assert answer.http_status == registry[answer.body["code"]]


def test_a_write_has_the_status_that_it_answers_with(
    gateway: Gateway, registry: dict[str, int], subtests: pytest.Subtests
) -> None:
    for function in gateway.writes:
        with subtests.test(function.name):
            for caller, others in product(gateway.salon.callers, (False, True)):
                request = gateway.request(function, caller, others=others)
                assert request.access_mode == "read write"
                assert_status(gateway.ask(request), registry)


def test_every_write_refuses_with_each_status(
    gateway: Gateway, registry: dict[str, int], subtests: pytest.Subtests
) -> None:
    for function in gateway.writes:
        # of the service's calls the one that only a user can make
        may, may_not = (
            ("customer", "service")
            if function.name == "register_customer"
            else ("service", "stranger")
        )
        salon = "p_id" if function.name == "save_salon" else "p_salon_id"
        unknown = gateway.request(function, may, {salon: str(uuid4())})
        if function.name == "save_salon":
            invalid = gateway.request(function, may, {"p_name": " "})
        else:
            request = gateway.request(function, may)
            invalid = replace(request, arguments=without(request.arguments, salon))
        anonymous = gateway.request(function, ANONYMOUS)
        forbidden = gateway.request(function, may_not)
        with subtests.test(function.name):
            answers = [gateway.ask(request) for request in (invalid, anonymous, forbidden, unknown)]
            for answer in answers:
                assert_status(answer, registry)
            assert [answer.http_status for answer in answers] == [400, 401, 403, 404]


# Values that no argument of the type may have. Ids stay: whose they are may decide about the role.
BAD: dict[str, object] = {
    "boolean": None,
    "date": "infinity",
    "integer": 2**31 - 1,
    "integer[]": [None],
    "jsonb": [[1]],
    "numeric": -1.001,
    "text": "\x1b",
    "text[]": [None],
    "time without time zone": "10:00:01",
    "time without time zone[]": [None],
    "timestamp with time zone": "infinity",
    "uuid[]": [None],
}


@pytest.fixture
def watcher(world: World) -> Iterator[Connection]:
    """The gateway's login, on a connection that counts the calls of functions."""
    with world.connect("postgres") as connection:
        connection.execute("set track_functions = 'all'")
        connection.execute("set session authorization authenticator")
        yield connection


def fault_checks(connection: Connection) -> list[tuple[str, int]]:
    """How often each function that finds the faults of arguments has been called."""
    return connection.execute(
        "select funcname, calls from pg_stat_xact_user_functions where funcname ~ '_faults?$'"
    ).fetchall()


def test_who_may_not_call_is_refused_whatever_the_arguments(
    gateway: Gateway, watcher: Connection, subtests: pytest.Subtests
) -> None:
    """The caller is judged before the arguments, and nothing is made of these until then."""
    refused = set()
    for function in gateway.functions.values():
        bad = {name: BAD[type_] for name, type_ in function.parameters.items() if type_ != "uuid"}
        with subtests.test(function.name):
            for caller in gateway.salon.callers:
                expected = gateway.ask(gateway.request(function, caller))
                if expected.http_status in (401, 403):
                    asked = gateway.request(function, caller, bad)
                    with transaction(watcher, asked.access_mode):
                        before = fault_checks(watcher)
                        watcher.execute("savepoint asked")
                        assert perform(watcher, asked) == expected, caller
                        watcher.execute("rollback to asked")
                        assert fault_checks(watcher) == before, caller
                    refused.add(function.name)
    assert len(refused) > len(gateway.functions) * 2 / 3


def test_a_keyed_write_is_answered_again_or_its_key_refused(
    gateway: Gateway, registry: dict[str, int], subtests: pytest.Subtests
) -> None:
    for function in gateway.keyed():
        request = gateway.request(function, SERVICE)
        with (
            subtests.test(function.name),
            transaction(gateway.connection),
        ):
            first = perform(gateway.connection, request)
            again = perform(gateway.connection, request)
            other = perform(gateway.connection, gateway.request(function, SERVICE, others=True))
            assert_status(first, registry)
            assert again.status == first.status
            if isinstance(first.body, dict):
                assert first.body["success"]
                # the statement that reads its answer makes the call once
                assert not first.body["replayed"]
                assert again.body == first.body | {"replayed": True}
            else:
                assert again.body == first.body
            assert_status(other, registry)
            assert other.http_status == 422


def conflicts(salon: Tenant) -> dict[str, Arguments]:
    """What cannot be, for there is something else already, or nothing any more."""
    taken = {"p_starts_at": salon.others.starts_at, "p_staff_id": salon.others.staff_id}
    return {
        "create_booking": taken,
        "create_booking_idempotent": taken,
        "reschedule_booking": {
            "p_new_starts_at": salon.others.starts_at,
            "p_new_staff_id": salon.others.staff_id,
        },
        "hold_slot": taken,
        "join_waitlist": {"p_service_id": salon.shave_id},
        "accept_waitlist_offer": {"p_entry_id": salon.own.entry_id},
        "decline_waitlist_offer": {"p_entry_id": salon.own.entry_id},
    }


@pytest.mark.parametrize("caller", ["customer", "admin", "service"])
def test_a_conflict_has_its_status(
    gateway: Gateway, registry: dict[str, int], caller: str, subtests: pytest.Subtests
) -> None:
    for function, changes in conflicts(gateway.salon).items():
        with subtests.test(function):
            answer = gateway.ask(gateway.request(function, caller, changes))
            assert_status(answer, registry)
            assert answer.http_status == 409


def test_a_write_by_get_does_nothing(gateway: Gateway, subtests: pytest.Subtests) -> None:
    with gateway.world.connect("book_owner") as owner:
        before = contents(owner)
        for function in gateway.writes:
            with subtests.test(function.name):
                for caller in gateway.salon.callers:
                    post = gateway.ask(gateway.request(function, caller))
                    get = gateway.request(function, caller, method="GET")
                    assert get.access_mode == "read only"
                    # not undone: what it did, if anything, would stay
                    gateway.connection.execute("begin isolation level read committed read only")
                    answer = perform(gateway.connection, get)
                    gateway.connection.execute("commit")
                    if post.http_status in (401, 403):
                        # whom it is not for is told so, and nothing of it is logged
                        assert answer == post, caller
                    else:
                        assert answer.sqlstate == READ_ONLY_SQL_TRANSACTION, caller
        assert contents(owner) == before


@pytest.mark.parametrize("header", ["Idempotency-Key", "X-Idempotency-Key"])
def test_the_key_may_come_by_header(
    gateway: Gateway, header: str, subtests: pytest.Subtests
) -> None:
    for function in gateway.keyed():
        by_header = gateway.request(
            function, "admin", {"p_idempotency_key": None}, headers={header: "by-header"}
        )
        with (
            subtests.test(function.name),
            transaction(gateway.connection),
        ):
            without_key = perform(gateway.connection, replace(by_header, headers={}))
            assert without_key.http_status == 400
            first = perform(gateway.connection, by_header)
            assert first.http_status in (200, 201)
            by_argument = gateway.request(function, "admin", {"p_idempotency_key": "by-header"})
            again = perform(gateway.connection, by_argument)
            assert again.status == first.status
            if isinstance(first.body, dict):
                assert again.body == first.body | {"replayed": True}
            else:
                assert again.body == first.body


def test_the_correlation_id_comes_by_header_and_is_made_otherwise(gateway: Gateway) -> None:
    ids = [
        gateway.ask(gateway.request("create_booking", "customer", headers=headers)).body[
            "correlation_id"
        ]
        for headers in ({"X-Correlation-Id": "the-request"}, {}, {"X-Correlation-Id": "two words"})
    ]
    assert ids[0] == "the-request"
    assert ids[1] != ids[2]
    assert not {"the-request", "two words", ""} & set(ids[1:])


def test_the_claim_sub_is_who_calls(gateway: Gateway) -> None:
    own = gateway.request("get_appointment", "customer")
    other = replace(own, caller=Caller("other", own.caller.role, gateway.salon.others.user_id))
    others_own = gateway.request("get_appointment", other.caller, others=True)
    nobody = replace(own, caller=Caller("nobody", own.caller.role))
    misspelt = replace(own, caller=Caller("misspelt", own.caller.role, "no-uuid"))
    statuses = [
        gateway.ask(request).http_status for request in (own, other, others_own, nobody, misspelt)
    ]
    assert statuses == [200, 404, 200, 401, 401]


def test_the_prologue_of_the_page_makes_a_call_the_users(gateway: Gateway) -> None:
    [prologue] = run_by(__file__, "docs/http.md")
    salon = gateway.salon
    with transaction(gateway.connection):
        gateway.connection.execute(prologue.replace("…", salon.users["customer"]).encode())
        seen = gateway.connection.execute(
            "select id::text from schnittwerk.list_customers(p_salon_id => %s)", [salon.id]
        )
        assert seen.fetchall() == [(salon.own.customer_id,)]


@pytest.mark.parametrize("caller", ["customer", ANONYMOUS])
def test_the_claim_salon_id_selects_the_salon(gateway: Gateway, caller: str | Caller) -> None:
    north, south = gateway.world.north, gateway.world.south
    request = gateway.request("list_services", caller)
    for claimed in (north, south):
        by_claim = replace(
            request, arguments=without(request.arguments, "p_salon_id"), claims=of_salon(claimed)
        )
        names = {service["name"] for service in gateway.ask(by_claim).body}
        assert names == {f"{claimed.marker}{name}" for name in ("haircut", "coloring", "shave")}
    by_argument = gateway.ask(replace(request, claims=of_salon(south)))
    assert north.marker in str(by_argument.body)
    assert south.marker not in str(by_argument.body)


def of_salon(salon: Tenant) -> dict[str, str]:
    return {"salon_id": salon.id}


def test_in_the_other_salon_everybody_is_a_stranger(
    gateway: Gateway, subtests: pytest.Subtests
) -> None:
    south = Gateway(gateway.connection, gateway.world)
    south.salon = gateway.world.south
    known = gateway.world.known_ids
    for function in gateway.functions.values():
        as_stranger = south.request(function, "stranger")
        expected = gateway.ask(as_stranger).without_new_ids(known)
        with subtests.test(function.name):
            for caller in ("customer", "staff", "receptionist", "admin"):
                request = replace(as_stranger, caller=gateway.salon.caller(caller))
                by_claim = replace(
                    request,
                    arguments=without(request.arguments, "p_salon_id"),
                    claims=of_salon(south.salon),
                )
                for asked in (request, by_claim):
                    answer = gateway.ask(asked).without_new_ids(known)
                    stranger = south.salon.users["stranger"]
                    assert answer == expected.replace(stranger, str(request.caller.user_id))


SETTINGS = (
    *("role", "search_path"),
    *("request.jwt.claims", "request.method", "request.path", "request.headers"),
    *("request.cookies", "response.status", "response.headers"),
    *("schnittwerk.actor", "schnittwerk.acting_user"),
)


def test_nothing_of_a_request_is_left_to_the_next_one(
    database: Database, subtests: pytest.Subtests
) -> None:
    world = build_world(database)
    with world.connect() as connection:

        def settings() -> dict[str, str]:
            # one that was made once is empty afterwards, not null
            rows = connection.execute(
                "select name, coalesce(current_setting(name, true), '')"
                " from unnest(%s::text[]) name",
                [list(SETTINGS)],
            ).fetchall()
            return dict(rows)

        gateway = Gateway(connection, world)
        before = settings()
        for function in gateway.functions.values():
            with subtests.test(function.name):
                for caller in ("customer", "admin", "service"):
                    request = gateway.request(function, caller, claims=of_salon(world.north))
                    connection.execute(f"begin {request.access_mode}")
                    perform(connection, request)
                    connection.execute("commit")
                    assert settings() == before, caller
        used = ask(connection, gateway.request("list_appointments", "stranger"))
        with world.connect() as fresh:
            assert used == ask(fresh, gateway.request("list_appointments", "stranger"))


@pytest.fixture(scope="module")  # a new connection plans every call anew
def logins(world: World, cluster: Cluster) -> Iterator[dict[str, Connection]]:
    """Connections of logins that are not the gateway's, by the client role that they belong to."""
    names = {"schnittwerk_user": "direct_user", "schnittwerk_service": "direct_service"}
    with psycopg.connect(cluster.dsn(), autocommit=True) as superuser:
        for role, login in names.items():
            superuser.execute(
                sql.SQL("create role {} login in role {}").format(
                    sql.Identifier(login), sql.Identifier(role)
                )
            )
        try:
            with (
                world.connect("direct_user") as user,
                world.connect("direct_service") as service,
                world.connect("postgres") as super_connection,
            ):
                yield {"user": user, "service": service, "superuser": super_connection}
        finally:
            for login in names.values():
                superuser.execute(sql.SQL("drop role {}").format(sql.Identifier(login)))


@pytest.mark.parametrize(
    ("login", "role", "is_taken_for"),
    [
        ("user", "schnittwerk_user", "anonymous"),
        ("user", "none", "anonymous"),
        ("superuser", "schnittwerk_user", "anonymous"),
        ("superuser", "schnittwerk_service", "service"),
        ("service", "schnittwerk_service", "service"),
        ("service", "none", "service"),
    ],
)
def test_claims_of_any_other_login_gain_nothing(
    gateway: Gateway,
    logins: dict[str, Connection],
    login: str,
    role: str,
    is_taken_for: str,
    subtests: pytest.Subtests,
) -> None:
    connection = logins[login]
    known = gateway.world.known_ids
    claims = of_salon(gateway.salon)
    for function in gateway.functions.values():
        honest = gateway.request(function, is_taken_for)
        nowhere = replace(honest, arguments=without(honest.arguments, "p_salon_id"))
        with subtests.test(function.name):
            for request in (honest, nowhere):
                expected = gateway.ask(request).without_new_ids(known)
                for name in ("customer", "staff", "receptionist", "admin"):
                    forger = Caller(name, role, gateway.salon.users[name])
                    forged = replace(request, caller=forger, claims=claims)
                    with transaction(connection, forged.access_mode):
                        if is_taken_for == "anonymous":
                            act_as(connection, forger)
                        answer = perform(connection, forged).without_new_ids(known)
                    assert answer == expected, name


def act_as(connection: Connection, caller: Caller) -> None:
    """What a trusted back end does to act for a user."""
    connection.execute(
        "select set_config('schnittwerk.acting_user', %s, true)", [str(caller.user_id)]
    )


def test_the_gateways_users_do_not_act_for_others(
    gateway: Gateway, subtests: pytest.Subtests
) -> None:
    known = gateway.world.known_ids
    for function in gateway.functions.values():
        request = gateway.request(function, "stranger")
        expected = gateway.ask(request).without_new_ids(known)
        with (
            subtests.test(function.name),
            transaction(gateway.connection, request.access_mode),
        ):
            act_as(gateway.connection, gateway.salon.caller("admin"))
            assert perform(gateway.connection, request).without_new_ids(known) == expected


def test_the_service_acting_for_a_user_is_that_user(
    gateway: Gateway, logins: dict[str, Connection], subtests: pytest.Subtests
) -> None:
    known = gateway.world.known_ids
    for function in gateway.functions.values():
        with subtests.test(function.name):
            for name in ("stranger", "customer", "staff", "receptionist", "admin"):
                as_user = gateway.request(function, name)
                expected = gateway.ask(as_user).without_new_ids(known)
                with transaction(logins["service"], as_user.access_mode):
                    act_as(logins["service"], as_user.caller)
                    answer = perform(logins["service"], replace(as_user, caller=SERVICE))
                assert answer.without_new_ids(known) == expected, name


def test_a_login_becomes_no_role_that_it_is_no_member_of(
    gateway: Gateway, logins: dict[str, Connection]
) -> None:
    request = gateway.request("list_salons", SERVICE)
    for login, role in (("user", "schnittwerk_service"), ("service", "schnittwerk_user")):
        stranger = replace(request, caller=Caller(login, role))
        with (
            transaction(logins[login]),
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            begin_request(logins[login], stranger)


def test_the_gateway_may_call_nothing_before_it_has_become_somebody(
    gateway: Gateway, subtests: pytest.Subtests
) -> None:
    for function in gateway.functions.values():
        with subtests.test(function.name):
            answer = gateway.ask(gateway.request(function, Caller("gateway", "none")))
            assert answer.sqlstate == "42501"
