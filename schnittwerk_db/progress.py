"""How somebody follows work that takes long."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

T = TypeVar("T")


class Followed(Protocol):
    """Hands on some items one by one, so that it sees how far the work on them is."""

    def __call__(self, items: Sequence[T], /) -> Iterable[T]: ...


def unseen(items: Sequence[T], /) -> Iterable[T]:
    """The items, which nobody follows."""
    return items
