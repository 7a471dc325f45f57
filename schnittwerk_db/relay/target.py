# ruff: noqa: N818 -- they say how a delivery ended
"""What a relay delivers to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, NewType, Protocol

from schnittwerk_db.models import Delivery
from schnittwerk_db.structuring import between


def _event(pattern: str) -> None:
    if not re.fullmatch(r"[a-z_]+\.(?:[a-z_]+|\*)", pattern):
        raise ValueError("must be a type of events, such as appointment.created or policy.*")


TargetName = NewType("TargetName", str)
"""Tells a target from the others of a relay."""
Events = tuple[Annotated[str, _event], ...]
"""Types of events, such as ``appointment.*``."""
Seconds = Annotated[float, between(0.1, 300)]


class DeliveryFailed(Exception):
    """It may work another time. The message goes to the book: no names, no addresses."""


class DeliveryRefused(Exception):
    """It will not work another time: the delivery is parked."""


class NoAddress(Exception):
    """The customer cannot be reached by this target."""


class Target(Protocol):
    """Something that deliveries go to; ``name`` tells it from the others.

    ``events`` are the types of events that it wants, such as ``appointment.*``; None or none is all
    of them. A delivery that takes longer than ``timeout``, in seconds, is cut off, and has failed.
    """

    @property
    def name(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def events(self) -> Sequence[str] | None: ...
    @property
    def timeout(self) -> float: ...

    def send(self, delivery: Delivery) -> None:
        """Sends it and returns once the other side has taken it.

        Raises `DeliveryFailed`, `DeliveryRefused` or `NoAddress`; whatever else it raises parks the
        delivery. It runs in a thread of its own.
        """
