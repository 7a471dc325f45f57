"""A TOML file whose faults are reported with file, line and key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

from schnittwerk_db.extras import needs_extra
from schnittwerk_db.toml_text import Place, TomlError, decode, lines_of, parse

if TYPE_CHECKING:
    from cattrs import Converter

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at one place of the file; line 0 stands for the whole file."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.key + ': ' if self.key else ''}{self.message}"


class FileError(Exception):
    """The file cannot be used; ``faults`` has everything that was found wrong."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.faults)

    def __str__(self) -> str:
        return "\n".join(map(str, self.faults))


class TomlFile:
    """The values of a file, where each stands, and what is wrong with it."""

    error: ClassVar[type[FileError]] = FileError
    """What is raised where the file cannot be used."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.faults: list[Fault] = []
        try:
            self.values = parse(text)
        except TomlError as fault:
            raise self.error([Fault(name, fault.line, "", fault.message)]) from None
        self.lines = lines_of(text)

    @classmethod
    def read(cls, path: Path) -> Self:
        """The file at a path.

        Raises its ``error`` with everything that is wrong with it in itself.
        """
        try:
            text = decode(path.read_bytes())
        except OSError as error:
            raise cls.error([Fault(str(path), 0, "", f"cannot be read: {error}")]) from None
        except TomlError as fault:
            raise cls.error([Fault(str(path), fault.line, "", fault.message)]) from None
        return cls(str(path), text)

    def structured(self, kind: type[T], converter: Converter | None = None) -> T:
        """What the file holds; raises its ``error`` with every fault, those noted before too."""
        # it takes long to import, and most commands read no file
        with needs_extra("cli"):
            from cattrs import ClassValidationError

            from schnittwerk_db.structuring import faults_of, strict_converter

        try:
            content = (converter or strict_converter()).structure(self.values, kind)
        except ClassValidationError as error:
            for place, message in faults_of(error):
                self.blame(place, message)
        self.raise_faults()
        return content

    def blame(self, place: Place, message: str) -> None:
        """Notes a fault at a place, or at what holds it where the place is not in the file."""
        known = (place[:length] for length in range(len(place), 0, -1))
        line = next((self.lines[it] for it in known if it in self.lines), 1)
        key = "".join(f"[{it + 1}]" if isinstance(it, int) else f".{it}" for it in place)
        self.faults.append(Fault(self.name, line, key.removeprefix("."), message))

    def raise_faults(self) -> None:
        """Raises the file's ``error`` if there are faults."""
        if self.faults:
            each_once = dict.fromkeys(self.faults)
            raise self.error(sorted(each_once, key=lambda fault: fault.line))
