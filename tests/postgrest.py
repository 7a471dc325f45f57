"""A server that stands for PostgREST 12: GET and POST of /rpc/, for Supabase of /rest/v1/rpc/."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import psycopg
from gateway import SCHEMA, Function, Request, Response, functions, perform
from rpcs import Caller

SECRET = "a secret of the tests"


def token(secret: str = SECRET, **claims: object) -> str:
    """A JSON Web Token with these claims."""
    head, payload = (_encoded(json.dumps(it).encode()) for it in ({"alg": "HS256"}, claims))
    return f"{head}.{payload}.{_signature(f'{head}.{payload}', secret)}"


def claims_of(text: str) -> dict[str, Any] | None:
    """The claims of a token, unless somebody else has signed it."""
    signed, _, signature = text.rpartition(".")
    if not hmac.compare_digest(signature, _signature(signed, SECRET)):
        return None
    payload = signed.partition(".")[2]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=="))
    return claims


def _signature(signed: str, secret: str) -> str:
    return _encoded(hmac.digest(secret.encode(), signed.encode(), hashlib.sha256))


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@dataclass
class RequestError(Exception):
    """The error that PostgREST answers with where no function does."""

    status: int
    code: str | None
    message: str | None
    details: str | None = None
    hint: str | None = None


@dataclass(frozen=True)
class Server:
    """Answers requests from a database, as a login that becomes the role of each token."""

    dsn: str
    functions: dict[str, Function]
    anonymous: str
    """The role of whoever has no token."""

    def answer(
        self, method: str, target: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, str], object]:
        """The status, the headers and the body for a request; what it wrote is committed."""
        try:
            request = self._request(method, target, headers, body)
            with psycopg.connect(self.dsn, autocommit=True) as connection:
                connection.execute(f"begin isolation level read committed {request.access_mode}")
                response = perform(connection, request)
                connection.execute("rollback" if response.sqlstate else "commit")
            if response.sqlstate:
                raise _failure(request, response)
        except RequestError as failure:
            error = {"code": failure.code, "message": failure.message}
            error |= {"details": failure.details, "hint": failure.hint}
            return failure.status, {}, error
        given: list[dict[str, str]] = json.loads(response.headers or "[]")
        return (
            response.http_status,
            {name: value for it in given for name, value in it.items()},
            response.body,
        )

    def _request(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Request:
        profile = headers.get("accept-profile" if method == "GET" else "content-profile", SCHEMA)
        if profile != SCHEMA:
            message = f"The schema must be one of the following: {SCHEMA}"
            raise RequestError(406, "PGRST106", message)
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        claims = claims_of(bearer) if scheme == "Bearer" else {}
        if claims is None:
            raise RequestError(401, "PGRST301", "JWSError JWSInvalidSignature")
        address = urlsplit(target)
        name = address.path.removeprefix("/rest/v1").removeprefix("/rpc/")
        arguments = dict(parse_qsl(address.query)) if method == "GET" else json.loads(body or b"{}")
        function = self.functions.get(name)
        if function is None or not (
            set(function.required) <= arguments.keys() <= function.parameters.keys()
        ):
            message = f"Could not find the function {SCHEMA}.{name} in the schema cache"
            raise RequestError(404, "PGRST202", message)
        caller = Caller("client", claims.get("role", self.anonymous), claims.get("sub"))
        more = {name: value for name, value in claims.items() if name not in ("role", "sub")}
        return Request(function, arguments, caller, method, headers, more)


def _failure(request: Request, response: Response) -> RequestError:
    """The error with the status that PostgREST gives it."""
    status = {"25006": 405, "42501": 403}.get(response.sqlstate or "", response.http_status)
    return RequestError(status, response.sqlstate, response.message, response.detail, response.hint)


@contextmanager
def postgrest(dsn: str, anonymous: str) -> Iterator[str]:
    """Starts the server on a port of its own; yields its address, as of a Supabase project."""
    with psycopg.connect(dsn) as connection:
        server = Server(dsn, functions(connection), anonymous)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            given = {name.lower(): value for name, value in self.headers.items()}
            status, headers, answer = server.answer(self.command, self.path, given, content)
            body = json.dumps(answer).encode()
            self.send_response(status)
            sent = {"Content-Type": "application/json; charset=utf-8"} | headers
            for name, value in (sent | {"Content-Length": str(len(body))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST  # noqa: N815 -- http.server's name

        def log_message(self, *args: Any) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.server_port}"
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
