"""A file whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def write_whole(path: Path, content: bytes | memoryview) -> None:
    """Write a file so that it holds either what it held or all of the new content, whatever happens meanwhile.

    Raises:
        OSError: It cannot be written.
    """
    target = path.resolve()  # a link stays a link to the new content
    if target.exists() and not target.is_file():
        target.write_bytes(content)  # a pipe or a device cannot be replaced; a folder says so itself
        return
    beside = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        with beside.open("xb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        if target.exists():
            beside.chmod(target.stat().st_mode & 0o777)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
