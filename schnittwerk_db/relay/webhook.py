"""Webhooks, signed as https://www.standardwebhooks.com specifies."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Annotated, ClassVar

import requests
from standardwebhooks.webhooks import EmptyWebhookSecretError
from standardwebhooks.webhooks import Webhook as Signer

from schnittwerk_db.json_text import json_text
from schnittwerk_db.models import Delivery
from schnittwerk_db.relay.target import DeliveryFailed, DeliveryRefused, Events, Seconds, TargetName
from schnittwerk_db.structuring import not_empty

GONE = 410


def _address(url: str) -> None:
    if not re.fullmatch(r"https?://[^\s/]+\S*", url):
        raise ValueError("must begin with https:// or http://")


def _key(secret: str) -> None:
    try:
        Signer(secret)
    except (ValueError, EmptyWebhookSecretError):
        raise ValueError("must be base64, with or without whsec_ before it") from None


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """An address that events are posted to; ``secret`` is base64, with or without ``whsec_``.

    ``timeout`` is in seconds, for a whole request.
    """

    channel: ClassVar[str] = "webhook"
    name: TargetName
    url: Annotated[str, not_empty, _address]
    secret: Annotated[str, not_empty, _key]
    events: Events = ()
    timeout: Seconds = 10

    def send(self, delivery: Delivery) -> None:
        """Posts the event; see `Target.send`. Only 2xx is delivered; 410 is refused."""
        event = delivery.event
        body = json_text(event)
        now = dt.datetime.now(dt.UTC)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "schnittwerk-relay",
            "webhook-id": str(event.id),
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Signer(self.secret).sign(str(event.id), now, body),
        }
        try:
            # streamed: an endless body must not hold the relay up
            with requests.post(
                self.url,
                data=body.encode(),
                headers=headers,
                timeout=self.timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                status = response.status_code
        except requests.RequestException as error:
            raise DeliveryFailed(type(error).__name__) from None
        if status == GONE:
            raise DeliveryRefused(f"HTTP {status}")
        if not 200 <= status < 300:
            raise DeliveryFailed(f"HTTP {status}")
