"""Webhooks, signed by https://www.standardwebhooks.com."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import requests
from standardwebhooks.webhooks import EmptyWebhookSecretError
from standardwebhooks.webhooks import Webhook as Signer

from schnittwerk_db.json_text import json_text
from schnittwerk_db.models import Delivery
from schnittwerk_db.relay.target import DeliveryFailed, DeliveryRefused

GONE = 410


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """An address that events are posted to; ``secret`` is base64, with or without ``whsec_``.

    ``timeout`` in seconds for all of a request.
    """

    name: str
    url: str
    secret: str
    events: Sequence[str] | None = None
    timeout: float = 10
    channel: str = "webhook"

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
            # streamed, so that nobody can hold the relay up with an endless answer
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

    def fault(self) -> str | None:
        """What is wrong with the secret."""
        try:
            Signer(self.secret)
        except (ValueError, EmptyWebhookSecretError):
            return "must be base64, with or without whsec_ before it"
        return None
