"""A sealed log: what a journal recorded, as a file that anybody can check offline, years later, with a public key.

Each line is JSON. The first names the format, the last holds the seal, each line between is one record:

| line | holds |
| --- | --- |
| first | `graphprov_log` (the format's number), `chain` (where the chain starts) |
| record | `n` (1, 2, ...), `id` (the digest of its content), `at`, `statements` (each with its digest), `chain` |
| last | `records` (how many), `chain` (the last), `sha256` (of all lines before), `sealed_at`, `signature`, ... |

A record's `chain` is the SHA-256 of the chain before it, its id, its time and the digests of its statements, so nothing
can be changed, left out, put in or moved without all that follows no longer fitting; the signature (Ed25519, RFC 8032)
vouches for the end of the chain and for all else that the last line says. The chain depends on the records alone: the
log that the same journal gives later has the same links and some more, which `extends` checks. A statement that was
forgotten keeps its digest, so that the chain holds, and has no content any more; for what is left of it no digest of
its own stands in the chain, so the seal also vouches for the SHA-256 of all lines before it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Literal

from pydantic import BaseModel, ConfigDict, Field

from graphprov import signing
from graphprov.errors import InvalidInput
from graphprov.files import writing_whole
from graphprov.journal import Journal, Record
from graphprov.model.metadata import as_utc, dumps, loads
from graphprov.model.statements import Row, digest_text
from graphprov.version import VERSION

LOG_FORMAT = 1
FORGOTTEN = "forgotten"
"""The key that stands in a statement's row in place of what was forgotten."""

_MARK = "graphprov_log"
_START = hashlib.sha256(f"{_MARK} {LOG_FORMAT}".encode()).hexdigest()
_PAGE = 500
_SEALED = ("records", "chain", "sha256", "sealed_at", "host", "user", "graphprov_version", "public_key")
"""What the last line says and its signature vouches for."""


class LogVerification(BaseModel):
    """What became of the check of a sealed log."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: str = "1.0"
    file: str
    verdict: Literal["fits", "changed"] = Field(
        description="`fits`: each record is as it was sealed, none is missing; `changed`: not so, `broken` says where."
    )
    records: int = Field(description="How many records fit, from the first on.")
    sealed: int | None = Field(default=None, description="How many records the seal says there are.")
    broken: str | None = Field(default=None, description="The first line that does not fit, and why.")
    signature: Literal["valid", "invalid", "of another key", "none"]
    signed_by: str | None = Field(default=None, description="The public key, 64 hexadecimal digits.")
    sealed_at: datetime | None = None
    first_at: datetime | None = Field(default=None, description="When the first record was made.")
    last_at: datetime | None = None
    forgotten: int = Field(default=0, description="How many statements have been forgotten since they were recorded.")
    extends: int | None = Field(default=None, description="How many records of the older log it begins with.")
    notes: list[str] = Field(default_factory=list)


@dataclass(frozen=True)
class Sealing:
    """What was sealed: how many records, the last link of the chain, and the public key."""

    records: int
    chain: str
    public_key: str


def seal_journal(
    journal: Path,
    out: Path,
    key: Path,
    *,
    host: str,
    user: str,
    progress: Callable[[int, int], None] | None = None,
) -> Sealing:
    """Write all that a journal holds into a sealed log, whole or not at all.

    Args:
        journal: The journal's file.
        out: The file to write.
        key: The file of the Ed25519 private key that signs.
        host: The machine that seals, as the last line names it.
        user: The user there.
        progress: Told how many records are written, and how many there are.

    Raises:
        InvalidInput: There is no such journal, the key cannot be used, or the file cannot be written.
        DamagedRecord: A record of the journal is damaged; nothing is written.
    """
    if not journal.is_file():
        raise InvalidInput(f"there is no journal {journal}", hint="`graphprov status` names this machine's")
    signing.sign(key, b"")  # a key that cannot be used should be told before the work
    chain, count, lines = _START, 0, hashlib.sha256()

    def write(stream: BinaryIO, line: Mapping[str, Any]) -> None:
        text = f"{dumps(line)}\n".encode()
        lines.update(text)
        stream.write(text)

    try:
        with writing_whole(out) as stream, Journal(journal) as source:
            total = source.pending_count(after=0)
            write(stream, {_MARK: LOG_FORMAT, "chain": chain})
            for record in _records(source):
                count += 1
                line = _line(count, record)
                chain = line["chain"] = _link(chain, line)
                write(stream, line)
                if progress is not None and count % _PAGE == 0:
                    progress(count, total)
            public = signing.public_of(key)
            end: dict[str, Any] = {
                "records": count,
                "chain": chain,
                "sha256": lines.hexdigest(),
                "sealed_at": _text(datetime.now(UTC)),
                "host": host,
                "user": user,
                "graphprov_version": VERSION,
                "public_key": public,
            }
            write(stream, {**end, "signature": signing.sign(key, _message(end))[1]})
    except OSError as error:
        raise InvalidInput(f"cannot write {out}: {error.strerror or error}") from error
    return Sealing(count, chain, public)


def is_log(file: Path) -> bool:
    """Whether a file begins as a sealed log does, whatever follows.

    Raises:
        InvalidInput: It cannot be read.
    """
    start = f'{{"chain":"{_START}","{_MARK}":'.encode()
    with _reading(file) as stream:
        return stream.read(len(start)) == start


def verify_log(file: Path, *, key: str | None = None, extends: Path | None = None) -> LogVerification:
    """Check a sealed log, offline: that each record is as it was sealed, that none is missing, and who sealed it.

    Args:
        file: The log.
        key: The public key that must have signed it, in hexadecimal digits. Without it anybody may have.
        extends: An older log of the same journal, which must be the beginning of this one.

    Raises:
        InvalidInput: A file cannot be read, or is no sealed log; or the older log does not fit itself.
    """
    older = None if extends is None else _older(extends)
    check = _Check(file)
    with _reading(file) as stream:
        check.read(stream)
    end, broken = check.end, check.broken
    signature: Literal["valid", "invalid", "of another key", "none"] = "none"
    if end is not None:
        signature = "valid" if _is_signed(end) else "invalid"
        if signature == "valid" and key is not None and end["public_key"] != key:
            signature = "of another key"
        if signature == "invalid" and broken is None:
            broken = "the last line: its signature does not vouch for what it says"
    notes = list(check.notes())
    extended = None
    if older is not None:
        extended, at = older
        found = _START if extended == 0 else check.chains.get(extended)
        if found != at and broken is None:
            broken = f"record {extended}: the older log {extends} had another record there, or before it"
    elif key is None and signature == "valid":
        notes.append("give --key: anybody can sign, and this only says that whoever has that key did")
    wrong = broken is not None or signature != "valid"
    return LogVerification(
        file=str(file),
        verdict="changed" if wrong else "fits",
        records=check.count,
        sealed=None if end is None else end["records"],
        broken=broken,
        signature=signature,
        signed_by=None if end is None else end["public_key"],
        sealed_at=None if end is None else datetime.fromisoformat(end["sealed_at"]),
        first_at=check.first_at,
        last_at=check.last_at,
        forgotten=check.forgotten,
        extends=None if wrong else extended,
        notes=notes,
    )


class _Check:
    """One walk through a log, to the first line that does not fit."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.count = 0
        self.forgotten = 0
        self.chains: dict[int, str] = {}
        self.first_at: datetime | None = None
        self.last_at: datetime | None = None
        self.end: dict[str, Any] | None = None
        self.broken: str | None = None
        self._chain = _START
        self._lines = hashlib.sha256()

    def read(self, stream: Iterable[bytes]) -> None:
        lines = iter(stream)
        first = next(lines, b"")
        _check_first(self.file, first)
        self._lines.update(first)
        for number, text in enumerate(lines, 2):
            where = f"record {self.count + 1} (line {number})"
            if self.end is not None:
                self.broken = f"line {number}: something follows the seal"
                return
            line = _parsed(text)
            if line is None or not text.endswith(b"\n"):
                self.broken = f"{where}: it is no whole line of JSON as graphprov writes it"
                return
            if "signature" in line:
                self._last(line, number)
            elif (reason := self._does_not_fit(line)) is not None:
                self.broken = f"{where}: {reason}"
            if self.broken is not None:
                return
            self._lines.update(text)
        if self.end is None:
            self.broken = f"the end: after record {self.count} there is no seal, so what followed is cut off"

    def notes(self) -> Iterator[str]:
        """What else a reader must know to judge."""
        if self.forgotten:
            one = self.forgotten == 1
            yield (
                f"{self.forgotten:,} statement{' was' if one else 's were'} forgotten since"
                f" {'it was' if one else 'they were'} recorded: {'its' if one else 'their'} content is gone on purpose,"
                " and the chain still holds"
            )

    def _does_not_fit(self, line: dict[str, Any]) -> str | None:
        """Why a record is not as it was sealed; takes it into the count where it is."""
        try:
            said, statements = datetime.fromisoformat(line["at"]), [(one, row) for one, row in line["statements"]]
            if set(line) != {"n", "id", "at", "statements", "chain"} or line["n"] != self.count + 1:
                return f"expected record {self.count + 1}, with n, id, at, statements and chain"
            whole = True
            for one, row in statements:
                if FORGOTTEN in row:
                    whole = False
                    self.forgotten += 1
                elif digest_text(dumps(row)) != one:
                    return f"its statement about {_about(row)} is not what was recorded"
            if whole and digest_text(_content(line["at"], statements)) != line["id"]:
                return f"its time or its statements are not what was recorded{_first(statements)}"
            if _link(self._chain, line) != line["chain"]:
                told = _first(statements)
                return f"it does not follow on the record before it: one was changed, left out or put in{told}"
        except (KeyError, TypeError, ValueError, AttributeError):
            return "it is not of the form of a record"
        self.count += 1
        self._chain = self.chains[self.count] = line["chain"]
        self.first_at, self.last_at = self.first_at or said, said
        return None

    def _last(self, line: dict[str, Any], number: int) -> None:
        try:
            datetime.fromisoformat(line["sealed_at"])
            fits = set(line) == {*_SEALED, "signature"} and isinstance(line["records"], int)
        except (KeyError, TypeError, ValueError):
            fits = False
        if not fits:
            self.broken = f"line {number}: it is not of the form of a seal"
            return
        self.end = line
        if line["records"] != self.count or line["chain"] != self._chain:
            self.broken = f"the end: the seal is of {line['records']:,} records, and {self.count:,} are here"
        elif line["sha256"] != self._lines.hexdigest():
            # Each record fits the chain: what does not is what stands in the place of something forgotten.
            self.broken = "the end: what is left of forgotten statements is not what was sealed"


def _older(file: Path) -> tuple[int, str]:
    """How many records an older log has, and the last link of its chain."""
    check = _Check(file)
    with _reading(file) as stream:
        check.read(stream)
    if check.broken is not None or check.end is None or not _is_signed(check.end):
        raise InvalidInput(f"the older log {file} does not fit itself: {check.broken or 'its signature is not valid'}")
    return check.count, check.end["chain"]


def _records(journal: Journal) -> Iterator[Record]:
    after = 0
    while page := journal.pending("", _PAGE, after=after):
        yield from page
        after = page[-1].seq


def _line(number: int, record: Record) -> dict[str, Any]:
    return {
        "n": number,
        "id": record.id,
        "at": _text(record.recorded_at),
        "statements": [list(each) for each in record.statements],
    }


def _content(at: str, statements: list[tuple[str, Row]]) -> str:
    """A record's content as the journal keeps it, of which its id is the digest."""
    return dumps({"at": at, "statements": [list(each) for each in statements]})


def _link(before: str, line: Mapping[str, Any]) -> str:
    parts = (before, line["id"], line["at"], *(one for one, _ in line["statements"]))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _message(end: Mapping[str, Any]) -> bytes:
    return f"{_MARK} {LOG_FORMAT} {dumps({name: end[name] for name in _SEALED})}".encode()


def _is_signed(end: Mapping[str, Any]) -> bool:
    public, signature = end["public_key"], end["signature"]
    known = isinstance(public, str) and isinstance(signature, str)
    return known and signing.is_signed(public, signature, _message(end))


def _parsed(text: bytes) -> dict[str, Any] | None:
    """A line as it says, if it is one in canonical form: else the same could be said in two ways."""
    try:
        line = loads(text)
        canonical = dumps(line).encode() == text.rstrip(b"\n")
    except (ValueError, TypeError, RecursionError):
        return None
    return line if canonical and isinstance(line, dict) else None


def _check_first(file: Path, text: bytes) -> None:
    line = _parsed(text)
    if line is None or _MARK not in line:
        raise InvalidInput(f"{file} is no sealed log", hint="make one with: graphprov export --seal KEY log.jsonl")
    if line != {_MARK: LOG_FORMAT, "chain": _START}:
        raise InvalidInput(
            f"{file} is a sealed log of the format {line[_MARK]}: this graphprov reads {LOG_FORMAT}",
            hint="use the graphprov that made it, or a newer one",
        )


def _reading(file: Path) -> BinaryIO:
    try:
        return file.open("rb")
    except OSError as error:
        raise InvalidInput(f"cannot read {file}: {error.strerror or error}") from error


def _about(row: Mapping[str, Any]) -> str:
    return str(row.get("id") or row.get("source") or "something")


def _first(statements: list[tuple[str, Row]]) -> str:
    """What a record is about, for whoever looks for it."""
    return f"; it is about {_about(statements[0][1])}" if statements else ""


def _text(moment: datetime) -> str:
    return as_utc(moment).isoformat()
