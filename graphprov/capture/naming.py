"""What a project calls its files: `.graphprov.toml` in its folder, for files that nobody names when they are recorded.

Files carry months and numbers in their names, and the same file lies on many laptops. With one table in the repository
all of them, and every way of recording, call it the same:

    [artifacts]
    "ip-blacklist-*.csv" = "ip-blacklist"
    "models/antispam-*.joblib" = "model:antispam"

Patterns are those of gitignore(5), relative to the folder of the table; the last one that fits decides. It stands above
what this machine called a content before, and below a name that is given.
"""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from graphprov.errors import InvalidInput
from graphprov.model.vocabulary import KINDS, Element

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

NAMES_FILE = ".graphprov.toml"
_TABLE = "artifacts"
_KEPT = 64


@dataclass(frozen=True)
class Called:
    """What a file is called; where only the name was said, the kind is None."""

    name: str
    kind: str | None


def called(path: Path) -> Called | None:
    """What the project that a file lies in calls it; None where it has no table, or says nothing of the file.

    The table is that of the nearest folder above the file that has one, not beyond the root of its git repository.

    Raises:
        InvalidInput: The table cannot be read, or an entry is wrong; names the file and the entry.
    """
    for folder in path.parents:
        table = folder / NAMES_FILE
        try:
            found = table.stat()
        except OSError:
            if os.path.lexists(folder / ".git"):
                return None
            continue
        names = _read(str(table), found.st_mtime_ns, found.st_size)
        shown = path.relative_to(folder).as_posix()
        return next((said for pattern, said in names if pattern.match_file(shown)), None)
    return None


@functools.lru_cache(_KEPT)
def _read(table: str, _changed: int, _size: int) -> tuple[tuple[GitIgnoreSpec, Called], ...]:
    """The entries of a table, the last one first."""
    import tomllib

    try:
        with open(table, "rb") as stream:  # noqa: PTH123  the key of the cache is a text
            read = tomllib.load(stream)
    except (OSError, ValueError) as error:
        raise InvalidInput(f"{table} cannot be read: {error}", hint="correct or remove the file") from error
    if unknown := [each for each in read if each != _TABLE]:
        raise InvalidInput(f"{table} has '{unknown[0]}', which is not known", nearest=[f"[{_TABLE}]"])
    entries = read.get(_TABLE, {})
    if not isinstance(entries, dict):
        raise InvalidInput(f"{table}: [{_TABLE}] is no table of patterns and names", hint='"users-*.csv" = "users"')
    return tuple(_entry(table, pattern, said) for pattern, said in reversed(entries.items()))


def _entry(table: str, pattern: str, said: object) -> tuple[GitIgnoreSpec, Called]:
    from pathspec import GitIgnoreSpec

    where = f'{table}: the entry "{pattern}"'
    if not isinstance(said, str) or not said.strip():
        raise InvalidInput(f"{where} names nothing: expected a name, or kind:name", hint=f'"{pattern}" = "users"')
    kind, colon, name = said.strip().partition(":")
    fitting = [each for each, about in KINDS.items() if about.element is Element.ENTITY]
    if colon and (kind not in fitting or not name):
        raise InvalidInput(f"{where} says '{said}': expected kind:name, with a kind of artifact", nearest=fitting)
    try:
        spec = GitIgnoreSpec.from_lines([pattern])
    except ValueError as error:
        raise InvalidInput(
            f"{where} cannot be understood: {error}", hint="patterns are those of gitignore(5)"
        ) from error
    return spec, Called(name, kind) if colon else Called(kind, None)
