"""The user that the embedded server runs as. PostgreSQL refuses root, who uses another one."""

from __future__ import annotations

import os
import pwd
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from schnittwerk_db.errors import ServerError


@dataclass(frozen=True)
class Account:
    """A user of the operating system; only root can act as another one."""

    uid: int
    gid: int

    @classmethod
    def owning(cls, path: Path) -> Self:
        """The owner of a file or folder."""
        entry = path.stat()
        return cls(entry.st_uid, entry.st_gid)

    @classmethod
    def for_server(cls, data: Path) -> Self:
        """The user that the server runs as: the current one, except for root.

        For root it is the owner of the data if there is one, else `postgres`, else `nobody`.
        """
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid())
        if data.exists() and (owner := cls.owning(data)).uid != 0:
            return owner
        for name in ("postgres", "nobody"):
            with suppress(KeyError):
                entry = pwd.getpwnam(name)
                return cls(entry.pw_uid, entry.pw_gid)
        raise ServerError(
            "PostgreSQL does not run as root, and there is no user nobody:"
            " adduser --system postgres"
        )

    @property
    def name(self) -> str:
        """The login name, or the number where there is none."""
        try:
            return pwd.getpwuid(self.uid).pw_name
        except KeyError:
            return str(self.uid)

    def run(self, *command: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
        """Runs a program as this user, and captures its output."""
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            cwd="/",
            user=self.uid,
            group=self.gid,
            extra_groups=[] if os.geteuid() == 0 else None,
            **options,
        )

    def can_enter(self, folder: Path) -> bool:
        """Whether the user may pass through a folder and all above it, as far as they exist."""
        there = next(it for it in (folder, *folder.parents) if it.exists())
        with suppress(OSError):  # root may not be allowed to act as somebody else
            return self.run("test", "-x", there).returncode == 0
        return False

    def take(self, *paths: Path) -> None:
        """Changes the owner of paths to this user; only root needs to."""
        if os.geteuid() == 0:
            for path in paths:
                os.chown(path, self.uid, self.gid, follow_symlinks=False)
