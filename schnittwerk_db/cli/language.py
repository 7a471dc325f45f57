"""English and German: which language a user reads, and its texts, which gettext looks up.

Click's own texts are looked up in the same catalog. A text is translated when it is shown, so that
the language can be chosen by an option.
"""

from __future__ import annotations

import gettext
import inspect
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

LANGUAGES = ("en", "de")
LOCALE = Path(__file__).parents[1] / "locale"
DOMAIN = "schnittwerk"

# gettext.gettext looks for the catalog's file each time
_texts: gettext.NullTranslations = gettext.NullTranslations()

# help texts as written, by the id of what they belong to
_written: dict[int, str | None] = {}
_helps_in = "en"


def _(text: str) -> str:
    """The text in the user's language."""
    return _texts.gettext(text)


def pgettext(context: str, text: str) -> str:
    """The text in the user's language, of a word that means more than one thing."""
    return _texts.pgettext(context, text)


def N_(text: str) -> str:  # noqa: N802 -- gettext's name for it
    """Marks a text to be translated where it is shown."""
    return text


# what click says of an option by a variable
REQUIRED = N_("required")

# what click calls a path of files, of folders, or of both
_PATHS = {
    (True, True): N_("path"),
    (True, False): N_("file"),
    (False, True): N_("directory"),
    (False, False): N_("path"),
}


def speak(language: str | None) -> None:
    """Uses a language from now on; without one that of the environment, else English."""
    gettext.bindtextdomain(DOMAIN, str(LOCALE))
    gettext.textdomain(DOMAIN)
    global _texts
    spoken = os.environ["LANGUAGE"] = language or _of_environment()
    _texts = gettext.translation(DOMAIN, LOCALE, [spoken], fallback=True)


@contextmanager
def given_back() -> Iterator[None]:
    """Leaves the environment's language at the end as it was, for what else runs in a process."""
    before = os.environ.get("LANGUAGE")
    try:
        yield
    finally:
        if before is None:
            os.environ.pop("LANGUAGE", None)
        else:
            os.environ["LANGUAGE"] = before


def asked_for(args: Sequence[str]) -> str | None:
    """The language that ``--lang`` names among arguments, wherever it stands."""
    for index, word in enumerate(args):
        option, equals, value = word.partition("=")
        if option == "--lang":
            value = value if equals else "".join(args[index + 1 : index + 2])
            return value if value in LANGUAGES else None
    return None


def _of_environment() -> str:
    """The first language that the user's environment prefers and that there is.

    As gettext reads it: https://www.gnu.org/software/gettext/manual/html_node/Users.html
    """
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        for name in filter(None, os.environ.get(variable, "").split(":")):
            if name[:2] in LANGUAGES:
                return name[:2]
            if variable != "LANGUAGE":
                return "en"
    return "en"


def translate_help(main: click.Command) -> None:
    """Puts the help of all commands and of their parameters into the language."""
    global _helps_in
    if _helps_in != os.environ["LANGUAGE"]:
        _helps_in = os.environ["LANGUAGE"]
        _translate(main)


def _translate(command: click.Command) -> None:
    command.help = _in_language(command, command.help)
    if option := getattr(command, "_help_option", None):  # click keeps it from the last call
        option.help = _("Show this message and exit.")
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            parameter.help = _in_language(parameter, parameter.help)
        if isinstance(parameter.type, click.Path):  # click names it before there is a language
            files, folders = parameter.type.file_okay, parameter.type.dir_okay
            parameter.type.name = _(_PATHS[files, folders])
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            _translate(inner)


def paragraphs(text: str) -> list[str]:
    """What is translated of a help text, one by one: all but the examples, which begin with \\b."""
    return [it for it in inspect.cleandoc(text).split("\n\n") if not it.startswith("\b")]


def _in_language(owner: object, text: str | None) -> str | None:
    written = _written.setdefault(id(owner), text)
    if not written:
        return written
    translated = {it: _(it) for it in paragraphs(written)}
    return "\n\n".join(translated.get(it, it) for it in inspect.cleandoc(written).split("\n\n"))


def weekday_name(number: int, short: bool = False) -> str:
    """The name of a weekday, 0 is Monday."""
    name = (
        N_("Monday"),
        N_("Tuesday"),
        N_("Wednesday"),
        N_("Thursday"),
        N_("Friday"),
        N_("Saturday"),
        N_("Sunday"),
    )[number]
    return _(name)[: len(_("Mon"))] if short else _(name)
