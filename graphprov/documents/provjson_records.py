"""What one record of a PROV-JSON document says: names, arguments, attributes and their values."""

from __future__ import annotations

from graphprov.documents.json_text import Double, Integer, Json
from graphprov.documents.literals import is_datetime
from graphprov.documents.reading import REMEMBERED, Names, Wrong
from graphprov.documents.statements import Attribute, Statement, Value, attributes_of
from graphprov.documents.terms import (
    FORMAL,
    LANGUAGE_STRING,
    PROV,
    QUALIFIED_NAME,
    RDF,
    XSD,
    XSD_DATETIME,
    XSD_INT,
    XSD_QNAME,
    XSD_STRING,
    Refers,
    Term,
)

_NAMES = frozenset({XSD_QNAME, QUALIFIED_NAME})
_LANGUAGE_TYPES = frozenset({LANGUAGE_STRING, XSD_STRING, RDF + "langString"})
_INTEGERS = ((XSD_INT, 2**31), (XSD + "long", 2**63))
_LONGEST_INTEGER = len(str(-(2**63)))
_BEGINNING = 80


class Shape:
    """How the records of one component are read, in one document or bundle.

    Attributes:
        may_spread: Whether a record may make several statements (`spread`).
    """

    def __init__(self, term: Term, names: Names, bundle: str | None) -> None:
        self.may_spread = term.keyword == "hadMember"
        self._term = term
        self._names = names
        self._bundle = bundle
        self._roles = _Roles(term, names)
        self._nothing: list[str | None] = [None] * len(term.arguments)

    def statement(self, key: str, record: Json, line: int) -> Statement:
        """The statement that one object makes under its key.

        Raises:
            Wrong: It makes none.
        """
        if type(record) is not tuple:
            raise Wrong(f"expected an object of attributes, found {shown(record)}")
        names, roles = self._names, self._roles
        identifier = names[key]
        arguments = self._nothing.copy()
        attributes: list[Attribute] = []
        attribute = None
        try:
            for attribute, value in record:
                role = roles[attribute]
                if isinstance(role, str):
                    if type(value) is str and role not in FORMAL:
                        attributes.append((role, Value(value)))
                    else:
                        attributes += [(role, said) for said in _values(role, value, names)]
                elif role >= 0 and type(value) is str and arguments[role] is None:
                    arguments[role] = names[value]
                elif value is not None:
                    self._take(arguments, role, value)
        except Wrong as wrong:
            wrong.attribute = attribute
            raise
        return Statement(self._term, identifier, tuple(arguments), attributes_of(attributes), self._bundle, line)

    def spread(self, record: Json) -> list[Json]:
        """The record as it is or, where it lists the members of a collection, one record for each."""
        if type(record) is tuple:
            for at, (key, value) in enumerate(record):
                if type(value) is list and len(value) > 1 and key.endswith("entity"):
                    return [(*record[:at], (key, member), *record[at + 1 :]) for member in value]
        return [record]

    def _take(self, arguments: list[str | None], role: int, value: Json) -> None:
        """Take an argument that is a time, is not written as a plain text, or was given before."""
        if type(value) is list:
            if len(value) != 1:
                raise Wrong(f"expected one value, found {shown(value)}")
            value = value[0]
        place, text = (role, _name(value, self._names)) if role >= 0 else (~role, _time(value, self._names))
        if arguments[place] not in {None, text}:
            raise Wrong(f"expected one value, found {arguments[place]!r} and {text!r}")
        arguments[place] = text


class _Roles(dict[str, int | str]):
    """What each key of a component's records is: the place of a name, a time (its place, inverted) or an attribute."""

    def __init__(self, term: Term, names: Names) -> None:
        super().__init__()
        self._term = term
        self._names = names

    def __missing__(self, key: str) -> int | str:
        iri = self._names.proper(key)
        place = self._term.place(iri[len(PROV) :]) if iri.startswith(PROV) else None
        if place is None:
            role: int | str = iri
        else:
            role = ~place if self._term.arguments[place].refers is Refers.TIME else place
        if len(self) > REMEMBERED:
            self.clear()
        self[key] = role
        return role


def _name(value: Json, names: Names) -> str:
    """The IRI of what must be a name: a text, or a literal that is typed as one."""
    if type(value) is str:
        return names[value]
    found = _typed(value, names) if type(value) is tuple else _native(value)
    if found.datatype not in _NAMES and found.datatype != XSD_STRING:
        raise Wrong(f"expected a name such as 'ex:e1', found {shown(value)}")
    return names[found.text]


def _values(name: str, value: Json, names: Names) -> list[Value]:
    """The values of an attribute: of one that PROV knows as an argument of other components, a name or a time."""
    if type(value) is not list:
        return [] if value is None else [_value(name, value, names)]
    if any(type(one) is list for one in value):
        raise Wrong("expected values, found an array in an array")
    return [_value(name, one, names) for one in value if one is not None]


def _value(name: str, value: Json, names: Names) -> Value:
    if type(value) is tuple:
        typed = _typed(value, names)
        return _named(typed.text, names) if typed.datatype in _NAMES else typed
    if type(value) is str and (refers := FORMAL.get(name)):
        return Value(_time(value, names), XSD_DATETIME) if refers is Refers.TIME else Value.name(names[value])
    return _native(value)


def _named(text: str, names: Names) -> Value:
    """A qualified name; one whose prefix is not declared stays a literal, as its text says nothing else."""
    try:
        return Value.name(names.proper(text))
    except Wrong:
        return Value(text, XSD_QNAME)


def _typed(pairs: tuple[tuple[str, Json], ...], names: Names) -> Value:
    """A literal written as an object: `{"$": ..., "type": ..., "lang": ...}` (PROV-JSON 2.3), its text as it is."""
    members = dict(pairs)
    text, datatype, language = members.get("$"), members.get("type"), members.get("lang")
    if len(members) < len(pairs) or not members.keys() <= {"$", "type", "lang"} or text is None:
        raise Wrong(f'expected a literal such as {{"$": "5", "type": "xsd:int"}}, found {shown(pairs)}')
    if not isinstance(datatype, str | None) or not isinstance(language, str | None):
        raise Wrong(f'expected texts in "type" and "lang", found {shown(pairs)}')
    native = _native(text)
    iri = native.datatype if datatype is None else names.proper(datatype)
    if not language:
        return Value(native.text, iri)
    if iri not in _LANGUAGE_TYPES:
        raise Wrong(f"a text with the language {language!r} has no other type, found {datatype or iri!r}")
    return Value.spoken(native.text, language)


def _native(value: Json) -> Value:
    """A value that JSON itself types, with the type that `prov` gives it."""
    if type(value) is str:
        return Value(value)
    if type(value) is bool:
        return Value("true" if value else "false", XSD + "boolean")
    if type(value) is Double:
        return Value(str(value), XSD + "double")
    if type(value) is Integer:
        size = int(value) if len(value) <= _LONGEST_INTEGER else 2**64
        return Value(str(value), next((iri for iri, end in _INTEGERS if -end <= size < end), XSD + "integer"))
    raise Wrong(f"expected a value, found {shown(value)}")


def _time(value: Json, names: Names) -> str:
    """A time, as it is written."""
    found = _typed(value, names) if type(value) is tuple else _native(value)
    text = found.text.strip()
    if found.datatype not in {XSD_STRING, XSD_DATETIME} or not is_datetime(text):
        raise Wrong(f"expected an xsd:dateTime such as 2011-11-16T16:05:00Z, found {shown(value)}")
    return text


def shown(value: Json) -> str:
    """A decoded value in few words, for a message."""
    if type(value) is str:
        return repr(value if len(value) <= _BEGINNING else value[:_BEGINNING] + "...")
    if value is None or type(value) is bool:
        return {None: "null", True: "true", False: "false"}[value]
    if type(value) is list:
        return f"an array of {len(value)} value{'' if len(value) == 1 else 's'}"
    if type(value) is tuple:
        keys = ", ".join(repr(key[:_BEGINNING]) for key, _ in value[:5])
        return f"an object with the keys {keys}" if value else "an empty object"
    return f"the number {str(value)[:_BEGINNING]}"
