"""Lets callers follow long work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

T = TypeVar("T")


class Followed(Protocol):
    """Yields the items one by one, and so sees how far the work is."""

    def __call__(self, items: Sequence[T], /) -> Iterable[T]: ...


def unseen(items: Sequence[T], /) -> Iterable[T]:
    """The items, without anything that follows."""
    return items
