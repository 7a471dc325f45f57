"""Waiting for what another process or session does."""

from collections.abc import Callable
from time import monotonic
from typing import TypeVar

T = TypeVar("T")


def wait_until(condition: Callable[[], T]) -> T:
    """Returns what the condition gives as soon as that is true; fails after 30 seconds."""
    deadline = monotonic() + 30
    while not (value := condition()):
        assert monotonic() < deadline, "waited in vain"
    return value
