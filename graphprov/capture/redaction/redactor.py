"""What passes everything that is recorded: values, and whole statements, without the secrets in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from graphprov.capture.redaction.names import is_secret_name
from graphprov.capture.redaction.patterns import hide
from graphprov.capture.redaction.text import REDACTED, clean, suspicious
from graphprov.model.identity import PREFIX, artifact_id, parse_id
from graphprov.model.metadata import Quantity, dumps, flatten, unflatten
from graphprov.model.statements import Relation, Statement

MARK = "redacted"
"""The metadata key under which a statement says which of its fields held a secret: `redacted.command` = true."""

_AS_IT_IS = frozenset(
    {
        "kind",
        "digest",
        "diff_digest",
        "commit",
        "status",
        "python",
        "type",
        "subtype",
        "source_element",
        "target_element",
    }
)
"""Fields of statements that hold what graphprov itself makes or checks: kinds, digests, words of a closed list."""
_IDS = frozenset({"id", "source", "target", "activity", "plan"})
_NESTED = frozenset({"metadata", "parameters"})


class Redactor:
    """The rules, and patterns of one's own.

    >>> Redactor(["ACME-[0-9]+"]).values({"db": {"password": "pa55"}, "note": "for ACME-17"})
    {'db': {'password': '[redacted]'}, 'note': 'for [redacted]'}
    """

    def __init__(self, patterns: Sequence[str] = ()) -> None:
        self.patterns = tuple(patterns)

    def text(self, text: str) -> str:
        """A text without secrets."""
        cleaned = clean(text)
        return hide(cleaned, self.patterns) if self.patterns else cleaned

    def values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Parameters or metadata without secrets, at any depth; also in their keys."""
        named = {str(key).lower() for key in values}
        return {
            self._key(key): REDACTED if _is_kaggle(key, value, named) else self._value(key, value)
            for key, value in values.items()
        }

    def _key(self, key: Any) -> Any:
        return self.text(key) if isinstance(key, str) else key

    def _value(self, key: object, value: Any) -> Any:
        secret = isinstance(key, str) and is_secret_name(key)
        if isinstance(value, Mapping):
            return {inner: _hidden(item) for inner, item in value.items()} if secret else self.values(value)
        if isinstance(value, list | tuple):
            pair = isinstance(key, str) and key.lower() == "auth" and len(value) == 2  # as HTTP clients take it
            return [REDACTED, REDACTED] if pair else [self._value(key, item) for item in value]
        if isinstance(value, str):
            return _hidden(value) if secret else self.text(value)
        if isinstance(value, bytes):
            text = value.decode("latin-1")
            return REDACTED if secret or self.text(text) != text else value
        if isinstance(value, PurePath):
            return cleaned if (cleaned := self.text(str(value))) != str(value) else value
        if isinstance(value, Quantity):
            return Quantity(value.value, self.text(value.unit)) if isinstance(value.unit, str) else value
        return _hidden(value) if secret else value

    def identifier(self, identifier: str) -> str:
        """An identifier whose name and version hold no secret: always the same for the same."""
        parts = parse_id(identifier) if identifier.startswith(PREFIX) else None
        if parts is None:
            return self.text(identifier)
        name = self.text(parts.name)
        version = parts.version and self.text(parts.version)
        if (name, version) == (parts.name, parts.version):
            return identifier
        return artifact_id(parts.kind, name, version)

    def checked(self, statements: Sequence[Statement]) -> list[Statement]:
        """Statements as they may be recorded, each once, in their order; those that hid something say what.

        Values of other libraries, such as arrays, do not compare, so the canonical form tells what is said twice.
        """
        contents = [dumps(statement.row()) for statement in statements]
        look = bool(self.patterns) or suspicious("\n".join(contents))  # one look at all, since most hold nothing
        distinct: dict[str, Statement] = {}
        for content, statement in zip(contents, statements, strict=True):
            if look and (self.patterns or suspicious(content)):
                cleaned = self._statement(statement)
                distinct.setdefault(dumps(cleaned.row()), cleaned)
            else:
                distinct.setdefault(content, statement)
        return list(distinct.values())

    def _statement(self, statement: Statement) -> Statement:
        changed: dict[str, Any] = {}
        marks: dict[str, Any] = {}
        for field, value in statement.__dict__.items():
            if value is None or field in _AS_IT_IS:
                continue
            if field in _IDS:
                cleaned: Any = self.identifier(value)
            elif field in _NESTED:
                cleaned = self._nested(value)
            elif isinstance(value, str):
                cleaned = self.text(value)
            elif isinstance(value, list):
                cleaned = [self.text(item) for item in value] if self._any(value) else value
            else:
                continue
            if cleaned is not value and cleaned != value:
                changed[field] = cleaned
            if (field not in _IDS or isinstance(statement, Relation)) and (found := _marks(cleaned)):
                marks = {**marks, **found} if field == "metadata" else {**marks, field: found}
        if marks:
            metadata = dict(changed.get("metadata", statement.metadata))
            before = metadata.get(MARK)
            own = {} if before is None else before if isinstance(before, dict) else {"given": before}
            changed["metadata"] = {**metadata, MARK: {**own, **marks}}
        return statement.model_copy(update=changed) if changed else statement

    def _nested(self, values: Mapping[str, Any]) -> dict[str, Any]:
        # Flat and back: values of other libraries become Python's own, so that nothing hides in them.
        return self.values(unflatten(flatten({"x": dict(values)})).get("x", {})) if values else {}

    def _any(self, texts: Sequence[str]) -> bool:
        return bool(self.patterns) or suspicious("\n".join(texts))


def _hidden(value: Any) -> Any:
    """What stands for the value of something that is named like a secret; nothing and yes or no are none."""
    return value if value in ("", None) or isinstance(value, bool) else REDACTED


def _is_kaggle(key: object, value: object, beside: set[str]) -> bool:
    """Kaggle's file of credentials: `{"username": ..., "key": ...}`."""
    return key == "key" and "username" in beside and isinstance(value, str) and len(value) == 32


def _marks(value: Any) -> Any:
    """Where something was redacted: True for a text, a mapping to the places in one that is nested; else nothing."""
    if isinstance(value, Mapping):
        inside = {key: True if REDACTED in str(key) else _marks(item) for key, item in value.items() if key != MARK}
        found = {key: mark for key, mark in inside.items() if mark}
        return found or None
    if isinstance(value, list | tuple):
        return True if any(_marks(item) for item in value) else None
    return True if isinstance(value, str) and (REDACTED in value or "%5Bredacted%5D" in value) else None


_rules = Redactor()


def without_credentials(text: str) -> str:
    """A text without secrets, by the rules alone.

    >>> without_credentials("git clone https://ada:pa55@git.example/r.git")
    'git clone https://[redacted]@git.example/r.git'
    """
    return _rules.text(text)


def without_secrets(values: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters or metadata without secrets, by the rules alone.

    >>> without_secrets({"C": 1.0, "db": {"user": "ada", "password": "pa55"}})
    {'C': 1.0, 'db': {'user': 'ada', 'password': '[redacted]'}}
    """
    return _rules.values(values)
