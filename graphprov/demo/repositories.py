"""The demo's git repositories: real ones, with real commits at the simulated dates.

The user's own git configuration is neither read nor changed, so that the commits have the same hashes everywhere.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable
from datetime import datetime
from importlib.resources import as_file, files
from pathlib import Path

from graphprov.demo.plan import COMMITS, ENGINEERS, REMOTES, Engineer
from graphprov.errors import InvalidInput

_IGNORED = "data/\ninbox/\n__pycache__/\n"


def git(folder: Path, *arguments: str, author: Engineer | None = None, at: datetime | None = None) -> str:
    """Run git in a folder, apart from the user's configuration; its output.

    Raises:
        InvalidInput: git is not installed, or refused.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
    if author is not None and at is not None:
        for role in ("AUTHOR", "COMMITTER"):
            environment |= {
                f"GIT_{role}_NAME": author.full_name,
                f"GIT_{role}_EMAIL": author.mail,
                f"GIT_{role}_DATE": at.isoformat(),
            }
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], env=environment, capture_output=True, text=True, check=True
        )
    except FileNotFoundError as error:
        raise InvalidInput("git is not installed: the demo's engineers need it", hint="install git") from error
    except subprocess.CalledProcessError as error:
        raise InvalidInput(f"git {arguments[0]} failed in {folder}: {error.stderr.strip()}") from error
    return done.stdout.strip()


def create_origin(repository: str, origin: Path) -> dict[datetime, str]:
    """Create a repository with its whole history; when each commit was made, and its hash, oldest first."""
    copy_template(repository, origin)
    git(origin, "init", "--quiet", "--initial-branch=main")
    git(origin, "config", "core.autocrlf", "false")
    commits = {}
    for commit in (commit for commit in COMMITS if commit.repository == repository):
        edit(origin, commit.edits)
        git(origin, "add", "--all")
        git(origin, "commit", "--quiet", "-m", commit.message, author=ENGINEERS[commit.author], at=commit.at)
        commits[commit.at] = git(origin, "rev-parse", "HEAD")
    return commits


def clone(repository: str, origin: Path, engineer: Engineer, folder: Path) -> None:
    """Clone to a laptop, with the engineer's identity and the company's address as remote (nobody ever calls it)."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    git(folder.parent, "clone", "--quiet", str(origin), folder.name)
    git(folder, "config", "user.name", engineer.full_name)
    git(folder, "config", "user.email", engineer.mail)
    git(folder, "remote", "set-url", "origin", REMOTES[repository])
    _make_folders(folder)


def pull(folder: Path, commit: str) -> None:
    """Bring a laptop's clone to a commit, as a pull on that day would have."""
    if git(folder, "rev-parse", "HEAD") != commit:
        git(folder, "reset", "--quiet", "--hard", commit)


def current_commit(commits: dict[datetime, str], at: datetime) -> str:
    """The newest commit at a time."""
    return max((when, commit) for when, commit in commits.items() if when <= at)[1]


def copy_template(repository: str, folder: Path) -> None:
    """Copy a repository's scripts as they were at first, without git."""
    with as_file(files("graphprov.demo") / "repositories" / repository) as template:
        shutil.copytree(template, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / ".gitignore").write_text(_IGNORED, encoding="utf-8", newline="\n")
    _make_folders(folder)


def edit(folder: Path, edits: Iterable[tuple[str, str, str]]) -> None:
    """Replace text in files.

    Raises:
        InvalidInput: The old text is not there exactly once.
    """
    for name, old, new in edits:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        if text.count(old) != 1:
            raise InvalidInput(f"{path}: expected {old!r} exactly once")
        path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")


def _make_folders(folder: Path) -> None:
    for name in ("data", "inbox"):
        (folder / name).mkdir(exist_ok=True)
