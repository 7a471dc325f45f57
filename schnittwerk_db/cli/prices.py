"""Price rules: when a booking costs more or less than its base price."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from schnittwerk_db.cli.asking import YES, agreed
from schnittwerk_db.cli.bookings import CODE, parse_amount
from schnittwerk_db.cli.hours import parse_times, parse_weekdays
from schnittwerk_db.cli.language import _, weekday_name
from schnittwerk_db.cli.output import (
    Columns,
    print_json,
    print_records,
    print_table,
    say,
    say_lines,
    table,
)
from schnittwerk_db.cli.refusals import translated
from schnittwerk_db.cli.session import Session, opened
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.cli.times import (
    TypedDate,
    TypedTime,
    dates,
    parse_date,
    parse_near_date,
    parse_time,
)
from schnittwerk_db.cli.words import word
from schnittwerk_db.errors import InvalidInput
from schnittwerk_db.loading import rules_of
from schnittwerk_db.models import PriceExplanation, PriceRule, SimulatedPrices
from schnittwerk_db.notation import parse_range, windows_text
from schnittwerk_db.salon_file import PriceFile

KIND = click.Choice(["time", "lead_time", "demand", "promotion"])

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


def _parse_percent(typed: str) -> Decimal:
    """A percentage such as -20 or -20%."""
    return parse_amount(typed.removesuffix("%").rstrip())


def _parse_range(typed: str) -> dict[str, Decimal]:
    """A range such as 0-24, or of percent 0-40%."""
    try:
        return parse_range(typed.replace("%", ""))
    except ValueError as error:
        raise click.BadParameter(translated(str(error))) from None


def _options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that adding and editing share."""
    for option in reversed(
        (
            click.option(
                "--percent",
                type=_parse_percent,
                metavar="PERCENT",
                help="Change by so many percent: -20.",
            ),
            click.option(
                "--amount",
                type=parse_amount,
                metavar="AMOUNT",
                help="Change by so much money: 5, -7.50.",
            ),
            click.option("--price", type=parse_amount, metavar="AMOUNT", help="Set the price: 49."),
            click.option("--service", multiple=True, help="Only this service; may be repeated."),
            click.option(
                "--staff", multiple=True, help="Only this member of staff; may be repeated."
            ),
            click.option(
                "--days", type=parse_weekdays, metavar="DAYS", help="Only on: tue,wed,thu."
            ),
            click.option(
                "--times",
                type=parse_times,
                metavar="TIMES",
                help="Only starts in: 09:00-12:00,13:00-15:00.",
            ),
            click.option(
                "--lead-hours",
                type=_parse_range,
                metavar="FROM-TO",
                help="Only so many hours ahead: 0-24, 48-.",
            ),
            click.option(
                "--booked-percent",
                type=_parse_range,
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
    """Show and keep the rules by which prices differ from the base price.

    \b
    schnittwerk prices list
    """


@prices.command("list")
@click.pass_obj
def list_rules(settings: Settings) -> None:
    """List the price rules by kind, and in each the one first that goes before the others.

    \b
    schnittwerk prices list
    """
    with opened(settings) as session:
        rules = session.client.list_price_rules()
        when = _When(session)
        print_records(
            settings,
            rules,
            {
                _("name"): lambda it: it.name,
                _("kind"): lambda it: kind_text(it.kind),
                _("price"): _price_text,
                _("applies"): when.text,
            },
            none=_("no price rule"),
            wide={_("priority"): lambda it: it.priority, _("id"): lambda it: it.id},
        )


@prices.command("add")
@click.argument("name")
@click.option("--kind", type=KIND, required=True, help="What it goes by.")
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
        raise click.UsageError(_("give one of --percent, --amount and --price"))
    with opened(settings) as session:
        conditions = _conditions(session, given)
        saved = session.client.save_price_rule(
            name, kind, conditions, adjustment, **_others(session, given)
        )
        _tell(settings, session, _("added"), saved)


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
    """Change what is given of RULE (its name or id); the other conditions stay.

    \b
    schnittwerk prices edit "Quiet mornings" --percent -25 --clear staff
    """
    adjustment = _adjustment(given)
    for option in clear:
        if given[option.replace("-", "_")] not in (None, (), False):
            raise click.UsageError(
                _("--{option} is given and cleared: leave one of the two out").format(option=option)
            )
    with opened(settings) as session:
        there = session.price_rule(rule)
        conditions = _conditions(session, given)
        others = _others(session, given)
        if not (name or adjustment or conditions or others or clear):
            raise click.UsageError(_("nothing to change: give an option"))
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
        _tell(settings, session, _("changed"), saved)


@prices.command("remove")
@click.argument("rule")
@YES
@click.pass_obj
def remove(settings: Settings, rule: str, yes: bool) -> None:
    """Remove RULE (its name or id). What was booked keeps its price.

    \b
    schnittwerk prices remove "Quiet mornings"
    """
    with opened(settings) as session:
        there = session.price_rule(rule)
        removed = agreed(
            settings,
            session,
            yes,
            lambda: session.client.delete_price_rule(there.id),
            lambda it: _("Remove this price rule ({rule})?").format(rule=_text(session, it)),
        )
        _tell(settings, session, _("removed"), removed)


@prices.command("try")
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False
)
@click.option("--current", is_flag=True, help="Instead of those of a file: the rules as saved.")
@click.option(
    "--from", "from_", type=parse_near_date, required=True, metavar="DATE", help="First date."
)
@click.option(
    "--to", type=parse_near_date, required=True, metavar="DATE", help="Last date, at most 92 days."
)
@click.pass_obj
def try_rules(
    settings: Settings, file: Path | None, current: bool, from_: TypedDate, to: TypedDate
) -> None:
    """Tell what the price rules of the TOML FILE would have made of the bookings of some days.

    FILE is a salon's file, or has [[price_rules]] only. Its rules are tried alone: saved rules that
    it leaves out do not apply. Each booking is priced as of when it was made. Nothing is written.

    A date without a year means the nearest one.

    \b
    schnittwerk prices try prices.toml --from 1.12. --to 31.12.
    """
    if (file is None) != current:
        raise click.UsageError(_("give either FILE or --current"))
    read = None if file is None else PriceFile.read(file)
    with opened(settings) as session:
        rules = rules_of(session.client, read) if read else None
        first = from_.on(session.today)
        last = session.until(to, first) or first
        try:
            found = session.client.simulate_prices(rules, first, last)
        except InvalidInput as error:
            if read is None or not _is_about_rules(error):
                raise
            places = [("price_rules", index) for index, _rule in enumerate(rules or ())]
            read.blame_refusal(error, "price_rules", items=places)
            read.raise_faults()
            raise
        if settings.json:
            print_json(found)
            return
        currency = session.salon.currency
        say(
            _(
                "{count} bookings {when}, of which {cheaper} would have been cheaper and {dearer}"
                " dearer"
            ).format(
                count=found.bookings,
                when=dates(first, last),
                cheaper=found.cheaper,
                dearer=found.dearer,
            )
        )
        say(
            _(
                "revenue {agreed:.2f} {currency} as agreed, {simulated:.2f} {currency} simulated"
            ).format(agreed=found.revenue, simulated=found.simulated_revenue, currency=currency)
            + _difference(found)
        )
        if found.rules:
            print_table(
                found.rules,
                {
                    _("name"): lambda it: it.name,
                    _("kind"): lambda it: kind_text(it.kind),
                    _("bookings"): lambda it: it.bookings,
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
    """Tell how the price of SERVICE with STAFF at TIME comes about, whether it is free or not.

    \b
    schnittwerk prices explain "Men's cut" "Luca Meier" "tuesday 10:00"
    """
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
            say_lines(explained_text(session, found, promotion_code))


def explained_text(session: Session, found: PriceExplanation, code: str | None) -> str:
    """How a price comes about, in lines."""
    rows = [
        (_("base price"), "", f"{found.base_price:.2f}"),
        *((it.name, kind_text(it.kind), f"{it.amount:+.2f}") for it in found.rules),
        (_("price"), "", f"{found.price:.2f}"),
    ]
    columns: Columns[tuple[str, str, str]] = {
        _("what"): lambda it: it[0],
        _("kind"): lambda it: it[1],
        session.salon.currency: lambda it: it[2],
    }
    told = table(rows, columns)
    if not found.code:
        return told
    return f"{told}\n" + _("the code {code} does not apply: {reason}").format(
        code=code, reason=found.code
    )


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
        raise click.UsageError(_("--percent, --amount and --price exclude each other"))
    return found or None


def _conditions(session: Session, given: dict[str, Any]) -> dict[str, Any]:
    """The conditions that are given, as the call takes them."""
    named = {
        "services": [str(session.service(it).id) for it in given["service"]],
        "staff": [str(session.staff(it).id) for it in given["staff"]],
    }
    others = {it: given[it] for it in _CONDITIONS.values() if it not in named}
    # 0 is given, though it equals False
    return {
        key: it for key, it in (named | others).items() if it is not False and it not in (None, [])
    }


def _others(session: Session, given: dict[str, Any]) -> dict[str, Any]:
    """What else is given."""
    found = {it: given[it] for it in ("priority", "is_active")}
    first = session.date(given["valid_from"])
    found |= {"valid_from": first, "valid_until": session.until(given["valid_until"], first)}
    return {key: it for key, it in found.items() if it is not None}


class _When:
    """Says in words when rules apply."""

    def __init__(self, session: Session) -> None:
        self.services = {str(it.id): it.name for it in session.client.list_services()}
        self.staff = {str(it.id): it.full_name for it in session.client.list_staff()}

    def text(self, rule: PriceRule) -> str:
        """When a rule applies."""
        return "; ".join(self._parts(rule)) or _("always")

    def _parts(self, rule: PriceRule) -> Iterator[str]:
        if not rule.is_active:
            yield _("inactive")
        conditions = rule.conditions
        if days := conditions.get("days"):
            yield ", ".join(weekday_name((it - 1) % 7, short=True) for it in days)
        if times := conditions.get("times"):
            yield windows_text(times)
        for key, names in (("services", self.services), ("staff", self.staff)):
            if ids := conditions.get(key):
                yield ", ".join(sorted(names.get(it, it) for it in ids))
        if hours := conditions.get("lead_hours"):
            yield _range(
                hours,
                _("{min}-{max} hours ahead"),
                _("{min} hours ahead or more"),
                _("less than {max} hours ahead"),
            )
        if percent := conditions.get("booked_percent"):
            yield _range(
                percent,
                _("{min}-{max}% booked"),
                _("{min}% booked or more"),
                _("less than {max}% booked"),
            )
        if code := conditions.get("code"):
            yield _("code {code}").format(code=code)
        if conditions.get("first_visit"):
            yield _("first visit")
        if uses := conditions.get("max_uses"):
            yield _("at most {count} times").format(count=uses)
        if uses := conditions.get("max_uses_per_customer"):
            yield _("at most {count} times a customer").format(count=uses)
        if rule.valid_from:
            yield _("from {day}").format(day=rule.valid_from)
        if rule.valid_until:
            yield _("until {day}").format(day=rule.valid_until)


def _range(numbers: Mapping[str, Any], both: str, least: str, most: str) -> str:
    """A range in words, which may have one end only."""
    text = both if len(numbers) == 2 else least if "min" in numbers else most
    return text.format_map(numbers)


def kind_text(kind: str) -> str:
    """The kind of a rule in words."""
    return word(kind)


def _price_text(rule: PriceRule) -> str:
    """What a rule does to a price: -20%, +5, =49."""
    [(kind, value)] = rule.adjustment.items()
    if kind == "price":
        return f"={Decimal(value):.2f}"
    return f"{Decimal(value):+f}%" if kind == "percent" else f"{Decimal(value):+.2f}"


def _text(session: Session, rule: PriceRule) -> str:
    """A rule in a line."""
    parts = [rule.name, kind_text(rule.kind), _price_text(rule)]
    if rule.priority:
        parts.append(_("priority {priority}").format(priority=rule.priority))
    return f"{', '.join(parts)}: {_When(session).text(rule)}"


def _tell(settings: Settings, session: Session, what: str, rule: PriceRule) -> None:
    if settings.json:
        print_json(rule)
    else:
        say(f"{what}: {_text(session, rule)}")
