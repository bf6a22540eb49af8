"""What one element of a PROV-XML document says: names, arguments, attributes and their values."""

from __future__ import annotations

from collections.abc import Callable

from graphprov.documents.literals import is_datetime
from graphprov.documents.names import Scope
from graphprov.documents.provxml_terms import (
    ELEMENTS,
    ID,
    OF_PROV,
    REF,
    XML,
    XML_LANG,
    XSD_IN_XML,
    XSI_TYPE,
    unescape,
)
from graphprov.documents.reading import REMEMBERED, Names, Wrong
from graphprov.documents.statements import Attribute, Statement, Value, attributes_of
from graphprov.documents.terms import (
    FORMAL,
    LANGUAGE_STRING,
    PROV,
    QUALIFIED_NAME,
    RDF,
    TYPE,
    XSD,
    XSD_DATETIME,
    XSD_QNAME,
    XSD_STRING,
    XSI,
    Refers,
    Term,
)
from graphprov.documents.xml_text import Element

_LANGUAGE_TYPES = frozenset({LANGUAGE_STRING, XSD_STRING, RDF + "langString"})
_VALUE_ATTRIBUTES = frozenset({REF, XSI_TYPE, XML_LANG})
_ENTITY = 1
"""The place of the member in a membership."""
_BEGINNING = 80


class Within:
    """The IRIs of the names in an element of which no part declares a prefix."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def of(self, _element: Element) -> Names:
        """The names where an element stands."""
        return self.names


class Rebinding(Within):
    """The IRIs of the names in an element that declares prefixes itself, or holds some that do."""

    def of(self, element: Element) -> Names:
        """The names where an element stands."""
        return names_at(element)


def names_at(element: Element) -> Names:
    """The IRIs of names by the prefixes that are in force at an element."""
    scope = Scope()
    for prefix, namespace in element.nsmap.items():
        scope.declare(prefix or "", namespace_of(namespace))
    return Names(scope)


def namespace_of(written: str) -> str:
    """A namespace as PROV has it."""
    return XSD if written == XSD_IN_XML else written


class Shape:
    """How the elements of one name are read."""

    def __init__(self, local: str) -> None:
        self._term, self._subtype = ELEMENTS[local]
        self._roles = _Roles(self._term)
        self._nothing: list[str | None] = [None] * len(self._term.arguments)
        self._has_members = self._term.keyword == "hadMember"

    def statements(self, element: Element, within: Within, bundle: str | None, line: int) -> list[Statement]:
        """The statement that an element makes; of a membership, one for each member.

        Raises:
            Wrong: It makes none.
        """
        identifier, attributes = own_attributes(element, within.names)
        if identifier is None and self._term.element is not None:
            raise Wrong("expected an identifier, prov:id")
        if self._subtype is not None:
            attributes.append((TYPE, Value.name(self._subtype)))
        arguments, roles = self._nothing.copy(), self._roles
        more_members: list[str] = []
        for child in element:
            role = roles[child.tag]
            if isinstance(role, str):
                attributes.append((role, value_in(child, role, within)))
                continue
            place, text = (role, reference_in(child, within)) if role >= 0 else (~role, _time(child))
            if arguments[place] is None:
                arguments[place] = text
            elif self._has_members and place == _ENTITY:
                more_members.append(text)
            elif arguments[place] != text:
                raise _wrong(child, f"expected one value, found {arguments[place]!r} and {text!r}")
        said = attributes_of(attributes)
        every = [tuple(arguments), *((arguments[0], member) for member in more_members)]
        return [Statement(self._term, identifier, one, said, bundle, line) for one in every]


class _Roles(dict[str, int | str]):
    """What each child of a component is: the place of a name, a time (its place, inverted) or an attribute."""

    def __init__(self, term: Term) -> None:
        super().__init__()
        self._term = term

    def __missing__(self, tag: str) -> int | str:
        iri = attribute_name(tag)
        place = self._term.place(iri[len(PROV) :]) if iri.startswith(PROV) else None
        if place is None:
            role: int | str = iri
        else:
            role = ~place if self._term.arguments[place].refers is Refers.TIME else place
        if len(self) > REMEMBERED:
            self.clear()
        self[tag] = role
        return role


def attribute_name(tag: str) -> str:
    """The IRI of an attribute, from the tag of its element."""
    namespace, _, local = tag[1:].rpartition("}")
    if not namespace:
        raise Wrong(f"expected an attribute in a namespace, found <{tag}>")
    return namespace_of(namespace) + unescape(local)


def own_attributes(element: Element, names: Names) -> tuple[str | None, list[Attribute]]:
    """The identifier and the type that a component has in its XML attributes.

    Those of other namespaces are no attributes of PROV: the schema allows them anywhere, and the note gives them no
    meaning.
    """
    if stray := _stray_text(element):
        raise Wrong(f"expected elements, found the text {stray[:_BEGINNING]!r}")
    identifier: str | None = None
    attributes: list[Attribute] = []
    for name, value in element.items():
        if name == ID:
            identifier = names[value]
        elif name == XSI_TYPE:
            attributes.append((TYPE, Value.name(names.proper(value))))
        elif not name.startswith("{") or name.startswith(OF_PROV):
            raise Wrong(f"expected the XML attribute prov:id, found {name.removeprefix(OF_PROV)!r}")
    return identifier, attributes


def _stray_text(element: Element) -> str | None:
    """Text in an element that may hold elements alone."""
    for text in (element.text, *(child.tail for child in element)):
        if text and not text.isspace():
            return str(text.strip())
    return None


def reference_in(child: Element, within: Within) -> str:
    """The name that an argument refers to: by `prov:ref`, by its text, or by an element in it."""
    name, text = child.get(REF), (child.text or "").strip()
    if name is None and len(child) == 1 and not text:
        return reference_in(child[0], within)
    if len(child) or (name is not None and text):
        raise _wrong(child, "expected one reference, prov:ref")
    return _looked_up(child, within.of(child).__getitem__, text if name is None else name)


def _time(child: Element) -> str:
    text = (child.text or "").strip()
    if len(child) or not is_datetime(text):
        raise _wrong(child, f"expected an xsd:dateTime such as 2011-11-16T16:05:00Z, found {_content(child)}")
    return text


def value_in(child: Element, name: str, within: Within) -> Value:
    """The value of an attribute: of one that PROV knows as an argument of other components, a name or a time."""
    if len(child):
        raise _wrong(child, f"expected a text, found {_content(child)}")
    text, given = child.text or "", child.items()
    if not given:
        refers = FORMAL.get(name)
        if refers is None:
            return Value(text)
        return Value(_time(child), XSD_DATETIME) if refers is Refers.TIME else Value.name(reference_in(child, within))
    names, marks = within.of(child), dict(given)
    if not marks.keys() <= _VALUE_ATTRIBUTES:
        _refuse_others(child)
    reference, datatype, language = marks.get(REF), marks.get(XSI_TYPE), marks.get(XML_LANG)
    if reference is not None:
        return Value.name(_looked_up(child, names.proper, reference))
    iri = None if datatype is None else _looked_up(child, names.proper, datatype)
    if language:
        if iri is not None and iri not in _LANGUAGE_TYPES:
            raise _wrong(child, f"a text with the language {language!r} has no other type, found {datatype!r}")
        return Value.spoken(text, language)
    if iri in {XSD_QNAME, QUALIFIED_NAME}:
        return _named(text.strip(), names)
    return Value(text, iri or XSD_STRING)


def _refuse_others(child: Element) -> None:
    """Refuse XML attributes that say more about a value than PROV can; those of XML and XML Schema do not."""
    for name in child.keys():  # noqa: SIM118 - the keys of an element are its XML attributes; it holds other elements
        if name not in _VALUE_ATTRIBUTES and not name.startswith((f"{{{XSI}}}", f"{{{XML}}}")):
            raise _wrong(child, f"expected prov:ref, xsi:type or xml:lang, found the XML attribute {name!r}")


def _named(text: str, names: Names) -> Value:
    """A qualified name; one whose prefix is not declared stays a literal, as its text says nothing else."""
    try:
        return Value.name(names.proper(text))
    except Wrong:
        return Value(text, XSD_QNAME)


def _looked_up(child: Element, look_up: Callable[[str], str], name: str) -> str:
    """Look a name up, and say where it stands if there is none."""
    try:
        return look_up(name)
    except Wrong as wrong:
        raise _wrong(child, str(wrong)) from None


def _wrong(child: Element, message: str) -> Wrong:
    return Wrong(f"{short(child)}: {message}")


def short(element: Element) -> str:
    """An element for a message: `<prov:entity>`, or the local name alone where it is of another namespace."""
    tag = str(element.tag)
    return f"<prov:{tag.removeprefix(OF_PROV)}>" if tag.startswith(OF_PROV) else f"<{tag.rpartition('}')[2]}>"


def _content(child: Element) -> str:
    return f"the element {short(child[0])}" if len(child) else repr((child.text or "")[:_BEGINNING])
