"""One question for many nodes: some at a time, two at once, so that no answer is large and neither side waits."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from graphprov.store.neighbourhood import Ints

if TYPE_CHECKING:
    from graphprov.store.facade import Store

_PART = 25_000
"""Nodes asked for by one query: bounds the memory that the server needs for it."""
_AT_ONCE = 2
"""Queries at once: the server answers one while this process reads another."""


def in_parts(store: Store, text: str, column: str, numbers: Ints, **others: Any) -> list[tuple[Any, ...]]:
    """Ask one question for many nodes, some at a time and two at once.

    Args:
        column: The parameter that takes the nodes' numbers.
        others: The other parameters.

    Returns:
        The rows of all answers, those of the first nodes first.
    """
    parts = [numbers[first : first + _PART].tolist() for first in range(0, len(numbers), _PART)]

    def ask(part: list[int]) -> list[tuple[Any, ...]]:
        return store.run(text, {column: part, **others}).rows

    if len(parts) < _AT_ONCE:
        return [row for part in parts for row in ask(part)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return [row for rows in pool.map(ask, parts) for row in rows]
