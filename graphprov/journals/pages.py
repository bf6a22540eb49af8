"""Reading an SQLite file page by page, where SQLite itself gives up because some of its pages are damaged.

Source: "Database File Format", https://sqlite.org/fileformat2.html: 1.3 (header), 1.5 (freelist), 1.6 (leaves and
overflow), 2.1 (records), 4.1 (frames of the write-ahead log). What is read here is not to be believed: any of it may be
damaged. The caller checks each record by its digest.
"""

from __future__ import annotations

import contextlib
import mmap
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Self

_LEAF = 0x0D
_PAGE = 4096
_WAL_HEADER, _FRAME_HEADER = 32, 24
_INTEGER_BYTES = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)

Row = tuple[int, list[int | bytes | None]]
"""A number, and the values beside it: texts as bytes."""


class Pages:
    """The pages of a database as of its last commit, those in the write-ahead log before those in the file."""

    def __init__(self, path: Path) -> None:
        """Map the files; nothing is changed.

        Raises:
            OSError: The file cannot be read.
        """
        self._open = contextlib.ExitStack()
        self._main = self._mapped(path)
        self.size = self._page_size()
        log = path.with_name(path.name + "-wal")
        self._log = self._mapped(log) if log.is_file() else b""
        self._newer = self._frames()
        self.count = max([len(self._main) // self.size, *self._newer])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def _mapped(self, path: Path) -> mmap.mmap | bytes:
        # Open until the end: a descriptor that is closed drops the locks that this process has on the file elsewhere.
        file = self._open.enter_context(path.open("rb"))
        if not path.stat().st_size:
            return b""
        return self._open.enter_context(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))

    def _page_size(self) -> int:
        size = int.from_bytes(self._main[16:18], "big")
        size = 65_536 if size == 1 else size
        return size if 512 <= size <= 65_536 and not size & (size - 1) else _PAGE

    def _frames(self) -> dict[int, int]:
        """Where in the log the newest committed form of each page begins."""
        committed: dict[int, int] = {}
        if int.from_bytes(self._log[8:12], "big") != self.size:
            return committed
        salts, waiting = self._log[16:24], dict[int, int]()
        for start in range(_WAL_HEADER, len(self._log) - _FRAME_HEADER - self.size + 1, _FRAME_HEADER + self.size):
            number, pages_after_commit = struct.unpack_from(">II", self._log, start)
            if self._log[start + 8 : start + 16] != salts:
                break
            waiting[number] = start + _FRAME_HEADER
            if pages_after_commit:
                committed |= waiting
                waiting = {}
        return committed

    def page(self, number: int) -> bytes:
        """One page; numbers begin at 1. Shorter, or empty, where the file ends before."""
        if number in self._newer:
            start = self._newer[number]
            return self._log[start : start + self.size]
        return self._main[(number - 1) * self.size : number * self.size] if number > 0 else b""

    def rows(self) -> Iterator[Row]:
        """All rows in leaves of tables that can be read, of whatever table; pages that are free are left out."""
        free = self._free()
        for number in range(1, self.count + 1):
            if number not in free:
                yield from self._rows_of(self.page(number), 100 if number == 1 else 0)

    def _free(self) -> set[int]:
        free: set[int] = set()
        trunk = int.from_bytes(self.page(1)[32:36], "big")
        while 0 < trunk <= self.count and trunk not in free:
            free.add(trunk)
            page = self.page(trunk)
            entries = min(int.from_bytes(page[4:8], "big"), self.size // 4 - 2)
            free.update(int.from_bytes(page[8 + 4 * i : 12 + 4 * i], "big") for i in range(entries))
            trunk = int.from_bytes(page[:4], "big")
        return free

    def _rows_of(self, page: bytes, start: int) -> Iterator[Row]:
        if len(page) < self.size or page[start] != _LEAF:
            return
        cells = int.from_bytes(page[start + 3 : start + 5], "big")
        for i in range(min(cells, self.size // 2)):
            pointer = start + 8 + 2 * i
            try:
                yield self._cell(page, int.from_bytes(page[pointer : pointer + 2], "big"))
            except (IndexError, ValueError):
                continue

    def _cell(self, page: bytes, at: int) -> Row:
        length, at = _varint(page, at)
        number, at = _varint(page, at)
        usable = self.size - self._reserved()
        most, least = usable - 35, (usable - 12) * 32 // 255 - 23
        if length <= most:
            return number, _values(page[at : at + length], length)
        here = least + (length - least) % (usable - 4)
        here = here if here <= most else least
        if length > self.size * self.count:
            raise ValueError
        following = int.from_bytes(page[at + here : at + here + 4], "big")
        parts, have = [page[at : at + here]], here
        while following and have < length:
            further = self.page(following)
            parts.append(further[4 : min(usable, 4 + length - have)])
            if not parts[-1]:
                raise ValueError
            have += len(parts[-1])
            following = int.from_bytes(further[:4], "big")
        return number, _values(b"".join(parts), length)

    def _reserved(self) -> int:
        reserved = self.page(1)[20:21]
        return reserved[0] if reserved and reserved[0] <= self.size - 480 else 0


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of 1 to 9 bytes, and where the next begins."""
    value = 0
    for i in range(8):
        byte = data[at + i]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + i + 1
    return value << 8 | data[at + 8], at + 9


def _values(payload: bytes, length: int) -> list[int | bytes | None]:
    if len(payload) != length:
        raise ValueError
    header, at = _varint(payload, 0)
    if header > length:
        raise ValueError
    values: list[int | bytes | None] = []
    body = header
    while at < header:
        kind, at = _varint(payload, at)
        size = (kind - 12) // 2 if kind >= 12 else _INTEGER_BYTES[kind]
        part = payload[body : body + size]
        if len(part) != size:
            raise ValueError
        if kind >= 12:
            values.append(part)
        else:
            values.append(
                None if kind == 0 else int(kind == 9) if size == 0 else int.from_bytes(part, "big", signed=True)
            )
        body += size
    return values
