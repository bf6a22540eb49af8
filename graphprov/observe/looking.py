"""What is at a path now, with the time of its birth, which Python does not tell on Linux."""

from __future__ import annotations

import ctypes
import functools
import os
import stat
import sys
from typing import Any

from graphprov.observe.ledger import State, There

_AT_FDCWD = -100
_WANT_BIRTH = 0x800
_MASK, _BIRTH = 0, 0x50
"""Where in `struct statx` (statx(2)) the mask of what is filled in lies, and the time of birth."""
_STATX_BYTES = 256


def look(path: str) -> State | None:
    """What is at a path, links followed; None: nothing, or nothing that we may see."""
    try:
        found = os.stat(path)  # noqa: PTH116  for very many paths
    except (OSError, ValueError):
        return None
    if stat.S_ISREG(found.st_mode):
        there = There.FILE
    else:
        there = There.FOLDER if stat.S_ISDIR(found.st_mode) else There.SPECIAL
    born_at = getattr(found, "st_birthtime", None) or (_born_at(path) if there is There.FILE else None)
    return State(there, found.st_mtime_ns / 1e9, found.st_ctime_ns / 1e9, born_at)


def _born_at(path: str) -> float | None:
    statx = _statx()
    if statx is None:
        return None
    answer = ctypes.create_string_buffer(_STATX_BYTES)
    if statx(_AT_FDCWD, os.fsencode(path), 0, _WANT_BIRTH, answer) != 0:
        return None
    if not int.from_bytes(answer.raw[_MASK : _MASK + 4], sys.byteorder) & _WANT_BIRTH:
        return None
    seconds = int.from_bytes(answer.raw[_BIRTH : _BIRTH + 8], sys.byteorder, signed=True)
    return seconds + int.from_bytes(answer.raw[_BIRTH + 8 : _BIRTH + 12], sys.byteorder) / 1e9


@functools.cache
def _statx() -> Any:
    try:
        function = ctypes.CDLL(None, use_errno=True).statx
    except (OSError, AttributeError, TypeError):  # not Linux, or a C library from before 2018
        return None
    function.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_uint, ctypes.c_char_p]
    return function
