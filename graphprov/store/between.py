"""How the store finds what lies between some nodes and others: from both ends, hop by hop, until one side is done.

Downstream of a flaw may lie nearly everything, and upstream of an artifact too, but seldom both. So the side that has
found less goes on, and the one that ends first has found all that lies between, at no more than about twice its cost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from graphprov.store.climb import Climb
from graphprov.store.neighbourhood import Neighbourhood
from graphprov.store.walk import Search, with_code

if TYPE_CHECKING:
    from graphprov.store.facade import Store


class Between:
    """A search from both ends."""

    def __init__(
        self,
        store: Store,
        start: Iterable[int],
        ends: Iterable[int],
        *,
        shape: Mapping[str, Any],
        subjects: Iterable[int] = (),
        known_on: datetime | None = None,
        told: Callable[[int], None] | None = None,
    ) -> None:
        """Begin at both ends, which are given by internal number; the rest as in `graphprov.store.walk.downstream`."""
        self._store, self._shape, self._known_on, self._told = store, shape, known_on, told
        self._down = Search(store, shape, np.fromiter(subjects, dtype=np.int64), known_on)
        self._up = Climb(store, shape, known_on)
        self._below = self._down.begin(np.fromiter(start, dtype=np.int64))
        self._above = self._up.begin(np.fromiter(ends, dtype=np.int64))

    def found(self) -> Neighbourhood:
        """All that lies between the ends, and more: everything downstream of the start, or upstream of the ends."""
        while (below := max(map(len, self._below.values()))) and (above := self._above.size):
            if self._down.all.count + below < self._up.all.count + above:
                self._below = self._down.hop(self._below)
                self._tell()
            else:
                self._climb()
        return self._assembled(self._up if not self._above.size else self._down)

    def upstream(self) -> Neighbourhood:
        """Everything from which a flaw might reach the ends."""
        while self._above.size:
            self._climb()
        return self._assembled(self._up)

    def _climb(self) -> None:
        self._above = self._up.hop(self._above)
        self._tell()

    def _tell(self) -> None:
        if self._told is not None:
            self._told(self._down.all.count + self._up.all.count)

    def _assembled(self, search: Search | Climb) -> Neighbourhood:
        around = search.found.neighbourhood(search.all)
        has_code = self._shape["code_uses"] or self._shape["plans"]
        return with_code(self._store, around, self._known_on) if has_code else around
