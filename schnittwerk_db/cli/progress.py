"""Bars that show how far long work is: on stderr, and only on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.progress import Followed

T = TypeVar("T")


@contextmanager
def bar(
    settings: Settings, label: str, total: int | None = None
) -> Iterator[Callable[[int], None]]:
    """A bar that goes when the work is done; yields what moves it on by so many.

    Without a total it counts.
    """
    if settings.json or total == 0 or not sys.stderr.isatty():
        yield lambda _count: None
        return
    # rich takes as long to load as a short command to run
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    # without auto_refresh it needs no thread
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=Console(stderr=True),
        transient=True,
        auto_refresh=False,
    )
    with progress:
        task = progress.add_task(label, total=total)
        progress.refresh()

        def move(count: int) -> None:
            progress.advance(task, count)
            progress.refresh()

        yield move


def followed(settings: Settings, label: str) -> Followed:
    """Shows a bar while items are gone through."""

    def each(items: Sequence[T], /) -> Iterable[T]:
        with bar(settings, label, len(items)) as move:
            for item in items:
                yield item
                move(1)

    return each
