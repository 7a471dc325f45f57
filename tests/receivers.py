"""Servers that a relay delivers to: HTTP and SMTP, on ports of their own, that remember."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Event, Thread
from typing import Any

from aiosmtpd.controller import Controller


@dataclass(frozen=True)
class Request:
    """What was asked for, or posted."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class WebServer:
    """Answers every request with what `answer` says: a status, or None to hang up."""

    url: str
    answer: Callable[[Request], int | None] = lambda request: 204
    requests: list[Request] = field(default_factory=list)
    arrived: "Queue[Request]" = field(default_factory=Queue)


@contextmanager
def web_server() -> Iterator[WebServer]:
    """A web server on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {key.lower(): value for key, value in self.headers.items()}
            request = Request(self.path, headers, body)
            server.requests.append(request)
            server.arrived.put(request)
            status = server.answer(request)
            if status is None:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Location", f"{server.url}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST  # noqa: N815 -- http.server's name

        def log_message(self, *args: Any) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    server = WebServer(f"http://127.0.0.1:{http.server_port}")
    # shutdown() waits until the server looks again, which it does twice a second by default
    thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


@dataclass
class MailServer:
    """Takes mail, unless `refusal` says for a recipient that it does not."""

    port: int = 0
    refusal: str | None = None
    mails: list[EmailMessage] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if self.refusal is not None:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        mail = message_from_bytes(envelope.content, EmailMessage, policy=policy.default)
        self.mails.append(mail)
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A mail server on this machine."""
    server = MailServer()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server.port = taken.getsockname()[1]
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


@dataclass
class Trickler:
    """Sends a byte at a time; `is_hung_up` once the other side has had enough."""

    port: int = 0
    is_hung_up: Event = field(default_factory=Event)


@contextmanager
def trickling_server() -> Iterator[Trickler]:
    """A server on this machine whose first answer begins at once and takes ten seconds."""
    server = Trickler()
    is_over = Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server.port = listening.getsockname()[1]

        def trickle() -> None:
            with listening.accept()[0] as connection, suppress(OSError):
                for _ in range(200):
                    connection.sendall(b"2")
                    if is_over.wait(0.05):
                        return
                return
            server.is_hung_up.set()

        thread = Thread(target=trickle, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            is_over.set()
            thread.join()
