"""The digest of a directory says what is below it, and nothing else."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from graphprov.digest import digest_path

NAMES = st.text(st.characters(exclude_characters="/\0", exclude_categories=("Cs",)), min_size=1, max_size=8).filter(
    lambda name: name not in (".", "..") and len(name.encode()) < 100
)
# A tree: bytes are a file, text is the target of a link, a dictionary is a directory.
TREES = st.recursive(
    st.binary(max_size=20) | NAMES, lambda inner: st.dictionaries(NAMES, inner, max_size=4), max_leaves=8
)
Tree = bytes | str | dict[str, "Tree"]


def build(tree: dict[str, Tree], root: Path, names: list[str]) -> None:
    root.mkdir()
    for name in names if set(names) == set(tree) else tree:
        content = tree[name]
        if isinstance(content, bytes):
            (root / name).write_bytes(content)
        elif isinstance(content, str):
            (root / name).symlink_to(content)
        else:
            build(content, root / name, list(content))


def digest(tree: dict[str, Tree], names: list[str] | None = None) -> str:
    with tempfile.TemporaryDirectory() as folder:
        build(tree, Path(folder) / "root", names or list(tree))
        return str(digest_path(Path(folder) / "root"))


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(NAMES, TREES, max_size=4), st.randoms())
def test_the_order_in_which_it_was_filled_does_not_count(tree: dict[str, Tree], random: object) -> None:
    names = list(tree)
    random.shuffle(names)  # type: ignore[attr-defined]
    assert digest(tree, names) == digest(tree)


@settings(deadline=None, max_examples=100)
@given(st.dictionaries(NAMES, TREES, max_size=3), st.dictionaries(NAMES, TREES, max_size=3))
def test_two_trees_have_one_digest_only_if_they_are_the_same(one: dict[str, Tree], other: dict[str, Tree]) -> None:
    assert (digest(one) == digest(other)) == (one == other)


@settings(deadline=None, max_examples=40)
@given(st.dictionaries(NAMES, TREES, max_size=4))
def test_a_copy_has_the_digest_of_its_original(tree: dict[str, Tree]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        build(tree, Path(folder) / "root", list(tree))
        shutil.copytree(Path(folder) / "root", Path(folder) / "copy", symlinks=True)
        assert digest_path(Path(folder) / "root") == digest_path(Path(folder) / "copy")
