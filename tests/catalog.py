"""The German catalog: what is in it, and what should be.

``python tests/catalog.py`` brings it up to date: new texts come without a translation, those that
are no longer shown go, and the file that gettext reads is compiled.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from schnittwerk_db.cli import main
from schnittwerk_db.cli.language import DOMAIN, LOCALE, paragraphs

PO = LOCALE / "de" / "LC_MESSAGES" / f"{DOMAIN}.po"
MO = PO.with_suffix(".mo")
CLI = Path(__file__).parents[1] / "schnittwerk_db" / "cli"
WRITTEN = dt.datetime(2026, 11, 30, tzinfo=dt.UTC)  # a header needs a date; git has the real one
KEYWORDS = {
    **{"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)},
    "pgettext": ((1, "c"), 2),
}


def shown(folders: Sequence[Path] = (CLI, Path(click.__file__).parent)) -> Catalog:
    """What a user can be shown: texts of the code in these folders, and the commands' help."""
    catalog = Catalog(
        locale="de",
        domain=DOMAIN,
        header_comment="# What the command line says, in German.",
        creation_date=WRITTEN,
        revision_date=WRITTEN,
        fuzzy=False,
    )
    for folder in folders:
        for _file, _line, message, _comments, context in extract_from_dir(
            folder, [("**.py", "python")], keywords=KEYWORDS
        ):
            catalog.add(message, context=context)
    for text in helps(main):
        for paragraph in paragraphs(text):
            catalog.add(paragraph)
    return catalog


def helps(command: click.Command) -> Iterator[str]:
    """The help texts of a command, its options, and of all commands in it."""
    texts = [command.help] + [it.help for it in command.params if isinstance(it, click.Option)]
    yield from filter(None, texts)
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            yield from helps(inner)


def written() -> Catalog:
    """The catalog as it is."""
    with PO.open("rb") as file:
        return read_po(file, locale="de", domain=DOMAIN)


def compiled(catalog: Catalog) -> bytes:
    """What gettext reads."""
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def update() -> int:
    """Brings the catalog up to date; returns how many texts have no translation."""
    known = {(it.id, it.context): it.string for it in written()} if PO.exists() else {}
    catalog = shown()
    for message in catalog:
        if message.id:
            message.string = known.get((message.id, message.context), message.string)
    with PO.open("wb") as file:
        write_po(file, catalog, width=100, sort_output=True, no_location=True)
    MO.write_bytes(compiled(written()))
    return len(untranslated())


def untranslated() -> list[object]:
    """The texts without a translation, or without one of its forms."""
    return [it.id for it in written() if it.id and not all(forms(it.string))]


def forms(text: str | Sequence[str] | None) -> list[str]:
    """A text, or its singular and plural."""
    return [text] if isinstance(text, str) else list(text or ("",))


if __name__ == "__main__":
    print(f"{update()} texts have no translation")
