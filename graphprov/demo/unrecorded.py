"""The functions of `graphprov` that the demo's scripts call, recording nothing: for the run with clean deliveries."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import graphprov


@contextlib.contextmanager
def unrecorded() -> Iterator[None]:
    """Let scripts that call graphprov record nothing until the block ends."""
    nothing = dict.fromkeys(("receive", "source", "agent"), _nothing)
    stand_ins: dict[str, Any] = {"run": SilentRun, "auto": SilentRun, "step": _plain, **nothing}
    own = vars(graphprov)
    before = {name: own[name] for name in stand_ins if name in own}
    own.update(stand_ins)
    try:
        yield
    finally:
        for name in stand_ins:
            del own[name]
        own.update(before)


class _SilentArtifact:
    def __init__(self, path: Path) -> None:
        self.path = path


class SilentRun:
    """Takes what `graphprov.run` and `graphprov.auto` take."""

    def __init__(self, *_: Any, **__: Any) -> None:
        """Nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def used(self, what: str | Path, **_: Any) -> _SilentArtifact:
        """The artifact, unrecorded."""
        return _SilentArtifact(Path(what))

    generated = used

    def derived(self, *_: object) -> None:
        """Nothing."""


def _plain(*_: Any, **__: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return lambda function: function


def _nothing(*_: Any, **__: Any) -> None:
    return None
