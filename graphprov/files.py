"""A file whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO


def write_whole(path: Path, content: bytes | memoryview) -> None:
    """Write a file so that it holds either what it held or all of the new content, whatever happens meanwhile.

    Raises:
        OSError: It cannot be written.
    """
    with writing_whole(path) as out:
        out.write(content)


@contextlib.contextmanager
def writing_whole(path: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """The same for content that comes piece by piece: the file has it when the block ends, and not after an error.

    Args:
        private: Only its owner may read it, whoever might read what was there.

    Raises:
        OSError: It cannot be written.
    """
    target = path.resolve()  # a link stays a link to the new content
    if target.exists() and not target.is_file():
        with target.open("wb") as out:  # a pipe or a device cannot be replaced; a folder says so itself
            yield out
        return
    beside = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        with beside.open("xb") as out:
            if private:
                beside.chmod(0o600)
            yield out
            out.flush()
            os.fsync(out.fileno())
        if target.exists() and not private:
            beside.chmod(target.stat().st_mode & 0o777)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
