"""The ready nginx in front of a server that stands for PostgREST.

Of its configuration only the addresses are replaced; the rates are as they are. Nothing is timed: a
limit is found by calling until it is reached, and a zone that nobody has called is empty.
"""

import http.client
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest
from programs import free_port, listening, substituted
from psycopg.rows import TupleRow
from receivers import Request, WebServer, web_server

NGINX = Path("/usr/sbin/nginx")
READY = Path(__file__).parents[1] / "schnittwerk_db/examples/nginx.conf"
READ = "/rpc/find_slots"
WRITE = "/rpc/create_booking"
PATIENCE = 2000  # calls; ten a second would have to take minutes to never reach a limit

_numbers = count(1)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Client:
    """Somebody with an address of this machine's and perhaps a token."""

    port: int
    address: str
    token: str | None = None

    def call(
        self,
        path: str,
        method: str = "POST",
        body: bytes = b"{}",
        headers: dict[str, str] | None = None,
    ) -> Answer:
        given = dict(headers or {})
        if self.token is not None:
            given["Authorization"] = f"Bearer header.payload.{self.token}"
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=30, source_address=(self.address, 0)
        )
        try:
            connection.request(method, path, body if method == "POST" else None, given)
            answer = connection.getresponse()
            fields = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, fields, answer.read())
        finally:
            connection.close()

    def until_refused(self, path: str, method: str = "POST") -> tuple[int, Answer]:
        """Calls until it is one too many; tells how many went through."""
        for passed in range(PATIENCE):
            answer = self.call(path, method)
            if answer.status == 429:
                return passed, answer
            assert answer.status == 204, answer
        pytest.fail(f"{PATIENCE} calls of {path} were not too many")


@dataclass(frozen=True)
class Gateway:
    """nginx, and what is behind it."""

    port: int
    upstream: WebServer

    def client(self, address: str = "127.0.0.1", *, signed_in: bool = True) -> Client:
        """A client; signed in they have a token of their own."""
        return Client(self.port, address, f"signature-{next(_numbers)}" if signed_in else None)


@contextmanager
def nginx_before(upstream: str, folder: Path) -> Iterator[int]:
    """Starts the ready nginx in front of a server at a URL; yields its port."""
    if not NGINX.exists():
        pytest.fail(f"{NGINX} is missing: apt-get install nginx", pytrace=False)
    port = free_port()  # the upstream listens already: it is given no port that is free
    ready = substituted(READY.read_text(), "listen 80;", f"listen 127.0.0.1:{port};")
    ready = substituted(ready, "127.0.0.1:3000", upstream.removeprefix("http://"))
    (folder / "schnittwerk.conf").write_text(ready)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    main = folder / "nginx.conf"
    main.write_text(
        # as root its workers would be somebody else, who may not enter this folder
        ("user root;\n" if os.geteuid() == 0 else "")
        + f"daemon off;\npid {folder}/pid;\nerror_log {folder}/error.log;\n"
        + "events {}\nhttp {\naccess_log off;\n"
        + "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
        + f"include {folder}/schnittwerk.conf;\n}}\n"
    )
    log = folder / "error.log"
    with listening([NGINX, "-c", main, "-e", log], port, log):
        yield port


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    with web_server() as upstream, nginx_before(upstream.url, tmp_path) as port:
        yield Gateway(port, upstream)


# Limits


@pytest.mark.parametrize(
    ("path", "method"),
    [(READ, "GET"), (READ, "POST"), ("/rpc/list_staff", "POST"), (WRITE, "POST")],
)
def test_too_many_calls_are_refused(gateway: Gateway, path: str, method: str) -> None:
    passed, refused = gateway.client().until_refused(path, method)
    assert passed == len(gateway.upstream.requests) > 10
    assert refused.headers["content-type"] == "application/json"
    assert refused.headers["retry-after"] == "1"
    answer = json.loads(refused.body)
    assert answer == {
        "success": False,
        "operation_id": None,
        "replayed": False,
        "correlation_id": refused.headers["x-correlation-id"],
        "http_status": 429,
        "error": "Too many requests",
        "code": "rate_limited",
        "details": "Too many requests, try again in 1 second",
        "retry_after_seconds": 1,
    }


def test_reads_and_writes_are_counted_apart(gateway: Gateway) -> None:
    reader = gateway.client()
    reader.until_refused(READ)
    assert reader.call(WRITE).status == 204
    writer = gateway.client()
    writer.until_refused(WRITE)
    assert writer.call(READ).status == 204
    assert writer.call(READ, "GET").status == 204


def test_a_limit_holds_however_a_call_is_spelt(gateway: Gateway) -> None:
    client = gateway.client()
    client.until_refused("/rpc/create%5Fbooking?find_slots")
    assert client.call("/rpc/find%5Fslots?select=starts_at").status == 204


@pytest.mark.parametrize("path", [READ, WRITE])
def test_clients_do_not_share_a_limit(gateway: Gateway, path: str) -> None:
    gateway.client().until_refused(path)
    assert gateway.client().call(path).status == 204
    gateway.client("127.0.0.2", signed_in=False).until_refused(path)
    assert gateway.client("127.0.0.3", signed_in=False).call(path).status == 204


def test_tokens_of_ones_own_making_do_not_help(gateway: Gateway) -> None:
    for passed in range(PATIENCE):
        if gateway.client("127.0.0.4").call(WRITE).status == 429:
            assert passed > 40  # more than one caller's
            break
    else:
        pytest.fail("an address may call as often as it likes")
    assert gateway.client("127.0.0.5").call(WRITE).status == 204


def test_what_the_database_limits_comes_through(gateway: Gateway) -> None:
    gateway.upstream.answer = lambda request: 429
    answer = gateway.client().call(WRITE)
    assert (answer.status, answer.body) == (429, b"")


def test_reads_are_the_functions_that_write_nothing(db: psycopg.Connection[TupleRow]) -> None:
    patterns = re.findall(r'^ *"~(\S+ [^"]*)" read;$', READY.read_text(), re.MULTILINE)
    assert len(patterns) == 3
    functions = db.execute(
        "select proname, provolatile <> 'v' from pg_proc"
        " where pronamespace = 'schnittwerk'::regnamespace"
    )
    for name, reads in functions.fetchall():
        call = f"POST /rpc/{name}"
        assert any(re.search(pattern, call) for pattern in patterns) == reads, name


# What reaches PostgREST


def sent(gateway: Gateway) -> Request:
    [request] = gateway.upstream.requests
    return request


def test_a_call_comes_through_as_it_was(gateway: Gateway) -> None:
    client = gateway.client()
    assert client.call(f"{READ}?p_limit=1", "GET").status == 204
    assert client.call(WRITE, body=b'{"p": 1}', headers={"Idempotency-Key": "k"}).status == 204
    read, written = gateway.upstream.requests
    assert read.path == f"{READ}?p_limit=1"
    assert (written.path, written.body) == (WRITE, b'{"p": 1}')
    assert written.headers["idempotency-key"] == "k"
    assert written.headers["authorization"] == f"Bearer header.payload.{client.token}"


def test_a_correlation_id_is_handed_on(gateway: Gateway) -> None:
    answer = gateway.client().call(WRITE, headers={"X-Correlation-Id": "order:17"})
    assert answer.headers["x-correlation-id"] == "order:17"
    assert sent(gateway).headers["x-correlation-id"] == "order:17"


@pytest.mark.parametrize("given", [None, "", 'a", "success": true', "a b", "x" * 201])
def test_a_correlation_id_is_made(gateway: Gateway, given: str | None) -> None:
    headers = {} if given is None else {"X-Correlation-Id": given}
    answer = gateway.client().call(WRITE, headers=headers)
    made = sent(gateway).headers["x-correlation-id"]
    assert re.fullmatch("[0-9a-f]{32}", made)
    assert answer.headers["x-correlation-id"] == made


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ("tx=rollback", None),
        ("return=minimal, TX = rollback", None),
        ("count=exact", "count=exact"),
    ],
)
def test_a_write_cannot_be_asked_to_be_undone(
    gateway: Gateway, given: str, left: str | None
) -> None:
    gateway.client().call(WRITE, headers={"Prefer": given})
    assert sent(gateway).headers.get("prefer") == left


@pytest.mark.parametrize(
    "path",
    ["/", "/customers", "/rpc", "/rpc/", "/rpc/find_slots/", "/rpc/../customers", "/rpc/%2e%2e/x"],
)
def test_a_path_that_is_no_function_is_not_found(gateway: Gateway, path: str) -> None:
    for method in ("GET", "POST"):
        answer = gateway.client().call(path, method)
        assert answer.status == 404
        assert json.loads(answer.body)["code"] == "not_found"
    assert gateway.upstream.requests == []


def test_bodies_have_a_bound(gateway: Gateway) -> None:
    assert gateway.client().call(WRITE, body=b"x" * 64 * 1024).status == 204
    assert gateway.client().call(WRITE, body=b"x" * (64 * 1024 + 1)).status == 413
    assert len(gateway.upstream.requests) == 1
