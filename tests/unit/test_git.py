"""The version of the code, from real repositories."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from graphprov.capture import git
from graphprov.capture.git import CodeVersion, NoCode, read_code


def run_git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "init.defaultBranch=main")
    return subprocess.run(
        ["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "antispam"
    (root / "src").mkdir(parents=True)
    run_git(root, "init", "-q")
    (root / "src" / "train.py").write_text("print(1)\n")
    (root / ".gitignore").write_text("ignored.py\n")
    run_git(root, "add", ".")
    run_git(root, "commit", "-q", "-m", "first")
    return root


def code(folder: Path) -> CodeVersion:
    found = read_code(folder)
    assert isinstance(found, CodeVersion), found
    return found


def test_a_clean_repository_is_its_commit(repository: Path) -> None:
    found = code(repository / "src")
    assert found.commit == run_git(repository, "rev-parse", "HEAD") == found.version
    assert (found.repository, found.branch, found.dirty, found.diff_digest, found.remote) == (
        "antispam", "main", False, None, None,
    )  # fmt: skip
    assert found.root.samefile(repository)
    assert found.committed_at is not None
    assert found.committed_at.tzinfo is not None


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "src" / "train.py").write_text("print(2)\n"),
        lambda root: (root / "src" / "new.py").write_text("x = 1\n"),
        lambda root: (root / "src" / "train.py").unlink(),
        lambda root: [(root / "a.py").write_text("x"), run_git(root, "add", "a.py")],
    ],
    ids=["changed", "untracked", "removed", "staged"],
)
def test_what_is_not_committed_has_a_digest(repository: Path, change: object) -> None:
    change(repository)  # type: ignore[operator]
    found = code(repository)
    assert found.dirty
    assert found.diff_digest is not None
    assert found.version == f"{found.commit}+{found.diff_digest.removeprefix('sha256:')[:12]}"
    assert code(repository / "src") == found  # wherever in the repository one asks


def test_the_same_differences_have_the_same_digest(repository: Path) -> None:
    train = repository / "src" / "train.py"
    train.write_text("print(2)\n")
    first = code(repository).diff_digest
    run_git(repository, "add", ".")
    assert code(repository).diff_digest == first  # staged or not
    train.write_text("print(3)\n")
    assert code(repository).diff_digest != first


@pytest.mark.parametrize(
    ("name", "content"),
    [("ignored.py", b"x"), ("users.csv", b"ada,1815\n"), ("model.bin2", b"\0\1"), ("big.txt", b"x" * (1 << 21))],
)
def test_data_that_lies_about_is_no_change_of_the_code(repository: Path, name: str, content: bytes) -> None:
    (repository / name).write_bytes(content)
    assert not code(repository).dirty


@pytest.mark.parametrize(
    ("address", "shown", "name"),
    [
        ("https://ada:pa55@git.example/team/anti-spam.git", "https://git.example/team/anti-spam.git", "anti-spam"),
        ("https://ghp_abcdefghijklmnopqrstuvwxyz@git.example/t/r", "https://git.example/t/r", "r"),
        ("https://git.example/t/r.git?private_token=abc", "https://git.example/t/r.git?private_token=[redacted]", None),
        ("git@git.example:team/anti-spam.git", "git@git.example:team/anti-spam.git", "anti-spam"),
        ("ssh://git@git.example:22/team/r.git/", "ssh://git.example:22/team/r.git/", "r"),
        ("/srv/git/r.git", "/srv/git/r.git", "r"),
    ],
)
def test_the_remote_is_told_without_credentials(repository: Path, address: str, shown: str, name: str | None) -> None:
    run_git(repository, "remote", "add", "other", "https://x.example/y.git")
    run_git(repository, "remote", "add", "origin", address)
    found = code(repository)
    assert found.remote == shown
    assert name is None or found.repository == name


def test_no_branch_is_no_branch(repository: Path) -> None:
    run_git(repository, "checkout", "-q", "--detach")
    assert code(repository).branch is None


def test_a_worktree_is_its_own_place(repository: Path, tmp_path: Path) -> None:
    run_git(repository, "worktree", "add", "-q", "-b", "try", str(tmp_path / "try"))
    found = code(tmp_path / "try")
    assert (found.branch, found.commit) == ("try", code(repository).commit)


def test_names_of_any_kind_do_not_confuse_it(repository: Path) -> None:
    (repository / 'new\n"? é.py').write_text("x")
    first = code(repository).diff_digest
    (repository / 'new\n"? é.py').write_text("y")
    assert code(repository).diff_digest != first


@pytest.mark.parametrize("variable", ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"])
def test_variables_that_point_elsewhere_are_not_followed(
    repository: Path, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = code(repository)
    monkeypatch.setenv(variable, "/nowhere")
    assert code(repository) == expected


def test_nothing_is_written_and_nothing_is_run(repository: Path, tmp_path: Path) -> None:
    evil = tmp_path / "evil"
    evil.write_text(f"#!/bin/sh\ntouch {tmp_path}/harm\n")
    evil.chmod(0o755)
    for key in ("core.fsmonitor", "diff.external", "core.pager", "diff.x.textconv"):
        run_git(repository, "config", key, str(evil))
    (repository / ".gitattributes").write_text("*.py diff=x\n")
    (repository / "src" / "train.py").write_text("print(2)\n")
    index = (repository / ".git" / "index").read_bytes()
    assert code(repository).dirty
    assert not (tmp_path / "harm").exists()
    assert (repository / ".git" / "index").read_bytes() == index


class TestWhereThereIsNone:
    def test_it_says_that_there_is_no_repository(self, tmp_path: Path) -> None:
        assert read_code(tmp_path) == NoCode(f"no git repository at {tmp_path}")

    def test_it_says_that_there_is_no_commit(self, tmp_path: Path) -> None:
        run_git(tmp_path, "init", "-q")
        found = read_code(tmp_path)
        assert isinstance(found, NoCode)
        assert "no commit yet" in found.missing

    def test_it_says_that_git_is_missing(self, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", str(repository / "src"))
        assert read_code(repository) == NoCode("git is not installed")

    def test_it_says_that_git_took_too_long(
        self, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        slow = tmp_path / "bin" / "git"
        slow.parent.mkdir()
        slow.write_text("#!/bin/sh\nexec sleep 20\n")
        slow.chmod(0o755)
        monkeypatch.setenv("PATH", f"{slow.parent}{os.pathsep}{os.environ['PATH']}")
        monkeypatch.setattr(git, "TIMEOUT_SECONDS", 0.2)
        found = read_code(repository)
        assert isinstance(found, NoCode)
        assert "longer than" in found.missing

    def test_a_folder_that_is_gone_is_told(self, tmp_path: Path) -> None:
        assert isinstance(read_code(tmp_path / "gone" / "deeper"), NoCode)


def test_it_is_quick(repository: Path) -> None:
    times = []
    for _ in range(9):
        start = time.perf_counter()
        read_code(repository)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.25  # 0.02 on a quiet machine
