"""Judges files: each is read in whatever format it is, and is valid, invalid, or cannot be read."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from pydantic import BaseModel, ConfigDict

from graphprov.constraints.judgement import Judgement, Suspicion, Violation
from graphprov.constraints.validate import validate
from graphprov.documents.formats import HEAD, Format, detect, format_of_suffix, read_document
from graphprov.documents.statements import Bundle, Document, Item
from graphprov.errors import GraphprovError

STANDARD_INPUT = "-"

_NAMES_ONCE = frozenset({Format.provn, Format.xml, Format.json})
"""Formats in which a bundle that stands there twice is two bundles; in RDF it is one graph, told in two parts."""


class Verdict(StrEnum):
    """What a file is found to be."""

    valid = "valid"
    invalid = "invalid"
    unreadable = "unreadable"


class FileJudgement(BaseModel):
    """What was found of one file; the JSON form of `graphprov validate` is a list of these.

    Attributes:
        file: As it was given; `<stdin>` for standard input, `<store>` for what is recorded.
        verdict: Valid, invalid or unreadable.
        violations: What makes it invalid.
        warnings: What is suspicious, but valid.
        error: Why it cannot be read; None where it can.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    verdict: Verdict
    violations: list[Violation] = []
    warnings: list[Suspicion] = []
    error: str | None = None

    @classmethod
    def of(cls, file: str, judgement: Judgement) -> FileJudgement:
        """The verdict on a file that could be read."""
        return cls(
            file=file,
            verdict=Verdict.valid if judgement.valid else Verdict.invalid,
            violations=judgement.violations,
            warnings=judgement.warnings,
        )

    @classmethod
    def unreadable(cls, file: str, why: str) -> FileJudgement:
        """The verdict on a file that cannot be read."""
        return cls(file=file, verdict=Verdict.unreadable, error=why)


def judge_files(
    paths: Sequence[str | Path],
    *,
    format: Format | None = None,  # noqa: A002 - the word that a caller expects, as in `read_document`
    stdin: BinaryIO | None = None,
) -> Iterator[FileJudgement]:
    """Judge documents, one after the other; one that cannot be read does not keep the others from it.

    Args:
        paths: Files, folders (with all in them whose name ends like a PROV document's), and `-` for `stdin`.
        format: What they are. Default: found out from the content of each.
        stdin: Where `-` is read from.
    """
    for path in paths:
        if str(path) == STANDARD_INPUT:
            content = io.BytesIO(b"" if stdin is None else stdin.read())
            yield _judge("<stdin>", content, format)
        elif Path(path).is_dir():
            inside = sorted(file for file in Path(path).rglob("*") if format_of_suffix(file.name) and file.is_file())
            if not inside:
                yield FileJudgement.unreadable(str(path), "the folder holds no file whose name ends like a document's")
            for file in inside:
                yield _judge_file(file, format)
        else:
            yield _judge_file(Path(path), format)


def _judge_file(path: Path, known: Format | None) -> FileJudgement:
    try:
        with path.open("rb") as stream:
            return _judge(str(path), stream, known)
    except OSError as error:
        return FileJudgement.unreadable(str(path), f"{path}: {error.strerror or error}")


def _judge(file: str, stream: BinaryIO, known: Format | None) -> FileJudgement:
    opened: list[Bundle] = []
    try:
        found = known
        if found is None:
            found = detect(stream.read(HEAD), file)
            stream.seek(0)
        items = read_document(stream, file=file, format=found)
        document = Document.of(_noting_bundles(items, opened if found in _NAMES_ONCE else None))
    except GraphprovError as error:
        return FileJudgement.unreadable(file, error.message)
    return FileJudgement.of(file, validate(document, bundles=opened))


def _noting_bundles(items: Iterable[Item], opened: list[Bundle] | None) -> Iterator[Item]:
    for item in items:
        if opened is not None and isinstance(item, Bundle):
            opened.append(item)
        yield item
