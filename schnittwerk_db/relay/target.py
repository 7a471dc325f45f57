# ruff: noqa: N818 -- the names say how a delivery ended
"""What a relay delivers to, and how a delivery can end."""

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
"""The name of a target, unique in its relay."""
Events = tuple[Annotated[str, _event], ...]
"""Types of events, such as ``appointment.*``."""
Seconds = Annotated[float, between(0.1, 300)]


class DeliveryFailed(Exception):
    """It may succeed later. The message is stored: put no names or addresses into it."""


class DeliveryRefused(Exception):
    """It cannot succeed: the delivery is parked."""


class NoAddress(Exception):
    """The customer cannot be reached by this target."""


class Target(Protocol):
    """Something that deliveries go to, with a unique ``name``.

    ``events`` are the types of events that it takes, such as ``appointment.*``; None or empty means
    all. A delivery that takes longer than ``timeout``, in seconds, is cut off and has failed.
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
        """Sends the delivery, and returns once the other side has accepted it.

        Raises `DeliveryFailed`, `DeliveryRefused` or `NoAddress`; any other exception parks the
        delivery. It runs in a thread of its own.
        """
