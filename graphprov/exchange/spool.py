"""A document on its way into the store: read to its end and checked before the first statement is written.

What was read waits on a shelf: in memory while it is little, else in one temporary file for all documents of an import,
so that neither memory nor open files grow with their number and size.
"""

from __future__ import annotations

import pickle
import tempfile
from array import array
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from graphprov.documents.graph import checked_identifier, rows_of
from graphprov.documents.statements import Bundle, DocumentError, Extension, Item, Namespace, Statement
from graphprov.errors import InvalidInput
from graphprov.exchange.blank import (
    REFERABLE,
    Label,
    bundle_name,
    has_labels,
    is_label,
    labels_referred_to,
    named,
    named_extension,
)
from graphprov.model.identity import PREFIX, SKOLEM
from graphprov.model.statements import Row, digest
from graphprov.model.vocabulary import Element, RelationType

Bad = Callable[[DocumentError], None]
Rows = list[tuple[str, Row]]
"""Flat statements, each with its digest."""

_AT_ONCE = 5_000
_AT_ONCE_CHARACTERS = 4_000_000
_Taken = TypeVar("_Taken", bound=Item)


class Shelf:
    """Where what was read waits; one for all documents of an import. Use it as a context manager."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(  # noqa: SIM115  (closed by `__exit__`)
            max_size=_AT_ONCE_CHARACTERS, prefix="graphprov-import-"
        )

    def __enter__(self) -> Shelf:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def put(self, what: Any) -> tuple[int, int]:
        """Put something there; the place that `get` takes."""
        content = pickle.dumps(what, pickle.HIGHEST_PROTOCOL)
        start = self._file.seek(0, 2)
        self._file.write(content)
        return start, len(content)

    def get(self, place: tuple[int, int]) -> Any:
        """What was put at a place."""
        start, size = place
        self._file.seek(start)
        return pickle.loads(self._file.read(size))  # noqa: S301  (this process wrote it, to a file that has no name)


class Spool:
    """What one document says, ready for the store.

    Attributes:
        statements: How many statements were read.
        namespaces: The prefixes that the document declares.
        bundles: The bundles that it holds.
        extensions: Statements of kinds that PROV-DM does not define.
    """

    def __init__(self, document: str, file: str, shelf: Shelf) -> None:
        """Open a spool.

        Args:
            document: The digest of the document.
            file: What messages call it.
            shelf: Where its statements wait; open as long as the spool is used.
        """
        self.statements = 0
        self.namespaces: set[Namespace] = set()
        self.bundles: set[str] = set()
        self.extensions: list[Extension] = []
        self._document, self._called = document, file
        self._ready, self._late = _Chunks(shelf), _Chunks(shelf)
        self._rows: Rows = []
        self._labels: dict[int, str] = {}
        self._waiting: list[Statement] = []
        self._size = 0
        self._named = {element: array("q") for element in Element}
        self._referred: set[Label] = set()
        self._names: dict[Label, str] = {}

    def fill(self, items: Iterable[Item], bad: Bad | None = None, told: Callable[[int], None] | None = None) -> None:
        """Read a document to its end.

        Args:
            bad: Told what the graph cannot hold, and where the document cannot be read further; all that was read
                before and after is kept. Without it, that raises.
            told: Called now and then with the number of statements read.

        Raises:
            DocumentError: The document, or a statement of it, cannot be taken.
        """
        try:
            for item in items:
                self._take(item, self._keep, bad)
                if told is not None and isinstance(item, Statement) and self.statements % _AT_ONCE == 0:
                    told(self.statements)
        except DocumentError as error:
            if bad is None:
                raise
            bad(error)
        self._flush()
        self._settle(bad)

    def chunks(self) -> Iterator[Rows]:
        """The statements, some thousands at a time."""
        for rows, labels in self._ready.read():
            for place, label in labels.items():
                row = rows[place][1]
                if name := self._names.get((row["properties"].get("bundle"), label)):
                    row["properties"]["identifier"] = name
                    rows[place] = (digest(row), row)
            yield rows

    def of_two_types(self) -> Callable[[Rows], frozenset[str]]:
        """Tells which ids of some rows the document names under more than one PROV type."""
        import numpy as np  # here, since it takes longer to load than a small document to import

        every = np.concatenate([self._hashes(element) for element in Element])
        found, counts = np.unique(every, return_counts=True)
        double = set(found[counts > 1].tolist())

        def among(rows: Rows) -> frozenset[str]:
            if not double:
                return frozenset()
            return frozenset(id_ for _, row in rows for id_, _ in _named_by(row) if hash(id_) in double)

        return among

    def _take(self, item: _Taken, keep: Callable[[_Taken], None], bad: Bad | None) -> None:
        try:
            keep(item)
        except DocumentError:
            raise
        except InvalidInput as error:
            line = 0 if isinstance(item, Namespace) else item.line
            explained = DocumentError(error.message, file=self._called, line=line)
            if bad is None:
                raise explained from error
            bad(explained)

    def _keep(self, item: Item) -> None:
        if isinstance(item, Namespace):
            for text in item:
                if text:  # the default namespace has no prefix
                    checked_identifier(text)
            self.namespaces.add(item)
        elif isinstance(item, Bundle):
            self.bundles.add(bundle_name(checked_identifier(item.identifier), self._document))
        else:
            if item.bundle is not None:
                checked_identifier(item.bundle)
            if isinstance(item, Extension):
                self.extensions.append(named_extension(item, self._document))
            else:
                self._lay(item)
            self.statements += 1

    def _lay(self, statement: Statement) -> None:
        """Lay a statement down, or put it by where it needs to know what others say."""
        if statement.term.relation is RelationType.WAS_INFLUENCED_BY or has_labels(statement):
            self._referred.update(labels_referred_to(statement))
            self._waiting.append(statement)
            self._grown(
                sum(len(argument) for argument in statement.arguments if argument is not None)
                + sum(len(value.text) for _, value in statement.attributes)
            )
            return
        label = None
        if is_label(statement.identifier):
            # Only a derivation can refer to it, and seldom does: laid down without a name, for now.
            if statement.term.relation in REFERABLE:
                label = statement.identifier
            statement.identifier = None
        for row in rows_of(statement):
            self._add(row, label)

    def _add(self, row: Row, label: str | None = None) -> None:
        if label is not None:
            self._labels[len(self._rows)] = label
        self._rows.append((digest(row), row))
        for id_, element in _named_by(row):
            if not id_.startswith(PREFIX):
                self._named[element].append(hash(id_))
        self._grown(sum(len(value) for value in row["properties"].values() if isinstance(value, str)))

    def _grown(self, characters: int) -> None:
        """Put what is in memory on the shelf once it is many statements, or long ones."""
        self._size += characters
        if max(len(self._rows), len(self._waiting)) >= _AT_ONCE or self._size >= _AT_ONCE_CHARACTERS:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            self._ready.write((self._rows, self._labels))
        if self._waiting:
            self._late.write(self._waiting)
        self._rows, self._labels, self._waiting, self._size = [], {}, [], 0

    def _settle(self, bad: Bad | None) -> None:
        """Lay down what was put by, now that all is known."""
        if self._referred:
            self._name_referred()
        import numpy as np

        runs, agents = self._hashes(Element.ACTIVITY), self._hashes(Element.AGENT)

        def element_of(id_: str) -> Element | None:
            for element, hashes in ((Element.ACTIVITY, runs), (Element.AGENT, agents)):
                place = int(np.searchsorted(hashes, hash(id_)))
                if place < len(hashes) and hashes[place] == hash(id_):
                    return element
            return None

        def lay(statement: Statement) -> None:
            self.statements -= 1  # it was counted when it was put by; now it may turn out that it cannot be taken
            for row in rows_of(named(statement, self._document, self._names), element_of):
                self._add(row)
            self.statements += 1

        for statements in self._late.read():
            for statement in statements:
                self._take(statement, lay, bad)
        self._flush()

    def _name_referred(self) -> None:
        taken: dict[str, int] = {}
        for rows, labels in self._ready.read():
            for place, label in labels.items():
                key = (rows[place][1]["properties"].get("bundle"), label)
                if key in self._referred and key not in self._names:
                    # The same said twice under two labels stays two, in the order of the document.
                    count = taken[rows[place][0]] = taken.get(rows[place][0], 0) + 1
                    self._names[key] = f"{SKOLEM}{rows[place][0]}" + (f".{count}" if count > 1 else "")

    def _hashes(self, element: Element) -> Any:
        import numpy as np

        return np.unique(np.frombuffer(self._named[element], np.int64))


class _Chunks:
    """Lists on a shelf, in order."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._places: list[tuple[int, int]] = []

    def write(self, chunk: Any) -> None:
        self._places.append(self._shelf.put(chunk))

    def read(self) -> Iterator[Any]:
        """All that was written so far."""
        return (self._shelf.get(place) for place in tuple(self._places))


def _named_by(row: Row) -> tuple[tuple[str, Element], ...]:
    """The nodes that a row names, with their PROV types."""
    if "node" in row:
        return ((row["id"], Element(row["node"])),)
    return (row["source"], Element(row["source_element"])), (row["target"], Element(row["target_element"]))
