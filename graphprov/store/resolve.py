"""From what a person types to the one node that is meant.

Tried in this order: a full id; a digest (`sha256:...`); an id cut short by a prefix of an imported document (`ex:e1`);
`name`, `kind:name` and either with `@` and the start of a version or digest; the path of a file, for its content. More
than one match is an error that lists them, none an error that names the nearest.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process, utils

from graphprov.errors import AmbiguousReference, InvalidInput, UnknownReference
from graphprov.model.identity import PREFIX, is_iri, short_id
from graphprov.model.vocabulary import KINDS, Element
from graphprov.settings import Settings

if TYPE_CHECKING:
    from graphprov.store.facade import Store

_CANDIDATES = 20
_MOST_WORDS, _LONGEST_WORD = 8, 64
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Reference:
    """One node, as found."""

    id: str
    element: Element
    kind: str | None
    name: str
    version: str | None
    time: datetime | None
    """When it was generated, issued, received or started."""
    label: str | None = None
    """What its source calls the version, where it was found by name."""
    types: tuple[str, ...] = ()
    """All PROV types that it is of; an agent may be an entity too (PROV-DM 5.3.1)."""

    @property
    def short(self) -> str:
        """The shortest form that finds it again."""
        return short_id(self.id)

    def describe(self, *, full: bool = False) -> str:
        """One line for a list of candidates; with `full`, by the full id."""
        time = f", {self.time:%Y-%m-%d %H:%MZ}" if self.time else ""
        return f"{self.id if full else self.short} ({self.kind or self.element.lower()}{time})"


def resolve(store: Store, text: str, elements: Sequence[Element] = tuple(Element)) -> Reference:
    """Find the one node that `text` means; see the module's text for what it may be.

    Raises:
        InvalidInput: The text is empty.
        UnknownReference: Nothing is called so; `nearest` has what is called nearly so.
        AmbiguousReference: Several things are; `nearest` has them.
    """
    typed = _checked(text)
    found = _candidates(store, typed, elements)
    if len(found) == 1:
        return found[0]
    if found:
        shorts = Counter(reference.short for reference in found)
        listed = [reference.describe(full=shorts[reference.short] > 1) for reference in found[:_CANDIDATES]]
        more = f" (the first {_CANDIDATES} are shown)" if len(found) >= _CANDIDATES else ""
        raise AmbiguousReference(
            f"'{typed}' could be any of {len(found)}{'+' if more else ''} things{more}",
            nearest=listed,
            hint="add the kind (kind:name), more of the version (name@version), or use the full id",
        )
    wanted = " or ".join(element.lower() for element in elements) if len(elements) < len(Element) else "thing"
    here = ", and the content of the file of that name was not recorded" if _is_path(typed) else ""
    raise UnknownReference(
        f"no {wanted} is called '{typed}'{here}", nearest=nearest(store, typed), hint="graphprov list"
    )


def _checked(text: str) -> str:
    typed = unicodedata.normalize("NFC", text.strip())
    if not typed:
        raise InvalidInput("an empty name was given: expected a name, an id, or a path")
    try:
        typed.encode()
    except UnicodeEncodeError as error:
        raise InvalidInput(f"{text!r} is not valid Unicode text") from error
    return typed


def _is_path(typed: str) -> bool:
    try:
        return Path(typed).exists()
    except (OSError, ValueError):  # longer than a file's name can be, in a folder that is closed to us, with a NUL
        return False


def _candidates(store: Store, typed: str, elements: Sequence[Element]) -> list[Reference]:
    """What the first way to read `typed` that finds anything finds."""
    for found in _by_each_reading(store, typed):
        fitting: dict[str, Reference] = {}
        for reference in found:  # one that is of two PROV types is found as either, and meant once
            if reference.element in elements:
                fitting.setdefault(reference.id, reference)
        if fitting:
            return list(fitting.values())
    return []


def _by_each_reading(store: Store, typed: str) -> Iterator[list[Reference]]:
    if is_iri(typed) or typed.startswith("_:"):
        prefix = typed.startswith(PREFIX) and "@" in typed
        found = _ask(store, "find_by_id", id=typed, prefix=prefix, limit=_CANDIDATES)
        yield [reference for reference in found if reference.id == typed] or found
    if re.fullmatch(r"(sha256(-dir|-object)?|md5):[0-9a-f]{8,}", typed):
        yield _of_content(store, typed)
    if by_prefix := _by_prefix(store, typed):
        yield by_prefix
    for kind, name, version in _readings(typed):
        found = _ask(store, "find_by_name", name=name, kind=kind, version=version, limit=_CANDIDATES)
        exact = [
            reference for reference in found if version is not None and version in (reference.version, reference.label)
        ]
        yield exact if len(exact) == 1 else found
    if _is_path(typed):
        from graphprov.digest import digest_path

        yield _of_content(store, str(digest_path(Path(typed), cache=Settings.load().cache)))


def _by_prefix(store: Store, typed: str) -> list[Reference]:
    """What documents call so, in any namespace that they bind the prefix to, and what is of a kind called so."""
    prefix, colon, local = typed.partition(":")
    namespaces = store.ask("namespaces_of", prefix=prefix).rows if colon else []
    found = [
        reference
        for (iri,) in namespaces
        for reference in _ask(store, "find_by_id", id=iri + local, prefix=False, limit=_CANDIDATES)
    ]
    if found and prefix in KINDS:
        found += _ask(store, "find_by_name", name=local, kind=prefix, version=None, limit=_CANDIDATES)
    return found


def _readings(typed: str) -> list[tuple[str | None, str, str | None]]:
    """The ways to read `kind:name@version`; names may hold ':' and '@' themselves, so the whole comes first."""
    readings: list[tuple[str | None, str, str | None]] = [(None, typed, None)]
    kind, colon, rest = typed.partition(":")
    if colon and rest:
        readings.append((kind, rest, None))
    for at in reversed([at.start() for at in re.finditer("@", typed)]):
        name, version = typed[:at], typed[at + 1 :]
        if name and version:
            readings.append((None, name, version))
            kind, colon, rest = name.partition(":")
            if colon and rest:
                readings.append((kind, rest, version))
    return readings


def _of_content(store: Store, digest: str) -> list[Reference]:
    return _ask(store, "find_by_digest", digests=[digest], limit=_CANDIDATES)


def _ask(store: Store, query: str, **parameters: object) -> list[Reference]:
    return [
        Reference(id_, element, kind, name or short_id(id_), version, time, label[0] if label else None, tuple(types))
        for id_, types, kind, name, version, time, *label in store.ask(query, **parameters).rows
        for element in Element
        if element.value in types
    ]


def nearest(store: Store, typed: str, limit: int = 5) -> list[str]:
    """What is called nearly so, nearest first, each with its kind and number of versions."""
    name = typed.partition("@")[0]
    # Lower case, as in the index: in capitals AND, OR and NOT are Lucene's own words.
    words = [word.lower()[:_LONGEST_WORD] for word in _WORD.findall(name.rpartition(":")[2] or name) if word.strip("_")]
    if not words:
        return []
    lucene = " OR ".join(f"{word}~ OR {word}*" for word in words[:_MOST_WORDS])
    rows = store.ask("find_nearest", words=lucene, limit=50).rows
    by_name = {(row[0], row[1]): row for row in rows if row[0]}
    ranked = process.extract(
        name, {key: key[0] for key in by_name}, scorer=fuzz.ratio, processor=utils.default_process, limit=limit
    )
    return [_told(*by_name[key]) for _, _, key in ranked]


def _told(name: str, kind: str | None, element: str, nodes: int) -> str:
    what = kind or element.lower()
    unit = "run" if element == Element.ACTIVITY else "version"
    return f"{name} ({what}, {nodes} {unit}{'' if nodes == 1 else 's'})" if nodes else f"{name} ({what})"
