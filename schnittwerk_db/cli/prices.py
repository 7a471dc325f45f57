"""Price rules: when a booking costs more or less than its base price."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from textwrap import wrap
from typing import Any, TypeVar

import click

from schnittwerk_db.cli.bookings import CODE, parse_amount
from schnittwerk_db.cli.output import Columns, print_json, print_table, say, table
from schnittwerk_db.cli.session import Session, opened
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.cli.times import TypedDate, TypedTime, dates, parse_date, parse_time
from schnittwerk_db.errors import InvalidInput
from schnittwerk_db.loading import rules_of
from schnittwerk_db.models import PriceExplanation, PriceRule, SimulatedPrices
from schnittwerk_db.notation import (
    parse_days,
    parse_range,
    parse_windows,
    range_text,
    windows_text,
)
from schnittwerk_db.salon_file import WEEKDAYS, PriceFile

T = TypeVar("T")

KIND = click.Choice(["time", "lead_time", "demand", "promotion"])

# Of a list, so that its lines have at most 100 characters.
_NAME, _WHEN = 24, 39

_CONDITIONS = {
    "service": "services",
    "staff": "staff",
    "days": "days",
    "times": "times",
    "lead-hours": "lead_hours",
    "booked-percent": "booked_percent",
    "code": "code",
    "first-visit": "first_visit",
    "max-uses": "max_uses",
    "max-uses-per-customer": "max_uses_per_customer",
}
_DATES = {"valid-from": "valid_from", "valid-until": "valid_until"}


def _typed(parse: Callable[[str], T]) -> Callable[[str], T]:
    """A parser as the type of an option, whose message is shown."""

    def convert(typed: str) -> T:
        try:
            return parse(typed)
        except ValueError as error:
            raise click.BadParameter(str(error)) from None

    return convert


def _options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that adding and editing share."""
    for option in reversed(
        (
            click.option("--percent", type=parse_amount, help="Change by so many percent: -20."),
            click.option("--amount", type=parse_amount, help="Change by so much money: 5, -7.50."),
            click.option("--price", type=parse_amount, help="Set the price: 49."),
            click.option("--service", multiple=True, help="Only this service; may be repeated."),
            click.option(
                "--staff", multiple=True, help="Only this member of staff; may be repeated."
            ),
            click.option(
                "--days", type=_typed(parse_days), metavar="DAYS", help="Only on: tue,wed,thu."
            ),
            click.option(
                "--times",
                type=_typed(parse_windows),
                metavar="TIMES",
                help="Only starts in: 09:00-12:00,13:00-15:00.",
            ),
            click.option(
                "--lead-hours",
                type=_typed(parse_range),
                metavar="FROM-TO",
                help="Only so many hours ahead: 0-24, 48-.",
            ),
            click.option(
                "--booked-percent",
                type=_typed(parse_range),
                metavar="FROM-TO",
                help="Only if the day of the staff is so full: 0-40, 80-.",
            ),
            click.option("--code", help="Only who gives this code; of a promotion."),
            click.option("--first-visit", is_flag=True, help="Only first visits; of a promotion."),
            click.option("--max-uses", type=int, help="So many times in all; of a promotion."),
            click.option(
                "--max-uses-per-customer",
                type=int,
                help="So many times for a customer; of a promotion.",
            ),
            click.option(
                "--priority", type=int, help="Of its kind the highest applies; 0 to 1000."
            ),
            click.option(
                "--valid-from", type=parse_date, metavar="DATE", help="For bookings from this date."
            ),
            click.option(
                "--valid-until",
                type=parse_date,
                metavar="DATE",
                help="For bookings until this date.",
            ),
            click.option(
                "--active/--inactive", "is_active", default=None, help="Whether it applies."
            ),
        )
    ):
        command = option(command)
    return command


@click.group()
def prices() -> None:
    """Show and keep the rules by which prices differ from the base price."""


@prices.command("list")
@click.pass_obj
def list_rules(settings: Settings) -> None:
    """List the price rules by kind, and in each the one first that goes before the others."""
    with opened(settings) as session:
        rules = session.client.list_price_rules()
        if settings.json:
            print_json(rules)
        elif not rules:
            say("no price rule")
        else:
            print_table(
                _rows(session, rules),
                {
                    "name": lambda it: it[0],
                    "kind": lambda it: it[1],
                    "price": lambda it: it[2],
                    "priority": lambda it: it[3],
                    "applies": lambda it: it[4],
                },
            )


@prices.command("add")
@click.argument("name")
@click.option("--kind", type=KIND, required=True)
@_options
@click.pass_obj
def add(settings: Settings, /, name: str, kind: str, **given: Any) -> None:
    """Add the rule NAME, which customers see beside a price that it has changed.

    Give one of --percent, --amount and --price. A rule applies to a booking that meets all of its
    conditions; of each kind at most one rule applies, the one with the highest priority.

    \b
    schnittwerk prices add "Quiet mornings" --kind time --percent -20 \\
        --days tue,wed,thu --times 09:00-12:00
    """
    adjustment = _adjustment(given)
    if adjustment is None:
        raise click.UsageError("give one of --percent, --amount and --price")
    with opened(settings) as session:
        conditions = _conditions(session, given)
        saved = session.client.save_price_rule(
            name, kind, conditions, adjustment, **_others(session, given)
        )
        _tell(settings, session, "added", saved)


@prices.command("edit")
@click.argument("rule")
@click.option("--name", help="What it is called from now on.")
@_options
@click.option(
    "--clear",
    type=click.Choice([*_CONDITIONS, *_DATES]),
    multiple=True,
    help="Empty this option; may be repeated.",
)
@click.pass_obj
def edit(
    settings: Settings, /, rule: str, name: str | None, clear: tuple[str, ...], **given: Any
) -> None:
    """Change what is given of RULE (its name or id); the other conditions stay."""
    adjustment = _adjustment(given)
    for option in clear:
        if given[option.replace("-", "_")] not in (None, (), False):
            raise click.UsageError(f"--{option} is given and cleared: leave one of the two out")
    with opened(settings) as session:
        there = session.price_rule(rule)
        conditions = _conditions(session, given)
        others = _others(session, given)
        if not (name or adjustment or conditions or others or clear):
            raise click.UsageError("nothing to change: give an option")
        emptied = {_CONDITIONS[it] for it in clear if it in _CONDITIONS}
        kept = {key: it for key, it in there.conditions.items() if key not in emptied}
        saved = session.client.save_price_rule(
            name,
            None,
            {**kept, **conditions} if conditions or emptied else None,
            adjustment,
            **others,
            id=there.id,
            clear=[_DATES[it] for it in clear if it in _DATES] or None,
        )
        _tell(settings, session, "changed", saved)


@prices.command("remove")
@click.argument("rule")
@click.pass_obj
def remove(settings: Settings, rule: str) -> None:
    """Remove RULE (its name or id). What was booked keeps its price."""
    with opened(settings) as session:
        removed = session.client.delete_price_rule(session.price_rule(rule).id)
        _tell(settings, session, "removed", removed)


@prices.command("try")
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False
)
@click.option("--current", is_flag=True, help="Instead of those of a file: the rules as saved.")
@click.option("--from", "from_", type=parse_date, required=True, metavar="DATE", help="First date.")
@click.option(
    "--to", type=parse_date, required=True, metavar="DATE", help="Last date, at most 92 days."
)
@click.pass_obj
def try_rules(
    settings: Settings, file: Path | None, current: bool, from_: TypedDate, to: TypedDate
) -> None:
    """Tell what the price rules of the TOML FILE would have made of the bookings of some days.

    FILE is a salon's file, or has [[price_rules]] only. Its rules are tried alone: saved rules that
    it leaves out do not apply. Each booking is priced as of when it was made. Nothing is written.
    """
    if (file is None) != current:
        raise click.UsageError("give either FILE or --current")
    read = None if file is None else PriceFile.read(file)
    with opened(settings) as session:
        rules = rules_of(session.client, read) if read else None
        first, last = from_.on(session.today), to.on(session.today)
        try:
            found = session.client.simulate_prices(rules, first, last)
        except InvalidInput as error:
            if read is None or not _is_about_rules(error):
                raise
            places = [("price_rules", index) for index, _ in enumerate(rules or ())]
            read.blame_refusal(error, "price_rules", items=places)
            read.raise_faults()
            raise
        if settings.json:
            print_json(found)
            return
        currency = session.salon.currency
        say(
            f"{found.bookings} bookings {dates(first, last)},"
            f" of which {found.cheaper} would have been cheaper and {found.dearer} dearer"
        )
        say(
            f"revenue {found.revenue:.2f} {currency} as agreed,"
            f" {found.simulated_revenue:.2f} {currency} simulated"
            f"{_difference(found)}"
        )
        if found.rules:
            print_table(
                found.rules,
                {
                    "name": lambda it: it.name,
                    "kind": lambda it: it.kind,
                    "bookings": lambda it: it.bookings,
                    currency: lambda it: f"{it.amount:+.2f}",
                },
            )


@prices.command("explain")
@click.argument("service")
@click.argument("staff")
@click.argument("starts_at", type=parse_time, metavar="TIME")
@CODE
@click.pass_obj
def explain(
    settings: Settings,
    service: str,
    staff: str,
    starts_at: TypedTime,
    promotion_code: str | None,
) -> None:
    """Tell how the price of SERVICE with STAFF at TIME comes about, whether it is free or not."""
    with opened(settings) as session:
        found = session.client.explain_price(
            session.service(service).id,
            session.staff(staff).id,
            session.instant(starts_at),
            promotion_code,
        )
        if settings.json:
            print_json(found)
        else:
            for line in explained_text(session, found, promotion_code).split("\n"):
                say(line)


def explained_text(session: Session, found: PriceExplanation, code: str | None) -> str:
    """How a price comes about, in lines."""
    rows = [
        ("base price", "", f"{found.base_price:.2f}"),
        *((it.name, it.kind, f"{it.amount:+.2f}") for it in found.rules),
        ("price", "", f"{found.price:.2f}"),
    ]
    columns: Columns[tuple[str, str, str]] = {
        "what": lambda it: it[0],
        "kind": lambda it: it[1],
        session.salon.currency: lambda it: it[2],
    }
    told = table(rows, columns)
    return f"{told}\nthe code {code} does not apply: {found.code}" if found.code else told


def _is_about_rules(error: InvalidInput) -> bool:
    """Whether all that is at fault stands in a rule."""
    return not isinstance(error.details, str) and all(
        str(it["path"][0]).startswith("p_rules[") for it in error.details
    )


def _difference(found: SimulatedPrices) -> str:
    """The difference in percent, if there is something that it is a part of."""
    if not found.revenue:
        return ""
    return f" ({100 * (found.simulated_revenue / found.revenue - 1):+.1f}%)"


def _adjustment(given: dict[str, Any]) -> dict[str, Decimal] | None:
    """The one adjustment that is given, if any."""
    found = {it: given[it] for it in ("percent", "amount", "price") if given[it] is not None}
    if len(found) > 1:
        raise click.UsageError("--percent, --amount and --price exclude each other")
    return found or None


def _conditions(session: Session, given: dict[str, Any]) -> dict[str, Any]:
    """The conditions that are given, as the call takes them."""
    named = {
        "services": [str(session.service(it).id) for it in given["service"]],
        "staff": [str(session.staff(it).id) for it in given["staff"]],
    }
    others = {it: given[it] for it in _CONDITIONS.values() if it not in named}
    return {key: it for key, it in (named | others).items() if it not in (None, [], False)}


def _others(session: Session, given: dict[str, Any]) -> dict[str, Any]:
    """What else is given."""
    found = {it: given[it] for it in ("priority", "is_active")}
    found |= {it: session.date(given[it]) for it in ("valid_from", "valid_until")}
    return {key: it for key, it in found.items() if it is not None}


def _rows(session: Session, rules: Sequence[PriceRule]) -> Iterator[tuple[str, ...]]:
    """The rules in rows of a table, of which one has several if its texts are long."""
    when = _When(session)
    for rule in rules:
        names, conditions = wrap(rule.name, _NAME), wrap(when.text(rule), _WHEN)
        first = (rule.kind, _price_text(rule), str(rule.priority))
        for number, (name, condition) in enumerate(zip_longest(names, conditions, fillvalue="")):
            yield (name, *(first if number == 0 else ("", "", "")), condition)


class _When:
    """Says in words when rules apply."""

    def __init__(self, session: Session) -> None:
        self.services = {str(it.id): it.name for it in session.client.list_services()}
        self.staff = {str(it.id): it.full_name for it in session.client.list_staff()}

    def text(self, rule: PriceRule) -> str:
        """When a rule applies."""
        return "; ".join(self._parts(rule)) or "always"

    def _parts(self, rule: PriceRule) -> Iterator[str]:
        if not rule.is_active:
            yield "inactive"
        conditions = rule.conditions
        if days := conditions.get("days"):
            yield ", ".join(WEEKDAYS[it] for it in days)
        if times := conditions.get("times"):
            yield windows_text(times)
        for key, names in (("services", self.services), ("staff", self.staff)):
            if ids := conditions.get(key):
                yield ", ".join(sorted(names.get(it, it) for it in ids))
        if hours := conditions.get("lead_hours"):
            yield f"{range_text(hours)} hours ahead"
        if percent := conditions.get("booked_percent"):
            yield f"{range_text(percent)}% booked"
        if code := conditions.get("code"):
            yield f"code {code}"
        if conditions.get("first_visit"):
            yield "first visit"
        if uses := conditions.get("max_uses"):
            yield f"at most {uses} times"
        if uses := conditions.get("max_uses_per_customer"):
            yield f"at most {uses} times a customer"
        if rule.valid_from:
            yield f"from {rule.valid_from}"
        if rule.valid_until:
            yield f"until {rule.valid_until}"


def _price_text(rule: PriceRule) -> str:
    """What a rule does to a price: -20%, +5, =49."""
    [(kind, value)] = rule.adjustment.items()
    if kind == "price":
        return f"={Decimal(value):.2f}"
    return f"{Decimal(value):+f}%" if kind == "percent" else f"{Decimal(value):+.2f}"


def _tell(settings: Settings, session: Session, what: str, rule: PriceRule) -> None:
    if settings.json:
        print_json(rule)
        return
    priority = f", priority {rule.priority}" if rule.priority else ""
    when = _When(session).text(rule)
    say(f"{what}: {rule.name}, {rule.kind}, {_price_text(rule)}{priority}: {when}")
