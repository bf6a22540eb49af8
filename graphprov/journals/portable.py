"""A journal as one file that travels: from a laptop that never goes online to one that does.

JSON lines, compressed where the name ends in `.gz`. The first line says what it is and where it comes from, then one
line a record, `[number, id, content]`, the content being the very text that the id is a digest of; the last line has
the number of records and a SHA-256 over all lines before it. So a file that was cut, changed or mixed up is found out
before anything of it is taken.
"""

from __future__ import annotations

import gzip
import json
import socket
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, cast

from graphprov.errors import InvalidInput
from graphprov.files import writing_whole
from graphprov.journal import DamagedRecord, Journal

FORMAT = 1
_NAME = "graphprov_journal"
_LONGEST_LINE = 2**30


@dataclass(frozen=True)
class Moved:
    """What was moved.

    Attributes:
        file: The portable file.
        records: How many records are in it.
        new: Of an import: how many of them the journal did not have.
        last: Of an export: the number of the last record in it; 0 for none.
        host: The machine that exported it.
    """

    file: Path
    records: int
    new: int
    last: int
    host: str


def export_journal(journal: Journal, file: Path, *, after: int = 0) -> Moved:
    """Write the records of a journal to a portable file, whole or not at all.

    Args:
        journal: Where from.
        file: Where to; compressed where its name ends in `.gz`.
        after: Leave out the records up to this number, which an earlier file has.

    Raises:
        InvalidInput: There is no such journal.
        DamagedRecord: A record is damaged; nothing is written.
        JournalError: The journal cannot be read.
        OSError: The file cannot be written.
    """
    if not journal.path.exists():
        raise InvalidInput(f"there is no journal {journal.path}")
    last = journal.last_number()
    count, host = 0, socket.gethostname()
    head = {_NAME: FORMAT, "host": host, "exported_at": datetime.now(UTC).isoformat(), "after": after, "last": last}
    digest = sha256()
    with writing_whole(file, private=True) as raw:  # like the journal: commands and names may be confidential
        # No time in the header: the same records give the same compressed bytes but for the first line.
        out = gzip.GzipFile("", "wb", fileobj=raw, mtime=0) if file.suffix == ".gz" else raw

        def write(value: Any) -> None:
            line = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            digest.update(line)
            out.write(line)

        write(head)
        for sealed in journal.sealed(after=after, through=last):
            write(sealed)
            count += 1
        write({"records": count, "sha256": digest.hexdigest()})
        if out is not raw:
            out.close()
    return Moved(file, count, 0, last, host)


def import_journal(journal: Journal, file: Path) -> Moved:
    """Take the records of a portable file into a journal, in their order, with their ids and times: all or none.

    Twice is once. They wait here as if they had been recorded here, and the next sync sends them.

    Raises:
        InvalidInput: There is no such file, it is no portable journal, or not all of it; nothing is taken.
        JournalError: The journal cannot be written.
    """
    if not file.is_file():
        raise InvalidInput(f"there is no file {file}")
    source = Journal(file)  # for its reading of a record; nothing is opened
    host = ""

    def heed(head: dict[str, Any]) -> None:
        nonlocal host
        host = str(head.get("host", ""))

    def check(number: int, id_: str, content: str) -> None:
        try:
            source.checked(number, id_, content)
        except DamagedRecord as error:
            raise InvalidInput(f"{file} is damaged: {error.message}", hint="export it again") from error

    count = 0
    for sealed in _records(file, heed):
        check(*sealed)
        count += 1
    # Read a second time, and not kept: a file may be larger than the memory. Its digest is compared once more.
    new = journal.take((id_, content) for _, id_, content in _records(file, heed))
    return Moved(file, count, new, 0, host)


def _records(file: Path, heed: Callable[[dict[str, Any]], None]) -> Iterator[tuple[int, str, str]]:
    digest, count, end = sha256(), 0, None
    lines = _lines(file)
    first = next(lines, b"")
    head = _value(file, first, 1)
    if not isinstance(head, dict) or _NAME not in head:
        raise InvalidInput(f"{file} is no exported journal", hint="graphprov journal export FILE")
    if not isinstance(head[_NAME], int) or head[_NAME] > FORMAT:
        raise InvalidInput(f"{file} was exported by a newer graphprov: its format is {head[_NAME]}, ours {FORMAT}")
    heed(head)
    digest.update(first)
    for number, line in enumerate(lines, 2):
        if end is not None:
            raise InvalidInput(f"{file}, line {number}: there is more behind its end", hint="export it again")
        value = _value(file, line, number)
        if isinstance(value, dict):
            end = value
            if (end.get("records"), end.get("sha256")) != (count, digest.hexdigest()):
                raise InvalidInput(f"{file} is damaged: it does not fit its digest", hint="export it again")
            continue
        digest.update(line)
        if not isinstance(value, list) or [type(each) for each in value] != [int, str, str]:
            raise InvalidInput(f"{file}, line {number}: expected a record", hint="export it again")
        count += 1
        yield cast("tuple[int, str, str]", tuple(value))
    if end is None:
        raise InvalidInput(
            f"{file} is cut off after {count:,} records: its last line is missing", hint="export it again"
        )


def _lines(file: Path) -> Iterator[bytes]:
    with file.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        stream = cast("BinaryIO", gzip.GzipFile(fileobj=raw) if packed else raw)
        try:
            while line := stream.readline(_LONGEST_LINE):
                yield line
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise InvalidInput(f"{file} is cut off or damaged: {error}", hint="export it again") from error


def _value(file: Path, line: bytes, number: int) -> Any:
    try:
        if not line.endswith(b"\n"):
            raise ValueError("it does not end")
        return json.loads(line)
    except ValueError as error:
        if number == 1:
            raise InvalidInput(f"{file} is no exported journal", hint="graphprov journal export FILE") from error
        raise InvalidInput(f"{file}, line {number} is cut off or damaged", hint="export it again") from error
