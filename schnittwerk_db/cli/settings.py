"""What the options before the command say."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Which database and salon to work on, and whether to print JSON.

    ``salon_source`` is where the salon was named: ``--salon``, or an environment variable.
    """

    dsn: str | None
    salon: str | None
    json: bool
    salon_source: str = "--salon"
