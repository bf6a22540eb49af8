"""PROV documents: reading them, and importing them into an empty part of the graph, against `prov` reading the same."""

from __future__ import annotations

import io
import logging
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

from prov.model import ProvDocument

from graphprov.documents.formats import Format, read_document
from graphprov.documents.statements import Document, Namespace
from graphprov.engine import throwaway
from graphprov.exchange.export import Selection, document_of_store, write_items
from graphprov.exchange.importing import import_files
from graphprov.settings import Settings
from graphprov.store import Address, Store
from tests.bench.measure import Line, interleaved, memory, say
from tests.bench.validation import EXAMPLE, runs

STATEMENTS = 100_000
GOAL = 2.0
_PROV = {Format.provn: "provn", Format.json: "json", Format.xml: "xml"}


def lines(settings: Settings, *, rounds: int) -> Iterator[Line]:
    """Measure each format; each round imports names of its own, so that everything is new to the store."""
    logging.disable(logging.CRITICAL)
    with (
        tempfile.TemporaryDirectory() as folder,
        throwaway(settings=settings, quick=False) as server,
        Store(Address(server.uri, server.user, server.password)) as store,
    ):
        for form in _PROV:
            say(f"documents: {STATEMENTS:,} statements in {form}")
            file = Path(folder) / f"document.{form}"
            _write(file, form)
            turn = iter(range(1_000_000))
            work: dict[str, Callable[[], object]] = {
                "prov": lambda form=form, file=file: _by_prov(file, form),
                "read": lambda form=form, file=file: sum(1 for _ in _read(file, form)),
                "import": lambda form=form, file=file, turn=turn: _import(store, file, form, next(turn)),
            }
            took = interleaved(work, rounds=rounds, server=server.pid)
            for name, what in (("read", "reading"), ("import", "importing")):
                rate, theirs = STATEMENTS / took[name].clock, STATEMENTS / took["prov"].clock
                yield Line(
                    f"{what} {form}",
                    f"{rate:,.0f} statements/s, prov reads {theirs:,.0f}/s",
                    f"{took[name].clock / took['prov'].clock:.2f} times prov's time,"
                    f" {took[name].cpu / took['prov'].cpu:.2f} its processor time",
                    f"at most {GOAL:.0f}" if name == "import" else "",
                )
        yield Line("memory", memory(server.pid))
        ids = (f"{EXAMPLE}0/provn/out-{number}" for number in range(3))
        part = Selection(ids=tuple(ids))
        took = interleaved({"part": lambda: document_of_store(store, part)}, rounds=rounds, server=server.pid)
        yield Line("exporting three things out of all", f"{took['part'].clock * 1000:.0f} ms")


def _write(file: Path, form: Format) -> None:
    document = Document(namespaces={Namespace("ex", EXAMPLE)}, statements=runs(STATEMENTS))
    written = io.BytesIO()
    write_items(document, written, form)
    file.write_bytes(written.getvalue())


def _by_prov(file: Path, form: Format) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ProvDocument.deserialize(str(file), format=_PROV[form])


def _read(file: Path, form: Format) -> Iterator[object]:
    with file.open("rb") as stream:
        yield from read_document(stream, file=file.name, format=form)


def _import(store: Store, file: Path, form: Format, turn: int) -> None:
    text = file.read_bytes().replace(EXAMPLE.encode(), f"{EXAMPLE}{turn}/{form}/".encode())
    new = file.with_name(f"turn{file.suffix}")
    new.write_bytes(text)
    import_files(store, [new], format=form)
