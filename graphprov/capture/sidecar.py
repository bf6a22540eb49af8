"""Side-cars: what stands beside a data file, in `FILE.meta.json` or `FILE.meta.yaml`, is known of its version.

Keys of the table `FIELDS` are what graphprov knows by that name; all others are metadata. Text that shows a date, a
time or a number with its unit (`4.5[ms]`) becomes that. YAML is 1.2, so `no` is text; no tag and no alias is followed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from graphprov.capture.typed import typed
from graphprov.errors import InvalidInput
from graphprov.model.metadata import Quantity, flatten
from graphprov.model.times import as_moment
from graphprov.model.vocabulary import check_kind

ENDINGS = (".meta.json", ".meta.yaml", ".meta.yml")
LARGEST_BYTES = 1 << 20
FIELDS: dict[str, str] = {
    "name": "what the artifact is called",
    "kind": "its kind, such as `dataset`",
    "version": "a label of this version",
    "source": "who it comes from",
    "contract": "the contract's number",
    "licence": "the licence; so is `license`",
    "valid_from": "when contract or licence begin",
    "valid_until": "when they end",
    "issued_at": "when its source issued it",
    "delivered_at": "when it arrived",
    "generated_at": "when it was made",
    "metadata": "a mapping of metadata, also of keys that are named here",
}
"""Keys that are no metadata."""

_TIMES = ("valid_from", "valid_until", "issued_at", "delivered_at", "generated_at")


@dataclass(frozen=True)
class SideCar:
    """What a side-car says: values of `FIELDS`, times as moments, and metadata."""

    file: Path
    fields: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)


def beside(path: Path) -> SideCar | None:
    """What the side-car of a file or folder says; None where there is none.

    Raises:
        InvalidInput: It cannot be read, or there are two; names the file and, where that is known, the line.
    """
    found = [path.with_name(path.name + ending) for ending in ENDINGS]
    found = [file for file in found if os.path.lexists(file)]
    if not found:
        return None
    if len(found) > 1:
        raise InvalidInput(f"{path} has two side-cars, {found[0].name} and {found[1].name}: keep one")
    return read(found[0])


def read(file: Path) -> SideCar:
    """What a side-car says.

    Raises:
        InvalidInput: It cannot be read, or a value does not fit; names the file and, where that is known, the line.
    """
    try:
        if not file.is_file():
            raise InvalidInput(f"the side-car {file} is no file")
        with file.open("rb") as stream:
            content = stream.read(LARGEST_BYTES + 1)
        text = content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise InvalidInput(f"the side-car {file} cannot be read: {reason}") from error
    if len(content) > LARGEST_BYTES:
        raise InvalidInput(f"the side-car {file} is larger than {LARGEST_BYTES:,} bytes")
    said = _json(text, file) if file.suffix == ".json" else _yaml(text, file)
    if said is None:
        return SideCar(file)
    if not isinstance(said, Mapping):
        raise InvalidInput(f"the side-car {file} holds no keys and values but {type(said).__name__}")
    try:
        return _checked(said, file)
    except (InvalidInput, RecursionError) as error:
        reason = error.message if isinstance(error, InvalidInput) else "it is nested too deep"
        raise InvalidInput(f"the side-car {file} cannot be used: {reason}") from error


def _checked(said: Mapping[str, Any], file: Path) -> SideCar:
    values = {("licence" if key == "license" else key): value for key, value in said.items()}
    own = {key: value for key, value in values.items() if key in FIELDS and key != "metadata" and value is not None}
    more = values.get("metadata") or {}
    if not isinstance(more, Mapping):
        raise InvalidInput("its metadata is no mapping")
    for key, value in own.items():
        if key in _TIMES:
            own[key] = as_moment(str(value) if isinstance(value, int) else value, key)
        elif isinstance(value, str | int | float | date) and not isinstance(value, bool) and str(value).strip():
            own[key] = str(value)
        else:
            raise InvalidInput(f"its {key} is {value!r}: expected text")
    if own.get("valid_from") and own.get("valid_until") and own["valid_until"] <= own["valid_from"]:
        raise InvalidInput("its valid_until is not after its valid_from")
    if "kind" in own:
        check_kind(own["kind"])
    given = {key: value for key, value in values.items() if key not in FIELDS}
    metadata = {key: _typed(value) for key, value in {**given, **more}.items()}
    flatten(metadata)  # refuses what cannot be kept
    return SideCar(file, own, metadata)


def _typed(value: Any) -> Any:
    if isinstance(value, Mapping):
        if set(value) == {"value", "unit"} and type(value["value"]) in (int, float) and isinstance(value["unit"], str):
            return Quantity(value["value"], value["unit"])
        return {key: _typed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_typed(item) for item in value]
    if isinstance(value, str):
        # What is text in the file and only looks like a number stays text: the file could have said a number.
        shown = typed(value)
        return shown if isinstance(shown, Quantity | date | datetime) else value
    return value


def _json(text: str, file: Path) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise ValueError(f"the key '{key}' stands there twice")
            found[key] = value
        return found

    try:
        return json.loads(text, object_pairs_hook=once) if text.strip() else None
    except json.JSONDecodeError as error:
        raise InvalidInput(f"the side-car {file} is no JSON: line {error.lineno}: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"the side-car {file} cannot be used: {error}") from error


def _yaml(text: str, file: Path) -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.events import AliasEvent

    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            if isinstance(event, AliasEvent):
                line = event.start_mark.line + 1
                raise InvalidInput(f"the side-car {file} cannot be used: line {line}: an alias is not followed")
        return YAML(typ="safe", pure=True).load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}: " if mark is not None else ""
        problem = " ".join(str(error.problem or error.context).split("\n")[0].split())
        raise InvalidInput(f"the side-car {file} is no YAML that can be used: {where}{problem}") from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise InvalidInput(f"the side-car {file} is no YAML that can be used: {str(error).splitlines()[0]}") from error
