"""The version of the code, as git knows it: commit, branch, what is not committed, and where it comes from.

The `git` program is asked. GitPython would start the same program for all that is asked here, one question after the
other, and a library that reads repositories by itself lags behind git's formats (worktrees, partial clones, indexes).
Four questions asked at once take about 20 ms. Git is kept from changing anything (no optional locks), from asking
anything, and from running hooks or monitors that the repository names.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from graphprov.capture.redaction import repository_address

TIMEOUT_SECONDS = 10.0
UNTRACKED_LIMIT_BYTES = 1 << 20
UNTRACKED_DATA = frozenset(
    [
        *(".arrow", ".avro", ".csv", ".db", ".feather", ".jsonl", ".ndjson", ".orc", ".parquet", ".sqlite", ".tsv"),
        *(".bin", ".h5", ".hdf5", ".joblib", ".npy", ".npz", ".onnx", ".pickle", ".pkl", ".pt", ".pth", ".safetensors"),
        *(".gz", ".log", ".zip", ".zst"),
    ]
)
"""Untracked files of these types are what code makes or reads; other untracked text counts as code not committed."""

_OPTIONS = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=" + os.devnull, "-c", "core.quotePath=false")
_LOCAL = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY",
          "GIT_NAMESPACE", "GIT_EXTERNAL_DIFF", "GIT_TRACE")  # fmt: skip


@dataclass(frozen=True)
class CodeVersion:
    """One state of a repository.

    Attributes:
        repository: Its name: the last part of the remote's address, else of its folder.
        commit: The full number of the commit that is checked out.
        branch: None where none is checked out.
        committed_at: When that commit was made.
        dirty: Whether anything differs from the commit.
        diff_digest: The digest of the differences, where there are any; see `read_code`.
        remote: The address that it was cloned from, without user, password or token.
        root: The folder of the working tree.
    """

    repository: str
    commit: str
    branch: str | None
    committed_at: datetime | None
    dirty: bool
    diff_digest: str | None
    remote: str | None
    root: Path

    @property
    def version(self) -> str:
        """The commit, and the start of the digest of what is not committed: what names this state of the code."""
        return f"{self.commit}+{self.diff_digest.partition(':')[2][:12]}" if self.diff_digest else self.commit


@dataclass(frozen=True)
class NoCode:
    """Why there is no version of the code."""

    missing: str


def read_code(folder: Path) -> CodeVersion | NoCode:
    """The version of the code in the repository around `folder` (or around a file). Never raises.

    The digest of the differences is the SHA-256 of `git diff HEAD` (staged or not) and of every untracked, not ignored
    text file of up to 1 MiB with its path, other than data (`UNTRACKED_DATA`).
    """
    place = folder if folder.is_dir() else folder.parent
    try:
        with_git = _Git(place)
        root, status, commit_time, remotes = with_git.ask(
            ("rev-parse", "--show-toplevel"),
            ("status", "--porcelain=v2", "--branch", "-z", "--untracked-files=all", "--no-renames"),
            ("log", "-1", "--no-show-signature", "--format=%cI"),
            ("config", "--get-regexp", r"^remote\..*\.url$"),
        )
        if root.code != 0:
            return NoCode(_why(root.error, place))
        if status.code != 0:
            return NoCode(f"git could not tell the state of {place}: {status.error.strip()[:200]}")
        return _read(with_git, Path(_text(root.out).rstrip("\n")), status.out, commit_time.out, remotes.out)
    except FileNotFoundError:
        return NoCode("git is not installed")
    except subprocess.TimeoutExpired:
        return NoCode(f"git took longer than {TIMEOUT_SECONDS:.0f} seconds in {place}")
    except OSError as error:
        return NoCode(f"git could not be run in {place}: {error.strerror or error}")


def _read(git: _Git, root: Path, status: bytes, commit_time: bytes, remotes: bytes) -> CodeVersion | NoCode:
    commit, branch, changed = "", None, False
    untracked: list[bytes] = []
    for entry in status.split(b"\0"):
        if entry.startswith(b"# branch.oid "):
            commit = _text(entry.split(b" ", 2)[2])
        elif entry.startswith(b"# branch.head "):
            branch = _text(entry.split(b" ", 2)[2])
        elif entry.startswith(b"? "):
            untracked.append(entry[2:])
        elif entry and not entry.startswith((b"#", b"!")):
            changed = True
    if not re.fullmatch(r"[0-9a-f]{40,64}", commit):
        return NoCode(f"the repository {root} has no commit yet")
    digest = hashlib.sha256()
    if changed:
        git.stream(digest, root, "diff", "HEAD", "--binary", "--no-color", "--no-ext-diff", "--no-textconv",
                   "--no-renames", "--full-index", "--src-prefix=a/", "--dst-prefix=b/")  # fmt: skip
    for path in sorted(untracked):
        if (content := _untracked_code(root, path)) is not None:
            changed = True
            digest.update(b"\0untracked " + path + b"\0" + hashlib.sha256(content).digest())
    remote = _remote(_text(remotes))
    plain = re.split(r"[?#]", remote)[0].rstrip("/") if remote else ""
    name = re.sub(r"\.git$", "", re.split(r"[/:\\]", plain)[-1])
    moment = _text(commit_time).strip()
    return CodeVersion(
        repository=name or root.name or "repository",
        commit=commit,
        branch=None if branch in (None, "(detached)") else branch,
        committed_at=datetime.fromisoformat(moment) if moment else None,
        dirty=changed,
        diff_digest=f"sha256:{digest.hexdigest()}" if changed else None,
        remote=remote,
        root=root,
    )


def _untracked_code(root: Path, relative: bytes) -> bytes | None:
    path = root / os.fsdecode(relative)
    try:
        if path.suffix.lower() in UNTRACKED_DATA or not path.is_file() or path.stat().st_size > UNTRACKED_LIMIT_BYTES:
            return None
        content = path.read_bytes()
    except OSError:
        return None
    return None if b"\0" in content[:8000] else content


def _remote(config: str) -> str | None:
    """The address of `origin`, else of the first remote by name, without credentials."""
    found: dict[str, str] = {}
    for line in config.splitlines():
        key, _, address = line.partition(" ")
        found.setdefault(key[len("remote.") : -len(".url")], address)
    if not found:
        return None
    return repository_address(found.get("origin") or found[min(found)])


def _why(error: str, place: Path) -> str:
    if "not a git repository" in error:
        return f"no git repository at {place}"
    if "dubious ownership" in error:
        return f"git does not trust the repository at {place}, since another user owns it (safe.directory)"
    return f"git could not read {place}: {error.strip()[:200]}"


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


@dataclass(frozen=True)
class _Answer:
    code: int
    out: bytes
    error: str


class _Git:
    """Starts git in one folder, without any of the caller's variables that point it elsewhere."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._environment = {key: value for key, value in os.environ.items() if key not in _LOCAL}
        self._environment |= {
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_PAGER": "cat",
            "LC_ALL": "C",
        }

    def _start(
        self, arguments: tuple[str, ...], folder: Path, stderr: int = subprocess.PIPE
    ) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            ["git", "--no-pager", *_OPTIONS, *arguments],
            cwd=folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
        )

    def ask(self, *questions: tuple[str, ...]) -> list[_Answer]:
        """The answers to several questions, asked at once."""
        running: list[subprocess.Popen[bytes]] = []
        try:
            running += [self._start(question, self._folder) for question in questions]
            answers = []
            for process in running:
                out, error = process.communicate(timeout=TIMEOUT_SECONDS)
                answers.append(_Answer(process.returncode, out, _text(error)))
            return answers
        finally:
            for process in running:
                _end(process)

    def stream(self, digest: hashlib._Hash, folder: Path, *arguments: str) -> None:
        """Feed what git prints into a digest, however long it is."""
        process = self._start(arguments, folder, subprocess.DEVNULL)
        try:
            while process.stdout is not None and (block := process.stdout.read(1 << 20)):
                digest.update(block)
            process.wait(TIMEOUT_SECONDS)
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
    process.communicate()
