"""Structures the values of a TOML file into frozen dataclasses, and finds every fault in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, Literal, get_args, get_origin, get_type_hints

from cattrs import (
    AttributeValidationNote,
    ClassValidationError,
    Converter,
    ForbiddenExtraKeysError,
    IterableValidationError,
)
from cattrs.cols import list_structure_factory
from cattrs.gen import make_dict_structure_fn

from schnittwerk_db.toml_text import Clock, Place

Hook = Callable[[Any, Any], Any]
Check = Callable[[Any], None]


def strict_converter(hooks: Mapping[Any, Hook] | None = None) -> Converter:
    """A converter that rejects values of the wrong type and unknown keys.

    The functions in an ``Annotated`` type raise ``ValueError`` with what is wrong with a value.
    ``hooks`` structure further types, or some in another way.
    """
    converter = Converter(forbid_extra_keys=True)
    for kind, hook in (_KINDS | dict(hooks or {})).items():
        converter.register_structure_hook(kind, hook)

    def table(kind: Any) -> Hook:
        # cattrs would resolve them without what they are Annotated with
        hints = get_type_hints(kind, include_extras=True)
        for field in fields(kind):
            field.type = hints[field.name]
        structure: Hook = make_dict_structure_fn(kind, converter)
        return lambda value, _: structure(_TABLE(value, dict), kind)

    def array(kind: Any) -> Hook:
        structure = list_structure_factory(kind, converter)
        return lambda value, _: tuple(structure(_ARRAY(value, list), kind))

    def text_or_table(kind: Any) -> Hook:
        return lambda value, _: converter.structure(value, get_args(kind)[isinstance(value, dict)])

    def choice(kind: Any) -> Hook:
        return lambda value, _: _one_of(get_args(kind), converter.structure(value, str))

    def checked(kind: Any) -> Hook:
        def hook(value: Any, _: Any) -> Any:
            value = converter.structure(value, kind.__origin__)
            for check in kind.__metadata__:
                check(value)
            return value

        return hook

    factories: dict[Callable[[Any], bool], Callable[[Any], Hook]] = {
        is_dataclass: table,
        lambda kind: get_origin(kind) is dict: lambda _: _TABLE,
        lambda kind: get_origin(kind) is tuple: array,
        lambda kind: [*map(is_dataclass, get_args(kind))] == [False, True]: text_or_table,
        lambda kind: get_origin(kind) is Literal: choice,
        lambda kind: hasattr(kind, "__metadata__"): checked,
    }
    for predicate, factory in factories.items():
        converter.register_structure_hook_factory(predicate, factory)
    return converter


def faults_of(error: Exception, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Every fault that a converter found in what stands at a place, with its own place."""
    if isinstance(error, ClassValidationError | IterableValidationError):
        noted, others = error.group_exceptions()
        for inner, note in noted:
            step = note.name if isinstance(note, AttributeValidationNote) else note.index
            yield from faults_of(inner, (*place, step))
        for inner in others:
            yield from faults_of(inner, place)
    elif isinstance(error, ForbiddenExtraKeysError):
        known = [it.name for it in fields(error.cl)]
        for key in sorted(error.extra_fields):
            near = get_close_matches(key, known, 1)
            meant = f"; did you mean {near[0]}?" if near else ""
            yield (*place, key), f"is not a known key{meant}"
    elif isinstance(error, KeyError | ValueError):
        yield place, "is missing" if isinstance(error, KeyError) else str(error)
    else:
        raise error


def not_empty(text: str) -> None:
    """Checks that a text is not empty."""
    if not text:
        raise ValueError("must not be empty")


def between(least: float, most: float) -> Check:
    """Checks that a number is between two."""

    def check(value: float) -> None:
        if not least <= value <= most:
            raise ValueError(f"must be from {least:g} to {most:g}")

    return check


def _one_of(choices: Sequence[str], value: str) -> str:
    if value not in choices:
        raise ValueError(f"must be one of {', '.join(choices)}")
    return value


def _exactly(named: str, *kinds: type) -> Hook:
    def hook(value: Any, _: Any) -> Any:
        # by exact type: a bool is no number here, and a date with a time no date
        if type(value) not in kinds:
            raise ValueError(f"must be {named}")
        return value

    return hook


text = _exactly("text", str)
_TABLE = _exactly("a table", dict)
_ARRAY = _exactly("an array", list)
_AMOUNT = _exactly("a number", int, Decimal)
_CLOCK = _exactly('a time such as "09:00"', str, dt.time)
_KINDS: dict[Any, Hook] = {
    str: text,
    int: _exactly("a whole number", int),
    float: lambda value, _: float(_AMOUNT(value, _)),
    Decimal: _AMOUNT,
    bool: _exactly("true or false", bool),
    dt.date: _exactly("a date such as 2026-12-24", dt.date),
    Clock: _CLOCK,
    Clock | None: _CLOCK,
}
