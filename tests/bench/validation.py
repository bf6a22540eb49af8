"""Judging by PROV-CONSTRAINTS: large documents of different shapes, and many small files in one call."""

from __future__ import annotations

import io
import os
import random
import subprocess
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from graphprov.constraints import validate
from graphprov.documents.formats import Format, read_document
from graphprov.documents.statements import Document, Namespace, Statement
from graphprov.documents.terms import TERMS
from graphprov.exchange.export import write_items
from graphprov.settings import Settings
from tests.bench.measure import Line, interleaved, memory, say

STATEMENTS = 100_000
FILES = 300
GOAL_S = 5.0
GOAL_FILES_S = 10.0
EXAMPLE = "http://example.org/"


def lines(settings: Settings, *, rounds: int) -> Iterator[Line]:
    """Measure, and check each verdict."""
    say(f"validation: {STATEMENTS:,} statements of each shape")
    shapes = {
        "runs with times, agents and derivations": (runs(), True),
        "a chain of derivations": (_chain(), True),
        "a ring of derivations": ([*_chain(), _said("wasDerivedFrom", "e0", f"e{STATEMENTS // 2 - 1}")], False),
        "a chain of specializations": (_specializations(), True),
        "starts of one activity": (_starts(), True),
    }
    documents = {name: Document(statements=said) for name, (said, _) in shapes.items()}
    for name, (_, valid) in shapes.items():
        if validate(documents[name]).valid is not valid:
            raise AssertionError(f"{name}: expected {'valid' if valid else 'invalid'}")
    work: dict[str, Callable[[], object]] = {
        name: lambda document=document: validate(document) for name, document in documents.items()
    }
    document = documents["runs with times, agents and derivations"]
    document.namespaces.add(Namespace("ex", EXAMPLE))
    written = io.BytesIO()
    write_items(document, written, Format.provn)
    work["reading the first of them, in PROV-N"] = lambda: Document.of(
        read_document(io.BytesIO(written.getvalue()), file="runs.provn", format=Format.provn)
    )
    took = interleaved(work, rounds=rounds, server=None)
    for name, each in took.items():
        goal = f"below {GOAL_S:.0f} s" if name in shapes else ""
        yield Line(name, f"{each.clock:.2f} s, processor {each.cpu:.2f} s", goal=goal)
    yield from _files(rounds)
    yield Line("memory", memory(None))


def _files(rounds: int) -> Iterator[Line]:
    command = Path(sysconfig.get_path("scripts")) / "graphprov"
    with tempfile.TemporaryDirectory() as folder:
        for number in range(FILES):
            said = Document(namespaces={Namespace("ex", EXAMPLE)}, statements=runs(60))
            written = io.BytesIO()
            write_items(said, written, (Format.provn, Format.json, Format.xml)[number % 3])
            suffix = (".provn", ".json", ".xml")[number % 3]
            (Path(folder) / f"{number:03}{suffix}").write_bytes(written.getvalue())

        def call() -> None:
            subprocess.run([command, "validate", folder], check=True, stdout=subprocess.DEVNULL, env=os.environ)

        took = interleaved({f"{FILES} files": call}, rounds=rounds, server=None)[f"{FILES} files"]
    yield Line(
        f"graphprov validate, {FILES} small files in one call",
        f"{took.clock:.2f} s",
        goal=f"below {GOAL_FILES_S:.0f} s",
    )


def _said(keyword: str, *arguments: str | None, own: str | None = None) -> Statement:
    term = TERMS[keyword]
    named = [None if text is None else text if text.startswith("2026") else EXAMPLE + text for text in arguments]
    return Statement(term, own and EXAMPLE + own, (*named, *[None] * (len(term.arguments) - len(named))))


def _time(number: int) -> str:
    day, second = divmod(number, 86_400)
    return f"2026-01-{1 + day:02}T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}Z"


def runs(statements: int = STATEMENTS) -> list[Statement]:
    """Runs that each use what earlier ones made, one after the other in time."""
    chosen, said = random.Random(7), [_said("entity", own="out-0")]
    number = 0
    while len(said) < statements:
        number += 1
        run, made, agent = f"run-{number}", f"out-{number}", f"agent-{number % 50}"
        said += [
            _said("activity", _time(10 * number), _time(10 * number + 9), own=run),
            _said("wasAssociatedWith", run, agent),
            _said("entity", own=made),
            _said("wasGeneratedBy", made, run, _time(10 * number + 8), own=f"gen-{number}"),
            _said("wasAttributedTo", made, agent),
        ]
        for used in {chosen.randrange(number) for _ in range(4)}:
            said += [
                _said("used", run, f"out-{used}", _time(10 * number + 1)),
                _said("wasDerivedFrom", made, f"out-{used}"),
            ]
    return said


def _chain() -> list[Statement]:
    half = STATEMENTS // 2
    return [_said("entity", own=f"e{n}") for n in range(half)] + [
        _said("wasDerivedFrom", f"e{n + 1}", f"e{n}") for n in range(half)
    ]


def _specializations() -> list[Statement]:
    return [_said("entity", own="e0"), *(_said("specializationOf", f"e{n + 1}", f"e{n}") for n in range(STATEMENTS))]


def _starts() -> list[Statement]:
    return [_said("wasStartedBy", "a", f"e{n}", f"b{n}", own=f"s{n}") for n in range(STATEMENTS)]
