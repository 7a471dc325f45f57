"""E-mail over SMTP, with the appointment for the customer's calendar attached."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Annotated, Any, ClassVar, Literal

from schnittwerk_db.models import Delivery
from schnittwerk_db.relay.addresses import email_address
from schnittwerk_db.relay.calendar import invitation, method_of
from schnittwerk_db.relay.messages import Messages
from schnittwerk_db.relay.target import DeliveryFailed, DeliveryRefused, Events, Seconds
from schnittwerk_db.structuring import between, not_empty

_PORTS = {"starttls": 587, "tls": 465, "none": 25}


class _Server(smtplib.SMTP):
    """Leaves no socket open if it is cut off while it connects."""

    def connect(self, *args: Any, **more: Any) -> tuple[int, bytes]:
        try:
            return super().connect(*args, **more)
        except BaseException:
            self.close()
            raise


class _TlsServer(_Server, smtplib.SMTP_SSL):
    pass


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """An SMTP server for mail to customers; ``timeout`` is in seconds, for a whole mail."""

    host: Annotated[str, not_empty]
    port: Annotated[int, between(1, 65535)] | None = None
    security: Literal["starttls", "tls", "none"] = "starttls"
    sender: Address
    username: str = ""
    password: str = ""
    reply_to: Address | None = None
    timeout: Seconds = 30
    events: Events = ()


@dataclass(frozen=True, kw_only=True)
class Mail(MailServer):
    """A server with the messages that go to it."""

    name: ClassVar[str] = "email"
    channel: ClassVar[str] = "email"
    messages: Messages

    def send(self, delivery: Delivery) -> None:
        """Hands the mail to the server; see `Target.send`."""
        mail = self._compose(delivery)
        try:
            server = self._connect()
            try:
                server.send_message(mail)
                # the mail has been accepted: the answer to this might never come
                with suppress(OSError):
                    server.putcmd("quit")
            finally:
                server.close()
        except smtplib.SMTPRecipientsRefused as error:
            [(code, _)] = error.recipients.values()
            kind = DeliveryRefused if code >= 500 else DeliveryFailed
            raise kind(f"SMTP {code}: recipient refused") from None
        except smtplib.SMTPResponseException as error:
            raise DeliveryFailed(f"SMTP {error.smtp_code}: {type(error).__name__}") from None
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryFailed(type(error).__name__) from None

    def _connect(self) -> smtplib.SMTP:
        tls = ssl.create_default_context()
        port = self.port or _PORTS[self.security]
        if self.security == "tls":
            server: _Server = _TlsServer(self.host, port, timeout=self.timeout, context=tls)
        else:
            server = _Server(self.host, port, timeout=self.timeout)
        try:
            if self.security == "starttls":
                server.starttls(context=tls)
            if self.username:
                server.login(self.username, self.password)
        except BaseException:
            server.close()
            raise
        return server

    def _compose(self, delivery: Delivery) -> EmailMessage:
        assert delivery.message is not None
        text = self.messages.render(delivery)
        customer = delivery.message["customer"]
        mail = EmailMessage(policy=SMTP)
        mail["From"] = self.sender
        mail["To"] = email_address(customer["full_name"], customer["email"])
        if self.reply_to is not None:
            mail["Reply-To"] = self.reply_to
        mail["Subject"] = text.subject
        mail["Date"] = delivery.event.occurred_at
        # the same on every attempt, so that a duplicate can be recognised
        mail["Message-ID"] = f"<{delivery.event.id}@{self.sender.domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(text.body)
        if (method := method_of(delivery)) is not None:
            mail.add_attachment(
                invitation(delivery, self.sender.addr_spec),
                maintype="text",
                subtype="calendar",
                params={"method": method, "charset": "utf-8"},
                filename="appointment.ics",
            )
        return mail
