"""What a digest is, and the error of a file that does not hold still."""

from __future__ import annotations

from dataclasses import dataclass

from graphprov.errors import InvalidInput

FILE = "sha256"
DIRECTORY = "sha256-dir"
OBJECT = "sha256-object"


@dataclass(frozen=True, slots=True)
class ContentDigest:
    """The digest of some content, and its size where it has one in bytes.

    >>> str(ContentDigest("sha256", "3f2a", 17))
    'sha256:3f2a'
    """

    scheme: str
    hex: str
    size_bytes: int | None = None

    def __str__(self) -> str:
        return f"{self.scheme}:{self.hex}"


class FileChanged(InvalidInput):
    """A file or directory kept changing while it was read, so that no digest of it would be true."""
