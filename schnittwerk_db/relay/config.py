"""What a relay's TOML file says."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path
from typing import Any, TypeVar

from schnittwerk_db.relay.addresses import email_address
from schnittwerk_db.relay.chat import Chat
from schnittwerk_db.relay.mail import Mail
from schnittwerk_db.relay.messages import Messages, TemplateError
from schnittwerk_db.relay.target import DeliveryRefused, Target
from schnittwerk_db.relay.webhook import Webhook
from schnittwerk_db.toml_text import TomlError, decode, parse

T = TypeVar("T")
_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_EVENT = re.compile(r"[a-z_]+\.(?:[a-z_]+|\*)")


class ConfigError(Exception):
    """The file cannot be used; ``faults`` says of every fault where it is."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


@dataclass(frozen=True, kw_only=True)
class Config:
    """What a relay does: ``name`` is how the book knows it, ``interval`` in seconds."""

    targets: tuple[Target, ...]
    name: str = "relay"
    max_attempts: int = 10
    interval: float = 10


def read_config(file: Path) -> Config:
    """Reads a relay's configuration.

    ``${NAME}`` in a text is the environment's; paths are relative to the file. Raises `ConfigError`
    with everything that is wrong.
    """
    try:
        values = parse(decode(file.read_bytes()))
    except OSError as error:
        raise ConfigError([f"{file}: cannot be read: {error}"]) from None
    except TomlError as fault:
        raise ConfigError([f"{file}:{fault.line}: {fault.message}"]) from None
    faults: list[str] = []
    config = _config(_Table(str(file), "", values, faults), file.parent)
    if faults:
        raise ConfigError(faults)
    return config


class _Table:
    """A table of the file: what is taken from it is checked, what is left over is a fault."""

    def __init__(self, file: str, path: str, values: Mapping[str, Any], faults: list[str]) -> None:
        self._file = file
        self._path = path
        self._values = dict(values)
        self._faults = faults

    def fault(self, key: str, message: str) -> None:
        self._faults.append(f"{self._file}: {self._path}{key}: {message}")

    def text(self, key: str, default: str = "", *, required: bool = False) -> str:
        value = self._take(key, str, "a text", default, required=required)
        for name in re.findall(r"\$\{(\w+)\}", value):
            if name not in os.environ:
                self.fault(key, f"the environment has no {name}")
        return re.sub(r"\$\{(\w+)\}", lambda it: os.environ.get(it[1], ""), value)

    def choice(self, key: str, choices: Sequence[str], default: str) -> str:
        value = self.text(key, default)
        if value not in choices:
            self.fault(key, f"must be one of {', '.join(choices)}")
            return default or choices[0]
        return value

    def number(self, key: str, default: float, least: float, most: float) -> float:
        value = self._take(key, (int, float), "a number", default)
        if not least <= value <= most:
            self.fault(key, f"must be from {least:g} to {most:g}")
        return value

    def address(self, key: str, *, required: bool = False) -> Address | None:
        value = self.text(key, required=required)
        name, spec = parseaddr(value)
        try:
            return email_address(name, spec) if value else None
        except DeliveryRefused:
            self.fault(key, "must be an e-mail address, such as Salon <salon@example.org>")
            return None

    def events(self) -> list[str] | None:
        values = self._take("events", list, "a list", [])
        for value in values:
            if not (isinstance(value, str) and _EVENT.fullmatch(value)):
                self.fault("events", f"{value!r} is none, such as appointment.created or policy.*")
        return values or None

    def table(self, key: str) -> _Table | None:
        if key not in self._values:
            return None
        values = self._take(key, dict, "a table", {})
        return _Table(self._file, f"{self._path}{key}.", values, self._faults)

    def tables(self, key: str) -> list[_Table]:
        found = []
        for number, values in enumerate(self._take(key, list, "a list of tables", [])):
            if isinstance(values, dict):
                path = f"{self._path}{key}[{number}]."
                found.append(_Table(self._file, path, values, self._faults))
            else:
                self.fault(key, "must be a list of tables")
        return found

    def end(self) -> None:
        for key in self._values:
            self.fault(key, "is not known here")

    def _take(
        self,
        key: str,
        kind: type[T] | tuple[type[T], ...],
        named: str,
        default: T,
        *,
        required: bool = False,
    ) -> T:
        value = self._values.pop(key, None)
        if value is None or (required and value == ""):
            if required:
                self.fault(key, "is missing")
            return default
        if not isinstance(value, kind) or isinstance(value, bool):
            self.fault(key, f"must be {named}")
            return default
        return value


def _config(top: _Table, folder: Path) -> Config:
    language = top.text("language", "de")
    templates = top.text("templates")
    messages = Messages(language, folder / templates if templates else None)
    if templates and not (folder / templates).is_dir():
        top.fault("templates", "there is no such folder")
    else:
        try:
            messages.check()
        except TemplateError as error:
            top.fault("templates" if templates else "language", str(error))

    targets: list[Target] = []
    if (mail := top.table("email")) is not None:
        targets.append(_mail(mail, messages))
    targets += [_chat(it, messages) for it in top.tables("services")]
    targets += [_webhook(it) for it in top.tables("webhooks")]
    if not targets:
        top.fault("", "there is nothing to deliver to: no email, no services, no webhooks")
    names = [it.name for it in targets]
    for name in dict.fromkeys(it for it in names if names.count(it) > 1):
        top.fault("name", f"more than one target is named {name!r}")
    config = Config(
        targets=tuple(targets),
        name=top.text("name", "relay"),
        max_attempts=int(top.number("max_attempts", 10, 1, 1000)),
        interval=top.number("interval", 10, 0.1, 3600),
    )
    top.end()
    return config


def _mail(table: _Table, messages: Messages) -> Mail:
    security = table.choice("security", tuple(_PORTS), "starttls")
    mail = Mail(
        messages=messages,
        host=table.text("host", required=True),
        port=int(table.number("port", _PORTS[security], 1, 65535)),
        security=security,
        sender=table.address("sender", required=True) or Address(),
        username=table.text("username") or None,
        password=table.text("password") or None,
        reply_to=table.address("reply_to"),
        timeout=table.number("timeout", 30, 0.1, 300),
        events=table.events(),
    )
    table.end()
    return mail


def _chat(table: _Table, messages: Messages) -> Chat:
    chat = Chat(
        messages=messages,
        name=table.text("name", required=True),
        channel=table.choice("channel", ("sms", "chat"), ""),
        url=table.text("url", required=True),
        timeout=table.number("timeout", 30, 0.1, 300),
        events=table.events(),
    )
    if chat.url and (fault := chat.fault()):
        table.fault("url", fault)
    table.end()
    return chat


def _webhook(table: _Table) -> Webhook:
    webhook = Webhook(
        name=table.text("name", required=True),
        url=table.text("url", required=True),
        secret=table.text("secret", required=True),
        timeout=table.number("timeout", 10, 0.1, 300),
        events=table.events(),
    )
    if webhook.url and not re.fullmatch(r"https?://[^\s/]+\S*", webhook.url):
        table.fault("url", "must begin with https:// or http://")
    if webhook.secret and (fault := webhook.fault()):
        table.fault("secret", fault)
    table.end()
    return webhook
