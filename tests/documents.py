"""PROV documents of every kind for property tests: odd names, all literal types, bundles, extensions."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import strategies as st

from graphprov.documents.provn_marks import expression, group
from graphprov.documents.statements import (
    BLANK,
    Attribute,
    Bundle,
    Document,
    Extension,
    Item,
    Namespace,
    Statement,
    Value,
    attributes_of,
    canonical_order,
)
from graphprov.documents.terms import (
    LABEL,
    LOCATION,
    PROV,
    QUALIFIED_NAME,
    ROLE,
    TERMS,
    TYPE,
    VALUE,
    XSD,
    XSD_DATETIME,
    XSD_INT,
    XSD_QNAME,
    Refers,
    Term,
)

NAMESPACES = ("http://example.org/", "http://example.org/a#", "http://example.org/a#b/", "urn:example:", PROV, XSD)
ODD_LOCALS = (
    "",
    "-",
    "--a",
    ".",
    "...",
    "a..b.",
    "a:b",
    "a=b'c(d)e,f;g[h]",
    "//a",
    "/*a*/",
    "a//b",
    "?q=1&r=2#s",
    "%41%zz%",
    "é·",
    "·a",
    "̈a",
    "×→",
    "😀",
    "\u1680x",
    "\u2003x\u00a0",
    "007",
    "2011-11-16T16:05:00",
    "used",
    "endDocument",
    "bundle",
    "prefix",
    "_:x",
    "@en",
    "a\ufeff",
)
NOT_IN_IRIS = '<>"{}|^`\\'
LOCALS = st.one_of(
    st.from_regex(r"[a-z][a-z0-9]{0,3}", fullmatch=True),
    st.sampled_from(ODD_LOCALS),
    st.text(st.characters(codec="utf-8", min_codepoint=0x21, exclude_characters=NOT_IN_IRIS), max_size=8),
)
IRIS = st.builds(str.__add__, st.sampled_from(NAMESPACES), LOCALS)
"""Names with every character that an IRI may have."""
TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["", '"', '"""', "\\", "\\n", "a\r\nb\tc", "\x00", "\x85\u2028", "%%", "'", "]", "*/", "ex:a"]),
)
"""Any text but lone surrogates, which no encoding carries."""
TIMES = st.one_of(
    st.datetimes().map(lambda moment: moment.isoformat()),
    st.sampled_from(
        [
            "2011-11-16T16:05:00Z",
            "2011-11-16T16:05:00+01:00",
            "2012-02-29T24:00:00",
            "-0044-03-15T12:00:00.123456789-14:00",
            "12011-11-16T16:05:00",
        ]
    ),
)
TYPES = st.one_of(
    st.sampled_from(
        [
            XSD + name
            for name in ("int", "long", "integer", "double", "boolean", "anyURI", "dateTime", "gYear", "base64Binary")
        ]
    ),
    IRIS.filter(lambda iri: iri not in {QUALIFIED_NAME, XSD_QNAME, PROV + "InternationalizedString"}),
)
VALUES = st.one_of(
    TEXTS.map(Value),
    st.tuples(TEXTS, TYPES).map(lambda pair: Value(*pair)),
    st.from_regex(r"-?[0-9]{1,20}", fullmatch=True).map(lambda text: Value(text, XSD_INT)),
    st.builds(Value.spoken, TEXTS, st.sampled_from(["en", "fr", "de-CH-1901", "EN"])),
    IRIS.map(Value.name),
    st.sampled_from(["undeclared:x", "x", "", "undeclared:a b"]).map(lambda text: Value(text, XSD_QNAME)),
    TIMES.map(lambda text: Value(text, XSD_DATETIME)),
)
KEYS = st.one_of(st.sampled_from([TYPE, LABEL, VALUE, ROLE, LOCATION]), IRIS)
ATTRIBUTES: st.SearchStrategy[tuple[Attribute, ...]] = st.one_of(
    st.just(()), st.lists(st.tuples(KEYS, VALUES), max_size=4).map(attributes_of)
)
LABELS = st.integers(1, 3).map(lambda number: f"{BLANK}id{number}")


@st.composite
def statements(draw: st.DrawFn, *, extended: bool = True, blank_labels: bool = False) -> Statement:
    """A statement of any component, at the top of a document.

    Args:
        extended: Also what PROV-N has no place for and other formats have: identifiers and attributes on alternateOf
            and its like, and nothing where it demands an argument.
        blank_labels: Also relations whose identifier is a blank label, and derivations that refer to one.
    """
    term = draw(st.sampled_from(tuple(TERMS.values())))
    identifier = draw(IRIS) if term.element else None
    if term.element is None and (term.identified or extended):
        identifier = draw(st.one_of(st.none(), IRIS, LABELS) if blank_labels else st.one_of(st.none(), IRIS))
    return Statement(
        term,
        identifier,
        tuple(draw(_argument(term, place, extended, blank_labels)) for place in range(len(term.arguments))),
        draw(ATTRIBUTES) if term.attributed or extended else (),
    )


def _argument(term: Term, place: int, extended: bool, blank_labels: bool) -> st.SearchStrategy[str | None]:
    argument = term.arguments[place]
    found: st.SearchStrategy[str | None] = TIMES if argument.refers is Refers.TIME else IRIS
    if blank_labels and argument.refers in {Refers.GENERATION, Refers.USAGE}:
        found = st.one_of(found, LABELS)
    return found if argument.required and not extended else st.one_of(st.none(), found)


PREDICATES = IRIS.filter(lambda iri: not (iri.startswith(PROV) and iri[len(PROV) :] in TERMS))
_SINGLE = st.one_of(st.none(), VALUES).map(lambda value: (value,))
_ARGUMENTS: st.SearchStrategy[tuple[Value | None, ...]] = st.recursive(
    _SINGLE,
    lambda inner: st.one_of(
        st.builds(
            lambda opening, parts: tuple(group(opening, (value for part in parts for value in part))),
            st.sampled_from("({"),
            st.lists(inner, max_size=3),
        ),
        st.builds(
            lambda name, own, parts, attributes: tuple(
                expression(name, own, (value for part in parts for value in part), attributes)
            ),
            IRIS,
            st.one_of(st.none(), st.just((None,)), IRIS.map(lambda iri: (Value.name(iri),))),
            st.lists(inner, max_size=3),
            ATTRIBUTES,
        ),
    ),
    max_leaves=5,
)


def extensions() -> st.SearchStrategy[Extension]:
    """A statement of a kind that PROV-DM does not define, at the top of a document."""
    return st.builds(
        lambda name, identifier, parts, attributes: Extension(
            name, identifier, tuple(value for part in parts for value in part), attributes
        ),
        PREDICATES,
        st.one_of(st.none(), IRIS),
        st.lists(_ARGUMENTS, max_size=4),
        ATTRIBUTES,
    )


@st.composite
def documents(
    draw: st.DrawFn, *, extended: bool = True, with_extensions: bool = True, blank_labels: bool = False
) -> Document:
    """A document with some statements at its top and in bundles, and with prefixes, which may contradict each other.

    Args:
        extended: See `statements`.
        with_extensions: Also statements of kinds that PROV-DM does not define.
        blank_labels: See `statements`.
    """
    bundles = draw(st.lists(IRIS, max_size=2, unique=True))
    where = st.sampled_from([None, *bundles])
    document = Document(
        namespaces=draw(
            st.sets(
                st.builds(Namespace, st.sampled_from(["ex", "a", "", "ns", "odd1"]), st.sampled_from(NAMESPACES[:4]))
            )
        ),
        bundles={bundle: Bundle(bundle) for bundle in bundles},
        statements=draw(st.lists(statements(extended=extended, blank_labels=blank_labels), max_size=6)),
        extensions=draw(st.lists(extensions(), max_size=2)) if with_extensions else [],
    )
    for item in (*document.statements, *document.extensions):
        item.bundle = draw(where)
    return document


def in_order(document: Document) -> Iterator[Item]:
    """What a document says, in canonical order: its top first, then each bundle."""
    every = (
        *sorted(document.statements, key=canonical_order),
        *sorted(document.extensions, key=lambda extension: repr(extension.said)),
    )
    for bundle in (None, *sorted(document.bundles)):
        if bundle is not None:
            yield document.bundles[bundle]
        yield from (item for item in every if item.bundle == bundle)


def names_in(document: Document) -> set[str]:
    """Every name that stands in a document, without blank labels."""
    found: set[str | None] = set(document.bundles)
    for statement in document.statements:
        found.add(statement.identifier)
        for place, argument in zip(statement.term.arguments, statement.arguments, strict=True):
            found.add(None if place.refers is Refers.TIME else argument)
        found.update(_names_in_values(statement.attributes))
    for extension in document.extensions:
        found |= {extension.name, extension.identifier}
        found.update(_names_in_values((PROV, value) for value in extension.arguments if value is not None))
        found.update(_names_in_values(extension.attributes))
    return {name for name in found if name is not None and not name.startswith(BLANK)}


def _names_in_values(pairs: Iterator[Attribute] | tuple[Attribute, ...]) -> Iterator[str]:
    for key, value in pairs:
        yield from (key, value.datatype)
        if value.datatype == QUALIFIED_NAME:
            yield value.text
