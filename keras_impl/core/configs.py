"""Configs: frozen dataclasses of plain values that decide a model's numbers and travel with its weights.

They are written as JSON and read back strictly: a field that is missing, unknown or of another type is an error, so
that no field silently takes today's default.
"""

import math
import types
import typing
from dataclasses import asdict, fields, is_dataclass
from typing import Any, TypeVar

from keras_impl.errors import DataError

FORMAT = 2
"""Version of ``settings.json`` and ``model.json``; raised when the meaning of their content changes."""

Config = TypeVar("Config")


def as_json(config: Any) -> dict[str, Any]:
    """A config as a JSON object; tuples become lists."""
    return _plain(asdict(config))


def from_json(kind: type[Config], content: Any, where: str, again: str) -> Config:
    """Read a config.

    Parameters
    ----------
    kind : type
        A dataclass whose fields are numbers, strings, None, tuples of these, or other such dataclasses.
    content : JSON
        What `as_json` returned; an int is accepted for a float.
    where, again : str
        The file that holds it and how to make it again, for messages.

    Raises
    ------
    DataError
        If a field is missing, unknown, of another type or out of range.
    """
    try:
        return _read(kind, content, "")
    except (TypeError, ValueError, OverflowError) as error:
        raise DataError(f"{where} has no valid config ({error}): {again}") from None


def check_format(content: Any, where: str, again: str) -> dict[str, Any]:
    """Return the content of a settings file or a card if it has this version's format.

    Raises
    ------
    DataError
        If it is not a JSON object, or has another format.
    """
    if not isinstance(content, dict):
        raise DataError(f"{where} is not a JSON object: {again}")
    if content.get("format") != FORMAT:
        found = f"format {content['format']}" if "format" in content else "an earlier format"
        raise DataError(f"{where} has {found}, but this version reads format {FORMAT}: {again}")
    return content


def differences(one: Any, other: Any, prefix: str = "") -> list[tuple[str, Any, Any]]:
    """The fields in which two configs differ: the dotted path and both values of each."""
    found = []
    for field in fields(one):
        name = f"{prefix}{field.name}"
        left, right = getattr(one, field.name), getattr(other, field.name, None)
        if is_dataclass(left) and type(left) is type(right):
            found += differences(left, right, f"{name}.")
        elif left != right:
            found.append((name, left, right))
    return found


def refuse_other(one: Any, other: Any, names: tuple[str, str], again: str) -> None:
    """Raise a `DataError` that names both sides and the fields if two configs that must agree differ."""
    if one == other:
        return
    if type(one) is type(other):
        fields_ = "; ".join(f"{name}: {left} and {right}" for name, left, right in differences(one, other))
    else:
        fields_ = "their types differ"
    raise DataError(f"{names[0]} and {names[1]} don't match ({fields_}): {again}")


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, (list, tuple)) else value


def _read(kind: Any, value: Any, name: str) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return _read(_member(arguments, value, name), value, name)
    if is_dataclass(kind):
        return _read_object(kind, value, name)
    if origin is tuple:
        if not isinstance(value, list):
            raise TypeError(f"{name} is not a list")
        if arguments[-1] is Ellipsis:
            return tuple(_read(arguments[0], each, f"{name}[{place}]") for place, each in enumerate(value))
        if len(value) != len(arguments):
            raise TypeError(f"{name} has {len(value)} values, not {len(arguments)}")
        return tuple(_read(each, one, name) for each, one in zip(arguments, value, strict=True))
    return _read_value(kind, value, name)


def _read_object(kind: Any, value: Any, name: str) -> Any:
    if not isinstance(value, dict):
        raise TypeError(f"{name or 'it'} is not an object")
    types_ = typing.get_type_hints(kind)
    hints = {field.name: types_[field.name] for field in fields(kind)}
    missing, unknown = sorted(hints.keys() - value.keys()), sorted(value.keys() - hints.keys())
    if missing or unknown:
        what = f"lacks {', '.join(missing)}" if missing else f"has unknown fields: {', '.join(map(str, unknown))}"
        raise TypeError(f"{name or 'it'} {what}")
    prefix = f"{name}." if name else ""
    return kind(**{field: _read(hint, value[field], f"{prefix}{field}") for field, hint in hints.items()})


def _read_value(kind: Any, value: Any, name: str) -> Any:
    if kind is float and type(value) is int:
        value = float(value)
    if type(value) is not kind and not (kind is type(None) and value is None):
        raise TypeError(f"{name} is not of type {kind.__name__}")
    if kind is float and not math.isfinite(value):
        raise ValueError(f"{name} is not a finite number")
    return value


def _member(kinds: tuple[Any, ...], value: Any, name: str) -> Any:
    """The member of a union that a value belongs to; among dataclasses, the one that has its fields."""
    if value is None and type(None) in kinds:
        return type(None)
    others = [kind for kind in kinds if kind is not type(None)]
    if len(others) == 1:
        return others[0]
    for kind in others:
        if is_dataclass(kind) and isinstance(value, dict) and value.keys() == {field.name for field in fields(kind)}:
            return kind
    raise TypeError(f"{name} is not one of {', '.join(kind.__name__ for kind in others)}")
