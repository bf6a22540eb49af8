"""The elements of PROV-Dictionary (W3C Note of 30 April 2013), which are extensions to PROV-DM, in and out of PROV-XML.

PROV-XML writes these statements with elements of its own, PROV-N as those of other vocabularies. Both are the same
`Extension` here: `prov:derivedByInsertionFrom(ex:d2, ex:d1, {("k1", ex:e1)})`. A membership that lists several pairs is
one statement for each.
"""

from __future__ import annotations

from collections.abc import Iterator

from graphprov.documents.provn_marks import MARK
from graphprov.documents.provxml_records import Within, attribute_name, own_attributes, reference_in, value_in
from graphprov.documents.provxml_terms import OF_PROV
from graphprov.documents.reading import Wrong
from graphprov.documents.statements import Extension, Value, attributes_of
from graphprov.documents.terms import PROV, QUALIFIED_NAME
from graphprov.documents.xml_text import Element

MEMBERSHIP, INSERTION, REMOVAL = "hadDictionaryMember", "derivedByInsertionFrom", "derivedByRemovalFrom"
NAMED: dict[str, tuple[str, ...]] = {
    MEMBERSHIP: ("dictionary",),
    INSERTION: ("newDictionary", "oldDictionary"),
    REMOVAL: ("newDictionary", "oldDictionary"),
}
"""Each element, and the elements in it that name dictionaries, in the order of the arguments."""

_PAIR, _KEY, _ENTITY = (OF_PROV + local for local in ("keyEntityPair", "key", "entity"))
_SET = Value("{", MARK), Value("}", MARK)
_TUPLE = Value("(", MARK), Value(")", MARK)


def read_dictionary(local: str, element: Element, within: Within, bundle: str | None, line: int) -> list[Extension]:
    """The statements that an element of PROV-Dictionary makes.

    Raises:
        Wrong: It makes none.
    """
    identifier, attributes = own_attributes(element, within.names)
    named: dict[str, str] = {}
    pairs: list[tuple[Value, Value]] = []
    keys: list[Value] = []
    for child in element:
        part = child.tag.removeprefix(OF_PROV)
        if part in NAMED[local]:
            if named.setdefault(part, name := reference_in(child, within)) != name:
                raise Wrong(f"<prov:{part}>: expected one name, found {named[part]!r} and {name!r}")
        elif child.tag == _PAIR and local != REMOVAL:
            pairs.append(_pair(child, within))
        elif child.tag == _KEY and local == REMOVAL:
            keys.append(value_in(child, PROV + "key", within))
        else:
            attributes.append((name := attribute_name(child.tag), value_in(child, name, within)))
    if missing := [part for part in NAMED[local] if part not in named]:
        raise Wrong(f"expected <prov:{missing[0]}>")
    if not (pairs or keys):
        raise Wrong(f"expected <prov:{'key' if local == REMOVAL else 'keyEntityPair'}>")
    first = [Value.name(named[part]) for part in NAMED[local]]
    if local == MEMBERSHIP:
        told = [[*first, entity, key] for key, entity in pairs]
    else:
        inside = keys or [value for key, entity in pairs for value in (_TUPLE[0], key, entity, _TUPLE[1])]
        told = [[*first, _SET[0], *inside, _SET[1]]]
    said = attributes_of(attributes)
    return [Extension(PROV + local, identifier, tuple(values), said, bundle, line) for values in told]


def _pair(pair: Element, within: Within) -> tuple[Value, Value]:
    key = next((child for child in pair if child.tag == _KEY), None)
    entity = next((child for child in pair if child.tag == _ENTITY), None)
    if key is None or entity is None or len(pair) != 2:
        raise Wrong("<prov:keyEntityPair>: expected <prov:key> and <prov:entity>")
    return value_in(key, PROV + "key", within), Value.name(reference_in(entity, within))


def parts_of(extension: Extension) -> list[tuple[str, tuple[Value, ...]]] | None:
    """The elements in the element that says this, each with its value, or its key and entity; None if there is none.

    What `read_dictionary` reads has such an element, and nothing else.
    """
    local = extension.name.removeprefix(PROV)
    names = NAMED.get(local)
    values = [value for value in extension.arguments if value is not None]
    if names is None or len(values) < len(extension.arguments):
        return None
    first, rest = values[: len(names)], values[len(names) :]
    inside = list(_inside(local, rest))
    if not inside or any(value.datatype != QUALIFIED_NAME for value in first):
        return None
    return [*((name, (value,)) for name, value in zip(names, first, strict=True)), *inside]


def _inside(local: str, rest: list[Value]) -> Iterator[tuple[str, tuple[Value, ...]]]:
    """Pairs or keys; nothing where the arguments are none."""
    if local == MEMBERSHIP:
        if len(rest) == 2 and _is_pair(rest[1], rest[0]):
            yield "keyEntityPair", (rest[1], rest[0])
        return
    if len(rest) < 3 or (rest[0], rest[-1]) != _SET:
        return
    inner = rest[1:-1]
    if local == REMOVAL:
        if all(value.datatype != MARK for value in inner):
            yield from (("key", (value,)) for value in inner)
        return
    fours = [tuple(inner[at : at + 4]) for at in range(0, len(inner), 4)]
    if all(len(four) == 4 and (four[0], four[3]) == _TUPLE and _is_pair(four[1], four[2]) for four in fours):
        yield from (("keyEntityPair", four[1:3]) for four in fours)


def _is_pair(key: Value, entity: Value) -> bool:
    return key.datatype != MARK and entity.datatype == QUALIFIED_NAME
