"""What the options before the command say."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Which database and salon to work on, and whether to print JSON."""

    dsn: str | None
    salon: str | None
    json: bool
