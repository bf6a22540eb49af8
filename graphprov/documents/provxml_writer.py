"""PROV-XML out (W3C Note of 30 April 2013): indented, in its schema's order, the same bytes for the same statements."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import BinaryIO

from lxml import etree

from graphprov.documents.formats import Format, NotCarried, told
from graphprov.documents.names import ALWAYS, Prefixes
from graphprov.documents.provxml_dictionaries import parts_of
from graphprov.documents.provxml_terms import ATTRIBUTE_ORDER, XML, XMLNS, XSD_IN_XML, escape
from graphprov.documents.reading import is_bound, is_plain
from graphprov.documents.statements import BLANK, Attribute, Bundle, Extension, Item, Namespace, Statement, Value
from graphprov.documents.terms import (
    FORMAL,
    PROV,
    QUALIFIED_NAME,
    TERMS,
    XSD,
    XSD_QNAME,
    XSI,
    Refers,
)
from graphprov.model.identity import PREFIX

BLANK_NAMESPACE = f"{PREFIX}blank:"
"""The namespace of the names that stand for blank labels, since XML has none."""

_RESERVED = frozenset({XML, XMLNS, XSD_IN_XML})
"""Namespaces that no prefix can be bound to, or that stand for another one."""
# What XML 1.0 (2.2) does not allow, however it is written.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_IN_ATTRIBUTE = _IN_TEXT | str.maketrans({'"': "&quot;", "\t": "&#9;", "\n": "&#10;"})
_PLACES = {
    term.keyword: tuple((argument.name, argument.refers is Refers.TIME) for argument in term.arguments)
    for term in TERMS.values()
}
"""The element of each argument, and whether it is a time."""
_WITH_ANY_TEXT = (Format.json, Format.provn)
_WITH_ANY_KIND = (Format.provn,)
_INDENT = "  "


def write_provxml(items: Iterable[Item], stream: BinaryIO, prefixes: Prefixes) -> None:
    """Write a document as PROV-XML, in UTF-8.

    A blank label `_:x` is written as the name `urn:graphprov:blank:x`. Elements that stand for a type, such as
    `prov:person`, are not used: the type stands there as every other type does.

    Args:
        items: In canonical order: what is at the top, then each bundle followed by what it holds.
        stream: Left open.
        prefixes: Made from every name that the items hold.

    Raises:
        NotCarried: A statement of a kind that neither PROV-DM nor PROV-Dictionary defines, or a character that XML
            cannot hold.
        ValueError: The items are not in canonical order.
    """
    _Writer(stream, prefixes).write(items)


class _Names:
    """Names as XML holds them: by prefixes for namespaces that every reader of XML takes for such."""

    def __init__(self, prefixes: Prefixes) -> None:
        self._prefixes = prefixes
        bound = {**ALWAYS, "xsi": XSI, **prefixes.declared}
        # What XML cannot take for a namespace is one that is shorter, and the rest of it stands in each name.
        self._starts = {prefix: _namespace(iri) for prefix, iri in bound.items()}
        self._rests = {prefix: iri[len(self._starts[prefix]) :] for prefix, iri in bound.items()}
        self.prefixes: dict[str, str] = dict(sorted(self._starts.items()))
        self._blank = next((prefix for prefix, iri in bound.items() if iri == BLANK_NAMESPACE), None)
        self._tags: dict[str, tuple[str, str]] = {}

    def declarations(self) -> str:
        """The prefixes, as the root element declares them."""
        return "".join(
            f'\n    xmlns:{prefix}="{(XSD_IN_XML if iri == XSD else iri).translate(_IN_ATTRIBUTE)}"'
            for prefix, iri in self.prefixes.items()
        )

    def compact(self, iri: str) -> str:
        """A name as a text or an XML attribute holds it."""
        prefix, local = self._prefixes.split(iri)
        return f"{prefix}:{self._rests[prefix]}{local}"

    def attribute(self, attribute: str, iri: str) -> str:
        """An XML attribute that holds a name; the prefix of blank labels is declared where it is needed."""
        if not iri.startswith(BLANK):
            return f' {attribute}="{self.compact(iri).translate(_IN_ATTRIBUTE)}"'
        label = iri[len(BLANK) :].translate(_IN_ATTRIBUTE)
        if self._blank is not None:
            return f' {attribute}="{self._blank}:{label}"'
        prefix = _free("blank", self.prefixes)
        return f' {attribute}="{prefix}:{label}" xmlns:{prefix}="{BLANK_NAMESPACE}"'

    def tag(self, iri: str) -> tuple[str, str]:
        """The name of the element of an attribute, and the namespace that it declares if it needs one."""
        found = self._tags.get(iri)
        if found is None:
            prefix, local = self._prefixes.split(iri)
            local, declared = self._rests[prefix] + local, ""
            if not local:
                # An element needs a local name.
                start = _namespace(iri[:-1])
                if not start:
                    why = "the name of an element needs a namespace and a local part"
                    raise NotCarried(f"the attribute <{iri}>", Format.xml, why, _WITH_ANY_TEXT)
                prefix, local = _free("part", self.prefixes), iri[len(start) :]
                declared = f' xmlns:{prefix}="{start.translate(_IN_ATTRIBUTE)}"'
            found = self._tags[iri] = f"{prefix}:{escape(local)}", declared
        return found


@cache
def _namespace(iri: str) -> str:
    """As much of the start of an IRI as can be a namespace in XML; all of it where none can.

    The parser behind most readers takes no letters beyond ASCII there, whatever the recommendation says.
    """
    return next((iri[:end] for end in range(len(iri), 0, -1) if _is_namespace(iri[:end])), iri)


def _is_namespace(iri: str) -> bool:
    if iri in _RESERVED or _FORBIDDEN.search(iri):
        return False
    try:
        etree.fromstring(f'<a xmlns:p="{iri.translate(_IN_ATTRIBUTE)}"/>')
    except etree.XMLSyntaxError:
        return False
    return True


class _Writer:
    """One writing of one document."""

    def __init__(self, stream: BinaryIO, prefixes: Prefixes) -> None:
        self._stream = stream
        self._names = _Names(prefixes)
        self._bundle: str | None = None

    def write(self, items: Iterable[Item]) -> None:
        """Write all."""
        self._put(None, f'<?xml version="1.0" encoding="UTF-8"?>\n<prov:document{self._names.declarations()}>\n')
        for item in items:
            if isinstance(item, Bundle):
                self._close_bundle()
                self._put(item, f"{_INDENT}<prov:bundleContent{self._identified(item.identifier)}>\n")
                self._bundle = item.identifier
            elif not isinstance(item, Namespace):
                if item.bundle != self._bundle:
                    raise ValueError(f"{told(item)} does not stand behind its bundle")
                self._put(item, self._element(item))
        self._close_bundle()
        self._put(None, "</prov:document>\n")

    def _close_bundle(self) -> None:
        if self._bundle is not None:
            self._put(None, f"{_INDENT}</prov:bundleContent>\n")
            self._bundle = None

    def _put(self, item: Item | None, text: str) -> None:
        if item is not None and (found := _FORBIDDEN.search(text)):
            why = f"no XML text can hold the character U+{ord(found[0]):04X}"
            raise NotCarried(told(item), Format.xml, why, _WITH_ANY_TEXT)
        self._stream.write(text.encode())

    def _element(self, item: Statement | Extension) -> str:
        """The element that says a statement."""
        indent = _INDENT if item.bundle is None else 2 * _INDENT
        local = item.term.keyword if isinstance(item, Statement) else item.name.removeprefix(PROV)
        inside = [*(self._arguments(item) if isinstance(item, Statement) else self._parts(item))]
        for name, value in sorted(item.attributes, key=_schema_order):
            inside.append(self._valued(item, *self._names.tag(name), name, value))
        start = f"{indent}<prov:{local}{self._identified(item.identifier)}"
        if not inside:
            return f"{start}/>\n"
        lines = "".join(f"{indent}{_INDENT}{line}\n" for line in inside)
        return f"{start}>\n{lines}{indent}</prov:{local}>\n"

    def _arguments(self, statement: Statement) -> Iterator[str]:
        for (local, is_time), argument in zip(_PLACES[statement.term.keyword], statement.arguments, strict=True):
            if argument is not None:
                yield (
                    f"<prov:{local}>{argument.translate(_IN_TEXT)}</prov:{local}>"
                    if is_time
                    else f"<prov:{local}{self._names.attribute('prov:ref', argument)}/>"
                )

    def _parts(self, extension: Extension) -> Iterator[str]:
        """What stands in an element of PROV-Dictionary."""
        parts = parts_of(extension)
        if parts is None:
            why = "PROV-XML has the components of PROV-DM and PROV-Dictionary alone"
            raise NotCarried(told(extension), Format.xml, why, _WITH_ANY_KIND)
        for local, (value, *entity) in parts:
            if entity:
                key = self._valued(extension, "prov:key", "", PROV + "key", value)
                named = self._names.attribute("prov:ref", entity[0].text)
                yield f"<prov:{local}>{key}<prov:entity{named}/></prov:{local}>"
            elif local == "key":
                yield self._valued(extension, "prov:key", "", PROV + "key", value)
            else:
                yield f"<prov:{local}{self._names.attribute('prov:ref', value.text)}/>"

    def _identified(self, identifier: str | None) -> str:
        return "" if identifier is None else self._names.attribute("prov:id", identifier)

    def _valued(self, item: Item, tag: str, declared: str, name: str, value: Value) -> str:
        """The element that says one value of an attribute."""
        text, datatype, language = value
        refers = FORMAL.get(name)
        if refers and isinstance(item, Statement) and item.term.place(name.removeprefix(PROV)) is not None:
            raise NotCarried(told(item), Format.xml, f"its attribute <{name}> reads as an argument", _WITH_ANY_KIND)
        if language is not None:
            # The schema gives a language to a label, and to PROV's other attributes by this type alone.
            typed = ' xsi:type="prov:InternationalizedString"' if ATTRIBUTE_ORDER.get(name) else ""
            marks = f'{typed} xml:lang="{language.translate(_IN_ATTRIBUTE)}"'
        elif datatype == QUALIFIED_NAME:
            short = self._names.compact(text)
            if refers not in {None, Refers.TIME} or short != short.strip():
                return f"<{tag}{declared}{self._names.attribute('prov:ref', text)}/>"
            marks, text = ' xsi:type="xsd:QName"', short
        elif is_plain(value, refers):
            marks = ""
        elif datatype == XSD_QNAME and (text != text.strip() or is_bound(text, self._names.prefixes)):
            raise NotCarried(told(item), Format.xml, f"{text!r} would turn into a name", _WITH_ANY_KIND)
        else:
            marks = f' xsi:type="{self._names.compact(datatype).translate(_IN_ATTRIBUTE)}"'
        return f"<{tag}{declared}{marks}>{text.translate(_IN_TEXT)}</{tag}>"


def _schema_order(attribute: Attribute) -> int:
    return ATTRIBUTE_ORDER.get(attribute[0], len(ATTRIBUTE_ORDER))


def _free(wanted: str, taken: dict[str, str]) -> str:
    number, free = 1, wanted
    while free in taken:
        number, free = number + 1, f"{wanted}_{number}"
    return free
