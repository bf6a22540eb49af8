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
from graphprov.documents.provxml_records import Rebinding, Shape, Within, names_at, namespace_of, short
from graphprov.documents.provxml_terms import BUNDLE, BUNDLE_CONTENT, DOCUMENT, ELEMENTS, ID, OF_PROV, OTHER
from graphprov.documents.reading import Wrong
from graphprov.documents.statements import Bundle, DocumentError, Extension, Item, Namespace, Statement
from graphprov.documents.terms import PROV
from graphprov.documents.xml_text import Element, line_of, read_elements

_TAGS = frozenset({DOCUMENT, BUNDLE_CONTENT, *(OF_PROV + local for local in (*ELEMENTS, *NAMED))})
"""The elements that are or hold statements."""


def read_provxml(stream: BinaryIO, *, file: str, bad: Callable[[DocumentError], None] | None = None) -> Iterator[Item]:
    """Read a PROV-XML document, element by element.

    Memory is bounded by the largest element.

    Args:
        stream: At its start; need not be seekable.
        file: What messages call it.
        bad: Called with each element that cannot be read, and the rest is read.

    Raises:
        DocumentError: It is no PROV-XML or, also where `bad` is given, not well-formed. Names line and element.
    """
    return _Reader(file, bad).document(stream)


class _Container:
    """The document, or a bundle in it, while it is read.

    Attributes:
        element: Where the statements lie.
        within: The names in an element of it that declares no prefixes.
        bundle: The IRI of the bundle; None for the document.
        last: The element in it that was read last.
        is_read: Whether what it holds can be read: not in a bundle without a name.
    """

    def __init__(self, element: Element, bundle: str | None, *, is_read: bool = True) -> None:
        self.element = element
        self.within = Within(names_at(element))
        self.bundle = bundle
        self.last: Element = None
        self.is_read = is_read


class _Reader:
    """One reading of one document."""

    def __init__(self, file: str, bad: Callable[[DocumentError], None] | None) -> None:
        self._file = file
        self._bad = bad
        self._shapes: dict[str, Shape] = {}
        self._declared: set[Namespace] = set()
        self._declares = False
        self._document: _Container | None = None
        self._bundle: _Container | None = None

    def document(self, stream: BinaryIO) -> Iterator[Item]:
        """All that the document says."""
        for kind, found in read_elements(stream, file=self._file, root=DOCUMENT, tags=_TAGS):
            if kind == "start-ns":
                yield from self._declare(*found)
            else:
                yield from self._end(found)

    def _declare(self, prefix: str, written: str) -> Iterator[Namespace]:
        self._declares = True
        namespace = Namespace(prefix, namespace_of(written))
        # Some documents declare their prefixes at every element.
        if written and namespace not in self._declared:
            self._declared.add(namespace)
            yield namespace

    def _end(self, element: Element) -> Iterator[Item]:
        """An element ends: a statement, a part of one, a bundle or the document."""
        parent = element.getparent()
        if parent is None:
            container = self._document or self._open(element)
            if container is not None:
                self._close(container)
            return
        container = self._bundle
        if container is None or container.element is not parent:
            container = self._document
            if container is not None and container.element is not parent:
                container = None
        if container is None:
            container = self._open(parent)
            if container is None:
                return
            if container.bundle is not None:
                yield Bundle(container.bundle, line_of(parent))
        line = line_of(element)
        self._forget_before(element, container)
        is_bundle = element.tag == BUNDLE_CONTENT or (self._bundle is not None and self._bundle.element is element)
        if is_bundle:
            yield from self._end_bundle(element, container)
        elif container.is_read:
            yield from self._read(element, container, line)
        self._declares = False
        element.clear(keep_tail=True)

    def _open(self, element: Element) -> _Container | None:
        """Begin to read in an element, if statements may lie in it."""
        above = element.getparent()
        if above is None:
            self._document = _Container(element, None)
            self._check_text(element.text, element)
            return self._document
        if above.getparent() is not None or element.tag not in {BUNDLE_CONTENT, BUNDLE}:
            return None
        self._check_text(element.text, element)
        try:
            if ID not in element.attrib:
                raise Wrong("expected an identifier, prov:id")
            self._bundle = _Container(element, names_at(element).proper(element.get(ID)))
        except Wrong as wrong:
            self._report(f"{short(element)}: {wrong}", element)
            self._bundle = _Container(element, None, is_read=False)
        return self._bundle

    def _end_bundle(self, element: Element, container: _Container) -> Iterator[Bundle]:
        if container.bundle is not None:
            self._report(f"{short(element)}: a bundle holds no bundles (PROV-DM 5.4)", element)
            return
        if self._bundle is None or self._bundle.element is not element:
            # It holds no statements, so it was not opened yet.
            opened = self._open(element)
            if opened is not None and opened.bundle is not None:
                yield Bundle(opened.bundle, line_of(element))
        if self._bundle is not None:
            self._close(self._bundle)
        self._bundle = None

    def _close(self, container: _Container) -> None:
        """Report what was left in a container, since it is no statement."""
        for child in container.element:
            if child is not container.last and container.is_read:
                self._pass_over(child)
            self._check_text(child.tail, child)

    def _forget_before(self, element: Element, container: _Container) -> None:
        """Remove the elements before one that ends, and report those that are no statements."""
        while (before := element.getprevious()) is not None:
            if before is not container.last and container.is_read:
                self._pass_over(before)
            self._check_text(before.tail, before)
            container.element.remove(before)
        container.last = element

    def _pass_over(self, element: Element) -> None:
        """Report an element that is no statement; what `prov:other` holds is for others."""
        tag = str(element.tag)
        if tag == OTHER:
            return
        if not tag.startswith(OF_PROV):
            self._report(f"{short(element)}: expected an element of the namespace {PROV}", element)
            return
        local = tag.removeprefix(OF_PROV)
        near = get_close_matches(local, (*ELEMENTS, *NAMED), n=1)
        hint = f"the nearest one is <prov:{near[0]}>" if near else None
        self._report(f"{short(element)}: no component of PROV is called so", element, hint)

    def _check_text(self, text: str | None, element: Element) -> None:
        if text and not text.isspace():
            self._report(f"expected elements, found the text {text.strip()[:80]!r}", element)

    def _read(self, element: Element, container: _Container, line: int) -> Sequence[Statement | Extension]:
        """The statements that an element makes; none where it is wrong and that is reported."""
        try:
            within = Rebinding(names_at(element)) if self._declares else container.within
            shape = self._shapes.get(element.tag)
            if shape is None:
                local = element.tag.removeprefix(OF_PROV)
                if local in NAMED:
                    return read_dictionary(local, element, within, container.bundle, line)
                shape = self._shapes[element.tag] = Shape(local)
            return shape.statements(element, within, container.bundle, line)
        except Wrong as wrong:
            identifier = element.get(ID)
            named = "" if identifier is None else f" {identifier!r}"
            self._report(f"{short(element)}{named}: {wrong}", element)
            return ()

    def _report(self, message: str, element: Element, hint: str | None = None) -> None:
        error = DocumentError(message, file=self._file, line=line_of(element), hint=hint)
        if self._bad is None:
            raise error
        self._bad(error)
