"""Programs beside the tests, such as nginx, which end with the tests even if these are killed."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

WITH_THE_TESTS = ("setpriv", "--pdeathsig", "TERM", "--")
"""Before a command: it ends when the process that started it does."""


def free_port() -> int:
    """A port of this machine on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


def substituted(text: str, old: str, new: str) -> str:
    """A text in which one place is another; it must be there, and only once."""
    assert text.count(old) == 1
    return text.replace(old, new)


@contextmanager
def listening(
    command: Sequence[str | Path], port: int, log: Path, ids: tuple[int, int] | None = None
) -> Iterator[None]:
    """Runs a program, as another user and group if there are ids; begins once it listens."""
    user, group = ids or (None, None)
    with (
        log.open("w") as output,
        subprocess.Popen(
            [*WITH_THE_TESTS, *command],
            stdout=output,
            stderr=output,
            user=user,
            group=group,
            extra_groups=[] if ids else None,
        ) as process,
    ):
        try:
            while not _is_listening(port):
                assert process.poll() is None, log.read_text()
            yield
        finally:
            process.terminate()


def _is_listening(port: int) -> bool:
    try:
        socket.create_connection(("localhost", port)).close()
    except ConnectionRefusedError:
        return False
    return True
