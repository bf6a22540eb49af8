"""Metadata as people type it on a command line, `key=value`, with the types that the values show."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from graphprov.errors import InvalidInput
from graphprov.model.metadata import Quantity

_INTEGER = re.compile(r"[-+]?(?:0|[1-9]\d*)")
_NUMBER = re.compile(r"[-+]?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?")
_QUANTITY = re.compile(rf"({_NUMBER.pattern})\s?\[([^\[\]]+)\]")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}\S*")


def parse_metadata(pairs: Iterable[str]) -> dict[str, Any]:
    """Metadata from `key=value`, `outer.inner=value` and `key:=JSON`.

    A value is a number, a number with its unit in brackets, `true` or `false`, a date, a time (UTC where it names no
    zone), else text. What only looks like a number, such as `007`, is text; `key:="3.10"` makes text of anything.

    Raises:
        InvalidInput: A pair has no `=`, its JSON is malformed, or a key stands there twice.

    >>> parse_metadata(["rows=17", "camera.exposure=4.5[ms]", "checked=true", "zip=01234", 'tags:=["a","b"]'])
    {'rows': 17, 'camera': {'exposure': Quantity(value=4.5, unit='ms')}, 'checked': True, 'zip': '01234', \
'tags': ['a', 'b']}
    """
    metadata: dict[str, Any] = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        as_json = key.endswith(":")
        parts = key.removesuffix(":").strip().split(".")
        if not equals or not all(parts):
            raise InvalidInput(f"'{pair}' is no metadata: expected key=value or key:=JSON")
        place = metadata
        for part in parts[:-1]:
            place = place.setdefault(part, {})
            if not isinstance(place, dict):
                raise InvalidInput(f"the metadata key '{part}' in '{pair}' has a value of its own already")
        if parts[-1] in place:
            raise InvalidInput(f"the metadata key '{'.'.join(parts)}' is given twice")
        place[parts[-1]] = _json(text, pair) if as_json else typed(text)
    return metadata


def typed(text: str) -> Any:
    """A value of the type that its text shows.

    >>> typed("1e-3"), typed("2026-03-01"), typed("4.5[ms]"), typed("nan"), typed("v2")
    (0.001, datetime.date(2026, 3, 1), Quantity(value=4.5, unit='ms'), 'nan', 'v2')
    """
    if text in ("true", "false"):
        return text == "true"
    if (found := _QUANTITY.fullmatch(text)) is not None:
        return Quantity(_number(found[1]), found[2])
    if _NUMBER.fullmatch(text):
        return _number(text)
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
        if _TIME.fullmatch(text):
            moment = datetime.fromisoformat(text)
            return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    except ValueError:  # 2026-02-30 is text
        pass
    return text


def _number(text: str) -> int | float:
    return int(text) if _INTEGER.fullmatch(text) else float(text)


def _json(text: str, pair: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise InvalidInput(f"what follows ':=' in '{pair}' is no JSON: {error}") from error
