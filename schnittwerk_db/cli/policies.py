"""Booking policies."""

from __future__ import annotations

import re
from decimal import Decimal

import click

from schnittwerk_db.cli.failures import Refusal
from schnittwerk_db.cli.language import _
from schnittwerk_db.cli.output import print_json, print_records, say
from schnittwerk_db.cli.refusals import translated
from schnittwerk_db.cli.session import Session, near_names, opened
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.cli.words import word
from schnittwerk_db.errors import InvalidInput
from schnittwerk_db.json_text import json_text, read_json
from schnittwerk_db.models import Policy

HORIZON = "advance_booking_limit_days"
_ANSWERS = {"yes": True, "ja": True, "no": False, "nein": False}


@click.group(invoke_without_command=True)
@click.pass_context
def policies(ctx: click.Context) -> None:
    """Show and set booking policies.

    \b
    schnittwerk policies
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_policies)


@policies.command("list")
@click.pass_obj
def list_policies(settings: Settings) -> None:
    """List every policy with its value; with --wide what it may be, too.

    \b
    schnittwerk policies list --wide
    """
    with opened(settings) as session:
        print_records(
            settings,
            session.client.list_policies(),
            {
                _("policy"): lambda it: it.policy_key,
                _("value"): lambda it: json_text(it.in_force),
                _("description"): lambda it: translated(it.description),
            },
            none=_("no policy"),
            wide={_("default"): lambda it: json_text(it.default_value), _("may be"): _range},
        )


@policies.command("get")
@click.argument("key")
@click.pass_obj
def get_policy(settings: Settings, key: str) -> None:
    """Print the value of the policy KEY that holds.

    \b
    schnittwerk policies get cancellation_deadline_hours
    """
    with opened(settings) as session:
        policy = _known(session, key)
        days, where = horizon(session)
    if settings.json:
        print_json(policy)
    else:
        say(json_text(policy.in_force))
        if key == HORIZON and where != key:
            say(_("{where} is stricter: {days} days hold").format(where=where, days=days), err=True)


@policies.command("set")
@click.argument("policy_key", metavar="KEY")
@click.argument("policy_value", metavar="VALUE")
@click.option("--inactive", is_flag=True, help="Keep the value, but let the default hold.")
@click.pass_obj
def set_policy(settings: Settings, policy_key: str, policy_value: str, inactive: bool) -> None:
    """Set the policy KEY to VALUE, a number or true or false.

    \b
    schnittwerk policies set cancellation_deadline_hours 48
    """
    with opened(settings) as session:
        policy = _known(session, policy_key)
        try:
            saved = session.client.set_policy(
                policy.policy_key, _typed(policy, policy_value), not inactive
            )
        except InvalidInput as error:
            if not isinstance(error.details, str):
                value = re.compile(f"p_policy_value( of {policy_key})?")
                error.details = [
                    {**it, "message": value.sub(policy_key, it["message"])} for it in error.details
                ]
            raise
    if settings.json:
        print_json(saved)
    else:
        held = "" if saved.is_active else _(" (inactive: the default holds)")
        say(f"{saved.policy_key} = {json_text(saved.policy_value)}{held}")


def horizon(session: Session) -> tuple[int, str]:
    """How many days ahead can be booked, and what says so: the stricter of setting and policy."""
    policies = session.client.list_policies()
    limits = [(it.in_force, it.policy_key) for it in policies if it.policy_key == HORIZON]
    if setting := session.client.get_business_settings().max_advance_booking_days:
        limits.append((setting, "max_advance_booking_days"))
    return min(limits, key=lambda it: it[0])


def _known(session: Session, key: str) -> Policy:
    """The policy of that name; an unknown one is refused."""
    known = {it.policy_key: it for it in session.client.list_policies()}
    if key not in known:
        near = near_names(key, known)
        raise Refusal(
            _("there is no policy {key!r}{hint}; schnittwerk policies list shows all").format(
                key=key, hint=_("; near it: {names}").format(names=", ".join(near)) if near else ""
            )
        )
    return known[key]


def _typed(policy: Policy, value: str) -> object:
    """A JSON value, or the text itself, of which the database says what it makes of it."""
    if policy.value_type == "boolean" and value.casefold() in _ANSWERS:
        return _ANSWERS[value.casefold()]
    if policy.policy_key.endswith("_percent"):
        value = value.removesuffix("%").strip()
    try:
        return read_json(value, parse_constant=Decimal)
    except (ValueError, ArithmeticError, RecursionError):
        return value


def _range(policy: Policy) -> str:
    if policy.minimum is None:
        return word(policy.value_type)
    return _("{type} {minimum} to {maximum}").format(
        type=word(policy.value_type), minimum=policy.minimum, maximum=policy.maximum
    )
