"""Identifiers: IRIs that follow from kind, name and content, so that two laptops that saw one thing name it alike.

| thing | identifier |
| --- | --- |
| a general artifact | `urn:graphprov:dataset:ip-blacklist` |
| its version | `urn:graphprov:dataset:ip-blacklist@<sha256, or a label where the content was not seen>` |
| an activity | `urn:graphprov:training:train-antispam@<time-ordered unique number>` |
| an agent | `urn:graphprov:person:ada` |

Names may hold any Unicode text. In an identifier they are in normal form C, and what an IRI (RFC 3987) cannot hold, or
what separates its parts (`@`, `%`), is percent-encoded as UTF-8.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import time
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote, unquote

from graphprov.errors import InvalidInput
from graphprov.model.vocabulary import KINDS, Element, check_kind

_ALGORITHMS = ("sha256", "sha512", "sha384", "sha224", "sha1", "md5")
PREFIX = "urn:graphprov:"
OPEN_END = f"{PREFIX}unknown:"
"""What the id of a node starts with that stands for an end which a relation leaves open (see `documents/graph.py`)."""
_OPEN_END = re.compile(rf"{OPEN_END}[0-9a-f]{{40}}:[01]")
EMPTY_DIGESTS: tuple[str, ...] = tuple(
    f"{name}:{hashlib.new(name, usedforsecurity=False).hexdigest()}" for name in _ALGORITHMS
)
"""The digests of no content at all, which says nothing of what has it."""
SKOLEM = f"{PREFIX}blank:"
"""What a name starts with that stands for a blank label (a Skolem IRI; RDF 1.1 Concepts 3.5)."""
_ASCII_SAFE = "-._~!$&'()*+,;=:/"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_SHORT_DIGITS = 12


def _encode(text: str) -> str:
    """Percent-encode what an IRI cannot hold; letters and digits of every script stay readable."""
    normal = unicodedata.normalize("NFC", text)
    return "".join(
        char if char.isalnum() and _in_iri(char) else quote(char, safe=_ASCII_SAFE, errors="strict") for char in normal
    )


def _in_iri(char: str) -> bool:
    point = ord(char)
    return point < 0x80 or (point >= 0xA0 and not 0xD800 <= point <= 0xF8FF and point & 0xFFFE != 0xFFFE)


def _checked_name(name: str, what: str) -> str:
    if not name.strip():
        raise InvalidInput(f"the {what} is empty: expected some text")
    try:
        return _encode(name)
    except UnicodeEncodeError as error:
        raise InvalidInput(f"the {what} {name!r} is not valid Unicode text") from error


def artifact_id(kind: str, name: str, version: str | None = None) -> str:
    """The IRI of a general artifact or, with `version` (a digest or a label), of that version; also of an agent.

    Raises:
        InvalidInput: The kind is malformed, or a part is empty or not Unicode.

    >>> artifact_id("dataset", "ip-blacklist")
    'urn:graphprov:dataset:ip-blacklist'
    >>> artifact_id("model", "Zürich v2", "3f2a")
    'urn:graphprov:model:Zürich%20v2@3f2a'
    """
    general = f"{PREFIX}{check_kind(kind)}:{_checked_name(name, 'name')}"
    return general if version is None else f"{general}@{_checked_name(version, 'version')}"


def activity_id(kind: str, name: str, run: str | None = None) -> str:
    """The IRI of one run of an activity; without `run`, of a new one with a unique, time-ordered number."""
    return artifact_id(kind, name, run or unique_number())


def unique_number() -> str:
    """32 hexadecimal digits: 48 bits of milliseconds, then 80 random bits: they sort by time, as UUIDv7 does."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


@dataclass(frozen=True)
class IdParts:
    """What one of graphprov's own identifiers says."""

    kind: str
    name: str
    version: str | None


def parse_id(identifier: str) -> IdParts | None:
    """Take one of graphprov's own identifiers apart; None for a foreign one.

    >>> parse_id("urn:graphprov:model:Zürich%20v2@3f2a")
    IdParts(kind='model', name='Zürich v2', version='3f2a')
    >>> parse_id("http://example.org/e1") is None
    True
    """
    if not identifier.startswith(PREFIX):
        return None
    kind, colon, rest = identifier[len(PREFIX) :].partition(":")
    if not (kind and colon and rest):
        return None
    name, at, version = rest.partition("@")
    return IdParts(kind, unquote(name), unquote(version) if at else None)


def is_open_end(identifier: str) -> bool:
    """Whether an id stands for an end that a relation leaves open.

    >>> is_open_end(f"{OPEN_END}{'0' * 40}:1"), is_open_end(f"{OPEN_END}e1")
    (True, False)
    """
    return _OPEN_END.fullmatch(identifier) is not None


def is_own_of(identifier: str, element: Element) -> bool:
    """Whether an id is one of graphprov's own that can be of that PROV type alone.

    >>> is_own_of("urn:graphprov:person:ada", Element.AGENT), is_own_of("urn:graphprov:person:ada", Element.ENTITY)
    (True, False)
    """
    if not identifier.startswith(PREFIX):
        return False
    if is_open_end(identifier):
        return True
    kind = KINDS.get(identifier[len(PREFIX) :].partition(":")[0])
    return kind is not None and kind.element is element


def is_iri(text: str) -> bool:
    """Whether a text starts like an IRI, with a scheme and a colon."""
    return bool(_SCHEME.match(text))


def short_version(version: str) -> str:
    """A version as people read it: twelve digits of a digest or number, a label as it is.

    >>> short_version("3f2a" * 16), short_version("v2"), short_version("2026-03")
    ('3f2a3f2a3f2a', 'v2', '2026-03')
    """
    if len(version) >= 2 * _SHORT_DIGITS and re.fullmatch(r"[0-9a-f]+", version):
        return version[:_SHORT_DIGITS]
    return version


def short_id(identifier: str) -> str:
    """The shortest form that `graphprov` takes back: `kind:name@version` with a digest cut to twelve digits.

    >>> short_id("urn:graphprov:dataset:ip-blacklist@" + "3f2a" * 16)
    'dataset:ip-blacklist@3f2a3f2a3f2a'
    >>> short_id("http://example.org/e1")
    'http://example.org/e1'
    """
    if is_open_end(identifier):
        return "(not said)"
    parts = parse_id(identifier)
    if parts is None:
        return identifier
    general = f"{parts.kind}:{parts.name}"
    return general if parts.version is None else f"{general}@{short_version(parts.version)}"
