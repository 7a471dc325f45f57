"""Reads a relay's TOML file."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Any

from schnittwerk_db.relay.addresses import email_address
from schnittwerk_db.relay.chat import Chat, ChatService
from schnittwerk_db.relay.mail import Mail, MailServer
from schnittwerk_db.relay.messages import Messages, TemplateError
from schnittwerk_db.relay.target import DeliveryRefused, Target, TargetName
from schnittwerk_db.relay.webhook import Webhook
from schnittwerk_db.structuring import Hook, between, not_empty, strict_converter, text
from schnittwerk_db.toml_file import FileError, TomlFile


class ConfigError(FileError):
    """The file cannot be used; ``faults`` has everything that was found wrong."""


@dataclass(frozen=True, kw_only=True)
class Config:
    """What a relay does: ``name`` is how the book knows it, ``interval`` in seconds."""

    targets: tuple[Target, ...]
    name: str = "relay"
    max_attempts: int = 10
    interval: float = 10


@dataclass(frozen=True, kw_only=True)
class _Contents:
    """All of a file."""

    language: str = "de"
    templates: str = ""
    name: str = Config.name
    max_attempts: Annotated[int, between(1, 1000)] = Config.max_attempts
    interval: Annotated[float, between(0.1, 3600)] = Config.interval
    email: MailServer | None = None
    services: tuple[ChatService, ...] = ()
    webhooks: tuple[Webhook, ...] = ()


class _ConfigFile(TomlFile):
    error = ConfigError


def read_config(file: Path) -> Config:
    """Reads a relay's configuration.

    ``${NAME}`` in a text is the environment's; paths are relative to the file. Raises `ConfigError`
    with everything that is wrong.
    """
    read = _ConfigFile.read(file)
    names = {Mail.name} & read.values.keys()

    def name(value: Any, _: Any) -> str:
        not_empty(found := _filled(value))
        if found in names:
            raise ValueError(f"more than one target is named {found!r}")
        names.add(found)
        return found

    if all(read.values.get(it, []) == [] for it in ("email", "services", "webhooks")):
        read.blame((), "there is nothing to deliver to: no email, no services, no webhooks")
    messages = _messages(read, file.parent)
    contents = read.structured(_Contents, strict_converter({TargetName: name} | _HOOKS))
    email = [contents.email] if contents.email else []
    return Config(
        targets=(
            *(Mail(messages=messages, **vars(it)) for it in email),
            *(Chat(messages=messages, **vars(it)) for it in contents.services),
            *contents.webhooks,
        ),
        name=contents.name,
        max_attempts=contents.max_attempts,
        interval=contents.interval,
    )


def _messages(file: TomlFile, folder: Path) -> Messages:
    """The messages in the file's language and from its templates, which have been tried."""
    messages = Messages(_Contents.language)
    with suppress(ValueError):  # `structured` reports a value that is no text
        language = _filled(file.values.get("language", _Contents.language))
        templates = _filled(file.values.get("templates", _Contents.templates))
        messages = Messages(language, folder / templates if templates else None)
        if templates and not (folder / templates).is_dir():
            file.blame(("templates",), "there is no such folder")
            return messages
        try:
            messages.check()
        except TemplateError as error:
            file.blame(("templates" if templates else "language",), str(error))
    return messages


def _filled(value: Any, _: Any = str) -> str:
    """A text, with the environment's where it says ``${NAME}``."""
    text(value, str)
    if missing := [it for it in re.findall(r"\$\{(\w+)\}", value) if it not in os.environ]:
        raise ValueError(f"the environment has no {', '.join(missing)}")
    return re.sub(r"\$\{(\w+)\}", lambda it: os.environ[it[1]], value)


def _address(value: Any, _: Any) -> Address:
    try:
        given = _filled(value)
        if len(given.splitlines()) > 1:  # parseaddr would drop the others
            raise DeliveryRefused
        return email_address(*parseaddr(given))
    except DeliveryRefused:
        raise ValueError("must be an e-mail address, such as Salon <salon@example.org>") from None


def _address_if_any(value: Any, kind: Any) -> Address | None:
    return _address(value, kind) if value is not None and _filled(value) else None


_HOOKS: dict[Any, Hook] = {str: _filled, Address: _address, Address | None: _address_if_any}
