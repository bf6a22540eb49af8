"""Read by the type checker alone: to it, marked arguments are what they are without a mark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, assert_type

import graphprov as gp


@gp.step(kind="training", derived={"return": ["users"]})
def train(
    users: gp.In[Path],
    pages: Annotated[list[Path], gp.In(name="pages", role="training data")],
    model: gp.Out[Path],
    c: gp.Param[float] = 1.0,
    extra: gp.In[Path] | None = None,
) -> gp.Out[dict[str, int]]:
    assert_type(users, Path)
    assert_type(pages, list[Path])
    assert_type(c, float)
    assert_type(extra, Path | None)
    return {model.name: len(pages)}


@gp.step
def parts(users: gp.In[Path]) -> Iterator[gp.Out[list[int]]]:
    yield [len(users.name)]


def use() -> None:
    assert_type(train(Path("a"), [Path("b")], Path("c"), c=2.0), dict[str, int])
    for part in parts(Path("a")):
        assert_type(part, list[int])
    train("a", [], Path("c"))  # type: ignore[arg-type]  # a text is no path, in front of a mark or not
