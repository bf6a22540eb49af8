"""Documents into the store: each is read and checked to its end, then written in batches.

Documents go straight to the store, not by way of the journal: the file itself is what survives a crash. Killed in the
middle and run again, an import ends the same, since a statement said twice is one, and a document's statements are
counted as learnt when this very content first came in.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from graphprov.documents.formats import HEAD, Format, detect, format_of_suffix, read_document
from graphprov.documents.statements import Document, DocumentError, Extension, Item
from graphprov.errors import InvalidInput
from graphprov.exchange.spool import Rows, Shelf, Spool
from graphprov.model.identity import unique_number
from graphprov.model.statements import digest_text
from graphprov.store import Store
from graphprov.store.write import Alone, Batch

Progress = Callable[[str, int, int | None], None]
"""Called with what is done (`reading`, `writing`), how far it is and, where that is known, how far it has to go."""

_BLOCK = 1 << 20
STANDARD_INPUT = "-"


@dataclass(frozen=True)
class Imported:
    """What became of one document."""

    file: str
    format: Format | None
    statements: int
    bundles: int
    known_since: datetime | None = None
    """When this very content was taken in before, where it was; then nothing was written."""


@dataclass(frozen=True)
class ImportSummary:
    """What an import did."""

    documents: list[Imported] = field(default_factory=list)
    bad: list[DocumentError] = field(default_factory=list)
    """Statements and documents that could not be taken, where it was asked to go on."""

    @property
    def statements(self) -> int:
        """How many statements were read, of all documents."""
        return sum(document.statements for document in self.documents)


def files_of(paths: Sequence[str | Path]) -> list[str | Path]:
    """The files that are meant: those given, and in a given folder all whose name ends like a PROV document's.

    Raises:
        InvalidInput: There is no such file, or a folder holds none; names it.
    """
    found: list[str | Path] = []
    for given in paths:
        path = Path(given)
        if str(given) == STANDARD_INPUT or path.is_file():
            found.append(given)
        elif path.is_dir():
            inside = sorted(file for file in path.rglob("*") if file.is_file() and format_of_suffix(file.name))
            if not inside:
                raise InvalidInput(f"the folder {path} holds no file whose name ends like a PROV document's")
            found += inside
        elif path.exists():
            raise InvalidInput(f"{path} is neither a file nor a folder: give a pipe's content by `-`")
        else:
            raise InvalidInput(f"there is no file {path}", nearest=_near(path))
    return found


def import_files(
    store: Store,
    paths: Sequence[str | Path],
    *,
    format: Format | None = None,  # noqa: A002
    keep_going: bool = False,
    again: bool = False,
    stdin: BinaryIO | None = None,
    progress: Progress | None = None,
) -> ImportSummary:
    """Take documents into the store; what a document says already changes nothing.

    All documents are read and checked before the first is written.

    Args:
        paths: Files, folders, and `-` for `stdin`.
        format: What they are. Default: found out from the content of each.
        keep_going: Take what can be taken; the summary has the rest.
        again: Also write a document that was taken in before.
        progress: Told how far it is.

    Raises:
        DocumentError: A document cannot be read; names file, line and what was expected. Nothing was written.
        InvalidInput: There is no such file.
        DatabaseAway: The database went away; importing again goes on.
    """
    summary = ImportSummary()
    bad = summary.bad.append if keep_going else None
    spools: list[tuple[Spool, str, str, Format]] = []
    with Shelf() as shelf:
        for path in files_of(paths):
            name = "<stdin>" if str(path) == STANDARD_INPUT else str(path)
            with _opened(path, stdin) as stream:
                digest = _digest(stream)
                try:
                    found = format or detect(stream.read(HEAD), name)
                    stream.seek(0)
                    spool = Spool(digest, name, shelf)
                    spool.fill(read_document(stream, file=name, format=found, bad=bad), bad, _reading(progress))
                except DocumentError as error:
                    if bad is None:
                        raise
                    bad(error)
                else:
                    # Read as another format, the same content says something else.
                    spools.append((spool, name, f"{digest}:{found.value}", found))
        for spool, name, key, found in spools:
            whole = not any(error.file == name for error in summary.bad)
            summary.documents.append(
                _write(store, spool, name, key, found, again=again, whole=whole, progress=progress)
            )
    return summary


def import_items(store: Store, items: Iterable[Item], *, name: str = "<document>") -> ImportSummary:
    """Take a document in memory into the store.

    Args:
        items: What it says, such as `Document.items()` or `from_prov(a ProvDocument)`.
        name: What messages call it.

    Raises:
        DocumentError: A statement cannot be held by the graph.
    """
    document = Document.of(items)
    digest = digest_text("\n".join(sorted(repr(statement.said) for statement in document.statements)))
    with Shelf() as shelf:
        spool = Spool(digest, name, shelf)
        spool.fill(document.items())
        imported = _write(store, spool, name, digest, None, again=True, whole=True, progress=None)
    return ImportSummary([imported])


def _write(
    store: Store,
    spool: Spool,
    name: str,
    key: str,
    found: Format | None,
    *,
    again: bool,
    whole: bool,
    progress: Progress | None,
) -> Imported:
    apart = not any(store.ask("foreign_types").rows[0])
    known = store.begin_import(key, name, found.value if found else None, store.now())
    imported = Imported(name, found, spool.statements, len(spool.bundles))
    if known.statements is not None and not again:
        return Imported(name, found, spool.statements, len(spool.bundles), known.recorded_at)
    store.keep_document_parts(
        known.recorded_at,
        namespaces=sorted(spool.namespaces),
        bundles=sorted(spool.bundles),
        extensions=[_kept(extension) for extension in spool.extensions],
    )
    of_two_types = spool.of_two_types()
    done = 0

    writer = unique_number()

    def batch(rows: Rows) -> _Part:
        gathered = Batch()
        gathered.add(known.recorded_at, rows)
        return gathered, Alone(writer, of_two_types(rows)) if apart else None

    def write(gathered: Batch, alone: Alone | None) -> int:
        store.write_batch(gathered, alone=alone)
        return gathered.statements

    for count in _one_ahead(write, map(batch, spool.chunks())):
        done += count
        if progress is not None:
            progress("writing", done, spool.statements)
    if whole:
        store.finish_import(key, spool.statements)
    return imported


_Part = tuple[Batch, Alone | None]


def _one_ahead(write: Callable[[Batch, Alone | None], int], parts: Iterable[_Part]) -> Iterator[int]:
    """Write part after part, and make the next ready while the database works on the one before."""
    with ThreadPoolExecutor(max_workers=1) as writer:
        pending: Future[int] | None = None
        for part in parts:
            if pending is not None:
                yield pending.result()
            pending = writer.submit(write, *part)
        if pending is not None:
            yield pending.result()


def _kept(extension: Extension) -> dict[str, str | None]:
    said = json.dumps(extension.said)
    return {"key": digest_text(said), "name": extension.name, "bundle": extension.bundle, "said": said}


def _reading(progress: Progress | None) -> Callable[[int], None] | None:
    return None if progress is None else lambda count: progress("reading", count, None)


@contextmanager
def _opened(path: str | Path, stdin: BinaryIO | None) -> Iterator[BinaryIO]:
    if str(path) != STANDARD_INPUT:
        with Path(path).open("rb") as stream:
            yield stream
        return
    if stdin is None:
        raise InvalidInput("there is no standard input to read")
    with tempfile.TemporaryFile(prefix="graphprov-import-") as copy:
        shutil.copyfileobj(stdin, copy, _BLOCK)
        copy.seek(0)
        yield copy


def _digest(stream: BinaryIO) -> str:
    digest = hashlib.sha256()
    while block := stream.read(_BLOCK):
        digest.update(block)
    stream.seek(0)
    return digest.hexdigest()


def _near(path: Path) -> list[str]:
    from difflib import get_close_matches

    folder = path.parent
    names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
    return [str(folder / name) for name in get_close_matches(path.name, names)]
