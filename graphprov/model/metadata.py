r"""Metadata as people give it, nested, and as Neo4j can hold it, flat: one documented rule there and back.

The rule, applied to each key and value:

| given | held as |
| --- | --- |
| `{"camera": {"line": 17}}` | `camera.line` = 17 |
| `Quantity(4.5, "ms")` under `exposure` | `exposure` = 4.5 and `exposure@unit` = "ms" |
| text, whole numbers of 64 bits, floats, booleans, dates, times, durations, bytes | themselves |
| a list of such values of one type, bytes excepted | a list |
| all else that JSON can say: None, empty or mixed lists, of objects, `{}`, huge numbers | `key@json` = JSON |
| a key that holds `.` or `@` or a backslash | the character after a backslash |
| an empty key, a key that holds a NUL | `\e`; `\0` in its place |
| a key that graphprov itself uses (`name`, `kind`, ...), or that starts with `meta` | `meta.` and the key |

`unflatten(flatten(x)) == x` for all such values; a property test says so. What comes from elsewhere becomes Python's
own first: tuples and arrays become lists, NumPy's and pandas' scalars numbers and times, enumerations their values,
paths text.
"""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any

from graphprov.errors import InvalidInput

RESERVED = frozenset(
    """id kind name recorded_at restated_at stored_at learnt_at statement statements times types bundles
    version version_label digest size_bytes path media_type
    generated_at issued_at delivered_at valid_from valid_until invalidated_at
    started_at ended_at status error constraints_broken command host user python packages parameters
    contact contract licence homepage commit branch remote dirty diff_digest key
    forgotten_at forgotten_reason forgotten_by forgotten_in""".split()  # noqa: SIM905
)
"""Keys that graphprov's own properties of nodes use; metadata of that name is held under `meta.`."""

RESERVED_ON_RELATIONS = frozenset(
    """time role subtype activity plan key recorded_at stored_at
    identifier bundle mentioned_in generation usage types""".split()  # noqa: SIM905
)
"""The same for properties of relations."""

EXACT = "@prov"
"""The property in which a statement of a document keeps exactly what it says; no flat key can be that."""

_OWN = "meta"
_UNIT = "@unit"
_JSON = "@json"
_TAG = "$type"
_INT64 = range(-(2**63), 2**63)
_MAX_DEPTH = 64
_MINUTE, _LARGEST_OFFSET = timedelta(minutes=1), timedelta(hours=18)


@dataclass(frozen=True)
class Quantity:
    """A number with its unit, such as `Quantity(4.5, "ms")`; UCUM's codes are recommended for the unit."""

    value: float | int
    unit: str


def flatten(metadata: Mapping[str, Any], reserved: frozenset[str] = RESERVED) -> dict[str, Any]:
    """Turn nested metadata into flat properties by the rule above.

    Args:
        reserved: First keys that are held under `meta.`.

    Raises:
        InvalidInput: A key is no text, a value is of a type that cannot be kept, or the nesting is deeper than 64.

    >>> flatten({"camera": {"line": 17}, "exposure": Quantity(4.5, "ms"), "tags": [], "name": "x"})
    {'camera.line': 17, 'exposure': 4.5, 'exposure@unit': 'ms', 'tags@json': '[]', 'meta.name': 'x'}
    """
    flat: dict[str, Any] = {}
    for path, value in _leaves(metadata, ()):
        key = flat_key(path, reserved)
        if isinstance(value, Quantity) and _is_scalar(value.value) and _is_scalar(value.unit):
            flat[key] = value.value
            flat[key + _UNIT] = value.unit
        elif _is_native(value):
            flat[key] = value
        else:
            flat[key + _JSON] = _json(value, path)
    return flat


def flat_key(path: Sequence[str], reserved: frozenset[str] = RESERVED) -> str:
    """The flat key of a nested one, by the rule above.

    >>> flat_key(["camera", "line"]), flat_key(["name"])
    ('camera.line', 'meta.name')
    """
    own = (_OWN, *path) if path[0] in reserved or path[0] == _OWN else path
    return ".".join(_escape(part) for part in own)


def _json(value: Any, path: tuple[str, ...]) -> str:
    try:
        return dumps(value)
    except (ValueError, TypeError) as error:  # such as a whole number of more digits than Python prints
        raise InvalidInput(f"metadata '{'.'.join(path)}' cannot be kept: {error}") from error


def unflatten(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Turn flat properties back into the nested metadata that they came from.

    >>> unflatten({"camera.line": 17, "exposure": 4.5, "exposure@unit": "ms", "meta.name": "x"})
    {'camera': {'line': 17}, 'exposure': Quantity(value=4.5, unit='ms'), 'name': 'x'}
    """
    nested: dict[str, Any] = {}
    for key, value in flat.items():
        parts, suffix = _split(key)
        if suffix == _UNIT:
            continue
        if suffix == _JSON:
            value = loads(value)
        elif key + _UNIT in flat:
            value = Quantity(value, flat[key + _UNIT])
        if parts[0] == _OWN and len(parts) > 1:
            parts = parts[1:]
        place = nested
        for part in parts[:-1]:
            place = place.setdefault(part, {})
        place[parts[-1]] = value
    return nested


def base_key(key: str) -> str:
    r"""A flat key without its suffix, so that a value, its unit and its JSON form are seen to be one.

    >>> base_key("exposure@unit"), base_key("camera.line"), base_key(r"a\@b@json")
    ('exposure', 'camera.line', 'a\\@b')
    """
    return _BASE.match(key)[0]  # type: ignore[index]  # it matches any text


def dumps(value: Any) -> str:
    """Canonical JSON of any value that can be recorded: keys sorted, no blanks, ASCII; `loads` undoes it.

    What JSON lacks (times, bytes, decimals, NaN) stands in an object with a tag; a key of the user's own that looks
    like the tag gets one more dollar sign.

    >>> dumps({"b": date(2026, 3, 1), "a": [1, None]})
    '{"a":[1,null],"b":{"$type":"date","value":"2026-03-01"}}'
    """
    # Nearly all that is recorded is plain; a text that may hold a key like the tag goes the long way.
    tags = _Tags()
    try:
        text = _encoder(tags).encode(value)
    except (KeyError, TypeError, ValueError):
        return _ENCODER.encode(_tagged(value))
    return text if text.count('"$') == tags.count else _ENCODER.encode(_tagged(value))


def loads(text: str | bytes) -> Any:
    """Undo `dumps`.

    Raises:
        ValueError: The text is no JSON, or holds a tag that is not known.

    >>> loads('{"b":{"$type":"date","value":"2026-03-01"}}')
    {'b': datetime.date(2026, 3, 1)}
    """
    return json.loads(text, object_hook=_untagged)


class _Tags:
    """Writes what JSON lacks as an object with a tag, and counts these."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, value: Any) -> Any:
        name, form = _TAGGED[type(value)]
        self.count += 1
        return {_TAG: name, "value": form(value)}


def _encoder(tags: _Tags) -> json.JSONEncoder:
    return json.JSONEncoder(ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False, default=tags)


def _tagged(value: Any) -> Any:
    kind = type(value)
    if kind is str or kind is int or kind is bool or value is None:
        return value
    if (tag := _TAGGED.get(kind)) is not None:
        return {_TAG: tag[0], "value": tag[1](value)}
    if kind is float:
        return value if math.isfinite(value) else {_TAG: "float", "value": repr(value)}
    if isinstance(value, Mapping):
        return {_escape_tag(key): _tagged(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_tagged(item) for item in value]
    raise TypeError(f"{kind.__name__} cannot be recorded")


def _untagged(item: dict[str, Any]) -> Any:
    if (name := item.get(_TAG)) is not None:
        if name not in _READ:
            raise ValueError(f"the tag {name!r} is not known")
        return _READ[name](item["value"])
    for key in item:
        if key[:2] == "$$":
            return {key[1:] if _ESCAPED_TAG.fullmatch(key) else key: value for key, value in item.items()}
    return item


def _escape_tag(key: str) -> str:
    return "$" + key if key[:1] == "$" and _ESCAPED_TAG.fullmatch("$" + key) else key


def as_utc(moment: datetime) -> datetime:
    """A moment in UTC; one without a zone is taken to be UTC.

    Raises:
        ValueError: In UTC it would be before the year 1 or after 9999.
    """
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{moment} is beyond the years 1 to 9999 in UTC") from error


_ENCODER = json.JSONEncoder(ensure_ascii=True, sort_keys=True, separators=(",", ":"))
_ESCAPED_TAG = re.compile(r"\$\$+type")
_BASE = re.compile(r"(?:[^\\@]|\\.?)*", re.DOTALL)
_TAGGED: dict[type, tuple[str, Callable[[Any], Any]]] = {
    datetime: ("datetime", datetime.isoformat),
    date: ("date", date.isoformat),
    time: ("time", time.isoformat),
    timedelta: ("duration", lambda span: [span.days, span.seconds, span.microseconds]),
    Decimal: ("decimal", str),
    bytes: ("bytes", lambda data: base64.b64encode(data).decode()),
    Quantity: ("quantity", lambda quantity: [_tagged(quantity.value), quantity.unit]),
}
_READ: dict[str, Callable[[Any], Any]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "duration": lambda parts: timedelta(*parts),
    "decimal": Decimal,
    "bytes": base64.b64decode,
    "float": float,
    "quantity": lambda parts: Quantity(*parts),
}
_NATIVE = (bool, int, float, str, datetime, date, time, timedelta, bytes)


def _leaves(value: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if len(path) > _MAX_DEPTH:
        raise InvalidInput(f"metadata under '{'.'.join(path[:3])}...' is nested deeper than {_MAX_DEPTH}")
    for key, item in value.items():
        if not isinstance(key, str):
            raise InvalidInput(f"the metadata key {key!r} is {type(key).__name__}: expected text")
        here = (*path, key)
        clean = _plain(item, here)
        if isinstance(clean, Mapping) and clean:
            yield from _leaves(clean, here)
        else:
            yield here, clean


def _plain(value: Any, path: tuple[str, ...], depth: int = 0) -> Any:
    """A value with numpy's scalars, paths and tuples turned into Python's own, or a clear refusal."""
    if depth > _MAX_DEPTH:
        raise InvalidInput(f"metadata under '{'.'.join(path)}' is nested deeper than {_MAX_DEPTH}")
    if value is None or type(value) in (*_NATIVE, Decimal):
        return value
    if isinstance(value, Quantity):
        return Quantity(_plain(value.value, path, depth + 1), value.unit)
    if isinstance(value, Enum):
        return _plain(value.value, path, depth + 1)
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, datetime):  # pandas' Timestamp
        return datetime.combine(value.date(), value.time(), value.tzinfo)
    if isinstance(value, timedelta):  # pandas' Timedelta
        return timedelta(value.days, value.seconds, value.microseconds)
    if isinstance(value, list | tuple):
        return [_plain(item, path, depth + 1) for item in value]
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise InvalidInput(f"metadata '{'.'.join(path)}' has a key that is no text")
        return {key: _plain(item, path, depth + 1) for key, item in value.items()}
    if (of_numpy := _of_numpy(value)) is not value:
        return _plain(of_numpy, path, depth + 1)
    for base in (bool, int, float, str):  # subclasses
        if isinstance(value, base):
            return base(value)
    raise InvalidInput(
        f"metadata '{'.'.join(path)}' is of type {type(value).__name__}, which cannot be kept",
        hint="give numbers, text, booleans, times, lists or nested mappings of these",
    )


def _of_numpy(value: Any) -> Any:
    """A NumPy scalar or array as Python's own values, anything else as it is. NumPy itself is not imported."""
    dtype = getattr(value, "dtype", None)
    if dtype is None or not hasattr(value, "tolist") or not hasattr(value, "astype"):
        return value
    if dtype.kind in "mM":  # finer than microseconds, NumPy gives a bare number of nanoseconds
        value = value.astype(f"{'timedelta' if dtype.kind == 'm' else 'datetime'}64[us]")
    return value.tolist()


def _is_native(value: Any) -> bool:
    if isinstance(value, list):
        held = {_held_as(item) for item in value}
        return len(held) == 1 and bytes not in held and all(_is_scalar(item) for item in value)
    return _is_scalar(value)


def _held_as(value: Any) -> Any:
    """What must be the same for values to stand in one list of Neo4j's."""
    if type(value) is datetime:
        return datetime, value.utcoffset() is None
    return type(value)


def _is_scalar(value: Any) -> bool:
    if type(value) is int:
        return value in _INT64
    if type(value) is str:
        return _is_text(value)
    if type(value) is datetime:  # Neo4j's driver takes offsets in whole minutes, its server up to 18 hours
        offset = value.utcoffset()
        return offset is None or (not offset % _MINUTE and abs(offset) <= _LARGEST_OFFSET)
    if type(value) is time:  # the driver cannot send one with an offset
        return value.utcoffset() is None
    return type(value) in _NATIVE


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:  # a lone surrogate; JSON can escape it
        return False
    return True


def _escape(part: str) -> str:
    if not _is_text(part):
        raise InvalidInput(f"the metadata key {part!r} is not valid Unicode text")
    if not part:
        return "\\e"
    return part.replace("\\", "\\\\").replace(".", "\\.").replace("@", "\\@").replace("\0", "\\0")


def _split(key: str) -> tuple[list[str], str]:
    """The parts of a flat key, unescaped, and its suffix (`@unit`, `@json` or nothing)."""
    parts, part, chars = [], "", iter(key)
    for char in chars:
        if char == "\\":
            part += {"e": "", "0": "\0"}.get(escaped := next(chars, "\\"), escaped)
        elif char == ".":
            parts.append(part)
            part = ""
        elif char == "@":
            return [*parts, part], "@" + "".join(chars)
        else:
            part += char
    return [*parts, part], ""
