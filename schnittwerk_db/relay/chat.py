"""SMS and chat services, through the package apprise."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import quote

import apprise

from schnittwerk_db.models import Delivery
from schnittwerk_db.relay.addresses import email_address, phone_number
from schnittwerk_db.relay.messages import Messages
from schnittwerk_db.relay.target import (
    DeliveryFailed,
    DeliveryRefused,
    Events,
    NoAddress,
    Seconds,
    TargetName,
)
from schnittwerk_db.structuring import not_empty

# It logs addresses and secrets.
logging.getLogger("apprise").addHandler(logging.NullHandler())
logging.getLogger("apprise").propagate = False

_EXAMPLE = {"phone": "+41441111111", "email": "carla@example.org", "customer_id": "1"}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def _service_url(url: str) -> None:
    for name in _PLACEHOLDER.findall(url):
        if name not in _EXAMPLE:
            known = ", ".join(f"{{{it}}}" for it in _EXAMPLE)
            raise ValueError(f"there is no {{{name}}}, only {known}")
    if not apprise.Apprise().add(_url_for(_EXAMPLE, url)):
        raise ValueError("is no URL that apprise knows")


@dataclass(frozen=True, kw_only=True)
class ChatService:
    """A service that apprise knows, by its URL.

    ``{phone}``, ``{email}`` and ``{customer_id}`` in the URL stand for the customer's. An SMS is
    the subject alone, a chat message all of the text. ``timeout`` is in seconds, for a whole
    message.
    """

    name: TargetName
    channel: Literal["sms", "chat"]
    url: Annotated[str, not_empty, _service_url]
    timeout: Seconds = 30
    events: Events = ()


@dataclass(frozen=True, kw_only=True)
class Chat(ChatService):
    """A service with the messages that go to it."""

    messages: Messages

    def send(self, delivery: Delivery) -> None:
        """Hands the message to the service; see `Target.send`."""
        assert delivery.message is not None
        customer = delivery.message["customer"]
        text = self.messages.render(delivery)
        # without a timeout of apprise's own, for which it would use threads that nobody can cut off
        service = apprise.Apprise(asset=apprise.AppriseAsset(service_timeout=0))
        if not service.add(_url_for(customer | {"customer_id": customer["id"]}, self.url)):
            raise DeliveryRefused("the service knows no such address")
        is_short = self.channel == "sms"
        taken = service.notify(
            title="" if is_short else text.subject,
            body=text.subject if is_short else text.body,
            body_format=apprise.NotifyFormat.TEXT,
        )
        if not taken:
            raise DeliveryFailed("the service did not take it")


def _url_for(customer: Mapping[str, str | None], url: str) -> str:
    def value(found: re.Match[str]) -> str:
        address = (customer[found[1]] or "").strip()
        if not address:
            raise NoAddress
        if found[1] == "phone":
            address = phone_number(address)
        elif found[1] == "email":
            address = email_address("", address).addr_spec
        return quote(address, safe="+")

    return _PLACEHOLDER.sub(value, url)
