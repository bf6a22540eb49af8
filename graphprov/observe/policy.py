"""Which files of those that a command touched matter, and why others do not.

The longest rule that fits a path's beginning decides: the project's folder and declared data folders are in, what
belongs to the system is out, all else is outside. Within what is in, caches, packages, version control and the like are
out by the names of their folders. The user's own patterns come first.
"""

from __future__ import annotations

import os
import posixpath
import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path, PurePosixPath

from pathspec import GitIgnoreSpec

from graphprov.errors import InvalidInput

IGNORE_FILE = ".graphprovignore"


class LeftOut(StrEnum):
    """Why a file was left out; the record of a run counts them by these words."""

    SYSTEM = "system"
    TEMPORARY = "temporary"
    OUTSIDE = "outside"
    PACKAGES = "packages"
    CACHE = "cache"
    VERSION_CONTROL = "version_control"
    CODE = "code"
    EXCLUDED = "excluded"
    IGNORED = "ignored"
    SPECIAL = "special"
    VANISHED = "vanished"


SYSTEM = ("/bin", "/boot", "/dev", "/etc", "/lib", "/lib32", "/lib64", "/libx32", "/opt", "/proc", "/run", "/sbin",
          "/snap", "/sys", "/usr", "/var", "/nix", "/Library", "/System", "/private/etc")  # fmt: skip
NEVER = ("/dev", "/proc", "/sys")
"""Out even for one who names them: to read them again says nothing about what the command read."""

FOLDERS: dict[str, LeftOut] = {
    **dict.fromkeys(("site-packages", "dist-packages", "node_modules", ".venv", "venv", ".tox", ".nox", "renv",
                     ".conda", ".pixi"), LeftOut.PACKAGES),
    **dict.fromkeys(("__pycache__", ".cache", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".ipynb_checkpoints",
                     ".hypothesis", ".Rproj.user", ".local", ".config"), LeftOut.CACHE),
    **dict.fromkeys((".git", ".hg", ".svn", ".jj"), LeftOut.VERSION_CONTROL),
}  # fmt: skip
"""Folders whose content is no data, wherever they are."""

_COMPILED = re.compile(r".*\.(?:pyc|pyo|so|so\.[\d.]+|dylib|dll|pyd)", re.DOTALL)
_CODE = frozenset(
    [
        *(".py", ".pyi", ".ipynb", ".r", ".rmd", ".qmd", ".jl", ".sh", ".bash", ".zsh", ".pl", ".rb", ".lua", ".js"),
        *(".ts", ".mjs", ".java", ".scala", ".kt", ".go", ".rs", ".c", ".h", ".cc", ".cpp", ".hpp", ".f90", ".cu"),
        *(".m", ".do", ".sas", ".mk", ".smk", ".nf", ".cmake"),
    ]
)
_CODE_NAMES = frozenset(
    {"Makefile", "makefile", "GNUmakefile", "Snakefile", "Dockerfile", "Justfile", "CMakeLists.txt"}
)


@dataclass(frozen=True)
class Policy:
    """What counts.

    Attributes:
        project: The folder of the project: the root of the git repository, else where the command began.
        data: Folders and files outside of it that were declared, or named on the command line.
        code_known: Whether the version of the project's code is recorded, so that its source files need not be.
        own: graphprov's own folders.
        include: Patterns in git's syntax that let files in, whatever else speaks against them.
        exclude: Patterns that leave files out.
        ignore: The lines of the project's `.graphprovignore`.
        materials: Source files that count all the same, since something is made from them: a notebook that is executed.
    """

    project: str
    data: tuple[str, ...] = ()
    code_known: bool = False
    own: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    _prefixes: dict[str, LeftOut | None] = field(init=False, repr=False, compare=False)
    _folders: dict[str, LeftOut | None] = field(default_factory=dict, init=False, repr=False, compare=False)
    _include: GitIgnoreSpec = field(init=False, repr=False, compare=False)
    _exclude: GitIgnoreSpec = field(init=False, repr=False, compare=False)
    _ignore: GitIgnoreSpec = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        prefixes: dict[str, LeftOut | None] = dict.fromkeys(SYSTEM, LeftOut.SYSTEM)
        own = (*self.own, sys.prefix, sys.base_prefix)
        prefixes |= dict.fromkeys((*own, *map(os.path.realpath, own)), LeftOut.SYSTEM)
        prefixes |= dict.fromkeys(("/tmp", "/var/tmp", "/dev/shm", tempfile.gettempdir()), LeftOut.TEMPORARY)  # noqa: S108
        prefixes |= dict.fromkeys((self.project, *self.data), None)
        object.__setattr__(self, "_prefixes", {path.rstrip("/"): reason for path, reason in prefixes.items()})
        for name in ("include", "exclude", "ignore"):
            object.__setattr__(self, f"_{name}", _patterns(getattr(self, name), name))

    def reason(self, path: str, *, output: bool = False) -> LeftOut | None:
        """Why a file does not count; None: it does.

        Args:
            path: Absolute.
            output: Whether the command wrote it: code that a command makes is what it made.
        """
        if any(is_below(path, folder) for folder in NEVER):
            return LeftOut.SYSTEM
        inside = is_below(path, self.project)
        shown = path[len(self.project.rstrip("/")) + 1 :] if inside else path[1:]
        if self.include and self._include.match_file(shown):
            return None
        if self.exclude and self._exclude.match_file(shown):
            return LeftOut.EXCLUDED
        if self.ignore and inside and self._ignore.match_file(shown):
            return LeftOut.IGNORED
        # A file may itself be declared; all else is said by its folder, for all files in it.
        why = self._prefixes[path] if path in self._prefixes else self._of_folder(posixpath.dirname(path))
        if why is not None:
            return why
        place = PurePosixPath(path)
        if _COMPILED.fullmatch(place.name):
            return None if output and not place.name.endswith((".pyc", ".pyo")) else LeftOut.PACKAGES
        if inside and self.code_known and not output and is_code(path) and path not in self.materials:
            return LeftOut.CODE
        return LeftOut.IGNORED if inside and place.name == IGNORE_FILE else None

    def _of_folder(self, folder: str) -> LeftOut | None:
        """Why the files right in a folder do not count."""
        if folder not in self._folders:
            self._folders[folder] = self._why_not(folder)
        return self._folders[folder]

    def _why_not(self, folder: str) -> LeftOut | None:
        above = folder.rstrip("/")
        while above and above not in self._prefixes:
            above = above.rpartition("/")[0]
        if above in self._prefixes and (why := self._prefixes[above]) is not None:
            return why
        for part in folder[len(above) :].split("/"):
            if (why := FOLDERS.get(part)) is not None:
                return why
        return None if above in self._prefixes else LeftOut.OUTSIDE


def read_ignore_file(project: Path) -> tuple[str, ...]:
    """The lines of the project's `.graphprovignore`; none where there is none.

    Raises:
        InvalidInput: It cannot be read.
    """
    try:
        return tuple((project / IGNORE_FILE).read_text(encoding="utf-8").splitlines())
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(
            f"{project / IGNORE_FILE} cannot be read: {error}", hint="correct or remove the file"
        ) from error


def named_on(command: Sequence[str], folder: Path) -> tuple[str, ...]:
    """The files and folders outside of the working folder that a command line names: whoever names them means them.

    Executables are not meant so, nor is the root.
    """
    found = []
    for argument in command[1:]:
        text = argument.partition("=")[2] if argument.startswith("-") else argument
        if "/" not in text or "\0" in text or len(text) > 4096:
            continue
        path = os.path.realpath(folder / text)
        if path != "/" and os.path.exists(path) and not any(is_below(path, each) for each in SYSTEM):  # noqa: PTH110
            found.append(path)
    return tuple(found)


def is_code(path: str) -> bool:
    """Whether a file is source code by its name.

    >>> is_code("/p/train.py"), is_code("/p/Makefile"), is_code("/p/users.csv")
    (True, True, False)
    """
    place = PurePosixPath(path)
    return place.suffix.lower() in _CODE or place.name in _CODE_NAMES


def is_below(path: str, folder: str) -> bool:
    """Whether an absolute path is a folder or lies in it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _patterns(lines: Sequence[str], where: str) -> GitIgnoreSpec:
    try:
        return GitIgnoreSpec.from_lines(lines)
    except ValueError as error:
        source = IGNORE_FILE if where == "ignore" else f"--{where}"
        raise InvalidInput(
            f"a pattern of {source} cannot be understood: {error}", hint="patterns are those of gitignore(5)"
        ) from error
