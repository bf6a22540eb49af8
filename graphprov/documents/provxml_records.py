"""What one element of a PROV-XML document says: names, arguments, attributes and their values, dictionaries."""

from __future__ import annotations

from collections.abc import Callable

from graphprov.documents.literals import is_datetime
from graphprov.documents.provxml_terms import ELEMENTS, ID, REF, XML_LANG, XSI_TYPE, unescape
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
from graphprov.documents.xml_text import SEPARATOR, XSD_IN_XML, Node

_LANGUAGE_TYPES = frozenset({LANGUAGE_STRING, XSD_STRING, RDF + "langString"})
_VALUE_ATTRIBUTES = frozenset({REF, XSI_TYPE, XML_LANG})
_ENTITY = 1
"""The place of the member in a membership."""
_BEGINNING = 80


class Shape:
    """How the elements of one name are read."""

    def __init__(self, local: str) -> None:
        self._term, self._subtype = ELEMENTS[local]
        self._roles = _Roles(self._term)
        self._nothing: list[str | None] = [None] * len(self._term.arguments)
        self._has_members = self._term.keyword == "hadMember"

    def statements(self, node: Node, bundle: str | None) -> list[Statement]:
        """The statement that an element makes; of a membership, one for each member.

        Raises:
            Wrong: It makes none.
        """
        identifier, attributes = own_attributes(node)
        if identifier is None and self._term.element is not None:
            raise Wrong("expected an identifier, prov:id")
        if self._subtype is not None:
            attributes.append((TYPE, Value.name(self._subtype)))
        arguments, roles = self._nothing.copy(), self._roles
        more_members: list[str] = []
        for child in node.children:
            role = roles[child.name]
            if isinstance(role, str):
                attributes.append((role, value_in(child, role)))
                continue
            place, text = (role, reference_in(child)) if role >= 0 else (~role, _time(child))
            if arguments[place] is None:
                arguments[place] = text
            elif self._has_members and place == _ENTITY:
                more_members.append(text)
            elif arguments[place] != text:
                raise _wrong(child, f"expected one value, found {arguments[place]!r} and {text!r}")
        said = attributes_of(attributes)
        every = [tuple(arguments), *((arguments[0], member) for member in more_members)]
        return [Statement(self._term, identifier, one, said, bundle, node.line) for one in every]


class _Roles(dict[str, int | str]):
    """What each child of a component is: the place of a name, a time (its place, inverted) or an attribute."""

    def __init__(self, term: Term) -> None:
        super().__init__()
        self._term = term

    def __missing__(self, name: str) -> int | str:
        iri = attribute_name(name)
        place = self._term.place(iri[len(PROV) :]) if iri.startswith(PROV) else None
        if place is None:
            role: int | str = iri
        else:
            role = ~place if self._term.arguments[place].refers is Refers.TIME else place
        if len(self) > REMEMBERED:
            self.clear()
        self[name] = role
        return role


def attribute_name(name: str) -> str:
    """The IRI of an attribute, from the name of its element."""
    namespace, _, local = name.rpartition(SEPARATOR)
    if not namespace:
        raise Wrong(f"expected an attribute in a namespace, found <{local}>")
    return (XSD if namespace == XSD_IN_XML else namespace) + unescape(local)


def own_attributes(node: Node) -> tuple[str | None, list[Attribute]]:
    """The identifier and the type that the XML attributes of a component give it."""
    if stray := node.text.strip():
        raise Wrong(f"expected elements, found the text {stray[:_BEGINNING]!r}")
    identifier: str | None = None
    attributes: list[Attribute] = []
    for name, value in node.attributes.items():
        if name == ID:
            identifier = node.names[value]
        elif name == XSI_TYPE:
            attributes.append((TYPE, Value.name(node.names.proper(value))))
        elif SEPARATOR not in name or name.startswith(PROV):
            raise Wrong(f"expected the XML attribute prov:id, found {_told(name)}")
    return identifier, attributes


def reference_in(child: Node) -> str:
    """The name that an argument refers to."""
    name = child.attributes.get(REF)
    if name is None and len(child.children) == 1 and not child.text.strip():
        return reference_in(child.children[0])
    if child.children or (name is not None and child.text.strip()):
        raise _wrong(child, "expected one reference, prov:ref")
    return _in(child, child.names.__getitem__, child.text.strip() if name is None else name)


def _time(child: Node) -> str:
    text = child.text.strip()
    if child.children or not is_datetime(text):
        raise _wrong(child, f"expected an xsd:dateTime such as 2011-11-16T16:05:00Z, found {_content(child)}")
    return text


def value_in(child: Node, name: str) -> Value:
    """The value of an attribute: of one that PROV knows as an argument of other components, a name or a time."""
    given = child.attributes
    if child.children:
        raise _wrong(child, f"expected a text, found {_content(child)}")
    if not given:
        refers = FORMAL.get(name)
        if refers is None:
            return Value(child.text)
        return Value(_time(child), XSD_DATETIME) if refers is Refers.TIME else Value.name(reference_in(child))
    if not given.keys() <= _VALUE_ATTRIBUTES:
        _refuse_others(child)
    reference, datatype, language = given.get(REF), given.get(XSI_TYPE), given.get(XML_LANG)
    if reference is not None:
        return Value.name(_in(child, child.names.proper, reference))
    iri = None if datatype is None else _in(child, child.names.proper, datatype)
    if language:
        if iri is not None and iri not in _LANGUAGE_TYPES:
            raise _wrong(child, f"a text with the language {language!r} has no other type, found {datatype!r}")
        return Value.spoken(child.text, language)
    if iri in {XSD_QNAME, QUALIFIED_NAME}:
        return _named(child.text.strip(), child.names)
    return Value(child.text, iri or XSD_STRING)


def _refuse_others(child: Node) -> None:
    """Refuse XML attributes that say more about a value than PROV can; those of XML and XML Schema do not."""
    for name in child.attributes:
        if name not in _VALUE_ATTRIBUTES and not name.startswith((f"{XSI}{SEPARATOR}", "http://www.w3.org/XML/")):
            raise _wrong(child, f"expected prov:ref, xsi:type or xml:lang, found the XML attribute {_told(name)}")


def _named(text: str, names: Names) -> Value:
    """A qualified name; one whose prefix is not declared stays a literal, as its text says nothing else."""
    try:
        return Value.name(names.proper(text))
    except Wrong:
        return Value(text, XSD_QNAME)


def _in(child: Node, look_up: Callable[[str], str], name: str) -> str:
    """Look a name up, and say where it stands if there is none."""
    try:
        return look_up(name)
    except Wrong as wrong:
        raise _wrong(child, str(wrong)) from None


def _wrong(child: Node, message: str) -> Wrong:
    return Wrong(f"{_told(child.name)}: {message}")


def _told(name: str) -> str:
    namespace, _, local = name.rpartition(SEPARATOR)
    return f"<prov:{local}>" if namespace == PROV else f"<{local}>"


def _content(child: Node) -> str:
    return f"the element {_told(child.children[0].name)}" if child.children else repr(child.text[:_BEGINNING])
