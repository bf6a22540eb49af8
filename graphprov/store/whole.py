"""How the store hands out the whole graph: every relation that can carry a flaw, as the columns of one neighbourhood.

One hop that leaves from everything at once, in the same parts and by the same queries as a wide hop of a search, so no
answer is large. For questions about all sources together; memory here is some 60 bytes for each relation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from graphprov.store.neighbourhood import Neighbourhood
from graphprov.store.walk import Reached, Search, with_code

if TYPE_CHECKING:
    from graphprov.store.facade import Store


def whole(store: Store, *, shape: Mapping[str, Any], told: Callable[[int], None] | None = None) -> Neighbourhood:
    """All entities and runs, and every relation between them that is walked by a rule.

    Args:
        shape: What the store holds at all, as `shape.cypher` tells it.
        told: Called with the number of nodes.
    """
    ((*columns,),) = store.ask("all_numbers").rows
    entities, generals, runs = (np.array(column, np.int64) for column in columns)
    search = Search(store, shape, np.empty(0, np.int64), None)
    search.all.add(entities, runs)
    if told is not None:
        told(search.all.count)
    leaving = {Reached.ENTITY: entities, Reached.FULL: entities, Reached.RUN: runs, Reached.ENTERED: runs}
    search.hop({**leaving, Reached.GENERAL: generals})
    around = search.found.neighbourhood(search.all)
    return with_code(store, around, None) if shape["code_uses"] or shape["plans"] else around
