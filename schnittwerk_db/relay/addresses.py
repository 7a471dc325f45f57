"""Makes names and addresses safe for a message, whatever the database holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.headerregistry import Address
from typing import Any

from schnittwerk_db.json_text import UNSEEN
from schnittwerk_db.relay.target import DeliveryRefused


def one_line(text: str) -> str:
    """The text on one line, without invisible characters.

    Encoded words are broken up, because the mail library would decode them, for instance to a line
    break.
    """
    seen = UNSEEN.sub(lambda it: " " if it[0].isspace() else "", text)
    return " ".join(seen.split()).replace("=?", "= ?")


def with_plain_names(message: Mapping[str, Any]) -> dict[str, Any]:
    """What a message needs, each text on one line. Addresses are checked later, as they are."""
    return {key: _plain(key, value) for key, value in message.items()}


def _plain(key: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return with_plain_names(value)
    if isinstance(value, list):
        return [_plain(key, it) for it in value]
    is_text = isinstance(value, str) and key not in ("email", "phone")
    return one_line(value) if is_text else value


def email_address(name: str, text: str) -> Address:
    """The address as the mail library reads it; raises `DeliveryRefused` unless it is exactly one.

    With a comment in it, for instance, it would be another address.
    """
    wanted = text.strip()
    try:
        address = Address(one_line(name), addr_spec=wanted)
    except Exception:
        # the library's parser raises errors of many classes, IndexError and AttributeError too
        address = Address()
    if not (address.username and address.domain and wanted.isascii()) or (
        address.addr_spec != wanted
    ):
        raise DeliveryRefused("the e-mail address cannot be used")
    return address


def phone_number(text: str) -> str:
    """The digits, without separators; raises `DeliveryRefused` if there is anything else.

    To leave that out would make it another number.
    """
    number = re.sub(r"[\s().\-/]", "", text)
    if not re.fullmatch(r"\+?[0-9]+", number):
        raise DeliveryRefused("the phone number cannot be used")
    return number
