"""Keeps what is said of incidents out of what a flaw can reach: it is no data, whatever a document joins it to."""

from __future__ import annotations

import numpy as np

from graphprov.store import Store
from graphprov.store.neighbourhood import Neighbourhood


def without_bookkeeping(store: Store, around: Neighbourhood) -> Neighbourhood:
    """The neighbourhood without the relations that lead to incidents, to their entries, or from there."""
    ((numbers,),) = store.ask("bookkeeping").rows
    if not numbers:
        return around
    said = np.isin(around.nodes, numbers)
    kept = ~said[around.cause] & ~said[around.effect]
    return around.only(kept)
