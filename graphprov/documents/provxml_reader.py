"""PROV-XML in (W3C Note of 30 April 2013, with PROV-Dictionary and PROV-LINKS), element by element, in bounded memory.

Read as the note and its schema say, and as `prov` and ProvToolbox have written it:

- `prov:person`, `prov:wasRevisionOf` and their like are the component with that `prov:type`, and so is an `xsi:type` on
  a component;
- the `xsi:type` of a value is its datatype, and a value of type xsd:QName is a name by the prefixes where it stands;
- `prov:hadMember` may list many entities: that is one statement for each;
- an argument may be named by `prov:ref`, by a text, or by an element in it that has the `prov:ref`;
- a `prov:bundle` that holds statements is a bundle, as drafts of the note had it; else it is an entity of that type;
- the name of an attribute may be escaped as `prov` does it (`_x0020_` for a space);
- what `prov:other` holds, and XML attributes of other namespaces on a component, say nothing in PROV;
- the members of a dictionary, insertions and removals are extensions (`provxml_dictionaries`).

No DOCTYPE is read, no entity expanded and no schema fetched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from typing import BinaryIO

from graphprov.documents.provxml_dictionaries import NAMED, read_dictionary
from graphprov.documents.provxml_records import Shape
from graphprov.documents.provxml_terms import BUNDLE, BUNDLE_CONTENT, DOCUMENT, ELEMENTS, ID, OTHER
from graphprov.documents.reading import Wrong
from graphprov.documents.statements import Bundle, DocumentError, Extension, Item, Namespace, Statement
from graphprov.documents.terms import PROV
from graphprov.documents.xml_text import SEPARATOR, Closed, Node, Opened, XmlText

_CONTAINERS = {
    BUNDLE_CONTENT: None,
    BUNDLE: frozenset(f"{PROV}{SEPARATOR}{local}" for local in (*ELEMENTS, *NAMED)),
}
"""What holds statements, always or where its first child is a statement."""


def read_provxml(stream: BinaryIO, *, file: str, bad: Callable[[DocumentError], None] | None = None) -> Iterator[Item]:
    """Read a PROV-XML document, element by element.

    Args:
        stream: At its start; need not be seekable.
        file: What messages call it.
        bad: Called with each element that cannot be read, and the rest is read.

    Raises:
        DocumentError: It is no PROV-XML or, also where `bad` is given, not well-formed. Names line and element.
    """
    text = XmlText(stream, file, DOCUMENT, _CONTAINERS, frozenset({OTHER}))
    return _Reader(text, file, bad).document()


class _Reader:
    """One reading of one document."""

    def __init__(self, text: XmlText, file: str, bad: Callable[[DocumentError], None] | None) -> None:
        self._text = text
        self._file = file
        self._bad = bad
        self._shapes: dict[str, Shape] = {}
        self._bundle: str | None = None
        self._declared: set[Namespace] = set()
        # How many containers are open, and how many of them are bundles in which nothing can be read.
        self._open = 0
        self._unread = 0

    def document(self) -> Iterator[Item]:
        """All that the document says."""
        for event in self._text.events():
            if type(event) is Node:
                if not self._unread:
                    yield from self._read(event)
            elif isinstance(event, Namespace):
                # Some documents declare their prefixes at every element.
                if event not in self._declared:
                    self._declared.add(event)
                    yield event
            elif isinstance(event, Opened):
                yield from self._enter(event)
            elif isinstance(event, Closed):
                self._leave()
            elif not self._unread:
                self._report(f"expected an element, found the text {event.text[:80]!r}", event.line)

    def _enter(self, node: Opened) -> Iterator[Bundle]:
        self._open += 1
        if self._open == 1:
            return
        if not self._unread:
            try:
                self._bundle = self._bundle_of(node)
            except Wrong as wrong:
                self._report(f"<{node.name.rpartition(SEPARATOR)[2]}>: {wrong}", node.line)
            else:
                yield Bundle(self._bundle, node.line)
                return
        self._unread += 1

    def _leave(self) -> None:
        self._open -= 1
        if self._unread:
            self._unread -= 1
        else:
            self._bundle = None

    def _bundle_of(self, node: Opened) -> str:
        if self._bundle is not None:
            raise Wrong("expected statements: a bundle holds no bundles (PROV-DM 5.4)")
        if ID not in node.attributes:
            raise Wrong("expected an identifier, prov:id")
        return node.names.proper(node.attributes[ID])

    def _read(self, node: Node) -> Sequence[Statement | Extension]:
        """The statements that an element makes; none where it is wrong and that is reported."""
        try:
            shape = self._shapes.get(node.name)
            if shape is not None:
                return shape.statements(node, self._bundle)
            namespace, _, local = node.name.rpartition(SEPARATOR)
            if namespace == PROV and local in NAMED:
                return read_dictionary(local, node, self._bundle)
            if namespace != PROV or local not in ELEMENTS:
                raise _unknown(namespace, local)
            shape = self._shapes[node.name] = Shape(local)
            return shape.statements(node, self._bundle)
        except Wrong as wrong:
            identifier = node.attributes.get(ID)
            named = "" if identifier is None else f" {identifier!r}"
            self._report(f"<{node.name.rpartition(SEPARATOR)[2]}>{named}: {wrong}", node.line, wrong.hint)
            return ()

    def _report(self, message: str, line: int, hint: str | None = None) -> None:
        error = DocumentError(message, file=self._file, line=line, hint=hint)
        if self._bad is None:
            raise error
        self._bad(error)


def _unknown(namespace: str, local: str) -> Wrong:
    if namespace != PROV:
        return Wrong(f"expected an element of the namespace {PROV}, found one of {namespace or 'no namespace'}")
    wrong = Wrong("no component of PROV is called so")
    if near := get_close_matches(local, (*ELEMENTS, *NAMED), n=1):
        wrong.hint = f"the nearest one is <prov:{near[0]}>"
    return wrong
