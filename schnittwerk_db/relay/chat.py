"""SMS and chat services, through the package apprise."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import apprise

from schnittwerk_db.models import Delivery
from schnittwerk_db.relay.addresses import email_address, phone_number
from schnittwerk_db.relay.messages import Messages
from schnittwerk_db.relay.target import DeliveryFailed, DeliveryRefused, NoAddress

# What it logs has addresses and secrets in it.
logging.getLogger("apprise").addHandler(logging.NullHandler())
logging.getLogger("apprise").propagate = False

PLACEHOLDERS = ("phone", "email", "customer_id")


@dataclass(frozen=True, kw_only=True)
class Chat:
    """A service that apprise knows, by its URL, in which ``{phone}``, ``{email}`` and
    ``{customer_id}`` stand for the customer's.

    By SMS goes the subject alone, by chat all of it. ``timeout`` in seconds for all of a message.
    """

    messages: Messages
    name: str
    channel: str
    url: str
    timeout: float = 30
    events: Sequence[str] | None = None

    def send(self, delivery: Delivery) -> None:
        """Hands the message to the service; see `Target.send`."""
        assert delivery.message is not None
        customer = delivery.message["customer"]
        text = self.messages.render(delivery)
        # without a timeout of apprise's own, for which it would use threads that nobody can cut off
        service = apprise.Apprise(asset=apprise.AppriseAsset(service_timeout=0))
        if not service.add(self._url_for(customer | {"customer_id": customer["id"]})):
            raise DeliveryRefused("the service knows no such address")
        is_short = self.channel == "sms"
        taken = service.notify(
            title="" if is_short else text.subject,
            body=text.subject if is_short else text.body,
            body_format=apprise.NotifyFormat.TEXT,
        )
        if not taken:
            raise DeliveryFailed("the service did not take it")

    def fault(self) -> str | None:
        """What is wrong with the URL."""
        unknown = [it for it in _named(self.url) if it not in PLACEHOLDERS]
        if unknown:
            known = ", ".join(f"{{{it}}}" for it in PLACEHOLDERS)
            return f"there is no {{{unknown[0]}}}, only {known}"
        example = {"phone": "+41441111111", "email": "carla@example.org", "customer_id": "1"}
        if not apprise.Apprise().add(self._url_for(example)):
            return "is no URL that apprise knows"
        return None

    def _url_for(self, customer: Mapping[str, str | None]) -> str:
        def value(found: re.Match[str]) -> str:
            address = (customer[found[1]] or "").strip()
            if not address:
                raise NoAddress
            if found[1] == "phone":
                address = phone_number(address)
            elif found[1] == "email":
                address = email_address("", address).addr_spec
            return quote(address, safe="+")

        return re.sub(r"\{(\w+)\}", value, self.url)


def _named(url: str) -> list[str]:
    return re.findall(r"\{(\w+)\}", url)
