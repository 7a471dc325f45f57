"""Remembers which salon the user works on, in each database that has several."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import platformdirs

from schnittwerk_db.models import Salon


def remembered(salons: Sequence[Salon]) -> list[Salon]:
    """The salon among a database's that was chosen, if there is one.

    An id says by itself which database it belongs to. One of a salon that has been deleted since
    is found in no database, and so does no harm.
    """
    ids = _read()
    return [it for it in salons if str(it.id) in ids][:1]


def remember(chosen: UUID, salons: Sequence[Salon]) -> None:
    """Chooses a salon among a database's; what is chosen in other databases stays."""
    others = _read() - {str(it.id) for it in salons}
    file = _file()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.write_text("".join(f"{it}\n" for it in sorted(others | {str(chosen)})), "ascii")


def _read() -> set[str]:
    try:
        return set(_file().read_text("ascii", "replace").split())
    except OSError:
        return set()


def _file() -> Path:
    home = os.environ.get("SCHNITTWERK_HOME")
    folder = Path(home) if home else platformdirs.user_config_path("schnittwerk", appauthor=False)
    return folder / "salons"
