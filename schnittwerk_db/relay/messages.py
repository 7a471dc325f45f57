"""Renders what customers read: templates in their language, times in the salon's zone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import jinja2
from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import format_currency
from jinja2.sandbox import SandboxedEnvironment

from schnittwerk_db.models import Delivery
from schnittwerk_db.relay.addresses import one_line
from schnittwerk_db.relay.target import DeliveryRefused
from schnittwerk_db.relay.visits import one_of

TEMPLATES = ("confirmation", "reminder", "reschedule", "cancellation", "waitlist_offer")
_SHIPPED = Path(__file__).parent.parent / "templates"


@dataclass(frozen=True, slots=True)
class Message:
    """A text to a customer; the subject is one line that makes sense without the body."""

    subject: str
    body: str


class TemplateError(Exception):
    """A template is missing or cannot be used."""


class Messages:
    """Renders messages from the package's templates, or from the user's own.

    A template is ``<language>/<name>.txt``: its first line is the subject, the rest the body. Those
    in ``folder`` take precedence over the package's, and may add languages. ``language`` is used
    for customers who have chosen none that has a template.

    In a template ``visit`` is None, or the visit with its ``appointments``, those just
    ``cancelled``, and the ``price``. Then ``service``, ``staff`` and ``appointment`` describe all
    of them as one, so that a template that ignores visits is still right.
    """

    def __init__(self, language: str, folder: Path | None = None) -> None:
        self._language = language
        folders = [_SHIPPED] if folder is None else [folder, _SHIPPED]
        self._environment = SandboxedEnvironment(
            loader=jinja2.FileSystemLoader(folders),
            undefined=jinja2.StrictUndefined,
            autoescape=False,
            keep_trailing_newline=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def check(self) -> None:
        """Tries every template on an example.

        Raises `TemplateError` if the language lacks one, or if one cannot be rendered.
        """
        names = {f"{self._language}/{it}.txt" for it in TEMPLATES}
        names |= {it for it in self._environment.list_templates(["txt"]) if it.count("/") == 1}
        for name in sorted(names):
            for values in _examples():
                try:
                    self._render(name, values)
                except jinja2.TemplateNotFound:
                    raise TemplateError(f"there is no template {name}") from None
                except jinja2.TemplateSyntaxError as error:
                    message = f"{error.filename}:{error.lineno}: {error.message}"
                    raise TemplateError(message) from None
                except (jinja2.TemplateError, UnknownLocaleError, ValueError) as error:
                    raise TemplateError(f"template {name}: {error}") from None

    def render(self, delivery: Delivery) -> Message:
        """The message that a delivery to a customer is about."""
        about = delivery.message
        if about is None:
            raise ValueError("a webhook has no message")
        data = {**delivery.event.data, **_local_times(about)}
        values = {
            "customer": about["customer"],
            "salon": about["salon"],
            "service": about["service"],
            "staff": about["staff"],
            "appointment": data,
            "offer": data,
            "visit": None,
        }
        if (visit := about["visit"]) is not None:
            values |= _values_of(visit, data)
        languages = dict.fromkeys(filter(None, (about["language"], self._language)))
        try:
            name = self._environment.select_template(
                [f"{it}/{about['template']}.txt" for it in languages]
            ).name
            return self._render(str(name), values)
        except (jinja2.TemplateError, ValueError) as error:
            raise DeliveryRefused(f"template {about['template']}: {type(error).__name__}") from None

    def _render(self, name: str, values: Mapping[str, Any]) -> Message:
        locale = Locale.parse(name.partition("/")[0])
        currency = values["salon"]["currency"]
        template = self._environment.get_template(
            name,
            globals={
                "date": lambda it: format_date(it, "full", locale=locale),
                "time": lambda it: format_time(it, "short", locale=_clock(locale)),
                "money": lambda it: format_currency(it, currency, locale=locale),
            },
        )
        subject, _, body = template.render(values).strip().partition("\n")
        return Message(one_line(subject), body.strip() + "\n")


def _local_times(about: Mapping[str, Any]) -> dict[str, dt.datetime]:
    """Times on the salon's clock, without a zone, so that formatting does not shift them."""
    return {it: dt.datetime.fromisoformat(at) for it, at in about["local_times"].items()}


def _values_of(visit: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """The visit, and all that the message is about as one appointment."""
    shown = {
        it: [{**appointment, **_local_times(appointment)} for appointment in visit[it]]
        for it in ("appointments", "cancelled")
    }
    one = one_of(shown["cancelled"] or shown["appointments"])
    names = {it: one.pop(it) for it in ("service", "staff")}
    return {
        **names,
        "appointment": {**data, **one, "status": visit["status"]},
        "visit": {**shown, "price": visit["price"]},
    }


def _clock(locale: Locale) -> Locale:
    """The locale for times of day: 24 hours in English too."""
    return Locale("en", "GB") if locale.language == "en" else locale


def _examples() -> Iterator[dict[str, Any]]:
    """An appointment and a visit, pending and confirmed, and a visit with nothing left."""
    for status in ("pending", "confirmed"):
        single = _example(status)
        item = {**single["appointment"], **{it: single[it] for it in ("service", "staff")}}
        visit = {"appointments": [item, item], "cancelled": [item], "price": item["price"]}
        yield single
        yield {**single, "visit": visit}
        yield {**single, "visit": {**visit, "appointments": [], "price": Decimal(0)}}


def _example(status: str) -> dict[str, Any]:
    start = dt.datetime(2026, 12, 1, 9)
    data = {
        "id": "1",
        "status": status,
        "starts_at": start,
        "ends_at": start + dt.timedelta(hours=1),
        "previous_starts_at": start,
        "previous_ends_at": start,
        "expires_at": start,
        "price": Decimal("75.00"),
    }
    return {
        "customer": {"full_name": "Carla", "email": "carla@example.org", "phone": None, "id": "1"},
        "salon": {"name": "Salon", "time_zone": "UTC", "currency": "CHF"},
        "service": {"name": "Haircut"},
        "staff": {"full_name": "Anna"},
        "appointment": data,
        "offer": data,
        "visit": None,
    }
