"""What is refused, named as it was typed: `--price`, not `p_price` or `adjustment.price`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import click

from schnittwerk_db.errors import BookingError

# a parameter of an RPC, or a place in the document that is sent for it
_PLACE = re.compile(r"(?<![\"\w])p_\w+(?:\.\w+|\[\d+\])*")

# What the database says to programs, and what does the same on the command line.
FOR_PEOPLE = {
    "; the Idempotency-Key header serves too": "",
    ".end_time must be after its start_time": " must end after it starts",
    "give it to hold_slot": "give it to schnittwerk hold slot",
    "give staff_id for some items": "give some items as SERVICE@STAFF",
    "list_customers finds it": "schnittwerk customers list finds it",
    "list_staff(p_service_id) shows": "schnittwerk staff --service SERVICE shows",
    "call save_profile first": "run schnittwerk profiles set first",
    "call save_salon": "run schnittwerk salons add",
    "call set_service_resources first": "run schnittwerk services needs first",
    "call set_staff_services first": "run schnittwerk staff services first",
    "by save_customer with p_clear p_profile_id": "by schnittwerk customers edit --clear profile",
    "by set_service_steps": "by schnittwerk services steps",
    "by unmerge_customer": "by schnittwerk customers unmerge",
}

# What the help calls the parts of a value, by their keys in the document that is sent.
_PARTS = {
    "from_minute": "FROM",
    "to_minute": "TO",
    "min": "FROM",
    "max": "TO",
    "quantity": "HOW MANY",
    "minutes": "",
}

# of a range the end that is typed, where the other one is left out
_OTHER_END = {
    "preferred_end_date": "preferred_start_date",
    "end_date": "start_date",
    "from": "to",
    "to": "from",
}


def naming_arguments_as_typed(command: click.Command) -> None:
    """Has a command, or each in a group, name what is refused as it was typed.

    The parameters of commands bear the names of the RPCs' parameters, or of keys in them.
    """
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            naming_arguments_as_typed(inner)
    elif command.callback is not None:
        command.callback = _naming_as_typed(command, command.callback)


def _naming_as_typed(command: click.Command, run: Callable[..., Any]) -> Callable[..., Any]:
    names = {
        str(it.name).rstrip("_"): it.opts[0]
        if isinstance(it, click.Option)
        else it.human_readable_name.removesuffix("...").strip("[]")
        for it in command.params
    }

    @wraps(run)
    def named(*args: Any, **kwargs: Any) -> Any:
        try:
            return run(*args, **kwargs)
        except BookingError as error:
            values = click.get_current_context().params
            line = _Line(names, {key.rstrip("_"): it for key, it in values.items()})
            if isinstance(error.details, str):  # names no parameters
                error.details = _for_people(error.details)
            else:
                error.details = [
                    {**it, "message": line.renamed(it["message"])} for it in error.details
                ]
            raise

    return named


def _for_people(message: str) -> str:
    for said, instead in FOR_PEOPLE.items():
        message = message.replace(said, instead)
    return message


class _Line:
    """What was typed for a command: how its parameters are named there, and their values."""

    def __init__(self, names: Mapping[str, str], values: Mapping[str, Any]) -> None:
        self._names = names
        self._values = values

    def renamed(self, message: str) -> str:
        """What the database says, in the words of the command line."""
        message = _for_people(message)
        if found := re.fullmatch(r"p_\w+ has no key \"(\w+)\"; it may have ([\w, ]+)", message):
            keys = ", ".join(map(self._name, found[2].split(", ")))
            return f"{self._name(found[1])} cannot be given here, only {keys}"
        found = re.fullmatch(r"p_(\w+) must (?:not have passed|be from \S+ to \S+)", message)
        if found and self._values.get(found[1]) is None and found[1] in _OTHER_END:
            message = message.replace(found[1], _OTHER_END[found[1]], 1)
        return _PLACE.sub(lambda it: self._place(it[0].removeprefix("p_")), message)

    def _place(self, place: str) -> str:
        """The innermost part of a place that was typed, and what of it is meant."""
        keys = re.findall(r"\w+", place)
        for number in reversed(range(len(keys))):
            parameter = self._parameter(keys[number])
            if parameter is not None:
                inner = [_PARTS.get(it, it) for it in keys[number + 1 :] if not it.isdigit()]
                indexes = [int(it) for it in keys[number + 1 :] if it.isdigit()]
                name = self._item(parameter, indexes[-1]) if indexes else self._names[parameter]
                return ": ".join([name, *filter(None, inner)])
        return place

    def _name(self, key: str) -> str:
        parameter = self._parameter(key)
        return key if parameter is None else self._names[parameter]

    def _parameter(self, key: str) -> str | None:
        """The parameter that a key stands for: of ids, or of several, that of one name."""
        also = {"opening_hours": "windows"}
        names = (key, also.get(key), *map(key.removesuffix, ("_id", "_ids", "s")))
        return next((it for it in names if it in self._names), None)

    def _item(self, parameter: str, index: int) -> str:
        """An item of a list with what was typed for it, if it is text: maybe for another option."""
        items = self._values.get(parameter)
        item = items[index] if isinstance(items, tuple) and index < len(items) else None
        name, typed = item if isinstance(item, tuple) else (self._names[parameter], item)
        return f"{name} {typed!r}" if isinstance(typed, str) else self._names[parameter]
